"""The connection that consumes: one channel a lane, and one to look whether a queue is there.

It handles no message; whoever takes it acknowledges it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gateway.exchange.broker import Delivery
from gateway.exchange.rabbitmq.connection import words_of
from gateway.exchange.rabbitmq.line import NEW_CHANNEL_SECONDS, Line
from gateway.exchange.topology import lane_of
from gateway.exchange.unacked import Unacked
from gateway.ids import Lane

if TYPE_CHECKING:
    from gateway.exchange.rabbitmq.session import Session

_LIVENESS_SECONDS = 30.0
"""How often a consumer is checked: 3.10 can lose one without a word (5.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """What ``Delivery.tag`` is: the number means something on its own channel only."""

    of: InChannel
    number: int


class InChannel:
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


class Consumer(Line):
    """One channel a lane, and one to look whether a queue is there.

    The look matters: consuming from a queue that is missing closes the channel, which gives back
    all that it had lent, and each giving back counts towards the delivery limit.
    """

    purpose = "consume"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.wanted: dict[str, None] = {}
        self._lanes: dict[Lane, InChannel] = {}
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

    def ack(self, tags: Sequence[Lent]) -> None:
        """Acknowledge in as few words as possible; a tag of a lost channel is passed over."""
        numbers: dict[InChannel, list[int]] = {}
        for tag in tags:
            numbers.setdefault(tag.of, []).append(tag.number)
        for lane, of_lane in numbers.items():
            if not lane.is_open:
                continue
            with self.connection.together():
                for number, multiple in lane.unacked.done(of_lane):
                    lane.channel.basic_ack(number, multiple)

    def reject(self, tag: Lent, *, requeue: bool) -> None:
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
            self._is_absent(queue, words_of(error))
        self._open_probe()

    def _is_absent(self, queue: str, why: str) -> None:
        if not self._absent:
            wait = max(NEW_CHANNEL_SECONDS, self._absent_backoff.next().total_seconds())
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
            lane = self._lanes[lane_of(queue)] = InChannel(lane_of(queue))
            lane.asked.append(queue)
            self.connection.channel(on_open_callback=partial(self._on_lane_open, lane))
            return
        lane.asked.append(queue)
        if lane.is_open:
            self._ask(lane, queue)

    def _on_lane_open(self, lane: InChannel, channel: Any) -> None:
        lane.channel = channel
        channel.add_on_close_callback(partial(self._on_lane_closed, lane))
        channel.add_on_cancel_callback(partial(self._on_cancelled, lane))
        # Not global: each consumer gets its own allowance, a quorum queue knows no other.
        channel.basic_qos(prefetch_count=self.session.settings.prefetch(lane.lane))
        for queue in list(lane.asked):
            self._ask(lane, queue)

    def _ask(self, lane: InChannel, queue: str) -> None:
        lane.channel.basic_consume(
            queue,
            partial(self._on_message, lane, queue),
            consumer_tag=queue,
            callback=lambda _frame: self._on_consuming(lane, queue),
        )

    def _on_consuming(self, lane: InChannel, queue: str) -> None:
        lane.asked.remove(queue)
        lane.live.add(queue)
        if self._probing is None and not self._to_probe:
            self._check_ready()

    def _on_message(
        self, lane: InChannel, queue: str, _channel: Any, method: Any, properties: Any, body: bytes
    ) -> None:
        lane.unacked.lent(method.delivery_tag)
        if self._cancelled:
            return  # the broker takes it back when the connection ends
        delivery = Delivery(
            tag=Lent(of=lane, number=method.delivery_tag),
            queue=queue,
            body=body,
            redelivered=bool(method.redelivered),
            headers=_texts(properties.headers or {}),
        )
        self.session.link.tell([delivery])

    def _on_cancelled(self, lane: InChannel, frame: Any) -> None:
        """The broker ended a consumer (its queue was deleted, or its node went away)."""
        queue = frame.method.consumer_tag
        lane.live.discard(queue)
        self._is_absent(queue, "the broker cancelled the consumer")
        self.session.tell_state()

    def _on_lane_closed(self, lane: InChannel, _channel: Any, error: BaseException) -> None:
        self.session.link.forget(lane)
        if self._lanes.get(lane.lane) is not lane:
            return
        del self._lanes[lane.lane]
        if self.connection is None or not self.connection.is_open or self._cancelled:
            return
        # Consumers are asked for in order, so the first without an answer is the refused one.
        refused = lane.asked.popleft() if lane.asked else None
        if refused is not None:
            self._is_absent(refused, words_of(error))
        again = partial(self._look_at, lane.queues())
        self.session.loop.call_later(NEW_CHANNEL_SECONDS, again)


def _texts(headers: Mapping[Any, Any]) -> dict[str, str]:
    """Headers as texts; of another value only the name is told, and a name that is none is not."""
    return {
        name: value if isinstance(value, str) else ""
        for name, value in headers.items()
        if isinstance(name, str)
    }
