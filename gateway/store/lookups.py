"""Queries of searches: the records that a set of keys may mean, and the log of who asked.

It does not judge how alike a record is: the registry's matching does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import Connection, bindparam, func, insert, select

from gateway.store.arrays import Among, both, many, numbers_as_text
from gateway.store.candidates import KeyFound, Spanned, candidates, with_records
from gateway.store.driver import driver_rows
from gateway.store.records import contents_of
from gateway.store.registry_tables import firearm_record, lookup, lookup_key, marking_key
from gateway.store.restrictions import Asker, forget_seen, seen_by, visible
from gateway.store.search_rows import RECORD_MASK, is_clear, is_main, reading_of

T = TypeVar("T")


class Found(NamedTuple):
    """A key that may mean what was asked for, with its record's columns."""

    sk: int
    norm: str
    plain: str | None
    rk: int
    marks: int
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

    @property
    def reading(self) -> int:
        """How the key came from the text."""
        return reading_of(self.marks)

    @property
    def main(self) -> bool:
        """Whether it is the weapon's own serial."""
        return is_main(self.marks)

    @property
    def clear(self) -> bool:
        """Whether nothing says that characters are missing or changed."""
        return is_clear(self.marks)


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
    further: tuple[int, ...] = ()
    """Keys of its other serials: a record that comes later is held to them too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSearch:
    """A search that a record which arrives later may answer; ``sk`` is the key that met it."""

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
    *(_KEY.sk, _KEY.norm, _KEY.plain, _KEY.rk, _KEY.marks),
    *(_RECORD.id, _RECORD.record_id, _RECORD.owner_agency, _RECORD.owner_country),
    *(_RECORD.national_record_id, _RECORD.version, _RECORD.status, _RECORD.record_type),
    *(_RECORD.event_date, _RECORD.type_code),
    *(_RECORD.make_text, _RECORD.calibre_text, _RECORD.model_text),
)


def _by_keys(among: Among) -> Any:
    return (
        select(*_FOUND)
        .select_from(
            marking_key.join(firearm_record, _RECORD.id == _KEY.id.bitwise_and(RECORD_MASK))
        )
        .where(among(_KEY.sk, "keys"), visible(_KEY.visibility_id))  # (6.5)
        .limit(bindparam("most"))
    )


_KEPT = tuple(lookup.c[name] for name in KeptSearch.__slots__)


def _kept(among: Among) -> Any:
    since = lookup.c.at > bindparam("since")
    by_first = select(lookup.c.id, lookup.c.keep, *_KEPT).where(among(lookup.c.sk, "keys"), since)
    columns = (lookup_key.c.sk if column is lookup.c.sk else column for column in _KEPT)
    by_further = (
        select(lookup.c.id, lookup.c.keep, *columns)
        .select_from(lookup_key.join(lookup, lookup.c.id == lookup_key.c.lookup_id))
        .where(among(lookup_key.c.sk, "keys"), since)
    )
    found = by_first.union_all(by_further).subquery()
    return select(found).order_by(found.c.id.desc()).limit(bindparam("most"))


_BY_KEYS = both(_by_keys)
_KEPT_BY_KEYS = both(_kept)
_LOG = insert(lookup)
_LOG_ONE = insert(lookup).returning(lookup.c.id)
_FURTHER = insert(lookup_key)
_COUNT = select(func.count()).select_from(lookup)


_OF_KEY = ("sk", "norm", "plain", "rk", "marks")
_BRIEF_RECORD = tuple(name for name in Found._fields if name not in _OF_KEY)


_BRIEFS = {
    dialect: f"SELECT {', '.join(_BRIEF_RECORD)} FROM firearm_record WHERE id {among}"  # noqa: S608 - our words
    for dialect, among in (
        ("sqlite", "IN (SELECT value FROM json_each(:ids))"),
        ("postgresql", "= ANY(CAST(%(ids)s AS bigint[]))"),
    )
}


_found = partial(tuple.__new__, Found)


class Read(Protocol):
    """Asks the connection that answers searches now."""

    def __call__(self, question: Callable[[Connection], T], /) -> T:
        """What it answers."""


class Lookups:
    """Searches inside one transaction."""

    def __init__(self, connection: Connection, read: Read) -> None:
        """``read`` asks whoever answers searches, the primary or its replica."""
        self._connection = connection
        self._read = read
        self._dialect = connection.dialect.name
        self._new: list[dict[str, Any]] = []
        forget_seen(connection)
        self._with_keys: dict[int, Sequence[Any]] = {}
        """Columns of records that came with the keys asked for last."""

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
        self._with_keys = {}
        seen = seen_by(self._connection, asker).classes
        if self._dialect == "sqlite" and keys and not (sk_spans or rk_spans):
            # Nearly all records of equal serials are read: their columns come with the keys.
            found = with_records(self._connection, keys, seen, _BRIEF_RECORD, most=most)
            self._with_keys = found.records
            return found.keys
        return self._read(
            lambda reader: candidates(reader, keys, sk_spans, rk_spans, seen, most=most)
        )

    def hides(self, asker: Asker) -> bool:
        """Whether there may be records that ``asker`` may not see."""
        return seen_by(self._connection, asker).others

    def contents(self, ids: Collection[int]) -> dict[int, bytes]:
        """The XML of each record of ``ids``, as a search shows it."""
        return self._read(lambda reader: contents_of(reader, ids))

    def briefs(self, found: Iterable[KeyFound]) -> dict[int, Found]:
        """The same keys by the numbers of their rows, with their records' columns."""
        keys = list(found)
        if not keys:
            return {}
        rows = self._with_keys
        ids = {key.row & RECORD_MASK for key in keys}.difference(rows)
        if ids:
            values = {"ids": numbers_as_text(self._dialect, sorted(ids))}
            statement = _BRIEFS[self._dialect]
            read = self._read(lambda reader: driver_rows(reader, statement, values))
            rows = rows | {row[0]: row for row in read}
        return {
            key.row: _found((key.sk, key.norm, key.plain, key.rk, key.marks, *row))
            for key in keys
            if (row := rows.get(key.row & RECORD_MASK)) is not None
        }

    def kept(
        self, keys: Collection[int], *, since: datetime, most: int = 5_000
    ) -> list[KeptSearch]:
        """Searches made after ``since`` that wait for a record with one of these keys; the newest
        first. Of several with one id only the last counts: it renews or ends the others (11.4)."""
        if not keys:
            return []
        self.flush()  # a search of this very transaction waits for its record too
        rows = self._connection.execute(
            _KEPT_BY_KEYS[self._dialect],
            {"keys": many(self._connection, keys), "since": since, "most": most},
        )
        newest: dict[tuple[str, ...], int] = {}
        kept = []
        for id_, keep, *rest in rows:
            search = KeptSearch(**dict(zip(KeptSearch.__slots__, rest, strict=True)))
            question = (search.asker, search.origin, search.reference, search.item_id or "")
            if newest.setdefault(question, id_) == id_ and keep:  # (11.4)
                kept.append(search)
        return kept

    def log(self, rows: Sequence[LookupRow]) -> None:
        """Writes down that these searches were made, with all of the transaction in one go."""
        for row in rows:
            if row.further and row.keep:
                id_ = self._connection.execute(_LOG_ONE, _columns(row)).scalar_one()
                self._connection.execute(
                    _FURTHER, [{"sk": key, "lookup_id": id_} for key in row.further]
                )
            else:
                self._new.append(_columns(row))

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
