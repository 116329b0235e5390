"""Leads each payload to its rule and shapes the answer.

It knows no rule itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.frame import Frame
from gateway.ids import Lane, country_of
from gateway.payload import (
    Availability,
    Context,
    DispositionNotice,
    FirearmRecordStatusChange,
    FirearmRecordSubmit,
    FirearmRecordUpdate,
    HitClose,
    HitConfirmRequest,
    HitConfirmResponse,
    HitOriginCode,
    HitReceipt,
    HitRevoke,
    HitSeizure,
    Location,
    MessageTypeCode,
    OfficeHoursNotice,
    Payload,
    RecordBatch,
    RecordBatchReport,
    RecordBatchResult,
    RecordRead,
    ReviewConfirm,
    Search,
    SearchBatch,
    SearchBatchReport,
    SearchBatchResult,
    SearchRequest,
    SearchResponse,
    SeizedFirearm,
    Seizure,
    SeizureNotice,
    WideSearchRequest,
    message_type,
)
from gateway.posting import Posting
from gateway.registry.batches import file_batch, file_in_turn
from gateway.registry.errors import CaseRequiredError, ModeError, PolicyError, RegistryError
from gateway.registry.hitlife import Clocks
from gateway.registry.hits import note_receipt, raise_hits
from gateway.registry.hitsteps import HitLife, act_of
from gateway.registry.lookup import Answered, Asked, Lookup
from gateway.registry.offices import heard_hours, heard_outage
from gateway.registry.policy import Ruling, policy_in_force
from gateway.registry.reading import read_whole
from gateway.registry.turn import Turn, Wanted
from gateway.store import Unit

CLOCKS = Clocks()


def handle(  # noqa: C901, PLR0911, PLR0912 - the table of payloads, one return each
    payload: Payload,
    *,
    sender: str,
    unit: Unit,
    frame: Frame,
    clocks: Clocks = CLOCKS,
    message_id: str | None = None,
    wanted: Wanted = Wanted.ALL,
) -> list[Posting]:
    """The effect of ``payload`` from the proven party ``sender``, and what is to be sent.

    A large batch under a ``message_id`` is answered later, when all its pieces are filed, with what
    of it is ``wanted``.

    Raises ``RegistryError`` for a payload that the registry does not serve, and its ``ModeError``
    for a test message to a live registry or the other way round.
    """
    _same_mode(payload, frame)
    _permitted(payload, sender)
    turn = Turn(
        sender=sender,
        unit=unit,
        frame=frame,
        clocks=clocks,
        message_id=message_id,
        wanted=wanted,
    )
    match payload:
        case FirearmRecordSubmit() | FirearmRecordUpdate() | FirearmRecordStatusChange():
            return file_in_turn(payload, turn)
        case RecordBatch():
            return file_batch(payload, turn)
        case ReviewConfirm():
            return _review(payload, turn)
        case RecordRead():
            return read_whole(payload, sender=sender, unit=unit, frame=frame)
        case SearchRequest():
            return _search_one(payload, turn)
        case WideSearchRequest():
            return _search_one(payload, turn, wide=True)
        case SearchBatch():
            return _search_batch(payload, turn)
        case SeizureNotice():
            return _seizure(payload, turn)
        case HitReceipt():
            note_receipt(payload, sender=sender, unit=unit, frame=frame, clocks=clocks)
            return []
        case (
            HitConfirmRequest()
            | HitConfirmResponse()
            | HitRevoke()
            | HitSeizure()
            | DispositionNotice()
            | HitClose()
        ):
            life = HitLife(unit=unit, frame=frame, clocks=clocks)
            return life.message(payload.hit_id, act_of(payload), sender=sender)
        case OfficeHoursNotice():
            heard_hours(payload, sender, unit, frame)
            return []
        case Availability():
            heard_outage(payload, sender, unit, frame)
            return []
        case _:
            raise RegistryError(
                "the registry does not serve this message",
                value=type(payload).__name__,
                expected="filings, searches, seizure notices, office hours, words about a hit",
            )


def _same_mode(payload: Payload, frame: Frame) -> None:
    """A weapon filed for a test must never be found by an officer (9.9)."""
    context = getattr(payload, "context", None)
    if not isinstance(context, Context) or context.test_indicator is frame.test:  # (9.9)
        return
    raise ModeError(
        "this registry takes test messages only" if frame.test else "this registry is live",
        place="Context/TestIndicator",
        value=str(context.test_indicator).lower(),
        expected=str(frame.test).lower(),
        remedy="set `test` in the node's settings as the centre has it",
    )


def _permitted(payload: Payload, sender: str) -> None:
    """The centre's own table, beside what the directory lets a party send (14.1)."""
    kind = message_type(payload)
    ruling = policy_in_force().decide(sender, kind)
    if ruling.allowed:  # (14.1)
        if ruling.case_required:  # (14.6)
            _with_case(payload, kind, ruling)
        return
    raise PolicyError(
        f"the centre's policy does not let {sender} send this: {ruling.because}",
        place="Header/Type",
        value=kind,
        expected=f"a message that rule {ruling.rule} allows",
        remedy="ask the operator of the registry; `iarms policy explain` shows the rule",
    )


def _with_case(payload: Payload, kind: str, ruling: Ruling) -> None:
    context = getattr(payload, "context", None)
    if isinstance(context, Context) and (context.case_reference or "").strip():
        return
    raise CaseRequiredError(
        f"rule {ruling.rule} wants a case for {kind}: {ruling.because}",
        place="Context/CaseReference",
        expected="the number of the case under which the question is asked",
        remedy="give the case (`--case`, or its column in the native file) and send it again",
    )


def _review(message: ReviewConfirm, turn: Turn) -> list[Posting]:
    context = message.context
    filing = turn.filing(context)
    results = filing.file(message.review_decision)
    report = RecordBatchReport(
        context=turn.answering(MessageTypeCode.REC_BATCH_REPORT, context),
        record_batch_result=tuple(
            RecordBatchResult(item_id=decision.record_id, record_result=result)
            for decision, result in zip(message.review_decision, results, strict=True)
        ),
    )
    reply = _reply(turn, report, _lane(context, Lane.ROUTINE))
    return [reply, *filing.recalls(turn.clocks), *filing.hits()]


def _search_one(
    request: SearchRequest | WideSearchRequest, turn: Turn, *, wide: bool = False
) -> list[Posting]:
    context = request.context
    answers, notices = _search([_asked(request.search, None, wide=wide)], context, turn)
    response = SearchResponse(
        context=turn.answering(MessageTypeCode.SEARCH_RESPONSE, context),
        search_result=answers[0].result,
    )
    return [_reply(turn, response, _lane(context, Lane.ROUTINE)), *notices]


def _search_batch(batch: SearchBatch, turn: Turn) -> list[Posting]:
    asked = [_asked(item.search, item.item_id) for item in batch.search_batch_item]
    answers, notices = _search(asked, batch.context, turn)
    return [_report(answers, batch.context, turn, Lane.BULK), *notices]


def _seizure(notice: SeizureNotice, turn: Turn) -> list[Posting]:
    seizure = notice.seizure
    asked = [_seized(item, seizure, turn.frame) for item in seizure.seized_firearm]
    answers, notices = _search(asked, notice.context, turn)
    # (9.8) one result a firearm, under the id of its item
    return [_report(answers, notice.context, turn, Lane.ROUTINE), *notices]


def _search(
    asked: Sequence[Asked], context: Context, turn: Turn
) -> tuple[list[Answered], list[Posting]]:
    sender, unit, frame = turn.sender, turn.unit, turn.frame
    answers = Lookup(sender=sender, context=context, unit=unit, frame=frame).answer(asked)
    notices = raise_hits(answers, sender=sender, context=context, unit=unit, frame=frame)
    return answers, notices


def _report(answers: Sequence[Answered], context: Context, turn: Turn, lane: Lane) -> Posting:
    report = SearchBatchReport(
        context=turn.answering(MessageTypeCode.SEARCH_BATCH_REPORT, context),
        search_batch_result=tuple(
            SearchBatchResult(item_id=answer.asked.item_id or "", search_result=answer.result)
            for answer in answers
        ),
    )
    return _reply(turn, report, _lane(context, lane))


def _asked(search: Search, item_id: str | None, *, wide: bool = False) -> Asked:
    return Asked(
        search_id=search.search_id,
        item_id=item_id,
        origin=HitOriginCode.SEARCH,
        reference=search.search_id,
        firearm=search.firearm,
        reason=search.reason_code,
        object_in_sight=search.object_in_sight_indicator,
        keep=search.store_for_delayed_hit_indicator,
        minimum_grade=search.minimum_grade_code,
        max_results=search.max_results,
        location=Location(country=search.place_of_check_country),
        found=None,
        exhibit=None,
        contact=search.contact_point,
        wide=wide,
    )


def _seized(item: SeizedFirearm, seizure: Seizure, frame: Frame) -> Asked:
    return Asked(
        search_id=frame.ids.search_id(country_of(frame.party)),
        item_id=item.item_id,
        origin=HitOriginCode.SEIZURE,
        reference=seizure.seizure_id,
        firearm=item.firearm,
        reason=None,
        object_in_sight=True,
        keep=True,
        minimum_grade=None,
        max_results=None,
        location=seizure.location,
        found=seizure.seizure_timestamp,
        exhibit=seizure.exhibit_reference,
        contact=seizure.contact_point,
    )


def _lane(context: Context, usual: Lane) -> Lane:
    return Lane.URGENT if context.urgency_justification_text else usual


def _reply(turn: Turn, payload: Payload, lane: Lane) -> Posting:
    return Posting(to=turn.sender, payload=payload, lane=lane, answers=True)
