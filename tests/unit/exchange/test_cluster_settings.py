"""What makes three nodes one broker: their settings, and the list by which a party finds them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli import root
from gateway.compose import broker_settings
from gateway.config import FILE_NAME, load_settings
from gateway.errors import ConfigError
from gateway.exchange import (
    Address,
    BrokerCommandError,
    BrokerSettings,
    NodeTls,
    PrivateCluster,
    definitions,
    private_cluster,
)
from gateway.exchange.node_files import Membership, NodeFiles, NodePorts
from gateway.exchange.rabbitmq.session import Session

pytestmark = pytest.mark.unit

PORTS = NodePorts(amqp=5671, distribution=25671, epmd=4369, tools=35671)
NAMES = ("iarms-1@localhost", "iarms-2@localhost", "iarms-3@localhost")
FIRST, SECOND, THIRD = (Address(f"broker-{number}", 5671) for number in (1, 2, 3))


def lines_of(text: str) -> dict[str, str]:
    pairs = (line.partition(" = ") for line in text.splitlines())
    return {name: value for name, _, value in pairs}


@pytest.fixture
def tls(tmp_path: Path) -> NodeTls:
    files = [tmp_path / name for name in ("ca", "crt", "key", "probe", "probe-key")]
    for file in files:
        file.write_text("")
    return NodeTls(
        ca_file=files[0],
        certificate_file=files[1],
        key_file=files[2],
        probe_certificate_file=files[3],
        probe_key_file=files[4],
    )


def member(number: int) -> Membership:
    return Membership(name=NAMES[number - 1], members=NAMES, epmd=4369, cookie="c" * 64)


def test_each_node_knows_all_and_stops_in_a_minority(tmp_path, tls):
    files = NodeFiles(tmp_path / "node-2", member(2))
    files.write(PORTS, tls, definitions(["FRA-NCB"]))
    told = lines_of((tmp_path / "node-2" / "rabbitmq.conf").read_text())
    asked = [told[f"cluster_formation.classic_config.nodes.{number}"] for number in (1, 2, 3)]
    assert asked == list(NAMES)
    assert told["cluster_partition_handling"] == "pause_minority"
    assert told["queue_leader_locator"] == "balanced"
    assert told["auth_mechanisms.1"] == "EXTERNAL"
    assert told["listeners.tcp"] == "none"
    assert files.environment(PORTS)["RABBITMQ_NODENAME"] == NAMES[1]
    assert (tmp_path / "node-2" / ".erlang.cookie").read_text() == "c" * 64


def test_a_node_boots_with_users_and_rights_and_no_queue(tmp_path, tls):
    files = NodeFiles(tmp_path / "node-1", member(1))
    whole = definitions(["FRA-NCB"])
    files.write(PORTS, tls, whole)
    boots = json.loads(files.boot.read_text())
    assert (boots["queues"], boots["bindings"]) == ([], [])
    assert boots["users"] == whole["users"]
    assert json.loads(files.definitions.read_text()) == whole
    assert f"definitions.local.path = {files.boot}" in (files.home / "rabbitmq.conf").read_text()


def test_a_single_node_is_told_of_no_cluster(tmp_path, tls):
    NodeFiles(tmp_path / "one").write(PORTS, tls, definitions([]))
    assert "cluster" not in (tmp_path / "one" / "rabbitmq.conf").read_text()


def test_nodes_share_a_cookie_and_a_name_server_and_nothing_else(tmp_path, tls):
    cluster = PrivateCluster(tmp_path / "b", tls=tls, port=15671)
    assert cluster.names == NAMES
    homes = {node._files.home for node in cluster.nodes}
    assert len(homes) == 3
    assert cluster.running == ()
    assert "cookie" not in repr(member(1))


@pytest.mark.parametrize("words", [["a@1"], ["a@1", "a@2"], ["a@1", "a@2", "a@3", "a@4"]])
def test_a_cluster_that_outlives_no_node_is_not_set_up(words):
    assert CliRunner().invoke(root, ["broker", "settings", *words]).exit_code == 2


def test_settings_of_a_production_cluster_are_printed():
    names = [f"rabbit@broker-{number}.example" for number in (1, 2, 3)]
    done = CliRunner().invoke(root, ["broker", "settings", *names])
    assert done.exit_code == 0
    told = lines_of(done.output)
    assert told["cluster_formation.classic_config.nodes.3"] == names[2]
    assert told["cluster_formation.target_cluster_size_hint"] == "3"


def settings(tmp_path: Path, others: str) -> BrokerSettings:
    (tmp_path / FILE_NAME).write_text(
        f'party = "FRA-NCB"\n[broker]\nhost = "broker-1"\nport = 5671\nothers = {others}\n'
    )
    return broker_settings(load_settings(tmp_path), tmp_path)


def test_a_party_lists_the_nodes_in_its_settings(tmp_path):
    known = settings(tmp_path, '["broker-2:5671", "broker-3:5671", "broker-1:5671"]')
    assert known.addresses == (FIRST, SECOND, THIRD)
    assert known.at(THIRD).addresses == (THIRD,)


@pytest.mark.parametrize("wrong", ['["broker-2"]', '["broker-2:port"]', '[":5671"]', '"b:1"'])
def test_an_address_without_a_port_is_refused(tmp_path, wrong):
    with pytest.raises(ConfigError):
        settings(tmp_path, wrong)


def test_parties_begin_at_different_nodes_and_each_knows_all(tmp_path):
    known = settings(tmp_path, '["broker-2:5671", "broker-3:5671"]')
    orders = [addresses_with(known, jitter) for jitter in (0.0, 0.4, 0.99)]
    assert [order[0] for order in orders] == [FIRST, SECOND, THIRD]
    assert all(sorted(order) == [FIRST, SECOND, THIRD] for order in orders)
    assert addresses_with(replace(known, others=()), 0.99) == (FIRST,)


def addresses_with(known: BrokerSettings, jitter: float) -> tuple[Address, ...]:
    session = Session(known, None, lambda: jitter, lambda: 0.0)  # type: ignore[arg-type] # no link is asked
    session.loop.close()
    return session.addresses()


def test_the_next_node_is_tried_at_once_and_a_whole_round_waits(tmp_path):
    known = settings(tmp_path, '["broker-2:5671", "broker-3:5671"]')
    session = Session(known, None, lambda: 1.0, lambda: 0.0)  # type: ignore[arg-type] # as above
    line = session.publisher
    waits, turns = [], []
    for _ in range(9):
        turns.append(line.settings.host)
        waits.append(round(line._wait_seconds(), 1))
    session.loop.close()
    assert turns == [f"broker-{number}" for number in (1, 2, 3)] * 3
    assert waits == [0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.1, 0.1, 0.4]


class BusyNode:
    """Refuses to take queues so many times."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.asked = 0

    def grow_queues(self) -> None:
        self.asked += 1
        if self.asked <= self.times:
            raise BrokerCommandError("rabbitmq-queues grow failed")


def test_a_new_node_asks_again_for_queues_whose_leaders_are_busy(monkeypatch):
    monkeypatch.setattr(private_cluster, "_GROW_PAUSE", timedelta(0))
    busy = BusyNode(3)
    private_cluster._grow(busy)
    assert busy.asked == 4
    with pytest.raises(BrokerCommandError):
        private_cluster._grow(BusyNode(99))
