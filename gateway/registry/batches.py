"""Files a large batch in pieces, each a transaction of its own, and reports once at the end.

Between two pieces the worker answers what came meanwhile; a process that dies goes on behind the
last piece that it committed. It judges no record (see ``records``).
"""

from __future__ import annotations

from dataclasses import replace

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
from gateway.registry.records import Filed
from gateway.registry.single import Single, answer_with, builds_on_more, file_single, filed_in
from gateway.registry.turn import Turn, Wanted
from gateway.store import BatchPiece, Timer

BATCH = "registry.batch"
"""The kind of the clock that files the next piece; its subject is the batch's sender."""
PIECE_ITEMS = 20
"""Filed in one transaction: some 20 ms, what a search may have to wait for; pieces of 50 took twice
as long, and no less processor time in all (1.23 s against 1.26 for 1,000 records)."""
_TRIES = 2


def file_batch(batch: RecordBatch, turn: Turn) -> list[Posting]:
    """The report of a small batch; a larger one is kept, and its report follows (7.22).

    Without a message id there is no message to answer later, and all is filed at once.
    """
    large = len(batch.record_batch_item) > PIECE_ITEMS
    if turn.message_id is None or not (large or turn.unit.batches.waiting(turn.sender)):
        results, others = _file(batch, turn)
        reply = Posting(
            to=turn.sender,
            payload=_report(batch.context, results, turn),
            lane=_lane(batch.context),
            answers=True,
        )
        return [reply, *others]
    # (7.22) What came behind a batch of the same party may build on it, and waits for its turn.
    _queue(turn, turn.message_id, _cut(batch, 0, PIECE_ITEMS))
    return []


def file_in_turn(payload: Single, turn: Turn) -> list[Posting]:
    """The result of a single filing; one that builds on a batch under way follows behind it."""
    if (
        turn.message_id is not None
        and turn.unit.batches.waiting(turn.sender)
        and builds_on_more(payload, sender=turn.sender, unit=turn.unit)
    ):  # (7.22)
        _queue(turn, turn.message_id, [(0, encode(payload))])
        return []
    return file_single(payload, turn)


def file_piece(timer: Timer, turn: Turn) -> list[Posting]:
    """Files the next piece of the sender's oldest batch; the report comes with the last.

    A piece at which this failed is filed item by item; an item at which it fails again is refused
    and the others go on.
    """
    batches = turn.unit.batches
    piece = batches.next(turn.sender)
    if piece is None:
        return []
    filed = decode(piece.octets)
    if isinstance(filed, RecordBatch):
        postings = _file_some(timer, piece, filed, turn)
    else:
        postings = _file_alone(timer, piece, filed, turn)
    if batches.next(turn.sender) is not None:
        _ring(turn)
    match piece.message_id:
        case Wanted.NOTHING:
            return []
        case Wanted.NOTICES:
            return [one for one in postings if not one.answers]
        case _:
            return postings


def _file_some(timer: Timer, piece: BatchPiece, batch: RecordBatch, turn: Turn) -> list[Posting]:
    alone = len(batch.record_batch_item) == 1
    batches, postings = turn.unit.batches, list[Posting]()
    if timer.failures >= _TRIES and not alone:
        batches.split(piece, _cut(batch, piece.number, 1))
    else:
        if timer.failures >= _TRIES:
            results = tuple(map(_given_up, batch.record_batch_item))
        else:
            results, postings = _file(batch, turn)
        if batches.filed(piece, encode(_report(batch.context, results, turn))):
            postings = [_final(piece, batch.context, turn), *postings]
    return postings


def _file_alone(timer: Timer, piece: BatchPiece, filed: Payload, turn: Turn) -> list[Posting]:
    if not isinstance(filed, FirearmRecordSubmit | FirearmRecordUpdate | FirearmRecordStatusChange):
        raise TypeError(f"kept as {type(filed).__name__}, not as a filing")
    if timer.failures >= _TRIES:
        result = _left_out(_number_of(filed_in(filed)), type(filed).__name__, piece.message_id)
        postings = [answer_with(result, filed, turn)]
    else:
        postings = file_single(filed, turn)
    turn.unit.batches.end(piece)
    return [replace(postings[0], reply_to=piece.message_id), *postings[1:]]


def _queue(turn: Turn, message_id: str, pieces: list[tuple[int, bytes]]) -> None:
    answered = message_id if turn.wanted is Wanted.ALL else turn.wanted.value
    turn.unit.batches.add(turn.sender, answered, pieces)
    _ring(turn)


def _ring(turn: Turn) -> None:
    now = turn.frame.now
    turn.unit.timers.set(BATCH, turn.sender, due=now, now=now)


def _file(batch: RecordBatch, turn: Turn) -> tuple[tuple[RecordBatchResult, ...], list[Posting]]:
    items = batch.record_batch_item
    filing = turn.filing(batch.context)
    results = filing.file([_filed(item) for item in items])
    paired = tuple(
        RecordBatchResult(item_id=item.item_id, record_result=result)
        for item, result in zip(items, results, strict=True)
    )
    return paired, [*filing.recalls(turn.clocks), *filing.hits()]


def _final(piece: BatchPiece, context: Context, turn: Turn) -> Posting:
    results: list[RecordBatchResult] = []
    for octets in turn.unit.batches.end(piece):
        part = decode(octets)
        if not isinstance(part, RecordBatchReport):
            raise TypeError(f"kept as {type(part).__name__}, not as a report")
        results.extend(part.record_batch_result)
    return Posting(
        to=piece.sender,
        payload=_report(context, tuple(results), turn),
        lane=_lane(context),
        answers=True,
        reply_to=piece.message_id,
    )


def _report(
    asked: Context, results: tuple[RecordBatchResult, ...], turn: Turn
) -> RecordBatchReport:
    context = turn.answering(MessageTypeCode.REC_BATCH_REPORT, asked)
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
