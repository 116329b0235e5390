"""Flattens answers into lines of named texts: what every format's answers are written from.

The names are a closed list (``LINE_NAMES``); a format chooses some of them as columns, tags or
keys. It knows no format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from adapters.engine.case_lines import CASE_NAMES, lines_of_case
from adapters.engine.speech import Speech
from gateway.adapter import Answer, Issue, Outcome
from gateway.payload import (
    Candidate,
    ContactPoint,
    Fault,
    Finding,
    Firearm,
    FirearmDescription,
    Hit,
    HitStatus,
    Location,
    MarkingKindCode,
    MatchReason,
    RecordResult,
    SearchBatchReport,
    SearchResult,
)

Line = Mapping[str, str]

LINE_NAMES = frozenset(
    {
        # of the item
        "line", "number", "reference", "outcome", "result", "text", "raw",
        # of an issue or finding
        "code", "at", "field", "value", "expected", "remedy",
        # of a record
        "record", "national", "version", "owner", "country", "status", "recordtype", "date",
        # of a candidate or hit
        "grade", "score", "reasons", "type", "make", "model", "calibre", "serial", "caution",
        "action", "contact", "phone", "email",
        # of a hit or seizure
        "hit", "role", "origin", "finder", "entry", "seizure", "search", "raised", "foundat",
        "foundon", "exhibit", "foundserial", "foundmake",
        # of a step in the life of a hit
        "step", "actor", "expectedsteps", "due", "answer", "reason", "addressee", "disposition",
    }
) | CASE_NAMES  # fmt: skip

RESULT, CANDIDATE, HIT, ISSUE, FAULT = "RESULT", "CANDIDATE", "HIT", "ISSUE", "FAULT"
HIT_STATUS = "HIT_STATUS"


def lines_of_answer(answer: Answer, raw: str, speech: Speech) -> Iterator[dict[str, str]]:
    """The lines of one answer; ``raw`` is its item's text as the format may show it."""
    head = {
        "number": str(answer.number) if answer.number else "",
        "reference": answer.reference,
        "outcome": answer.outcome.value,
        "raw": raw,
    }
    for line in _body(answer, speech):
        # An owner's hit notice is unsolicited, but its record has a national reference.
        national = line.get("national", "") if line.get("hit") else ""
        known = {"reference": national} if national else {}
        yield head | known | {name: text for name, text in line.items() if text}


def _body(answer: Answer, speech: Speech) -> Iterator[dict[str, str]]:
    match answer.answer:
        case RecordResult() as result:
            yield _record(result)
            yield from _findings(result.finding)
        case SearchResult() as result:
            yield from _search(result, "", speech)
        case SearchBatchReport() as report:
            for entry in report.search_batch_result:
                yield from _search(entry.search_result, entry.item_id, speech)
        case Hit() as hit:
            yield _hit(hit, speech)
        case HitStatus() as status:
            yield _hit_stands(status)
        case Fault() as fault:
            yield _fault(fault)
            yield from _findings(fault.finding)
        case None:
            if not answer.issues:
                yield {"line": RESULT, "result": _SILENT[answer.outcome]}
        case act:
            yield from lines_of_case(act, made_here=answer.number > 0)
    yield from (_issue(issue, answer.outcome) for issue in answer.issues)


_SILENT = {
    Outcome.APPLIED: "ACCEPTED",
    Outcome.REFUSED: "REJECTED",
    Outcome.SET_ASIDE: "SET_ASIDE",
    Outcome.HELD: "HELD",
    Outcome.SKIPPED: "SKIPPED",
    Outcome.FAILED: "FAILED",
}


def _record(result: RecordResult) -> dict[str, str]:
    return {
        "line": RESULT,
        "result": result.result_code.value,
        "record": result.record_id or "",
        "national": result.national_record_id or "",
        "version": "" if result.version is None else str(result.version),
    }


def _search(result: SearchResult, entry: str, speech: Speech) -> Iterator[dict[str, str]]:
    yield {
        "line": RESULT,
        "result": result.result_code.value,
        "entry": entry,
        "search": result.search_id,
        "raised": _instant(result.registry_timestamp),
    }
    for candidate in result.candidate:
        yield _candidate(candidate, speech) | {"entry": entry, "search": result.search_id}
    for line in _findings(result.finding):
        yield line | {"entry": entry}


def _candidate(candidate: Candidate, speech: Speech) -> dict[str, str]:
    return {
        "line": CANDIDATE,
        "result": CANDIDATE,
        "record": candidate.record_id,
        "grade": candidate.grade_code.value,
        "score": f"{candidate.score_decimal:f}",
        "reasons": reasons_of(candidate.match_reason, speech),
        "owner": candidate.owner_agency_id,
        "country": candidate.owner_country,
        "recordtype": candidate.record_type_code.value,
        "status": candidate.status_code.value,
        "date": candidate.event_date,
        "action": candidate.action_requested_code.value,
        "caution": ", ".join(code.value for code in candidate.caution_code),
        **_firearm(candidate.firearm),
        **_contact(candidate.contact_point),
    }


def _hit(hit: Hit, speech: Speech) -> dict[str, str]:
    found = _firearm(hit.found_firearm)
    return {
        "line": HIT,
        "result": HIT,
        "hit": hit.hit_id,
        "role": hit.hit_role_code.value,
        "origin": hit.hit_origin_code.value,
        "grade": hit.grade_code.value,
        "score": f"{hit.score_decimal:f}",
        "reasons": reasons_of(hit.match_reason, speech),
        "record": hit.record_id,
        "national": hit.national_record_id or "",
        "version": str(hit.record_version),
        "owner": hit.owner_agency_id,
        "country": hit.owner_agency_id[:3],
        "finder": hit.finder_agency_id,
        "search": hit.search_id or "",
        "seizure": hit.seizure_id or "",
        "entry": hit.item_id or "",
        "raised": _instant(hit.raised_timestamp),
        "recordtype": hit.record_type_code.value,
        "date": hit.event_date,
        "foundat": _place(hit.found_location),
        "foundon": "" if hit.found_timestamp is None else _instant(hit.found_timestamp),
        "exhibit": hit.exhibit_reference or "",
        "action": hit.action_requested_code.value,
        "caution": ", ".join(code.value for code in hit.caution_code),
        "foundserial": found["serial"],
        "foundmake": found["make"],
        **_firearm(hit.recorded_firearm),
        **_contact(hit.contact_point),
    }


def _hit_stands(status: HitStatus) -> dict[str, str]:
    due = status.answer_due_timestamp or status.promised_timestamp
    reason = status.false_hit_reason_code or status.hit_revoke_reason_code
    contact = _contact(status.contact_point) if status.contact_point else {}
    return {
        "line": HIT_STATUS,
        "result": HIT_STATUS,
        "hit": status.hit_id,
        "role": status.hit_role_code.value,
        "status": status.hit_state_code.value,
        "step": status.hit_step_code.value,
        "actor": status.actor_agency_id,
        "raised": _instant(status.step_timestamp),
        "record": status.record_id,
        "national": status.national_record_id or "",
        "owner": status.owner_agency_id,
        "country": status.owner_agency_id[:3],
        "finder": status.finder_agency_id,
        "grade": status.grade_code.value,
        "expectedsteps": ", ".join(code.value for code in status.expected_step_code),
        "addressee": status.addressee_code.value,
        "due": "" if due is None else _instant(due),
        "answer": "" if status.hit_answer_code is None else status.hit_answer_code.value,
        "reason": "" if reason is None else reason.value,
        "disposition": "" if status.disposition_code is None else status.disposition_code.value,
        "foundat": _place(status.seizure_location),
        "foundon": "" if status.seizure_timestamp is None else _instant(status.seizure_timestamp),
        "exhibit": status.exhibit_reference or "",
        "text": _said(status),
        **contact,
    }


def _said(status: HitStatus) -> str:
    """The step in words, for formats that have a column for text and none for codes."""
    parts = [f"{status.hit_step_code.value} by {status.actor_agency_id}"]
    if status.request_number:
        parts.append(f"request {status.request_number}")
    if status.expected_step_code:
        parts.append("now: " + ", ".join(code.value for code in status.expected_step_code))
    if status.remark_text:
        parts.append(status.remark_text)
    return "; ".join(parts)


def _place(location: Location | None) -> str:
    if location is None:
        return ""
    parts = (location.locality_text, location.locode_code, location.country)
    return ", ".join(part for part in parts if part)


def _firearm(firearm: Firearm | FirearmDescription) -> dict[str, str]:
    make = firearm.make_identified
    serials = [
        marking.text_as_marked or marking.text_pattern or ""
        for marking in firearm.marking
        if marking.kind_code is MarkingKindCode.SERIAL
    ]
    return {
        "type": firearm.firearm_type_code.value if firearm.firearm_type_code else "",
        "make": make.make_text if make else "",
        "model": firearm.model_identified or firearm.model_marked or "",
        "calibre": ", ".join(calibre.calibre_text for calibre in firearm.calibre),
        "serial": ", ".join(serials),
    }


def _contact(points: Sequence[ContactPoint]) -> dict[str, str]:
    first = points[0]
    return {
        "contact": first.contact_name,
        "phone": first.telephone or "",
        "email": first.email or "",
    }


def reasons_of(reasons: Sequence[MatchReason], speech: Speech) -> str:
    """Why something matches: in the adapter's language where it knows the reason's code."""
    return "; ".join(
        speech.reason(reason.reason_code, reason.outcome_code.value, reason.message_text)
        for reason in reasons
    )


def _findings(findings: Sequence[Finding]) -> Iterator[dict[str, str]]:
    for finding in findings:
        yield {
            "line": ISSUE,
            "result": finding.severity_code.value,
            "code": finding.finding_code,
            "field": finding.field_path or "",
            "value": finding.value_text or "",
            "expected": finding.expected_text or "",
            "text": finding.message_text,
            "remedy": finding.remedy_text or "",
        }


def _issue(issue: Issue, outcome: Outcome) -> dict[str, str]:
    return {
        "line": ISSUE,
        "result": outcome.value,
        "code": issue.code,
        "at": issue.at,
        "field": issue.field,
        "value": issue.value,
        "expected": issue.expected,
        "remedy": issue.remedy,
    }


def _fault(fault: Fault) -> dict[str, str]:
    return {
        "line": FAULT,
        "result": "FAULT",
        "code": fault.fault_code,
        "field": fault.field_path or "",
        "expected": fault.expected_text or "",
        "text": fault.message_text,
        "remedy": fault.remedy_text or "",
    }


def _instant(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")
