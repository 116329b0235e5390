"""A case and its chain as commands show them.

It reads and formats; it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from operator import itemgetter
from typing import Any

from gateway.payload import TraceRequest, decode
from gateway.store import Unit
from gateway.tracing import (
    Chain,
    Proposal,
    Terms,
    assemble,
    firearm_columns,
    in_words,
    promises,
    proposals,
)

_WEAPON = itemgetter("make", "model", "calibre", "serial", "serial_status")
_QUIET = {"context", "trace_act", "content_part"}


def case_view(trace_id: str, unit: Unit) -> dict[str, Any]:
    """Everything of a case but the octets of its messages."""
    case = unit.traces.find(trace_id)
    if case is None:
        raise ValueError("the case was there a moment ago")
    acts = unit.traces.acts(trace_id)
    urgent = case.priority == "URGENT"
    return {
        "case": asdict(case),
        "promises": [asdict(one) for one in promises(acts, urgent=urgent, terms=Terms())],
        "items": [asdict(item) for item in unit.traces.items(trace_id)],
        "links": [asdict(link) for link in unit.traces.links(trace_id)],
        "acts": [
            {
                "side": act.side,
                "number": act.number,
                "deed": act.deed,
                "at": act.at,
                "by": act.actor,
                "message_id": act.message_id,
                "digest": act.digest,
                "standing": act.standing,
                "crossed": act.void,
                "says": _said(decode(act.content)),
            }
            for act in acts
        ],
        "announced_by": [row.sender for row in unit.traces.introductions(trace_id)],
    }


def case_lines(view: dict[str, Any]) -> Iterator[str]:
    """The same for a person."""
    case = view["case"]
    yield f"{case['trace_id']}  {case['state']}  {case['side'].lower()}, with {case['peer']}"
    yield f"  {case['make']} {case['model']} {case['calibre']} {case['serial']}".rstrip()
    yield f"  recovered in {case['recovery_country']} {case['recovery_date']}"
    if case["due"] is not None:
        yield f"  {case['deadline'].lower()} due {case['due']:%Y-%m-%d %H:%M} UTC"
    yield from _promise_lines(view["promises"], case["peer"], ours=case["side"] == "RESPONDER")
    for item in view["items"]:
        yield f"  {item['item']}: {item['status']} {item['reasons']}".rstrip()
    for act in view["acts"]:
        crossed = " (crossed: no effect)" if act["crossed"] else ""
        yield f"  {act['at']:%Y-%m-%d %H:%M:%S} {act['side'].lower():9} {act['deed']}{crossed}"
        for name, value in act["says"].items():
            yield f"      {name}: {value}"


def _promise_lines(told: list[dict[str, Any]], peer: str, *, ours: bool) -> Iterator[str]:
    if not told:
        return
    yield f"  hours of {'this office' if ours else peer}: {told[-1]['hours']}"
    word = "promised"
    for one in told:
        if one["due"] is not None:
            yield (
                f"  {word} on {one['said']:%Y-%m-%d %H:%M}: {one['deadline'].lower()} by"
                f" {one['due']:%Y-%m-%d %H:%M} UTC"
            )
            word = "moved"


def chain_of(trace_id: str, unit: Unit) -> Chain:
    """The chain that the case belongs to, from its requester's cases."""
    case = unit.traces.find(trace_id)
    if case is None:
        raise ValueError("the case was there a moment ago")
    cases = unit.traces.chain(case.chain_id)
    links = {one.trace_id: unit.traces.links(one.trace_id) for one in cases}
    restricted = {
        one.trace_id: [
            f"{item.item} {item.status}: {item.reasons}"
            for item in unit.traces.items(one.trace_id)
            if item.reasons
        ]
        for one in cases
    }
    return assemble(cases, links, restricted)


def proposals_of(trace_id: str, unit: Unit) -> list[Proposal]:
    """Whom to ask next."""
    case = unit.traces.find(trace_id)
    if case is None:
        raise ValueError("the case was there a moment ago")
    asked: set[str] = set()
    question = None
    links: list[Any] = []
    for one in unit.traces.chain(case.chain_id):
        asked.add(one.peer[:3] if one.side == "REQUESTER" else one.recovery_country)
        for act in unit.traces.acts(one.trace_id):
            payload: Any = decode(act.content)
            if isinstance(payload, TraceRequest):
                question = payload.trace_question
            answered = getattr(payload, "trace_answer", None)
            links.extend(getattr(answered, "trace_link", ()))
            links.extend(getattr(payload, "trace_link", ()))
    if question is None:
        return []
    return proposals(question.firearm, links=tuple(links), asked=frozenset(asked))


def _asked(request: TraceRequest) -> dict[str, str]:
    """What a request says beside the firearm and the items that it asks for."""
    question = request.trace_question
    nature, use = question.trace_illicit_nature, question.trace_intended_use
    contacts = [
        ", ".join(filter(None, (one.contact_name, one.telephone, one.email)))
        for one in question.contact_point
    ]
    said = {
        "priority": question.trace_priority_code.value,
        "urgency": request.context.urgency_justification_text,
        "asked_because": question.address_reason_code.value,
        "illicit_because": ", ".join(nature.illicit_basis_code),
        "legal_justification": nature.legal_justification_text,
        "circumstances": nature.circumstance_text,
        "intended_use": ", ".join(use.intended_use_code)
        + (f": {use.use_text}" if use.use_text else ""),
        "consent_to_forward": question.forward_consent_code.value,
        "respond_by": question.respond_by_date and question.respond_by_date.isoformat(),
        "passed_on_by": question.forwarded_by_agency_id,
        "searched_first": question.prior_search and question.prior_search.search_id,
        "warnings": "; ".join(one.message_text or one.finding_code for one in question.finding),
        "contact": "; ".join(contacts),
    }
    return {name: text for name, text in said.items() if text}


def _said(payload: Any) -> dict[str, str]:
    found = {}
    for name in payload.__slots__:
        value = getattr(payload, name)
        if name not in _QUIET and isinstance(value, (str, int)) and not isinstance(value, bool):
            found[name] = str(value)
    calendar = getattr(payload, "office_calendar", None)
    if calendar is not None:
        found["hours"] = in_words(calendar)
    firearm = getattr(payload, "firearm", None)
    if firearm is not None:
        found["firearm"] = " ".join(str(v) for v in _WEAPON(firearm_columns(firearm)) if v)
    if isinstance(payload, TraceRequest):
        found.update(_asked(payload))
    answer = getattr(payload, "trace_answer", None)
    if answer is not None:
        found["outcome"] = ", ".join(answer.trace_outcome_code)
        if answer.explanation_text:
            found["explanation"] = answer.explanation_text
    for name in ("missing_item", "supplied_item"):
        for item in getattr(payload, name, ()):
            text = getattr(item, "question_text", None) or getattr(item, "answer_text", None)
            found[item.missing_item_code] = text or ""
    return found
