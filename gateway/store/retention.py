"""Forgets what the delivery's books hold longer than they are kept: a bounded piece at a time.

Sealed octets are the outbox's own (``Outbox.prune``). It does not know how long anything is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, bindparam, delete, func, select, tuple_

from gateway.store.pair_tables import pair
from gateway.store.tables import inbox, journal, outbox, sealed

PRUNED_AT_ONCE = 2_000
"""Rows of one piece: the writer's lock is free again after some milliseconds."""

# The oldest lines stand first: no index on their time is needed to find them.
_OLDEST_LINES = select(journal.c.id, journal.c.at).order_by(journal.c.id).limit(bindparam("most"))
_OLD_LINES = _OLDEST_LINES.subquery()
_PRUNE_JOURNAL = delete(journal).where(
    journal.c.id.in_(select(_OLD_LINES.c.id).where(_OLD_LINES.c.at < bindparam("before")))
)
_PRUNE_UNNUMBERED = delete(inbox).where(
    tuple_(inbox.c.sender, inbox.c.message_id).in_(
        select(inbox.c.sender, inbox.c.message_id)
        .where(inbox.c.received < bindparam("before"), inbox.c.seq == 0)
        .order_by(inbox.c.received)
        .limit(bindparam("most"))
    )
)
_WHOLE = select(pair.c.peer, pair.c.whole).where(pair.c.whole > 0).order_by(pair.c.peer)
_FIRST_KEPT = select(func.min(inbox.c.seq)).where(
    inbox.c.sender == bindparam("b_peer"),
    inbox.c.seq > 0,
    inbox.c.received >= bindparam("before"),
)
_OLD_NUMBERS = (
    select(inbox.c.seq)
    .where(
        inbox.c.sender == bindparam("b_peer"),
        inbox.c.seq > 0,
        inbox.c.seq < bindparam("end"),
        inbox.c.received < bindparam("before"),
    )
    .order_by(inbox.c.seq)
    .limit(bindparam("most"))
)
_PRUNE_NUMBERED = delete(inbox).where(
    inbox.c.sender == bindparam("b_peer"),
    inbox.c.seq > 0,
    inbox.c.seq <= bindparam("last"),
    inbox.c.received < bindparam("before"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookEnd:
    """How many rows of one book there are, and since when."""

    what: str
    rows: int
    oldest: datetime | None


class Retention:
    """The books' ends inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def prune_journal(self, before: datetime, *, most: int = PRUNED_AT_ONCE) -> int:
        """Forgets lines older than ``before``, the oldest first; returns how many."""
        values = {"before": before, "most": most}
        return int(self._connection.execute(_PRUNE_JOURNAL, values).rowcount)

    def prune_inbox(self, before: datetime, *, most: int = PRUNED_AT_ONCE) -> int:
        """Forgets what was taken before ``before``; returns how many.

        Only safe beyond the longest life of a message (docs/spec/exchange.md): from then on a
        repeat is refused by its own header. Of the numbered ones those are kept that a statement
        or a gap still counts by: above what is whole of the pair, and above the first that is kept.
        """
        values = {"before": before, "most": most}
        gone = int(self._connection.execute(_PRUNE_UNNUMBERED, values).rowcount)
        for peer, whole in self._connection.execute(_WHOLE).all():
            if gone >= most:
                break
            of_peer = {"b_peer": peer, "before": before}
            first = self._connection.execute(_FIRST_KEPT, of_peer).scalar()
            end = whole + 1 if first is None else min(first, whole + 1)
            page = of_peer | {"end": end, "most": most - gone}
            old = self._connection.execute(_OLD_NUMBERS, page).scalars().all()
            if old:
                last = of_peer | {"last": old[-1]}
                gone += int(self._connection.execute(_PRUNE_NUMBERED, last).rowcount)
        return gone

    def kept(self) -> list[BookEnd]:
        """What the books hold now."""
        books: tuple[tuple[str, Table, str], ...] = (
            ("journal", journal, "at"),
            ("inbox", inbox, "received"),
            ("sealed", sealed, "at"),
            ("outbox", outbox, "created"),
        )
        held = []
        for what, table, instant in books:
            wanted = select(func.count(), func.min(table.c[instant])).select_from(table)
            rows, oldest = self._connection.execute(wanted).one()
            held.append(BookEnd(what=what, rows=rows, oldest=oldest))
        return held
