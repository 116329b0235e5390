"""The folder of a private RabbitMQ node: its settings, ports and environment (5.2, 5.11).

It starts nothing.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gateway.exchange.errors import BrokerInstallationError, BrokerStartError
from gateway.exchange.topology import MAX_MESSAGE_OCTETS

_SCRIPTS = "lib/rabbitmq/lib/rabbitmq_server-*/sbin"
_ROOTS = (Path("/usr"), Path("/usr/local"), Path("/opt"))
_TOOL_PORTS = 4
"""Command line tools that may talk to the node at once; each needs a port of its own."""
_SYSTEM_S_OWN = Path("/proc/sys/net/ipv4/ip_local_port_range")
_USUAL_FIRST = 32_768
_LOWEST = 10_240
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._/+@-]+")
_ERLANG_ARGUMENTS = (
    # Without it the distribution listens on all interfaces.
    "-kernel inet_dist_use_interface {127,0,0,1}"
    # Idle schedulers spin by default; on processors shared with the gateway that costs latency.
    " +sbwt none +sbwtdcpu none +sbwtdio none"
)
_LOOPBACK = "127.0.0.1"
_NODE_NAME = "iarms@localhost"
_MADE_LAST = ("queues", "bindings")
_SCHEMA = "schema.DAT"
"""Mnesia's: a node has it from its first moments on."""
_NAMED_BY = {
    "users": ("name",),
    "permissions": ("user", "configure", "write", "read"),
    "exchanges": ("name",),
    "queues": ("name",),
    "bindings": ("source", "destination", "routing_key"),
    "policies": ("name",),
}
_TICK_S = 10
"""Erlang's default of 60 lets a node that hangs hold its queues' leaders for a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeTls:
    """The node's TLS files, and a certificate of the user XPO-BROKER to try a login with."""

    ca_file: Path
    certificate_file: Path
    key_file: Path
    probe_certificate_file: Path
    probe_key_file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePorts:
    """The node's TCP ports, all on loopback; ``tools`` is the first of a run."""

    amqp: int
    distribution: int
    epmd: int
    tools: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A node's place in its cluster; ``members`` are the names of all, its own among them.

    Erlang nodes find each other by one name server and trust each other by one cookie.
    """

    name: str
    members: tuple[str, ...]
    epmd: int
    cookie: str = field(repr=False)


def can_hold_a_node(folder: Path) -> bool:
    """Whether a private node can be started from a folder of this name."""
    return _PLAIN_PATH.fullmatch(str(folder.absolute())) is not None


def find_scripts() -> Path:
    """The folder with RabbitMQ's own scripts; the ones on PATH switch user, cookie and log."""
    found = sorted(folder for root in _ROOTS for folder in root.glob(_SCRIPTS))
    if not found:
        raise BrokerInstallationError(
            "RabbitMQ is not installed",
            expected=f"{_ROOTS[0]}/{_SCRIPTS}",
            remedy="install Debian's package rabbitmq-server (`make setup` does)",
        )
    return found[-1]


def free_ports(amqp: int | None, epmd: int | None = None) -> NodePorts:
    """Ports nobody listens on at this moment; OSError when ``amqp`` is taken.

    ``epmd`` is the cluster's own name server, which may run already.
    """
    with ExitStack() as held:

        def hold(port: int) -> int:  # OSError where it is taken
            listener = held.enter_context(socket.socket())
            # As the broker itself does: a port in TIME_WAIT is free.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((_LOOPBACK, port))
            return int(listener.getsockname()[1])

        def hold_any(run: int = 1) -> int:
            while True:
                chosen = secrets.choice(choice)
                try:
                    for port in range(chosen, chosen + run):
                        hold(port)
                except OSError:
                    continue
                return chosen

        choice = _given_to_nobody()
        return NodePorts(
            amqp=hold(amqp) if amqp else hold_any(),
            distribution=hold_any(),
            epmd=epmd or hold_any(),
            tools=hold_any(_TOOL_PORTS),
        )


def _given_to_nobody() -> range:
    """Ports below those that the system gives to whoever asks for any, and to calls outward.

    One of these would be somebody's before the node listens, or while it is started anew.
    """
    try:
        first = int(_SYSTEM_S_OWN.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        first = _USUAL_FIRST
    return range(_LOWEST, max(first, _USUAL_FIRST // 2) - _TOOL_PORTS)


class NodeFiles:
    """Where everything of one node lies."""

    def __init__(self, home: Path, membership: Membership | None = None) -> None:
        self.home = home
        self.membership = membership
        self.name = _NODE_NAME if membership is None else membership.name
        self.data = home / "data"
        self.log = home / "log"
        self.output = home / "output.log"
        self.node_log = self.log / f"{self.name}.log"
        self.pid_file = home / "node.pid"
        self.definitions = home / "definitions.json"
        self.boot = self.definitions if membership is None else home / "boot.json"
        self._known = home / "node.json"
        self._settings = home / "rabbitmq.conf"
        self._plugins = home / "enabled_plugins"
        self._cookie = home / ".erlang.cookie"
        self._no_environment = home / "env.conf"

    def lost_data(self) -> bool:
        """Whether what a node writes first, and keeps as long as it lives, is gone."""
        return not (self.data / self.name / _SCHEMA).exists()

    def clear_remnants(self) -> None:
        """Removes what is left of a data folder without its heart, before a start.

        A node that found it would take itself for an older one's successor, which takes no quorum
        queue: it would come up with no mailbox at all. A cluster's node stays as it is: the others
        must forget it first (``PrivateCluster.replace``).
        """
        if self.membership is None and self.lost_data():
            shutil.rmtree(self.data, ignore_errors=True)

    def kept_definitions(self) -> dict[str, Any] | None:
        """The definitions of the last start or import."""
        try:
            kept: dict[str, Any] = json.loads(self.definitions.read_text())
        except FileNotFoundError:
            return None
        return kept

    def missing_in(self, held: Mapping[str, Any]) -> tuple[str, ...]:
        """What the kept definitions name and ``held`` (a node's own) do not, in words."""
        kept = self.kept_definitions() or {}
        return tuple(
            f"{kind.rstrip('s').replace('policie', 'policy')} {words}"
            for kind, fields in _NAMED_BY.items()
            for words in sorted(_named(kept, kind, fields) - _named(held, kind, fields))
        )

    def known(self) -> tuple[NodePorts, NodeTls] | None:
        """Ports and TLS files of the last start."""
        try:
            saved = json.loads(self._known.read_text())
        except FileNotFoundError:
            return None
        tls = {name: Path(text) for name, text in saved["tls"].items()}
        return NodePorts(**saved["ports"]), NodeTls(**tls)

    def write(self, ports: NodePorts, tls: NodeTls, definitions: Mapping[str, Any]) -> None:
        """Write all that the node reads at its start; readable by its owner only."""
        self._refuse_odd_paths(tls)
        _refuse_missing(tls)
        for folder in (self.home, self.log):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write(self._settings, self._configuration(ports, tls))
        self._write(self._plugins, "[rabbitmq_auth_mechanism_ssl].\n")
        self._write(self._no_environment, "")
        self.write_definitions(definitions)
        if not self._cookie.exists():
            # Any other mode, and the Erlang VM refuses to start.
            shared = None if self.membership is None else self.membership.cookie
            self._write(self._cookie, shared or secrets.token_hex(32))
        tls_names = {name: str(path.absolute()) for name, path in asdict(tls).items()}
        saved = {"ports": asdict(ports), "tls": tls_names}
        self._write(self._known, json.dumps(saved, indent=2))

    def write_definitions(self, definitions: Mapping[str, Any]) -> None:
        """Replace the definitions in one step: the next boot applies this file again.

        A node of a cluster boots without the queues: made before the others have joined, they
        would have one member for ever.
        """
        self._write(self.definitions, json.dumps(definitions, indent=1))
        if self.membership is not None:
            without = {
                name: () if name in _MADE_LAST else definitions[name] for name in definitions
            }
            self._write(self.boot, json.dumps(without, indent=1))

    def environment(self, ports: NodePorts) -> dict[str, str]:
        """The whole environment of the node and its tools; nothing of the caller's but PATH."""
        return {
            "PATH": os.environ.get("PATH") or os.defpath,
            "LANG": "C.UTF-8",
            "HOME": str(self.home),
            "RABBITMQ_CONF_ENV_FILE": str(self._no_environment),
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_CONFIG_FILE": str(self._settings),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.home / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._plugins),
            "RABBITMQ_MNESIA_BASE": str(self.data),
            "RABBITMQ_LOG_BASE": str(self.log),
            "RABBITMQ_PID_FILE": str(self.pid_file),
            "RABBITMQ_DIST_PORT": str(ports.distribution),
            "RABBITMQ_CTL_DIST_PORT_MIN": str(ports.tools),
            "RABBITMQ_CTL_DIST_PORT_MAX": str(ports.tools + _TOOL_PORTS - 1),
            "ERL_EPMD_PORT": str(ports.epmd),
            "ERL_EPMD_ADDRESS": _LOOPBACK,
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG_ARGUMENTS,
            "ERL_CRASH_DUMP_SECONDS": "0",
        }

    def _configuration(self, ports: NodePorts, tls: NodeTls) -> str:
        member = self.membership
        members = () if member is None else member.members
        return broker_configuration(ports, tls, self.boot, members)

    def _refuse_odd_paths(self, tls: NodeTls) -> None:
        """RabbitMQ's shell scripts and settings have no quoting that holds for every path."""
        for path in (self.home, *asdict(tls).values()):
            if not _PLAIN_PATH.fullmatch(str(path)):
                raise BrokerStartError(
                    "RabbitMQ cannot be started from this path",
                    place=str(path),
                    expected="letters, digits and . _ / + @ - only",
                    remedy="choose another folder",
                )

    def _write(self, path: Path, text: str) -> None:
        fresh = path.with_name(path.name + ".new")
        fresh.touch(mode=0o600)
        fresh.chmod(0o600)
        fresh.write_text(text)
        fresh.replace(path)


def _named(definitions: Mapping[str, Any], kind: str, fields: Sequence[str]) -> set[str]:
    rows = definitions.get(kind, ())
    return {" ".join(str(row.get(each, "")) for each in fields) for row in rows}


def _refuse_missing(tls: NodeTls) -> None:
    for use, path in asdict(tls).items():
        if not path.is_file():
            raise BrokerStartError(
                "a TLS file of the broker is missing",
                place=str(path),
                expected=use.replace("_", " "),
                remedy="`iarms anchor server` makes the broker's own certificate,"
                " `iarms anchor user --name XPO-BROKER` the one to try a login with",
            )


def broker_configuration(
    ports: NodePorts, tls: NodeTls, definitions: Path, members: Sequence[str] = ()
) -> str:
    """``rabbitmq.conf`` of a node that speaks TLS 1.3 with client certificates and nothing else.

    It applies ``definitions`` at its boot; ``members`` are all nodes of its cluster.
    """
    lines: dict[str, object] = {
        "listeners.tcp": "none",
        "listeners.ssl.1": f"{_LOOPBACK}:{ports.amqp}",
        "ssl_options.cacertfile": tls.ca_file.absolute(),
        "ssl_options.certfile": tls.certificate_file.absolute(),
        "ssl_options.keyfile": tls.key_file.absolute(),
        "definitions.local.path": definitions,
        **COMMON_CONFIGURATION,
    }
    return "".join(f"{name} = {value}\n" for name, value in lines.items()) + (
        cluster_configuration(members) if members else ""
    )


def cluster_configuration(members: Sequence[str]) -> str:
    """What each node of a cluster adds to its ``rabbitmq.conf`` (5.11), for RabbitMQ 3.10.

    The delay of the first start is no setting of RabbitMQ 4, which refuses to boot with it.
    """
    numbered = {
        f"cluster_formation.classic_config.nodes.{number}": name
        for number, name in enumerate(members, 1)
    }
    lines = {
        "cluster_formation.peer_discovery_backend": "classic_config",
        **numbered,
        "cluster_formation.target_cluster_size_hint": len(members),
        "cluster_formation.randomized_startup_delay_range.min": 0,
        "cluster_formation.randomized_startup_delay_range.max": 1,
        # A minority that went on alone would confirm what the majority never learns.
        "cluster_partition_handling": "pause_minority",
        "queue_leader_locator": "balanced",
        "net_ticktime": _TICK_S,
    }
    return "".join(f"{name} = {value}\n" for name, value in lines.items())


COMMON_CONFIGURATION: dict[str, object] = {
    "ssl_options.verify": "verify_peer",
    "ssl_options.fail_if_no_peer_cert": "true",
    "ssl_options.versions.1": "tlsv1.3",
    "ssl_options.depth": 1,
    # Per node, not per listener: with PLAIN beside it, a stolen password would do.
    "auth_mechanisms.1": "EXTERNAL",
    "ssl_cert_login_from": "common_name",
    "max_message_size": MAX_MESSAGE_OCTETS,
    "channel_max": 16,
    "heartbeat": 20,
    "consumer_timeout": 900_000,
    "handshake_timeout": 5_000,
    "vm_memory_high_watermark.absolute": "1GB",
    "disk_free_limit.absolute": "200MB",
    "log.console": "false",
    # Deleted users come back at the next boot unless the file is new and is skipped unchanged.
    "definitions.import_backend": "local_filesystem",
    "definitions.skip_if_unchanged": "true",
}
"""What every broker of an exchange must say (config/broker/rabbitmq.conf says it too)."""
