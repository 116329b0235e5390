"""How a row of the search table is numbered and packed, and how a record's rows are reached.

The layout is docs/spec/registry.md 3. It asks for nothing (see ``lookups``) and derives no key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from gateway.store.arrays import both, many
from gateway.store.registry_tables import marking_key

RECORD_BITS = 40
"""Of a row's number the low bits are its record's number, the high ones its place among the
record's keys: a record's rows are found, and a row's record, without a column or an index, and the
numbers stay small where a record has one key, as nearly all have."""
RECORD_MASK = (1 << RECORD_BITS) - 1
_POSITION, _READING, _MAIN, _CLEAR = 4, 2, 2, 1
_BORE_BITS = 15
_BORE_MASK = (1 << _BORE_BITS) - 1
_BLOCK = 8
"""Keys of a record that are asked for at once; few records have more."""


def row_number(firearm_id: int, place: int) -> int:
    """The number of the row of a record's key at ``place``, from 0."""
    return place << RECORD_BITS | firearm_id


def record_of_row(number: int) -> int:
    """The record's number."""
    return number & RECORD_MASK


def pack_marks(*, position: int, reading: int, main: bool, clear: bool) -> int:
    """Where a key stands and how it was read, in one small number."""
    return position << _POSITION | reading << _READING | int(main) << 1 | int(clear)


def position_of(marks: int) -> int:
    """The place of the marking within the weapon."""
    return marks >> _POSITION


def reading_of(marks: int) -> int:
    """How the key came from the text."""
    return marks >> _READING & 3


def is_main(marks: int) -> bool:
    """Whether the key is of the weapon's own serial."""
    return bool(marks & _MAIN)


def is_clear(marks: int) -> bool:
    """Whether nothing says that characters are missing or changed."""
    return bool(marks & _CLEAR)


def pack_traits(make: int, bore: int) -> int:
    """The numbers of make and bore, each below 2**15, in one."""
    return make << _BORE_BITS | bore


def make_of(traits: int) -> int:
    """The number of the make."""
    return traits >> _BORE_BITS


def bore_of(traits: int) -> int:
    """The number of the bore family."""
    return traits & _BORE_MASK


_DROP = both(
    lambda among: (
        delete(marking_key).where(among(marking_key.c.id, "ids")).returning(marking_key.c.id)
    )
)
_READ = both(lambda among: select(marking_key).where(among(marking_key.c.id, "ids")))


def drop_rows(connection: Connection, firearm_ids: Iterable[int]) -> None:
    """Takes every row of these records out of the search table."""
    for _ in _blocks(connection, _DROP, firearm_ids):
        pass


def rows_of_records(connection: Connection, firearm_ids: Iterable[int]) -> list[Any]:
    """Every row of these records, whole."""
    return list(_blocks(connection, _READ, firearm_ids))


def _blocks(connection: Connection, statements: Any, firearm_ids: Iterable[int]) -> Iterator[Any]:
    """The rows that a statement over rows' numbers gives, block after block of places."""
    left: Sequence[int] = list(firearm_ids)
    first = 0
    while left:
        wanted = [row_number(id_, first + more) for id_ in left for more in range(_BLOCK)]
        rows = connection.execute(
            statements[connection.dialect.name], {"ids": many(connection, wanted)}
        ).all()
        yield from rows
        first += _BLOCK
        # Places run on without a gap, so a record whose block is not full has no more.
        last = first - 1
        left = [record_of_row(row.id) for row in rows if row.id >> RECORD_BITS == last]


def add_rows(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Puts rows into the search table."""
    if rows:
        connection.execute(insert(marking_key), rows)
