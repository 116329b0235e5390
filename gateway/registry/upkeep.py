"""Holds the search table to what today's tables of words derive, and makes it so.

Each step is a transaction of its own, so that searches and filings go on beside it; it can be
stopped and taken up behind the last record that it named. It files nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from gateway.frame import Frame
from gateway.payload import RecordStatusCode
from gateway.registry.lifecycle import SEARCHABLE
from gateway.registry.reference import derivation
from gateway.registry.storage import key_rows, read_record
from gateway.registry.weapons import numbered_markings, read_traits, texts_of
from gateway.registry.weighing import shape_of
from gateway.store import Indexed, Store, Timer, Unit

RECORDS_A_STEP = 500
RECORDS_A_CLOCK = 50
"""Records that the running hub looks at between two messages."""
INDEX = "registry.index"
"""The kind of the clock that derives keys anew: of which tables, and behind which record."""
_PAUSE = timedelta(milliseconds=50)
_ANOTHER = timedelta(minutes=1)
_GROWN, _GROWN_LEAST = 0.1, 1_000  # of the keys counted, and keys at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """What a run saw: records looked at, those whose keys were not as derived, their first ids,
    and the number of the last record, behind which a stopped run is taken up."""

    records: int = 0
    differing: int = 0
    examples: tuple[str, ...] = ()
    last: int = 0


def reindex(
    store: Store,
    *,
    after: int = 0,
    write: bool = True,
    most: int | None = None,
    progress: Callable[[Upkeep], None] = lambda _: None,
) -> Upkeep:
    """Derives every key anew and, with ``write``, replaces those of records that differ.

    ``after`` is the record's number to begin behind, ``most`` how many to look at. The figures
    that chance is reckoned from are counted anew at the end of a whole run.
    """
    seen = Upkeep(last=after)
    while most is None or seen.records < most:
        step = RECORDS_A_STEP if most is None else min(RECORDS_A_STEP, most - seen.records)
        with store.unit() as unit:
            records, wrong = _step(unit, after=seen.last, most=step, write=write)
        if not records:
            break
        examples = (*seen.examples, *(record.record_id for record in wrong))[:5]
        seen = replace(
            seen,
            records=seen.records + len(records),
            differing=seen.differing + len(wrong),
            examples=examples,
            last=records[-1].id,
        )
        progress(seen)
    if write and most is None:
        with store.unit() as unit:
            unit.figures.refresh(shape_of)
            if after == 0:
                _whole(unit)
    return seen


def keep_indexed(unit: Unit, frame: Frame) -> None:
    """Sets the clock that derives every key anew, where other tables derived them: once a start.

    A run that an earlier process began by the same tables goes on where it was.
    """
    wanted = derivation()
    if unit.figures.derivation() == wanted:
        return
    running = unit.timers.of_kind(INDEX)
    if any(_subject(one.subject)[0] == wanted for one in running):
        return
    for one in running:
        unit.timers.stop(INDEX, one.subject)
    if unit.figures.keys() == 0 and unit.indexing.records() == 0:
        unit.figures.note_derivation(wanted)
        return
    unit.timers.set(INDEX, f"{wanted}:0", due=frame.now, now=frame.now)


def index_on(timer: Timer, unit: Unit, frame: Frame) -> None:
    """The next few records of the run that ``timer`` leads, and its clock for those behind them."""
    number, after = _subject(timer.subject)
    if number != derivation():  # a worker with other tables takes it up
        unit.timers.set(INDEX, timer.subject, due=frame.now + _ANOTHER, now=frame.now)
        return
    records, _ = _step(unit, after=after, most=RECORDS_A_CLOCK, write=True)
    if records:
        subject = f"{number}:{records[-1].id}"
        unit.timers.set(INDEX, subject, due=frame.now + _PAUSE, now=frame.now)
        return
    unit.figures.refresh(shape_of)
    _whole(unit)


def indexed_to(unit: Unit) -> int | None:
    """The number of the last record that a run in the background has reached; None without one."""
    return max((_subject(one.subject)[1] for one in unit.timers.of_kind(INDEX)), default=None)


def old_keys(unit: Unit) -> dict[str, str]:
    """What says that older tables of words derived some keys: such records may be missed."""
    reached = indexed_to(unit)
    if reached is None:
        return {}
    newest = unit.indexing.newest()
    return {
        "keys": f"derived anew up to number {reached} of {newest}; records behind may be missed"
    }


def keep_counted(unit: Unit) -> bool:
    """Counts the figures that chance is reckoned from anew where the registry has grown by a tenth
    since; whether it did. The count reads a bounded sample, and a registry ten times as large is
    counted no more than twenty-four times on the way."""
    held, counted = unit.figures.keys(), unit.figures.counted()
    if held - counted <= max(counted * _GROWN, _GROWN_LEAST):
        return False
    unit.figures.refresh(shape_of)
    return True


def _subject(subject: str) -> tuple[int, int]:
    number, _, after = subject.partition(":")
    return int(number), int(after)


def _whole(unit: Unit) -> None:
    for one in unit.timers.of_kind(INDEX):
        unit.timers.stop(INDEX, one.subject)
    unit.figures.note_derivation(derivation())


def _step(unit: Unit, *, after: int, most: int, write: bool) -> tuple[list[Indexed], list[Indexed]]:
    """The next records, and those of them whose keys were not as derived."""
    records = unit.indexing.step(after=after, most=most)
    standing = unit.indexing.keys(record.id for record in records) if records else {}
    wrong = [
        (record, derived)
        for record in records
        if sorted(standing.get(record.id, ()), key=repr)
        != sorted(derived := _derived(record), key=repr)
    ]
    if write and wrong:
        unit.indexing.replace(wrong)
    return records, [record for record, _ in wrong]


def _derived(record: Indexed) -> list[tuple[Any, ...]]:
    """The keys that ``record`` should have, as the store gives them."""
    if RecordStatusCode(record.status) not in SEARCHABLE:
        return []
    firearm = read_record(record.octets).firearm
    traits = read_traits(texts_of(firearm))
    numbers = traits.make_number, traits.bore_number
    return [
        (
            *(row.position, row.reading, int(row.main), int(row.clear)),
            *(row.norm, row.plain, row.sk, row.rk),
            *numbers,
            record.visibility_id,
        )
        for row in key_rows(numbered_markings(firearm))
    ]
