"""What this party and each peer know of the messages between them, by their numbers.

It asks nobody for anything: the endpoint does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store.pair_tables import pair, pair_gone, sent_number
from gateway.store.tables import inbox, outbox, sequence

EXPIRED, REFUSED = "EXPIRED", "REFUSED"
_LOOK_AHEAD = 2_000


_DIALECTS: Mapping[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}


def _insert(connection: Connection, into: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what becomes of a row that is there already."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(into)
    return postgresql.insert(into)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """How far this party is with ``peer``, and what the peer stated last.

    Nothing of the peer's is missing up to ``whole``; it sent up to ``expected``. ``they_*`` is
    what the peer holds of ours, misses, and was told never to expect; None before its statement.
    """

    peer: str
    whole: int = 0
    expected: int = 0
    told_at: datetime | None = None
    stated_at: datetime | None = None
    they_hold: int | None = None
    they_miss: int | None = None
    they_lost: int | None = None
    restored_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A message of ours by its number; ``ended`` is None unless it failed explicitly."""

    seq: int
    message_id: str
    ended: str | None


_OF_PEER = select(pair).where(pair.c.peer == bindparam("b_peer"))
_HELD = (
    select(inbox.c.seq)
    .where(inbox.c.sender == bindparam("b_peer"), inbox.c.seq > bindparam("b_after"))
    .order_by(inbox.c.seq)
    .limit(_LOOK_AHEAD)
)
_GONE = (
    select(pair_gone.c.seq)
    .where(pair_gone.c.peer == bindparam("b_peer"), pair_gone.c.seq > bindparam("b_after"))
    .order_by(pair_gone.c.seq)
    .limit(_LOOK_AHEAD)
)
_HIGHEST = select(func.max(inbox.c.seq)).where(inbox.c.sender == bindparam("b_peer"))
_LAST = select(sequence.c.last).where(sequence.c.recipient == bindparam("b_peer"))
_ENDED = (
    update(sent_number)
    .where(sent_number.c.message_id == bindparam("b_id"))
    .values(ended=bindparam("b_how"))
)
_EVERY = select(sequence.c.recipient).union(select(pair.c.peer), select(inbox.c.sender))
_GONE_COUNT = (
    select(func.count()).select_from(pair_gone).where(pair_gone.c.peer == bindparam("b_peer"))
)


def _keep(new: Any) -> Any:
    told = {name: new.excluded[name] for name in Pair.__slots__ if name != "peer"}
    return new.on_conflict_do_update(index_elements=["peer"], set_=told)


def _numbered(new: Any) -> Any:
    # After a restore a number can be given twice until a peer tells: the newest counts.
    put = {"message_id": new.excluded.message_id, "ended": None}
    return new.on_conflict_do_update(index_elements=["recipient", "seq"], set_=put)


_KEEP = {name: _keep(of.insert(pair)) for name, of in _DIALECTS.items()}
_NUMBERED = {name: _numbered(of.insert(sent_number)) for name, of in _DIALECTS.items()}


class Pairs:
    """The pairs inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._new: list[dict[str, object]] = []

    def of(self, peer: str) -> Pair:
        """How far this party is with ``peer``; a new pair where there is none yet."""
        row = self._connection.execute(_OF_PEER, {"b_peer": peer}).one_or_none()
        return Pair(peer=peer) if row is None else Pair(**row._mapping)  # noqa: SLF001 - a Row's documented mapping

    def all(self) -> list[Pair]:
        """Every peer that ever was sent to or heard of, by name."""
        peers = sorted(self._connection.execute(_EVERY).scalars())
        return [self.of(peer) for peer in peers]

    def restored(self, now: datetime) -> None:
        """Notes of every pair that this database is an older one since ``now``; nobody was told."""
        self._connection.execute(update(pair).values(told_at=None, restored_at=now))

    def keep(self, one: Pair) -> None:
        """Writes ``one``."""
        values = {name: getattr(one, name) for name in Pair.__slots__}
        self._connection.execute(_KEEP[self._connection.dialect.name], values)

    def sent_up_to(self, peer: str) -> int:
        """The highest number that a message to ``peer`` has; 0 for none."""
        return int(self._connection.execute(_LAST, {"b_peer": peer}).scalar() or 0)

    def held_up_to(self, peer: str) -> int:
        """The highest number of ``peer`` that is held; 0 for none."""
        return int(self._connection.execute(_HIGHEST, {"b_peer": peer}).scalar() or 0)

    def go_on_from(self, peer: str, number: int) -> None:
        """The next message to ``peer`` gets a number above ``number``: those below are taken."""
        begin = _insert(self._connection, sequence).values(recipient=peer, last=number)
        begin = begin.on_conflict_do_update(index_elements=["recipient"], set_={"last": number})
        self._connection.execute(begin)

    def missing(self, one: Pair) -> tuple[int, list[tuple[int, int]]]:
        """Up to which number nothing is missing, and the ranges that are, nearest first.

        It looks some 2,000 numbers ahead: what lies beyond shows once these are there.
        """
        key = {"b_peer": one.peer, "b_after": one.whole}
        held = list(self._connection.execute(_HELD, key).scalars())
        gone = list(self._connection.execute(_GONE, key).scalars())
        top = max(one.expected, held[-1] if held else 0)
        if len(held) == _LOOK_AHEAD or len(gone) == _LOOK_AHEAD:
            top = min([top, *(some[-1] for some in (held, gone) if len(some) == _LOOK_AHEAD)])
        whole, ranges, next_ = one.whole, list[tuple[int, int]](), one.whole + 1
        for seq in sorted({*held, *gone}):
            if seq > top:
                break
            if seq > next_:
                ranges.append((next_, seq - 1))
            next_ = seq + 1
        if next_ <= top:
            ranges.append((next_, top))
        whole = ranges[0][0] - 1 if ranges else max(whole, next_ - 1)
        return whole, ranges

    def never_come(self, peer: str, ranges: Iterable[tuple[int, int]], now: datetime) -> int:
        """Notes numbers that ``peer`` says will never come; returns how many are news."""
        put = _insert(self._connection, pair_gone).on_conflict_do_nothing()
        rows = [
            {"peer": peer, "seq": seq, "at": now}
            for first, last in ranges
            for seq in range(first, last + 1)
        ]
        before = self.gone(peer)
        if rows:
            self._connection.execute(put, rows)
        return self.gone(peer) - before

    def gone(self, peer: str) -> int:
        """How many numbers of ``peer`` will never come."""
        return int(self._connection.execute(_GONE_COUNT, {"b_peer": peer}).scalar_one())

    def numbered(self, peer: str, first: int, last: int, *, most: int) -> list[Numbered]:
        """Our messages to ``peer`` with these numbers, in their order."""
        wanted = (
            select(sent_number.c.seq, sent_number.c.message_id, sent_number.c.ended)
            .where(sent_number.c.recipient == peer, sent_number.c.seq.between(first, last))
            .order_by(sent_number.c.seq)
            .limit(most)
        )
        return [Numbered(**row._mapping) for row in self._connection.execute(wanted)]  # noqa: SLF001 - as above

    def waiting(self, peer: str, message_ids: Sequence[str]) -> set[str]:
        """Those of our messages to ``peer`` that still wait for its receipt."""
        wanted = select(outbox.c.message_id).where(
            outbox.c.recipient == peer, outbox.c.message_id.in_(message_ids)
        )
        return set(self._connection.execute(wanted).scalars())

    def ended(self, message_id: str, how: str) -> None:
        """The message failed explicitly: it is never sent again."""
        self._connection.execute(_ENDED, {"b_id": message_id, "b_how": how})

    def failed(self, message_ids: Sequence[str]) -> dict[str, str]:
        """Which of our messages failed explicitly, and how: ``EXPIRED`` or ``REFUSED``."""
        wanted = select(sent_number.c.message_id, sent_number.c.ended).where(
            sent_number.c.message_id.in_(message_ids), sent_number.c.ended.is_not(None)
        )
        return {row.message_id: row.ended for row in self._connection.execute(wanted)}

    def number(self, recipient: str, seq: int, message_id: str) -> None:
        """Remembers which number a message has."""
        self._new.append(
            {"recipient": recipient, "seq": seq, "message_id": message_id, "ended": None}
        )

    def flush(self) -> None:
        """Writes what was gathered."""
        if self._new:
            self._connection.execute(_NUMBERED[self._connection.dialect.name], self._new)
            self._new = []
