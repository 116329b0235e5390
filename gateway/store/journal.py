"""What happened to which message and when, for people and for latency figures.

It is not the audit log: it can be pruned, and it holds no payload, serial or key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from gateway.store.tables import journal

_NEW = insert(journal)
_NEWEST = select(journal).order_by(journal.c.id.desc()).limit(bindparam("most"))
_NEWEST_OF = _NEWEST.where(journal.c.message_id == bindparam("b_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """One event of one message."""

    at: datetime
    event: str
    peer: str | None = None
    message_id: str | None = None
    message_type: str | None = None
    detail: str | None = None


class Journal:
    """The journal inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._new: list[dict[str, Any]] = []

    def add(self, line: JournalLine) -> None:
        """Appends ``line``."""
        self._new.append(
            {
                "at": line.at,
                "event": line.event,
                "peer": line.peer,
                "message_id": line.message_id,
                "message_type": line.message_type,
                "detail": line.detail,
            }
        )

    def lines(self, *, message_id: str | None = None, most: int = 10_000) -> list[JournalLine]:
        """The newest lines, oldest first."""
        self.flush()
        wanted = _NEWEST if message_id is None else _NEWEST_OF
        values = {"most": most} if message_id is None else {"most": most, "b_id": message_id}
        return [
            JournalLine(
                at=r.at,
                event=r.event,
                peer=r.peer,
                message_id=r.message_id,
                message_type=r.message_type,
                detail=r.detail,
            )
            for r in self._connection.execute(wanted, values)
        ][::-1]

    def after(self, line: int, *, most: int = 100_000) -> tuple[int, list[JournalLine]]:
        """What was written after the line of this number, oldest first, and the last number."""
        self.flush()
        wanted = select(journal).where(journal.c.id > line).order_by(journal.c.id).limit(most)
        found = self._connection.execute(wanted).all()
        lines = [
            JournalLine(**{n: v for n, v in r._mapping.items() if n != "id"})  # noqa: SLF001 - a Row's documented mapping
            for r in found
        ]
        return (found[-1].id if found else line), lines

    def flush(self) -> None:
        """Writes what was gathered."""
        if self._new:
            self._connection.execute(_NEW, self._new)
            self._new = []
