"""Three (or more) private RabbitMQ nodes on loopback that are one broker.

It serves tests, trials and campaigns; a production cluster has a machine for each node, with the
same settings (`iarms broker settings` prints them). A party reaches it by a list of addresses.
"""

from __future__ import annotations

import json
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from gateway.exchange.broker import Address, BrokerSettings
from gateway.exchange.errors import BrokerCommandError, BrokerUnreachableError
from gateway.exchange.node_files import Membership, NodeTls, free_ports
from gateway.exchange.private_node import NodeStatus, PrivateNode, stop_name_server
from gateway.exchange.topology import VHOST
from gateway.exchange.watchdog import ConnectionState

CLUSTER_FILE = "cluster.json"
_FIRST_START = timedelta(seconds=120)
_AGAIN = timedelta(seconds=120)
_GROW_TRIES, _GROW_PAUSE = 6, timedelta(seconds=2)


class PrivateCluster:
    """``size`` nodes, each in a folder of its own under ``home``: ``node-1``, ``node-2``, …"""

    def __init__(self, home: Path, *, tls: NodeTls, size: int = 3, port: int | None = None) -> None:
        """``port`` is the first node's; the others take the next ones. None takes free ones."""
        self._home = home.absolute()
        self._tls = tls
        ports = [port and port + number for number in range(size)]
        members = tuple(f"iarms-{number}@localhost" for number in range(1, size + 1))
        epmd, cookie = self._known() or (free_ports(None).epmd, secrets.token_hex(32))
        self._saved = {"tls": _texts(tls), "ports": ports, "epmd": epmd, "cookie": cookie}
        self.names = members
        self.nodes = tuple(
            PrivateNode(
                self._folder(number),
                tls=tls,
                port=ports[number - 1],
                membership=Membership(name=name, members=members, epmd=epmd, cookie=cookie),
            )
            for number, name in enumerate(members, 1)
        )

    @classmethod
    def at(cls, home: Path) -> PrivateCluster:
        """The cluster that was started in ``home``; BrokerUnreachableError when none was."""
        try:
            saved = json.loads((home / CLUSTER_FILE).read_text())
        except FileNotFoundError as error:
            raise BrokerUnreachableError(
                "no cluster was started here",
                place=str(home),
                remedy="start one with `iarms broker start --nodes 3`",
            ) from error
        tls = NodeTls(**{name: Path(text) for name, text in saved["tls"].items()})
        return cls(home, tls=tls, size=len(saved["ports"]), port=saved["ports"][0])

    @property
    def running(self) -> tuple[PrivateNode, ...]:
        """The nodes whose process lives."""
        return tuple(node for node in self.nodes if node.pid is not None)

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Where the nodes listen; BrokerUnreachableError when they were never started."""
        return tuple(Address("localhost", node.port) for node in self.nodes)

    @property
    def ports(self) -> tuple[int, ...]:
        """Where the nodes listen, in their order."""
        return tuple(node.port for node in self.nodes)

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that live."""
        return tuple(pid for node in self.nodes if (pid := node.pid) is not None)

    @property
    def is_up(self) -> bool:
        """Whether any node's process lives."""
        return bool(self.running)

    def settings(self, *, certificate_file: Path, key_file: Path, name: str) -> BrokerSettings:
        """How a user with this certificate reaches the cluster, whichever node is away."""
        first = self.nodes[0]
        one = first.settings(certificate_file=certificate_file, key_file=key_file, name=name)
        return replace(one, others=self.addresses[1:])

    def start(self, definitions: Mapping[str, Any], *, settle: bool = True) -> None:  # noqa: ARG002 - as a single node; queues made by an import always settle
        """Start every node that does not run, and wait for all.

        The first time the first node is up before the others ask it, and the definitions come
        last, for a queue has as many members as there were nodes when it was made. Later all start
        at once, because a node may wait for one that ended after it.

        Raises BrokerInstallationError, BrokerStartError.
        """
        is_new = not any((self._folder(number) / "data").exists() for number in self._numbers())
        self._save()
        if is_new:
            self.nodes[0].launch(definitions)
            self.nodes[0].await_login(timeout=_FIRST_START)
        for node in self.nodes:
            node.launch(definitions)
        for node in self.nodes:
            node.await_login(timeout=_AGAIN)
        if is_new:
            self.import_definitions(definitions)

    def restart(self, number: int, definitions: Mapping[str, Any]) -> None:
        """Start node ``number`` (from 1) again, after it was stopped or killed."""
        node = self.nodes[number - 1]
        node.launch(definitions)
        node.await_login(timeout=_AGAIN)

    def replace(self, number: int, definitions: Mapping[str, Any]) -> None:
        """Put an empty node in the place of one whose data is lost.

        The others forget the old one, the new one joins, and every queue gets its member again.
        """
        node, name = self.nodes[number - 1], self.names[number - 1]
        node.stop()
        self.control("forget_cluster_node", name)
        shutil.rmtree(self._folder(number) / "data", ignore_errors=True)
        self.restart(number, definitions)
        _grow(node)

    def stop(self) -> None:
        """Stop all nodes and their name server; quietly when there are none."""
        for node in self.nodes:
            node.stop()
        stop_name_server(int(str(self._saved["epmd"])), {"PATH": "/usr/bin:/bin", "HOME": "/"})

    def kill(self) -> None:
        """End all nodes as a power cut would."""
        for node in self.nodes:
            node.kill()

    def import_definitions(self, definitions: Mapping[str, Any]) -> None:
        """Take new definitions live; users that are no longer in them are deleted.

        Every node keeps them: one that was away must not bring back what they say no more.
        """
        one = self._one()
        for node in self.nodes:
            node.keep_definitions(definitions)
        one.import_definitions(definitions)

    def status(self) -> NodeStatus:
        """Queues and alarms, as a running node sees them."""
        return self._one().status()

    def connections(self) -> list[ConnectionState]:
        """Every client's connection at any node."""
        return self._one().connections()

    def disconnect(self, user: str, reason: str) -> None:
        """Close all connections of ``user``, at whichever node."""
        self._one().disconnect(user, reason)

    def control(self, *words: str) -> str:
        """Run ``rabbitmqctl`` against a running node."""
        return self._one().control(*words)

    def members(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Of each queue: the node of its leader, and the nodes that hold it and are up."""
        rows = json.loads(
            self.control(
                "list_queues", "-p", VHOST, "--formatter", "json", "name", "leader", "online"
            )
        )
        return {
            str(row["name"]): (str(row["leader"]), tuple(map(str, row["online"] or ())))
            for row in rows
        }

    def _one(self) -> PrivateNode:
        for node in self.running:
            return node
        raise BrokerUnreachableError(
            "no node of the cluster runs",
            place=str(self._home),
            remedy="start it with `iarms broker start`",
        )

    def _numbers(self) -> range:
        return range(1, len(self.nodes) + 1)

    def _folder(self, number: int) -> Path:
        return self._home / f"node-{number}"

    def _known(self) -> tuple[int, str] | None:
        try:
            saved = json.loads((self._home / CLUSTER_FILE).read_text())
        except FileNotFoundError:
            return None
        return int(saved["epmd"]), str(saved["cookie"])

    def _save(self) -> None:
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._home / (CLUSTER_FILE + ".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(self._saved, indent=2))
        fresh.replace(self._home / CLUSTER_FILE)


def _grow(node: PrivateNode) -> None:
    """A queue whose leader is busy or just being chosen takes no member; those that did stay.

    Raises BrokerCommandError when some will not after all tries.
    """
    for left in reversed(range(_GROW_TRIES)):
        try:
            node.grow_queues()
        except BrokerCommandError:
            if not left:
                raise
            time.sleep(_GROW_PAUSE.total_seconds())
        else:
            return


def _texts(tls: NodeTls) -> dict[str, str]:
    return {name: str(path.absolute()) for name, path in asdict(tls).items()}
