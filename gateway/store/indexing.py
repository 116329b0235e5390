"""Queries of the search table's upkeep: records in steps, their keys, and keys put anew.

It derives no key: the registry does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from gateway.store.registry_tables import firearm_record, record_content
from gateway.store.search_rows import (
    add_rows,
    bore_of,
    drop_rows,
    is_clear,
    is_main,
    make_of,
    pack_marks,
    pack_traits,
    position_of,
    reading_of,
    record_of_row,
    row_number,
    rows_of_records,
)

_RECORD = firearm_record.c


class Indexed(NamedTuple):
    """A record and what its keys are made from."""

    id: int
    record_id: str
    status: str
    owner_country: str
    visibility_id: int
    octets: bytes


_STEP = (
    select(
        _RECORD.id,
        _RECORD.record_id,
        _RECORD.status,
        _RECORD.owner_country,
        _RECORD.visibility_id,
        record_content.c.octets,
    )
    .select_from(firearm_record.join(record_content, record_content.c.firearm_id == _RECORD.id))
    .where(_RECORD.id > bindparam("after"))
    .order_by(_RECORD.id)
    .limit(bindparam("most"))
    .with_for_update(of=firearm_record)
)


class Indexing:
    """The search table inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def records(self) -> int:
        """How many records there are."""
        return int(
            self._connection.execute(select(func.count()).select_from(firearm_record)).scalar_one()
        )

    def newest(self) -> int:
        """The number of the newest record; 0 without any."""
        return int(self._connection.execute(select(func.max(_RECORD.id))).scalar() or 0)

    def step(self, *, after: int, most: int) -> list[Indexed]:
        """The next ``most`` records behind number ``after``, held for this transaction."""
        rows = self._connection.execute(_STEP, {"after": after, "most": most})
        return [Indexed._make(row) for row in rows]

    def keys(self, ids: Iterable[int]) -> dict[int, list[tuple[Any, ...]]]:
        """The keys of each record: its derived columns, numbers of make and bore, visibility."""
        found: dict[int, list[tuple[Any, ...]]] = {}
        for row in rows_of_records(self._connection, ids):
            key = (
                *(position_of(row.marks), reading_of(row.marks)),
                *(int(is_main(row.marks)), int(is_clear(row.marks))),
                *(row.norm, row.plain, row.sk, row.rk),
                *(make_of(row.traits), bore_of(row.traits), row.visibility_id),
            )
            found.setdefault(record_of_row(row.id), []).append(key)
        return found

    def replace(self, records: Sequence[tuple[Indexed, Sequence[tuple[Any, ...]]]]) -> None:
        """Puts keys as ``keys`` gives them in the place of those that stand."""
        drop_rows(self._connection, [record.id for record, _ in records])
        rows = [
            _columns(row_number(record.id, place), key)
            for record, keys in records
            for place, key in enumerate(keys)
        ]
        add_rows(self._connection, rows)


def _columns(number: int, key: tuple[Any, ...]) -> dict[str, Any]:
    position, reading, main, clear, norm, plain, sk, rk, make, bore, visibility_id = key
    return {
        "id": number,
        "sk": sk,
        "rk": rk,
        "visibility_id": visibility_id,
        "traits": pack_traits(make, bore),
        "marks": pack_marks(position=position, reading=reading, main=bool(main), clear=bool(clear)),
        "norm": norm,
        "plain": plain,
    }
