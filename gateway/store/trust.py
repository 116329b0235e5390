"""What the centre sent to everybody of keys, and who said that it is in use.

It judges nobody; ``iarms directory status`` shows it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from gateway.store.trust_tables import trust_ack, trust_state


@dataclass(frozen=True, slots=True, kw_only=True)
class SentState:
    """A state of root, directory and revocations; ``state`` is base64 of its SHA-256."""

    state: str
    root_version: int
    version: int
    revocations: int
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustAck:
    """What a party last said; ``taken_at`` by its own clock, ``heard_at`` by the centre's."""

    party: str
    state: str
    root_version: int
    version: int
    revocations: int
    taken_at: datetime
    heard_at: datetime


class TrustKept:
    """Both inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sent(self, state: SentState) -> None:
        """Remembers when a state was first sent out; again changes nothing."""
        known = select(trust_state.c.state).where(trust_state.c.state == state.state)
        if self._connection.execute(known).one_or_none() is None:
            self._connection.execute(insert(trust_state), asdict(state))

    def newest(self) -> SentState | None:
        """The state that was sent out last."""
        row = self._connection.execute(
            select(trust_state).order_by(trust_state.c.sent_at.desc()).limit(1)
        ).one_or_none()
        return None if row is None else SentState(**row._mapping)  # noqa: SLF001 - a Row's documented mapping

    def keep(self, ack: TrustAck) -> None:
        """A party's newest word; the same state again leaves the time when it was first heard."""
        before = self._connection.execute(
            select(trust_ack.c.state).where(trust_ack.c.party == ack.party)
        ).scalar_one_or_none()
        if before == ack.state:
            return
        if before is not None:
            self._connection.execute(delete(trust_ack).where(trust_ack.c.party == ack.party))
        self._connection.execute(insert(trust_ack), asdict(ack))

    def acks(self) -> list[TrustAck]:
        """Everybody's newest word, by party."""
        rows = self._connection.execute(select(trust_ack).order_by(trust_ack.c.party))
        return [TrustAck(**row._mapping) for row in rows]  # noqa: SLF001 - as above
