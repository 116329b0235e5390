"""Sets a world up in one folder and starts and stops its processes.

It tells no story and sends no message.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from gateway.config import FILE_NAME, load_settings
from gateway.exchange import (
    CLUSTER_FILE,
    PROBE_USER,
    NodeTls,
    PrivateCluster,
    PrivateNode,
    can_hold_a_node,
    definitions,
)
from gateway.grants import NCB_SENDS, REGISTRY_SENDS
from gateway.ids import REGISTRY_PARTY, RELAY_USER
from gateway.store import Store
from keys import ceremony
from keys.sealed import INTERACTIVE

_PIDS = "processes.json"
NO_WORKERS: Mapping[str, int] = {}
_POLL_S = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A party with a node: its name, adapter, office, and what it may send."""

    party: str
    adapter: str
    office: str
    sends: tuple[str, ...] = NCB_SENDS
    settle_s: float = 0.1
    more: str = ""  # of its settings, as TOML
    delivery: str = ""  # of the section [delivery], as TOML


class Process(Protocol):
    """A process of a world, as ``subprocess.Popen`` gives it."""

    pid: int

    def poll(self) -> int | None:
        """Its exit code once it has ended."""

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended; ``subprocess.TimeoutExpired``."""

    def send_signal(self, sig: int, /) -> None:
        """A signal, where it lives."""

    def kill(self) -> None:
        """SIGKILL."""


Launch = Callable[[str, Sequence[str], Path, Mapping[str, str]], Process]
"""Starts ``python -m`` of some words for a name, with a log and what its environment has more."""


def spawn(name: str, words: Sequence[str], log: Path, more: Mapping[str, str]) -> Process:  # noqa: ARG001 - the shape of a launch
    """As a new program: the ``Launch`` of a world that names no other."""
    with log.open("ab") as out:
        return subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-m", *words],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            env=os.environ | more,
        )


class World:
    """Everything of one run lies in ``root``; ``members`` get a node each."""

    def __init__(
        self,
        root: Path,
        members: Sequence[Member],
        *,
        resend_first_s: float = 5.0,
        databases: Callable[[str], str] = lambda _: "sqlite:///store.db",
        port_of: Callable[[str, int], int] = lambda _, port: port,
        surroundings: Callable[[str], Mapping[str, str]] = lambda _: {},
        enrolled_since: timedelta = timedelta(0),
        broker_nodes: int = 1,
        workers: Mapping[str, int] = NO_WORKERS,
        visitors: Sequence[str] = (),
        countersigned: bool = False,
        launch: Launch = spawn,
    ) -> None:
        """``broker_nodes`` above one make a cluster; ``workers`` tells of whom several processes
        run on one database (``FRA-NCB.2`` is the second of FRA-NCB); ``visitors`` are names that
        have a mailbox and a certificate and nothing else; ``countersigned`` is the root's policy
        by which everybody asks for everybody's countersignature; ``launch`` starts a process.

        ``port_of`` tells where a party finds the broker that listens on a port (a proxy may
        stand between), ``surroundings`` what is added to the environment of its process,
        ``enrolled_since`` how long ago everybody's keys were made (a message from before them is
        refused).
        """
        self.root = root.absolute()
        self.members = tuple(members)
        self.broker: PrivateNode | PrivateCluster | None = None
        self.officers: Sequence[ceremony.Signer] = ()
        """Who sign for the centre of this world, in one memory; nowhere else is that so."""
        self.desk: ceremony.Desk | None = None
        """The centre's desk, which gives certificates; open from ``make`` on."""
        self.processes: dict[str, Process] = {}
        self._resend_first_s = resend_first_s
        self._databases = databases
        self._port_of = port_of
        self._surroundings = surroundings
        self._enrolled_since = enrolled_since
        self._broker_nodes = broker_nodes
        self._workers = workers
        self._visitors = tuple(visitors)
        self._countersigned = countersigned
        self._launch = launch

    # --- places -------------------------------------------------------------------------------

    def home(self, name: str) -> Path:
        """The home folder of a party or of the relay."""
        return self.root / "homes" / name

    def incoming(self, party: str) -> Path:
        """Where the party's national system puts its files."""
        return self.home(party) / "files" / "in"

    def outgoing(self, party: str) -> Path:
        """Where its answers appear."""
        return self.home(party) / "files" / "out"

    def log_file(self, name: str) -> Path:
        """The log of a process."""
        return self.root / "logs" / f"{name}.log"

    @property
    def trust(self) -> Path:
        """The centre's trust folder."""
        return self.root / "trust"

    # --- set up -------------------------------------------------------------------------------

    def make(self) -> None:
        """Makes keys, certificates, the signed directory and every home folder, all anew."""
        stop_world(self.root)
        if self.root.exists():
            shutil.rmtree(self.root)
        for folder in (self.root, self.root / "homes", self.root / "logs"):
            folder.mkdir(mode=0o700, parents=True)
        now = datetime.now(UTC) - self._enrolled_since
        desk_pass = secrets.token_bytes(24)
        # Five officers who live as long as this call; nobody is trusted alone in a trial either.
        self.officers = ceremony.found_alone(
            self.trust,
            desk_pass,
            now=now,
            random=os.urandom,
            cost=INTERACTIVE,
            countersigned=self._countersigned,
        )
        self.desk = desk = ceremony.open_desk(self.trust, desk_pass)
        ceremony.issue_server(desk, self.root / "broker-tls", now=now)
        for user in (PROBE_USER, RELAY_USER, *self._visitors):
            ceremony.set_up_user(desk, self.home(user), user, now=now)
        parties = [(m.party, m.sends) for m in self.members]
        for party, sends in [*parties, (REGISTRY_PARTY, REGISTRY_SENDS)]:
            self._enrol(desk, party, sends, now)
        ceremony.publish(self.trust, self.officers, now=now)
        for name in (RELAY_USER, REGISTRY_PARTY, *(m.party for m in self.members)):
            ceremony.hand_over(self.trust, self.home(name) / "trust")

    def hand_over(self) -> None:
        """Gives everybody what the centre has published since."""
        for name in self.names:
            ceremony.hand_over(self.trust, self.home(name) / "trust")

    def start_broker(self) -> PrivateNode | PrivateCluster:
        """Starts the private broker and writes the settings that name its ports."""
        tls = self.root / "broker-tls"
        probe = self.home(PROBE_USER) / "broker"
        files = NodeTls(
            ca_file=tls / "ca.pem",
            certificate_file=tls / "server.pem",
            key_file=tls / "server-key.pem",
            probe_certificate_file=probe / "client.pem",
            probe_key_file=probe / "client-key.pem",
        )
        home = self.root / "broker"
        self.broker = (
            PrivateNode(home, tls=files)
            if self._broker_nodes == 1
            else PrivateCluster(home, tls=files, size=self._broker_nodes)
        )
        # The processes that start next take longer than new queues need to settle.
        self.broker.start(self.definitions(), settle=False)
        self.note_pids()
        self._settings(RELAY_USER, "")
        self._settings(REGISTRY_PARTY, _office("Registry operations"))
        for member in self.members:
            shared = (
                f'\n[files]\nadapter = "{member.adapter}"\nsettle_s = {member.settle_s}\n'
                + _office(member.office)
                + member.more
            )
            self._settings(member.party, shared, delivery=member.delivery)
        for party, count in self._workers.items():
            for number in range(2, count + 1):
                self._second_home(party, f"{party}.{number}")
        return self.broker

    def definitions(self) -> dict[str, Any]:
        """What the broker is told: a mailbox for everybody."""
        return definitions([*(m.party for m in self.members), *self._visitors])

    def restart_broker(self) -> None:
        """Starts the broker again where it was, after it was stopped or killed."""
        if self.broker is None:
            raise RuntimeError("the broker was never started")
        self.broker.start(self.definitions())

    # --- processes ----------------------------------------------------------------------------

    def start(self, name: str) -> None:
        """Starts the process of a party or of the relay; ``wait_ready`` waits for it."""
        party = name.partition(".")[0]
        noun = {RELAY_USER: "relay", REGISTRY_PARTY: "hub"}.get(party, "node")
        words = ["gateway.cli", noun, "run", "--home", str(self.home(name))]
        more = self._surroundings(name)
        self.processes[name] = self._launch(name, words, self.log_file(name), more)
        self.note_pids()

    def start_all(self) -> None:
        """The relay, the hub and every node, side by side, until all are connected."""
        names = self.names
        for name in names:
            self.start(name)
        for name in names:
            self.wait_ready(name)

    @property
    def names(self) -> tuple[str, ...]:
        """Every process of the exchange: the relays, the hubs, the nodes."""
        parties = (RELAY_USER, REGISTRY_PARTY, *(m.party for m in self.members))
        return tuple(
            party if number == 1 else f"{party}.{number}"
            for party in parties
            for number in range(1, self._workers.get(party, 1) + 1)
        )

    def wait_ready(self, name: str, *, deadline_s: float = 180.0) -> None:
        """Until the process has its link; RuntimeError with its log's end when it does not come."""
        process = self.processes[name]

        def ready() -> bool:
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended early:\n{self.log_tail(name)}")
            return f'"pid":{process.pid},' in self._links_up(name)

        wait_until(ready, f"{name} to connect to the broker", deadline_s)

    def stop_process(self, name: str) -> None:
        """Ends a process as an operator would."""
        self._end(self.processes.pop(name), signal.SIGTERM)
        self.note_pids()

    def kill_process(self, name: str) -> None:
        """Ends a process as a power cut would."""
        self._end(self.processes.pop(name), signal.SIGKILL)
        self.note_pids()

    def stop(self) -> None:
        """Ends everything; the folders stay."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            self._end(process, signal.SIGTERM)
        self.processes.clear()
        if self.broker is not None:
            self.broker.stop()
        (self.root / _PIDS).unlink(missing_ok=True)

    def store(self, party: str, *, looking: bool = False) -> Store:
        """The party's database; ``looking`` keeps no writer waiting."""
        from gateway.config import database_url  # noqa: PLC0415 - only who looks needs it

        home = self.home(party)
        return Store.open(database_url(load_settings(home), home), looking=looking)

    def log_tail(self, name: str, lines: int = 30) -> str:
        """The end of a process's log."""
        return "\n".join(self.log_file(name).read_text("utf-8", "replace").splitlines()[-lines:])

    def note_pids(self) -> None:
        """Notes what runs, so that another process can stop it."""
        pids: dict[str, Any] = {name: p.pid for name, p in dict(self.processes).items()}
        (self.root / _PIDS).write_text(json.dumps(pids))

    # --- parts --------------------------------------------------------------------------------

    def _enrol(self, desk: ceremony.Desk, party: str, sends: Sequence[str], now: datetime) -> None:
        home = self.home(party)
        home.mkdir(mode=0o700)
        passphrase = secrets.token_hex(24).encode()
        file = home / "identity.pass"
        file.touch(mode=0o600)
        file.write_bytes(passphrase)
        ceremony.set_up_party(
            desk,
            home,
            party,
            passphrase,
            sends=sends,
            now=now,
            random=os.urandom,
            cost=INTERACTIVE,
        )

    def _settings(self, name: str, more: str, *, delivery: str = "") -> None:
        if self.broker is None:
            raise RuntimeError("the broker was never started")
        first, *others = (self._port_of(name, port) for port in self.broker.ports)
        listed = ", ".join(f'"localhost:{port}"' for port in others)
        text = (
            f'party = "{name}"\ndatabase = "{self._databases(name)}"\ntest = true\n'
            f"\n[broker]\nport = {first}\nothers = [{listed}]\n"
            f"\n[delivery]\nresend_first_s = {self._resend_first_s}\n{delivery}\n{more}"
        )
        (self.home(name) / FILE_NAME).write_text(text)

    def _second_home(self, party: str, name: str) -> None:
        """The same keys and settings in a folder of its own; the national system's are shared."""
        files = self.home(party) / "files"
        shutil.copytree(self.home(party), self.home(name))
        files.mkdir(exist_ok=True)
        (self.home(name) / "files").symlink_to(files)

    def _links_up(self, name: str) -> str:
        lines = self.log_file(name).read_text("utf-8", "replace").splitlines()
        return "\n".join(line for line in lines if '"up":true' in line)

    @staticmethod
    def _end(process: Process, sign: int) -> None:
        process.send_signal(sign)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def world_folder(state: Path) -> Path:
    """``state``, or a folder of this user under the temporary one where RabbitMQ cannot start.

    RabbitMQ takes no path with a blank or an accent in it (5.2); a clone may well lie in one.
    Raises ``RuntimeError`` when somebody else's folder lies there.
    """
    state = state.absolute()
    if can_hold_a_node(state):
        return state
    name = hashlib.sha256(os.fsencode(state)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"iarms-demo-{os.getuid()}-{name}"
    if folder.is_symlink() or (folder.exists() and folder.stat().st_uid != os.getuid()):
        raise RuntimeError(f"{folder} belongs to another user")
    return folder


def stop_world(root: Path) -> bool:
    """Ends what an earlier run in ``root`` left running; tells whether there was anything."""
    file = root / _PIDS
    pids = json.loads(file.read_text()).values() if file.exists() else ()
    running = [pid for pid in pids if _is_ours(pid)]
    for pid in running:
        os.kill(pid, signal.SIGTERM)
    for pid in running:
        wait_until(partial(_is_gone, pid), f"process {pid} to end", 20)
    was_up = bool(running)
    broker = _broker_in(root / "broker")
    if broker is not None:
        was_up = was_up or broker.is_up
        broker.stop()
    file.unlink(missing_ok=True)
    return was_up


def _broker_in(home: Path) -> PrivateNode | PrivateCluster | None:
    if (home / CLUSTER_FILE).exists():
        return PrivateCluster.at(home)
    return PrivateNode.at(home) if (home / "node.json").exists() else None


def wait_until(holds: Callable[[], bool], what: str, deadline_s: float) -> None:
    """Waits for a condition; TimeoutError names ``what`` did not come."""
    end = time.monotonic() + deadline_s
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {deadline_s:.0f} s for {what}")
        time.sleep(_POLL_S)


def _is_ours(pid: int) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    # Its own words, or those of the server that it was forked from.
    return any(word in words for word in (b"gateway.cli", b"gateway.campaign.nursery"))


def _is_gone(pid: int) -> bool:
    return not _is_ours(pid)


def _office(name: str) -> str:
    return f'\n[office]\nname = "{name}"\ntelephone = "+00 000 0000"\n'
