"""Holds the search table to what today's tables of words derive, and makes it so.

Each step is a transaction of its own, so that searches and filings go on beside it; it can be
stopped and taken up behind the last record that it named. It files nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from gateway.payload import RecordStatusCode
from gateway.registry.lifecycle import SEARCHABLE
from gateway.registry.storage import key_rows, read_record
from gateway.registry.weapons import numbered_markings, read_traits, texts_of
from gateway.registry.weighing import shape_of
from gateway.store import Indexed, Store

RECORDS_A_STEP = 500


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
            records = unit.indexing.step(after=seen.last, most=step)
            if not records:
                break
            standing = unit.indexing.keys(record.id for record in records)
            wrong = [
                (record, derived)
                for record in records
                if sorted(standing.get(record.id, ()), key=repr)
                != sorted(derived := _derived(record), key=repr)
            ]
            if write:
                unit.indexing.replace(wrong)
        examples = (*seen.examples, *(record.record_id for record, _ in wrong))[:5]
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
    return seen


def _derived(record: Indexed) -> list[tuple[Any, ...]]:
    """The keys that ``record`` should have, as the store gives them."""
    if RecordStatusCode(record.status) not in SEARCHABLE:
        return []
    firearm = read_record(record.octets).firearm
    traits = read_traits(texts_of(firearm))
    numbers = (
        traits.makes[0].number if traits.makes else 0,
        traits.calibres[0].family if traits.calibres else 0,
    )
    return [
        (
            *(row.position, row.reading, int(row.main), int(row.clear)),
            *(row.norm, row.plain, row.sk, row.rk),
            *numbers,
            record.visibility_id,
        )
        for row in key_rows(numbered_markings(firearm))
    ]
