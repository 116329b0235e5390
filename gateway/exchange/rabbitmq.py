"""A ``Link`` to RabbitMQ: two connections (publish, consume) on one thread that never waits for us.

The only file that knows pika. It keeps no message: what was not confirmed is reported, not resent.
pika is not thread-safe, so everything below ``RabbitLink`` runs on the link's own thread; the
pitfalls that shaped it are measured in docs/adr/0040-*.md.
"""

from __future__ import annotations

import contextlib
import logging
import random
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pika  # type: ignore[import-untyped] # pika ships no py.typed
from pika.adapters.select_connection import (  # type: ignore[import-untyped] # as above
    IOLoop,
    SelectConnection,
)
from pika.exceptions import (  # type: ignore[import-untyped] # as above
    AMQPError,
    ChannelClosedByBroker,
)

from gateway.exchange.arrivals import Arrivals
from gateway.exchange.backoff import Backoff
from gateway.exchange.broker import (
    NO_HEADERS,
    REFUSED_BY_QUEUE,
    RETURNED,
    BrokerSettings,
    Confirmed,
    Delivery,
    Event,
    LinkState,
    Unconfirmed,
)
from gateway.exchange.confirms import Unsettled
from gateway.exchange.errors import BrokerUnreachableError, ExchangeError
from gateway.exchange.refusals import explain
from gateway.exchange.topology import MAX_MESSAGE_OCTETS, lane_of
from gateway.exchange.unacked import Unacked
from gateway.ids import Lane

_CONNECT_SECONDS = 10.0
_TICK_SECONDS = 0.5
_NEW_CHANNEL_SECONDS = 0.25
"""At most one new publish channel in this time: long enough for a leader election to end."""
_LIVENESS_SECONDS = 30.0
"""How often a consumer is checked: 3.10 can lose one without a word (5.4)."""
_ACK_SECONDS = 0.05
_ACKS_AT_ONCE = 16
"""Less than the smallest prefetch, so that a reader never waits for its own acknowledgement."""
_PIECE_OCTETS = 65_536
"""Written at once at most: what TLS does not take of a piece is copied."""
_STEADY_SECONDS = 5.0
"""A connection that held this long was a good one: the next wait is the shortest again."""
_FORCE_SECONDS = 2.0
_LAST_ROUND_SECONDS = 0.05
_PERSISTENT = 2


def probe_login(settings: BrokerSettings, *, timeout: timedelta) -> None:
    """Log in and out again; raises the ``ExchangeError`` that says why it did not work."""
    parameters = _parameters(settings, "probe")
    _quiet_pika()
    loop = IOLoop()
    failures: list[str] = []

    def opened(connection: Any) -> None:
        connection.close()

    def failed(_connection: Any, error: BaseException) -> None:
        failures.append(_words(error))
        loop.stop()

    def late() -> None:
        failures.append(f"no answer within {timeout.total_seconds():g} s")
        loop.stop()

    connection = SelectConnection(
        parameters,
        on_open_callback=opened,
        on_open_error_callback=failed,
        on_close_callback=lambda *_: loop.stop(),
        custom_ioloop=loop,
    )
    loop.call_later(timeout.total_seconds(), late)
    try:
        loop.start()
        if not connection.is_closed:
            _abort(connection, "probe ended")
            loop.call_later(_LAST_ROUND_SECONDS, loop.stop)
            loop.start()
    finally:
        loop.close()
    if failures:
        raise explain(failures[0], settings)


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
        self._orders: deque[Callable[[_Session], None]] = deque()
        self._lock = threading.Lock()
        self._acks: list[_Lent] = []
        self._acks_due = False
        self._acks_timed = False
        self._nudged = False
        self._wanted: dict[str, None] = dict.fromkeys(consume)
        self._session: _Session | None = None
        self._stopping = threading.Event()
        self._drained = threading.Event()
        self._thread: threading.Thread | None = None
        self._told = LinkState(up=False, blocked=False, detail="not started")

    def start(self) -> None:
        """Begin to connect; returns at once. RuntimeError when started before."""
        if self._thread is not None:
            raise RuntimeError("the link was started before")
        _quiet_pika()
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

        def carry_out(session: _Session) -> None:
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
        parcel = _Parcel(
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
        tags = [each.tag for each in deliveries if isinstance(each.tag, _Lent)]
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
        if isinstance(tag, _Lent):
            self._order(lambda session: session.consumer.reject(tag, requeue=requeue))

    def take(self, *, limit: int, timeout: timedelta | None) -> list[Event]:
        """Wait, then return what there is."""
        return self._arrivals.take(limit=limit, timeout=timeout)

    def wake(self) -> None:
        """End a ``take`` early."""
        self._arrivals.wake()

    # Below: the link's own thread, but for ``_order``.

    def _order(self, order: Callable[[_Session], None]) -> None:
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
            session = _Session(self._settings, self, self._jitter, self._clock)
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

    def forget(self, channel: _InChannel) -> None:
        """Drop deliveries that ``channel`` brought and nobody took yet."""
        self._arrivals.forget(lambda each: isinstance(each.tag, _Lent) and each.tag.of is channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parcel:
    token: str
    exchange: str
    routing_key: str
    body: bytes
    headers: Mapping[str, str]
    since: float

    @property
    def lane(self) -> Lane:
        return lane_of(self.routing_key or self.exchange)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lent:
    """What ``Delivery.tag`` is: the number means something on its own channel only."""

    of: _InChannel
    number: int


class _Session:
    """Both connections on one loop, from the link's start to its end (or a defect)."""

    def __init__(
        self,
        settings: BrokerSettings,
        link: RabbitLink,
        jitter: Callable[[], float],
        clock: Callable[[], float],
    ) -> None:
        self.loop = IOLoop()
        self.link = link
        self.settings = settings
        self.clock = clock
        self.closing = False
        self._jitter = jitter
        self._when_drained: Callable[[], None] | None = None
        self.publisher = _Publisher(self)
        self.consumer = _Consumer(self)

    def backoff(self) -> Backoff:
        return Backoff(random=self._jitter, most=self.settings.reconnect_longest)

    def run(self, wanted: Sequence[str]) -> str:
        """Serve until closed; returns why it ended."""
        self.consumer.subscribe(wanted)
        self.publisher.connect()
        self.loop.call_later(_TICK_SECONDS, self._tick)
        try:
            self.loop.start()
        except Exception as error:  # noqa: BLE001 - whatever it was, messages must be reported
            return f"connection lost: {error!r}"
        finally:
            self._cut_off()
        return "stopped"

    def tell_state(self) -> None:
        """Work out how the link stands."""
        lines = [self.publisher, self.consumer] if self.consumer.wanted else [self.publisher]
        down = next((line.detail for line in lines if not line.ready), "")
        self.link.tell_state(
            up=not down and not self.closing,
            blocked=self.publisher.blocked,
            detail=down or self.publisher.block_reason or self.consumer.absent_words(),
        )

    def drain(self, when_drained: Callable[[], None]) -> None:
        """Take no more deliveries; call ``when_drained`` as soon as all confirms are in."""
        self._when_drained = when_drained
        self.consumer.cancel()
        self.link.send_acks()
        self.check_drained()

    def check_drained(self) -> None:
        if self._when_drained is not None and self.publisher.is_idle:
            self._when_drained()

    def close(self) -> None:
        """Say goodbye on both connections, then end the loop; by force when that takes long."""
        if self.closing:
            return
        self.link.send_acks()
        self.closing = True
        self.publisher.disconnect()
        self.consumer.disconnect()
        self.loop.call_later(_FORCE_SECONDS, self.loop.stop)
        self.check_closed()

    def check_closed(self) -> None:
        if self.closing and self.publisher.is_closed and self.consumer.is_closed:
            self.loop.stop()

    def abandon(self, reason: str, orders: Sequence[Callable[[_Session], None]]) -> None:
        """Report every message that nobody will answer for any more."""
        self.closing = True
        for order in orders:
            order(self)
        self.publisher.abandon(reason)

    def _tick(self) -> None:
        self.publisher.expire()
        self.loop.call_later(_TICK_SECONDS, self._tick)

    def _cut_off(self) -> None:
        """Let no socket outlive the loop."""
        self.closing = True
        if not (self.publisher.is_closed and self.consumer.is_closed):
            with contextlib.suppress(Exception):
                self.publisher.abort("the link ended")
                self.consumer.abort("the link ended")
                self.loop.call_later(_LAST_ROUND_SECONDS, self.loop.stop)
                self.loop.start()
        self.loop.close()


class _Connection(SelectConnection):  # type: ignore[misc] # pika ships no py.typed
    """Writes what is sent together in one piece.

    pika hands each frame to the socket by itself, which makes a message three TLS records and the
    broker decrypt, parse and schedule three times.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._held: list[bytes] = []
        self._held_octets = 0
        self._holders = 0
        super().__init__(*arguments, **options)

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Hold what is written in here back until its end."""
        self._holders += 1
        try:
            yield
        finally:
            self._holders -= 1
            if not self._holders:
                self._let_go()

    def _output_marshaled_frames(self, marshaled_frames: Sequence[bytes]) -> None:
        with self.together():
            super()._output_marshaled_frames(marshaled_frames)

    def _adapter_emit_data(self, data: bytes) -> None:
        self._held.append(data)
        self._held_octets += len(data)
        if not self._holders or self._held_octets >= _PIECE_OCTETS:
            self._let_go()

    def _let_go(self) -> None:
        if self._held:
            piece = b"".join(self._held)
            self._held.clear()
            self._held_octets = 0
            super()._adapter_emit_data(piece)


class _Line:
    """One connection that comes back by itself, after waits with full jitter."""

    purpose = ""

    def __init__(self, session: _Session) -> None:
        self.session = session
        self.ready = False
        self.detail = "connecting"
        self.connection: Any = None
        self._well_since = float("-inf")
        self._backoff = session.backoff()

    @property
    def is_closed(self) -> bool:
        return self.connection is None or bool(self.connection.is_closed)

    def connect(self) -> None:
        if self.session.closing or self.connection is not None:
            return
        try:
            # The files are read each time: a renewed certificate is taken without a restart.
            parameters = _parameters(self.session.settings, self.purpose)
            self.connection = _Connection(
                parameters,
                on_open_callback=self._on_open,
                on_open_error_callback=self._on_gone,
                on_close_callback=self._on_gone,
                custom_ioloop=self.session.loop,
            )
        except (OSError, AMQPError) as error:
            self._try_again(explain(repr(error), self.session.settings))
        except ExchangeError as error:
            self._try_again(error)

    def disconnect(self) -> None:
        if self.connection is not None and not (
            self.connection.is_closing or self.connection.is_closed
        ):
            self.connection.close()

    def abort(self, why: str) -> None:
        """Cut the connection without a word to a peer that does not listen."""
        if self.connection is not None and not self.connection.is_closed:
            _abort(self.connection, why)

    def opened(self) -> None:
        """The connection stands; open channels."""
        raise NotImplementedError

    def lost(self, detail: str) -> None:
        """The connection is gone, and all channels with it."""
        raise NotImplementedError

    def _on_open(self, connection: Any) -> None:
        if connection is not self.connection:
            return
        if self.session.closing:
            connection.close()
            return
        self.opened()

    def _on_gone(self, connection: Any, error: BaseException) -> None:
        if connection is not self.connection and self.connection is not None:
            return
        self._try_again(explain(_words(error), self.session.settings))

    def _try_again(self, failure: ExchangeError) -> None:
        if self.ready and self.session.clock() - self._well_since > _STEADY_SECONDS:
            self._backoff.reset()
        self.connection = None
        self.ready = False
        self.detail = f"{failure.code}: {failure.message} ({failure.value})"
        self.lost(self.detail)
        if self.session.closing:
            self.session.check_closed()
            return
        self.session.tell_state()
        self.session.loop.call_later(self._backoff.next().total_seconds(), self.connect)

    def is_well(self) -> None:
        """It serves."""
        if not self.ready:
            self._well_since = self.session.clock()
        self.ready = True
        self.detail = ""
        self.session.tell_state()


class _OutChannel:
    """A channel in confirm mode and what it has sent."""

    def __init__(self, channel: Any) -> None:
        self.channel = channel
        self.unsettled = Unsettled()


class _Publisher(_Line):
    """Sends what waits, at most ``window`` unanswered; every token gets exactly one outcome."""

    purpose = "publish"

    def __init__(self, session: _Session) -> None:
        super().__init__(session)
        self.blocked = False
        self.block_reason = ""
        self._waiting: dict[Lane, deque[_Parcel]] = {lane: deque() for lane in Lane}
        self._current: _OutChannel | None = None
        self._retiring: list[_OutChannel] = []
        self._renewing = False
        self._renewed_at = float("-inf")

    @property
    def is_idle(self) -> bool:
        return not any(self._waiting.values()) and not any(
            len(each.unsettled) for each in self._channels()
        )

    def accept(self, parcel: _Parcel) -> None:
        if len(parcel.body) > MAX_MESSAGE_OCTETS:
            # The broker would close the channel over it, and take the innocent along.
            self._unconfirmed([parcel.token], f"refused: over {MAX_MESSAGE_OCTETS} octets")
            return
        self._waiting[parcel.lane].append(parcel)

    def pump(self) -> None:
        """Send as much as the window lets."""
        current = self._current
        if current is None or self.blocked or not current.channel.is_open:
            return
        window = self.session.settings.window
        with self.connection.together():
            for waiting in self._waiting.values():
                while waiting and len(current.unsettled) < window:
                    self._send(current, waiting.popleft())

    def expire(self) -> None:
        """Report what waited longer than the deadline; a broker that is silent is cut off."""
        limit = self.session.clock() - self.session.settings.confirm_deadline.total_seconds()
        for waiting in self._waiting.values():
            while waiting and waiting[0].since <= limit:
                self._unconfirmed([waiting.popleft().token], f"deadline: not sent, {self._why()}")
        silent = [each.unsettled.overdue(limit) for each in self._channels()]
        for tokens in silent:
            self._unconfirmed(tokens, "deadline: no confirm")
        # A blocked broker has said that it will not answer for a while; it is not dead.
        if any(silent) and not self.blocked:
            # What comes from now on waits for the next connection.
            self._retiring, self._current = self._channels(), None
            self.abort("no confirm within the deadline")
        self._close_retired()
        self.session.check_drained()

    def abandon(self, reason: str) -> None:
        for waiting in self._waiting.values():
            self._unconfirmed([parcel.token for parcel in waiting], reason)
            waiting.clear()
        self.lost(reason)

    def opened(self) -> None:
        self.connection.add_on_connection_blocked_callback(self._on_blocked)
        self.connection.add_on_connection_unblocked_callback(self._on_unblocked)
        self._open_channel()

    def lost(self, detail: str) -> None:
        self.blocked = False
        self.block_reason = ""
        reason = detail if detail.startswith("stopped") else f"connection lost: {detail}"
        for each in self._channels():
            self._unconfirmed(each.unsettled.abandon(), reason)
        self._current = None
        self._retiring = []
        self._renewing = False

    def _channels(self) -> list[_OutChannel]:
        return [*self._retiring, *([self._current] if self._current else [])]

    def _why(self) -> str:
        return self.block_reason or self.detail or "the window is full"

    def _send(self, current: _OutChannel, parcel: _Parcel) -> None:
        tag = current.unsettled.sent(parcel.token, self.session.clock())
        properties = pika.BasicProperties(
            delivery_mode=_PERSISTENT,
            # A returned message carries no delivery tag; this is how we know it.
            message_id=str(tag),
            headers=dict(parcel.headers) or None,
        )
        current.channel.basic_publish(
            parcel.exchange, parcel.routing_key, parcel.body, properties, mandatory=True
        )

    def _open_channel(self) -> None:
        if self.connection is None or not self.connection.is_open:
            return
        self._renewing = True
        self.connection.channel(on_open_callback=self._on_channel_open)

    def _on_channel_open(self, channel: Any) -> None:
        fresh = _OutChannel(channel)
        channel.add_on_close_callback(partial(self._on_channel_closed, fresh))
        channel.add_on_return_callback(partial(self._on_returned, fresh))
        channel.confirm_delivery(
            ack_nack_callback=partial(self._on_answer, fresh),
            callback=lambda _frame: self._on_channel_ready(fresh),
        )

    def _on_channel_ready(self, fresh: _OutChannel) -> None:
        if self._current is not None:
            self._retiring.append(self._current)
        self._current = fresh
        self._renewing = False
        self._renewed_at = self.session.clock()
        self._close_retired()
        self.is_well()
        self.pump()

    def _on_channel_closed(self, gone: _OutChannel, _channel: Any, error: BaseException) -> None:
        by_broker = isinstance(error, ChannelClosedByBroker)
        reason = f"{'refused' if by_broker else 'connection lost'}: {_words(error)}"
        self._unconfirmed(gone.unsettled.abandon(), reason)
        if gone in self._retiring:
            self._retiring.remove(gone)
        if gone is self._current:
            self._current = None
            self._renewing = True
            self.session.loop.call_later(_NEW_CHANNEL_SECONDS, self._open_channel)
        self.session.check_drained()

    def _on_answer(self, channel: _OutChannel, frame: Any) -> None:
        tokens = channel.unsettled.settle(
            frame.method.delivery_tag, multiple=bool(frame.method.multiple)
        )
        if isinstance(frame.method, pika.spec.Basic.Ack):
            self.session.link.tell([Confirmed(token=token) for token in tokens])
        else:
            self._unconfirmed(tokens, REFUSED_BY_QUEUE)
            self._renew()
        self.pump()
        self.session.check_drained()

    def _on_returned(
        self, channel: _OutChannel, _channel: Any, method: Any, properties: Any, _body: bytes
    ) -> None:
        token = channel.unsettled.returned(int(properties.message_id))
        if token is not None:
            self._unconfirmed([token], f"{RETURNED}: {method.reply_text}")
        self._renew()

    def _renew(self) -> None:
        """After a nack or return: a new channel, for a channel can keep refusing for ever (5.5).

        The old one goes on until then: only one queue is concerned, and the others must not wait.
        """
        if self._renewing or self.session.closing:
            return
        self._renewing = True
        wait = self._renewed_at + _NEW_CHANNEL_SECONDS - self.session.clock()
        self.session.loop.call_later(max(0.0, wait), self._open_channel)

    def _close_retired(self) -> None:
        for each in list(self._retiring):
            if not len(each.unsettled) and each.channel.is_open:
                self._retiring.remove(each)
                each.channel.close()

    def _on_blocked(self, _connection: Any, frame: Any) -> None:
        self.blocked = True
        self.block_reason = f"the broker takes nothing: {frame.method.reason}"
        self.session.tell_state()

    def _on_unblocked(self, _connection: Any, _frame: Any) -> None:
        self.blocked = False
        self.block_reason = ""
        self.session.tell_state()
        self.pump()

    def _unconfirmed(self, tokens: Sequence[str], reason: str) -> None:
        self.session.link.tell([Unconfirmed(token=token, reason=reason) for token in tokens])


class _InChannel:
    """The consumers of one lane, and what they were lent."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.channel: Any = None
        self.unacked = Unacked()
        self.asked: deque[str] = deque()
        self.live: set[str] = set()

    @property
    def is_open(self) -> bool:
        return self.channel is not None and bool(self.channel.is_open)

    def queues(self) -> list[str]:
        return [*self.live, *self.asked]


class _Consumer(_Line):
    """One channel a lane, and one to look whether a queue is there.

    The look matters: consuming from a queue that is missing closes the channel, which gives back
    all that it had lent, and each giving back counts towards the delivery limit.
    """

    purpose = "consume"

    def __init__(self, session: _Session) -> None:
        super().__init__(session)
        self.wanted: dict[str, None] = {}
        self._lanes: dict[Lane, _InChannel] = {}
        self._probe: Any = None
        self._probing: str | None = None
        self._to_probe: deque[str] = deque()
        self._absent: dict[str, str] = {}
        self._cancelled = False
        self._absent_backoff = session.backoff()

    def absent_words(self) -> str:
        if not self._absent:
            return ""
        name, why = next(iter(self._absent.items()))
        return f"{len(self._absent)} queues cannot be read; the first is {name}: {why}"

    def subscribe(self, queues: Sequence[str]) -> None:
        fresh = [name for name in queues if name not in self.wanted]
        self.wanted.update(dict.fromkeys(fresh))
        if self.wanted and self.connection is None:
            self.connect()
        elif self._probe is not None:
            self._look_at(fresh)

    def cancel(self) -> None:
        """No new deliveries; what was lent may still be acknowledged."""
        self._cancelled = True
        for lane in self._lanes.values():
            if lane.is_open:
                for tag in lane.channel.consumer_tags:
                    lane.channel.basic_cancel(tag)

    def ack(self, tags: Sequence[_Lent]) -> None:
        """Acknowledge in as few words as possible; a tag of a lost channel is passed over."""
        numbers: dict[_InChannel, list[int]] = {}
        for tag in tags:
            numbers.setdefault(tag.of, []).append(tag.number)
        for lane, of_lane in numbers.items():
            if not lane.is_open:
                continue
            with self.connection.together():
                for number, multiple in lane.unacked.done(of_lane):
                    lane.channel.basic_ack(number, multiple)

    def reject(self, tag: _Lent, *, requeue: bool) -> None:
        if tag.of.is_open and tag.of.unacked.given_back(tag.number):
            tag.of.channel.basic_reject(tag.number, requeue=requeue)

    def opened(self) -> None:
        self._open_probe()
        self.session.loop.call_later(
            _LIVENESS_SECONDS, partial(self._check_liveness, self.connection)
        )

    def lost(self, detail: str) -> None:  # noqa: ARG002 - the publisher tells it to its tokens
        for channel in self._lanes.values():
            self.session.link.forget(channel)
        self._lanes = {}
        self._probe = self._probing = None
        self._to_probe.clear()
        self._absent.clear()

    # Looking at queues

    def _open_probe(self) -> None:
        if self.connection is not None and self.connection.is_open:
            self.connection.channel(on_open_callback=self._on_probe_open)

    def _on_probe_open(self, channel: Any) -> None:
        self._probe = channel
        channel.add_on_close_callback(self._on_probe_closed)
        known = {name for lane in self._lanes.values() for name in lane.queues()}
        waiting = [*known, *self._absent, *self._to_probe]
        self._look_at([name for name in self.wanted if name not in waiting])
        self._look_at_next()

    def _look_at(self, queues: Sequence[str]) -> None:
        self._to_probe.extend(queues)
        self._look_at_next()

    def _look_at_next(self) -> None:
        if self._probe is None or not self._probe.is_open or self._probing is not None:
            return
        if not self._to_probe:
            self._check_ready()
            return
        self._probing = self._to_probe.popleft()
        self._probe.queue_declare(
            self._probing, passive=True, callback=partial(self._on_there, self._probing)
        )

    def _on_there(self, queue: str, frame: Any) -> None:
        self._probing = None
        lane = self._lanes.get(lane_of(queue))
        if lane is not None and queue in lane.live:
            if frame.method.consumer_count == 0:
                # 3.10 forgot our consumer without a word: only a new channel gets it back.
                lane.channel.close()
        else:
            self._consume(queue)
        self._look_at_next()

    def _on_probe_closed(self, channel: Any, error: BaseException) -> None:
        if channel is not self._probe:
            return
        self._probe = None
        queue, self._probing = self._probing, None
        if queue is not None:
            self._is_absent(queue, _words(error))
        self._open_probe()

    def _is_absent(self, queue: str, why: str) -> None:
        if not self._absent:
            wait = max(_NEW_CHANNEL_SECONDS, self._absent_backoff.next().total_seconds())
            self.session.loop.call_later(wait, partial(self._look_again, self.connection))
        self._absent[queue] = why

    def _look_again(self, connection: Any) -> None:
        if connection is self.connection and connection is not None:
            absent, self._absent = list(self._absent), {}
            self._look_at(absent)

    def _check_liveness(self, connection: Any) -> None:
        if connection is not self.connection or connection is None or self._cancelled:
            return
        self._look_at([name for lane in self._lanes.values() for name in lane.live])
        self.session.loop.call_later(_LIVENESS_SECONDS, partial(self._check_liveness, connection))

    def _check_ready(self) -> None:
        live = {name for lane in self._lanes.values() for name in lane.live}
        if all(name in live or name in self._absent for name in self.wanted):
            if not self._absent:
                self._absent_backoff.reset()
            self.is_well()

    # Consuming

    def _consume(self, queue: str) -> None:
        if self._cancelled:
            return
        lane = self._lanes.get(lane_of(queue))
        if lane is None:
            lane = self._lanes[lane_of(queue)] = _InChannel(lane_of(queue))
            lane.asked.append(queue)
            self.connection.channel(on_open_callback=partial(self._on_lane_open, lane))
            return
        lane.asked.append(queue)
        if lane.is_open:
            self._ask(lane, queue)

    def _on_lane_open(self, lane: _InChannel, channel: Any) -> None:
        lane.channel = channel
        channel.add_on_close_callback(partial(self._on_lane_closed, lane))
        channel.add_on_cancel_callback(partial(self._on_cancelled, lane))
        # Not global: each consumer gets its own allowance, a quorum queue knows no other.
        channel.basic_qos(prefetch_count=self.session.settings.prefetch(lane.lane))
        for queue in list(lane.asked):
            self._ask(lane, queue)

    def _ask(self, lane: _InChannel, queue: str) -> None:
        lane.channel.basic_consume(
            queue,
            partial(self._on_message, lane, queue),
            consumer_tag=queue,
            callback=lambda _frame: self._on_consuming(lane, queue),
        )

    def _on_consuming(self, lane: _InChannel, queue: str) -> None:
        lane.asked.remove(queue)
        lane.live.add(queue)
        if self._probing is None and not self._to_probe:
            self._check_ready()

    def _on_message(
        self, lane: _InChannel, queue: str, _channel: Any, method: Any, properties: Any, body: bytes
    ) -> None:
        lane.unacked.lent(method.delivery_tag)
        if self._cancelled:
            return  # the broker takes it back when the connection ends
        headers = properties.headers or {}
        delivery = Delivery(
            tag=_Lent(of=lane, number=method.delivery_tag),
            queue=queue,
            body=body,
            redelivered=bool(method.redelivered),
            headers={name: value for name, value in headers.items() if isinstance(value, str)},
        )
        self.session.link.tell([delivery])

    def _on_cancelled(self, lane: _InChannel, frame: Any) -> None:
        """The broker ended a consumer (its queue was deleted, or its node went away)."""
        queue = frame.method.consumer_tag
        lane.live.discard(queue)
        self._is_absent(queue, "the broker cancelled the consumer")
        self.session.tell_state()

    def _on_lane_closed(self, lane: _InChannel, _channel: Any, error: BaseException) -> None:
        self.session.link.forget(lane)
        if self._lanes.get(lane.lane) is not lane:
            return
        del self._lanes[lane.lane]
        if self.connection is None or not self.connection.is_open or self._cancelled:
            return
        # Consumers are asked for in order, so the first without an answer is the refused one.
        refused = lane.asked.popleft() if lane.asked else None
        if refused is not None:
            self._is_absent(refused, _words(error))
        again = partial(self._look_at, lane.queues())
        self.session.loop.call_later(_NEW_CHANNEL_SECONDS, again)


def _parameters(settings: BrokerSettings, purpose: str) -> Any:
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(settings.certificate_file, settings.key_file)
    except OSError as error:
        raise BrokerUnreachableError(
            "a TLS file cannot be read",
            place=str(getattr(error, "filename", None) or settings.certificate_file),
            value=str(error),
            remedy="check ca_file, certificate_file and key_file of the broker's settings",
        ) from error
    return pika.ConnectionParameters(
        host=settings.host,
        port=settings.port,
        virtual_host=settings.vhost,
        credentials=pika.credentials.ExternalCredentials(),
        ssl_options=pika.SSLOptions(context, settings.host),
        heartbeat=round(settings.heartbeat.total_seconds()),
        socket_timeout=_CONNECT_SECONDS / 2,
        stack_timeout=_CONNECT_SECONDS,
        client_properties={"connection_name": f"{settings.name} {purpose}"},
    )


def _quiet_pika() -> None:
    """pika logs every refused connection several times over; we report each once ourselves."""
    logging.getLogger("pika").setLevel(logging.CRITICAL)


def _abort(connection: Any, why: str) -> None:
    """Cut the TCP stream; ``close()`` would wait for an answer of a peer that gives none."""
    connection._terminate_stream(AMQPError(why))  # noqa: SLF001 - pika has no public way


def _words(error: object) -> str:
    """The innermost causes of a failure, in words; pika wraps them several times."""
    nested = getattr(error, "exceptions", None) or getattr(error, "exception", None)
    if nested is None:
        return repr(error)
    parts = nested if isinstance(nested, (list, tuple)) else [nested]
    return "; ".join(dict.fromkeys(_words(part) for part in parts))
