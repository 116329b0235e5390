"""Queries of the outages that this office and others announced.

It does not know whether the office is at work: ``gateway.tracing`` says.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from gateway.store.outage_tables import office_outage, office_week, peer_outage


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerOutage:
    """An outage of another office, as it said at ``told``."""

    peer: str
    reference: str
    starts: datetime
    ends: datetime
    will_forward: bool
    reason: str | None
    told: datetime


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

    def get(self, number: int) -> Outage | None:
        """The outage of this number."""
        wanted = select(office_outage).where(office_outage.c.id == number)
        rows = self._connection.execute(wanted)
        return next((Outage(**row._mapping) for row in rows), None)  # noqa: SLF001 - a Row's documented mapping

    def heard(self, outage: PeerOutage) -> None:
        """Keeps what another office announced; what it said before of the same is gone."""
        gone = delete(peer_outage).where(
            peer_outage.c.peer == outage.peer, peer_outage.c.reference == outage.reference
        )
        self._connection.execute(gone)
        self._connection.execute(insert(peer_outage).values(asdict(outage)))

    def of_others(self, now: datetime, peer: str | None = None) -> list[PeerOutage]:
        """Outages of others, or of ``peer``, that are not over at ``now``, the first one first."""
        wanted = select(peer_outage).where(peer_outage.c.ends > now)
        if peer is not None:
            wanted = wanted.where(peer_outage.c.peer == peer)
        rows = self._connection.execute(wanted.order_by(peer_outage.c.starts, peer_outage.c.peer))
        return [PeerOutage(**row._mapping) for row in rows]  # noqa: SLF001 - a Row's documented mapping

    def week(self) -> str | None:
        """The hours of this office that open cases were told last, as they were written down."""
        return self._connection.execute(select(office_week.c.week)).scalar_one_or_none()

    def keep_week(self, week: str, now: datetime) -> None:
        """Writes down what they were told."""
        self._connection.execute(delete(office_week))
        self._connection.execute(insert(office_week).values(id=1, week=week, told=now))

    def end(self, number: int, now: datetime) -> bool:
        """Ends an outage at ``now``; False where none of this number is ahead."""
        ended = (
            update(office_outage)
            .where(office_outage.c.id == number, office_outage.c.ends > now)
            .values(ends=now)
        )
        return bool(self._connection.execute(ended).rowcount)
