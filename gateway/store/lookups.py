"""Queries of searches: the records that a set of keys may mean, and the log of who asked.

It does not judge how alike a record is: the registry's matching does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    TextClause,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2

from gateway.store.arrays import Among, both, many
from gateway.store.registry_tables import firearm_record, lookup, marking_key
from gateway.store.restrictions import Asker, visible


class Found(NamedTuple):
    """A key that may mean what was asked for, with its record's columns."""

    sk: int
    norm: str
    plain: str | None
    rk: int
    reading: int
    main: int
    clear: int
    id: int
    record_id: str
    owner_agency: str
    owner_country: str
    national_record_id: str
    version: int
    status: str
    record_type: str
    event_date: str
    type_code: str | None
    make_text: str
    calibre_text: str
    model_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupRow:
    """A search as it was made and answered; ``keep`` lets it fire for a later record."""

    at: datetime
    asker: str
    system_id: str
    pseudonym: str
    purpose: str
    reason: str | None
    case_reference: str | None
    origin: str
    reference: str
    item_id: str | None
    object_in_sight: bool
    keep: bool
    query: str
    sk: int | None
    result: str
    record_ids: tuple[str, ...]
    weak: int
    test: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSearch:
    """A search that a record which arrives later may answer; ``sk`` is of its first serial."""

    at: datetime
    asker: str
    purpose: str
    reason: str | None
    case_reference: str | None
    origin: str
    reference: str
    item_id: str | None
    object_in_sight: bool
    query: str
    sk: int


_KEY = marking_key.c
_RECORD = firearm_record.c
_FOUND = (
    *(_KEY.sk, _KEY.norm, _KEY.plain, _KEY.rk, _KEY.reading, _KEY.main, _KEY.clear),
    *(_RECORD.id, _RECORD.record_id, _RECORD.owner_agency, _RECORD.owner_country),
    *(_RECORD.national_record_id, _RECORD.version, _RECORD.status, _RECORD.record_type),
    *(_RECORD.event_date, _RECORD.type_code),
    *(_RECORD.make_text, _RECORD.calibre_text, _RECORD.model_text),
)


def _by_keys(among: Among) -> Any:
    return (
        select(*_FOUND)
        .select_from(marking_key.join(firearm_record, _RECORD.id == _KEY.firearm_id))
        .where(among(_KEY.sk, "keys"), visible(_KEY.visibility_id))  # (6.5)
        .limit(bindparam("most"))
    )


_KEPT = tuple(lookup.c[name] for name in KeptSearch.__slots__)


def _kept(among: Among) -> Any:
    return (
        select(*_KEPT)
        .where(among(lookup.c.sk, "keys"), lookup.c.keep, lookup.c.at > bindparam("since"))
        .order_by(lookup.c.id.desc())
        .limit(bindparam("most"))
    )


_BY_KEYS = both(_by_keys)
_KEPT_BY_KEYS = both(_kept)
_LOG = insert(lookup)
_COUNT = select(func.count()).select_from(lookup)


class KeyFound(NamedTuple):
    """A key that a question may mean, from the search table alone.

    ``span`` is the place of the span of ``sk`` that it lies in, -2 less that of ``rk``, -1 for a
    key that was named.
    """

    span: int

    firearm_id: int
    sk: int
    rk: int
    norm: str
    plain: str | None
    reading: int
    main: int
    clear: int
    make_number: int
    bore_number: int


class Spanned(NamedTuple):
    """Keys from ``low`` to ``high`` whose bits under ``mask`` are ``value``; 0, 0 for all."""

    low: int
    high: int
    mask: int = 0
    value: int = 0


# Both dialects by hand. SQLite would turn a plain join with json_each round (6-registry, trap 4),
# and PostgreSQL would guess the rows of a range from nothing (trap 1).
_COLUMNS = ", ".join(f"k.{name}" for name in KeyFound._fields[1:])
_WRITTEN = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    # The dialect of psycopg 3 would write casts that a text statement takes for names.
    # SQLAlchemy types no dialect.
    "postgresql": PGDialect_psycopg2(paramstyle="named"),  # type: ignore[no-untyped-call]
}


def _seen(dialect: str) -> str:
    """The condition of docs/spec/registry.md 6 for the row ``k``, as text in brackets (6.5)."""
    condition = visible(literal_column("k.visibility_id", BigInteger()))
    compiled = condition.compile(dialect=_WRITTEN[dialect])
    words = str(compiled)
    for name, value in compiled.params.items():
        if value is not None:  # a constant of the condition, not the asker
            words = re.sub(rf":{name}\b", repr(value), words)
    return f"({words})"


def _equal(dialect: str) -> str:
    among = (
        "k.sk IN (SELECT value FROM json_each(:keys))"
        if dialect == "sqlite"
        else "k.sk = ANY(CAST(:keys AS bigint[]))"
    )
    return f"SELECT -1 AS span, {_COLUMNS} FROM marking_key k WHERE {among} AND {_seen(dialect)}"  # noqa: S608 - our words


def _within(dialect: str, column: str) -> str:
    place = {"sk": "{} AS span", "rk": "-2 - {} AS span"}[column]
    if dialect == "sqlite":
        part = "json_extract(r.value, '$[{}]')"
        bounds = f"k.{column} BETWEEN {part.format(0)} AND {part.format(1)}"
        shown = f"(k.{column} & {part.format(2)}) = {part.format(3)}"
        return (
            f"SELECT {place.format('r.key')}, {_COLUMNS} "  # noqa: S608 - our words
            f"FROM json_each(:{column}_spans) r CROSS JOIN marking_key k WHERE {bounds} "
            f"AND {shown} AND {_seen(dialect)}"
        )
    arrays = ", ".join(
        f"CAST(:{column}_{name} AS bigint[])" for name in ("low", "high", "mask", "value")
    )
    return (
        f"SELECT {place.format('(r.n - 1)')}, {_COLUMNS} FROM unnest({arrays}) "  # noqa: S608 - our words
        "WITH ORDINALITY r(low, high, mask, value, n) CROSS JOIN LATERAL (SELECT * "
        f"FROM marking_key m WHERE m.{column} BETWEEN r.low AND r.high "
        f"AND (m.{column} & r.mask) = r.value OFFSET 0) k WHERE {_seen(dialect)}"
    )


def _statements(dialect: str) -> dict[tuple[bool, ...], TextClause]:
    parts = (_equal(dialect), _within(dialect, "sk"), _within(dialect, "rk"))
    return {
        wanted: text(
            " UNION ALL ".join(part for part, asked in zip(parts, wanted, strict=True) if asked)
            + " LIMIT :most"
        )
        for wanted in product((False, True), repeat=3)
        if any(wanted)
    }


_CANDIDATES = {dialect: _statements(dialect) for dialect in _WRITTEN}
_BRIEF_RECORD = tuple(name for name in Found._fields if name not in KeyFound._fields)


def _briefs(among: Among) -> Any:
    return select(*(_RECORD[name] for name in _BRIEF_RECORD)).where(among(_RECORD.id, "ids"))


_BRIEFS = both(_briefs)


class Lookups:
    """Searches inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name
        self._new: list[dict[str, Any]] = []

    def by_keys(self, keys: Collection[int], asker: Asker, *, most: int) -> list[Found]:
        """Up to ``most`` keys with one of these ``sk`` that ``asker`` may see, in no order."""
        if not keys:
            return []
        rows = self._connection.execute(
            _BY_KEYS[self._dialect],
            {"keys": many(self._connection, keys), "most": most} | asker.parameters,
        )
        return [Found._make(row) for row in rows]

    def candidates(
        self,
        keys: Collection[int],
        sk_spans: Sequence[Spanned],
        rk_spans: Sequence[Spanned],
        asker: Asker,
        *,
        most: int,
    ) -> list[KeyFound]:
        """Up to ``most`` keys with one of these ``sk`` or within a span, as far as seen.

        One statement; in no order, and a key may come twice.
        """
        wanted = (bool(keys), bool(sk_spans), bool(rk_spans))
        if not any(wanted):
            return []
        values: dict[str, Any] = {"most": most} | asker.parameters
        if keys:
            values["keys"] = many(self._connection, keys)
        for column, spans in (("sk", sk_spans), ("rk", rk_spans)):
            if spans:
                values |= self._span_values(column, spans)
        rows = self._connection.execute(_CANDIDATES[self._dialect][wanted], values)
        return [KeyFound._make(row) for row in rows]

    def briefs(self, found: Iterable[KeyFound]) -> list[Found]:
        """The same keys with their records' columns."""
        keys = list(found)
        if not keys:
            return []
        ids = many(self._connection, {key.firearm_id for key in keys})
        rows = {
            row.id: row._asdict()
            for row in self._connection.execute(_BRIEFS[self._dialect], {"ids": ids})
        }
        return [
            Found(
                sk=key.sk,
                norm=key.norm,
                plain=key.plain,
                rk=key.rk,
                reading=key.reading,
                main=key.main,
                clear=key.clear,
                **rows[key.firearm_id],
            )
            for key in keys
            if key.firearm_id in rows
        ]

    def _span_values(self, column: str, spans: Sequence[Spanned]) -> dict[str, Any]:
        if self._dialect == "sqlite":
            return {f"{column}_spans": json.dumps(spans)}
        parts = zip(*spans, strict=True)
        return {
            f"{column}_{name}": list(part)
            for name, part in zip(Spanned._fields, parts, strict=True)
        }

    def kept(
        self, keys: Collection[int], *, since: datetime, most: int = 5_000
    ) -> list[KeptSearch]:
        """Searches made after ``since`` that wait for a record with one of these keys; the newest
        first."""
        if not keys:
            return []
        rows = self._connection.execute(
            _KEPT_BY_KEYS[self._dialect],
            {"keys": many(self._connection, keys), "since": since, "most": most},
        )
        return [KeptSearch(**row._mapping) for row in rows]  # noqa: SLF001 - a Row's documented mapping

    def log(self, rows: Sequence[LookupRow]) -> None:
        """Writes down that these searches were made, with all of the transaction in one go."""
        self._new.extend(_columns(row) for row in rows)

    def count(self) -> int:
        """How many searches were made."""
        self.flush()
        return self._connection.execute(_COUNT).scalar_one()

    def flush(self) -> None:
        """Writes what was gathered."""
        if self._new:
            self._connection.execute(_LOG, self._new)
            self._new = []


def _columns(row: LookupRow) -> dict[str, Any]:
    return {
        "at": row.at,
        "asker": row.asker,
        "system_id": row.system_id,
        "pseudonym": row.pseudonym,
        "purpose": row.purpose,
        "reason": row.reason,
        "case_reference": row.case_reference,
        "origin": row.origin,
        "reference": row.reference,
        "item_id": row.item_id,
        "object_in_sight": row.object_in_sight,
        "keep": row.keep,
        "query": row.query,
        "sk": row.sk,
        "result": row.result,
        "record_ids": json.dumps(row.record_ids),
        "weak": row.weak,
        "test": row.test,
    }
