"""What a party's signed messages say of its records, searches, seizures, hits and trace requests.

Written from docs/spec/statistics.md (6) and docs/spec/tracing.md alone, the slow and obvious way:
every message is read again, and nothing is shared with the program that is judged but how the
registry reads the name of a maker, a calibre and a serial number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kept_messages import Kept, Part, instant

from gateway.registry import read_calibre, read_make, read_serial

Row = dict[str, Any]
SHUT = {"CLOSED", "CANCELLED", "EXPIRED", "PURGED"}
DONE = {"ACCEPTED", "ACCEPTED_WITH_WARNINGS"}
FINAL_WORDS = {"TRACED_LAST_LEGAL_HOLDER", "TRACED_FIRST_PURCHASER", "TRACED_RETAILER",
               "TRACED_WHOLESALER", "TRACED_MANUFACTURER_ONLY", "STATE_STOCK", "REPORTED_STOLEN",
               "REPORTED_LOST"}  # fmt: skip
TRACING = Path(__file__).parents[1] / "docs" / "spec" / "tracing.md"


def month(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m}"


# --- a firearm --------------------------------------------------------------------------------


def firearm_of(part: Part) -> Row:
    make = part.text("MakeIdentified/MakeText") or part.text("MakeMarked/MakeText")
    model = part.text("ModelIdentified") or part.text("ModelMarked")
    calibre = part.text("Calibre/CalibreText")
    return {
        "firearm_type": part.text("FirearmTypeCode"),
        "make": None if make is None else _make(make),
        "model": model.strip().upper() if model else None,
        "calibre": None if calibre is None else _calibre(calibre),
        "serial_status": part.text("SerialStatusCode"),
    }


def _make(text: str) -> str:
    read = read_make(text)
    return "UNKNOWN" if read is None else read.text


def _calibre(text: str) -> str:
    read = read_calibre(text)
    if read is None:
        return "UNKNOWN"
    return "/".join(sorted(read.cartridges)) or read.text


def serial_of(part: Part) -> tuple[str, int] | None:
    """The series and the number in it of a serial number that can be trusted."""
    if part.text("SerialStatusCode") not in {"PRESENT", "RESTORED"}:
        return None
    marked = [m for m in part.every("Marking") if m.text("KindCode") == "SERIAL"]
    text = marked[0].text("TextAsMarked") if marked else None
    keys = read_serial(text).keys if text else ()
    if not keys:
        return None
    whole = keys[0].norm
    groups = [m for m in re.finditer("[0-9]+", whole) if len(m.group()) >= 3]
    if not groups:
        return None
    last = groups[-1]
    series = whole[: last.start()] + "#" * len(last.group()) + whole[last.end() :]
    return series, int(last.group())


def place_of(part: Part | None) -> str | None:
    return None if part is None else part.text("SubdivisionCode") or part.text("Country")


# --- records ----------------------------------------------------------------------------------


def records_of(kept: Sequence[Kept]) -> dict[str, Row]:  # noqa: C901 - one reading, top down
    """Records by id. What was asked for has its effect when the registry did it; the first filing
    has it at once, and another one until the registry took one in."""
    found: dict[str, Row] = {}
    asked: dict[tuple[str, str], tuple[str, Part, datetime]] = {}
    taken_in: set[str] = set()
    for one in kept:
        if one.octets is None:
            continue
        root = one.root()
        for record_id, kind, part in _wishes(root) if one.outgoing else ():
            asked[one.message_id, record_id] = (kind, part, one.at)
            if kind == "file" and record_id not in taken_in:
                row = found.setdefault(record_id, {"opened": one.at})
                _content(row, part, one.at)
                row["filing"] = "SENT"
        for record_id, code in () if one.outgoing else _results(root):
            wish = asked.get((one.in_reply_to or "", record_id))
            if wish is None:
                continue
            kind, part, at = wish
            row = found[record_id]
            if kind == "file" and record_id not in taken_in:
                row["filing"] = code
            elif code in DONE and asked.pop((one.in_reply_to or "", record_id)):
                row["filing"] = code
                (_content if kind in {"file", "update"} else _status)(row, part, at)
            if code in DONE:
                taken_in.add(record_id)
        if root.name == "ReviewDue":
            for item in root.every("ReviewItem"):
                row = found.get(item.text("RecordId") or "")
                if row is not None:
                    row["review_date"] = item.text("ReviewDate")
                    _stand(row, item.text("StatusCode") or "", one.at)
    return found


def _wishes(root: Part) -> list[tuple[str, str, Part]]:
    items = list(root.every("RecordBatchItem"))
    if root.name in {"FirearmRecordSubmit", "FirearmRecordUpdate", "FirearmRecordStatusChange"}:
        items = [root]
    found = []
    for item in items:
        for path, kind in (("FirearmRecord", "file"), ("RecordUpdate/FirearmRecord", "update"),
                           ("StatusChange", "status")):  # fmt: skip
            found += [(p.text("RecordId") or "", kind, p) for p in item.every(path)]
    found += [(p.text("RecordId") or "", "review", p) for p in root.every("ReviewDecision")]
    return found


def _results(root: Part) -> list[tuple[str, str]]:
    parts = [*root.every("RecordResult"), *root.every("RecordBatchResult/RecordResult")]
    return [(p.text("RecordId") or "", p.text("ResultCode") or "") for p in parts]


def _content(row: Row, part: Part, at: datetime) -> None:
    firearm = part.part("Firearm")
    assert firearm is not None
    row |= firearm_of(firearm)
    row |= {
        "record_type": part.text("RecordTypeCode"),
        "owner_category": part.text("OwnerCategoryCode"),
        "event_date": part.text("EventDate"),
        "entered": instant(part.text("EnteredTimestamp") or ""),
        "review_date": part.text("ReviewDate"),
        "batch_theft": part.text("BatchTheftReference"),
    }
    _stand(row, part.text("StatusCode") or "", at)


def _status(row: Row, part: Part, at: datetime) -> None:
    decision = part.text("ReviewDecisionCode")
    status = {"CLOSE": "CLOSED", "CANCEL": "CANCELLED"}.get(decision or "")
    if decision == "EXTEND":  # it stands longer, and again where it had expired
        row |= {"review_date": part.text("ReviewDate"), "extended": True}
        status = "ACTIVE" if row["status"] == "EXPIRED" else row["status"]
    if decision != "EXTEND" or status != row["status"]:
        _stand(row, status or part.text("StatusCode") or "", at)
    for name, path in (("closure_reason", "ClosureReasonCode"), ("recovery_date", "RecoveryDate")):
        row[name] = part.text(path) or row.get(name)


def _stand(row: Row, status: str, at: datetime) -> None:
    row["status"] = status
    if status in SHUT:
        row["closed"] = at if status != "PURGED" else row.get("closed")
    else:
        row |= {"closed": None, "closure_reason": None, "recovery_date": None}


# --- searches, seizures, hits -----------------------------------------------------------------


def searches_of(kept: Sequence[Kept]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for one in kept:
        if one.octets is None:
            continue
        root = one.root()
        if one.outgoing and root.name in {"SearchRequest", "WideSearchRequest", "SearchBatch"}:
            for part in (*root.every("Search"), *root.every("SearchBatchItem/Search")):
                firearm = part.part("Firearm")
                assert firearm is not None
                found[part.text("SearchId") or ""] = {
                    "asked": one.at,
                    "purpose": root.text("Context/PurposeCode"),
                    "reason": part.text("ReasonCode"),
                    "country": part.text("PlaceOfCheckCountry"),
                    "pseudonym": root.text("Context/ActingUserPseudonym"),
                    **firearm_of(firearm),
                }
        if not one.outgoing and root.name in {"SearchResponse", "SearchBatchReport"}:
            for part in (
                *root.every("SearchResult"),
                *root.every("SearchBatchResult/SearchResult"),
            ):
                row = found.get(part.text("SearchId") or "")
                if row is not None:
                    row |= {"answered": one.at, **_verdict(part)}
    return found


def _verdict(result: Part) -> Row:
    grades = sorted(result.texts("Candidate/GradeCode"))
    return {"result": result.text("ResultCode"), "grade": grades[0] if grades else None}


def seized_of(kept: Sequence[Kept]) -> dict[tuple[str, str], Row]:
    found: dict[tuple[str, str], Row] = {}
    notices: dict[str, str] = {}
    for one in kept:
        if one.octets is None:
            continue
        root = one.root()
        part = root.part("Seizure")
        if one.outgoing and part is not None:
            seizure = part.text("SeizureId") or ""
            notices[one.message_id] = seizure
            items = list(part.every("SeizedFirearm"))
            for item in items:
                firearm = item.part("Firearm")
                assert firearm is not None
                found[seizure, item.text("ItemId") or ""] = {
                    "seizure": seizure,
                    "seized": instant(part.text("SeizureTimestamp") or ""),
                    "mode": part.text("AcquisitionModeCode"),
                    "country": part.text("Location/Country"),
                    "place": place_of(part.part("Location")),
                    "context": part.text("ContextCode"),
                    "ballistic": part.part("BallisticReference") is not None,
                    "alone": len(items) == 1,
                    **_asked_by_questionnaires(part, firearm),
                    **firearm_of(firearm),
                    "serial": serial_of(firearm),
                }
        if not one.outgoing and one.in_reply_to in notices:
            for each in root.every("SearchBatchResult"):
                row = found[notices[one.in_reply_to], each.text("ItemId") or ""]
                row |= _verdict(next(each.every("SearchResult")))
    return found


def _asked_by_questionnaires(seizure: Part, firearm: Part) -> Row:
    """What the UN's questionnaire and indicator 16.4.2 ask: antiques, manufacture, kind, route."""
    year = firearm.text("YearOfManufacture")
    return {
        "antique": 1 if year is not None and int(year) < 1899 else None,
        "manufacture_place": firearm.text("CountryOfManufacture"),
        "location_kind": seizure.text("LocationKindCode"),
        "departure": (seizure.text("Routing/DepartureCountry")
                      or seizure.text("Routing/OriginCountry")),
        "transit": seizure.text("Routing/TransitCountry"),
        "destination": seizure.text("Routing/DestinationCountry"),
    }  # fmt: skip


def hits_of(kept: Sequence[Kept]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for one in kept:
        if one.octets is None or one.outgoing:
            continue
        root = one.root()
        hit, status = root.part("Hit"), root.part("HitStatus")
        if hit is not None:
            firearm = hit.part("RecordedFirearm")
            assert firearm is not None
            found.setdefault(hit.text("HitId") or "", {}).update(
                raised=instant(hit.text("RaisedTimestamp") or ""),
                role=hit.text("HitRoleCode"),
                origin=hit.text("HitOriginCode"),
                grade=hit.text("GradeCode"),
                owner_country=(hit.text("OwnerAgencyId") or "")[:3],
                finder_country=(hit.text("FinderAgencyId") or "")[:3],
                found_country=hit.text("FoundLocation/Country"),
                record_type=hit.text("RecordTypeCode"),
                delayed=hit.text("DelayedIndicator") == "true",
                **firearm_of(firearm),
            )
        if status is not None:
            row = found[status.text("HitId") or ""]
            at = instant(status.text("StepTimestamp") or "")
            state = status.text("HitStateCode")
            if state == "CONFIRM_REQUESTED":
                row["confirmation_asked"] = min(row.get("confirmation_asked", at), at)
            if status.text("HitAnswerCode"):
                row["confirmation_answered"] = min(row.get("confirmation_answered", at), at)
            if state in {"CONFIRMED", "NOT_CONFIRMED", "LAPSED", "FALSE_HIT"}:
                row["outcome"] = state
    return found


# --- trace requests ---------------------------------------------------------------------------


class Step:
    """One act of a case, as one side did it."""

    def __init__(self, one: Kept, root: Part, case_sides: dict[str, bool]) -> None:
        act = root.part("TraceAct")
        assert act is not None
        self.root, self.at, self.name = root, one.at, root.name
        self.trace_id = act.text("TraceId") or ""
        self.number = int(act.text("ActNumber") or 0)
        self.seen = int(act.text("SeenActNumber") or 0)
        # Whether the requester did it: our own act in a case of ours, theirs in one of theirs.
        self.asks = one.outgoing == case_sides.get(self.trace_id, one.outgoing)

    @property
    def deed(self) -> str:
        root = self.root
        answer = root.part("TraceAnswer")
        match self.name:
            case "TraceAck":
                return "ACCEPT" if root.text("TraceAckCode") == "ACCEPTED" else "REJECT"
            case "TraceResponse":
                assert answer is not None
                statuses = set(answer.texts("ItemStatus/ItemStatusCode"))
                if answer.text("ResponseKindCode") == "INTERIM":
                    return "ANSWER_INTERIM"
                withheld = statuses <= {"WITHHELD", "REFUSED"}
                return "ANSWER_RESTRICTED" if withheld else "ANSWER_FINAL"
            case "TraceCorrection":
                return "CORRECT" if answer is None else "CORRECT_ANSWER"
            case _:
                return {
                    "TraceRequest": "REQUEST", "TraceReceived": "RECEIVED",
                    "TraceInfoRequest": "ASK", "TraceInfo": "INFORM", "TraceForward": "FORWARD",
                    "TraceClarification": "CLARIFY", "TraceComment": "COMMENT",
                    "TraceStatus": "STATUS", "TraceReminder": "REMIND",
                    "TraceNoAnswer": "STATE_NO_ANSWER", "TraceCancel": "CANCEL",
                    "TraceClose": "CLOSE", "TraceReopen": "REOPEN", "TraceAttachment": "ATTACH",
                }[self.name]  # fmt: skip


def _arrows() -> dict[tuple[str, str, str, str | None], str]:
    """The diagram of the specification: (state, side, deed, guard) leads to a state."""
    text = TRACING.read_text()
    pattern = r"^\s+(\S+) --> (\w+): (\w+) (\w+)(?: \[(\w+)\])?$"
    return {
        (before, side, deed, guard or None): after
        for before, after, side, deed, guard in re.findall(pattern, text, re.MULTILINE)
    }


_ARROWS = _arrows()
_STAYS = {"COMMENT", "ATTACH", "REMIND", "RECEIVED", "STATE_NO_ANSWER", "STATUS", "CORRECT",
          "ANSWER_INTERIM"}  # fmt: skip
_STAGES = {
    "ACCEPT": "ACCEPTED", "INFORM": "ACCEPTED", "REJECT": "REJECTED", "ASK": "INFORMATION_ASKED",
    "FORWARD": "FORWARDED", "REOPEN": "REOPENED", "STATE_NO_ANSWER": "NO_ANSWER",
    "ANSWER_FINAL": "ANSWERED", "ANSWER_RESTRICTED": "ANSWERED", "CORRECT_ANSWER": "ANSWERED",
    "CLOSE": "CLOSED", "CANCEL": "CANCELLED",
}  # fmt: skip


def traces_of(kept: Sequence[Kept]) -> dict[str, Row]:
    """Trace requests by id, each after all its acts in the one order of both sides."""
    sides: dict[str, bool] = {}
    cases: dict[str, list[tuple[Kept, Step]]] = {}
    refused = {one.in_reply_to for one in kept if one.octets is None}
    acts = [(one, one.root()) for one in kept
            if one.octets is not None and one.message_id not in refused]  # fmt: skip
    acts = [(one, root) for one, root in acts if root.part("TraceAct") is not None]
    # A side answers a request in the step that takes it: it is kept after the receipt.
    sides |= {root.text("TraceAct/TraceId") or "": one.outgoing
              for one, root in acts if root.name == "TraceRequest"}  # fmt: skip
    for one, root in acts:
        step = Step(one, root, sides)
        known = cases.setdefault(step.trace_id, [])
        if all((s.asks, s.number) != (step.asks, step.number) for _, s in known):
            known.append((one, step))
    return {trace_id: _case(steps, sides[trace_id]) for trace_id, steps in cases.items()
            if trace_id in sides}  # fmt: skip


def _in_order(steps: list[Step]) -> list[Step]:
    asks = sorted((s for s in steps if s.asks), key=lambda s: s.number)
    says = sorted((s for s in steps if not s.asks), key=lambda s: s.number)
    found: list[Step] = []
    done = {True: 0, False: 0}
    while asks or says:
        # The responder's comes first of two that did not see each other.
        queue = says if says and says[0].seen <= done[True] else asks
        step = queue.pop(0)
        done[step.asks] += 1
        found.append(step)
    return found


def _case(  # noqa: C901, PLR0912, PLR0915 - every act in one place, to be read beside the spec
    pairs: list[tuple[Kept, Step]], ours: bool
) -> Row:
    first, request = next((k, s) for k, s in pairs if s.name == "TraceRequest")
    row: Row = {"asked": first.at, "direction": "OUT" if ours else "IN",
                "peer_country": first.peer[:3], "reminders": 0, "links": None,
                "stopped": timedelta(0)}  # fmt: skip
    question = request.root.part("TraceQuestion")
    assert question is not None
    nature = question.part("TraceIllicitNature")
    assert nature is not None
    row |= {
        "chain": question.text("ChainId"),
        "priority": question.text("TracePriorityCode"),
        "recovery_date": nature.text("RecoveryDate"),
        "recovery_country": nature.text("RecoveryCountry"),
        "recovery_place": place_of(nature.part("RecoveryLocation"))
        or nature.text("RecoveryCountry"),
        "seizure": nature.text("SeizureId"),
    }
    consent = question.text("ForwardConsentCode") == "FORWARD_ALLOWED"
    state, no_answer, ended, stopped, stage = "[*]", False, None, None, "ASKED"
    answers: list[Part] = []
    for step in _in_order([s for _, s in pairs]):
        deed, side = step.deed, "requester" if step.asks else "responder"
        guards = {None, "CONSENT" if consent else None, "NO_ANSWER" if no_answer else None}
        if ended is not None and step.at - ended <= timedelta(days=365):
            guards.add("WITHIN_A_YEAR")
        leads = [a for (b, s, d, g), a in _ARROWS.items()
                 if (b, s, d) == (state, side, deed) and g in guards]  # fmt: skip
        if not leads and deed not in _STAYS:
            continue  # it crossed
        before, state = state, leads[0] if leads else state
        root = step.root
        stage = _STAGES.get(deed, stage)
        if deed == "STATE_NO_ANSWER" and state == "CLARIFICATION":
            stage = "ANSWERED"
        if deed in {"REQUEST", "INFORM", "CORRECT"}:
            firearm = question.part("Firearm") if deed == "REQUEST" else root.part("Firearm")
            if firearm is not None:
                row |= firearm_of(firearm) | {"serial": serial_of(firearm)}
                row |= {k: v for k, v in _told_origin(firearm).items() if v is not None}
        if deed == "INFORM" and root.text("ForwardConsentCode"):
            consent = root.text("ForwardConsentCode") == "FORWARD_ALLOWED"
        if deed == "RECEIVED" and root.text("ReceivedActNumber") == "1":
            row.setdefault("delivered", step.at)
        if deed in {"ACCEPT", "REJECT"}:
            row["acknowledged"] = step.at
            row["rejection"] = root.text("TraceRejectionCode")
        if deed == "REMIND":
            row["reminders"] += 1
        if deed == "STATE_NO_ANSWER":
            no_answer = True
        if deed.startswith("ANSWER") or deed == "CORRECT_ANSWER":
            answer = root.part("TraceAnswer")
            assert answer is not None
            answers = [answer] if deed == "CORRECT_ANSWER" else [*answers, answer]
            row |= {k: v for k, v in _answered_origin(answer).items() if v is not None}
            if deed != "ANSWER_INTERIM":
                row["outcome"] = answer.text("TraceOutcomeCode")
        if state in {"ANSWERED", "RESTRICTED"} and before not in {"ANSWERED", "RESTRICTED"}:
            row["final_answer"] = step.at
        if deed == "CLOSE":
            row["outcome"] = root.text("TraceOutcomeCode")
        if deed == "CANCEL":
            row["outcome"] = "CANCELLED"
        if state in {"CLOSED", "CANCELLED"} and before != state:
            ended = row["closed"] = step.at
        if state == "REJECTED":
            row["closed"] = step.at
        if deed == "REOPEN":
            ended, no_answer = None, False
            row |= {"closed": None, "final_answer": None, "outcome": None}
        if state == "INFO_REQUESTED" and stopped is None:
            stopped = step.at
        if state != "INFO_REQUESTED" and stopped is not None:
            row["stopped"] += step.at - stopped
            stopped = None
    row["stage"] = stage
    for answer in answers:
        row |= {k: v for k, v in _said(answer).items() if v is not None}
    return row


def _told_origin(firearm: Part) -> Row:
    imports = list(firearm.every("Import"))
    last = [i for i in imports if i.text("LastLegalImportIndicator") == "true"] or imports
    return {
        "manufacture_place": firearm.text("CountryOfManufacture"),
        "import_place": last[-1].text("Country") if last else None,
    }


def _answered_origin(answer: Part) -> Row:
    links = list(answer.every("TraceLink"))
    into = [x for x in links if x.text("TraceRoleCode") == "IMPORTER"]
    imported = [x.text("Country") for x in into if x.text("LegalityCode") != "ILLICIT"]
    made = [x.text("Country") for x in links if x.text("TraceRoleCode") == "MANUFACTURER"]
    return {
        "manufacture_place": made[-1] if made else None,
        "import_place": imported[-1] if imported else None,
    }


def _said(answer: Part) -> Row:
    links = list(answer.every("TraceLink"))
    lawful = [x for x in links if x.text("LegalityCode") == "LICIT"]
    named = [x.text("FromDate") for x in lawful if x.text("FromDate")]
    sold = [x for x in links if x.text("TraceRoleCode") in {"RETAILER", "WHOLESALER"}]
    dealers = [x.text("PartyName") for x in sold if x.text("PartyName")]
    diverted = [x.text("Country") for x in links if x.text("DiversionIndicator") == "true"]
    return {
        "last_transfer": max((n for n in named if n), default=None),
        "dealer": dealers[-1] if dealers else None,
        "diversion_place": diverted[0] if diverted else None,
        "links": len(links) or None,
        "countries": len({x.text("Country") for x in links}) or None,
    }
