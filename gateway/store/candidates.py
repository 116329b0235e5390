"""The one statement that finds what a question may mean: named keys, and keys within spans.

Written by hand for each dialect: SQLite would turn a join with json_each round (6-registry, trap
4), and PostgreSQL would guess the rows of a span from nothing and visit the heap for each (traps 1
and 2). It does not judge how alike a key is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from gateway.store.arrays import numbers_as_text
from gateway.store.driver import driver_rows
from gateway.store.search_rows import RECORD_MASK, bore_of, make_of


class KeyFound(NamedTuple):
    """A key that a question may mean, from the search table alone.

    ``span`` is the place of the span of ``sk`` that it lies in, -2 less that of ``rk``, -1 for a
    key that was named.
    """

    span: int
    row: int
    sk: int
    rk: int
    traits: int
    marks: int
    norm: str
    plain: str | None

    @property
    def firearm_id(self) -> int:
        """The record's number."""
        return self.row & RECORD_MASK

    @property
    def make_number(self) -> int:
        """The number of the record's make, 0 where no table knows it."""
        return make_of(self.traits)

    @property
    def bore_number(self) -> int:
        """The number of its bore family, 0 likewise."""
        return bore_of(self.traits)


class Spanned(NamedTuple):
    """Keys from ``low`` to ``high`` whose bits under ``mask`` are ``value``; 0, 0 for all."""

    low: int
    high: int
    mask: int = 0
    value: int = 0


_COLUMNS = "k.id, k.sk, k.rk, k.traits, k.marks, k.norm, k.plain"
_encode = msgspec.json.Encoder().encode
_found = partial(tuple.__new__, KeyFound)
"""A third of the time that ``_make`` takes, which counts the columns of every row again."""


class Candidates(NamedTuple):
    """The keys found, and by its number each of their records that was read with them."""

    keys: list[KeyFound]
    records: dict[int, Sequence[Any]]


def with_records(
    connection: Connection,
    keys: Collection[int],
    seen: Sequence[int],
    columns: Sequence[str],
    *,
    most: int,
) -> Candidates:
    """Up to ``most`` keys with one of these ``sk``, of a class in ``seen``, and ``columns`` of the
    records that they are of. One statement of SQLite, whose plan is as it is written."""
    values = {
        "seen": numbers_as_text("sqlite", seen),
        "most": most,
        "keys": numbers_as_text("sqlite", sorted(keys)),
    }
    rows = driver_rows(connection, _joined(tuple(columns)), values)
    width = len(KeyFound._fields)
    return Candidates(
        [_found(row[:width]) for row in rows],
        {row[1] & RECORD_MASK: row[width:] for row in rows},
    )


@cache
def _joined(columns: tuple[str, ...]) -> str:
    of_record = ", ".join(f"f.{name}" for name in columns)
    return (
        f"SELECT -1 AS span, {_COLUMNS}, {of_record} "  # noqa: S608 - our words
        "FROM json_each(:keys) r CROSS JOIN marking_key k CROSS JOIN firearm_record f "
        f"WHERE k.sk = r.value AND f.id = (k.id & {RECORD_MASK}) AND {_seen('sqlite')} LIMIT :most"
    )


def candidates(
    connection: Connection,
    keys: Collection[int],
    sk_spans: Sequence[Spanned],
    rk_spans: Sequence[Spanned],
    seen: Sequence[int],
    *,
    most: int,
) -> list[KeyFound]:
    """Up to ``most`` keys with one of these ``sk`` or within a span, of a class in ``seen``.

    One statement; in no order, and a key may come twice.
    """
    wanted = (bool(keys), bool(sk_spans), bool(rk_spans))
    if not any(wanted):
        return []
    dialect = connection.dialect.name
    given = _json if dialect == "sqlite" else _arrays
    # In their order: neighbours lie on one page, and a page is looked at once.
    values = {"seen": numbers_as_text(dialect, seen), "most": most}
    values |= given(sorted(keys), sk_spans, rk_spans)
    rows = driver_rows(connection, _statement(dialect, wanted), values)
    return list(map(_found, rows))


def _json(
    keys: Sequence[int], sk_spans: Sequence[Spanned], rk_spans: Sequence[Spanned]
) -> dict[str, Any]:
    return {
        "keys": numbers_as_text("sqlite", keys),
        "sk_spans": _encode(sk_spans).decode(),
        "rk_spans": _encode(rk_spans).decode(),
    }


def _arrays(
    keys: Sequence[int], sk_spans: Sequence[Spanned], rk_spans: Sequence[Spanned]
) -> dict[str, Any]:
    values = {"keys": numbers_as_text("postgresql", keys)}
    for column, spans in (("sk", sk_spans), ("rk", rk_spans)):
        parts = zip(*spans, strict=True) if spans else ((),) * len(Spanned._fields)
        for name, part in zip(Spanned._fields, parts, strict=True):
            values[f"{column}_{name}"] = numbers_as_text("postgresql", part)
    return values


@cache
def _statement(dialect: str, wanted: tuple[bool, bool, bool]) -> str:
    parts = (_equal(dialect), _within(dialect, "sk"), _within(dialect, "rk"))
    asked = (part for part, is_asked in zip(parts, wanted, strict=True) if is_asked)
    return " UNION ALL ".join(asked) + f" LIMIT {_place(dialect, 'most')}"


def _place(dialect: str, name: str) -> str:
    return f":{name}" if dialect == "sqlite" else f"%({name})s"


def _seen(dialect: str) -> str:
    """Whether the asker may see the row ``k`` (docs/spec/registry.md 6.5).

    Every row is held to the list, one without rules too: what is found first would else tell, by
    the time that reading the list takes, whether it has rules.
    """
    if dialect == "sqlite":
        return "k.visibility_id IN (SELECT value FROM json_each(:seen))"
    return "k.visibility_id = ANY(CAST(%(seen)s AS bigint[]))"


def _equal(dialect: str) -> str:
    source = (
        "json_each(:keys) r CROSS JOIN marking_key k WHERE k.sk = r.value"
        if dialect == "sqlite"
        else "marking_key k WHERE k.sk = ANY(CAST(%(keys)s AS bigint[]))"
    )
    return f"SELECT -1 AS span, {_COLUMNS} FROM {source} AND {_seen(dialect)}"  # noqa: S608 - our words


def _within(dialect: str, column: str) -> str:
    place = {"sk": "{} AS span", "rk": "-2 - {} AS span"}[column]
    if dialect == "sqlite":
        parts = ", ".join(
            f"json_extract(value, '$[{place}]') AS {name}"
            for place, name in enumerate(Spanned._fields)
        )
        # Read once, not for every row that a span passes over.
        spans = f"SELECT key AS n, {parts} FROM json_each(:{column}_spans) LIMIT -1"  # noqa: S608 - our words
        return (
            f"SELECT {place.format('r.n')}, {_COLUMNS} "  # noqa: S608 - our words
            f"FROM ({spans}) r CROSS JOIN marking_key k WHERE k.{column} BETWEEN r.low AND r.high "
            f"AND (k.{column} & r.mask) = r.value AND {_seen(dialect)}"
        )
    arrays = ", ".join(f"CAST(%({column}_{name})s AS bigint[])" for name in Spanned._fields)
    return (
        f"SELECT {place.format('(r.n - 1)')}, {_COLUMNS} FROM unnest({arrays}) "  # noqa: S608 - our words
        "WITH ORDINALITY r(low, high, mask, value, n) "
        f"CROSS JOIN LATERAL (SELECT m.id FROM marking_key m WHERE m.{column} BETWEEN r.low "
        f"AND r.high AND (m.{column} & r.mask) = r.value OFFSET 0) s "
        "CROSS JOIN LATERAL (SELECT * FROM marking_key o WHERE o.id = s.id OFFSET 0) k "
        f"WHERE {_seen(dialect)}"
    )
