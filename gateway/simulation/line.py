"""A process's line to the broker in virtual time: a ``Link`` that is slow, forgetful, and cut.

The broker behind it is ``MemoryBroker`` with its permissions, limits and prefetch; here stand the
time that everything takes and what is lost with a connection. It reads no message.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gateway.exchange import (
    RETURNED,
    Confirmed,
    Delivery,
    Event,
    LinkState,
    MemoryBroker,
    MemoryLink,
    Unconfirmed,
)
from gateway.simulation.agenda import Agenda
from gateway.simulation.crash import Fuse, Point
from gateway.simulation.disk import digest_of
from gateway.simulation.ledger import Kind, Ledger
from gateway.simulation.weather import Fate, Weather

CONFIRM_DEADLINE = timedelta(seconds=10)
_NOTHING: Mapping[str, str] = {}
_ALL = 1_000_000
_AT_ONCE = timedelta(0)
_ECHO = "+"  # marks the second copy's token, whose outcome nobody waits for


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parcel:
    token: str
    exchange: str
    routing_key: str
    body: bytes
    headers: Mapping[str, str]


class Exchange:
    """The broker and every line to it; ``moved`` hands on what the broker has for them."""

    def __init__(self, definitions: Mapping[str, Any], agenda: Agenda, weather: Weather) -> None:
        self.broker = MemoryBroker(definitions)
        self.agenda = agenda
        self.weather = weather
        self.lines: list[Line] = []
        self.carried: Callable[[str, bytes, Mapping[str, str]], None] = _unseen
        self._queues = [str(row["name"]) for row in definitions["queues"]]

    def moved(self) -> None:
        """Collects for every line what the broker has for it."""
        for line in self.lines:
            line.collect()

    def wipe(self) -> None:
        """The broker's data folder is gone: messages and connections are lost."""
        for line in self.lines:
            line.lose("the broker was wiped")
        self.broker.lose_everything()
        for line in self.lines:
            line.sever()

    def block(self, *, blocked: bool) -> None:
        """A memory or disk alarm: publishers wait."""
        self.broker.block(blocked=blocked)
        self.moved()

    def left(self) -> dict[str, tuple[int, int]]:
        """Queues that are not empty: how many messages are ready, how many lent."""
        lent: dict[str, int] = {}
        for line in self.lines:
            for queue in line.lent.values():
                lent[queue] = lent.get(queue, 0) + 1
        depths = {name: (self.broker.depth(name), lent.get(name, 0)) for name in self._queues}
        return {name: counts for name, counts in depths.items() if any(counts)}


def _unseen(_user: str, _body: bytes, _headers: Mapping[str, str]) -> None:
    """Nobody looks at what is carried."""


class Line:
    """See ``gateway.exchange.Link``. ``wake`` is called when there is something to take."""

    def __init__(
        self,
        exchange: Exchange,
        user: str,
        consume: Sequence[str],
        *,
        ledger: Ledger,
        fuse: Fuse,
        wake: Callable[[], None],
        confirms_are_durable: bool = False,
    ) -> None:
        self.user = user
        self.lent: dict[object, str] = {}
        self.unconfirmed: dict[str, str] = {}  # token -> digest of its octets
        self.most_unconfirmed = 0
        self.held_back = False  # cut until ``mend``
        self._exchange = exchange
        self._agenda = exchange.agenda
        self._ledger = ledger
        self._fuse = fuse
        self._wake = wake
        self._confirms_are_durable = confirms_are_durable
        self._inner: MemoryLink = exchange.broker.link(user, consume=consume)
        self._inbox: deque[Event] = deque()
        self._waiting: deque[_Parcel] = deque()
        self._connection = 0  # counts: what belongs to an older one is void
        self._up = False
        self._void = True  # what is sent now goes nowhere
        self._started = False
        self._dead = False
        self._ordered = {"out": self._agenda.now, "in": self._agenda.now}

    # --- what the process asks (the Link protocol) --------------------------------------------

    def start(self) -> None:
        """Comes up after a moment."""
        self._exchange.lines.append(self)
        self._come_up()

    def stop(self, drain: timedelta) -> None:  # noqa: ARG002 - the protocol's; here it crashes
        """The process is gone; what it had written to its socket still arrives."""
        self._dead = True
        last = max(self._ordered["out"], self._agenda.now)
        self._agenda.at(last + timedelta(milliseconds=1), self._hang_up)

    def subscribe(self, queues: Sequence[str]) -> None:
        """Consumes these too."""
        self._inner.subscribe(queues)
        self._exchange.moved()

    def publish(
        self,
        *,
        token: str,
        exchange: str,
        routing_key: str,
        body: bytes,
        headers: Mapping[str, str] = _NOTHING,
    ) -> None:
        """On its way, or waiting for the line to be up."""
        self._fuse.at(Point.BEFORE_PUBLISH)
        parcel = _Parcel(
            token=token, exchange=exchange, routing_key=routing_key, body=body, headers=headers
        )
        digest = self.unconfirmed[token] = digest_of(body)
        self._ledger.write(Kind.PUBLISHED, digest=digest)
        self.most_unconfirmed = max(self.most_unconfirmed, len(self.unconfirmed))
        if self._up:
            self._depart(parcel)
        else:
            self._waiting.append(parcel)
        self._fuse.at(Point.AFTER_PUBLISH)

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        """The broker may forget these; lost with the connection if that breaks before."""
        if not deliveries:
            return
        self._fuse.at(Point.BEFORE_ACK)
        for delivery in deliveries:
            self._ledger.write(Kind.ACK, digest=digest_of(delivery.body))
        self._send(lambda: self._acknowledged(deliveries))
        self._fuse.at(Point.AFTER_ACK)

    def reject(self, delivery: Delivery, *, requeue: bool) -> None:
        """Back to the queue, or to the dead letters."""
        self.lent.pop(delivery.tag, None)
        self._inner.reject(delivery, requeue=requeue)
        self._exchange.moved()

    def is_lent(self, delivery: Delivery) -> bool:
        """Whether it is still ours."""
        return delivery.tag in self.lent

    def take(self, *, limit: int, timeout: timedelta | None) -> list[Event]:  # noqa: ARG002 - time is virtual: nobody waits
        """What has arrived."""
        taken = [self._inbox.popleft() for _ in range(min(limit, len(self._inbox)))]
        if self._inbox:
            self._wake()
        return taken

    def wake(self) -> None:
        """Lets the process look."""
        self._wake()

    @property
    def has_arrivals(self) -> bool:
        """Whether there is something to take."""
        return bool(self._inbox)

    # --- what happens to it -------------------------------------------------------------------

    def cut(self, noticed_after: timedelta) -> None:
        """The network is gone until ``mend``; the process learns of it only later."""
        self.held_back = True
        self.lose("partition", noticed_after)

    def mend(self) -> None:
        """The network is back."""
        if self.held_back:
            self.held_back = False
            self._come_up()

    def lose(self, why: str, noticed_after: timedelta = timedelta(0)) -> None:
        """The connection is lost with all that was on its way."""
        if not self._up or self._void:
            return
        self._connection += 1
        self._void = True
        self.sever()
        number = self._connection
        self._agenda.after(noticed_after, lambda: self._notice(why, number))
        self._exchange.moved()

    def sever(self) -> None:
        """The broker's side of the connection is gone: what was lent lies in its queue again."""
        self._inner.break_off("severed")
        self._inner.take(limit=_ALL, timeout=timedelta(0))
        self.lent.clear()

    def collect(self) -> None:
        """What the broker has for this line sets out for the process."""
        if not self._inner.has_arrivals:
            return
        for event in self._inner.take(limit=_ALL, timeout=_AT_ONCE):
            match event:
                case Delivery():
                    self.lent[event.tag] = event.queue
                    self._arrive_later(event)
                case Confirmed() | Unconfirmed():
                    if event.token in self.unconfirmed:
                        self._arrive_later(event)
                case LinkState(up=True):
                    self._arrive_later(event)
                case LinkState():
                    pass  # ``lose`` says when the process learns of it

    # --- parts --------------------------------------------------------------------------------

    def _come_up(self) -> None:
        if self._dead or self.held_back:
            return
        self._agenda.after(timedelta(milliseconds=20), self._connected)

    def _connected(self) -> None:
        if self._dead or self.held_back or self._up:
            return
        self._up, self._void = True, False
        self._ledger.write(Kind.UP)
        if self._started:
            self._inner.come_back()
        else:
            self._started = True
            self._inner.start()
        self._exchange.moved()
        while self._waiting:
            self._depart(self._waiting.popleft())

    def _hang_up(self) -> None:
        """The broker sees that the process is gone: what it was lent goes back."""
        self._exchange.lines.remove(self)
        self._connection += 1
        self._inner.stop(timedelta(0))
        self._exchange.moved()

    def _notice(self, why: str, number: int) -> None:
        if self._dead or number != self._connection:
            return
        self._up = False
        waiting = {parcel.token for parcel in self._waiting}
        # Deliveries of the lost connection come again; taking them now would double the work.
        self._inbox = deque(event for event in self._inbox if not isinstance(event, Delivery))
        known = {e.token for e in self._inbox if isinstance(e, Confirmed | Unconfirmed)}
        for token in [t for t in self.unconfirmed if t not in waiting and t not in known]:
            self._inbox.append(Unconfirmed(token=token, reason=f"connection lost: {why}"))
            del self.unconfirmed[token]
        self._inbox.append(LinkState(up=False, blocked=False, detail=why))
        self._wake()
        self._come_up()

    def _depart(self, parcel: _Parcel) -> None:
        self._send(lambda: self._at_broker(parcel))

    def _at_broker(self, parcel: _Parcel) -> None:
        self._exchange.carried(self.user, parcel.body, parcel.headers)
        fate = self._exchange.weather.fate(self.user)
        token = parcel.token
        match fate:
            case Fate.LOST:
                self._arrive_later(Confirmed(token=token))
            case Fate.NACKED:
                self._arrive_later(Unconfirmed(token=token, reason="nack"))
            case Fate.RETURNED:
                self._arrive_later(Unconfirmed(token=token, reason=f"{RETURNED}: NO_ROUTE"))
            case Fate.UNCONFIRMED:
                self._put(parcel, _ECHO + token)
                late = Unconfirmed(token=token, reason="deadline: no confirm")
                self._arrive_later(late, after=CONFIRM_DEADLINE)
            case Fate.TWICE:
                self._put(parcel, token)
                self._put(parcel, _ECHO + token)
            case Fate.KEPT:
                self._put(parcel, token)
        self._exchange.moved()

    def _put(self, parcel: _Parcel, token: str) -> None:
        self._inner.publish(
            token=token,
            exchange=parcel.exchange,
            routing_key=parcel.routing_key,
            body=parcel.body,
            headers=parcel.headers,
        )

    def _acknowledged(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            self.lent.pop(delivery.tag, None)
        self._inner.ack(deliveries)
        self._exchange.moved()

    def _send(self, act: Callable[[], None]) -> None:
        self._travel("out", act)

    def _arrive_later(self, event: Event, *, after: timedelta = timedelta(0)) -> None:
        self._travel("in", lambda: self._arrive(event), after=after)

    def _travel(
        self, way: str, act: Callable[[], None], *, after: timedelta = timedelta(0)
    ) -> None:
        if self._void:
            return
        connection = self._connection
        delay, overtaken = self._exchange.weather.delay()
        at = self._agenda.now + delay + after
        if not overtaken and not after:
            at = self._ordered[way] = max(at, self._ordered[way])
        self._agenda.at(at, lambda: act() if connection == self._connection else None)

    def _arrive(self, event: Event) -> None:
        if self._dead:
            return
        if isinstance(event, Confirmed | Unconfirmed):
            digest = self.unconfirmed.pop(event.token, None)
            if digest is None:
                return
            if self._confirms_are_durable and isinstance(event, Confirmed):
                self._ledger.write(Kind.DURABLE, digest=digest)
        self._inbox.append(event)
        self._wake()
