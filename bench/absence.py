"""A party that was away: what it drains of a long queue, how fast, and in how much memory.

Real endpoints, relay, envelopes and SQLite files; the broker is in memory, so that the figure is
the node's and not RabbitMQ's. The party's own process drains alone. It does not judge the answers.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import structlog

from gateway.endpoint import Endpoint, Outgoing, Received, Refusal, Station, Terms
from gateway.exchange import Delivery, MemoryBroker, MemoryLink, definitions, mailboxes
from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, RELAY_USER, Lane
from gateway.payload import (
    ContactPoint,
    CountryCode,
    FirearmDescription,
    PurposeCode,
    Search,
    SearchReasonCode,
    SearchRequest,
)
from gateway.posting import Posting
from gateway.relay import Relay
from gateway.store import JournalLine, Store, Undelivered, Unit
from keys import Directory, Identity, entry_for

AWAY = "FRA-NCB"
_KIND = "SEARCH_REQUEST"
_BATCH = 250
_AT_ONCE = 100
_STEADY_TURNS = 20
_WARMING_TURNS = 3
_SILENCE = structlog.wrap_logger(None, wrapper_class=structlog.make_filtering_bound_logger(50))


class Counting:
    """A desk that writes down what came, in its order."""

    def handle(self, received: Received, unit: Unit, frame: Frame) -> list[Posting]:
        """One line of the journal each."""
        event = JournalLine(at=frame.now, event="drained", message_id=received.message_id)
        unit.journal.add(event)
        return []

    def refused(self, refusal: Refusal, unit: Unit, frame: Frame) -> None:
        """Nothing is refused here."""

    def undelivered(self, failure: Undelivered, unit: Unit, frame: Frame) -> None:
        """Nothing expires here."""

    def tend(self, unit: Unit, frame: Frame) -> None:
        """Nothing waits here."""


def measure(*, messages: int, folder: Path) -> dict[str, Any]:
    """Queues ``messages`` for a party that is away, and lets it drain them in a process of its own.

    Rates are messages a second over the whole and over its last tenth; memory is what the draining
    process held at most beyond what it held before its first message.
    ``drained_to_steady`` compares what a message costs of the processor while they come a hundred
    at a time and are taken at once with what it costs in the drain: the machine's other work is in
    neither.
    """
    steady = _in_child(lambda: _World(folder / "steady").steady())
    world = _World(folder / "away")
    begun = time.perf_counter()
    world.queue(messages)
    queued_s = time.perf_counter() - begun
    found = _in_child(lambda: world.drain(messages))
    ratio = steady["cpu_us_each"] / found["cpu_us_each"]
    return {
        "messages": messages,
        "queued_s": round(queued_s, 1),
        "steady_cpu_us_each": steady["cpu_us_each"],
        "drained_to_steady": round(ratio, 2),
        **found,
    }


def _in_child(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What ``work`` finds in a process of its own, whose memory is its own too."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        with os.fdopen(theirs, "w") as out:
            json.dump(work(), out)
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as told:
        found: dict[str, Any] = json.load(told)
    os.waitpid(child, 0)
    return found


class _World:
    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        now = datetime.now(UTC)
        parties = (AWAY, REGISTRY_PARTY)
        self._identities = {
            party: Identity.generate(party, random=Random(party).randbytes)  # noqa: S311 - keys of nobody
            for party in parties
        }
        sends = frozenset({_KIND, "RECEIPT", "FAULT", "DELIVERY_STATEMENT"})
        self._directory = Directory(
            version=1,
            issued=now - timedelta(days=1),
            expires=now + timedelta(days=9),
            digest=bytes(32),
            parties={
                party: entry_for(identity, sends=sends, valid_from=now - timedelta(days=2))
                for party, identity in self._identities.items()
            },
        )
        self._broker = MemoryBroker(definitions([AWAY]))

    def queue(self, messages: int) -> None:
        """The centre posts, the relay carries; the party away reads nothing."""
        endpoint, link, store = self._endpoint(REGISTRY_PARTY)
        relay_link, relay = self._relay()
        for first in range(0, messages, _BATCH):
            count = min(_BATCH, messages - first)
            endpoint.transact(lambda outgoing, count=count: _post(outgoing, count))
            for _ in range(3):
                relay.step(relay_link.take(limit=1_000, timeout=timedelta(0)), datetime.now(UTC))
                endpoint.step(link.take(limit=1_000, timeout=timedelta(0)))
        while self._broker.depth(mailboxes(AWAY)[1]) < messages:
            relay.step(relay_link.take(limit=1_000, timeout=timedelta(0)), datetime.now(UTC))
            endpoint.step(link.take(limit=1_000, timeout=timedelta(0)))
        store.close()

    def steady(self) -> dict[str, Any]:
        """The party is there, and takes what comes as it comes."""
        endpoint, link, store = self._endpoint(AWAY)
        centre, centre_link, centre_store = self._endpoint(REGISTRY_PARTY)
        relay_link, relay = self._relay()
        spent = 0.0
        for turn in range(_STEADY_TURNS + _WARMING_TURNS):
            centre.transact(lambda outgoing: _post(outgoing, _AT_ONCE))
            done = 0
            while done < _AT_ONCE:
                relay.step(relay_link.take(limit=1_000, timeout=timedelta(0)), datetime.now(UTC))
                centre.step(centre_link.take(limit=1_000, timeout=timedelta(0)))
                begun = time.process_time()
                events = link.take(limit=100, timeout=timedelta(0))
                endpoint.step(events)
                if turn >= _WARMING_TURNS:
                    spent += time.process_time() - begun
                done += sum(isinstance(event, Delivery) for event in events)
        store.close()
        centre_store.close()
        return {"cpu_us_each": round(1e6 * spent / (_STEADY_TURNS * _AT_ONCE))}

    def drain(self, messages: int) -> dict[str, Any]:
        """The party is back."""
        endpoint, link, store = self._endpoint(AWAY)
        held = _held_mb()
        begun, cpu = time.perf_counter(), time.process_time()
        marks = [(begun, 0)]
        done = 0
        while done < messages:
            events = link.take(limit=100, timeout=timedelta(0))
            endpoint.step(events)
            done += sum(isinstance(event, Delivery) for event in events)
            marks.append((time.perf_counter(), done))
        took, spent = marks[-1][0] - begun, time.process_time() - cpu
        tail = next(mark for mark in marks if mark[1] >= messages * 9 // 10)
        more_mb = _held_mb() - held
        with store.unit() as unit:
            lines = unit.journal.lines(most=10 * messages)
        drained = [line.message_id for line in lines if line.event == "drained"]
        store.close()
        return {
            "drained_s": round(took, 1),
            "cpu_us_each": round(1e6 * spent / messages),
            "each_s": round(messages / took),
            "each_s_last_tenth": round((messages - tail[1]) / max(marks[-1][0] - tail[0], 1e-9)),
            "longest_step_ms": round(1000 * max(b[0] - a[0] for a, b in pairwise(marks))),
            "memory_more_mb": round(more_mb),
            "effects": len(drained),
            "distinct": len(set(drained)),
        }

    def _relay(self) -> tuple[MemoryLink, Relay]:
        link = self._broker.link(RELAY_USER)
        link.start()
        relay = Relay(link, directory=lambda _: self._directory, jitter=lambda: 0.5, log=_SILENCE)
        relay.follow_directory(datetime.now(UTC))
        return link, relay

    def _endpoint(self, party: str) -> tuple[Endpoint, Any, Store]:
        store = Store.open(f"sqlite:///{self._folder / party}.db")
        store.migrate()
        link = self._broker.link(party, consume=mailboxes(party))
        link.start()
        station = Station(
            party=party,
            identity=self._identities[party],
            directory=lambda _: self._directory,
            clock=lambda: datetime.now(UTC),
            random=os.urandom,
            system_id="bench",
            contact=ContactPoint(contact_name="desk", available_always_indicator=True),
            test=True,
        )
        endpoint = Endpoint(
            station=station,
            store=store,
            link=link,
            desk=Counting(),
            terms=Terms(resend_first=timedelta(hours=1), window=1_000),
            log=_SILENCE,
        )
        return endpoint, link, store


def _post(outgoing: Outgoing, count: int) -> None:
    frame = outgoing.frame
    for _ in range(count):
        search = SearchRequest(
            context=frame.context(_KIND, purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST),
            search=Search(
                search_id=frame.ids.search_id("FRA"),
                reason_code=SearchReasonCode.THEFT,
                object_in_sight_indicator=False,
                place_of_check_country=CountryCode.FRA,
                firearm=FirearmDescription(grip_text="wood"),
                store_for_delayed_hit_indicator=False,
            ),
        )
        outgoing.post(Posting(to=AWAY, payload=search, lane=Lane.ROUTINE, answers=False))


def _held_mb() -> float:
    """Peak resident memory of this process, in MB (ru_maxrss is in KiB on Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(words: list[str] | None = None) -> int:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=50_000)
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(messages=given.messages, folder=Path(folder))
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
