"""The processes of the world: an endpoint for every party, and the relay at the centre.

They hold the real ``Endpoint`` and ``Relay``; what a desk does with a payload is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from gateway.endpoint import Clerk, Desk, Endpoint, Outgoing, Station, Terms
from gateway.exchange import mailboxes
from gateway.ids import RELAY_USER
from gateway.log import no_log
from gateway.payload import ContactPoint
from gateway.relay import Relay
from gateway.simulation.crash import Point
from gateway.simulation.disk import Disk
from gateway.simulation.ledger import Ledger
from gateway.simulation.line import Exchange, Line
from gateway.simulation.process import Process
from gateway.simulation.witnesses import Listener
from keys import Directory, DirectoryMissingError, Freshness, Identity

T = TypeVar("T")

_LOOK_AT_DIRECTORY = timedelta(seconds=5)  # as the relay's service does, only less often

SILENCE = no_log()


class Library:
    """The directory that each process trusts; a newer one reaches them one after the other."""

    def __init__(self, first: Directory) -> None:
        self.newest = first
        self.held: dict[str, Directory] = {}
        self.without: set[str] = set()
        self.stale: dict[str, Freshness] = {}
        self._first = first

    def of(self, name: str) -> Directory:
        """What ``name`` trusts now. Raises ``DirectoryMissingError``."""
        if name in self.without:
            raise DirectoryMissingError(
                "no directory is in force", place=name, remedy="wait until there is one"
            )
        return self.held.get(name, self._first)

    def freshness(self, name: str) -> Freshness:
        """How much ``name`` may do on what it trusts now."""
        return self.stale.get(name, Freshness.FRESH)


class Seat(Process):
    """One party's endpoint: ``disk`` outlives a crash, ``endpoint`` does not."""

    def __init__(
        self,
        identity: Identity,
        *,
        exchange: Exchange,
        ledger: Ledger,
        disk: Disk,
        desk: Desk,
        terms: Terms,
        library: Library,
        random: Random,
        consume: Sequence[str] = (),
        clerk: Clerk | None = None,
    ) -> None:
        super().__init__(identity.party, exchange=exchange, ledger=ledger)
        self.disk = disk
        self.endpoint: Endpoint | None = None
        self.most_in_flight = 0
        self._identity = identity
        self._desk = desk
        self._terms = terms
        self._library = library
        self._random = random
        self._clerk = clerk
        self._consume = (*mailboxes(identity.party), *consume)

    def connect(self) -> Line:
        """A line of this party."""
        return Line(
            self._exchange,
            self.name,
            self._consume,
            ledger=self.ledger,
            fuse=self.fuse,
            wake=self.look,
        )

    def start(self, line: Line) -> None:
        """The endpoint, as the composition root builds it."""
        self.endpoint = Endpoint(
            station=Station(
                party=self.name,
                identity=self._identity,
                directory=lambda _: self._library.of(self.name),
                clock=lambda: self._agenda.now,
                random=self._random.randbytes,
                system_id="simulation",
                contact=ContactPoint(contact_name="desk", available_always_indicator=True),
                test=True,
                freshness=lambda _: self._library.freshness(self.name),
            ),
            store=self.disk,
            link=line,
            desk=self._desk,
            terms=self._terms,
            log=SILENCE,
            clerk=self._clerk,
            witness=Listener(self.disk),
        )

    def end(self) -> None:
        """Memory is gone; the disk stays."""
        self.endpoint = None

    def step(self, line: Line) -> datetime | None:
        """Takes what arrived, and does what is due."""
        if self.endpoint is None:
            return None
        events = line.take(limit=self._terms.batch, timeout=timedelta(0))
        self.fuse.at(Point.TAKEN)
        self.endpoint.step(events)
        self.most_in_flight = max(self.most_in_flight, line.most_unconfirmed)
        return self._agenda.now + self.endpoint.wait()

    def transact(self, work: Callable[[Outgoing], T]) -> T:
        """As a native file does: in one transaction. Raises ``CrashError`` and ``GatewayError``."""
        if self.endpoint is None:
            raise ProcessLookupError(self.name)
        done = self.endpoint.transact(work)
        self.look()
        return done


class RelaySeat(Process):
    """The relay; it has no disk, so nothing of it outlives a crash."""

    def __init__(
        self, *, exchange: Exchange, ledger: Ledger, library: Library, random: Random
    ) -> None:
        super().__init__(RELAY_USER, exchange=exchange, ledger=ledger)
        self.relay: Relay | None = None
        self._library = library
        self._random = random

    def connect(self) -> Line:
        """The relay's line; a confirm is all that makes a message durable here."""
        return Line(
            self._exchange,
            self.name,
            (),
            ledger=self.ledger,
            fuse=self.fuse,
            wake=self.look,
            confirms_are_durable=True,
        )

    def start(self, line: Line) -> None:
        """The relay, as its service builds it."""
        self.relay = Relay(
            line,
            directory=lambda _: self._library.of(self.name),
            jitter=self._random.random,
            log=SILENCE,
        )

    def end(self) -> None:
        """Everything is gone."""
        self.relay = None

    def step(self, line: Line) -> datetime | None:
        """Takes what arrived, and does what is due."""
        if self.relay is None:
            return None
        now = self._agenda.now
        events = line.take(limit=100, timeout=timedelta(0))
        self.fuse.at(Point.TAKEN)
        self.relay.follow_directory(now)
        self.relay.step(events, now)
        look = now + _LOOK_AT_DIRECTORY
        return min(self.relay.due() or look, look)
