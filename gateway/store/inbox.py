"""What had its effect here, once, and what was answered to it.

It does not decide what a repeat gets; it remembers the first outcome.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store.tables import attempt, inbox, sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A message as it was taken; ``digest`` is base64 SHA-256 of the octets received first."""

    sender: str
    message_id: str
    message_type: str
    seq: int
    received: datetime
    outcome: str
    fault_code: str | None
    digest: str
    answer_id: str | None


_KNOWN = select(inbox).where(inbox.c.message_id.in_(bindparam("ids", expanding=True)))
_FORGET = delete(inbox).where(
    inbox.c.sender == bindparam("b_sender"), inbox.c.message_id == bindparam("b_id")
)
_FORGET_SEALED = delete(sealed).where(
    sealed.c.direction == "in",
    sealed.c.peer == bindparam("b_sender"),
    sealed.c.message_id == bindparam("b_id"),
)
_NEW, _NEW_SEALED = insert(inbox), insert(sealed)
_GAPS = (
    select(
        inbox.c.sender,
        func.max(inbox.c.seq).label("highest"),
        func.count(inbox.c.seq.distinct()).label("counted"),
        func.min(inbox.c.seq).label("lowest"),
    )
    .where(inbox.c.seq > 0)
    .group_by(inbox.c.sender)
)
_AGAIN = {
    name: dialect.insert(attempt)
    .values(digest=bindparam("b_digest"), count=1)
    .on_conflict_do_update(index_elements=["digest"], set_={"count": attempt.c.count + 1})
    .returning(attempt.c.count)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_CLEAR = delete(attempt).where(attempt.c.digest == bindparam("b_digest"))


class Inbox:
    """The inbox inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._new: list[dict[str, Any]] = []
        self._new_sealed: list[dict[str, Any]] = []

    def known(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Taken]:
        """Those of ``keys`` (sender, message id) that had their effect before."""
        if not keys:
            return {}
        found = self._connection.execute(_KNOWN, {"ids": sorted({k[1] for k in keys})})
        wanted = set(keys)
        taken = (Taken(**row._mapping) for row in found)  # noqa: SLF001 - a Row's documented mapping
        return {(t.sender, t.message_id): t for t in taken if (t.sender, t.message_id) in wanted}

    def add(self, taken: Taken, octets: bytes) -> None:
        """Remembers ``taken`` with its octets; the same key again breaks the transaction."""
        self._new.append(
            {
                "sender": taken.sender,
                "message_id": taken.message_id,
                "message_type": taken.message_type,
                "seq": taken.seq,
                "received": taken.received,
                "outcome": taken.outcome,
                "fault_code": taken.fault_code,
                "digest": taken.digest,
                "answer_id": taken.answer_id,
            }
        )
        self._new_sealed.append(
            {
                "direction": "in",
                "peer": taken.sender,
                "message_id": taken.message_id,
                "octets": octets,
                "at": taken.received,
            }
        )

    def sealed_of_type(self, message_type: str) -> list[bytes]:
        """The octets of every message of this type that was taken: the evidence, oldest first."""
        wanted = (
            select(sealed.c.octets)
            .join(
                inbox,
                (inbox.c.sender == sealed.c.peer) & (inbox.c.message_id == sealed.c.message_id),
            )
            .where(sealed.c.direction == "in", inbox.c.message_type == message_type)
            .order_by(sealed.c.at)
        )
        return [bytes(octets) for octets in self._connection.execute(wanted).scalars()]

    def forget(self, sender: str, message_id: str) -> None:
        """Lets a refused message be handled afresh: an administrator replays it."""
        key = {"b_sender": sender, "b_id": message_id}
        self._connection.execute(_FORGET, key)
        self._connection.execute(_FORGET_SEALED, key)

    def gaps(self) -> dict[str, int]:
        """For each sender, how many numbered messages below its highest never arrived."""
        found = self._connection.execute(_GAPS)
        return {r.sender: r.highest - r.lowest + 1 - r.counted for r in found}

    def failed_again(self, digest: str) -> int:
        """Counts one more failure of the message with ``digest`` and returns the count."""
        again = _AGAIN[self._connection.dialect.name]
        return int(self._connection.execute(again, {"b_digest": digest}).scalar_one())

    def clear_failures(self, digest: str) -> None:
        """The message with ``digest`` reached an outcome."""
        self._connection.execute(_CLEAR, {"b_digest": digest})

    def flush(self) -> None:
        """Writes what was gathered."""
        if self._new:
            self._connection.execute(_NEW, self._new)
            self._connection.execute(_NEW_SEALED, self._new_sealed)
            self._new, self._new_sealed = [], []
