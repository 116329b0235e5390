"""Flattens what happens in a trace case into lines of named texts, as ``lines`` does for answers.

One line ``TRACE`` an act; ``TRACE_ITEM`` for each item asked, missing, supplied or answered, and
``TRACE_LINK`` for each link of the line of supply. It knows no format and no rule of a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum

from gateway.adapter import TraceTold, attachment_name
from gateway.payload import (
    MarkingKindCode,
    TraceAnswer,
    TraceAttachment,
    TraceCorrection,
    TraceInfo,
    TraceInfoRequest,
    TraceLink,
    TraceQuestion,
    TraceRequest,
    TraceResponse,
    message_type,
)

TRACE, TRACE_ITEM, TRACE_LINK = "TRACE", "TRACE_ITEM", "TRACE_LINK"

CASE_NAMES = frozenset(
    {
        # of an act
        "trace", "act", "from", "said", "priority", "respondby",
        # of a request
        "chain", "basis", "justification", "circumstances", "recoverydate", "recoverycountry",
        "requested", "use", "consent", "marks", "madein", "searched",
        # of an item asked, missing, supplied or answered
        "item", "itemstatus", "question",
        # of a link of the line of supply
        "sequence", "party", "since", "until", "next", "documents", "legality", "diverted",
        # of an attachment: its file in the folder of answers, SHA-256, and the octets in base64
        "file", "digest", "content",
    }
)  # fmt: skip

# The standard's names of what an act says, in the order in which they are put into words.
_SAID = {
    "trace_ack_code": "status", "trace_rejection_code": "reason", "explanation_text": "text",
    "handler_reference": "national", "better_country": "next", "respond_by_date": "respondby",
    "expected_answer_date": "respondby", "comment_text": "text", "question_text": "text",
    "reason_text": "text", "inquiry_status_code": "status", "status_text": "text",
    "trace_deadline_code": "item", "due_timestamp": "due", "reminder_text": "text",
    "trace_cancel_code": "reason", "correction_text": "text", "trace_outcome_code": "status",
    "close_text": "text", "forward_consent_code": "consent", "to_country": "next",
    "forward_trace_id": "chain", "office_state_code": "status", "acknowledge_by_timestamp": "due",
    "file_name": "text", "media_type": "type", "description_text": "remedy",
}  # fmt: skip


def lines_of_case(payload: TraceTold, *, made_here: bool) -> Iterator[dict[str, str]]:
    """The lines of one act; ``made_here`` where it answers an order of the national system."""
    head = {
        "trace": payload.trace_act.trace_id,
        "act": message_type(payload).removeprefix("TRACE_"),
        "from": payload.context.sender_agency_id,
        "country": payload.context.sender_agency_id[:3],
        "raised": _text(payload.context.sent_timestamp),
    }
    if made_here:
        yield head | {"line": "RESULT", "result": "ACCEPTED"}
        return
    result = message_type(payload)
    yield head | {"line": TRACE, "result": result, **_plain(payload), **_more(payload)}
    for line in _below(payload):
        yield head | {"result": result} | line


def _plain(payload: TraceTold) -> dict[str, str]:
    said: dict[str, str] = {}
    for entry in fields(payload):
        value = getattr(payload, entry.name)
        if entry.name in {"context", "trace_act"} or value is None or is_dataclass(value):
            continue
        text = _text(value)
        name = _SAID.get(entry.name)
        if name and text and name not in said:
            said[name] = text
    return said


def _more(payload: TraceTold) -> dict[str, str]:
    match payload:
        case TraceRequest():
            return _question(payload.trace_question)
        case TraceResponse():
            return _answer(payload.trace_answer)
        case TraceCorrection(trace_answer=TraceAnswer() as answer):
            return _answer(answer)
        case TraceAttachment():
            return {
                "file": attachment_name(payload),
                "digest": payload.content_digest,
                "content": "".join(payload.content_part),
            }
        case _:
            return {}


def _question(question: TraceQuestion) -> dict[str, str]:
    illicit, firearm, use = (
        question.trace_illicit_nature,
        question.firearm,
        question.trace_intended_use,
    )
    marks = [
        f"{mark.kind_code}: {mark.text_as_marked or mark.text_pattern or '?'}"
        for mark in firearm.marking
        if mark.kind_code is not MarkingKindCode.SERIAL
    ]
    serials = [
        mark.text_as_marked or mark.text_pattern or ""
        for mark in firearm.marking
        if mark.kind_code is MarkingKindCode.SERIAL
    ]
    contact = question.contact_point[0] if question.contact_point else None
    return {
        "chain": question.chain_id,
        "priority": question.trace_priority_code.value,
        "reason": question.address_reason_code.value,
        "text": question.address_reason_text or "",
        "basis": _text(illicit.illicit_basis_code),
        "justification": illicit.legal_justification_text,
        "circumstances": illicit.circumstance_text,
        "recoverydate": illicit.recovery_date,
        "recoverycountry": illicit.recovery_country,
        "requested": _text(question.requested_information_code),
        "use": _text(use.intended_use_code),
        "consent": question.forward_consent_code.value,
        "respondby": _text(question.respond_by_date),
        "searched": question.prior_search.search_id if question.prior_search else "",
        "type": firearm.firearm_type_code.value,
        "make": firearm.make_identified.make_text,
        "model": firearm.model_identified or firearm.model_marked or "",
        "calibre": ", ".join(calibre.calibre_text for calibre in firearm.calibre),
        "serial": ", ".join(serials),
        "marks": "; ".join(marks),
        "madein": _text(firearm.country_of_manufacture),
        "contact": contact.contact_name if contact else "",
        "phone": (contact.telephone or "") if contact else "",
        "email": (contact.email or "") if contact else "",
    }


def _answer(answer: TraceAnswer) -> dict[str, str]:
    return {
        "answer": answer.response_kind_code.value,
        "status": _text(answer.trace_outcome_code),
        "next": _text(answer.next_country),
        "remedy": answer.use_condition_text or "",
        "text": answer.explanation_text or "",
    }


def _below(payload: TraceTold) -> Iterator[dict[str, str]]:
    match payload:
        case TraceRequest():
            for code in payload.trace_question.requested_information_code:
                yield {"line": TRACE_ITEM, "item": code.value, "itemstatus": "REQUESTED"}
        case TraceInfoRequest():
            for missing in payload.missing_item:
                yield _item(missing.missing_item_code, "MISSING", missing.question_text)
        case TraceInfo():
            for supplied in payload.supplied_item:
                yield _item(supplied.missing_item_code, "SUPPLIED", supplied.answer_text)
        case TraceResponse():
            yield from _answered(payload.trace_answer)
        case TraceCorrection(trace_answer=TraceAnswer() as answer):
            yield from _answered(answer)
        case _:
            return


def _item(code: StrEnum, status: str, text: str | None) -> dict[str, str]:
    return {"line": TRACE_ITEM, "item": code.value, "itemstatus": status, "question": text or ""}


def _answered(answer: TraceAnswer) -> Iterator[dict[str, str]]:
    for status in answer.item_status:
        yield {
            "line": TRACE_ITEM,
            "item": status.requested_information_code.value,
            "itemstatus": status.item_status_code.value,
            "reason": _text(status.restriction_reason_code),
        }
    yield from map(_link, answer.trace_link)


def _link(link: TraceLink) -> dict[str, str]:
    return {
        "line": TRACE_LINK,
        "sequence": str(link.sequence_number),
        "role": link.trace_role_code.value,
        "country": link.country,
        "party": link.party_name or "",
        "since": link.from_date or "",
        "until": link.to_date or "",
        "next": _text(link.next_country),
        "documents": "; ".join(f"{one.kind}: {one.value}" for one in link.trace_document),
        "legality": link.legality_code.value,
        "diverted": "true" if link.diversion_indicator else "",
        "text": link.remark_text or "",
    }


def _text(value: object) -> str:  # noqa: PLR0911 - one return a type
    """One value, or several, as a text; nothing of what has parts of its own."""
    match value:
        case None:
            return ""
        case StrEnum():
            return value.value
        case datetime():
            return value.isoformat(timespec="seconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case str():
            return value
        case Sequence():
            return ", ".join(part for part in map(_text, value) if part)
        case _:
            return ""
