"""Queries of the hours that offices announced; a node keeps there what it announced itself.

It does not know what hangs on them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from gateway.store.outage_tables import office_hours

_OF = select(office_hours).where(office_hours.c.party == bindparam("b_party"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeKept:
    """What ``party`` announced at ``told``: spans of a week, their time zone, and a contact point
    of its duty officer as JSON."""

    party: str
    spans: tuple[str, ...]
    zone: str
    duty: str | None
    told: datetime


class Offices:
    """Announced hours inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, party: str) -> OfficeKept | None:
        """What ``party`` announced last."""
        row = self._connection.execute(_OF, {"b_party": party}).one_or_none()
        return None if row is None else _kept(row)

    def all(self) -> list[OfficeKept]:
        """Every announcement that stands, by party."""
        wanted = select(office_hours).order_by(office_hours.c.party)
        return [_kept(row) for row in self._connection.execute(wanted)]

    def keep(self, kept: OfficeKept) -> None:
        """Keeps an announcement in place of the one before."""
        self._connection.execute(delete(office_hours).where(office_hours.c.party == kept.party))
        values = {name: getattr(kept, name) for name in kept.__slots__}
        self._connection.execute(
            insert(office_hours), values | {"spans": json.dumps(list(kept.spans))}
        )


def _kept(row: object) -> OfficeKept:
    values = {name: getattr(row, name) for name in OfficeKept.__slots__}
    return OfficeKept(**values | {"spans": tuple(json.loads(values["spans"]))})
