"""A centre, its relay and three countries in one process, each with a trust folder of its own.

Real endpoints, relay, documents and SQLite; a broker in memory; a clock that moves when told.
"""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from fresh_sqlite import put_fresh
from memory_world import RecordingDesk, search

from gateway.countersigner import Countersigner
from gateway.endpoint import Endpoint, Station, Terms, TrustPost
from gateway.exchange import (
    Delivery,
    MemoryBroker,
    MemoryLink,
    dead_queue,
    definitions,
    mailboxes,
    trust_queue,
)
from gateway.ids import REGISTRY_PARTY, RELAY_USER, Lane
from gateway.operations import Spread, spread_of
from gateway.payload import ContactPoint
from gateway.posting import Posting
from gateway.relay import Relay
from gateway.spreading import Spreading
from gateway.store import Store
from keys import (
    INTERACTIVE,
    Cost,
    Directory,
    DirectoryFolder,
    TrustError,
    ceremony,
    load_anchor,
    load_identity,
    sealed,
    watch,
)

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
COUNTRIES = ("FRA-NCB", "USA-NCB", "BRA-NCB")
SENDS = ["SEARCH_REQUEST"]


def derive_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key file of these worlds is worth a guess."""

    def derive(passphrase: bytes, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        octets = hashlib.shake_256(repr((passphrase, salt, cost)).encode()).digest(64)
        return octets[:32], octets[32:]

    monkeypatch.setattr(sealed, "_derive", derive)


class Place:
    """One party's process with a trust folder of its own."""

    def __init__(self, world: TrustWorld, party: str) -> None:
        home = world.folder / party
        self.home, self.is_frozen = home, False
        self.alarms: list[TrustError | None] = []
        identity = load_identity(home / "identity.key", b"own")

        def signed(directory: Directory, now: datetime) -> None:
            self.alarms.append(watch(directory, identity, home, now=now))
            self.countersigner.renew(directory, now)

        self.directories = DirectoryFolder(
            home / "trust",
            load_anchor(home / "trust" / "anchor.xml"),
            home=home,
            on_signed=signed,
        )
        self.countersigner = Countersigner(
            home,
            own=lambda: (identity, None),
            root=lambda: self.directories.root,
            signed=lambda: self.directories.signed,
            log=world.log,
        )
        dead = [dead_queue()] if party == REGISTRY_PARTY else []
        self.link: MemoryLink = world.broker.link(party, consume=[*mailboxes(party), *dead])
        if party != REGISTRY_PARTY:
            self.link.subscribe([trust_queue(party)])
        self.link.start()
        put_fresh(home / "iarms.db")
        self.store = Store.open(f"sqlite:///{home}/iarms.db")
        self.endpoint = Endpoint(
            station=Station(
                party=party,
                identity=identity,
                directory=self.directories.usable,
                freshness=self.directories.freshness,
                clock=lambda: world.now,
                random=os.urandom,
                system_id="test",
                contact=ContactPoint(contact_name="desk", available_always_indicator=True),
                test=True,
                trust=self.directories,
                countersign=self.countersigner,
            ),
            store=self.store,
            link=self.link,
            desk=RecordingDesk(answers=False),
            terms=Terms(),
            log=world.log,
        )

    def ask(self, to: str, label: str) -> str:
        return self.endpoint.transact(
            lambda outgoing: outgoing.post(
                Posting(
                    to=to, payload=search(label, outgoing.frame), lane=Lane.ROUTINE, answers=False
                )
            )
        )

    def effects(self) -> list[str]:
        with self.store.unit() as unit:
            return [str(e.detail) for e in unit.journal.lines() if e.event == "effect"]

    def letters(self) -> list[str]:
        with self.store.unit() as unit:
            return [each.code for each in unit.deadletters.all()]

    def step(self) -> int:
        events = self.link.take(limit=100, timeout=timedelta(0))
        if self.is_frozen:  # somebody keeps from us what the centre sends to everybody
            kept = [e for e in events if isinstance(e, Delivery) and TrustPost.is_ours(e)]
            self.link.ack(kept)
            events = [each for each in events if each not in kept]
        self.endpoint.step(events)
        return len(events)


class TrustWorld:
    """A centre, its relay and three countries; only the hub's folder is ever written by hand."""

    def __init__(self, folder: Path, *, countersigned: bool = False) -> None:
        self.folder, self.now = folder, NOW
        self.centre = folder / "centre"
        *self.officers, self.beacon = ceremony.found_alone(
            self.centre, b"desk", now=NOW, random=os.urandom, cost=INTERACTIVE, beacon=True,
            countersigned=countersigned,
        )  # fmt: skip
        desk = ceremony.open_desk(self.centre, b"desk")
        for party in (*COUNTRIES, REGISTRY_PARTY):
            ceremony.set_up_party(
                desk, folder / party, party, b"own", sends=SENDS, now=NOW,
                random=os.urandom, cost=INTERACTIVE,
            )  # fmt: skip
        ceremony.publish(self.centre, self.officers, now=NOW)
        self.trust = folder / REGISTRY_PARTY / "trust"
        for party in (*COUNTRIES, REGISTRY_PARTY, RELAY_USER):
            ceremony.hand_over(self.centre, folder / party / "trust")
        self.broker = MemoryBroker(definitions(list(COUNTRIES)))
        self.log = structlog.wrap_logger(
            None, wrapper_class=structlog.make_filtering_bound_logger(50)
        )
        self.relay_trust = DirectoryFolder(
            folder / RELAY_USER / "trust",
            load_anchor(folder / RELAY_USER / "trust" / "anchor.xml"),
            home=folder / RELAY_USER,
        )
        self.relay_link = self.broker.link(RELAY_USER, consume=[trust_queue(RELAY_USER)])
        self.relay_link.start()
        self.relay = Relay(
            self.relay_link, directory=self.relay_trust.last, jitter=lambda: 0.5, log=self.log
        )
        self.places = {party: Place(self, party) for party in (*COUNTRIES, REGISTRY_PARTY)}
        hub = self.places[REGISTRY_PARTY]
        self.spreading = Spreading(
            trust=self.trust,
            directories=hub.directories,
            link=hub.link,
            store=hub.store,
            clock=lambda: self.now,
            give_beacon=self.give_beacon,
            up=lambda: hub.endpoint.up,
            log=self.log,
        )

    def give_beacon(self, now: datetime) -> None:
        ceremony.give_beacon(self.trust, self.beacon, now=now)

    def settle(self) -> None:
        post = TrustPost(self.relay_trust, RELAY_USER, self.log)
        for _ in range(50):
            self.spreading.advance()
            moved = sum(place.step() for place in self.places.values())
            events = self.relay_link.take(limit=100, timeout=timedelta(0))
            for event in events:
                if isinstance(event, Delivery) and post.is_ours(event):
                    post.take(event, self.now)
                    self.relay_link.ack([event])
            others = [e for e in events if not (isinstance(e, Delivery) and post.is_ours(e))]
            self.relay.follow_directory(self.now)
            self.relay.step(others, self.now)
            if moved + len(events) == 0:
                return
        raise AssertionError("the world does not come to rest")

    def later(self, span: timedelta) -> None:
        self.now += span
        self.settle()

    def spread(self) -> Spread:
        with self.places[REGISTRY_PARTY].store.unit() as unit:
            return spread_of(unit.trust.newest(), unit.trust.acks(), COUNTRIES)

    def close(self) -> None:
        for place in self.places.values():
            place.store.close()
