"""The processes of a crash world: a party's endpoint on a real SQLite file, and the relay.

A fork server imports this once; each process begins as its fork. The crash is put around the store,
the link and the desk by the fork itself, before the endpoint is built: the product has no door for
it. It judges nothing.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from random import Random
from typing import Any

import structlog

from gateway.endpoint import Endpoint, Outgoing, Received, Refusal, Station, Terms, UnservedError
from gateway.envelope import peek_header
from gateway.exchange import Confirmed, Delivery, Event, definitions
from gateway.frame import Frame
from gateway.hub import HubDesk
from gateway.ids import REGISTRY_PARTY, RELAY_USER, Lane
from gateway.payload import MESSAGE_TYPES, ContactPoint, PurposeCode, decode
from gateway.posting import Posting
from gateway.relay import Relay, serve
from gateway.store import JournalLine, Store, Undelivered, Unit
from keys import Directory, Identity, entry_for

ASKER = "FRA-NCB"
SIDES = (ASKER, RELAY_USER, REGISTRY_PARTY)
DEFINITIONS = definitions([ASKER])
EFFECT = "effect"
SERVED = frozenset(
    {
        "REC_SUBMIT",
        "REC_UPDATE",
        "REC_STATUS",
        "REC_BATCH",
        "SEARCH_REQUEST",
        "SEARCH_BATCH",
        "SEIZURE_NOTICE",
    }
)
"""What the registry's own desk handles here; of all other types the walk alone is tried."""
_BEGUN = datetime.now(UTC)
_IDENTITIES = {
    party: Identity.generate(party, random=Random(party).randbytes)
    for party in (ASKER, REGISTRY_PARTY)
}
_DIRECTORY = Directory(
    version=1,
    issued=_BEGUN - timedelta(days=1),
    expires=_BEGUN + timedelta(days=9),
    digest=bytes(32),
    parties={
        party: entry_for(
            identity,
            sends=frozenset(each.value for each in MESSAGE_TYPES.values()),
            valid_from=_BEGUN - timedelta(days=2),
        )
        for party, identity in _IDENTITIES.items()
    },
)
_TERMS = Terms(
    resend_first=timedelta(milliseconds=250),
    resend_longest=timedelta(milliseconds=500),
    valid=timedelta(hours=1),
    gap_patience=timedelta(seconds=30),
    receipt_linger=timedelta(milliseconds=5),
    upkeep=timedelta(milliseconds=200),
)
SILENCE = structlog.wrap_logger(None, wrapper_class=structlog.make_filtering_bound_logger(50))


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What a process is told: who it is, its database, what to ask once, and where to end."""

    side: str
    database: str
    asks: tuple[str, bytes] | None  # message type and payload, for the asker
    refuses: bool  # the registry's desk serves nobody
    ends_at: str | None


class Fuse:
    """Tells the parent each step that is passed, and kills the process at one of them."""

    def __init__(self, line: PipeLink, ends_at: str | None) -> None:
        self._line = line
        self._ends_at = ends_at
        self._told: set[str] = set()

    def at(self, step: str) -> None:
        if step == self._ends_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if step not in self._told:
            self._told.add(step)
            self._line.ask("passed", step=step)


class PipeLink:
    """See ``gateway.exchange.Link``: the parent answers each call; it holds the broker."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.fuse: Fuse | None = None

    def ask(self, what: str, **facts: Any) -> Any:
        self._connection.send((what, facts))
        return self._connection.recv()

    def start(self) -> None:
        self.ask("start")

    def stop(self, drain: timedelta) -> None:
        self.ask("stop", drain=drain)

    def subscribe(self, queues: Sequence[str]) -> None:
        self.ask("subscribe", queues=queues)

    def publish(
        self,
        *,
        token: str,
        exchange: str,
        routing_key: str,
        body: bytes,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        kind = kind_of(body)
        self._pass(f"before-publish {kind}")
        self.ask(
            "publish",
            token=token,
            exchange=exchange,
            routing_key=routing_key,
            body=body,
            headers=dict(headers or {}),
        )
        self._pass(f"after-publish {kind}")

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        kinds = sorted({kind_of(each.body) for each in deliveries})
        for kind in kinds:
            self._pass(f"before-acknowledge {kind}")
        self.ask("ack", deliveries=deliveries)
        for kind in kinds:
            self._pass(f"after-acknowledge {kind}")

    def reject(self, delivery: Delivery, *, requeue: bool) -> None:
        self.ask("reject", delivery=delivery, requeue=requeue)

    def is_lent(self, delivery: Delivery) -> bool:
        return bool(self.ask("is_lent", delivery=delivery))

    def take(self, *, limit: int, timeout: timedelta | None) -> list[Event]:
        events: list[Event] = self.ask("take", limit=limit, timeout=timeout)
        for event in events:
            if isinstance(event, Delivery):
                self._pass(f"taken {kind_of(event.body)}")
            elif isinstance(event, Confirmed):
                self._pass("taken a confirm")
        return events

    def wake(self) -> None:
        """Nobody else runs here."""

    def _pass(self, step: str) -> None:
        if self.fuse is not None:
            self.fuse.at(step)


class CrashingStore(Store):
    """The real store, whose process may end before and after each commit that says something."""

    fuse: Fuse

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        said: list[str] = []
        with super().unit() as unit:
            listen(unit, said)
            yield unit
            for each in dict.fromkeys(said):
                self.fuse.at(f"before-commit {each}")
            unit.after_commit(lambda: [self.fuse.at(f"after-commit {each}") for each in said])


def listen(unit: Unit, said: list[str]) -> None:
    """Notes in ``said`` what a transaction sends, settles and takes in."""
    _before(unit.outbox, "add", lambda row: said.append(f"sent {row.message_type}"))
    _before(unit.outbox, "settle", lambda *_: said.append("settled"))
    _before(unit.inbox, "add", lambda taken, _: said.append(f"took {taken.message_type}"))


def _before(box: Any, name: str, note: Callable[..., object]) -> None:
    act = getattr(box, name)

    def noted(*given: Any, **named: Any) -> Any:
        note(*given, **named)
        return act(*given, **named)

    setattr(box, name, noted)


class CountingDesk:
    """The registry's own desk where that serves the type; every effect is a line of the journal."""

    def __init__(self, fuse: Fuse, *, is_registry: bool, refuses: bool) -> None:
        self._fuse = fuse
        self._hub = HubDesk(SILENCE) if is_registry else None
        self._refuses = refuses

    def handle(self, received: Received, unit: Unit, frame: Frame) -> list[Posting]:
        self._fuse.at(f"opened {received.message_type}")
        if self._refuses:
            raise UnservedError("nobody is served here")
        postings: list[Posting] = []
        if self._hub is not None and received.message_type in SERVED:
            postings = self._hub.handle(received, unit, frame)
        unit.journal.add(
            JournalLine(at=frame.now, event=EFFECT, message_type=received.message_type)
        )
        self._fuse.at(f"handled {received.message_type}")
        return postings

    def refused(self, refusal: Refusal, unit: Unit, frame: Frame) -> None:
        unit.journal.add(
            JournalLine(at=frame.now, event="refused", detail=refusal.fault.fault_code)
        )
        self._fuse.at("told of a refusal")

    def undelivered(self, failure: Undelivered, unit: Unit, frame: Frame) -> None:
        unit.journal.add(
            JournalLine(at=frame.now, event="undelivered", message_type=failure.message_type)
        )

    def tend(self, unit: Unit, frame: Frame) -> None:
        """Nothing waits here."""


def kind_of(body: bytes) -> str:
    """The message type that sealed octets claim."""
    header = peek_header(body)
    return "nothing" if header is None else header.message_type


def run(errand: Errand, connection: Connection) -> None:
    """A process's whole life; it ends by a signal."""
    line = PipeLink(connection)
    fuse = line.fuse = Fuse(line, errand.ends_at)
    line.start()
    if errand.side == RELAY_USER:
        relay = Relay(line, directory=lambda _: _DIRECTORY, jitter=Random().random, log=SILENCE)
        serve(relay, line, clock=_now, stopping=lambda: False)
        return
    store = CrashingStore.open(errand.database)
    store.fuse = fuse
    is_registry = errand.side == REGISTRY_PARTY
    endpoint = Endpoint(
        station=Station(
            party=errand.side,
            identity=_IDENTITIES[errand.side],
            directory=lambda _: _DIRECTORY,
            clock=_now,
            random=os.urandom,
            system_id="test",
            contact=ContactPoint(contact_name="desk", available_always_indicator=True),
            test=True,
        ),
        store=store,
        link=line,
        desk=CountingDesk(fuse, is_registry=is_registry, refuses=errand.refuses and is_registry),
        terms=_TERMS,
        log=SILENCE,
    )
    if errand.asks is not None:
        _ask_once(endpoint, store, *errand.asks)
        line.ask("asked")
    endpoint.run(lambda: False)


def _ask_once(endpoint: Endpoint, store: Store, kind: str, octets: bytes) -> None:
    """As a client that was not told: it looks whether its question was accepted before."""
    with store.unit() as unit:
        if any(line.event == "message.posted" for line in unit.journal.lines()):
            return

    def ask(outgoing: Outgoing) -> str:
        payload: Any = decode(octets)
        context = outgoing.frame.context(kind, purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST)
        posting = Posting(
            to=REGISTRY_PARTY,
            payload=replace(payload, context=context),
            lane=Lane.ROUTINE,
            answers=False,
        )
        return outgoing.post(posting)

    endpoint.transact(ask)


def _now() -> datetime:
    return datetime.now(UTC)
