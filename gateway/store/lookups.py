"""Queries of searches: the records that a set of keys may mean, and the log of who asked.

It does not judge how alike a record is: the registry's matching does.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select

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


_BY_KEYS = both(_by_keys)
_LOG = insert(lookup)


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

    def log(self, rows: Sequence[LookupRow]) -> None:
        """Writes down that these searches were made, with all of the transaction in one go."""
        self._new.extend(_columns(row) for row in rows)

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
