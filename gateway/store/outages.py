"""Queries of the outages that an office announced.

It does not know whether the office is at work: ``gateway.tracing`` says.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from gateway.store.outage_tables import office_outage


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A time in which nobody works; ``will_forward``: what comes then is taken up later."""

    id: int | None
    starts: datetime
    ends: datetime
    will_forward: bool
    reason: str | None
    announced: datetime
    announced_by: str


class Outages:
    """Announced outages inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, outage: Outage) -> int:
        """Keeps an outage; returns its number."""
        values = asdict(outage)
        del values["id"]
        new = insert(office_outage).values(values).returning(office_outage.c.id)
        return int(self._connection.execute(new).scalar_one())

    def ahead(self, now: datetime) -> list[Outage]:
        """Outages that are not over at ``now``, the first one first."""
        wanted = select(office_outage).where(office_outage.c.ends > now)
        rows = self._connection.execute(wanted.order_by(office_outage.c.starts))
        return [Outage(**row._mapping) for row in rows]  # noqa: SLF001 - a Row's documented mapping

    def end(self, number: int, now: datetime) -> bool:
        """Ends an outage at ``now``; False where none of this number is ahead."""
        ended = (
            update(office_outage)
            .where(office_outage.c.id == number, office_outage.c.ends > now)
            .values(ends=now)
        )
        return bool(self._connection.execute(ended).rowcount)
