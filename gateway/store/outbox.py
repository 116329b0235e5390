"""What this party sent and what still waits for the receiver's signed receipt.

It does not know the broker: a row leaves by receipt, by expiry, or (for receipts themselves, which
nobody receipts) by the broker's confirm.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from gateway.ids import Lane
from gateway.store.pair_tables import sent_number
from gateway.store.tables import outbox, sealed, sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One sealed message to one recipient; ``octets`` leave exactly as they stand here."""

    message_id: str
    recipient: str
    message_type: str
    lane: Lane
    needs_receipt: bool
    in_reply_to: str | None
    created: datetime
    expires: datetime
    attempts: int
    next_try: datetime
    octets: bytes
    seq: int = 0
    content_key: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """To whom nothing goes yet but what the line itself needs; ``everybody`` while we wait."""

    parties: frozenset[str] = frozenset()
    everybody: bool = False

    def holds(self, recipient: str, *, needs_receipt: bool) -> bool:
        """Whether a message stays here."""
        return needs_receipt and (self.everybody or recipient in self.parties)


NOBODY_AWAITED = Awaited()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A message that waits, with what its sender needs to date it anew; no key: it cannot."""

    message_id: str
    recipient: str
    created: datetime
    expires: datetime
    octets: bytes
    content_key: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """A message whose time passed without the receiver's receipt."""

    message_id: str
    recipient: str
    message_type: str
    in_reply_to: str | None


_ROWS = select(outbox, sealed.c.octets).join(
    sealed,
    (sealed.c.direction == "out")
    & (sealed.c.peer == "")
    & (sealed.c.message_id == outbox.c.message_id),
)
_PLACES_KEPT = 10
_BY_URGENCY = (Lane.URGENT, Lane.ROUTINE, Lane.BULK)
# A lane at a time: so the index gives the order, and of 50,000 rows for a party that is away only
# those are read that leave. What has expired is not sent any more, even while nobody could be told.
_DUE_OF_LANE = (
    _ROWS.where(
        outbox.c.lane == bindparam("lane"),
        outbox.c.next_try <= bindparam("now"),
        outbox.c.expires > bindparam("now"),
    )
    .order_by(outbox.c.next_try, outbox.c.seq)
    .limit(bindparam("most"))
)
_NEXT = select(func.min(outbox.c.next_try)).where(outbox.c.expires > bindparam("now"))
_AWAITED = select(outbox.c.recipient).where(outbox.c.needs_receipt.is_(True)).distinct()
_TRIED = (
    update(outbox)
    .where(outbox.c.message_id == bindparam("b_id"), outbox.c.recipient == bindparam("b_to"))
    .values(attempts=outbox.c.attempts + 1, next_try=bindparam("b_next"))
)
_SETTLE = delete(outbox).where(
    outbox.c.message_id == bindparam("b_id"), outbox.c.recipient == bindparam("b_to")
)
_SETTLE_ANY = delete(outbox).where(outbox.c.message_id == bindparam("b_id"))
_CONFIRMED = delete(outbox).where(
    outbox.c.message_id.in_(bindparam("ids", expanding=True)), outbox.c.needs_receipt.is_(False)
)
_EXPIRED = (
    select(outbox.c.message_id, outbox.c.recipient, outbox.c.message_type, outbox.c.in_reply_to)
    .where(
        outbox.c.expires <= bindparam("now"),
        outbox.c.message_id.not_in(bindparam("but", expanding=True)),
    )
    .order_by(outbox.c.expires)
    .limit(bindparam("most"))
)
# Locked until the commit: another gateway of this party must not give the same number. (SQLite
# lets one transaction write at a time and knows no such lock.)
_LAST = select(sequence.c.last).where(sequence.c.recipient == bindparam("b_to")).with_for_update()
_BEGIN = {
    "sqlite": sqlite.insert(sequence).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(sequence).on_conflict_do_nothing(),
}
_COUNT = (
    update(sequence)
    .where(sequence.c.recipient == bindparam("b_to"))
    .values(last=bindparam("b_last"))
)
_HURRY = (
    update(outbox)
    .where(outbox.c.message_id == bindparam("b_id"))
    .values(next_try=bindparam("b_now"))
)
_HURRY_ALL = update(outbox).values(next_try=bindparam("b_now"))
_HURRY_SOME = (
    update(outbox)
    .where(outbox.c.message_id.in_(bindparam("ids", expanding=True)))
    .values(next_try=bindparam("b_now"))
)
_DEPTH = select(func.count()).select_from(outbox)
_NEW_SEALED, _NEW_ROWS = insert(sealed), insert(outbox)
_WAITS = select(outbox.c.lane).where(
    outbox.c.message_id == bindparam("b_id"), outbox.c.recipient == bindparam("b_to")
)
_OLD = (
    select(sealed.c.direction, sealed.c.peer, sealed.c.message_id)
    .where(
        sealed.c.at < bindparam("before"),
        ~select(outbox.c.message_id).where(outbox.c.message_id == sealed.c.message_id).exists(),
    )
    .order_by(sealed.c.at)
    .limit(bindparam("most"))
)
_PRUNE = delete(sealed).where(
    sealed.c.direction == bindparam("b_direction"),
    sealed.c.peer == bindparam("b_peer"),
    sealed.c.message_id == bindparam("b_id"),
)
# The number goes with the octets, which could not be sent again without them.
_PRUNE_NUMBERS = delete(sent_number).where(sent_number.c.message_id == bindparam("b_id"))


_DATED = select(
    outbox.c.message_id,
    outbox.c.recipient,
    outbox.c.created,
    outbox.c.expires,
    outbox.c.content_key,
    sealed.c.octets,
).join(
    sealed,
    (sealed.c.direction == "out")
    & (sealed.c.peer == "")
    & (sealed.c.message_id == outbox.c.message_id),
)


def _leaving(wanted: Select[Any], awaited: Awaited) -> Select[Any]:
    """Only what may leave; nobody is awaited but in the hours after an enrolment."""
    unneeded = outbox.c.needs_receipt.is_(False)
    if awaited.everybody:
        return wanted.where(unneeded)
    if awaited.parties:
        return wanted.where(unneeded | outbox.c.recipient.not_in(sorted(awaited.parties)))
    return wanted


class Outbox:
    """The outbox inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._new_rows: list[dict[str, Any]] = []
        self._new_sealed: dict[str, dict[str, Any]] = {}
        self._settled: list[dict[str, str]] = []
        self.receipted: list[str] = []
        """Whose receiver's word came in this unit."""
        self._counted: dict[str, int] = {}

    def next_seq(self, recipient: str) -> int:
        """The next number of this pair, from 1, without gaps among committed messages."""
        last = self._counted.get(recipient)
        if last is None:
            last = self._last_seq(recipient)
        self._counted[recipient] = last + 1
        return last + 1

    def _last_seq(self, recipient: str) -> int:
        found = self._connection.execute(_LAST, {"b_to": recipient}).scalar_one_or_none()
        if found is None:
            begin = _BEGIN[self._connection.dialect.name]
            self._connection.execute(begin, {"recipient": recipient, "last": 0})
            found = self._connection.execute(_LAST, {"b_to": recipient}).scalar_one()
        return int(found)

    def add(self, row: OutboxRow) -> None:
        """Keeps ``row`` and its octets until its receipt."""
        self._new_rows.append(
            {
                "message_id": row.message_id,
                "recipient": row.recipient,
                "message_type": row.message_type,
                "lane": row.lane.value,
                "needs_receipt": row.needs_receipt,
                "in_reply_to": row.in_reply_to,
                "created": row.created,
                "expires": row.expires,
                "attempts": row.attempts,
                "next_try": row.next_try,
                "seq": row.seq,
                "content_key": row.content_key,
            }
        )
        self._new_sealed[row.message_id] = {
            "direction": "out",
            "peer": "",
            "message_id": row.message_id,
            "octets": row.octets,
            "at": row.created,
        }

    def settle(self, message_id: str, recipient: str) -> None:
        """The receiver's signed word on it is in: it is never sent again."""
        self._settled.append({"b_id": message_id, "b_to": recipient})
        self.receipted.append(message_id)

    def settle_all(self, message_id: str) -> bool:
        """The centre refused it for every recipient; tells whether anything waited."""
        return bool(self._connection.execute(_SETTLE_ANY, {"b_id": message_id}).rowcount)

    def confirmed(self, message_ids: Sequence[str]) -> None:
        """The broker holds these; only receipts, which nobody receipts, leave by that."""
        if message_ids:
            self._connection.execute(_CONFIRMED, {"ids": list(message_ids)})

    def due(
        self, now: datetime, *, most: int, awaited: Awaited = NOBODY_AWAITED
    ) -> list[OutboxRow]:
        """Rows whose next try has come, the most urgent lane first; none that ``awaited`` holds.

        Where not all fit, a tenth of the places is kept for each lane that would get none.
        """
        rows: list[OutboxRow] = []
        for lane in _BY_URGENCY:
            if len(rows) < most:
                rows += self._due_of(lane, now, most - len(rows), awaited)
        places = most // _PLACES_KEPT
        if len(rows) < most or not places:
            return rows
        for lane in _BY_URGENCY[1:]:
            if not any(row.lane is lane for row in rows):
                late = self._due_of(lane, now, places, awaited)
                rows = [*rows[: most - len(late)], *late]
        return rows

    def _due_of(self, lane: Lane, now: datetime, most: int, awaited: Awaited) -> list[OutboxRow]:
        asked = {"now": now, "most": most, "lane": lane.value}
        wanted = _leaving(_DUE_OF_LANE, awaited)
        return self._rows(self._connection.execute(wanted, asked))

    def next_try(self, now: datetime, awaited: Awaited = NOBODY_AWAITED) -> datetime | None:
        """When the next row is due, or None when nothing waits that can be sent."""
        wanted = _leaving(_NEXT, awaited)
        return self._connection.execute(wanted, {"now": now}).scalar_one_or_none()

    def recipients(self) -> frozenset[str]:
        """Everybody from whom a receipt is waited for."""
        return frozenset(self._connection.execute(_AWAITED).scalars())

    def tried(self, rows: Iterable[tuple[str, str, datetime]]) -> None:
        """Each ``(message id, recipient, next try)`` was sent again."""
        values = [{"b_id": m, "b_to": to, "b_next": at} for m, to, at in rows]
        if values:
            self._connection.execute(_TRIED, values)

    def hurry(self, message_id: str, now: datetime) -> bool:
        """Sends it again at once if it still waits; tells whether it did."""
        return bool(self._connection.execute(_HURRY, {"b_id": message_id, "b_now": now}).rowcount)

    def hurry_some(self, message_ids: Sequence[str], now: datetime) -> None:
        """The broker never said that it holds these: their next try is now."""
        if message_ids:
            self._connection.execute(_HURRY_SOME, {"ids": list(message_ids), "b_now": now})

    def hurry_all(self, now: datetime) -> None:
        """The link is new: whatever waits is tried now."""
        self._connection.execute(_HURRY_ALL, {"b_now": now})

    def waits(self, message_id: str, recipient: str) -> bool:
        """Whether this message to this recipient still waits for its receipt."""
        key = {"b_id": message_id, "b_to": recipient}
        return self._connection.execute(_WAITS, key).one_or_none() is not None

    def expired(self, now: datetime, *, but: Collection[str], most: int) -> list[Undelivered]:
        """What nobody receipted in time, the oldest first, without the messages ``but``."""
        found = self._connection.execute(_EXPIRED, {"now": now, "but": list(but), "most": most})
        return [
            Undelivered(
                message_id=r.message_id,
                recipient=r.recipient,
                message_type=r.message_type,
                in_reply_to=r.in_reply_to,
            )
            for r in found
        ]

    def give_up(self, failure: Undelivered) -> bool:
        """Takes it out, to become an explicit failure; False when it no longer waits."""
        key = {"b_id": failure.message_id, "b_to": failure.recipient}
        return bool(self._connection.execute(_SETTLE, key).rowcount)

    def newest_sealed(self) -> bytes:
        """The octets that left last; for looking, not for sending."""
        return bytes(
            self._connection.execute(
                select(sealed.c.octets)
                .where(sealed.c.direction == "out")
                .order_by(sealed.c.at.desc())
                .limit(1)
            ).scalar_one()
        )

    def waiting_after(self, message_id: str, *, most: int) -> list[tuple[str, bytes]]:
        """Messages that wait for a receipt, by id, with their octets; page after page."""
        wanted = (
            select(sealed.c.message_id, sealed.c.octets)
            .where(
                sealed.c.direction == "out",
                sealed.c.peer == "",
                sealed.c.message_id > message_id,
                sealed.c.message_id.in_(select(outbox.c.message_id)),
            )
            .order_by(sealed.c.message_id)
            .limit(most)
        )
        rows = self._connection.execute(wanted)
        return [(row.message_id, bytes(row.octets)) for row in rows]

    def signed_anew(self, message_id: str, octets: bytes, now: datetime) -> None:
        """The same message under another key: it goes again at once."""
        self._connection.execute(
            update(sealed)
            .where(
                sealed.c.direction == "out",
                sealed.c.peer == "",
                sealed.c.message_id == message_id,
            )
            .values(octets=octets)
        )
        self.hurry(message_id, now)

    def dated_after(self, instant: datetime, *, after: str, most: int) -> list[Dated]:
        """Messages that wait and were made after ``instant``, by id; page ``after`` page."""
        wanted = (
            _DATED.where(outbox.c.created > instant, outbox.c.message_id > after)
            .order_by(outbox.c.message_id)
            .limit(most)
        )
        return [
            Dated(
                message_id=row.message_id,
                recipient=row.recipient,
                created=row.created,
                expires=row.expires,
                octets=bytes(row.octets),
                content_key=None if row.content_key is None else bytes(row.content_key),
            )
            for row in self._connection.execute(wanted)
        ]

    def any_refused(self, after: datetime) -> bool:
        """Whether the relay refused one of those made later than ``after`` as of the future."""
        wanted = select(outbox.c.message_id).where(
            outbox.c.ahead_ms.is_not(None), outbox.c.created > after
        )
        return self._connection.execute(wanted.limit(1)).first() is not None

    def dated_anew(self, was: Dated, octets: bytes, content_key: bytes, now: datetime) -> bool:
        """The same message made ``now``: it goes at once. False when it waits no longer as it was.

        Another process of this party may have dated it anew, or its receipt may be in.
        """
        changed = self._connection.execute(
            update(outbox)
            .where(
                outbox.c.message_id == was.message_id,
                outbox.c.recipient == was.recipient,
                outbox.c.created == was.created,
            )
            .values(
                created=now,
                expires=now + (was.expires - was.created),
                next_try=now,
                content_key=content_key,
                ahead_ms=None,
            )
        )
        if not changed.rowcount:
            return False
        self._connection.execute(
            update(sealed)
            .where(
                sealed.c.direction == "out",
                sealed.c.peer == "",
                sealed.c.message_id == was.message_id,
            )
            .values(octets=octets, at=now)
        )
        return True

    def refused_as_future(
        self, message_id: str, at: datetime, *, skew: timedelta, again: datetime
    ) -> timedelta:
        """The relay refused it at ``at`` (its own clock) as of the future: it is tried ``again``.

        Returns how far it lies ahead; nothing where it waits no longer, or was dated anew since
        and lies no more than ``skew`` ahead.
        """
        wanted = select(outbox.c.created).where(outbox.c.message_id == message_id)
        created = self._connection.execute(wanted).scalars().first()
        ahead = timedelta(0) if created is None else created - at
        if ahead <= skew:
            return timedelta(0)
        self._connection.execute(
            update(outbox)
            .where(outbox.c.message_id == message_id)
            .values(next_try=again, ahead_ms=ahead // timedelta(milliseconds=1))
        )
        return ahead

    def ahead(self, now: datetime) -> tuple[int, timedelta]:
        """How many messages wait for their date to come, and how far ahead the last one is.

        The relay refused them as of the future, or they were made later than ``now``.
        """
        wanted = select(
            func.count(), func.max(outbox.c.ahead_ms), func.max(outbox.c.created)
        ).where(outbox.c.ahead_ms.is_not(None) | (outbox.c.created > now))
        number, most_ms, newest = self._connection.execute(wanted).one()
        by_us = timedelta(0) if newest is None else newest - now
        return int(number), max(timedelta(milliseconds=most_ms or 0), by_us)

    def depth(self) -> int:
        """How many rows wait."""
        return int(self._connection.execute(_DEPTH).scalar_one())

    def sealed(self, *, most: int, newest: bool) -> list[bytes]:
        """Octets that were sent, whether or not anything waits for them, from one end of time."""
        order = sealed.c.at.desc() if newest else sealed.c.at
        wanted = (
            select(sealed.c.octets).where(sealed.c.direction == "out").order_by(order).limit(most)
        )
        return [bytes(octets) for octets in self._connection.execute(wanted).scalars()]

    def prune(self, before: datetime, *, most: int = 2_000) -> int:
        """Forgets sealed octets older than ``before`` that nothing waits for; returns how many.

        At most ``most``, the oldest first: where as many were found there may be more.
        """
        found = self._connection.execute(_OLD, {"before": before, "most": most}).all()
        if found:
            keys = [
                {"b_direction": row.direction, "b_peer": row.peer, "b_id": row.message_id}
                for row in found
            ]
            self._connection.execute(_PRUNE, keys)
            sent = [{"b_id": row.message_id} for row in found if row.direction == "out"]
            if sent:
                self._connection.execute(_PRUNE_NUMBERS, sent)
        return len(found)

    def flush(self) -> None:
        """Writes what was gathered; new rows first, since what came may settle what goes."""
        if self._new_sealed:
            self._connection.execute(_NEW_SEALED, list(self._new_sealed.values()))
            self._new_sealed = {}
        if self._new_rows:
            self._connection.execute(_NEW_ROWS, self._new_rows)
            self._new_rows = []
        if self._settled:
            self._connection.execute(_SETTLE, self._settled)
            self._settled = []
        if self._counted:
            counts = [{"b_to": to, "b_last": last} for to, last in self._counted.items()]
            self._connection.execute(_COUNT, counts)

    @staticmethod
    def _rows(result: Iterable[Any]) -> list[OutboxRow]:
        return [
            OutboxRow(
                message_id=r.message_id,
                recipient=r.recipient,
                message_type=r.message_type,
                lane=Lane(r.lane),
                needs_receipt=r.needs_receipt,
                in_reply_to=r.in_reply_to,
                created=r.created,
                expires=r.expires,
                attempts=r.attempts,
                next_try=r.next_try,
                octets=r.octets,
                seq=r.seq,
            )
            for r in result
        ]
