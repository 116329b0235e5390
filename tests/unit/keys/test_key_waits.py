"""What `iarms key status` counts: what waits for what before a retiring key may end."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fresh_sqlite import put_fresh

from gateway.cli import homes
from gateway.cli import root as iarms
from gateway.envelope import Draft, seal
from gateway.exchange import BrokerUnreachableError, QueueDepth
from gateway.ids import Lane
from gateway.payload import PAYLOAD_SCHEMA
from gateway.store import LogWord, OutboxRow, Store, Taken, TrustAck
from keys import INTERACTIVE, Cost, Identity, KeyState, ceremony, load_identity, sealed

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC).replace(microsecond=0)
SETTINGS = """\
party = "{party}"
database = "sqlite:///iarms.db"
[broker]
port = 5671
[keys]
trust_folder = "{trust}"
"""


@pytest.fixture(autouse=True)
def _quick_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    def derive(passphrase: bytes, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        octets = hashlib.shake_256(repr((passphrase, salt, cost)).encode()).digest(64)
        return octets[:32], octets[32:]

    monkeypatch.setattr(sealed, "_derive", derive)


class Exchange:
    """A centre, the hub's home, and France in the middle of a rotation."""

    def __init__(self, root: Path) -> None:
        self.trust, self.root = root / "centre", root
        self.officers = ceremony.found_alone(
            self.trust, b"desk", now=NOW, random=os.urandom, cost=INTERACTIVE
        )
        desk = ceremony.open_desk(self.trust, b"desk")
        for party in ("FRA-NCB", "USA-NCB", "BRA-NCB", "XPO-REGISTRY"):
            ceremony.set_up_party(
                desk, root / party, party, b"own", sends=["SEARCH_REQUEST"], now=NOW,
                random=os.urandom, cost=INTERACTIVE,
            )  # fmt: skip
            settings = SETTINGS.format(party=party, trust=self.trust)
            (root / party / "iarms.toml").write_text(settings)
        self.publish()
        self.old = load_identity(root / "FRA-NCB" / "identity.key", b"own")
        self.fresh, note = ceremony.prepare_rotation(
            self.old, root / "FRA-NCB" / "next.key", b"own", random=os.urandom, cost=INTERACTIVE
        )
        ceremony.take_rotation(self.trust, note, now=NOW)
        self.publish()

    def publish(self) -> None:
        self.directory = ceremony.publish(self.trust, self.officers[:2], now=NOW)

    def store(self, party: str) -> Store:
        path = self.root / party / "iarms.db"
        if not path.exists():
            put_fresh(path)
        return Store.open(f"sqlite:///{path}")

    def sent(self, number: int, by: Identity) -> OutboxRow:
        octets = seal(
            b"<x/>",
            Draft(
                message_id=f"0192a0b0-0000-7000-8000-{number:012d}",
                message_type="SEARCH_REQUEST", created=NOW, expires=NOW + timedelta(days=1),
                lane=Lane.ROUTINE, in_reply_to=None, directory_version=self.directory.version,
                schema=PAYLOAD_SCHEMA,
            ),
            by=by,
            to=[(self.directory.recipient("USA-NCB"), number)],
            random=os.urandom,
        )  # fmt: skip
        return OutboxRow(
            message_id=f"m{number}", recipient="USA-NCB", message_type="SEARCH_REQUEST",
            lane=Lane.ROUTINE, needs_receipt=True, in_reply_to=None, created=NOW,
            expires=NOW + timedelta(days=1), attempts=1, next_try=NOW, octets=octets, seq=number,
        )  # fmt: skip

    def took(self, seq: int) -> Taken:
        return Taken(
            sender="USA-NCB", message_id=f"u{seq}", message_type="SEARCH_REQUEST", seq=seq,
            received=NOW, outcome="APPLIED", fault_code=None, digest=f"d{seq}", answer_id=None,
        )  # fmt: skip

    def status(self, party: str, *options: str) -> tuple[int, list[dict[str, Any]]]:
        home = self.root / party
        made = CliRunner().invoke(
            iarms,
            ["key", "status", "--trust", str(self.trust), "--home", str(home), "--json", *options],
        )
        return made.exit_code, json.loads(made.stdout)

    def waits(self, party: str) -> set[tuple[str, ...]]:
        """Of every retiring key: both are told the same, and nothing else waits."""
        _, findings = self.status(party)
        retiring = [each for each in findings if each["state"] == "RETIRING"]
        assert len(retiring) == 2
        assert not any(each["waits"] for each in findings if each not in retiring)
        return {tuple(each["waits"]) for each in retiring}


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    return Exchange(tmp_path)


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How much lies in the mailboxes; empty where the broker is away."""
    depths = [0]

    def queues(home: Path, settings: object) -> list[QueueDepth]:  # noqa: ARG001 - as it is
        if not depths:
            raise BrokerUnreachableError("away")
        return [QueueDepth(name="q", waiting=each, consumers=1) for each in depths]

    monkeypatch.setattr(homes, "queues_of", queues)
    return depths


def test_a_partys_home_counts_messages_numbers_and_mailboxes_down_to_nothing(
    exchange: Exchange, mailbox: list[int]
) -> None:
    with exchange.store("FRA-NCB") as store:
        with store.unit() as unit:
            for number, by in ((1, exchange.old), (2, exchange.old), (3, exchange.fresh)):
                unit.outbox.add(exchange.sent(number, by))
            for seq in (1, 4):
                unit.inbox.add(exchange.took(seq), b"")
        mailbox[:] = [2, 1]
        assert exchange.waits("FRA-NCB") == {
            (
                "2 messages signed by the old key wait for a receipt",
                "2 numbered messages of peers never came yet",
                "3 messages lie in the mailboxes",
            )
        }
        mailbox.clear()
        (told,) = exchange.waits("FRA-NCB")
        assert told[-1] == "the broker cannot be asked what lies in the mailboxes"
        mailbox[:] = [0]
        with store.unit() as unit:
            for name in ("m1", "m2"):  # what the new key signed waits for nobody here
                unit.outbox.settle(name, "USA-NCB")
            for seq in (2, 3):
                unit.inbox.add(exchange.took(seq), b"")
        assert exchange.waits("FRA-NCB") == {
            ("nothing here: `iarms key drained` says so to the centre",)
        }


def test_the_hubs_home_counts_who_relies_on_the_successors_directory(
    exchange: Exchange, mailbox: list[int]
) -> None:
    assert mailbox == [0]

    def ack(party: str, version: int) -> TrustAck:
        return TrustAck(
            party=party, state=f"{party}{version}", root_version=1, version=version, revocations=0,
            taken_at=NOW, heard_at=NOW,
        )  # fmt: skip

    with exchange.store("XPO-REGISTRY") as store:
        for party, version, told in (
            ("FRA-NCB", 2, "0 of 2 rely on directory 2 or later, not yet BRA-NCB, USA-NCB"),
            ("USA-NCB", 1, "0 of 2 rely on directory 2 or later, not yet BRA-NCB, USA-NCB"),
            ("USA-NCB", 2, "1 of 2 rely on directory 2 or later, not yet BRA-NCB"),
            ("BRA-NCB", 3, "2 of 2 rely on directory 2 or later"),
        ):
            with store.unit() as unit:
                unit.trust.keep(ack(party, version))
            assert exchange.waits("XPO-REGISTRY") == {(told,)}
    ceremony.publish(exchange.trust, exchange.officers[:2], now=NOW, renew=True)
    (told_later,) = exchange.waits("XPO-REGISTRY")
    assert told_later == ("2 of 2 rely on directory 2 or later",)  # since when it is retiring


def test_a_home_whose_process_never_ran_says_so_and_others_count_nothing(
    exchange: Exchange, mailbox: list[int]
) -> None:
    assert mailbox == [0]
    never = ("no process ever ran here: what waits cannot be counted yet",)
    assert exchange.waits("FRA-NCB") == exchange.waits("XPO-REGISTRY") == {never}
    assert exchange.waits("USA-NCB") == {()}  # another party's home knows nothing of it
    (exchange.root / "USA-NCB" / "iarms.toml").unlink()
    assert exchange.waits("USA-NCB") == {()}


def test_every_key_is_told_in_its_state_and_each_that_wants_a_person_has_a_remedy(
    exchange: Exchange, mailbox: list[int]
) -> None:
    assert mailbox == [0]
    code, few = exchange.status("USA-NCB")
    assert (code, {each["state"] for each in few}) == (6, {"RETIRING"})
    _, every = exchange.status("USA-NCB", "--all")
    assert sum(each["state"].startswith("CURRENT") for each in every) == 8
    word = ceremony.read_drained(
        ceremony.write_drained(exchange.fresh, exchange.directory), exchange.directory
    )
    ceremony.retire(exchange.trust, word, now=NOW)
    exchange.publish()
    code, few = exchange.status("USA-NCB")
    assert (code, few) == (0, [])
    code, every = exchange.status("USA-NCB", "--all")
    assert code == 0
    retired = [each for each in every if each["state"].startswith(KeyState.RETIRED)]
    assert len(retired) == 2
    assert all("iarms key settle" in each["remedy"] for each in retired)


def test_a_revoked_key_says_who_is_cut_off_and_what_to_do(
    exchange: Exchange, mailbox: list[int]
) -> None:
    assert mailbox == [0]
    revoked = [
        (exchange.old.signing_kid, "goes on with"),
        (exchange.fresh.signing_kid, "nobody takes its messages"),
        (exchange.fresh.encryption_kids[0], "nothing: FRA-NCB goes on"),
        (exchange.old.encryption_kids[0], "nobody can seal to it"),
    ]
    for kid, said in revoked:
        ceremony.revoke(exchange.trust, "FRA-NCB", [kid], "stolen", exchange.officers[0], now=NOW)
        _, findings = exchange.status("USA-NCB")
        (found,) = (
            each for each in findings if kid[:12] in each["what"] and each["state"] == "REVOKED"
        )
        assert said in found["remedy"], (kid, found)
        assert all(each["remedy"] for each in findings)


def test_directory_status_shows_the_key_log_of_each_country_beside_what_it_relies_on(
    exchange: Exchange,
) -> None:
    log = ceremony.sequence(exchange.trust, exchange.officers[0])
    home = str(exchange.root / "XPO-REGISTRY")

    def said(party: str, root: bytes) -> LogWord:
        return LogWord(
            party=party, size=log.size, root=base64.b64encode(root).decode(), heard_at=NOW
        )

    with exchange.store("XPO-REGISTRY") as store, store.unit() as unit:
        unit.trust.keep_log(said("FRA-NCB", bytes(32)))
        unit.trust.keep_log(said("USA-NCB", log.root))
        unit.trust.keep_log(said("FRA-NCB", log.root))  # its newest word counts
        unit.trust.keep_log(said("BRA-NCB", bytes(32)))
    shown = CliRunner().invoke(iarms, ["directory", "status", "--home", home])
    assert shown.exit_code == 6
    assert "NOT THE SAME LOG: BRA-NCB contradicts" in shown.output
    assert f"{log.size} same" in shown.stdout
    facts = json.loads(
        CliRunner().invoke(iarms, ["directory", "status", "--home", home, "--json"]).stdout
    )
    states = {party: each["state"] for party, each in facts["key_log"]["parties"].items()}
    assert states == {"BRA-NCB": "contradicts", "FRA-NCB": "same", "USA-NCB": "same"}
