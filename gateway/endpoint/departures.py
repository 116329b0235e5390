"""Publishes what was committed, and sends again what nobody receipted.

The broker's confirm only stops the hurry; a row leaves the outbox by its receiver's receipt. It
seals nothing and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from gateway.endpoint.outgoing import Departing
from gateway.endpoint.patience import Patience
from gateway.endpoint.terms import Terms
from gateway.exchange import Confirmed, Link, Unconfirmed, ingress_exchange
from gateway.ids import Lane
from gateway.store import NOBODY_AWAITED, Awaited, OutboxRow, Store

_RETRY_FIRST = timedelta(milliseconds=250)
_RETRY_LONGEST = timedelta(seconds=10)
_DOUBLINGS_MOST = 16
_PROBE_EVERY = timedelta(seconds=15)


class Departures:
    """The sending side between commits and the broker. Tokens are message ids."""

    def __init__(
        self, link: Link, party: str, terms: Terms, random: Callable[[int], bytes]
    ) -> None:
        self._link = link
        self._party = party
        self._terms = terms
        self._random = random
        self._patience = Patience(terms.resend_first)
        self._up = False
        self._in_flight: dict[str, bool] = {}  # token -> is it a receipt
        self._receipts_held: list[str] = []  # receipts that the broker holds
        self._lost: set[str] = set()  # published, never confirmed
        self._losses = 0  # in a row, since the last confirm
        self._retry_at: datetime | None = None
        self._all = False  # the link is new: try everything
        self._starved = False  # rows are due and the window is full
        self._probe_at: datetime | None = None  # all is held but for one message now and then
        self._probe: str | None = None
        self.next_at: datetime | None = None
        self.awaited = NOBODY_AWAITED

    @property
    def room(self) -> int:
        """How many more messages may be in flight now."""
        if self.is_held:
            return 0
        return self._free

    @property
    def _free(self) -> int:
        return max(self._terms.window - len(self._in_flight), 0) if self._up else 0

    @property
    def first_wait(self) -> timedelta:
        """How long to wait for the receipt of a message before it goes again."""
        return self._patience.first

    # --- what happened ------------------------------------------------------------------------

    def link_is_up(self, now: datetime) -> None:
        """Everything that waits is tried: the broker may have lost all of it."""
        self._up, self._all = True, True
        self.next_at = now

    def link_is_down(self) -> None:
        """Nothing goes until it is up again."""
        self._up = False
        self._patience.line_lost()
        self.next_at = self._retry_at = None

    @property
    def is_held(self) -> bool:
        """Whether what is posted waits here: the relay would refuse it."""
        return self._probe_at is not None

    def hold(self, now: datetime) -> None:
        """Nothing leaves until ``let_go``, but one message now and then to see whether it may."""
        self._probe_at = now + _PROBE_EVERY
        self.next_at = self._probe_at if self._up else None

    def let_go(self, now: datetime) -> None:
        """What was held is tried at once."""
        self._probe_at = self._probe = None
        self._starved = False
        if self._up:
            self.link_is_up(now)

    def wait_for(self, awaited: Awaited, now: datetime) -> None:
        """To these nothing leaves before they are active; who is so now gets what waited."""
        if awaited == self.awaited:
            return
        self.awaited = awaited
        self._starved = False
        self._sooner(now)

    def clock_set_back(self, now: datetime) -> None:
        """Rows may be due at hours that the clock has yet to reach again: all are tried."""
        if self._up:
            self.link_is_up(now)
        if self._retry_at is not None:
            self._retry_at = now

    def outcome(self, event: Confirmed | Unconfirmed, now: datetime) -> None:
        """The broker's word on one of ours."""
        receipt = self._in_flight.pop(event.token, None)
        if receipt is None:
            return
        if isinstance(event, Confirmed):
            self._losses = 0
            if receipt:
                self._receipts_held.append(event.token)
        else:
            self._lost.add(event.token)
            if self._up and self._retry_at is None:
                self._losses = min(self._losses + 1, _DOUBLINGS_MOST)
                pause = min(_RETRY_FIRST * 2 ** (self._losses - 1), _RETRY_LONGEST)
                self._retry_at = now + pause * self._spread()
                self._sooner(self._retry_at)
        if self._starved and self.room:
            self._starved = False
            self._sooner(now)

    def confirmed_receipts(self) -> Sequence[str]:
        """Receipts whose rows may go: nobody receipts a receipt."""
        return tuple(self._receipts_held)

    def receipted(self, message_ids: Sequence[str], now: datetime) -> None:
        """Their receivers' signed word is in, committed."""
        if self._probe is not None and self._probe in message_ids:
            self.let_go(now)
        self._patience.receipted(message_ids, now)

    def receipts_gone(self) -> None:
        """Their rows are gone, committed."""
        self._receipts_held.clear()

    def look_at(self, due: datetime | None) -> None:
        """The database says when something is due: it may know of what no outcome here tells.

        A commit may have been lost on its way back to us, or another process of this party died.
        """
        if due is not None and not self._starved:
            self._sooner(due)

    # --- sending ------------------------------------------------------------------------------

    def publish(self, departing: Sequence[Departing], now: datetime, *, more: bool = False) -> None:
        """Sends what a commit just decided; ``more`` says that the window left some behind."""
        for one in departing:
            self._send(one.message_id, one.lane, one.octets, receipt=one.receipt)
            if not one.receipt:
                self._patience.sent(one.message_id, now)
        if departing:
            self._sooner(now + self.first_wait)
        if more:
            self._starved = True
            if self.room:
                self._starved = False
                self._sooner(now)

    def resend(self, store: Store, now: datetime) -> None:
        """Sends what is due, as far as the window lets it; then knows when to look again."""
        if not self._up or self.next_at is None or now < self.next_at:
            return
        if self._probe_at is not None and now < self._probe_at:
            self.next_at = self._probe_at
            return
        room = min(self._free, 1) if self.is_held else self._free
        with store.unit() as unit:
            if self._all:
                unit.outbox.hurry_all(now)
            elif self._retry_at is not None and now >= self._retry_at:
                unit.outbox.hurry_some(sorted(self._lost), now)
            # Rows in flight can be due too; asking for as many more finds the others.
            rows = unit.outbox.due(now, most=room + len(self._in_flight), awaited=self.awaited)
            chosen = [r for r in rows if r.message_id not in self._in_flight][:room]
            spread = self._spread()
            unit.outbox.tried(
                (r.message_id, r.recipient, now + self._delay(r) * spread) for r in rows
            )
            waiting = [r for r in rows if r.message_id not in self._in_flight][len(chosen) :]
            if waiting:
                unit.outbox.hurry_some([r.message_id for r in waiting], now)
            unit.flush()
            due_next = unit.outbox.next_try(now, self.awaited)
        if self._all or (self._retry_at is not None and now >= self._retry_at):
            self._all, self._retry_at = False, None
            self._lost.clear()
        for row in chosen:
            self._send(row.message_id, row.lane, row.octets, receipt=not row.needs_receipt)
            if row.needs_receipt:
                self._patience.sent(row.message_id, now)
        if self.is_held:
            self._probe = chosen[0].message_id if chosen else self._probe
            self.hold(now)
        else:
            self._look_again(due_next, now)

    # --- parts --------------------------------------------------------------------------------

    def _look_again(self, due_next: datetime | None, now: datetime) -> None:
        self.next_at = self._retry_at
        if due_next is None:
            return
        if due_next <= now and not self.room:
            self._starved = True
        else:
            self._sooner(max(due_next, now))

    def _send(self, message_id: str, lane: Lane, octets: bytes, *, receipt: bool) -> None:

        self._in_flight[message_id] = receipt
        self._link.publish(
            token=message_id,
            exchange=ingress_exchange(self._party, lane),
            routing_key="",
            body=octets,
        )

    def _sooner(self, at: datetime) -> None:
        if self._probe_at is not None:
            at = max(at, self._probe_at)
        if self._up and (self.next_at is None or at < self.next_at):
            self.next_at = at

    def _delay(self, row: OutboxRow) -> timedelta:
        doubled: timedelta = self.first_wait * 2 ** min(row.attempts, _DOUBLINGS_MOST)
        return min(doubled, self._terms.resend_longest)

    def _spread(self) -> float:
        # ±25 %: many nodes that lost the same broker must not come back in step. One draw for all
        # that leaves together: they stay in the order of their numbers.
        return 0.75 + self._random(1)[0] / 510
