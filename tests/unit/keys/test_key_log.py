"""What happened to a key cannot be taken back, hidden or told differently to somebody else."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli import root as iarms
from keys import (
    INTERACTIVE,
    Cost,
    DirectoryFolder,
    TrustError,
    ceremony,
    load_anchor,
    load_identity,
    sealed,
)
from keys.checkpoint import Checkpoint, sign_checkpoint, verify_checkpoint, write_proof
from keys.errors import KeyLogError, KeyLogForkError
from keys.keylog_files import origin_of
from keys.keylog_watch import EVIDENCE_FILES
from keys.merkle import leaf_hash, root_of
from keys.officer import make_signer

pytestmark = pytest.mark.slow

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _quick_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    def derive(passphrase: bytes, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        octets = hashlib.shake_256(repr((passphrase, salt, cost)).encode()).digest(64)
        return octets[:32], octets[32:]

    monkeypatch.setattr(sealed, "_derive", derive)


class Exchange:
    """A centre with a hub and one party, and a node that follows it."""

    def __init__(self, root: Path) -> None:
        self.trust, self.home = root / "centre", root / "home"
        self.home.mkdir()
        *self.officers, self.hub = ceremony.found_alone(
            self.trust, b"desk", now=NOW, random=os.urandom, cost=INTERACTIVE, beacon=True
        )
        self.party(root, "FRA-NCB")
        ceremony.publish(self.trust, self.officers, now=NOW)
        self.kid = load_identity(root / "FRA-NCB" / "identity.key", b"own").signing_kid
        self.told: list[TrustError] = []
        self.node = DirectoryFolder(
            self.trust, load_anchor(self.trust / "anchor.xml"), home=self.home,
            on_refusal=self.told.append,
        )  # fmt: skip

    def party(self, root: Path, party: str) -> None:
        ceremony.set_up_party(
            ceremony.open_desk(self.trust, b"desk"), root / party, party, b"own",
            sends=["RECEIPT"], now=NOW, random=os.urandom, cost=INTERACTIVE,
        )  # fmt: skip

    def beacon(self, minutes: int) -> datetime:
        ceremony.give_beacon(self.trust, self.hub, now=NOW + minutes * MINUTE)
        return NOW + minutes * MINUTE

    def log(self) -> ceremony.KeyLog:
        found = ceremony.read_log(self.trust)
        assert found is not None
        return found

    def put_log(self, leaves: Sequence[bytes]) -> None:
        """What a hub can do that signs what it likes."""
        origin = origin_of(load_anchor(self.trust / "anchor.xml"))
        root = root_of(list(map(leaf_hash, leaves)))
        checkpoint = Checkpoint(origin=origin, size=len(leaves), root=root)
        note = sign_checkpoint(checkpoint, self.hub.public.signing, self.hub.sign_note)
        (self.trust / "keylog" / "entries").write_bytes(b"".join(x + b"\n" for x in leaves))
        (self.trust / "keylog" / "checkpoint").write_bytes(note)


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    return Exchange(tmp_path)


def events(log: ceremony.KeyLog) -> list[str]:
    return [ceremony.read_event(leaf)["event"] for leaf in log.leaves]


def test_each_published_change_of_a_key_is_one_leaf_and_sequencing_again_adds_none(
    exchange: Exchange, tmp_path: Path
) -> None:
    exchange.beacon(0)
    first = exchange.log()
    assert events(first)[0] == "ROOT"
    assert events(first)[-3:] == ["DIRECTORY", "KEY_LISTED", "KEY_LISTED"]
    assert ceremony.sequence(exchange.trust, exchange.hub) == first.checkpoint
    exchange.party(tmp_path, "DEU-NCB")
    ceremony.publish(exchange.trust, exchange.officers, now=NOW + MINUTE)
    ceremony.revoke(
        exchange.trust, "FRA-NCB", [exchange.kid], "stolen", exchange.officers[0], now=NOW
    )
    exchange.beacon(1)
    after = exchange.log()
    assert after.leaves[: len(first.leaves)] == first.leaves
    assert events(after)[len(first.leaves) :] == [
        "DIRECTORY", "KEY_LISTED", "KEY_LISTED", "REVOCATION",
    ]  # fmt: skip
    assert ceremony.audit(exchange.trust) == []


def test_a_crash_between_leaves_and_checkpoint_changes_nothing(exchange: Exchange) -> None:
    exchange.beacon(0)
    log = exchange.log()
    entries = exchange.trust / "keylog" / "entries"
    entries.write_bytes(entries.read_bytes() + log.leaves[-1] + b"\n")
    assert exchange.log() == log
    ceremony.publish(exchange.trust, exchange.officers, now=NOW + MINUTE, renew=True)
    exchange.beacon(1)
    assert events(exchange.log())[len(log.leaves) :] == ["DIRECTORY"]


def test_an_altered_log_is_never_signed_and_nobody_else_signs_it(exchange: Exchange) -> None:
    exchange.beacon(0)
    entries = exchange.trust / "keylog" / "entries"
    whole = entries.read_bytes()
    entries.write_bytes(whole.replace(b"CURRENT", b"RETIRED", 1))
    with pytest.raises(KeyLogError):
        ceremony.sequence(exchange.trust, exchange.hub)
    entries.write_bytes(whole)
    with pytest.raises(KeyLogError):
        ceremony.sequence(exchange.trust, exchange.officers[0])


def test_a_proof_holds_offline_and_no_changed_octet_of_it_does(exchange: Exchange) -> None:
    exchange.beacon(0)
    log = exchange.log()
    (index, *_) = ceremony.find_leaves(log, exchange.kid)
    octets = write_proof(log.prove(index))
    proof = ceremony.read_proof(octets)
    assert ceremony.check_proof(proof, exchange.trust).size == len(log.leaves)
    # A line that nobody knows may change, as signed-note asks: the last octets of the signature
    # are tried, and everything before.
    for place in range(0, len(octets) - 1, 7):
        changed = octets[:place] + bytes([octets[place] ^ 1]) + octets[place + 1 :]
        with pytest.raises(KeyLogError):
            ceremony.check_proof(ceremony.read_proof(changed), exchange.trust)


def test_a_node_sees_the_log_grow_and_remembers_it(exchange: Exchange) -> None:
    exchange.node.current(exchange.beacon(0))
    ceremony.publish(exchange.trust, exchange.officers, now=NOW + MINUTE, renew=True)
    exchange.node.current(exchange.beacon(1))
    assert (exchange.home / "keylog.checkpoint").read_bytes() == exchange.log().note
    assert not exchange.told


@pytest.mark.parametrize("grown", [False, True])
def test_a_hub_that_rewrites_its_log_stops_the_node_and_leaves_evidence(
    exchange: Exchange, grown: bool
) -> None:
    exchange.node.current(exchange.beacon(0))
    true = exchange.log()
    false = [true.leaves[0].replace(b"ROOT", b"RO0T"), *true.leaves[1:]]
    exchange.put_log([*false, *false[:1]] if grown else false)
    with pytest.raises(KeyLogForkError):
        exchange.node.current(NOW + MINUTE)
    assert [each.code for each in exchange.told] == ["keys.keylog-fork"]
    origin = origin_of(load_anchor(exchange.trust / "anchor.xml"))
    for name in EVIDENCE_FILES:
        verify_checkpoint(
            (exchange.home / name).read_bytes(), origin, [exchange.hub.public.signing]
        )
    exchange.put_log(true.leaves)
    assert exchange.node.current(NOW + 2 * MINUTE).version == 1


def test_an_old_checkpoint_or_missing_leaves_stop_nobody_and_change_no_memory(
    exchange: Exchange,
) -> None:
    exchange.node.current(exchange.beacon(0))
    old = exchange.log()
    ceremony.publish(exchange.trust, exchange.officers, now=NOW + MINUTE, renew=True)
    exchange.node.current(exchange.beacon(1))
    memory = (exchange.home / "keylog.checkpoint").read_bytes()
    (exchange.trust / "keylog" / "checkpoint").write_bytes(old.note)
    exchange.node.current(NOW + 2 * MINUTE)
    assert not exchange.told  # the leaves are there: it is an older state of the same log
    (exchange.trust / "keylog" / "entries").unlink()
    exchange.node.current(NOW + 3 * MINUTE)
    assert not exchange.told  # what came over the line shows it too
    for each in exchange.trust.glob("keylog-*.growth"):
        each.unlink()
    exchange.node.current(NOW + 4 * MINUTE)
    assert not exchange.told  # it is asked for, and may be on its way
    exchange.node.current(NOW + 6 * MINUTE)
    exchange.node.current(NOW + 7 * MINUTE)
    assert [each.code for each in exchange.told] == ["keys.keylog-unseen"]
    assert (exchange.home / "keylog.checkpoint").read_bytes() == memory


def test_what_is_copied_to_a_party_proves_there_too(exchange: Exchange, tmp_path: Path) -> None:
    exchange.beacon(0)
    copy = tmp_path / "copy"
    ceremony.hand_over(exchange.trust, copy)
    assert ceremony.read_log(copy) == exchange.log()
    assert ceremony.audit(copy) == []


def test_a_document_that_the_log_leaves_out_is_found(exchange: Exchange) -> None:
    exchange.beacon(0)
    ceremony.publish(exchange.trust, exchange.officers, now=NOW + MINUTE, renew=True)
    assert ceremony.audit(exchange.trust) == ["directory-2.xml is published and not in the log yet"]
    exchange.put_log(exchange.log().leaves[:-1])
    assert "directory-1.xml changed keys otherwise than the log says" in ceremony.audit(
        exchange.trust
    )


def test_the_commands_prove_and_verify_with_files_alone(exchange: Exchange, tmp_path: Path) -> None:
    exchange.beacon(0)
    run, trust, out = CliRunner(), str(exchange.trust), tmp_path / "proofs"
    made = run.invoke(
        iarms, ["keylog", "prove", "--about", exchange.kid, "--trust", trust, "--out", str(out)]
    )
    assert made.exit_code == 0, made.output
    shutil.rmtree(exchange.trust / "keylog")
    (proof,) = out.iterdir()
    told = run.invoke(iarms, ["keylog", "verify", str(proof), "--trust", trust, "--json"])
    assert told.exit_code == 0, told.output
    (found,) = json.loads(told.stdout)
    assert (found["event"], found["party"], found["kid"]) == (
        "KEY_LISTED", "FRA-NCB", exchange.kid,
    )  # fmt: skip


@given(st.binary(max_size=300))
def test_no_octets_are_taken_for_a_checkpoint_or_a_proof(octets: bytes) -> None:
    with pytest.raises(KeyLogError):
        verify_checkpoint(octets, "log", [])
    with pytest.raises(KeyLogError):
        ceremony.read_proof(octets)


def test_a_checkpoint_of_another_exchange_or_key_is_refused() -> None:
    signer = make_signer("hub", "Centre", random=os.urandom, quantum=False)
    other = make_signer("eve", "Centre", random=os.urandom, quantum=False)
    checkpoint = Checkpoint(origin="iarms.keylog/1", size=1, root=bytes(32))
    note = sign_checkpoint(checkpoint, signer.public.signing, signer.sign_note)
    keys = [signer.public.signing]
    assert verify_checkpoint(note, "iarms.keylog/1", keys) == checkpoint
    witnessed = note + "\u2014 witness.example AAAAAAAA\n".encode()
    assert verify_checkpoint(witnessed, "iarms.keylog/1", keys) == checkpoint
    with pytest.raises(KeyLogError):
        verify_checkpoint(note, "iarms.keylog/2", keys)
    with pytest.raises(KeyLogError):
        verify_checkpoint(note, "iarms.keylog/1", [other.public.signing])
