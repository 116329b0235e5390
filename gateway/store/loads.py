"""Queries of bulk loads: how far a file came, kept in the transaction of the records themselves.

It reads no file: the registry's loading does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text, update

from gateway.store.load_tables import registry_load
from gateway.store.registry_tables import firearm_record, marking, marking_key, record_content


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRow:
    """A file, named by its SHA-256 ``digest``, and how far it came.

    ``place`` is the octets before the document that was worked at last, ``within`` the items of
    that document that were judged; ``counts`` tells how many by result and by finding.
    """

    digest: str
    name: str
    begun: datetime
    changed: datetime
    items: int
    place: int
    within: int
    finished: bool
    counts: Mapping[str, int]


class Loads:
    """Bulk loads inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, digest: str) -> LoadRow | None:
        """How far the file of ``digest`` came; None where it was never begun."""
        row = self._connection.execute(
            select(registry_load).where(registry_load.c.digest == digest)
        ).one_or_none()
        return None if row is None else _load_row(row._mapping)  # noqa: SLF001 - a Row's documented mapping

    def all(self) -> list[LoadRow]:
        """Every file that was begun, the newest first."""
        rows = self._connection.execute(
            select(registry_load).order_by(registry_load.c.begun.desc())
        )
        return [_load_row(row._mapping) for row in rows]  # noqa: SLF001 - as above

    def keep(self, row: LoadRow) -> None:
        """Writes down how far the file came."""
        values = {name: getattr(row, name) for name in LoadRow.__slots__}
        values["counts"] = json.dumps(dict(row.counts), sort_keys=True)
        changed = self._connection.execute(
            update(registry_load).where(registry_load.c.digest == row.digest).values(values)
        )
        if not changed.rowcount:
            self._connection.execute(insert(registry_load), values)

    def settle(self) -> None:
        """What PostgreSQL would know by itself after a while: how its tables are filled."""
        if self._connection.dialect.name == "postgresql":
            for table in (firearm_record, record_content, marking, marking_key):
                self._connection.execute(text(f"ANALYZE {table.name}"))


def _load_row(row: Mapping[Any, Any]) -> LoadRow:
    return LoadRow(**{**row, "counts": json.loads(row["counts"])})
