"""A broker in memory, made from the same definitions and held to the same permissions.

It serves tests and simulations: it can lose, refuse, repeat and forget on command. It starts no
thread and reads no clock; nothing it holds outlives it.
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import RLock
from typing import Any

from gateway.exchange.arrivals import Arrivals
from gateway.exchange.broker import (
    NO_HEADERS,
    REFUSED_BY_QUEUE,
    RETURNED,
    Confirmed,
    Delivery,
    Event,
    LinkState,
    Unconfirmed,
)
from gateway.exchange.topology import MAX_MESSAGE_OCTETS, lane_of
from gateway.ids import Lane

PREFETCH: Mapping[Lane, int] = {Lane.URGENT: 200, Lane.ROUTINE: 200, Lane.BULK: 20}


@dataclass(slots=True, kw_only=True)
class _Message:
    body: bytes
    headers: Mapping[str, str]
    given_back: int = 0


@dataclass(slots=True, kw_only=True)
class _Queue:
    name: str
    policy: Mapping[str, Any]
    ready: deque[_Message] = field(default_factory=deque)
    consumers: list[MemoryLink] = field(default_factory=list)

    def is_full(self) -> bool:
        """Whether it takes no more; a queue that drops its oldest never is."""
        limit: float = self.policy.get("max-length", float("inf"))
        return self.policy.get("overflow") == "reject-publish" and len(self.ready) >= limit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parcel:
    token: str
    exchange: str
    routing_key: str
    body: bytes
    headers: Mapping[str, str]


class MemoryBroker:
    """One broker; ``link`` gives a user's connection to it. Safe for several threads."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self.lock = RLock()
        self._definitions = definitions
        self._allowed: dict[tuple[str, str, str], bool] = {}
        self._queues: dict[str, _Queue] = {}
        self._links: list[MemoryLink] = []
        self._unconfirmed_ahead = 0
        self._refused_ahead = 0
        self._refusing: str | None = None
        self.import_definitions(definitions)

    def link(self, user: str, *, consume: Sequence[str] = ()) -> MemoryLink:
        """A link of ``user``; ValueError for a user that the definitions do not know."""
        if user not in {row["name"] for row in self._definitions["users"]}:
            raise ValueError(f"no user {user!r}")
        link = MemoryLink(self, user, consume)
        self._links.append(link)
        return link

    # What a test or a simulated world does to it

    def import_definitions(self, definitions: Mapping[str, Any]) -> None:
        """Add what is new; what is there stays."""
        with self.lock:
            self._definitions, self._allowed = definitions, {}
            for row in definitions["queues"]:
                name = row["name"]
                if name not in self._queues:
                    self._queues[name] = _Queue(name=name, policy=self._policy(name))
            for link in self._links:
                link.look_again()

    def drop_confirms(self, count: int) -> None:
        """Store the next ``count`` messages and never say so."""
        self._unconfirmed_ahead = count

    def refuse(self, count: int, *, exchange: str | None = None) -> None:
        """Take none of the next ``count`` messages (to ``exchange``), like a full queue."""
        self._refused_ahead = count
        self._refusing = exchange

    def cut(self, user: str | None = None) -> None:
        """Break the connections (of ``user``, or all) until ``mend``; what was lent goes back."""
        with self.lock:
            for link in self._of(user):
                link.break_off("connection lost: cut")

    def mend(self, user: str | None = None) -> None:
        """Let the links come back."""
        with self.lock:
            for link in self._of(user):
                link.come_back()

    def block(self, *, blocked: bool) -> None:
        """Take nothing more from publishers (a memory or disk alarm), or go on."""
        with self.lock:
            for link in self._links:
                link.set_blocked(blocked)

    def redeliver(self) -> None:
        """Take back all that is lent, and deliver it again."""
        self.cut()
        self.mend()

    def lose_everything(self) -> None:
        """As if the data folder had been wiped: all messages are gone, the links come back."""
        with self.lock:
            self.cut()
            for queue in self._queues.values():
                queue.ready.clear()
            self.mend()

    def depth(self, queue: str) -> int:
        """Messages that wait in ``queue`` (not those that are lent)."""
        return len(self._queues[queue].ready)

    # What its links ask

    def is_allowed(self, user: str, action: str, name: str) -> bool:
        """Whether a permission of ``user`` covers ``action`` (write, read) on ``name``."""
        asked = (user, action, name)
        if asked not in self._allowed:
            self._allowed[asked] = any(
                row["user"] == user and re.search(row[action], name)
                for row in self._definitions["permissions"]
            )
        return self._allowed[asked]

    def queue(self, name: str) -> _Queue | None:
        """The queue of this name."""
        return self._queues.get(name)

    def accept(self, user: str, parcel: _Parcel) -> Event:
        """Route one message; what the publisher is told."""
        token = parcel.token
        targets = list(self._targets(parcel.exchange, parcel.routing_key))
        refusal = self._refusal(user, parcel, targets)
        if refusal:
            return Unconfirmed(token=token, reason=refusal)
        full = [queue for queue in targets if queue.is_full()]
        for queue in targets:
            if queue not in full:
                self._store(queue, _Message(body=parcel.body, headers=dict(parcel.headers)))
        if full:
            return Unconfirmed(token=token, reason=REFUSED_BY_QUEUE)
        if self._unconfirmed_ahead:
            self._unconfirmed_ahead -= 1
            return Unconfirmed(token=token, reason="deadline: no confirm")
        return Confirmed(token=token)

    def give_back(self, queue: _Queue, message: _Message) -> None:
        """Requeue at the front, or bury what came back too often."""
        message.given_back += 1
        if message.given_back > queue.policy.get("delivery-limit", float("inf")):
            self.bury(queue, message, "delivery_limit")
        else:
            queue.ready.appendleft(message)

    def bury(self, queue: _Queue, message: _Message, reason: str) -> None:
        """Put ``message`` with the dead letters, as the queue's policy says."""
        exchange = queue.policy.get("dead-letter-exchange")
        headers = dict(message.headers) | {
            "x-first-death-queue": queue.name,
            "x-first-death-reason": reason,
        }
        if exchange is not None:
            for target in self._targets(exchange, ""):
                self._store(target, _Message(body=message.body, headers=headers))

    def deliver(self, queue: _Queue) -> None:
        """Lend what waits to the consumers, in turn."""
        while queue.ready:
            free = next((link for link in queue.consumers if link.has_room(queue)), None)
            if free is None:
                return
            queue.consumers.remove(free)
            queue.consumers.append(free)
            free.lend(queue, queue.ready.popleft())

    def _refusal(self, user: str, parcel: _Parcel, targets: Sequence[_Queue]) -> str:
        if len(parcel.body) > MAX_MESSAGE_OCTETS:
            return f"refused: over {MAX_MESSAGE_OCTETS} octets"
        if not self.is_allowed(user, "write", parcel.exchange):
            return f"refused: no access to {parcel.exchange!r}"
        if not targets:
            return f"{RETURNED}: NO_ROUTE"
        if self._refused_ahead and self._refusing in (None, parcel.exchange):
            self._refused_ahead -= 1
            return REFUSED_BY_QUEUE
        return ""

    def _store(self, queue: _Queue, message: _Message) -> None:
        queue.ready.append(message)
        if len(queue.ready) > queue.policy.get("max-length", float("inf")):
            queue.ready.popleft()
        self.deliver(queue)

    def _targets(self, exchange: str, key: str) -> Iterator[_Queue]:
        kinds = {row["name"]: row["type"] for row in self._definitions["exchanges"]}
        for row in self._definitions["bindings"]:
            if row["source"] == exchange and (
                kinds[exchange] == "fanout" or row["routing_key"] == key
            ):
                yield self._queues[row["destination"]]

    def _policy(self, name: str) -> Mapping[str, Any]:
        for row in self._definitions["policies"]:
            if re.search(row["pattern"], name):
                definition: Mapping[str, Any] = row["definition"]
                return definition
        return {}

    def _of(self, user: str | None) -> list[MemoryLink]:
        return [link for link in self._links if user in (None, link.user)]


class MemoryLink:
    """See ``broker.Link``."""

    def __init__(self, broker: MemoryBroker, user: str, consume: Sequence[str]) -> None:
        self.user = user
        self._broker = broker
        self._wanted = dict.fromkeys(consume)
        self._arrivals = Arrivals()
        self._waiting: deque[_Parcel] = deque()
        self._lent: dict[int, tuple[_Queue, _Message]] = {}
        self._numbers = itertools.count(1)
        self._started = False
        self._up = False
        self._blocked = False
        self._told = LinkState(up=False, blocked=False, detail="not started")

    def start(self) -> None:
        """Come up at once."""
        with self._broker.lock:
            self._started = True
            self.come_back()

    def stop(self, drain: timedelta) -> None:  # noqa: ARG002 - nothing is ever on the way
        """Give back what is lent; what was not sent is reported."""
        with self._broker.lock:
            self.break_off("stopped")
            self._started = False
            while self._waiting:
                token = self._waiting.popleft().token
                self._arrivals.put(Unconfirmed(token=token, reason="stopped"))
        self._arrivals.wake()

    def subscribe(self, queues: Sequence[str]) -> None:
        """Consume these queues too."""
        with self._broker.lock:
            self._wanted.update(dict.fromkeys(queues))
            self.look_again()

    def publish(
        self,
        *,
        token: str,
        exchange: str,
        routing_key: str,
        body: bytes,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        """Route at once, or when the link is up."""
        with self._broker.lock:
            self._waiting.append(
                _Parcel(
                    token=token,
                    exchange=exchange,
                    routing_key=routing_key,
                    body=body,
                    headers=headers,
                )
            )
            self._send()

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        """Done with these."""
        with self._broker.lock:
            freed = [self._lent.pop(each.tag, None) for each in deliveries]  # type: ignore[call-overload] # a foreign tag is not in there
            for queue in {entry[0].name: entry[0] for entry in freed if entry}.values():
                self._broker.deliver(queue)

    def reject(self, delivery: Delivery, *, requeue: bool) -> None:
        """Give it back."""
        with self._broker.lock:
            entry = self._lent.pop(delivery.tag, None)  # type: ignore[call-overload] # as in ack
            if entry is None:
                return
            queue, message = entry
            if requeue:
                self._broker.give_back(queue, message)
            else:
                self._broker.bury(queue, message, "rejected")
            self._broker.deliver(queue)

    def is_lent(self, delivery: Delivery) -> bool:
        """Whether it is still ours."""
        with self._broker.lock:
            return delivery.tag in self._lent

    def take(self, *, limit: int, timeout: timedelta | None) -> list[Event]:
        """Wait, then return what there is."""
        return self._arrivals.take(limit=limit, timeout=timeout)

    @property
    def has_arrivals(self) -> bool:
        """Whether there is something to take now."""
        return self._arrivals.waiting

    def wake(self) -> None:
        """End a ``take`` early."""
        self._arrivals.wake()

    # What the broker does with it, under the broker's lock

    def come_back(self) -> None:
        if not self._started:
            return
        self._up = True
        self.look_again()
        self._tell()
        self._send()

    def break_off(self, why: str) -> None:
        if not self._up:
            return
        self._up = self._blocked = False
        self._arrivals.forget(lambda each: each.tag in self._lent)
        for queue, message in reversed(self._lent.values()):
            self._broker.give_back(queue, message)
        self._lent.clear()
        for name in self._wanted:
            queue_of_name = self._broker.queue(name)
            if queue_of_name is not None and self in queue_of_name.consumers:
                queue_of_name.consumers.remove(self)
                self._broker.deliver(queue_of_name)
        self._tell(why)

    def look_again(self) -> None:
        """Consume what is wanted, there and allowed."""
        if not self._up:
            return
        for name in self._wanted:
            queue = self._broker.queue(name)
            if queue is not None and not self._absence(name) and self not in queue.consumers:
                queue.consumers.append(self)
                self._broker.deliver(queue)
        self._tell()

    def set_blocked(self, blocked: bool) -> None:
        self._blocked = blocked and self._up
        self._tell()
        self._send()

    def has_room(self, queue: _Queue) -> bool:
        lent = sum(1 for of, _ in self._lent.values() if of is queue)
        return self._up and lent < PREFETCH[lane_of(queue.name)]

    def lend(self, queue: _Queue, message: _Message) -> None:
        number = next(self._numbers)
        self._lent[number] = (queue, message)
        self._arrivals.put(
            Delivery(
                tag=number,
                queue=queue.name,
                body=message.body,
                redelivered=message.given_back > 0,
                headers=message.headers,
            )
        )

    def _send(self) -> None:
        while self._up and not self._blocked and self._waiting:
            self._arrivals.put(self._broker.accept(self.user, self._waiting.popleft()))

    def _absence(self, name: str) -> str:
        if self._broker.queue(name) is None:
            return f"NOT_FOUND - no queue '{name}'"
        if not self._broker.is_allowed(self.user, "read", name):
            return f"ACCESS_REFUSED - access to queue '{name}' refused"
        return ""

    def _tell(self, detail: str = "") -> None:
        absent = [why for name in self._wanted if (why := self._absence(name))]
        if self._up and absent:
            detail = f"{len(absent)} queues cannot be read; the first: {absent[0]}"
        state = LinkState(up=self._up, blocked=self._blocked, detail=detail)
        if state != self._told:
            self._told = state
            self._arrivals.put(state)
