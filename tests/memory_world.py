"""A world in one process: real endpoints, relay, envelopes and SQLite; a broker in memory; a clock
that only moves when told. Crashes come at a chosen step and are followed by a restart.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from fresh_sqlite import put_fresh

from gateway.endpoint import Clerk, Desk, Endpoint, Received, Refusal, Station, Terms, Witness
from gateway.exchange import MemoryBroker, MemoryLink, dead_queue, definitions, mailboxes
from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, RELAY_USER, Lane
from gateway.payload import (
    ContactPoint,
    CountryCode,
    FirearmDescription,
    GradeCode,
    Payload,
    PurposeCode,
    Search,
    SearchReasonCode,
    SearchRequest,
    SearchResponse,
    SearchResult,
    SearchResultCode,
)
from gateway.posting import Posting
from gateway.relay import Relay
from gateway.store import JournalLine, Store, Undelivered, Unit
from keys import Directory, Identity, entry_for

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EVERY_TYPE = frozenset(
    {
        "SEARCH_REQUEST",
        "SEARCH_RESPONSE",
        "HIT_NOTICE",
        "HIT_RECEIPT",
        "RECEIPT",
        "FAULT",
        "DELIVERY_STATEMENT",
        "RESEND_REQUEST",
        "KEPT_MESSAGES",
        "DIRECTORY_ACK",
        "TRUST_DOCUMENTS",
    }
)


class CrashError(BaseException):
    """The process ended here; nothing after it happened."""


@dataclass
class Fuse:
    """Burns at the ``at``-th step between two effects, once."""

    at: int | None = None
    steps: int = 0

    def step(self) -> None:
        self.steps += 1
        if self.at is not None and self.steps == self.at:
            self.at = None
            raise CrashError


class FragileLink:
    """A link whose process may die before it publishes or acknowledges."""

    def __init__(self, link: MemoryLink, fuse: Fuse) -> None:
        self._link, self._fuse = link, fuse

    def publish(self, **message: Any) -> None:
        self._fuse.step()
        self._link.publish(**message)

    def ack(self, deliveries: Any) -> None:
        self._fuse.step()
        self._link.ack(deliveries)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._link, name)


class FragileStore(Store):
    """A store whose process may die just before or just after a commit."""

    fuse: Fuse

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        with super().unit() as unit:
            yield unit
            self.fuse.step()
        self.fuse.step()


@dataclass
class RecordingDesk:
    """Answers searches as a registry, keeps answers as a node; each effect is a journal line."""

    answers: bool
    fail_with: list[Exception] = field(default_factory=list)

    def handle(self, received: Received, unit: Unit, frame: Frame) -> list[Posting]:
        if self.fail_with:
            raise self.fail_with.pop(0)
        unit.journal.add(
            JournalLine(at=frame.now, event="effect", detail=label_of(received.payload))
        )
        if not self.answers or not isinstance(received.payload, SearchRequest):
            return []
        return [
            Posting(
                to=received.sender,
                payload=answer_to(received.payload, frame),
                lane=received.lane,
                answers=True,
            )
        ]

    def refused(self, refusal: Refusal, unit: Unit, frame: Frame) -> None:
        unit.journal.add(
            JournalLine(at=frame.now, event="refused", detail=refusal.fault.fault_code)
        )

    def undelivered(self, failure: Undelivered, unit: Unit, frame: Frame) -> None:
        unit.journal.add(
            JournalLine(at=frame.now, event="undelivered", message_id=failure.message_id)
        )

    def tend(self, unit: Unit, frame: Frame) -> None:
        pass


def label_of(payload: Payload) -> str:
    match payload:
        case SearchRequest():
            return payload.search.firearm.grip_text or ""
        case SearchResponse():
            return "answer to " + payload.search_result.search_id
        case _:
            return type(payload).__name__


def answer_to(request: SearchRequest, frame: Frame) -> SearchResponse:
    return SearchResponse(
        context=frame.context("SEARCH_RESPONSE", purpose=request.context.purpose_code),
        search_result=SearchResult(
            search_id=request.search.search_id,
            result_code=SearchResultCode.NO_HIT,
            registry_timestamp=frame.now,
        ),
    )


@dataclass
class Seat:
    """One party's process: what survives a crash (the file, the identity) and what does not."""

    party: str
    identity: Identity
    desk: Desk
    database: Path
    fuse: Fuse = field(default_factory=Fuse)
    store: FragileStore | None = None
    link: MemoryLink | None = None
    endpoint: Endpoint | None = None
    clerk: Clerk | None = None
    witness: Witness | None = None


class MemoryWorld:
    """``parties`` talk to the registry; ``settle`` runs everything until nothing moves."""

    def __init__(
        self, folder: Path, parties: tuple[str, ...] = ("FRA-NCB", "USA-NCB"), seed: int = 1
    ) -> None:
        self.wrong_by: dict[str, timedelta] = {}  # parties whose clocks are not right
        self.now = START
        self._random = random.Random(seed)
        self.broker = MemoryBroker(definitions(list(parties)))
        names = (*parties, REGISTRY_PARTY)
        identities = {name: Identity.generate(name, random=self.randomness) for name in names}
        self.sends = dict.fromkeys(names, EVERY_TYPE)
        self._identities = identities
        self.directory = self.make_directory(1)
        self.seats = {
            name: Seat(
                party=name,
                identity=identities[name],
                desk=RecordingDesk(answers=name == REGISTRY_PARTY),
                database=folder / f"{name}.db",
            )
            for name in names
        }
        self.relay_link = self.broker.link(RELAY_USER)
        self.relay_link.start()
        self.log = structlog.wrap_logger(
            None, wrapper_class=structlog.make_filtering_bound_logger(50)
        )
        self.relay = Relay(
            self.relay_link, directory=lambda _: self.directory, jitter=lambda: 0.5, log=self.log
        )
        for seat in self.seats.values():
            self.start(seat)

    def randomness(self, octets: int) -> bytes:
        return self._random.randbytes(octets)

    def make_directory(self, version: int) -> Directory:
        return Directory(
            version=version,
            issued=START - timedelta(days=1),
            expires=START + timedelta(days=40),
            digest=bytes(32),
            parties={
                name: entry_for(
                    identity, sends=self.sends[name], valid_from=START - timedelta(days=1)
                )
                for name, identity in self._identities.items()
            },
        )

    # --- processes ----------------------------------------------------------------------------

    def start(self, seat: Seat) -> None:
        FragileStore.fuse = seat.fuse
        if self.url_of(seat).startswith("sqlite"):
            put_fresh(seat.database)
        seat.store = FragileStore.open(self.url_of(seat))
        seat.store.fuse = seat.fuse
        seat.store.migrate()
        more = (dead_queue(),) if seat.party == REGISTRY_PARTY else ()
        seat.link = self.broker.link(seat.party, consume=(*mailboxes(seat.party), *more))
        seat.link.start()
        seat.endpoint = Endpoint(
            station=Station(
                party=seat.party,
                identity=seat.identity,
                directory=lambda _: self.directory,
                clock=lambda: self.now + self.wrong_by.get(seat.party, timedelta(0)),
                random=self.randomness,
                system_id="test",
                contact=ContactPoint(contact_name="desk", available_always_indicator=True),
                test=True,
            ),
            store=seat.store,
            link=FragileLink(seat.link, seat.fuse),
            desk=seat.desk,
            terms=Terms(),
            log=self.log,
            clerk=seat.clerk,
            witness=seat.witness,
        )

    def crash(self, seat: Seat) -> None:
        """The process dies and starts again: connection and memory are gone, the file is not."""
        assert seat.link is not None
        assert seat.store is not None
        seat.link.stop(timedelta(0))
        seat.store.close()
        self.start(seat)

    def close(self) -> None:
        """Every process ends; a server's connections would outlive the test otherwise."""
        for seat in self.seats.values():
            if seat.store is not None:
                seat.store.close()

    # --- what happens -------------------------------------------------------------------------

    def ask(self, party: str, label: str, lane: Lane = Lane.ROUTINE) -> str:
        """``party`` asks the registry; returns the message id once it is accepted (committed)."""
        seat = self.seats[party]
        assert seat.endpoint is not None
        return seat.endpoint.transact(
            lambda outgoing: outgoing.post(
                Posting(
                    to=REGISTRY_PARTY,
                    payload=search(label, outgoing.frame),
                    lane=lane,
                    answers=False,
                )
            )
        )

    def round(self) -> int:
        """One step of everybody; returns how many events moved."""
        moved = 0
        for seat in self.seats.values():
            assert seat.link is not None
            assert seat.endpoint is not None
            events = seat.link.take(limit=100, timeout=timedelta(0))
            moved += len(events)
            try:
                seat.endpoint.step(events)
            except CrashError:
                self.crash(seat)
                moved += 1
        events = self.relay_link.take(limit=100, timeout=timedelta(0))
        self.relay.follow_directory(self.now)
        self.relay.step(events, self.now)
        return moved + len(events)

    def settle(self, rounds: int = 200) -> None:
        """Rounds until nothing moves; time stands still."""
        for _ in range(rounds):
            if self.round() == 0:
                return
        raise AssertionError("the world does not come to rest")

    def pass_time(self, span: timedelta, step: timedelta = timedelta(seconds=1)) -> None:
        """Time goes on, and everybody does what is due."""
        end = self.now + span
        while self.now < end:
            self.now += step
            self.settle()

    def until_quiet(self, most: timedelta = timedelta(minutes=30)) -> None:
        """Time goes on until nobody waits for a receipt."""
        self.settle()
        end = self.now + most
        while any(self.waiting(party) for party in self.seats):
            assert self.now < end, "a message still waits for its receipt"
            self.pass_time(timedelta(seconds=5), step=timedelta(seconds=5))

    def url_of(self, seat: Seat) -> str:
        """Where the party's database is."""
        return f"sqlite:///{seat.database}"

    # --- what can be seen ---------------------------------------------------------------------

    def look(self, party: str, read: Callable[[Unit], Any]) -> Any:
        with Store.open(self.url_of(self.seats[party])) as store, store.unit() as unit:
            return read(unit)

    def effects(self, party: str) -> list[str]:
        lines = self.look(party, lambda unit: unit.journal.lines())
        return [line.detail for line in lines if line.event == "effect"]

    def events(self, party: str, event: str) -> list[JournalLine]:
        lines = self.look(party, lambda unit: unit.journal.lines())
        return [line for line in lines if line.event == event]

    def waiting(self, party: str) -> int:
        return self.look(party, lambda unit: unit.outbox.depth())

    def letters(self, party: str) -> list[Any]:
        return self.look(party, lambda unit: unit.deadletters.all())


def search(label: str, frame: Frame) -> SearchRequest:
    """A search that can be told from others by ``label``."""
    return SearchRequest(
        context=frame.context("SEARCH_REQUEST", purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST),
        search=Search(
            search_id=frame.ids.search_id("FRA"),
            reason_code=SearchReasonCode.THEFT,
            object_in_sight_indicator=False,
            place_of_check_country=CountryCode.FRA,
            firearm=FirearmDescription(grip_text=label),
            minimum_grade_code=GradeCode.D,
            store_for_delayed_hit_indicator=False,
        ),
    )
