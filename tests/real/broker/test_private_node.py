"""The private node: its start and stop, its ports, and the errors it gives."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import traceback
from datetime import timedelta
from pathlib import Path

import pytest
from real_broker import RunningBroker, private_broker

from gateway.exchange import (
    BrokerDataLostError,
    BrokerStartError,
    BrokerUnreachableError,
    NodeTls,
    PrivateNode,
    definitions,
    kept_definitions,
    probe_login,
)
from gateway.exchange.node_files import COMMON_CONFIGURATION, NodeFiles, free_ports

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[3]
LISTENING = "0A"
ORDINARY_USER = 54321
"""A number without a name: nothing of the machine belongs to it."""


def listeners(pid_of_any: set[int]) -> set[str]:
    """Local addresses (hex) of the listening TCP sockets of these processes."""
    sockets = set()
    for pid in pid_of_any:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            target = str(descriptor.readlink())
            if target.startswith("socket:["):
                sockets.add(target[8:-1])
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENING and fields[9] in sockets:
                found.add(fields[1].partition(":")[0])
    return found


def processes_with(text: str) -> set[int]:
    """Processes whose environment names ``text``."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if text.encode() in (folder / "environ").read_bytes():
                found.add(int(folder.name))
        except OSError:
            continue
    return found


@pytest.fixture(scope="class")
def broker(tmp_path_factory):
    folder = tmp_path_factory.mktemp("life")
    with private_broker(folder, ["FRA-NCB"]) as broker:
        yield broker
    left = processes_with(str(folder))
    assert left == set(), "the node or its name server outlived the stop"


class TestLife:
    """One node, from its first start to its last stop."""

    def home(self, broker: RunningBroker) -> Path:
        return broker.tls.path.parent / "broker"

    def test_every_port_is_on_loopback(self, broker):
        own = processes_with(str(self.home(broker)))
        assert broker.node.pid in own
        loopback = {"0100007F", "00000000000000000000000001000000"}
        found = listeners(own)
        assert found
        assert found <= loopback

    def test_its_secrets_are_its_owner_s(self, broker):
        home = self.home(broker)
        assert home.stat().st_mode & 0o077 == 0
        for name in ("definitions.json", ".erlang.cookie", "rabbitmq.conf", "node.json"):
            assert (home / name).stat().st_mode & 0o077 == 0, name

    def test_a_second_start_takes_the_running_node_and_gives_back_what_was_deleted(self, broker):
        home, node, pid = self.home(broker), broker.node, broker.node.pid
        node.control("delete_queue", "-p", "iarms", "out.FRA-NCB.urgent.1")
        node.control("delete_user", "FRA-NCB")
        assert {"user FRA-NCB", "queue out.FRA-NCB.urgent.1"} <= set(node.missing())
        kept = kept_definitions(home)
        assert kept == definitions(["FRA-NCB"])
        again = PrivateNode.at(home)
        again.start(kept)
        assert again.pid == pid
        assert node.missing() == ()

    def test_it_is_stopped_and_started_by_another_process(self, broker):
        home = self.home(broker)
        port = broker.node.port
        command = [sys.executable, "-m", "gateway.cli", "broker"]
        environment = {name: text for name, text in os.environ.items() if name != "HOME"}

        def run(*words: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [*command, *words, "--home", str(home)],
                capture_output=True, text=True, cwd=ROOT, env=environment, check=False,
            )  # fmt: skip

        assert run("stop").returncode == 0
        assert broker.node.pid is None
        assert run("status").returncode == 7
        assert run("stop").returncode == 0
        broker.node.start(definitions(["FRA-NCB"]))
        assert broker.node.port == port
        status = run("status", "--json")
        assert status.returncode == 0, status.stderr
        shown = json.loads(status.stdout)
        assert shown["port"] == port
        assert "in.FRA-NCB.urgent.1" in {queue["name"] for queue in shown["queues"]}
        imported = run("import", "--party", "FRA-NCB", "--party", "USA-NCB")
        assert imported.returncode == 0, imported.stderr
        assert "USA-NCB" in broker.node.control("list_users")

    def test_a_data_folder_taken_from_under_it_is_told_and_made_anew(self, broker):
        """Found by hand: what came up on the remnants had no queue, and said that all was well."""
        home, node = self.home(broker), broker.node
        for child in (home / "data").iterdir():
            shutil.rmtree(child) if child.is_dir() else child.unlink()
        with pytest.raises(BrokerDataLostError) as caught:
            node.status()
        assert f"iarms broker start --home {home}" in str(caught.value.remedy)
        before = node.pid
        node.start(definitions(["FRA-NCB"]))
        assert node.pid not in (None, before)
        assert node.status().missing == ()

    def test_a_stale_pid_file_is_seen_through(self, broker):
        pid_file = self.home(broker) / "node.pid"
        real = broker.node.pid
        pid_file.write_text(str(os.getpid()))
        assert broker.node.pid is None
        pid_file.write_text(str(real))
        broker.node.kill()
        pid_file.write_text(str(os.getpid()))
        broker.node.start(definitions(["FRA-NCB"]))
        assert broker.node.pid not in (None, os.getpid(), real)

    def test_two_nodes_live_side_by_side(self, broker, tmp_path):
        with private_broker(tmp_path, ["USA-NCB"]) as other:
            assert {other.node.pid, broker.node.pid}.isdisjoint({None})
            assert other.node.port != broker.node.port


class TestErrors:
    def tls(self, folder: Path) -> NodeTls:
        files = [folder / name for name in ("ca", "crt", "key", "probe", "probe-key")]
        for file in files:
            file.write_text("this is no certificate")
        return NodeTls(
            ca_file=files[0],
            certificate_file=files[1],
            key_file=files[2],
            probe_certificate_file=files[3],
            probe_key_file=files[4],
        )

    def test_a_missing_certificate_is_named(self, tmp_path):
        tls = self.tls(tmp_path)
        tls.probe_key_file.unlink()
        with pytest.raises(BrokerStartError) as caught:
            PrivateNode(tmp_path / "broker", tls=tls).start(definitions([]))
        assert caught.value.place == str(tls.probe_key_file)

    def test_a_path_that_rabbitmq_cannot_take_is_refused(self, tmp_path):
        folder = tmp_path / "with space"
        folder.mkdir()
        with pytest.raises(BrokerStartError, match="from this path"):
            PrivateNode(folder / "broker", tls=self.tls(folder)).start(definitions([]))

    def test_a_taken_port_is_named(self, tmp_path):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            node = PrivateNode(tmp_path / "broker", tls=self.tls(tmp_path), port=port)
            with pytest.raises(BrokerStartError, match="taken") as caught:
                node.start(definitions([]))
            assert str(port) in str(caught.value.place)

    def test_a_start_that_fails_shows_the_end_of_the_log(self, tmp_path, monkeypatch):
        monkeypatch.setitem(COMMON_CONFIGURATION, "heartbeat", "no number")
        node = PrivateNode(tmp_path / "broker", tls=self.tls(tmp_path))
        with pytest.raises(BrokerStartError) as caught:
            node.start(definitions([]))
        assert "heartbeat" in str(caught.value.value)
        assert processes_with(str(tmp_path)) == set()

    def test_a_folder_where_none_was_started_says_so(self, tmp_path):
        with pytest.raises(BrokerUnreachableError):
            PrivateNode.at(tmp_path)


def test_an_ordinary_user_without_a_home_can_run_it():
    if os.getuid() != 0:
        pytest.skip("the whole suite runs as an ordinary user already")
    with tempfile.TemporaryDirectory(prefix="iarms-user-") as name:
        folder = Path(name)
        os.chown(folder, ORDINARY_USER, ORDINARY_USER)
        # This interpreter may lie where that user cannot read: what is imported late comes first.
        "localhost".encode("idna")
        child = os.fork()
        if child == 0:
            _run_as_ordinary_user(folder)
        _, status = os.waitpid(child, 0)
        said = folder / "said"
        assert os.waitstatus_to_exitcode(status) == 0, said.read_text() if said.exists() else ""
        assert processes_with(name) == set()


def _run_as_ordinary_user(folder: Path) -> None:
    """In a child process that never returns to the test."""
    code = 1
    try:
        os.setgroups([])
        os.setgid(ORDINARY_USER)
        os.setuid(ORDINARY_USER)
        os.environ.pop("HOME", None)
        os.chdir(folder)
        with private_broker(folder, ["FRA-NCB"]) as broker:
            assert broker.node.status().queues
        code = 0
    except BaseException:  # noqa: BLE001 - a fork must not run the rest of the tests
        (folder / "said").write_text(traceback.format_exc())
    finally:
        os._exit(code)


def test_free_ports_are_different_and_free():
    ports = free_ports(None)
    assert len({ports.amqp, ports.distribution, ports.epmd, ports.tools}) == 4


def test_the_example_for_a_real_broker_says_what_every_broker_must():
    lines = {}
    for line in (ROOT / "config/broker/rabbitmq.conf").read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            lines[name.strip()] = value.strip()
    free = {"vm_memory_high_watermark.absolute", "disk_free_limit.absolute", "log.console"}
    for name, value in COMMON_CONFIGURATION.items():
        assert name in lines
        assert name in free or lines[name] == str(value), name


def test_the_environment_holds_nothing_of_the_caller_s_but_the_path(tmp_path, monkeypatch):
    monkeypatch.setenv("RABBITMQ_NODENAME", "foreign@host")
    monkeypatch.delenv("HOME", raising=False)
    environment = NodeFiles(tmp_path).environment(free_ports(None))
    assert environment["RABBITMQ_NODENAME"] == "iarms@localhost"
    assert environment["HOME"] == str(tmp_path)


def test_a_probe_login_names_what_is_wrong_with_a_file(real_broker, tmp_path):
    settings = real_broker.settings("TST-00")
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    node_settings = type(settings)(
        host=settings.host,
        port=settings.port,
        ca_file=settings.ca_file,
        certificate_file=broken,
        key_file=broken,
    )
    with pytest.raises(BrokerUnreachableError, match="TLS file"):
        probe_login(node_settings, timeout=timedelta(seconds=5))
