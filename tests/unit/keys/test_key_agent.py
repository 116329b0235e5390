"""The key agent does what the key file does, shows no key, and answers nobody else."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from keys import (
    INTERACTIVE,
    Identity,
    KeyAgentError,
    Kid,
    UnknownKeyError,
    UnsealError,
    WeakKeyError,
    identity_at,
    save_identity,
    seal_to,
)
from keys import agent as agents
from keys.agent import Agent
from keys.agent_line import AgentLine
from keys.agent_protocol import HEAD
from keys.errors import CeremonyError


@pytest.fixture(autouse=True)
def _lines_are_ended(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    made: list[AgentLine] = []
    begin = AgentLine.__init__

    def remember(line: AgentLine, path: Path) -> None:
        made.append(line)
        begin(line, path)

    monkeypatch.setattr(AgentLine, "__init__", remember)
    yield
    for line in made:
        line.close()


@pytest.fixture
def held() -> Identity:
    return Identity.generate("FRA-NCB", random=os.urandom)


class Running:
    """An agent in a thread."""

    def __init__(self, path: Path, identity: Identity, group: int | None = None) -> None:
        self.strangers: list[int] = []
        self.server = Agent(path, identity, group=group, refused=self.strangers.append)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def running(tmp_path: Path, held: Identity) -> Iterator[Running]:
    made = Running(tmp_path / "a.sock", held)
    yield made
    made.stop()


def test_an_identity_at_the_agent_signs_and_agrees_as_the_key_file_does(
    tmp_path: Path, held: Identity, running: Running
) -> None:
    assert not running.strangers
    asked = identity_at(tmp_path / "a.sock")
    other = Identity.generate("DEU-NCB", random=os.urandom)
    (kid,), public = held.encryption_kids, other.encryption_public(other.encryption_kids[0])
    assert asked == held
    assert asked.sign(b"octets") == held.sign(b"octets")
    assert asked.agree(kid, public) == held.agree(kid, public)
    with pytest.raises(WeakKeyError):
        asked.agree(kid, bytes(32))
    with pytest.raises(UnknownKeyError):
        asked.agree(Kid("x" * 43), public)
    with pytest.raises(CeremonyError):
        asked.export_secrets()


def test_the_agent_unseals_what_was_sealed_to_a_hybrid_key(tmp_path: Path) -> None:
    held = Identity.generate("FRA-NCB", random=os.urandom, hybrid=True)
    running = Running(tmp_path / "h.sock", held)
    try:
        asked = identity_at(tmp_path / "h.sock")
        assert asked == held
        kid = held.encryption_kids[1]
        sealed = seal_to(held.encryption_public(kid), b"k" * 32, b"info")
        assert asked.unseal(kid, sealed, b"info") == b"k" * 32
        for octets, info in ((sealed, b"other"), (sealed[:-1], b"info"), (b"", b"")):
            with pytest.raises(UnsealError):
                asked.unseal(kid, octets, info)
        with pytest.raises(UnknownKeyError):
            asked.unseal(held.encryption_kids[0], sealed, b"info")
        with pytest.raises(CeremonyError):
            asked.export_hybrid()
    finally:
        running.stop()


def test_no_request_shows_a_secret_and_odd_ones_are_refused(
    tmp_path: Path, held: Identity, running: Running
) -> None:
    seed, (scalar,) = held.export_secrets()
    for op in map(bytes, zip(range(256), strict=True)):
        for body in (b"", b"\xff" * 75, b"x" * 43):
            _, answer = running.server.answer(op, body)
            assert seed not in answer
            assert scalar not in answer
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(tmp_path / "a.sock"))
        line.sendall(HEAD.pack(b"S", 10_000_000))
        assert line.recv(1) == b""


def test_the_socket_is_closed_to_others_and_strangers_get_no_answer(
    tmp_path: Path, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.sock"
    assert path.stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(agents, "peer_of", lambda _: (4711, frozenset({4711})))
    with pytest.raises(KeyAgentError):
        identity_at(path)
    assert running.strangers == [4711]


def test_a_process_of_the_group_may_ask(
    tmp_path: Path, held: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Running(tmp_path / "g.sock", held, group=os.getegid())
    try:
        assert (tmp_path / "g.sock").stat().st_mode & 0o777 == 0o660
        monkeypatch.setattr(agents, "peer_of", lambda _: (4711, frozenset({os.getegid()})))
        assert identity_at(tmp_path / "g.sock") == held
    finally:
        made.stop()


def test_an_agent_that_went_away_is_told_and_one_that_came_back_is_used(
    tmp_path: Path, held: Identity
) -> None:
    path = tmp_path / "a.sock"
    first = Running(path, held)
    asked = identity_at(path)
    with pytest.raises(KeyAgentError, match="answers there"):
        Agent(path, held, refused=lambda _: None)
    first.stop()
    asked._half.close()  # type: ignore[attr-defined] # the line, whose other end has ended
    with pytest.raises(KeyAgentError) as told:
        asked.sign(b"octets")
    assert told.value.retryable
    second = Running(path, held)
    try:
        assert asked.sign(b"octets") == held.sign(b"octets")
    finally:
        second.stop()


def test_an_agent_whose_asker_went_away_says_nothing_and_serves_the_next(
    tmp_path: Path, held: Identity, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults: list[BaseException | None] = []
    monkeypatch.setattr(running.server, "handle_error", lambda *_: faults.append(sys.exc_info()[1]))
    asked, gone, done = threading.Event(), threading.Event(), threading.Event()

    answer = running.server.answer

    def slow(*_: bytes) -> tuple[bytes, bytes]:
        asked.set()
        gone.wait(10)
        return b"\0", b"x" * 60_000

    monkeypatch.setattr(running.server, "answer", slow)
    end = running.server.shutdown_request
    monkeypatch.setattr(
        running.server, "shutdown_request", lambda request: (end(request), done.set())
    )
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect(str(tmp_path / "a.sock"))
        line.sendall(HEAD.pack(b"I", 0))
        assert asked.wait(10)
    gone.set()
    assert done.wait(10)
    assert faults == []
    monkeypatch.setattr(running.server, "answer", answer)
    assert identity_at(tmp_path / "a.sock") == held


def test_what_is_no_agent_and_a_path_too_long_are_told(tmp_path: Path, held: Identity) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyAgentError):
        identity_at(tmp_path / "file")
    with pytest.raises(KeyAgentError, match="too long"):
        Agent(tmp_path / ("x" * 100), held, refused=lambda _: None)


def processor_s(pid: int) -> float:
    """What a process has used of processors: however busy they are, its own work stays the same."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@pytest.mark.slow
def test_the_process_cannot_be_dumped_or_traced_and_ends_when_asked(
    tmp_path: Path, held: Identity
) -> None:
    file, secret, path = tmp_path / "identity.key", tmp_path / "pass", tmp_path / "a.sock"
    save_identity(held, file, b"secret", random=os.urandom, cost=INTERACTIVE)
    secret.touch(mode=0o600)
    secret.write_text("secret")
    process = subprocess.Popen(
        [
            sys.executable, "-m", "gateway.cli", "key", "agent", "--identity", str(file),
            "--passphrase-file", str(secret), "--socket", str(path),
        ],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        started = json.loads(process.stdout.readline())
        assert started["event"] == "agent.started", started
        assert started["undumpable"] is True
        asked = identity_at(path)
        before = processor_s(process.pid)
        for _ in range(100):
            asked.sign(b"octets")
        # 100 µs each on two free cores; deriving the key from its passphrase would be 100 times it.
        assert processor_s(process.pid) - before < 2
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        assert next(x for x in limits.splitlines() if "core file" in x).split()[4:6] == ["0", "0"]
        # Files in /proc of a process that is not dumpable belong to root.
        assert Path(f"/proc/{process.pid}/mem").stat().st_uid == 0
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stdout is not None
        process.stdout.close()
    assert not path.exists()
