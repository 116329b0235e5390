"""A private RabbitMQ node on loopback: its own folder, name, ports, cookie and epmd.

It serves tests, the demo and a first trial; a production broker is the operator's
(config/broker). It makes no certificate and decides no permission.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from gateway.exchange.broker import BrokerSettings
from gateway.exchange.broker_definitions import users_of
from gateway.exchange.errors import (
    BrokerCommandError,
    BrokerDataLostError,
    BrokerStartError,
    BrokerUnreachableError,
    ExchangeError,
)
from gateway.exchange.node_files import (
    Membership,
    NodeFiles,
    NodePorts,
    NodeTls,
    find_scripts,
    free_ports,
)
from gateway.exchange.rabbitmq import probe_login
from gateway.exchange.topology import VHOST
from gateway.exchange.watchdog import ConnectionState

_POLL_SECONDS = 0.05
_LOGIN_SECONDS = 20
_COMMAND_SECONDS = 60
_SETTLE_SECONDS = 2.0
"""A quorum queue killed within a second of its first declaration never serves again (5.4)."""
_MOST_LINES = 25
_ALL_DEFINITIONS = "base64:encode(rabbit_json:encode(rabbit_definitions:all_definitions()))."
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatus:
    """One queue, as of the broker's last count (up to 5 s old)."""

    name: str
    ready: int
    lent: int
    consumers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeStatus:
    """What ``rabbitmqctl`` says of a running node."""

    pid: int
    port: int
    version: str
    alarms: tuple[str, ...]
    queues: tuple[QueueStatus, ...]
    missing: tuple[str, ...]
    """What its definitions name and it does not have: somebody deleted it."""


class PrivateNode:
    """One node in ``home``. Start and stop may happen in different processes."""

    def __init__(
        self,
        home: Path,
        *,
        tls: NodeTls,
        port: int | None = None,
        membership: Membership | None = None,
    ) -> None:
        """With ``membership`` it is a node of a ``PrivateCluster``, which starts and fills it."""
        self._files = NodeFiles(home.absolute(), membership)
        self._tls = tls
        self._port = port
        self._log_before = 0
        self._child: subprocess.Popen[bytes] | None = None

    @classmethod
    def at(cls, home: Path) -> PrivateNode:
        """The node that was started in ``home`` before; BrokerUnreachableError when none was."""
        known = NodeFiles(home.absolute()).known()
        if known is None:
            raise BrokerUnreachableError(
                "no broker was started here",
                place=str(home),
                remedy="start one with `iarms broker start`",
            )
        ports, tls = known
        return cls(home, tls=tls, port=ports.amqp)

    @property
    def pid(self) -> int | None:
        """The node's process, None when it does not run (a stale PID file is seen through)."""
        try:
            pid = int(self._files.pid_file.read_text())
        except (OSError, ValueError):
            return None
        return pid if self._is_ours(pid) else None

    @property
    def port(self) -> int:
        """Where it listens; BrokerUnreachableError when it was never started."""
        return self._ports().amqp

    @property
    def ports(self) -> tuple[int, ...]:
        """Where it listens, as of a broker that may have several nodes."""
        return (self.port,)

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that live."""
        return (pid,) if (pid := self.pid) is not None else ()

    @property
    def is_up(self) -> bool:
        """Whether its process lives."""
        return self.pid is not None

    def settings(self, *, certificate_file: Path, key_file: Path, name: str) -> BrokerSettings:
        """How a user with this certificate reaches the node."""
        return BrokerSettings(
            host="localhost",
            port=self.port,
            vhost=VHOST,
            ca_file=self._tls.ca_file,
            certificate_file=certificate_file,
            key_file=key_file,
            name=name,
        )

    def start(
        self,
        definitions: Mapping[str, Any],
        *,
        timeout: timedelta = timedelta(seconds=180),
        settle: bool = True,
    ) -> None:
        """Start, and wait until a client can log in. A running node takes the definitions live.

        Without ``settle`` it returns while new queues are still being written down: for a caller
        whose next two seconds cannot kill the node. One that runs without its data serves who is
        connected and nobody new: it is stopped, and begins empty.

        Raises BrokerInstallationError, BrokerStartError (with the end of the log).
        """
        if self.pid is not None and self._files.lost_data():
            self.stop()
        if self.pid is not None:
            self.import_definitions(definitions)
            return
        is_new = not self._files.data.exists()
        self.launch(definitions)
        self.await_login(timeout=timeout)
        if is_new and settle:
            time.sleep(_SETTLE_SECONDS)

    def launch(self, definitions: Mapping[str, Any]) -> None:
        """Start the process and return at once; a running one is left alone."""
        scripts = find_scripts()
        if self.pid is not None:
            return
        self._bury_child()
        self._stop_epmd()
        ports = self._choose_ports()
        self._files.clear_remnants()
        log = self._files.node_log
        self._log_before = log.stat().st_size if log.exists() else 0
        self._files.write(ports, self._tls, definitions)
        self._files.pid_file.unlink(missing_ok=True)
        with self._files.output.open("wb") as output:
            self._child = subprocess.Popen(  # noqa: S603 - the package's own script
                ["/bin/sh", str(scripts / "rabbitmq-server")],
                env=self._files.environment(ports),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=self._files.home,
            )

    def await_login(self, *, timeout: timedelta = timedelta(seconds=180)) -> None:
        """Wait until a client can log in; a node that does not get as far is stopped."""
        deadline = time.monotonic() + timeout.total_seconds()
        try:
            self._wait_for_login(deadline)
        except ExchangeError:
            self.stop()
            raise

    def stop(self, *, timeout: timedelta = timedelta(seconds=30)) -> None:
        """Stop the node and its epmd; quietly when there is none."""
        pid = self.pid
        if pid is not None:
            self._end(pid, signal.SIGTERM, timeout)
            self._end(pid, signal.SIGKILL, timeout)
        elif self._child is not None and self._child.poll() is None:
            # The start did not get as far as a PID file.
            os.killpg(self._child.pid, signal.SIGKILL)
        self._bury_child()
        self._files.pid_file.unlink(missing_ok=True)
        self._stop_epmd()

    def kill(self) -> None:
        """End the node as a power cut would its process (SIGKILL)."""
        pid = self.pid
        if pid is not None:
            self._end(pid, signal.SIGKILL, timedelta(seconds=10))
        self._bury_child()

    def import_definitions(self, definitions: Mapping[str, Any]) -> None:
        """Take new definitions live; users that are no longer in them are cut off and deleted.

        BrokerCommandError where something of them is not there afterwards: the tool imports what
        it can, and says nothing of the rest.
        """
        self._files.write_definitions(definitions)
        self.control("import_definitions", str(self._files.definitions))
        held = self._held_definitions()
        if self._files.missing_in(held):
            # A folder that was not empty counts as an older node's, of which nobody knows yet
            # whether it takes quorum queues.
            self.control("enable_feature_flag", "all")
            self.control("import_definitions", str(self._files.definitions))
            held = self._held_definitions()
            if missing := self._files.missing_in(held):
                raise BrokerCommandError(
                    "the broker did not take all definitions",
                    place=str(self._files.home),
                    value=", ".join(missing),
                    remedy=f"iarms broker stop --home {self._files.home}; rm -r"
                    f" {self._files.data}; iarms broker start --home {self._files.home}: an empty"
                    " one loses nothing that was accepted",
                )
        for user in users_of(held) - users_of(definitions):
            self.control("delete_user", user)
        time.sleep(_SETTLE_SECONDS)

    def missing(self) -> tuple[str, ...]:
        """What the kept definitions name and the running node does not have, in words."""
        return self._files.missing_in(self._held_definitions())

    def _held_definitions(self) -> dict[str, Any]:
        """All that the running node has."""
        # The tool's own export fails in 3.10.8 on what it is to print; this is what it asks for.
        told = self.control("eval", _ALL_DEFINITIONS)
        held: dict[str, Any] = json.loads(b64decode("".join(_QUOTED.findall(told))))
        return held

    def keep_definitions(self, definitions: Mapping[str, Any]) -> None:
        """For the next start; nothing is told to a node that runs."""
        self._files.write_definitions(definitions)

    def status(self) -> NodeStatus:
        """Queues and alarms. BrokerUnreachableError when the node does not run."""
        pid = self.pid
        if pid is None:
            raise BrokerUnreachableError(
                "the broker does not run",
                place=str(self._files.home),
                remedy=f"iarms broker start --home {self._files.home}",
            )
        if self._files.lost_data():
            raise BrokerDataLostError(
                "the broker runs, but its data folder is gone: it serves who is connected, and"
                " nobody who comes",
                place=str(self._files.data),
                remedy=f"iarms broker start --home {self._files.home} stops it and starts it"
                " empty; nothing that was accepted is lost by it",
            )
        status = json.loads(self.control("status", "--formatter", "json"))
        rows = json.loads(
            self.control(
                "list_queues", "-p", VHOST, "--formatter", "json",
                "name", "messages_ready", "messages_unacknowledged", "consumers",
            )
        )  # fmt: skip
        return NodeStatus(
            pid=pid,
            port=self.port,
            version=str(status["rabbitmq_version"]),
            alarms=tuple(str(alarm) for alarm in status["alarms"]),
            queues=tuple(sorted(map(_queue_status, rows), key=lambda queue: queue.name)),
            missing=self.missing(),
        )

    def connections(self) -> list[ConnectionState]:
        """Every client's connection. BrokerCommandError when the node does not answer."""
        listed = self.control(
            "list_connections", "--formatter", "json", "pid", "user", "state", "recv_oct"
        )
        return [
            ConnectionState(
                pid=str(row["pid"]),
                user=str(row["user"]),
                state=str(row["state"]),
                received_octets=int(row["recv_oct"] or 0),
            )
            for row in json.loads(listed)
        ]

    def disconnect(self, user: str, reason: str) -> None:
        """Close all connections of ``user`` at once; it may come back."""
        self.control("close_all_user_connections", user, reason)

    def control(self, *words: str) -> str:
        """Run ``rabbitmqctl`` against this node; its output. BrokerCommandError when it fails."""
        return self._tool("rabbitmqctl", words)

    def grow_queues(self) -> None:
        """Make this node a member of every queue that has too few (it is new in its cluster)."""
        self._tool("rabbitmq-queues", ("grow", self._files.name, "all"))

    def _tool(self, tool: str, words: Sequence[str]) -> str:
        command = [str(find_scripts() / tool), "--quiet", *words]
        done = _run(command, self._files.environment(self._ports()))
        if done.returncode:
            raise BrokerCommandError(
                f"{tool} {words[0]} failed",
                place=str(self._files.home),
                value=(done.stderr or done.stdout).strip(),
                remedy=f"read {self._files.node_log}; a node that hangs: iarms broker stop and"
                f" iarms broker start, each with --home {self._files.home}",
            )
        return done.stdout

    def _ports(self) -> NodePorts:
        known = self._files.known()
        if known is None:
            raise BrokerUnreachableError(
                "the broker was never started", place=str(self._files.home)
            )
        return known[0]

    def _choose_ports(self) -> NodePorts:
        known = self._files.known()
        wanted = self._port or (known[0].amqp if known else None)
        try:
            member = self._files.membership
            return free_ports(wanted, None if member is None else member.epmd)
        except OSError as error:
            raise BrokerStartError(
                "the broker's port is taken",
                place=f"127.0.0.1:{wanted}",
                value=str(error),
                remedy="stop the other process, or choose another port",
            ) from error

    def _wait_for_login(self, deadline: float) -> None:
        """A TCP probe or an exit status would prove nothing (5.2): log in, and compare the PID."""
        last = "the node wrote no PID file"
        while time.monotonic() < deadline:
            if self._child is not None and self._child.poll() is not None:
                raise self._start_error("the node ended while starting")
            if self.pid is not None:
                try:
                    probe_login(self._probe_settings(), timeout=timedelta(seconds=_LOGIN_SECONDS))
                except BrokerUnreachableError as error:
                    last = str(error.value)
                else:
                    return
            time.sleep(_POLL_SECONDS)
        raise self._start_error(f"no login in time: {last}")

    def _probe_settings(self) -> BrokerSettings:
        return self.settings(
            certificate_file=self._tls.probe_certificate_file,
            key_file=self._tls.probe_key_file,
            name="probe",
        )

    def _start_error(self, what: str) -> BrokerStartError:
        tails = [
            _telling_lines(self._files.output, 0),
            _telling_lines(self._files.node_log, self._log_before),
        ]
        return BrokerStartError(
            what,
            place=str(self._files.home),
            value="\n".join(tail for tail in tails if tail) or "the log is empty",
            expected="a TLS login with the probe's certificate",
            remedy=f"read {self._files.node_log}",
        )

    def _is_ours(self, pid: int) -> bool:
        """Whether ``pid`` lives and was started with this data folder.

        The number of a stale PID file may be another process's by now.
        """
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            return False
        own = b"RABBITMQ_MNESIA_BASE=" + os.fsencode(self._files.data)
        return own in environment and state != "Z"

    def _end(self, pid: int, sign: signal.Signals, timeout: timedelta) -> None:
        # The node removes its PID file before it ends, so the process itself is watched.
        if self._is_ours(pid):
            os.kill(pid, sign)
            _wait_until(lambda: not self._is_ours(pid), timeout)

    def _bury_child(self) -> None:
        """Wait for the starting shell, which ends with the node."""
        if self._child is not None:
            self._child.wait()
            self._child = None

    def _stop_epmd(self) -> None:
        """The name server outlives its node and refuses to go while one is registered."""
        known = self._files.known()
        # A cluster's name server serves its other nodes too.
        if known is not None and self._files.membership is None:
            stop_name_server(known[0].epmd, self._files.environment(known[0]))


def stop_name_server(port: int, environment: Mapping[str, str]) -> None:
    """End the ``epmd`` on ``port``; it stays while a node is registered there."""
    epmd = shutil.which("epmd")
    if epmd is None:
        return
    command = [epmd, "-port", str(port)]

    def is_gone() -> bool:
        _run([*command, "-kill"], environment)
        return _run([*command, "-names"], environment).returncode != 0

    _wait_until(is_gone, timedelta(seconds=5))


def _run(
    command: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    try:
        return _run_in_time(command, environment)
    except subprocess.TimeoutExpired:
        late = f"no answer within {_COMMAND_SECONDS} s: the node hangs, or was halted"
        return subprocess.CompletedProcess(command, returncode=1, stdout="", stderr=late)


def _run_in_time(
    command: Sequence[str], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - RabbitMQ's own tools, arguments are ours
        command,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_COMMAND_SECONDS,
        check=False,
    )


def _wait_until(holds: Callable[[], bool], timeout: timedelta) -> None:
    deadline = time.monotonic() + timeout.total_seconds()
    while not holds() and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def _queue_status(row: Mapping[str, Any]) -> QueueStatus:
    # A queue that was not counted yet has empty strings.
    return QueueStatus(
        name=str(row["name"]),
        ready=int(row["messages_ready"] or 0),
        lent=int(row["messages_unacknowledged"] or 0),
        consumers=int(row["consumers"] or 0),
    )


def _telling_lines(path: Path, before: int) -> str:
    """The first errors in a log: what follows them are their consequences; else its end.

    The first ``before`` octets are of earlier starts, and tell of other troubles.
    """
    try:
        lines = path.read_bytes()[before:].decode(errors="replace").splitlines()
    except OSError:
        return ""
    errors = [line for line in lines if "[error]" in line]
    return "\n".join(errors[:_MOST_LINES] if errors else lines[-_MOST_LINES:])
