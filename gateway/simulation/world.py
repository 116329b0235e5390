"""Several countries, the relay and the registry in one process, under a clock that we move.

Everything but the line, the clock and the disk's medium is production code. The world does what it
is told (``ask``, faults, ``run_for``, ``settle``); what it is told stands in a ``plan``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from gateway.endpoint import Clerks, Desk, Terms
from gateway.exchange import dead_queue, definitions
from gateway.hub import HubDesk, RegistryClerk
from gateway.ids import REGISTRY_PARTY, RELAY_USER
from gateway.simulation import firearms
from gateway.simulation.agenda import Agenda
from gateway.simulation.books import close_books, note_checkpoint
from gateway.simulation.clients import Client
from gateway.simulation.desks import CountryDesk, ObservedDesk
from gateway.simulation.disk import Disk
from gateway.simulation.ledger import Kind, Shelf
from gateway.simulation.line import Exchange
from gateway.simulation.process import Process
from gateway.simulation.seats import SILENCE, Library, RelaySeat, Seat
from gateway.simulation.weather import Weather
from gateway.store import Unit
from keys import Directory, Freshness, Identity, PartyEntry, entry_for

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
COUNTRIES = ("FRA-NCB", "USA-NCB", "NLD-CUSTOMS", "BRA-NCB", "DEU-NCB", "ESP-NCB")
WITHOUT_FILINGS = frozenset({"NLD-CUSTOMS"})
_MILLISECOND = timedelta(milliseconds=1)
CALM_MOST = timedelta(minutes=12)
"""How long after the last fault everything may take to be settled."""
EVENTS_MOST = 25_000
"""A world that moves more often than this does not come to rest."""

_EVERYBODY = frozenset(
    {
        "RECEIPT",
        "FAULT",
        "DELIVERY_STATEMENT",
        "RESEND_REQUEST",
        "KEPT_MESSAGES",
        "DIRECTORY_ACK",
        "TRUST_DOCUMENTS",
    }
)
_SEARCHES = frozenset({"SEARCH_REQUEST", "SEARCH_BATCH", "SEIZURE_NOTICE", "HIT_RECEIPT"})
_FILINGS = frozenset({"REC_SUBMIT", "REC_UPDATE", "REC_STATUS", "REC_BATCH"})
_ANSWERS = frozenset(
    {
        "REC_RESULT",
        "REC_BATCH_REPORT",
        "SEARCH_RESPONSE",
        "SEARCH_BATCH_REPORT",
        "HIT_NOTICE",
        "REVIEW_DUE",
        "HIT_STATUS",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What stays the same through one world; ``seed`` moves everything that is drawn in it."""

    seed: int
    countries: int = 3
    window: int = 100
    """How many messages a party has on the way at once; few, and rows wait in the outbox."""

    @property
    def terms(self) -> Terms:
        """Short ones: what takes days there takes minutes here."""
        return Terms(
            resend_first=timedelta(seconds=25),
            resend_longest=timedelta(seconds=60),
            valid=timedelta(minutes=5),
            upkeep=timedelta(seconds=20),
            gap_patience=timedelta(seconds=60),
            window=self.window,
        )


_CLERKS = Clerks({"registry": RegistryClerk(SILENCE)})


class World:
    """One world. Two of one setting that are told the same do the same, octet for octet."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        parties = COUNTRIES[: setting.countries]
        self.agenda = Agenda(START)
        self.shelf = Shelf(self.milliseconds)
        self.weather = Weather(self.random("weather"))
        self.exchange = Exchange(_definitions(parties), self.agenda, self.weather)
        self.exchange.carried = self._carried
        self.library = Library(_directory(parties, version=1, grants=False))
        self.seats: dict[str, Seat] = {}
        self.desks: dict[str, ObservedDesk] = {}
        self.clients: dict[str, Client] = {}
        self.fault_at = START
        self.carried = 0
        self._digest = hashlib.sha256()
        self._build(parties)
        for process in self.processes:
            process.boot()

    # --- time ---------------------------------------------------------------------------------

    def milliseconds(self) -> int:
        """Of this world's clock, since its start."""
        return (self.agenda.now - START) // _MILLISECOND

    def run_for(self, span: timedelta) -> None:
        """Everything happens that is due within ``span``."""
        end = self.agenda.now + span
        while (due := self.agenda.next_at) is not None and due <= end:
            if self.agenda.done > EVENTS_MOST:
                break
            self.agenda.advance()
        self.agenda.now = max(self.agenda.now, end)

    def settle(self) -> bool:
        """Heals everything and goes on until nobody waits; closes the books.

        Tells whether it came to rest in time.
        """
        self.heal()
        end = self.agenda.now + CALM_MOST
        looked = self.agenda.now
        at_rest = False
        while not at_rest and self.agenda.done < EVENTS_MOST:
            due = self.agenda.next_at
            if due is None or due > end:
                break
            self.agenda.advance()
            if not self.agenda.traffic and self.agenda.now > looked:
                looked = self.agenda.now + timedelta(milliseconds=500)
                at_rest = self._at_rest()
        took = self.agenda.now - self.fault_at
        took_ms = int(took / timedelta(milliseconds=1))
        self.shelf.open(RELAY_USER).write(Kind.QUIET, at_rest=at_rest, after_ms=took_ms)
        close_books(self)
        return at_rest

    def heal(self) -> None:
        """Whatever was broken is whole again; what was not yet to break does not."""
        for seat in self.seats.values():
            note_checkpoint(seat)
        self.weather.calm()
        self.library.without.clear()
        for name in sorted(self.library.stale):
            self.make_stale(name, Freshness.FRESH)
        self.exchange.block(blocked=False)
        for process in self.processes:
            process.fuse.disarm()
            process.mend()
        for seat in self.seats.values():
            seat.disk.away, seat.disk.commits_refused = False, 0
        for desk in self.desks.values():
            desk.heal()
        self.fault_at = self.agenda.now

    # --- what can be seen ---------------------------------------------------------------------

    @property
    def processes(self) -> Sequence[Process]:
        """Every process, the relay last."""
        return (*self.seats.values(), self.relay)

    def process(self, name: str) -> Process:
        """The process of a party, or the relay."""
        return self.relay if name == RELAY_USER else self.seats[name]

    def fingerprint(self) -> str:
        """Sixteen characters that stand for all octets carried and all lines written."""
        digest = self._digest.copy()
        for party in sorted(self.shelf.ledgers):
            digest.update(self.shelf.ledgers[party].octets())
        return digest.hexdigest()[:16]

    def random(self, name: str) -> Random:
        """Numbers of its own for everything that draws, so that one does not shift another."""
        return Random(f"{self.setting.seed}/{name}")  # noqa: S311 - to be repeated, not to be secret

    # --- directories --------------------------------------------------------------------------

    def publish_directory(self, *, grants: bool) -> Directory:
        """A newer directory; nobody holds it until it is handed to them."""
        version = self.library.newest.version + 1
        parties = COUNTRIES[: self.setting.countries]
        if grants:
            self.shelf.open(RELAY_USER).write(Kind.GRANTED)
        self.library.newest = _directory(parties, version=version, grants=grants)
        return self.library.newest

    def hand_directory(self, name: str, directory: Directory) -> None:
        """``name`` trusts ``directory`` from now on, unless it has a newer one."""
        held = self.library.held.get(name)
        if held is None or held.version < directory.version:
            self.library.held[name] = directory
            revoked = sorted(
                key.kid
                for entry in directory.parties.values()
                for key in entry.keys
                if key.revoked_at is not None
            )
            ledger = self.shelf.open(name)
            ledger.write(Kind.TRUSTS, version=directory.version, revoked=revoked)

    def make_stale(self, name: str, how: Freshness) -> None:
        """From now on ``name`` trusts its directory only so far."""
        if self.library.freshness(name) is not how:
            self.library.stale[name] = how
            self.shelf.open(name).write(Kind.STALE, how=how.value)

    # --- parts --------------------------------------------------------------------------------

    def _build(self, parties: Sequence[str]) -> None:
        for name in (*parties, REGISTRY_PARTY):
            ledger = self.shelf.open(name)
            disk = _disk(len(self.seats))
            inner: Desk = HubDesk(SILENCE) if name == REGISTRY_PARTY else CountryDesk()
            desk = ObservedDesk(inner, disk, self.setting.terms.attempts_most)
            seat = Seat(
                _identity(name),
                exchange=self.exchange,
                ledger=ledger,
                disk=disk,
                desk=desk,
                terms=self.setting.terms,
                library=self.library,
                random=self.random(name),
                consume=(dead_queue(),) if name == REGISTRY_PARTY else (),
                clerk=_CLERKS if name == REGISTRY_PARTY else None,
            )
            disk.renew(ledger, seat.fuse)
            self.seats[name], self.desks[name] = seat, desk
        self.relay = RelaySeat(
            exchange=self.exchange,
            ledger=self.shelf.open(RELAY_USER),
            library=self.library,
            random=self.random(RELAY_USER),
        )
        for name in parties:
            self.clients[name] = Client(
                self.seats[name],
                may_file=name not in WITHOUT_FILINGS,
                others=lambda: list(self.clients.values()),
            )

    def _at_rest(self) -> bool:
        if not all(process.alive for process in self.processes) or self.exchange.left():
            return False
        return all(seat.disk.look(_nothing_waits) for seat in self.seats.values())

    def _carried(self, user: str, body: bytes, headers: Mapping[str, str]) -> None:
        self.carried += 1
        seen = b" ".join((body, *(value.encode() for value in headers.values())))
        for serial in firearms.SERIALS:
            if serial.encode() in seen:
                self.shelf.open(user).write(Kind.CLEARTEXT, what="a serial")
        self._digest.update(f"{self.milliseconds()} {user} ".encode())
        self._digest.update(body)


def _nothing_waits(unit: Unit) -> bool:
    """No message for its receipt, and no dead letter to be handled again."""
    return unit.outbox.depth() == 0 and not unit.deadletters.asked()


@cache
def _disk(number: int) -> Disk:  # noqa: ARG001 - the cache tells them apart by it
    # One a seat, used again by the next world: its statements are compiled already.
    return Disk.open("sqlite://")


@cache
def _identity(party: str) -> Identity:
    # The same keys in every world: making them costs more than a short world does.
    return Identity.generate(party, random=Random(party).randbytes)  # noqa: S311 - keys of nobody


@cache
def _definitions(parties: tuple[str, ...]) -> dict[str, Any]:
    return definitions(parties)


@cache
def _directory(parties: tuple[str, ...], *, version: int, grants: bool) -> Directory:
    entries: dict[str, PartyEntry] = {}
    for party in (*parties, REGISTRY_PARTY):
        if party == REGISTRY_PARTY:
            sends = _EVERYBODY | _ANSWERS
        elif party in WITHOUT_FILINGS and not grants:
            sends = _EVERYBODY | _SEARCHES
        else:
            sends = _EVERYBODY | _SEARCHES | _FILINGS
        valid_from = START - timedelta(days=30)
        entries[party] = entry_for(_identity(party), sends=sends, valid_from=valid_from)
    return Directory(
        version=version,
        issued=START - timedelta(days=1),
        expires=START + timedelta(days=60),
        digest=bytes([version % 256]) * 32,
        parties=entries,
    )
