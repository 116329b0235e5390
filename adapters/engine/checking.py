"""Holds mapped bodies to the XSD, many in one pass, and says what is wrong in the source's terms.

It maps nothing, and it sends nothing: the messages that it makes are only looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.engine.mapping import KindMapping
from adapters.engine.proving import Proof
from adapters.engine.rows import Row
from gateway.adapter import Body, HitOrder, Issue, TraceOrder
from gateway.frame import Frame
from gateway.payload import (
    FirearmRecord,
    MessageTypeCode,
    PurposeCode,
    RecordBatch,
    RecordBatchItem,
    RecordUpdate,
    SchemaIssue,
    Search,
    SearchBatch,
    SearchBatchItem,
    Seizure,
    SeizureNotice,
    StatusChange,
    validate,
)

_AT_ONCE = 500  # items a validation: well under the 1 000 of a search batch, and small in memory
_POSITION = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A mapped body that is yet to be checked, with what it was made from."""

    row: Row
    mapping: KindMapping
    body: Body
    proof: Proof | None = None
    slots: Sequence[Any] = ()
    vouched: bool = False


def check_bodies(candidates: Sequence[Candidate], frame: Frame) -> Mapping[int, list[Issue]]:
    """The issues of every body that breaks the standard, by the number of its row."""
    found: dict[int, list[Issue]] = {}
    batched: dict[bool, list[Candidate]] = {False: [], True: []}
    for candidate in candidates:
        if isinstance(candidate.body, (TraceOrder, HitOrder)):
            for problem in validate(candidate.body):
                _tell(candidate, problem, problem.path.partition("/")[2], found)
        elif isinstance(candidate.body, Seizure):
            _check_seizure(candidate, frame, found)
        else:
            batched[isinstance(candidate.body, Search)].append(candidate)
    for group in batched.values():
        for start in range(0, len(group), _AT_ONCE):
            _check_batch(group[start : start + _AT_ONCE], frame, found)
    _learn(candidates, found)
    return found


def _learn(candidates: Sequence[Candidate], found: Mapping[int, object]) -> None:
    """What the schema accepted is known from now on; nothing, once it refused what was known."""
    for candidate in candidates:
        if candidate.proof is not None and candidate.vouched and candidate.row.number in found:
            candidate.proof.doubt()
    for candidate in candidates:
        if candidate.proof is not None and candidate.row.number not in found:
            candidate.proof.learn(candidate.slots)


def _check_seizure(candidate: Candidate, frame: Frame, found: dict[int, list[Issue]]) -> None:
    if not isinstance(candidate.body, Seizure):
        return
    context = frame.context(MessageTypeCode.SEIZURE_NOTICE, purpose=PurposeCode.BORDER_CONTROL)
    for problem in validate(SeizureNotice(context=context, seizure=candidate.body)):
        path = problem.path.removeprefix("SeizureNotice/Seizure/")
        _tell(candidate, problem, path, found)


def _check_batch(group: Sequence[Candidate], frame: Frame, found: dict[int, list[Issue]]) -> None:
    problems = validate(_batch(group, frame))
    if len(group) > 1 and any(problem.code == "SIZE" for problem in problems):
        half = len(group) // 2
        _check_batch(group[:half], frame, found)
        _check_batch(group[half:], frame, found)
        return
    for problem in problems:
        _, _, below = problem.path.partition("Item")
        position, _, path = below.partition("/")
        number = _POSITION.match(position)
        candidate = group[int(number[1]) - 1 if number else 0]
        _tell(candidate, problem, path.partition("/")[2], found)


def _batch(group: Sequence[Candidate], frame: Frame) -> RecordBatch | SearchBatch:
    """The bodies of ``group`` as one message, which names each by its position."""
    purpose = PurposeCode.OBJECT_OF_POLICE_INTEREST
    if isinstance(group[0].body, Search):
        return SearchBatch(
            context=frame.context(MessageTypeCode.SEARCH_BATCH, purpose=purpose),
            search_batch_item=tuple(_search_items(group)),
        )
    return RecordBatch(
        context=frame.context(MessageTypeCode.REC_BATCH, purpose=purpose),
        record_batch_item=tuple(_record_items(group)),
    )


def _search_items(group: Sequence[Candidate]) -> Iterator[SearchBatchItem]:
    for number, candidate in enumerate(group, start=1):
        if isinstance(candidate.body, Search):
            yield SearchBatchItem(item_id=str(number), search=candidate.body)


def _record_items(group: Sequence[Candidate]) -> Iterator[RecordBatchItem]:
    for number, candidate in enumerate(group, start=1):
        body = candidate.body
        yield RecordBatchItem(
            item_id=str(number),
            firearm_record=body if isinstance(body, FirearmRecord) else None,
            record_update=body if isinstance(body, RecordUpdate) else None,
            status_change=body if isinstance(body, StatusChange) else None,
        )


def _tell(
    candidate: Candidate, problem: SchemaIssue, path: str, found: dict[int, list[Issue]]
) -> None:
    """Add ``problem`` in the terms of the source: the cell that fills ``path``."""
    row, mapping, inner = candidate.row, candidate.mapping, path
    columns = mapping.columns()
    for entries in mapping.entries:
        if path.startswith(entries.path):
            below = path.removeprefix(entries.path)
            number, inner = _POSITION.match(below), below.partition("/")[2]
            row = entries.entry_of(row, int(number[1]) if number else 1)
            columns = entries.columns()
    column = _column_for(_plain(inner), columns, row, problem.value)
    found.setdefault(candidate.row.number, []).append(
        mapping.part.speech.issue(
            "SCHEMA",
            at=row.place(column),
            value=problem.value,
            field=path,
            cell=column,
            detail=f"{problem.message} ({problem.expected})",
        )
    )


def _plain(path: str) -> str:
    """``Firearm/Marking[2]/TextAsMarked`` without positions and labels."""
    return re.sub(r"\[[^]]*\]", "", path)


def _column_for(path: str, columns: Sequence[tuple[str, str]], row: Row, value: str) -> str:
    """The column that fills ``path`` or lies nearest to it; one that holds ``value`` first."""
    at = path
    while at:
        inside = [
            column
            for known, column in columns
            if (plain := _plain(known)) == at or plain.startswith(at + "/")
        ]
        if inside:
            holding = (column for column in inside if value and value in _text(row, column))
            filled = (column for column in inside if _text(row, column))
            return next(holding, next(filled, inside[0]))
        at = at.rpartition("/")[0]
    return ""


def _text(row: Row, column: str) -> str:
    cell = row.cells.get(column, "")
    return "; ".join(cell) if isinstance(cell, tuple) else cell
