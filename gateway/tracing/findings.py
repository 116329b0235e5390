"""What an answer says: links, items and the facts that statistics count, as rows of a case.

It judges no link; ``chain`` holds links against each other.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.payload import (
    LegalityCode,
    Payload,
    TraceAnswer,
    TraceClose,
    TraceForward,
    TraceLink,
    TraceRequest,
)
from gateway.store import TraceItemRow, TraceLinkRow, Unit
from gateway.tracing.deeds import answer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFacts:
    """Where the firearm left lawful hands, and where and when it was lawful last."""

    diversion_country: str | None
    last_licit_country: str | None
    last_licit_date: str | None


def links_of(answer: TraceAnswer) -> LinkFacts:
    """The facts that the links of ``answer`` give."""
    diverted = next((k for k in answer.trace_link if k.diversion_indicator), None)
    licit = [k for k in answer.trace_link if k.legality_code is LegalityCode.LICIT]
    last = licit[-1] if licit else None
    return LinkFacts(
        diversion_country=None if diverted is None else diverted.country,
        last_licit_country=None if last is None else last.country,
        last_licit_date=None if last is None else last.from_date,
    )


def settled(payload: Payload, trace_id: str, unit: Unit) -> None:
    """Keeps what ``payload`` says about items and links of its case."""
    match payload:
        case TraceRequest():
            asked = payload.trace_question.requested_information_code
            items = [TraceItemRow(item=code, status="ASKED", reasons="") for code in asked]
            unit.traces.set_items(trace_id, items)
        case TraceForward():
            _keep_links(payload.trace_link, trace_id, unit)
        case TraceClose():
            return
        case _:
            answer = answer_of(payload)
            if answer is not None:
                _keep_answer(answer, trace_id, unit)


def _keep_answer(answer: TraceAnswer, trace_id: str, unit: Unit) -> None:
    rows = {row.item: row for row in unit.traces.items(trace_id)}
    for item in answer.item_status:
        rows[item.requested_information_code] = TraceItemRow(
            item=item.requested_information_code,
            status=item.item_status_code,
            reasons=" ".join(item.restriction_reason_code),
        )
    unit.traces.set_items(trace_id, list(rows.values()))
    if answer.trace_link:
        _keep_links(answer.trace_link, trace_id, unit)


def _keep_links(links: tuple[TraceLink, ...], trace_id: str, unit: Unit) -> None:
    unit.traces.set_links(
        trace_id,
        [
            TraceLinkRow(
                sequence=link.sequence_number,
                role=link.trace_role_code,
                country=link.country,
                party=link.party_name,
                from_date=link.from_date,
                to_date=link.to_date,
                next_country=link.next_country,
                legality=link.legality_code,
                diversion=bool(link.diversion_indicator),
                documents=tuple((d.kind, d.value) for d in link.trace_document),
                remark=link.remark_text,
            )
            for link in links
        ],
    )
