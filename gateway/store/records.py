"""Queries of the registry's records: by id, by mark, and how they are written.

It does not judge who may file or change what: the registry does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Table,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from gateway.store.arrays import Among, both, many
from gateway.store.pouring import POURED_FROM, new_ids, pour
from gateway.store.registry_tables import firearm_record, marking, marking_key, record_content
from gateway.store.restrictions import Asker, Restriction, class_of, visible
from gateway.store.search_rows import drop_rows, pack_marks, pack_traits, row_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What is held under a record id; ``visible`` to the party that asked."""

    id: int
    record_id: str
    owner_agency: str
    national_record_id: str
    version: int
    status: str
    visible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkingRow:
    """A number as marked; ``position`` counts within the weapon."""

    position: int
    kind: str
    part: str | None
    raw_text: str
    legibility: str
    method: str | None
    unusable: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A way to find the marking at ``position``; ``plain`` only where it is not the norm."""

    position: int
    reading: int
    main: bool
    clear: bool
    norm: str
    plain: str | None
    sk: int
    rk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """A record as it is to stand: its columns, its XML, its markings, its keys if searchable."""

    record_id: str
    owner_agency: str
    owner_country: str
    national_record_id: str
    version: int
    status: str
    record_type: str
    type_code: str | None
    serial_status: str
    make_text: str
    calibre_text: str
    model_text: str
    make_number: int
    bore_number: int
    event_date: str
    review_date: date
    changed: datetime
    closure_reason: str | None
    recovery_date: str | None
    restriction: Restriction | None
    octets: bytes
    markings: tuple[MarkingRow, ...]
    keys: tuple[KeyRow, ...]


_HELD = (
    firearm_record.c.id,
    firearm_record.c.record_id,
    firearm_record.c.owner_agency,
    firearm_record.c.national_record_id,
    firearm_record.c.version,
    firearm_record.c.status,
    case((visible(firearm_record.c.visibility_id), 1), else_=0).label("visible"),
)


def _by_id(among: Among) -> Any:
    # Locked: of two changes from one version, in two hubs, the second must see the first.
    found = select(*_HELD).where(among(firearm_record.c.record_id, "ids"))
    return found.order_by(firearm_record.c.id).with_for_update(of=firearm_record)


def _by_national_id(among: Among) -> Any:
    return select(*_HELD).where(
        firearm_record.c.owner_agency == bindparam("party"),
        among(firearm_record.c.national_record_id, "ids"),
    )


def _contents(among: Among) -> Any:
    columns = record_content.c
    return select(columns.firearm_id, columns.octets).where(among(columns.firearm_id, "ids"))


_BY_ID = both(_by_id)
_BY_NATIONAL_ID = both(_by_national_id)
_CONTENTS = both(_contents)
_ADD = insert(firearm_record).returning(firearm_record.c.id, firearm_record.c.record_id)
_NEW = {table: insert(table) for table in (record_content, marking, marking_key)}
_CHANGE = update(firearm_record).where(firearm_record.c.id == bindparam("b_id"))
_CHANGE_CONTENT = update(record_content).where(record_content.c.firearm_id == bindparam("b_id"))
_DROP_MARKINGS = both(lambda among: delete(marking).where(among(marking.c.firearm_id, "ids")))
_COUNT = (
    select(firearm_record.c.status, func.count())
    .group_by(firearm_record.c.status)
    .order_by(firearm_record.c.status)
)


def contents_of(connection: Connection, ids: Collection[int]) -> dict[int, bytes]:
    """The XML of each record of ``ids``."""
    if not ids:
        return {}
    found = connection.execute(_CONTENTS[connection.dialect.name], {"ids": many(connection, ids)})
    return {row.firearm_id: row.octets for row in found}


class Records:
    """The registry's records inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name
        self.changed = False
        """Whether this transaction has written what a search finds."""

    def held(self, record_ids: Collection[str], asker: Asker) -> list[Holding]:
        """What is held under ``record_ids``, restricted or not: ``visible`` tells.

        It stands so until the end of the transaction.
        """
        return self._holdings(_BY_ID, record_ids, asker)

    def held_by_owner(self, national_record_ids: Collection[str], owner: Asker) -> list[Holding]:
        """What ``owner`` holds under its own numbers."""
        return self._holdings(_BY_NATIONAL_ID, national_record_ids, owner)

    def contents(self, ids: Collection[int]) -> dict[int, bytes]:
        """The XML of each record of ``ids``; restrictions are not applied here."""
        return contents_of(self._connection, ids)

    def add(self, records: Sequence[StoredRecord]) -> None:
        """Writes new ``records``."""
        if not records:
            return
        self.changed = True
        rows = [self._columns(record) | {"filed": record.changed} for record in records]
        ids = self._add_rows(rows)
        self._write(
            record_content,
            [{"firearm_id": ids[r.record_id], "octets": r.octets} for r in records],
        )
        self._write_marks(
            [
                (ids[r.record_id], r, row["visibility_id"])
                for r, row in zip(records, rows, strict=True)
            ]
        )

    def _add_rows(self, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
        """Writes new records' rows; the number of each record's id."""
        if len(rows) < POURED_FROM:
            return {row.record_id: row.id for row in self._connection.execute(_ADD, rows)}
        numbers = new_ids(self._connection, firearm_record, len(rows))
        numbered = [row | {"id": number} for row, number in zip(rows, numbers, strict=True)]
        pour(self._connection, firearm_record, numbered)
        return {row["record_id"]: row["id"] for row in numbered}

    def _write(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if len(rows) >= POURED_FROM:
            pour(self._connection, table, rows)
        elif rows:
            self._connection.execute(_NEW[table], rows)

    def change(self, records: Sequence[tuple[int, StoredRecord]]) -> None:
        """Puts each record in the place of what stands under its id."""
        if not records:
            return
        self.changed = True
        rows = [self._columns(record) | {"b_id": id_} for id_, record in records]
        self._connection.execute(_CHANGE, rows)
        self._connection.execute(
            _CHANGE_CONTENT, [{"b_id": id_, "octets": record.octets} for id_, record in records]
        )
        ids = many(self._connection, [id_ for id_, _ in records])
        self._connection.execute(_DROP_MARKINGS[self._dialect], {"ids": ids})
        drop_rows(self._connection, [id_ for id_, _ in records])
        self._write_marks(
            [
                (id_, record, row["visibility_id"])
                for (id_, record), row in zip(records, rows, strict=True)
            ]
        )

    def lead(self, firearm_id: int, sources: Sequence[str], target: str, now: datetime) -> bool:
        """Leads a record on without a new version; False where it is in none of ``sources``.

        For steps of the registry between states in which a record is found.
        """
        self.changed = True
        done = self._connection.execute(
            update(firearm_record)
            .where(firearm_record.c.id == firearm_id, firearm_record.c.status.in_(sources))
            .values(status=target, changed=now)
        )
        return bool(done.rowcount)

    def count(self) -> dict[str, int]:
        """How many records stand in each status."""
        return {row[0]: row[1] for row in self._connection.execute(_COUNT)}

    def _holdings(self, statements: Any, ids: Collection[str], asker: Asker) -> list[Holding]:
        if not ids:
            return []
        found = self._connection.execute(
            statements[self._dialect],
            {"ids": many(self._connection, ids)} | asker.parameters,
        )
        return [
            Holding(
                id=row.id,
                record_id=row.record_id,
                owner_agency=row.owner_agency,
                national_record_id=row.national_record_id,
                version=row.version,
                status=row.status,
                visible=bool(row.visible),
            )
            for row in found
        ]

    def _columns(self, record: StoredRecord) -> dict[str, Any]:
        return {
            "record_id": record.record_id,
            "owner_agency": record.owner_agency,
            "owner_country": record.owner_country,
            "national_record_id": record.national_record_id,
            "version": record.version,
            "status": record.status,
            "record_type": record.record_type,
            "type_code": record.type_code,
            "serial_status": record.serial_status,
            "make_text": record.make_text,
            "calibre_text": record.calibre_text,
            "model_text": record.model_text,
            "event_date": record.event_date,
            "review_date": record.review_date,
            "changed": record.changed,
            "closure_reason": record.closure_reason,
            "recovery_date": record.recovery_date,
            "visibility_id": class_of(self._connection, record.restriction),
        }

    def _write_marks(self, records: Sequence[tuple[int, StoredRecord, int]]) -> None:
        markings = [
            {
                "firearm_id": id_,
                "position": row.position,
                "kind": row.kind,
                "part": row.part,
                "raw_text": row.raw_text,
                "legibility": row.legibility,
                "method": row.method,
                "unusable": row.unusable,
            }
            for id_, record, _ in records
            for row in record.markings
        ]
        keys = [
            key_columns(row, row_number(id_, place), record, visibility_id)
            for id_, record, visibility_id in records
            for place, row in enumerate(record.keys)
        ]
        self._write(marking, markings)
        self._write(marking_key, keys)


def key_columns(
    row: KeyRow, number: int, record: StoredRecord, visibility_id: int
) -> dict[str, Any]:
    """A row of the search table."""
    return {
        "id": number,
        "sk": row.sk,
        "rk": row.rk,
        "visibility_id": visibility_id,
        "traits": pack_traits(record.make_number, record.bore_number),
        "marks": pack_marks(
            position=row.position, reading=row.reading, main=row.main, clear=row.clear
        ),
        "norm": row.norm,
        "plain": row.plain,
    }
