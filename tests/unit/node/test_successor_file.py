"""A running process takes up the key file that lies beside its own, and no other's."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from gateway.config import Settings
from gateway.log import no_log
from gateway.succession import NEXT_FILE, Successor
from keys import (
    INTERACTIVE,
    Cost,
    Directory,
    Identity,
    KeyAgentError,
    Suite,
    ceremony,
    entry_for,
    identity_at,
    save_identity,
    sealed,
)
from keys.agent import Agent

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
SETTINGS = msgspec.convert(
    {"party": "FRA-NCB", "broker": {"host": "localhost", "port": 5671}}, Settings
)


@pytest.fixture(autouse=True)
def _quick_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    def derive(passphrase: bytes, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        octets = hashlib.shake_256(repr((passphrase, salt, cost)).encode()).digest(64)
        return octets[:32], octets[32:]

    monkeypatch.setattr(sealed, "_derive", derive)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    secret = tmp_path / "identity.pass"
    secret.write_bytes(b"own")
    secret.chmod(0o600)
    return tmp_path


def listing(identity: Identity) -> Directory:
    entry = entry_for(identity, sends=frozenset(), valid_from=NOW)
    return Directory(
        version=2, issued=NOW, expires=NOW + timedelta(days=30), digest=bytes(32),
        parties={entry.party: entry},
    )  # fmt: skip


def test_a_hybrid_key_made_beside_the_others_is_taken_up_while_the_process_runs(
    home: Path,
) -> None:
    own = Identity.generate("FRA-NCB", random=os.urandom)
    running = Successor(home, SETTINGS, own, no_log())
    grown, _ = ceremony.prepare_hybrid(
        own, home / NEXT_FILE, b"own", random=os.urandom, cost=INTERACTIVE
    )
    assert running.current() is None
    running.look(listing(own))
    assert running.current() is None
    running.look(listing(grown))
    taken = running.current()
    assert taken == grown
    assert taken is not None
    assert taken.newest(Suite.HYBRID) is not None


def test_a_file_with_the_keys_in_use_or_another_partys_is_not_a_successor(home: Path) -> None:
    own = Identity.generate("FRA-NCB", random=os.urandom)
    for other in (own, Identity.generate("DEU-NCB", random=os.urandom)):
        (home / NEXT_FILE).unlink(missing_ok=True)
        save_identity(other, home / NEXT_FILE, b"own", random=os.urandom, cost=INTERACTIVE)
        assert Successor(home, SETTINGS, own, no_log()).current() is None


def test_an_agent_started_anew_with_the_successors_keys_is_taken_up_and_signs_under_its_own_id(
    home: Path,
) -> None:
    own = Identity.generate("FRA-NCB", random=os.urandom)
    fresh, _ = ceremony.prepare_rotation(
        own, home / NEXT_FILE, b"own", random=os.urandom, cost=INTERACTIVE
    )
    socket = home / "key-agent.sock"
    settings = msgspec.structs.replace(
        SETTINGS, keys=msgspec.structs.replace(SETTINGS.keys, agent=True, agent_socket=socket.name)
    )
    with answering(socket, own):
        asked = identity_at(socket)
        running = Successor(home, settings, asked, no_log())
        running.look(listing(fresh))
        assert running.current() is None, "the agent holds the old keys still"
        assert asked.sign(b"octets") == own.sign(b"octets")
    assert running.current() is None
    asked._half.close()  # type: ignore[attr-defined] # the line, whose other end is a process
    with answering(socket, fresh):
        taken = running.current()
        assert taken is not None
        assert taken.signing_kid == fresh.signing_kid
        assert set(own.encryption_kids) < set(taken.encryption_kids)
        assert taken.sign(b"octets") == fresh.sign(b"octets")
        with pytest.raises(KeyAgentError, match="other keys"):
            asked.sign(b"octets")  # never the new key's signature under the old one's id
        for each in (asked, taken):
            each._half.close()  # type: ignore[attr-defined] # the lines, which belong to nobody now


@contextmanager
def answering(path: Path, identity: Identity) -> Iterator[None]:
    server = Agent(path, identity, refused=lambda _: None)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        path.unlink()
