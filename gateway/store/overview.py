"""How much waits, how old it is, and where one message is: what operators look at.

It changes nothing and reads no octets of a message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, literal_column, select, text

from gateway.ids import Lane
from gateway.store.tables import (
    attempt,
    dead_letter,
    inbox,
    journal,
    native_file,
    native_item,
    outbox,
    sealed,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Messages of one lane to one recipient without a receipt; ``attempts`` is the most of one."""

    recipient: str
    lane: Lane
    messages: int
    oldest: datetime
    attempts: int
    expires_first: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came from one sender since an instant."""

    sender: str
    messages: int
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """Dead letters of one source and code that nobody has looked after."""

    source: str
    code: str
    letters: int
    times: int
    last_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Sealed octets of a message that are still here; ``direction`` is "out" or "in"."""

    direction: str
    peer: str
    at: datetime
    size_octets: int


class Overview:
    """The operators' queries inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def waiting(self) -> list[Waiting]:
        """What nobody receipted yet, by recipient and lane."""
        wanted = (
            select(
                outbox.c.recipient,
                outbox.c.lane,
                func.count().label("messages"),
                func.min(outbox.c.created).label("oldest"),
                func.max(outbox.c.attempts).label("attempts"),
                func.min(outbox.c.expires).label("expires_first"),
            )
            .group_by(outbox.c.recipient, outbox.c.lane)
            .order_by(outbox.c.recipient, outbox.c.lane.desc())
        )
        return [
            Waiting(
                recipient=r.recipient,
                lane=Lane(r.lane),
                messages=r.messages,
                oldest=r.oldest,
                attempts=r.attempts,
                expires_first=r.expires_first,
            )
            for r in self._connection.execute(wanted)
        ]

    def heard(self, since: datetime) -> list[Heard]:
        """What came from whom since ``since``, by sender."""
        wanted = (
            select(
                inbox.c.sender,
                func.count().label("messages"),
                func.max(inbox.c.received).label("last"),
            )
            .where(inbox.c.received >= since)
            .group_by(inbox.c.sender)
            .order_by(inbox.c.sender)
        )
        return [
            Heard(sender=r.sender, messages=r.messages, last=r.last)
            for r in self._connection.execute(wanted)
        ]

    def last_received(self) -> datetime | None:
        """When the newest message had its outcome here."""
        newest = select(inbox.c.received).order_by(inbox.c.received.desc()).limit(1)
        return self._connection.execute(newest).scalar_one_or_none()

    def last_sent(self) -> datetime | None:
        """When the newest message was sealed here."""
        newest = (
            select(sealed.c.at)
            .where(sealed.c.direction == "out")
            .order_by(sealed.c.at.desc())
            .limit(1)
        )
        return self._connection.execute(newest).scalar_one_or_none()

    def letters(self) -> list[Letters]:
        """Set-aside messages by source and code, the most frequent first."""
        wanted = (
            select(
                dead_letter.c.source,
                dead_letter.c.code,
                func.count().label("letters"),
                func.sum(dead_letter.c.times).label("times"),
                func.max(dead_letter.c.last_seen).label("last_seen"),
            )
            .where(dead_letter.c.state == "SET_ASIDE")
            .group_by(dead_letter.c.source, dead_letter.c.code)
            .order_by(func.count().desc(), dead_letter.c.source)
        )
        return [
            Letters(
                source=r.source,
                code=r.code,
                letters=r.letters,
                times=int(r.times),
                last_seen=r.last_seen,
            )
            for r in self._connection.execute(wanted)
        ]

    def failing(self) -> int:
        """Messages whose handler failed and which are tried again."""
        return self._connection.execute(select(func.count()).select_from(attempt)).scalar_one()

    def files(self) -> dict[str, int]:
        """Native files by state."""
        wanted = select(native_file.c.state, func.count().label("files")).group_by(
            native_file.c.state
        )
        return {r.state: r.files for r in self._connection.execute(wanted)}

    def size_octets(self) -> int:
        """How large the database is on its disk."""
        if self._connection.dialect.name == "sqlite":
            pages = self._connection.execute(text("PRAGMA page_count")).scalar_one()
            return int(pages) * int(self._connection.execute(text("PRAGMA page_size")).scalar_one())
        size = select(func.pg_database_size(literal_column("current_database()")))
        return int(self._connection.execute(size).scalar_one())

    # --- one message --------------------------------------------------------------------------

    def waits_for(self, message_id: str) -> list[dict[str, object]]:
        """The outbox rows of a message: each recipient that has not receipted it."""
        wanted = select(outbox).where(outbox.c.message_id == message_id)
        return [dict(r._mapping) for r in self._connection.execute(wanted)]  # noqa: SLF001 - a Row's documented mapping

    def taken(self, message_id: str) -> list[dict[str, object]]:
        """The inbox rows of a message: its outcome here, for each sender that used the id."""
        wanted = select(inbox).where(inbox.c.message_id == message_id)
        return [dict(r._mapping) for r in self._connection.execute(wanted)]  # noqa: SLF001 - as above

    def kept(self, message_id: str) -> list[Kept]:
        """Whether its sealed octets are still here, and how many."""
        wanted = select(
            sealed.c.direction,
            sealed.c.peer,
            sealed.c.at,
            func.length(sealed.c.octets).label("size_octets"),
        ).where(sealed.c.message_id == message_id)
        return [
            Kept(direction=r.direction, peer=r.peer, at=r.at, size_octets=r.size_octets)
            for r in self._connection.execute(wanted)
        ]

    def set_aside(self, message_id: str) -> list[dict[str, object]]:
        """The dead letters of a message, without their octets."""
        columns = [column for column in dead_letter.c if column is not dead_letter.c.octets]
        wanted = select(*columns).where(dead_letter.c.message_id == message_id)
        return [dict(r._mapping) for r in self._connection.execute(wanted)]  # noqa: SLF001 - as above

    def happened(self, message_id: str) -> list[dict[str, object]]:
        """Its lines of the journal, the oldest first."""
        wanted = select(journal).where(journal.c.message_id == message_id).order_by(journal.c.id)
        return [dict(r._mapping) for r in self._connection.execute(wanted)]  # noqa: SLF001 - as above

    def answers(self, message_id: str) -> list[str]:
        """Ids of messages here that answer it: what we took as its answer, or sent as one."""
        ours = select(inbox.c.answer_id).where(
            inbox.c.message_id == message_id, inbox.c.answer_id.is_not(None)
        )
        return sorted(set(self._connection.execute(ours).scalars()))

    def items(self, message_id: str) -> list[dict[str, object]]:
        """Native items that went with it, and the file they stood in."""
        wanted = (
            select(
                native_file.c.id.label("file_id"),
                native_file.c.name.label("file"),
                native_item.c.number,
                native_item.c.at,
                native_item.c.reference,
                native_item.c.state,
            )
            .join(native_file, native_file.c.id == native_item.c.file_id)
            .where(native_item.c.message_id == message_id)
            .order_by(native_item.c.number)
        )
        return [dict(r._mapping) for r in self._connection.execute(wanted)]  # noqa: SLF001 - as above
