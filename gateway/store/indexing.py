"""Queries of the search table's upkeep: records in steps, their keys, and keys put anew.

It derives no key: the registry does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select

from gateway.store.arrays import both, many
from gateway.store.records import DROP_KEYS, country_number
from gateway.store.registry_tables import firearm_record, marking_key, record_content

_RECORD, _KEY = firearm_record.c, marking_key.c
DERIVED = ("position", "reading", "main", "clear", "norm", "plain", "sk", "rk")
_NUMBERS = ("make_number", "bore_number")


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
_KEYS = both(
    lambda among: select(
        _KEY.firearm_id, *(_KEY[name] for name in (*DERIVED, *_NUMBERS)), _KEY.visibility_id
    ).where(among(_KEY.firearm_id, "ids"))
)


class Indexing:
    """The search table inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    def records(self) -> int:
        """How many records there are."""
        return int(
            self._connection.execute(select(func.count()).select_from(firearm_record)).scalar_one()
        )

    def step(self, *, after: int, most: int) -> list[Indexed]:
        """The next ``most`` records behind number ``after``, held for this transaction."""
        rows = self._connection.execute(_STEP, {"after": after, "most": most})
        return [Indexed._make(row) for row in rows]

    def keys(self, ids: Iterable[int]) -> dict[int, list[tuple[Any, ...]]]:
        """The keys of each record: its derived columns, numbers of make and bore, visibility."""
        found: dict[int, list[tuple[Any, ...]]] = {}
        rows = self._connection.execute(
            _KEYS[self._dialect], {"ids": many(self._connection, list(ids))}
        )
        for row in rows:
            found.setdefault(row[0], []).append(tuple(row[1:]))
        return found

    def replace(self, records: Sequence[tuple[Indexed, Sequence[tuple[Any, ...]]]]) -> None:
        """Puts keys as ``keys`` gives them in the place of those that stand."""
        if not records:
            return
        ids = many(self._connection, [record.id for record, _ in records])
        self._connection.execute(DROP_KEYS[self._dialect], {"ids": ids})
        names = (*DERIVED, *_NUMBERS, "visibility_id")
        rows = [
            dict(zip(names, key, strict=True))
            | {
                "firearm_id": record.id,
                "owner_number": country_number(record.owner_country),
            }
            for record, keys in records
            for key in keys
        ]
        if rows:
            self._connection.execute(insert(marking_key), rows)
