"""Matches the registry's answers to items, and turns kept answers into what adapters write.

It touches no database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from gateway.adapter import Answer, Issue, Outcome, Reply, TraceTold
from gateway.payload import (
    Fault,
    FirearmRecordResult,
    HitStatusNotice,
    MessageTypeCode,
    Payload,
    RecordBatchReport,
    RecordResult,
    RecordResultCode,
    SearchBatchReport,
    SearchResponse,
    SearchResult,
    SearchResultCode,
    decode,
)
from gateway.store import NativeItem, Undelivered

Ends = dict[int, tuple[Outcome, Payload]]

_TAKEN = (
    RecordResultCode.ACCEPTED,
    RecordResultCode.ACCEPTED_WITH_WARNINGS,
    RecordResultCode.DUPLICATE,
)


def ends_of(items: Sequence[NativeItem], payload: Payload) -> Ends:  # noqa: PLR0911 - one return a kind
    """For each answered item its outcome and its own part of the answer, as a message."""
    by_id = {item.item_id: item.number for item in items if item.item_id is not None}
    first = items[0].number
    match payload:
        case FirearmRecordResult():
            return {first: (_record_outcome(payload.record_result), payload)}
        case SearchResponse():
            return {first: (_search_outcome(payload.search_result), payload)}
        case RecordBatchReport():
            return {
                by_id[result.item_id]: (
                    _record_outcome(result.record_result),
                    FirearmRecordResult(
                        context=replace(
                            payload.context, message_type_code=MessageTypeCode.REC_RESULT
                        ),
                        record_result=result.record_result,
                    ),
                )
                for result in payload.record_batch_result
                if result.item_id in by_id
            }
        case SearchBatchReport() if by_id:
            return {
                by_id[result.item_id]: (
                    _search_outcome(result.search_result),
                    SearchResponse(
                        context=replace(
                            payload.context, message_type_code=MessageTypeCode.SEARCH_RESPONSE
                        ),
                        search_result=result.search_result,
                    ),
                )
                for result in payload.search_batch_result
                if result.item_id in by_id
            }
        case SearchBatchReport():
            # The answer to a seizure: one item, a result for each of its firearms.
            return {first: (Outcome.APPLIED, payload)}
        case HitStatusNotice():
            return {first: (Outcome.APPLIED, payload)}
        case _:
            return {}


def compose(item: NativeItem) -> Answer:
    """What goes back about ``item``, from what is kept of it."""
    issues = () if item.issues is None else msgspec.json.decode(item.issues, type=tuple[Issue, ...])
    return Answer(
        number=item.number,
        reference=item.reference,
        raw=item.raw,
        outcome=Outcome(item.state),
        answer=None if item.answer is None else reply_of(decode(item.answer)),
        issues=issues,
    )


def late_answer(item: NativeItem, payload: Payload) -> Answer:
    """What goes back when the true outcome comes after another was told."""
    return Answer(
        number=item.number,
        reference=item.reference,
        raw=item.raw,
        outcome=ends_of([item], payload).get(item.number, (Outcome.APPLIED, payload))[0],
        answer=reply_of(payload),
        issues=(),
    )


def reply_of(payload: Payload) -> Reply | None:
    """The part of a kept answer that an adapter writes."""
    match payload:
        case FirearmRecordResult():
            return payload.record_result
        case SearchResponse():
            return payload.search_result
        case HitStatusNotice():
            return payload.hit_status
        case act if isinstance(act, (SearchBatchReport, Fault, TraceTold)):
            return act
        case _:
            return None


def fault_message(failure: Undelivered) -> Fault:
    """The explicit failure of a message that nobody receipted in its time."""
    return Fault(
        message_id=failure.message_id,
        fault_code="delivery.expired",
        retryable_indicator=True,
        message_text=f"{failure.recipient} gave no receipt within the message's life",
        expected_text="a signed receipt before the message expired",
        remedy_text="send it again; ask the recipient's operator whether the system is up",
    )


def _record_outcome(result: RecordResult) -> Outcome:
    return Outcome.APPLIED if result.result_code in _TAKEN else Outcome.REFUSED


def _search_outcome(result: SearchResult) -> Outcome:
    unsearchable = result.result_code is SearchResultCode.NOT_SEARCHABLE
    return Outcome.REFUSED if unsearchable else Outcome.APPLIED
