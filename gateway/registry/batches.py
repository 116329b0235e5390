"""Files a large batch in pieces, each a transaction of its own, and reports once at the end.

Between two pieces the worker answers what came meanwhile; a process that dies goes on behind the
last piece that it committed. It judges no record (see ``records``).
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from gateway.frame import Frame
from gateway.ids import Lane
from gateway.payload import (
    Context,
    FirearmRecord,
    FirearmRecordStatusChange,
    FirearmRecordSubmit,
    FirearmRecordUpdate,
    MessageTypeCode,
    Payload,
    RecordBatch,
    RecordBatchItem,
    RecordBatchReport,
    RecordBatchResult,
    RecordResult,
    RecordResultCode,
    RecordUpdate,
    StatusChange,
    decode,
    encode,
)
from gateway.posting import Posting
from gateway.registry.findings import error
from gateway.registry.hitlife import Clocks
from gateway.registry.records import Filed, Filing
from gateway.registry.single import Single, answer_with, builds_on_more, file_single, filed_in
from gateway.store import BatchPiece, Timer, Unit


class Wanted(StrEnum):
    """What is to be sent for a filing: all, or less when its sender only filled a gap with it.

    Kept in place of the message id that a report would answer.
    """

    ALL = "ALL"
    NOTICES = "NOTICES"
    NOTHING = "NOTHING"


BATCH = "registry.batch"
"""The kind of the clock that files the next piece; its subject is the batch's sender."""
PIECE_ITEMS = 20
"""Filed in one transaction: some 20 ms, what a search may have to wait for; pieces of 50 took twice
as long, and no less processor time in all (1.23 s against 1.26 for 1,000 records)."""
_TRIES = 2


def file_batch(
    batch: RecordBatch,
    *,
    sender: str,
    unit: Unit,
    frame: Frame,
    clocks: Clocks,
    message_id: str | None = None,
    wanted: Wanted = Wanted.ALL,
) -> list[Posting]:
    """The report of a small batch; a larger one is kept, and its report follows (7.22).

    Without ``message_id`` there is no message to answer later, and all is filed at once.
    """
    large = len(batch.record_batch_item) > PIECE_ITEMS
    if message_id is None or not (large or unit.batches.waiting(sender)):
        results, others = _file(batch, sender, unit, frame, clocks)
        reply = Posting(
            to=sender,
            payload=_report(batch.context, results, frame),
            lane=_lane(batch.context),
            answers=True,
        )
        return [reply, *others]
    # (7.22) What came behind a batch of the same party may build on it, and waits for its turn.
    _queue(sender, message_id, wanted, _cut(batch, 0, PIECE_ITEMS), unit, frame)
    return []


def file_in_turn(
    payload: Single,
    *,
    sender: str,
    unit: Unit,
    frame: Frame,
    clocks: Clocks,
    message_id: str | None = None,
    wanted: Wanted = Wanted.ALL,
) -> list[Posting]:
    """The result of a single filing; one that builds on a batch under way follows behind it."""
    if (
        message_id is not None
        and unit.batches.waiting(sender)
        and builds_on_more(payload, sender=sender, unit=unit)
    ):  # (7.22)
        _queue(sender, message_id, wanted, [(0, encode(payload))], unit, frame)
        return []
    return file_single(payload, sender=sender, unit=unit, frame=frame, clocks=clocks)


def file_piece(timer: Timer, unit: Unit, frame: Frame, clocks: Clocks) -> list[Posting]:
    """Files the next piece of the sender's oldest batch; the report comes with the last.

    A piece at which this failed is filed item by item; an item at which it fails again is refused
    and the others go on.
    """
    sender = timer.subject
    piece = unit.batches.next(sender)
    if piece is None:
        return []
    filed = decode(piece.octets)
    if isinstance(filed, RecordBatch):
        postings = _file_some(timer, piece, filed, unit, frame, clocks)
    else:
        postings = _file_alone(timer, piece, filed, unit, frame, clocks)
    if unit.batches.next(sender) is not None:
        unit.timers.set(BATCH, sender, due=frame.now, now=frame.now)
    match piece.message_id:
        case Wanted.NOTHING:
            return []
        case Wanted.NOTICES:
            return [one for one in postings if not one.answers]
        case _:
            return postings


def _file_some(  # noqa: PLR0917 - what a clock is given, and its piece
    timer: Timer,
    piece: BatchPiece,
    batch: RecordBatch,
    unit: Unit,
    frame: Frame,
    clocks: Clocks,
) -> list[Posting]:
    sender = piece.sender
    alone = len(batch.record_batch_item) == 1
    postings: list[Posting] = []
    if timer.failures >= _TRIES and not alone:
        unit.batches.split(piece, _cut(batch, piece.number, 1))
    else:
        if timer.failures >= _TRIES:
            results = tuple(map(_given_up, batch.record_batch_item))
        else:
            results, postings = _file(batch, sender, unit, frame, clocks)
        if unit.batches.filed(piece, encode(_report(batch.context, results, frame))):
            postings = [_final(piece, batch.context, unit, frame), *postings]
    return postings


def _file_alone(  # noqa: PLR0917 - as above
    timer: Timer, piece: BatchPiece, filed: Payload, unit: Unit, frame: Frame, clocks: Clocks
) -> list[Posting]:
    if not isinstance(filed, FirearmRecordSubmit | FirearmRecordUpdate | FirearmRecordStatusChange):
        raise TypeError(f"kept as {type(filed).__name__}, not as a filing")
    sender = piece.sender
    if timer.failures >= _TRIES:
        result = _left_out(_number_of(filed_in(filed)), type(filed).__name__, piece.message_id)
        postings = [answer_with(result, filed, sender=sender, frame=frame)]
    else:
        postings = file_single(filed, sender=sender, unit=unit, frame=frame, clocks=clocks)
    unit.batches.end(piece)
    return [replace(postings[0], reply_to=piece.message_id), *postings[1:]]


def _queue(  # noqa: PLR0917 - a row of the table, and where it goes
    sender: str,
    message_id: str,
    wanted: Wanted,
    pieces: list[tuple[int, bytes]],
    unit: Unit,
    frame: Frame,
) -> None:
    answered = message_id if wanted is Wanted.ALL else wanted.value
    unit.batches.add(sender, answered, pieces)
    unit.timers.set(BATCH, sender, due=frame.now, now=frame.now)


def _file(
    batch: RecordBatch, sender: str, unit: Unit, frame: Frame, clocks: Clocks
) -> tuple[tuple[RecordBatchResult, ...], list[Posting]]:
    items = batch.record_batch_item
    filing = Filing(sender=sender, context=batch.context, unit=unit, frame=frame)
    results = filing.file([_filed(item) for item in items])
    paired = tuple(
        RecordBatchResult(item_id=item.item_id, record_result=result)
        for item, result in zip(items, results, strict=True)
    )
    return paired, [*filing.recalls(clocks), *filing.hits()]


def _final(piece: BatchPiece, context: Context, unit: Unit, frame: Frame) -> Posting:
    results: list[RecordBatchResult] = []
    for octets in unit.batches.end(piece):
        part = decode(octets)
        if not isinstance(part, RecordBatchReport):
            raise TypeError(f"kept as {type(part).__name__}, not as a report")
        results.extend(part.record_batch_result)
    return Posting(
        to=piece.sender,
        payload=_report(context, tuple(results), frame),
        lane=_lane(context),
        answers=True,
        reply_to=piece.message_id,
    )


def _report(
    asked: Context, results: tuple[RecordBatchResult, ...], frame: Frame
) -> RecordBatchReport:
    context = frame.context(
        MessageTypeCode.REC_BATCH_REPORT,
        purpose=asked.purpose_code,
        case_reference=asked.case_reference,
        conversation_id=asked.conversation_id,
        urgency=asked.urgency_justification_text,
    )
    return RecordBatchReport(context=context, record_batch_result=results)


def _cut(batch: RecordBatch, first: int, most: int) -> list[tuple[int, bytes]]:
    items = batch.record_batch_item
    return [
        (first + at, encode(replace(batch, record_batch_item=items[at : at + most])))
        for at in range(0, len(items), most)
    ]


def _filed(item: RecordBatchItem) -> Filed:
    filed: FirearmRecord | RecordUpdate | StatusChange | None
    filed = item.firearm_record or item.record_update or item.status_change
    if filed is None:
        raise TypeError("an item of a batch holds one of three; the schema sees to it")
    return filed


def _given_up(item: RecordBatchItem) -> RecordBatchResult:
    refused = _left_out(_number_of(_filed(item)), "RecordBatchItem", item.item_id)
    return RecordBatchResult(item_id=item.item_id, record_result=refused)


def _number_of(filed: Filed) -> str:
    return filed.firearm_record.record_id if isinstance(filed, RecordUpdate) else filed.record_id


def _left_out(record_id: str, path: str, value: str) -> RecordResult:
    finding = error(
        "NOT_PROCESSED",
        "the registry failed to process this item and left it out",
        path=path,
        value=value,
        remedy="the operator of the registry was told; file it again when it is mended",
    )
    return RecordResult(
        record_id=record_id, result_code=RecordResultCode.REJECTED, finding=(finding,)
    )


def _lane(context: Context) -> Lane:
    return Lane.URGENT if context.urgency_justification_text else Lane.BULK
