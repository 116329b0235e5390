"""A centre, its relay and many parties in one process on a real broker, with real documents.

The parties' endpoints are stepped in turn by one thread; each has its own folders, database,
certificate and connections. What the processes' start costs is not part of it.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import structlog

from gateway.endpoint import Endpoint, Received, Refusal, Station, Terms, TrustPost
from gateway.exchange import (
    PROBE_USER,
    Delivery,
    Event,
    Link,
    NodeTls,
    PrivateNode,
    RabbitLink,
    dead_queue,
    definitions,
    mailboxes,
    trust_queue,
)
from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, RELAY_USER
from gateway.payload import ContactPoint
from gateway.posting import Posting
from gateway.relay import Relay
from gateway.spreading import Spreading
from gateway.store import Store, Undelivered, Unit
from keys import (
    INTERACTIVE,
    Cost,
    DirectoryFolder,
    Identity,
    ceremony,
    load_anchor,
    load_identity,
    sealed,
)

PASSPHRASE = b"a bench"
_BATCH = 100
_SENDS = ("SEARCH_REQUEST", "SEARCH_RESPONSE")


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


def own_disk() -> str | None:
    """A folder in memory, if this machine has one: 196 parties have 196 disks and not one."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a mount, no file


@contextmanager
def quick_derivation() -> Iterator[None]:
    """No Argon2 while hundreds of homes are made: what it costs is measured elsewhere."""

    def derive(passphrase: bytes, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        octets = hashlib.shake_256(repr((passphrase, salt, cost)).encode()).digest(64)
        return octets[:32], octets[32:]

    with mock.patch.object(sealed, "_derive", derive):
        yield


@dataclass
class CountingDesk:
    """Answers what ``answer`` answers, and counts what it was given and what failed."""

    answer: Callable[[Received, Frame], list[Posting]] = lambda _received, _frame: []
    effects: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def handle(self, received: Received, unit: Unit, frame: Frame) -> list[Posting]:  # noqa: ARG002 - the desk's protocol
        """One effect."""
        self.effects.append(received.message_id)
        return self.answer(received, frame)

    def refused(self, refusal: Refusal, unit: Unit, frame: Frame) -> None:  # noqa: ARG002 - the desk's protocol
        """One refusal."""
        self.refusals.append(refusal.fault.fault_code)

    def undelivered(self, failure: Undelivered, unit: Unit, frame: Frame) -> None:  # noqa: ARG002 - the desk's protocol
        """One loss."""
        self.refusals.append(failure.message_id)

    def tend(self, unit: Unit, frame: Frame) -> None:
        """Nothing."""


@dataclass
class Place:
    """One party: its folders, its connections, its endpoint; ``next`` are a successor's keys."""

    party: str
    home: Path
    directories: DirectoryFolder
    identity: Identity
    link: RabbitLink
    store: Store
    desk: CountingDesk
    endpoint: Endpoint
    next: list[Identity] = field(default_factory=list)

    def step(self) -> int:
        """Takes what has come; how many events that was."""
        events: Sequence[Event] = self.link.take(limit=_BATCH, timeout=timedelta(0))
        self.endpoint.step(events)
        return len(events)


class LiveTrust:
    """``parties`` beside the registry; everything lies in ``root``."""

    def __init__(self, root: Path, parties: Sequence[str], *, lanes: bool = True) -> None:
        """Without ``lanes`` the parties have their queues for documents of trust alone."""
        self.root, self.parties, self._lanes = root, tuple(parties), lanes
        self.centre = root / "centre"
        self.log = structlog.wrap_logger(
            None, wrapper_class=structlog.make_filtering_bound_logger(50)
        )
        self.places: dict[str, Place] = {}

    # --- set up -------------------------------------------------------------------------------

    def make(self) -> None:
        """Founds the exchange, enrols everybody and starts the broker."""
        now = utc_now()
        with quick_derivation():
            *officers, beacon = ceremony.found_alone(
                self.centre, PASSPHRASE, now=now, random=os.urandom, cost=INTERACTIVE, beacon=True
            )
            self.officers, self.beacon = officers, beacon
            self.desk = ceremony.open_desk(self.centre, PASSPHRASE)
            for party in (*self.parties, REGISTRY_PARTY):
                ceremony.set_up_party(
                    self.desk, self.root / party, party, PASSPHRASE, sends=_SENDS, now=now,
                    random=os.urandom, cost=INTERACTIVE,
                )  # fmt: skip
            ceremony.publish(self.centre, officers, now=now)
        ceremony.give_beacon(self.centre, beacon, now=now)
        ceremony.issue_server(self.desk, self.root / "tls", now=now)
        for user in (PROBE_USER, RELAY_USER):
            ceremony.set_up_user(self.desk, self.root / user, user, now=now)
        for name in (RELAY_USER, REGISTRY_PARTY, *self.parties):
            ceremony.hand_over(self.centre, self.root / name / "trust")
        tls, probe = self.root / "tls", self.root / PROBE_USER / "broker"
        self.node = PrivateNode(
            self.root / "broker",
            tls=NodeTls(
                ca_file=tls / "ca.pem",
                certificate_file=tls / "server.pem",
                key_file=tls / "server-key.pem",
                probe_certificate_file=probe / "client.pem",
                probe_key_file=probe / "client-key.pem",
            ),
        )
        made = definitions(self.parties)
        self.node.start(made if self._lanes else _trust_alone(made))

    def open(
        self, answer: Callable[[Received, Frame], list[Posting]], parties: Sequence[str] = ()
    ) -> None:
        """Connects the registry, these parties and the relay; ``answer`` is the registry's."""
        for party in (REGISTRY_PARTY, *parties):
            desk = CountingDesk(answer) if party == REGISTRY_PARTY else CountingDesk()
            self.places[party] = self._place(party, desk)
        home = self.root / RELAY_USER
        self.relay_trust = DirectoryFolder(
            home / "trust", load_anchor(home / "trust" / "anchor.xml"), home=home
        )
        self.relay_link = self.link_of(RELAY_USER, [trust_queue(RELAY_USER)])
        self.relay_link.start()
        self.relay = Relay(
            self.relay_link, directory=self.relay_trust.last, jitter=lambda: 0.5, log=self.log
        )
        hub = self.places[REGISTRY_PARTY]
        self.spreading = Spreading(
            trust=hub.home / "trust", directories=hub.directories, link=hub.link, store=hub.store,
            clock=utc_now, give_beacon=self._give_beacon, up=lambda: hub.endpoint.up, log=self.log,
        )  # fmt: skip

    def link_of(self, name: str, consume: Sequence[str]) -> RabbitLink:
        """A party's two connections, by its own certificate."""
        folder = self.root / name / "broker"
        settings = self.node.settings(
            certificate_file=folder / "client.pem", key_file=folder / "client-key.pem", name=name
        )
        return RabbitLink(settings, consume=consume)

    def close(self) -> None:
        """Ends all that runs."""
        for place in self.places.values():
            place.link.stop(timedelta(0))
            place.store.close()
        if hasattr(self, "relay_link"):
            self.relay_link.stop(timedelta(0))
        if hasattr(self, "node"):
            self.node.stop()

    # --- what goes on -------------------------------------------------------------------------

    def round(self) -> int:
        """One step of everybody; how many events moved."""
        self.spreading.advance()
        moved = sum(place.step() for place in self.places.values())
        return moved + self.relay_step()

    def relay_step(self) -> int:
        """One step of the relay."""
        now = utc_now()
        post = TrustPost(self.relay_trust, RELAY_USER, self.log)
        events = self.relay_link.take(limit=_BATCH, timeout=timedelta(0))
        ours = [each for each in events if isinstance(each, Delivery) and post.is_ours(each)]
        for each in ours:
            post.take(each, now)
        self.relay_link.ack(ours)
        self.relay.follow_directory(now)
        self.relay.step([each for each in events if each not in ours], now)
        return len(events)

    def until(self, holds: Callable[[], bool], *, most_s: float, what: str) -> float:
        """Rounds until something holds; the seconds it took."""
        begun = time.perf_counter()
        while not holds():
            if time.perf_counter() - begun > most_s:
                raise TimeoutError(f"{what} did not come within {most_s} s")
            if not self.round():
                time.sleep(0.001)
        return time.perf_counter() - begun

    def relies(self, party: str) -> int:
        """The version of the directory that a party relies on."""
        return self.places[party].directories.held.version

    def publish(self) -> None:
        """The officers sign the draft; the hub has it at once."""
        ceremony.publish(self.centre, self.officers[:2], now=utc_now())
        self.to_hub()

    def to_hub(self) -> None:
        """Puts what is published into the hub's trust folder."""
        self._give_beacon(utc_now(), self.centre)
        ceremony.hand_over(self.centre, self.root / REGISTRY_PARTY / "trust")

    # --- parts --------------------------------------------------------------------------------

    def _give_beacon(self, now: datetime, folder: Path | None = None) -> None:
        trust = folder or self.root / REGISTRY_PARTY / "trust"
        ceremony.give_beacon(trust, self.beacon, now=now)

    def _place(self, party: str, desk: CountingDesk) -> Place:
        home = self.root / party
        directories = DirectoryFolder(
            home / "trust", load_anchor(home / "trust" / "anchor.xml"), home=home
        )
        own = [] if party == REGISTRY_PARTY else [trust_queue(party)]
        queues = [*own, *(mailboxes(party) if self._lanes else ())]
        if party == REGISTRY_PARTY:
            queues = [*mailboxes(party), dead_queue()]
        link = self.link_of(party, queues)
        link.start()
        store = Store.open(f"sqlite:///{home}/store.db")
        store.migrate()
        with quick_derivation():
            identity = load_identity(home / "identity.key", PASSPHRASE)
        fresh: list[Identity] = []
        endpoint = self.endpoint_of(party, identity, directories, store, link, desk, fresh)
        return Place(
            party=party, home=home, directories=directories, identity=identity, link=link,
            store=store, desk=desk, endpoint=endpoint, next=fresh,
        )  # fmt: skip

    def endpoint_of(  # noqa: PLR0917 - the parts of a place in their order
        self, party: str, identity: Identity, directories: DirectoryFolder, store: Store,
        link: Link, desk: CountingDesk, fresh: list[Identity],
    ) -> Endpoint:  # fmt: skip
        """The endpoint of a party; ``fresh`` ends with the successor's keys once there are some."""
        return Endpoint(
            station=Station(
                party=party,
                identity=identity,
                directory=directories.usable,
                freshness=directories.freshness,
                clock=utc_now,
                random=os.urandom,
                system_id="bench",
                contact=ContactPoint(contact_name="bench", available_always_indicator=True),
                test=True,
                trust=directories,
                successor=lambda: fresh[-1] if fresh else None,
            ),
            store=store,
            link=link,
            desk=desk,
            terms=Terms(),
            log=self.log,
        )


def _trust_alone(made: dict[str, Any]) -> dict[str, Any]:
    """Definitions without the parties' lanes: hundreds of queues that this does not need."""

    def kept(name: str) -> bool:
        return not name.startswith(("in.", "out.")) or REGISTRY_PARTY in name

    names = {each["name"] for each in (*made["queues"], *made["exchanges"]) if kept(each["name"])}
    return made | {
        "queues": [each for each in made["queues"] if each["name"] in names],
        "exchanges": [each for each in made["exchanges"] if each["name"] in names],
        "bindings": [
            each
            for each in made["bindings"]
            if each["destination"] in names and each["source"] in names
        ],
    }
