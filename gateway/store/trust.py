"""What the centre sent to everybody of keys, and who said that it is in use.

It judges nobody; ``iarms directory status`` shows it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from gateway.store.trust_tables import trust_ack, trust_log, trust_probe, trust_state


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LogWord:
    """The checkpoint of the key log that a party last said it holds; ``root`` is base64."""

    party: str
    size: int
    root: str
    heard_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A message of the centre that proves a party's mailbox; ``answered_at`` makes it active."""

    party: str
    message_id: str
    sent_at: datetime
    answered_at: datetime | None


class TrustKept:
    """All of it inside one transaction."""

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
        """A party's newest word; the same state again leaves the time when it was first heard.

        One that was overtaken on its way, older by the party's clock and of nothing newer, takes
        nobody back.
        """
        before = next((each for each in self.acks() if each.party == ack.party), None)
        if before is not None and (before.state == ack.state or _is_overtaken(ack, before)):
            return
        if before is not None:
            self._connection.execute(delete(trust_ack).where(trust_ack.c.party == ack.party))
        self._connection.execute(insert(trust_ack), asdict(ack))

    def acks(self) -> list[TrustAck]:
        """Everybody's newest word, by party."""
        rows = self._connection.execute(select(trust_ack).order_by(trust_ack.c.party))
        return [TrustAck(**row._mapping) for row in rows]  # noqa: SLF001 - as above

    def keep_log(self, word: LogWord) -> None:
        """The checkpoint that a party holds now, in the place of the one before."""
        self._connection.execute(delete(trust_log).where(trust_log.c.party == word.party))
        self._connection.execute(insert(trust_log), asdict(word))

    def logs(self) -> list[LogWord]:
        """The checkpoint that everybody last said it holds, by party."""
        rows = self._connection.execute(select(trust_log).order_by(trust_log.c.party))
        return [LogWord(**row._mapping) for row in rows]  # noqa: SLF001 - as above

    def probe(self, party: str) -> Probe | None:
        """The newest probe of a party's mailbox."""
        row = self._connection.execute(
            select(trust_probe).where(trust_probe.c.party == party)
        ).one_or_none()
        return None if row is None else Probe(**row._mapping)  # noqa: SLF001 - as above

    def probes(self) -> list[Probe]:
        """The newest probe of everybody who was probed, by party."""
        rows = self._connection.execute(select(trust_probe).order_by(trust_probe.c.party))
        return [Probe(**row._mapping) for row in rows]  # noqa: SLF001 - as above

    def probed(self, party: str, message_id: str, sent_at: datetime) -> None:
        """Remembers a new probe in the place of one that nobody answered."""
        self._connection.execute(delete(trust_probe).where(trust_probe.c.party == party))
        self._connection.execute(
            insert(trust_probe),
            {"party": party, "message_id": message_id, "sent_at": sent_at, "answered_at": None},
        )

    def answered(self, party: str, message_id: str, at: datetime) -> bool:
        """Whether this answers the party's open probe, which it then has."""
        done = self._connection.execute(
            update(trust_probe)
            .where(
                trust_probe.c.party == party,
                trust_probe.c.message_id == message_id,
                trust_probe.c.answered_at.is_(None),
            )
            .values(answered_at=at)
        )
        return done.rowcount == 1


def _is_overtaken(word: TrustAck, by: TrustAck) -> bool:
    told = (word.root_version, word.version, word.revocations)
    return word.taken_at < by.taken_at and told <= (by.root_version, by.version, by.revocations)
