"""What we ask of a broker: a link that publishes, delivers and tells what became of each message.

It holds no broker; ``rabbitmq`` and ``memory`` do, and pass the same contract tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

from gateway.ids import Lane

NO_HEADERS: Mapping[str, str] = {}

RETURNED = "returned"
"""Reason of an ``Unconfirmed``: no queue is bound where the message was sent."""
REFUSED_BY_QUEUE = "nack"
"""Reason of an ``Unconfirmed``: the queue is full, or its leader is away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message lent to us until it is acknowledged or rejected.

    ``headers`` are its sender's, or the broker's: of a value that is no text, "" tells the name.
    """

    tag: object
    queue: str
    body: bytes
    redelivered: bool
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """The broker holds the message published under ``token``."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed:
    """Nobody knows that the broker holds the message; send it again later.

    ``reason`` begins with ``nack``, ``returned``, ``deadline``, ``connection lost``, ``refused``
    or ``stopped``. The message may be there all the same: its receiver knows a repetition.
    """

    token: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkState:
    """How the link stands; told on every change."""

    up: bool
    blocked: bool
    detail: str

    @property
    def is_well(self) -> bool:
        """Whether it carries everything, or was ended on purpose."""
        return (self.up and not self.blocked and not self.detail) or self.detail == "stopped"


Event = Delivery | Confirmed | Unconfirmed | LinkState


class Link(Protocol):
    """One user's connection to the broker, that comes back by itself until it is stopped."""

    def start(self) -> None:
        """Begin to connect; returns at once, ``LinkState`` tells when the link is up."""

    def stop(self, drain: timedelta) -> None:
        """End: no more deliveries, wait at most ``drain`` for confirms and acknowledgements."""

    def subscribe(self, queues: Sequence[str]) -> None:
        """Consume these queues too; one that is not there yet is tried again until it is."""

    def publish(
        self,
        *,
        token: str,
        exchange: str,
        routing_key: str,
        body: bytes,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        """Send ``body``; never blocks. Exactly one ``Confirmed`` or ``Unconfirmed`` follows."""

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        """Done with these; one of a lost connection is passed over (it comes again)."""

    def reject(self, delivery: Delivery, *, requeue: bool) -> None:
        """Give it back to the queue, or let the broker put it with the dead letters."""

    def is_lent(self, delivery: Delivery) -> bool:
        """Whether it is still ours: what a lost connection lent comes again."""

    def take(self, *, limit: int, timeout: timedelta | None) -> list[Event]:
        """Wait for an event, ``wake()`` or ``timeout``; return what there is, URGENT first."""

    def wake(self) -> None:
        """End a ``take`` that waits (or the next one) early; from any thread."""


class Address(NamedTuple):
    """One node of a broker."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSettings:
    """Where the broker is and as whom we come: the user is the certificate's common name."""

    host: str
    port: int
    others: tuple[Address, ...] = ()
    """The other nodes of its cluster. A link begins at any of them and goes on to the next when it
    loses one; only after a whole round does it wait longer."""
    ca_file: Path
    certificate_file: Path
    key_file: Path
    vhost: str = "iarms"
    name: str = "iarms"
    """Shown by the broker in its list of connections."""
    confirm_deadline: timedelta = timedelta(seconds=10)
    window: int = 500
    """Messages sent and not yet confirmed: the best rate was measured from 500 to 1,000."""
    heartbeat: timedelta = timedelta(seconds=4)
    """The broker sends one each half of it; a line on which none came for 4.5 s is cut."""
    reconnect_longest: timedelta = timedelta(seconds=3)
    """Of a broker that is away nothing is asked; of one that is back, 6.5 ms a connection."""
    prefetch_urgent: int = 200
    prefetch_routine: int = 200
    prefetch_bulk: int = 20
    """Small, so that a bulk backlog is not what the worker holds when an urgent message comes."""

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Every node, each once."""
        return tuple(dict.fromkeys((Address(self.host, self.port), *self.others)))

    def at(self, address: Address) -> BrokerSettings:
        """The same, of one node alone."""
        return replace(self, host=address.host, port=address.port, others=())

    def prefetch(self, lane: Lane) -> int:
        """How many unacknowledged messages of one queue of ``lane`` the broker lends us."""
        match lane:
            case Lane.URGENT:
                return self.prefetch_urgent
            case Lane.ROUTINE:
                return self.prefetch_routine
            case Lane.BULK:
                return self.prefetch_bulk
