"""The link as its callers see it: orders go to the link's own thread, events come back.

It knows nothing of AMQP; the session does.
"""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from gateway.exchange.arrivals import Arrivals
from gateway.exchange.backoff import Backoff
from gateway.exchange.broker import (
    NO_HEADERS,
    BrokerSettings,
    Delivery,
    Event,
    LinkState,
)
from gateway.exchange.rabbitmq.connection import quiet_pika
from gateway.exchange.rabbitmq.consumer import InChannel, Lent
from gateway.exchange.rabbitmq.publisher import Parcel
from gateway.exchange.rabbitmq.session import Session

_ACK_SECONDS = 0.05
_ACKS_AT_ONCE = 16
"""Less than the smallest prefetch, so that a reader never waits for its own acknowledgement."""


class RabbitLink:
    """See ``broker.Link``. Safe to call from any thread, one thread at a time may ``take``."""

    def __init__(
        self,
        settings: BrokerSettings,
        *,
        consume: Sequence[str] = (),
        jitter: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._jitter = jitter
        self._clock = clock
        self._arrivals = Arrivals()
        self._orders: deque[Callable[[Session], None]] = deque()
        self._lock = threading.Lock()
        self._acks: list[Lent] = []
        self._acks_due = False
        self._acks_timed = False
        self._nudged = False
        self._wanted: dict[str, None] = dict.fromkeys(consume)
        self._session: Session | None = None
        self._stopping = threading.Event()
        self._drained = threading.Event()
        self._thread: threading.Thread | None = None
        self._told = LinkState(up=False, blocked=False, detail="not started")

    def start(self) -> None:
        """Begin to connect; returns at once. RuntimeError when started before."""
        if self._thread is not None:
            raise RuntimeError("the link was started before")
        quiet_pika()
        self._thread = threading.Thread(target=self._run, name=self._settings.name, daemon=True)
        self._thread.start()

    def stop(self, drain: timedelta) -> None:
        """End; what is not confirmed after ``drain`` is reported as ``Unconfirmed``."""
        if self._thread is None:
            return
        self._stopping.set()
        self._order(lambda session: session.drain(self._drained.set))
        self._drained.wait(drain.total_seconds())
        self._order(lambda session: session.close())
        self._thread.join()
        self._arrivals.wake()

    def subscribe(self, queues: Sequence[str]) -> None:
        """Consume these queues too."""
        names = tuple(queues)

        def carry_out(session: Session) -> None:
            self._wanted.update(dict.fromkeys(names))
            session.consumer.subscribe(names)

        self._order(carry_out)

    def publish(
        self,
        *,
        token: str,
        exchange: str,
        routing_key: str,
        body: bytes,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        """Hand ``body`` to the link's thread; URGENT ones overtake what is not yet sent."""
        parcel = Parcel(
            token=token,
            exchange=exchange,
            routing_key=routing_key,
            body=body,
            headers=headers,
            since=self._clock(),
        )
        self._order(lambda session: session.publisher.accept(parcel))

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        """Done with these."""
        tags = [each.tag for each in deliveries if isinstance(each.tag, Lent)]
        with self._lock:
            self._acks += tags
            # Nobody waits for an ack, and each word costs a turn of the loop: they go together.
            if not tags or (self._acks_due and len(self._acks) < _ACKS_AT_ONCE):
                return
            self._acks_due = True
            self._nudge()

    def reject(self, delivery: Delivery, *, requeue: bool) -> None:
        """Give it back."""
        tag = delivery.tag
        if isinstance(tag, Lent):
            self._order(lambda session: session.consumer.reject(tag, requeue=requeue))

    def is_lent(self, delivery: Delivery) -> bool:
        """Whether its channel is still the one that brought it."""
        return isinstance(delivery.tag, Lent) and delivery.tag.of.is_open

    def take(self, *, limit: int, timeout: timedelta | None) -> list[Event]:
        """Wait, then return what there is."""
        return self._arrivals.take(limit=limit, timeout=timeout)

    def wake(self) -> None:
        """End a ``take`` early."""
        self._arrivals.wake()

    # Below: the link's own thread, but for ``_order``.

    def _order(self, order: Callable[[Session], None]) -> None:
        """Queue work for the link's thread; one wake-up serves all that is queued meanwhile."""
        with self._lock:
            self._orders.append(order)
            self._nudge()

    def _nudge(self) -> None:
        if not self._nudged and self._session is not None:
            self._nudged = True
            self._session.loop.add_callback_threadsafe(self._carry_out)

    def _carry_out(self) -> None:
        with self._lock:
            self._nudged = False
            orders, self._orders = self._orders, deque()
            session, acks = self._session, len(self._acks)
        if session is None:
            return
        for order in orders:
            order(session)
        session.publisher.pump()
        if acks >= _ACKS_AT_ONCE:
            self.send_acks()
        elif acks and not self._acks_timed:
            self._acks_timed = True
            session.loop.call_later(_ACK_SECONDS, self.send_acks)

    def send_acks(self) -> None:
        """Send what came together; the link's thread only."""
        with self._lock:
            acks, self._acks = self._acks, []
            self._acks_due = self._acks_timed = False
            session = self._session
        if session is not None and acks:
            session.consumer.ack(acks)

    def _run(self) -> None:
        backoff = Backoff(random=self._jitter)
        while True:
            session = Session(self._settings, self, self._jitter, self._clock)
            with self._lock:
                self._session = session
                self._nudged = True
            session.loop.add_callback_threadsafe(self._carry_out)
            detail = session.run(tuple(self._wanted))
            with self._lock:
                self._session = None
                orders, self._orders = self._orders, deque()
                self._nudged = self._acks_due = self._acks_timed = False
                self._acks.clear()
            session.abandon(detail, orders)
            if self._stopping.is_set():
                break
            # Only a defect brings us here; it must neither end the link nor spin.
            self._stopping.wait(backoff.next().total_seconds())
        self.tell_state(up=False, blocked=False, detail="stopped")

    def tell(self, events: Sequence[Event]) -> None:
        """Pass events on to whoever takes them."""
        if events:
            self._arrivals.put_all(events)

    def tell_state(self, *, up: bool, blocked: bool, detail: str) -> None:
        """Pass the state on when it changed."""
        state = LinkState(up=up, blocked=blocked, detail=detail)
        if state != self._told:
            self._told = state
            self._arrivals.put(state)

    def forget(self, channel: InChannel) -> None:
        """Drop deliveries that ``channel`` brought and nobody took yet."""
        self._arrivals.forget(lambda each: isinstance(each.tag, Lent) and each.tag.of is channel)
