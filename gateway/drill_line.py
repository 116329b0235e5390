"""A running exchange for a drill on keys: endpoints, relay, envelopes and databases as in earnest.

The broker alone is one in memory, and the clock is the drill's. It decides nothing about keys: it
sends, counts what arrives, and says what was lost.
"""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

from gateway.endpoint import Endpoint, Outgoing, Received, Refusal, Station, Terms
from gateway.envelope import Draft as Words
from gateway.envelope import peek_header, seal
from gateway.exchange import (
    Link,
    MemoryBroker,
    MemoryLink,
    dead_queue,
    definitions,
    ingress_exchange,
    mailboxes,
)
from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, RELAY_USER, IdSource, Lane
from gateway.log import no_log
from gateway.payload import (
    PAYLOAD_SCHEMA,
    ContactPoint,
    CountryCode,
    FirearmDescription,
    GradeCode,
    PurposeCode,
    Search,
    SearchReasonCode,
    SearchRequest,
    SearchResponse,
    SearchResult,
    SearchResultCode,
    encode,
)
from gateway.posting import Posting
from gateway.relay import Relay
from gateway.store import Store, Undelivered, Unit
from keys import Identity, Recipient, Suite
from keys.drills import Sandbox

_PATIENCE = timedelta(minutes=30)
_STEP = timedelta(seconds=5)
_ROUNDS_MOST = 10_000
_AT_ONCE = 100


class _Desk:
    """Answers each search as a registry that knows nothing, and counts what took effect."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()

    def handle(self, received: Received, unit: Unit, frame: Frame) -> list[Posting]:  # noqa: ARG002 - the desk's protocol
        """A request is counted and answered, an answer is counted."""
        payload = received.payload
        if isinstance(payload, SearchResponse):
            self.answered[payload.search_result.search_id] += 1
        if not isinstance(payload, SearchRequest):
            return []
        self.asked[payload.search.search_id] += 1
        answer = SearchResponse(
            context=frame.context("SEARCH_RESPONSE", purpose=payload.context.purpose_code),
            search_result=SearchResult(
                search_id=payload.search.search_id,
                result_code=SearchResultCode.NO_HIT,
                registry_timestamp=frame.now,
            ),
        )
        return [Posting(to=received.sender, payload=answer, lane=received.lane, answers=True)]

    def refused(self, refusal: Refusal, unit: Unit, frame: Frame) -> None:
        """It stays missing among what took effect."""

    def undelivered(self, failure: Undelivered, unit: Unit, frame: Frame) -> None:
        """It stays missing among what took effect."""

    def tend(self, unit: Unit, frame: Frame) -> None:
        """Nothing waits here."""


class _CountedLink:
    """A link that looks at the headers of what is published for the first time."""

    def __init__(self, link: MemoryLink, suites: Counter[Suite]) -> None:
        self._link, self._suites = link, suites
        self._seen: set[str] = set()

    def publish(self, **message: Any) -> None:
        """As the link does."""
        header = peek_header(message["body"])
        if header is not None and header.message_id not in self._seen:
            self._seen.add(header.message_id)
            self._suites[header.to[0].suite] += 1
        self._link.publish(**message)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._link, name)


class _Seat:
    """One party's process: what it keeps, and what begins anew with another key file."""

    def __init__(self, party: str, database: Path, link: MemoryLink) -> None:
        self.party, self.database, self.link = party, database, link
        self.desk = _Desk()
        self.store = Store.open(f"sqlite:///{database}")
        self.endpoint: Endpoint | None = None


class RunningLine:
    """The parties of a drill's sandbox talk to its registry; see ``keys.drills.Line``."""

    def __init__(self) -> None:
        self._box: Sandbox | None = None
        self._seats: dict[str, _Seat] = {}
        self._suites: Counter[Suite] = Counter()
        self._sent: set[str] = set()
        self._identities: dict[str, Identity] = {}
        self._log = no_log()

    def start(self, box: Sandbox) -> None:
        """Begin with the parties, keys and directory that the sandbox has."""
        self._box = box
        parties = sorted(box.readers)
        broker = MemoryBroker(definitions([each for each in parties if each != REGISTRY_PARTY]))
        first = box.root / parties[0] / "line.db"
        with Store.open(f"sqlite:///{first}") as store:
            store.migrate()
        for party in parties:
            database = box.root / party / "line.db"
            if database != first:
                shutil.copyfile(first, database)
            more = (dead_queue(),) if party == REGISTRY_PARTY else ()
            link = broker.link(party, consume=(*mailboxes(party), *more))
            link.start()
            self._seats[party] = _Seat(party, database, link)
            self.restart(party)
        self._relay_link = broker.link(RELAY_USER)
        self._relay_link.start()
        registry = box.readers[REGISTRY_PARTY]
        self._relay = Relay(
            self._relay_link, directory=registry.current, jitter=lambda: 0.5, log=self._log
        )

    def restart(self, party: str) -> None:
        """The party's process ends and begins anew with the key file that lies there now."""
        seat, box = self._seats[party], self._sandbox
        self._identities.pop(party, None)
        seat.endpoint = Endpoint(
            station=Station(
                party=party,
                identity=box.own(party),
                directory=box.readers[party].current,
                clock=lambda: box.now,
                random=box.random,
                system_id="drill",
                contact=ContactPoint(contact_name="drill", available_always_indicator=True),
                test=True,
            ),
            store=seat.store,
            link=cast("Link", _CountedLink(seat.link, self._suites)),
            desk=seat.desk,
            terms=Terms(),
            log=self._log,
        )

    def send(self, count: int) -> None:
        """Every party asks, and what it asked is left where it got to: a third of it waits to be
        sent, a third lies at the relay's door, a third is further on.
        """
        for third in range(3):
            for seat in self._seats.values():
                if seat.party == REGISTRY_PARTY or seat.endpoint is None:
                    continue
                for _ in range(count // 3 // (len(self._seats) - 1)):
                    seat.endpoint.transact(
                        lambda outgoing: outgoing.post(self._ask(outgoing.frame))
                    )
            if third == 0:
                self._parties_step()
                self._relay_step()
            if third == 1:
                self._parties_step()

    def send_downgraded(self) -> None:
        """A sender that has the directory and seals by suite 1 all the same."""
        box, seat = self._sandbox, self._seats[min(self._seats)]
        directory = box.readers[seat.party].current(box.now)
        entry = directory.parties[REGISTRY_PARTY]
        old = next(key for key in entry.keys if key.use == "enc" and key.suite is Suite.CLASSICAL)
        self._put(seat, Recipient(party=REGISTRY_PARTY, kid=old.kid, public=old.public))

    def send_and_forge(self, party: str, count: int) -> None:
        """Half of ``count`` are asked by the party, half by a thief with its key and its line."""
        seat = self._seats[party]
        recipient = (
            self._sandbox.readers[party].current(self._sandbox.now).recipient(REGISTRY_PARTY)
        )
        for first in range(0, count // 2, _AT_ONCE):
            number = min(_AT_ONCE, count // 2 - first)
            if seat.endpoint is not None:
                seat.endpoint.transact(partial(self._post, number))
            for _ in range(number):
                self._put(seat, recipient)

    def _post(self, number: int, outgoing: Outgoing) -> None:
        for _ in range(number):
            outgoing.post(self._ask(outgoing.frame))

    def _put(self, seat: _Seat, recipient: Recipient) -> None:
        """Sends by the party's key and line what the party never asked."""
        box = self._sandbox
        station = Frame(
            party=seat.party, country=CountryCode(seat.party[:3]), system_id="drill", now=box.now,
            ids=self._ids(), pseudonym="drill",
            contact=ContactPoint(contact_name="drill", available_always_indicator=True), test=True,
        )  # fmt: skip
        posting = self._ask(station, counted=False)
        words = Words(
            message_id=station.ids.message_id(), message_type="SEARCH_REQUEST", created=box.now,
            expires=box.now + timedelta(days=7), lane=Lane.ROUTINE, in_reply_to=None,
            directory_version=box.readers[seat.party].current(box.now).version,
            schema=PAYLOAD_SCHEMA,
        )  # fmt: skip
        octets = seal(
            encode(posting.payload), words, by=self._held(seat.party), random=box.random,
            to=[(recipient, 0)],
        )  # fmt: skip
        seat.link.publish(
            token=words.message_id,
            exchange=ingress_exchange(seat.party, Lane.ROUTINE),
            routing_key="",
            body=octets,
        )

    def _held(self, party: str) -> Identity:
        """The party's keys, opened once: each opening costs a derivation."""
        if party not in self._identities:
            self._identities[party] = self._sandbox.own(party)
        return self._identities[party]

    def settle(self) -> str:
        """Let time pass until nothing is under way; say what was seen.

        RuntimeError where a message was lost, doubled, or set aside although it was honest.
        """
        end = self._sandbox.now + _PATIENCE
        self._rounds()
        while any(self._depth(seat) for seat in self._seats.values()):
            if self._sandbox.now > end:
                raise RuntimeError("a message still waits for its receipt")
            self._sandbox.now += _STEP
            self._rounds()
        asked = self._seats[REGISTRY_PARTY].desk.asked
        answered = sum((seat.desk.answered for seat in self._seats.values()), Counter[str]())
        once = Counter(dict.fromkeys(self._sent, 1))
        if asked != once or answered != once:
            missing, doubled = once - asked - answered, (asked - once) + (answered - once)
            raise RuntimeError(f"{len(missing)} messages were lost, {len(doubled)} had two effects")
        seen = ", ".join(f"{n} by suite {suite:d}" for suite, n in sorted(self._suites.items()))
        self._suites.clear()
        return f"{seen}; none lost, none twice"

    def set_aside(self) -> int:
        """How many messages lie among the registry's dead letters."""
        with self._seats[REGISTRY_PARTY].store.unit() as unit:
            return len(unit.deadletters.all())

    def stop(self) -> None:
        """End every process."""
        for seat in self._seats.values():
            seat.link.stop(timedelta(0))
            seat.store.close()

    @property
    def _sandbox(self) -> Sandbox:
        if self._box is None:
            raise RuntimeError("the line has not been started")
        return self._box

    def _ids(self) -> IdSource:
        box = self._sandbox
        return IdSource(now=lambda: box.now, random=box.random)

    def _ask(self, frame: Frame, *, counted: bool = True) -> Posting:
        search_id = frame.ids.search_id(frame.country)
        if counted:
            self._sent.add(search_id)
        return Posting(
            to=REGISTRY_PARTY,
            payload=SearchRequest(
                context=frame.context(
                    "SEARCH_REQUEST", purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST
                ),
                search=Search(
                    search_id=search_id,
                    reason_code=SearchReasonCode.THEFT,
                    object_in_sight_indicator=False,
                    place_of_check_country=CountryCode(frame.country),
                    firearm=FirearmDescription(grip_text="drill"),
                    minimum_grade_code=GradeCode.D,
                    store_for_delayed_hit_indicator=False,
                ),
            ),
            lane=Lane.ROUTINE,
            answers=False,
        )

    def _parties_step(self) -> int:
        moved = 0
        for seat in self._seats.values():
            events = seat.link.take(limit=100, timeout=timedelta(0))
            moved += len(events)
            if seat.endpoint is not None:
                seat.endpoint.step(events)
        return moved

    def _relay_step(self) -> int:
        now: datetime = self._sandbox.now
        events = self._relay_link.take(limit=100, timeout=timedelta(0))
        self._relay.follow_directory(now)
        self._relay.step(events, now)
        return len(events)

    def _rounds(self) -> None:
        for _ in range(_ROUNDS_MOST):
            if self._parties_step() + self._relay_step() == 0:
                return
        raise RuntimeError("the line does not come to rest")

    @staticmethod
    def _depth(seat: _Seat) -> int:
        with seat.store.unit() as unit:
            return unit.outbox.depth()
