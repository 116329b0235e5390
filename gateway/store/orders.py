"""Queries of what officers had their node send, and of what came of it.

It does not send: the running node does.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from gateway.store.life_tables import officer_order

SENT = "SENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One message that an officer had sent; ``octets`` and ``answer`` are payload XML.

    ``state`` is SENT, ANSWERED, REFUSED (by the recipient) or FAILED (never receipted).
    """

    id: int
    made: datetime
    officer: str
    kind: str
    subject: str
    recipient: str
    octets: bytes
    state: str
    message_id: str
    ended: datetime | None
    answer: bytes | None


class Orders:
    """Officers' orders inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        *,
        now: datetime,
        officer: str,
        kind: str,
        subject: str,
        recipient: str,
        octets: bytes,
        message_id: str,
    ) -> None:
        """Keeps what went out as ``message_id``."""
        row = {
            "made": now,
            "officer": officer,
            "kind": kind,
            "subject": subject,
            "recipient": recipient,
            "octets": octets,
            "state": SENT,
            "message_id": message_id,
        }
        self._connection.execute(insert(officer_order), row)

    def of_message(self, message_id: str) -> Order | None:
        """The order that went out as ``message_id``."""
        found = select(officer_order).where(officer_order.c.message_id == message_id)
        row = self._connection.execute(found).one_or_none()
        return None if row is None else Order(**row._mapping)  # noqa: SLF001 - a Row's documented mapping

    def end(self, order_id: int, state: str, answer: bytes, now: datetime) -> None:
        """What came of it; a later word replaces an earlier one."""
        self._connection.execute(
            update(officer_order)
            .where(officer_order.c.id == order_id)
            .values(state=state, answer=answer, ended=now)
        )

    def all(self, *, kinds: Collection[str], most: int = 200) -> list[Order]:
        """Orders of these message types, the newest first."""
        wanted = (
            select(officer_order)
            .where(officer_order.c.kind.in_(kinds))
            .order_by(officer_order.c.id.desc())
            .limit(most)
        )
        return [Order(**row._mapping) for row in self._connection.execute(wanted)]  # noqa: SLF001 - as above

    def history(self, subject: str, *, kinds: Collection[str]) -> list[Order]:
        """Every order of these message types about ``subject``, the oldest first."""
        wanted = (
            select(officer_order)
            .where(officer_order.c.kind.in_(kinds), officer_order.c.subject == subject)
            .order_by(officer_order.c.id)
        )
        return [Order(**row._mapping) for row in self._connection.execute(wanted)]  # noqa: SLF001 - as above

    def about(self, subject: str, *, kinds: Collection[str]) -> Order | None:
        """The newest order of these message types about ``subject``."""
        wanted = (
            select(officer_order)
            .where(officer_order.c.kind.in_(kinds), officer_order.c.subject == subject)
            .order_by(officer_order.c.id.desc())
            .limit(1)
        )
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else Order(**row._mapping)  # noqa: SLF001 - as above
