"""Reads the facts out of a message: what analysis may keep of it and nothing more.

It sees payloads of this party only, decoded and proven; it stores nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from gateway.payload import (
    Context,
    Firearm,
    FirearmDescription,
    FirearmRecord,
    FirearmRecordResult,
    FirearmRecordStatusChange,
    FirearmRecordSubmit,
    FirearmRecordUpdate,
    HitNotice,
    HitStateCode,
    HitStatusNotice,
    LegalityCode,
    Location,
    MarkingKindCode,
    Payload,
    RecordBatch,
    RecordBatchReport,
    RecordResult,
    ResponseKindCode,
    ReviewConfirm,
    ReviewDecision,
    ReviewDecisionCode,
    ReviewDue,
    Routing,
    Search,
    SearchBatch,
    SearchBatchReport,
    SearchRequest,
    SearchResponse,
    SearchResult,
    SeizureNotice,
    StatusChange,
    TraceAck,
    TraceAckCode,
    TraceAnswer,
    TraceCancel,
    TraceClose,
    TraceCorrection,
    TraceForward,
    TraceInfo,
    TraceInfoRequest,
    TraceLink,
    TraceNoAnswer,
    TraceReceived,
    TraceReminder,
    TraceReopen,
    TraceRequest,
    TraceResponse,
    TraceRoleCode,
    WideSearchRequest,
)
from gateway.registry import read_calibre, read_make
from gateway.statistics.facts import (
    LONGEST_TEXT,
    AnyFact,
    HitConfirmation,
    HitTold,
    RecordAnswered,
    RecordChanged,
    RecordFiled,
    RecordWished,
    SearchAnswered,
    Searched,
    Seized,
    SeizureAnswered,
    TraceAnswered,
    TraceAsked,
    TraceClosed,
    TraceDescribed,
    TraceStep,
)
from gateway.statistics.serials import READABLE, series_of

UNKNOWN = "UNKNOWN"
FIRST_YEAR_COUNTED = 1899
"""Firearms made before are antiques, which SDG 16.4.2 leaves out (its metadata, 4.a)."""
_DEALERS = (TraceRoleCode.RETAILER, TraceRoleCode.WHOLESALER)
_OUT, _IN = "OUT", "IN"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message as this party sent or took it; ``peer`` is the other side."""

    payload: Payload
    outgoing: bool
    peer: str
    at: datetime
    answered_seizure: str | None = None
    """The seizure of ours that a report answers, where it answers one."""


def facts_of(said: Said) -> list[AnyFact]:
    """The facts of ``said``; none for what analysis does not count."""
    reader = (_SENT if said.outgoing else _TAKEN).get(type(said.payload))
    if reader is None:
        reader = _EITHER.get(type(said.payload))
    return [] if reader is None else list(reader(said, said.payload))


# --- records ----------------------------------------------------------------------------------


def _submit(said: Said, payload: FirearmRecordSubmit) -> list[AnyFact]:
    return [_filed(payload.firearm_record, said.at)]


def _update(said: Said, payload: FirearmRecordUpdate) -> list[AnyFact]:
    return [_wished(_filed(payload.record_update.firearm_record, said.at))]


def _status(said: Said, payload: FirearmRecordStatusChange) -> list[AnyFact]:
    return [_wished(_changed(payload.status_change, said.at))]


def _batch(said: Said, payload: RecordBatch) -> list[AnyFact]:
    found: list[AnyFact] = []
    for item in payload.record_batch_item:
        if item.firearm_record is not None:
            found.append(_filed(item.firearm_record, said.at))
        elif item.record_update is not None:
            found.append(_wished(_filed(item.record_update.firearm_record, said.at)))
        elif item.status_change is not None:
            found.append(_wished(_changed(item.status_change, said.at)))
    return found


def _wished(wish: RecordFiled | RecordChanged) -> RecordWished:
    return RecordWished(subject=wish.subject, wish=wish)


def _reviewed(said: Said, payload: ReviewConfirm) -> list[AnyFact]:
    return [_wished(_decided(each, said.at)) for each in payload.review_decision]


_DECIDED = {ReviewDecisionCode.CLOSE: "CLOSED", ReviewDecisionCode.CANCEL: "CANCELLED"}


def _decided(decision: ReviewDecision, at: datetime) -> RecordChanged:
    extends = decision.review_decision_code is ReviewDecisionCode.EXTEND
    day = decision.review_date
    return RecordChanged(
        subject=decision.record_id,
        at=at,
        status=_DECIDED.get(decision.review_decision_code),
        closure_reason=decision.closure_reason_code,
        recovery_date=decision.recovery_date,
        review_date=None if day is None else day.isoformat(),
        extended=1 if extends else None,
    )


def _due(said: Said, payload: ReviewDue) -> list[AnyFact]:
    """What the registry's clock did to records of ours: expired, purged, found again."""
    return [
        RecordChanged(
            subject=each.record_id,
            at=said.at,
            status=each.status_code,
            review_date=each.review_date.isoformat(),
        )
        for each in payload.review_item
    ]


def _result(_: Said, payload: FirearmRecordResult) -> list[AnyFact]:
    return _answered([payload.record_result])


def _report(_: Said, payload: RecordBatchReport) -> list[AnyFact]:
    return _answered([each.record_result for each in payload.record_batch_result])


def _answered(results: Sequence[RecordResult]) -> list[AnyFact]:
    return [
        RecordAnswered(subject=each.record_id, filing=each.result_code)
        for each in results
        if each.record_id is not None
    ]


def _filed(record: FirearmRecord, at: datetime) -> RecordFiled:
    return RecordFiled(
        subject=record.record_id,
        at=at,
        record_type=record.record_type_code,
        owner_category=record.owner_category_code,
        event_date=record.event_date,
        entered=record.entered_timestamp,
        review_date=record.review_date.isoformat(),
        batch_theft=_short(record.batch_theft_reference),
        status=record.status_code,
        **_firearm(record.firearm),
    )


def _changed(change: StatusChange, at: datetime) -> RecordChanged:
    return RecordChanged(
        subject=change.record_id,
        at=at,
        status=change.status_code,
        closure_reason=change.closure_reason_code,
        recovery_date=change.recovery_date,
    )


# --- searches and seizures --------------------------------------------------------------------


def _search(said: Said, payload: SearchRequest | WideSearchRequest) -> list[AnyFact]:
    return [_searched(payload.search, payload.context, said.at)]


def _searches(said: Said, payload: SearchBatch) -> list[AnyFact]:
    return [_searched(item.search, payload.context, said.at) for item in payload.search_batch_item]


def _searched(search: Search, context: Context, at: datetime) -> Searched:
    return Searched(
        subject=search.search_id,
        at=at,
        purpose=context.purpose_code,
        reason=search.reason_code,
        country=search.place_of_check_country,
        pseudonym=context.acting_user_pseudonym,
        **_firearm(search.firearm),
    )


def _response(said: Said, payload: SearchResponse) -> list[AnyFact]:
    return [_search_answered(payload.search_result, said.at)]


def _responses(said: Said, payload: SearchBatchReport) -> list[AnyFact]:
    seizure = said.answered_seizure
    if seizure is None:
        return [
            _search_answered(each.search_result, said.at) for each in payload.search_batch_result
        ]
    return [
        SeizureAnswered(
            subject=seized_subject(seizure, each.item_id),
            result=each.search_result.result_code,
            grade=_best(each.search_result),
        )
        for each in payload.search_batch_result
    ]


def _search_answered(result: SearchResult, at: datetime) -> SearchAnswered:
    return SearchAnswered(
        subject=result.search_id, at=at, result=result.result_code, grade=_best(result)
    )


def _best(result: SearchResult) -> str | None:
    return min((candidate.grade_code for candidate in result.candidate), default=None)


def _seizure(_: Said, payload: SeizureNotice) -> list[AnyFact]:
    seizure = payload.seizure
    return [
        Seized(
            subject=seized_subject(seizure.seizure_id, item.item_id),
            at=seizure.seizure_timestamp,
            seizure=seizure.seizure_id,
            mode=seizure.acquisition_mode_code,
            country=seizure.location.country,
            place=place_of(seizure.location),
            context=seizure.context_code[0] if seizure.context_code else None,
            ballistic=1 if seizure.ballistic_reference else None,
            several=1 if len(seizure.seized_firearm) > 1 else None,
            antique=_antique(item.firearm),
            manufacture_place=item.firearm.country_of_manufacture,
            location_kind=seizure.location_kind_code,
            **_route(seizure.routing),
            **_firearm(item.firearm),
            **_serial(item.firearm),
        )
        for item in seizure.seized_firearm
    ]


def _antique(firearm: Firearm) -> int | None:
    made = firearm.year_of_manufacture
    return 1 if made is not None and made.value < FIRST_YEAR_COUNTED else None


def _route(routing: Routing | None) -> dict[str, Any]:
    if routing is None:
        return {}
    passed = routing.transit_country
    return {
        "departure": routing.departure_country or routing.origin_country,
        "transit": passed[0] if passed else None,
        "destination": routing.destination_country,
    }


def seized_subject(seizure_id: str, item_id: str) -> str:
    """How analysis names one firearm of a seizure."""
    return f"{seizure_id}#{item_id}"


# --- hits -------------------------------------------------------------------------------------


def _hit(_: Said, payload: HitNotice) -> list[AnyFact]:
    hit = payload.hit
    place = hit.found_location
    return [
        HitTold(
            subject=hit.hit_id,
            at=hit.raised_timestamp,
            role=hit.hit_role_code,
            origin=hit.hit_origin_code,
            grade=hit.grade_code,
            owner_country=hit.owner_agency_id[:3],
            finder_country=hit.finder_agency_id[:3],
            found_country=None if place is None else place.country,
            record_type=hit.record_type_code,
            record=hit.record_id,
            search=hit.search_id,
            seizure=hit.seizure_id,
            delayed=1 if hit.delayed_indicator else None,
            **_firearm(hit.recorded_firearm),
        )
    ]


_JUDGED = {
    HitStateCode.CONFIRMED: "CONFIRMED",
    HitStateCode.NOT_CONFIRMED: "NOT_CONFIRMED",
    HitStateCode.LAPSED: "LAPSED",
    HitStateCode.FALSE_HIT: "FALSE_HIT",
}


def _hit_status(_: Said, payload: HitStatusNotice) -> list[AnyFact]:
    status = payload.hit_status
    at = status.step_timestamp
    asked = status.hit_state_code is HitStateCode.CONFIRM_REQUESTED
    answered = status.hit_answer_code is not None
    outcome = _JUDGED.get(status.hit_state_code)
    if not (asked or answered or outcome):
        return []
    return [
        HitConfirmation(
            subject=status.hit_id,
            asked=at if asked else None,
            answered=at if answered else None,
            outcome=outcome,
        )
    ]


# --- traces -----------------------------------------------------------------------------------


def _trace(said: Said, payload: TraceRequest) -> list[AnyFact]:
    question = payload.trace_question
    nature = question.trace_illicit_nature
    firearm = question.firearm
    place = nature.recovery_location
    return [
        TraceAsked(
            subject=payload.trace_act.trace_id,
            at=said.at,
            direction=_OUT if said.outgoing else _IN,
            chain=question.chain_id,
            peer_country=said.peer[:3],
            priority=question.trace_priority_code,
            recovery_date=nature.recovery_date,
            recovery_country=nature.recovery_country,
            recovery_place=nature.recovery_country if place is None else place_of(place),
            seizure=nature.seizure_id,
            **_origin(firearm),
            **_firearm(firearm),
            **_serial(firearm),
        )
    ]


def _origin(firearm: Firearm) -> dict[str, Any]:
    """Where it was made, and into which country it was last imported lawfully."""
    named = [each for each in firearm.import_ if each.last_legal_import_indicator]
    imports = [each.country for each in named or firearm.import_]
    return {
        "manufacture_place": firearm.country_of_manufacture,
        "import_place": imports[-1] if imports else None,
    }


def _described(payload: TraceInfo | TraceCorrection) -> list[AnyFact]:
    described = description_of(payload)
    return [] if described is None else [described]


def _informed(said: Said, payload: TraceInfo) -> list[AnyFact]:
    step = TraceStep(subject=payload.trace_act.trace_id, at=said.at, stage="ACCEPTED", clock=-1)
    return [step, *_described(payload)]


def _received(said: Said, payload: TraceReceived) -> list[AnyFact]:
    if payload.received_act_number != 1:
        return []  # of an answer; the request is the first act
    return [TraceStep(subject=payload.trace_act.trace_id, at=said.at, delivered=True)]


def _ack(said: Said, payload: TraceAck) -> list[AnyFact]:
    accepted = payload.trace_ack_code is TraceAckCode.ACCEPTED
    step = TraceStep(
        subject=payload.trace_act.trace_id,
        at=said.at,
        stage="ACCEPTED" if accepted else "REJECTED",
        acknowledged=True,
        rejection=payload.trace_rejection_code,
    )
    if accepted:
        return [step]
    return [step, TraceClosed(subject=step.subject, at=said.at, stage="REJECTED")]


def _step(stage: str | None, clock: int = 0, *, reminder: bool = False) -> Any:
    def read(said: Said, payload: Any) -> list[AnyFact]:
        subject = payload.trace_act.trace_id
        return [TraceStep(subject=subject, at=said.at, stage=stage, clock=clock, reminder=reminder)]

    return read


def _trace_response(said: Said, payload: TraceResponse) -> list[AnyFact]:
    return [_trace_answered(payload.trace_act.trace_id, payload.trace_answer, said.at)]


def _correction(said: Said, payload: TraceCorrection) -> list[AnyFact]:
    if payload.trace_answer is None:
        return _described(payload)
    answered = _trace_answered(payload.trace_act.trace_id, payload.trace_answer, said.at)
    # It was answered before, and this stands instead of that.
    outcome = payload.trace_answer.trace_outcome_code[0]
    return [msgspec.structs.replace(answered, final=False, corrects=True, outcome=outcome)]


def description_of(payload: Any) -> TraceDescribed | None:
    """The firearm as a request, a supplement or a correction describes it."""
    question = getattr(payload, "trace_question", None)
    firearm = getattr(payload, "firearm", None) if question is None else question.firearm
    if firearm is None:
        return None
    subject = payload.trace_act.trace_id
    return TraceDescribed(
        subject=subject, instead=True, **_origin(firearm), **_firearm(firearm), **_serial(firearm)
    )


def origins_of(payload: Any) -> tuple[str | None, str | None]:
    """The places of manufacture and last legal import that an act of a trace case names."""
    question = getattr(payload, "trace_question", None)
    firearm = getattr(payload, "firearm", None) if question is None else question.firearm
    answer = getattr(payload, "trace_answer", None)
    if answer is not None:
        said = _trace_answered("", answer, _EPOCH)
        return said.manufacture_place, said.import_place
    found = {} if firearm is None else _origin(firearm)
    return found.get("manufacture_place"), found.get("import_place")


def outcome_of(payload: Any) -> str | None:
    """What an act of a trace case says came of it; None where it says nothing of that or the case
    goes on: an answer that is not the last, or the word that nobody answered so far."""
    match payload:
        case TraceResponse():
            return _outcome(payload.trace_answer)
        case TraceCorrection() if payload.trace_answer is not None:
            return payload.trace_answer.trace_outcome_code[0]
        case TraceClose():
            return payload.trace_outcome_code
        case TraceCancel():
            return "CANCELLED"
        case _:
            return None


def _outcome(answer: TraceAnswer) -> str | None:
    final = answer.response_kind_code is ResponseKindCode.FINAL
    return answer.trace_outcome_code[0] if final else None


def _trace_answered(subject: str, answer: TraceAnswer, at: datetime) -> TraceAnswered:
    links = answer.trace_link
    licit = [each for each in links if each.legality_code is LegalityCode.LICIT]
    return TraceAnswered(
        subject=subject,
        at=at,
        final=answer.response_kind_code is ResponseKindCode.FINAL,
        outcome=_outcome(answer),
        last_transfer=max((each.from_date for each in licit if each.from_date), default=None),
        dealer=_short(_last_name(links, _DEALERS)),
        manufacture_place=_last_country(links, (TraceRoleCode.MANUFACTURER,)),
        import_place=_last_country(
            [each for each in links if each.legality_code is not LegalityCode.ILLICIT],
            (TraceRoleCode.IMPORTER,),
        ),
        diversion_place=next((each.country for each in links if each.diversion_indicator), None),
        links=len(links) or None,
        countries=len({each.country for each in links}) or None,
    )


def _last_country(links: Sequence[TraceLink], roles: Sequence[TraceRoleCode]) -> str | None:
    found = [each.country for each in links if each.trace_role_code in roles]
    return found[-1] if found else None


def _last_name(links: Sequence[TraceLink], roles: Sequence[TraceRoleCode]) -> str | None:
    found = [each.party_name for each in links if each.trace_role_code in roles and each.party_name]
    return found[-1] if found else None


def _closed(said: Said, payload: TraceClose) -> list[AnyFact]:
    subject = payload.trace_act.trace_id
    outcome = payload.trace_outcome_code
    return [TraceClosed(subject=subject, at=said.at, stage="CLOSED", outcome=outcome)]


def _ended(stage: str, outcome: str) -> Any:
    def read(said: Said, payload: Any) -> list[AnyFact]:
        subject = payload.trace_act.trace_id
        return [TraceClosed(subject=subject, at=said.at, stage=stage, outcome=outcome)]

    return read


# --- parts ------------------------------------------------------------------------------------


def place_of(location: Location) -> str:
    """A place as analysis names it: the subdivision where it is told, else the country."""
    return location.subdivision_code or location.country


def _firearm(firearm: Firearm | FirearmDescription) -> dict[str, Any]:
    make = firearm.make_identified or firearm.make_marked
    model = firearm.model_identified or firearm.model_marked
    calibre = firearm.calibre[0].calibre_text if firearm.calibre else None
    return {
        "firearm_type": firearm.firearm_type_code,
        "make": None if make is None else canonical_make(make.make_text),
        "model": _short(model.strip().upper()) if model else None,
        "calibre": None if calibre is None else canonical_calibre(calibre),
        "serial_status": firearm.serial_status_code,
    }


def _serial(firearm: Firearm) -> dict[str, Any]:
    text = next(
        (m.text_as_marked for m in firearm.marking if m.kind_code is MarkingKindCode.SERIAL), None
    )
    found = None if text is None else series_of(text)
    if found is None or firearm.serial_status_code not in READABLE:
        return {}
    return {"serial_series": found.series, "serial_number": found.number}


def canonical_make(text: str) -> str:
    """The maker that ``text`` names, as the registry reads it; UNKNOWN where it names none."""
    read = read_make(text)
    return UNKNOWN if read is None else read.text[:LONGEST_TEXT]


def canonical_calibre(text: str) -> str:
    """The calibre that ``text`` names, as the registry reads it; UNKNOWN where it names none."""
    read = read_calibre(text)
    if read is None:
        return UNKNOWN
    return ("/".join(sorted(read.cartridges)) or read.text)[:48]


def _short(text: str | None) -> str | None:
    return None if text is None else text[:LONGEST_TEXT]


_SENT: dict[type, Any] = {
    FirearmRecordSubmit: _submit,
    FirearmRecordUpdate: _update,
    FirearmRecordStatusChange: _status,
    RecordBatch: _batch,
    ReviewConfirm: _reviewed,
    SearchRequest: _search,
    WideSearchRequest: _search,
    SearchBatch: _searches,
    SeizureNotice: _seizure,
}
_TAKEN: dict[type, Any] = {
    FirearmRecordResult: _result,
    RecordBatchReport: _report,
    SearchResponse: _response,
    SearchBatchReport: _responses,
    HitNotice: _hit,
    HitStatusNotice: _hit_status,
    ReviewDue: _due,
}
_EITHER: dict[type, Any] = {
    TraceRequest: _trace,
    TraceAck: _ack,
    TraceInfoRequest: _step("INFORMATION_ASKED", 1),
    TraceInfo: _informed,
    TraceReceived: _received,
    TraceReminder: _step(None, reminder=True),
    TraceForward: _step("FORWARDED"),
    TraceReopen: _step("REOPENED"),
    TraceResponse: _trace_response,
    TraceCorrection: _correction,
    TraceClose: _closed,
    TraceCancel: _ended("CANCELLED", "CANCELLED"),
    TraceNoAnswer: _step("NO_ANSWER"),
}
