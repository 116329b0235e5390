"""The place of a campaign: a world of real processes with everything that a fault can take hold of.

It injects nothing by itself and judges nothing.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path

from gateway.campaign.clients import DUTCH, FRENCH, Asking, Client, serial_of
from gateway.campaign.evidence import waiting
from gateway.campaign.mount import Disk, why_not
from gateway.campaign.nursery import Nursery
from gateway.campaign.proxy import Lines
from gateway.campaign.questions import Questions
from gateway.campaign.servers import PostgresServer, installed_programs
from gateway.demo import CUSTOMS_SENDS, Member, Process, World
from gateway.exchange import PrivateCluster
from gateway.ids import REGISTRY_PARTY, RELAY_USER
from gateway.simulation import Shelf
from gateway.store import Store, StoreError

FRANCE, BELGIUM, CUSTOMS = "FRA-NCB", "BEL-NCB", "NLD-CUSTOMS"
PULSE = "TST-PULSE"
"""Has a mailbox and nothing else: the pulse beats there."""


class Place(StrEnum):
    """Where a campaign takes place."""

    ONE = "one"
    """One broker, one process a party; a disk that forgets, clocks that can be set."""
    SEVERAL = "several"
    """A broker of three nodes; two relays, two registries and two gateways of one party."""


_WORKERS = {RELAY_USER: 2, REGISTRY_PARTY: 2, BELGIUM: 2}
_NODES = {Place.ONE: 1, Place.SEVERAL: 3}
ENROLLED_SINCE = timedelta(days=2)
"""Clocks may be wrong by less: a message from before its key is refused without an answer."""
_WORTH_S = 5.0
"""How long a message of customs is worth sending: a registry may be away for longer."""
MEMBERS = (
    Member(party=FRANCE, adapter=FRENCH, office="Paris desk", settle_s=0.05),
    Member(party=BELGIUM, adapter=FRENCH, office="Brussels desk", settle_s=0.05),
    Member(
        party=CUSTOMS,
        adapter=DUTCH,
        office="Rotterdam desk",
        sends=CUSTOMS_SENDS,
        settle_s=0.05,
        delivery=f"valid_s = {_WORTH_S}",
    ),
)
PARTIES = (FRANCE, BELGIUM, CUSTOMS)
SPAIN, ITALY = "ESP-NCB", "ITA-NCB"
ASKERS = (SPAIN, ITALY)
"""Ask machine to machine (``asker``); the others are national systems with folders."""
_FAKETIME = "*/faketime/libfaketime.so.1"
_LIBRARIES = (Path("/usr/lib"), Path("/usr/local/lib"), Path("/lib"))
_ON_A_SERVER = {
    Place.ONE: (BELGIUM, ITALY),
    Place.SEVERAL: (BELGIUM, ITALY, REGISTRY_PARTY),
}
"""The others are on SQLite; two workers of one party need a server."""
_POLL_S = 0.05
_LOOK_S = 0.5
_SEIZED_AT_ONCE = 2


class Site:
    """One world under fire in ``root``."""

    def __init__(
        self,
        root: Path,
        place: Place = Place.ONE,
        *,
        rows: int = 10,
        outstanding: int = 2,
        countersigned: bool = False,
    ) -> None:
        self.root = root.absolute()
        self.place = place
        self._rows = rows
        self._outstanding = outstanding
        self._begun = time.monotonic()
        self.shelf = Shelf(lambda: round((time.monotonic() - self._begun) * 1000))
        self.server: PostgresServer | None = None
        self.databases: dict[str, str] = {}
        self.disk: Disk | None = None
        self.no_disk: str | None = None
        self.no_clock: str | None = None
        self.lines = Lines()
        self.surroundings: dict[str, dict[str, str]] = {}
        self._nurseries: dict[tuple[tuple[str, str], ...], Nursery] = {}
        self.world = World(
            self.root,
            (*MEMBERS, *(Member(party=p, adapter=FRENCH, office=f"{p} desk") for p in ASKERS)),
            resend_first_s=5.0,
            databases=lambda party: self.databases.get(party, "sqlite:///store.db"),
            port_of=lambda party, port: self.lines.of(party, port).port,
            surroundings=lambda party: self.surroundings.get(party, {}),
            enrolled_since=ENROLLED_SINCE,
            broker_nodes=_NODES[place],
            # SQLite is for one process: without PostgreSQL only the relay can be two.
            workers=self._workers(),
            visitors=(PULSE,) if place is Place.SEVERAL else (),
            countersigned=countersigned,
            launch=self._launch,
        )
        self.clients: dict[str, Asking] = {}
        self._seizures = itertools.count()

    # --- set up and end -----------------------------------------------------------------------

    def open(self) -> None:
        """Everything is made and started, and the clients wait for ``go_on``."""
        self.world.make()
        if self.place is Place.ONE:
            self._make_disk()
            self._make_clocks()
        if installed_programs() is not None:
            self.server = PostgresServer()
            self.server.make()
            for party in _ON_A_SERVER[self.place]:
                self.databases[party] = self.server.url("w" + party.replace("-", "").lower())
        self.world.start_broker()
        self.world.start_all()
        for member in MEMBERS:
            files = self.world.home(member.party) / "files"
            client = Client(
                party=member.party,
                adapter=member.adapter,
                files=files,
                ledger=self.shelf.open(f"client-{member.party}"),
                serials=self._serials,
                rows=self._rows,
                outstanding=self._outstanding if member.adapter == FRENCH else 1,
            )
            self.clients[member.party] = client
        for party in ASKERS:
            self.clients[party] = Questions(
                party=party,
                home=self.world.home(party),
                open_store=partial(self.world.store, party, looking=True),
            )
        for one in self.clients.values():
            one.start()

    def close(self) -> None:
        """Ends everything; the folders stay."""
        for client in self.clients.values():
            client.stop()
        for name in self.world.names:
            with contextlib.suppress(ProcessLookupError, KeyError):
                self.send(name, signal.SIGCONT)
        self.broker_signal(signal.SIGCONT)
        self.world.stop()
        for nursery in self._nurseries.values():
            nursery.close()
        self.lines.close()
        if self.server is not None:
            self.server.remove()
        if self.disk is not None:
            self.disk.unmount()

    # --- what faults take hold of -------------------------------------------------------------

    def change_lines(self, party: str, **weather: object) -> None:
        """The weather of the party's ways to the broker."""
        for line in self.lines.all_of(party):
            self.lines.do(lambda line=line: line.change(**weather))  # type: ignore[misc] # mypy sees no type in a lambda's default

    def cut_lines(self, party: str, *, reset: bool = False) -> None:
        """Ends what stands on the party's ways to the broker."""
        for line in self.lines.all_of(party):
            self.lines.do(lambda line=line: line.cut(reset=reset))  # type: ignore[misc] # as above

    def send(self, name: str, sign: signal.Signals) -> None:
        """To one process, by the id under which it was started."""
        self.world.processes[name].send_signal(sign)

    def broker_signal(self, sign: signal.Signals) -> None:
        """To the broker's processes."""
        for pid in self.world.broker.pids if self.world.broker is not None else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)

    @property
    def cluster(self) -> PrivateCluster:
        """The broker's nodes; RuntimeError where it has one."""
        if not isinstance(self.world.broker, PrivateCluster):
            raise RuntimeError("the broker has one node here")  # noqa: TRY004 - no caller's type
        return self.world.broker

    def sqlite_file(self, party: str) -> Path:
        """The party's SQLite database."""
        return self.world.home(party) / "store.db"

    def set_clock(self, party: str, offset: str) -> None:
        """The party's clock from now on: seconds to add, such as ``-3600``."""
        fresh = self._clock_file(party).with_suffix(".new")
        fresh.write_text(offset)
        fresh.replace(self._clock_file(party))

    def sealed_by(self, party: str, *, most: int, newest: bool) -> list[bytes]:
        """Envelopes that the party sent, as its database keeps them."""
        try:
            with self.world.store(party) as store, store.unit() as unit:
                return unit.outbox.sealed(most=most, newest=newest)
        except StoreError:
            return []  # another fault has the database just now

    def control(self, *words: str) -> str:
        """The broker's own command line."""
        if self.world.broker is None:
            raise RuntimeError("there is no broker")
        return self.world.broker.control(*words)

    def restart(self, name: str) -> None:
        """Starts a process that was ended, or ends and starts one that runs."""
        running = self.world.processes.get(name)
        if running is not None:
            self.world.kill_process(name)
        self.world.start(name)

    def dead(self) -> list[str]:
        """Processes that ended by themselves."""
        return [name for name, one in list(self.world.processes.items()) if one.poll() is not None]

    def look_after(self, *, but: Collection[str] = ()) -> list[str]:
        """Starts what ended by itself again, as a service manager does; tells what should not have.

        A process may end while it starts, with a database or a disk that another fault has just
        then; once it runs it may not. ``but`` names those that a fault has in hand.
        """
        found = []
        for name in self.dead():
            process = self.world.processes.get(name)
            if name in but or process is None or process.poll() is None:
                continue
            if f'"pid":{process.pid},' in self._started(name):
                found.append(f"I10.ended-by-itself {name} with code {process.poll()}")
            self.world.start(name)
        return found

    def _started(self, name: str) -> str:
        lines = self.world.log_file(name).read_text("utf-8", "replace").splitlines()
        return "\n".join(line for line in lines if '"event":"process.started"' in line)

    def process(self, name: str) -> Process:
        """The running process of this name."""
        return self.world.processes[name]

    # --- what is watched ----------------------------------------------------------------------

    @property
    def in_flight(self) -> int:
        """Ops that were asked and have no answer."""
        return sum(client.in_flight for client in self.clients.values())

    def go_on(self) -> None:
        """Load."""
        for client in self.clients.values():
            client.go_on()

    def pause(self) -> None:
        """No new load."""
        for client in self.clients.values():
            client.pause()

    def stores(self) -> list[tuple[str, Store]]:
        """Every party's database, opened to look at; the caller closes them."""
        return [(p, self.world.store(p, looking=True)) for p in (REGISTRY_PARTY, *PARTIES, *ASKERS)]

    def await_quiet(self, patience_s: float) -> tuple[bool, str]:
        """Waits until every answer is there and nobody waits for a receipt; else what is open.

        The patience is that without any progress: a busy machine may take its time, but not for
        longer than four such times.
        """
        stores = self.stores()
        latest = time.monotonic() + 4 * patience_s
        moved, before = time.monotonic(), (-1, -1, -1)
        depths: dict[str, int | None] = {}
        try:
            while True:
                self.look_after()
                for client in self.clients.values():
                    client.look_again()
                now = time.monotonic()
                open_ops = self.in_flight
                if not open_ops:
                    depths = {party: waiting(store) for party, store in stores}
                waits = sum(depth or 0 for depth in depths.values())
                # Of a registry that digests what is poisoned nobody has an answer meanwhile.
                state = (open_ops, waits, self.log_size(REGISTRY_PARTY))
                if (open_ops, waits) == (0, 0) and None not in depths.values():
                    return True, ""
                if state != before:
                    moved, before = now, state
                if now > min(moved + patience_s, latest):
                    break
                time.sleep(_LOOK_S)
        finally:
            for _, store in stores:
                store.close()
        if self.in_flight:
            oldest = "; ".join(filter(None, (c.oldest() for c in self.clients.values())))
            return False, f"no answer: {oldest}"
        return False, f"outbox: { ({p: d for p, d in depths.items() if d != 0}) }"

    def log_events(self, name: str, offset: int, event: str) -> list[dict[str, object]]:
        """The lines of one event in a process's log behind an octet offset."""
        found = []
        try:
            with self.world.log_file(name).open("rb") as log:
                log.seek(offset)
                for line in log.read().splitlines():
                    if event.encode() not in line:
                        continue
                    with contextlib.suppress(ValueError):
                        found.append(json.loads(line))
        except OSError:
            return []
        return [line for line in found if isinstance(line, dict)]

    def log_size(self, name: str) -> int:
        """Octets that a process has logged."""
        try:
            return self.world.log_file(name).stat().st_size
        except OSError:
            return 0

    def _launch(
        self, name: str, words: Sequence[str], log: Path, more: Mapping[str, str]
    ) -> Process:
        """As a fork of a process that has imported everything; one for each environment."""
        if name in ASKERS:
            words = ["gateway.campaign.asker", *words[-2:]]
        key = tuple(sorted(more.items()))
        if key not in self._nurseries:
            self._nurseries[key] = Nursery(more)
        return self._nurseries[key].start(words, log)

    def _workers(self) -> dict[str, int]:
        if self.place is Place.ONE:
            return {}
        return _WORKERS if installed_programs() is not None else {RELAY_USER: 2}

    def _make_disk(self) -> None:
        self.no_disk = why_not()
        if self.no_disk is None:
            self.disk = Disk(self.root / "disk")
            self.disk.mount()
            self.databases[FRANCE] = f"sqlite:///{self.disk.mountpoint}/store.db"

    def _make_clocks(self) -> None:
        found = [path for folder in _LIBRARIES for path in folder.glob(_FAKETIME)]
        if not found:
            self.no_clock = "libfaketime is not installed (setup/campaign.sh)"
            return
        for party in (BELGIUM, REGISTRY_PARTY):
            self._clock_file(party).write_text("+0")
            self.surroundings[party] = {
                "LD_PRELOAD": str(found[0]),
                "FAKETIME_TIMESTAMP_FILE": str(self._clock_file(party)),
                "FAKETIME_CACHE_DURATION": "1",
                # Waits go by the monotonic clock, which no administrator can set.
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "NO_FAKE_STAT": "1",
            }

    def _clock_file(self, party: str) -> Path:
        return self.root / f"clock-{party}"

    def _serials(self) -> Sequence[str]:
        """Serials of firearms that France filed, a few at a time: customs seizes them."""
        number = next(self._seizures)
        if self.clients[FRANCE].last_answer == 0.0:
            return ()
        return [serial_of(FRANCE, 1000 + number % 10)][:_SEIZED_AT_ONCE]


def wait_for(holds: Callable[[], bool], deadline_s: float) -> bool:
    """Whether a condition came in time."""
    end = time.monotonic() + deadline_s
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(_POLL_S)
    return True
