"""``iarms envelope`` on files, from a key file and a trust folder to the payload and back."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import root
from gateway.cli.output import ExitCode, exit_code_of
from gateway.envelope import EnvelopeRefusedError, NotForMeError
from gateway.payload import (
    PayloadError,
    Receipt,
    ReceiptItem,
    ReceiptLevelCode,
    ReceiptOutcomeCode,
    encode,
)
from keys import INTERACTIVE, UnknownPartyError, ceremony, sealed

PASSPHRASE = b"a good passphrase"
RECEIPT = encode(
    Receipt(
        receipt_item=(
            ReceiptItem(
                message_id="0197c0de-7a11-7d3a-9c52-2f6a4be1d001",
                outcome_code=ReceiptOutcomeCode.APPLIED,
                level_code=ReceiptLevelCode.APPLICATION,
                received_timestamp=datetime(2026, 10, 20, tzinfo=UTC),
                envelope_digest="2eZ3RhnuNEMou8idGAfgquzbTAoJucUH+QYPsIz5X9A=",
            ),
        )
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One folder with a trust folder, three parties' key files, and a receipt to send."""

    folder: Path

    def run(self, line: str) -> Result:
        words = [word.replace("@", f"{self.folder}/") for word in line.split()]
        return CliRunner().invoke(root, ["envelope", *words])

    def ok(self, line: str) -> Result:
        result = self.run(line)
        assert result.exit_code == 0, (result.output, result.exception)
        return result

    def secret(self, party: str) -> str:
        return f"--identity @{party}/identity.key --passphrase-file @pass --trust @trust"

    def seal(self, line: str = "--to DEU-NCB", party: str = "FRA-NCB") -> Result:
        command = f"seal @receipt.xml {self.secret(party)} --output @envelope.xml {line}"
        return self.ok(command)


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        _derive_quickly(patch)
        now, trust = datetime.now(UTC) - timedelta(minutes=1), folder / "trust"
        officers = ceremony.found_alone(
            trust, PASSPHRASE, now=now, random=os.urandom, cost=INTERACTIVE
        )
        desk = ceremony.open_desk(trust, PASSPHRASE)
        for party in ("FRA-NCB", "DEU-NCB", "BRA-NCB"):
            ceremony.set_up_party(
                desk, folder / party, party, PASSPHRASE, sends={"RECEIPT"}, now=now,
                random=os.urandom, cost=INTERACTIVE,
            )  # fmt: skip
        ceremony.publish(trust, officers, now=now)
    (folder / "pass").write_bytes(PASSPHRASE + b"\n")
    (folder / "pass").chmod(0o600)
    (folder / "receipt.xml").write_bytes(RECEIPT)
    return folder


@pytest.fixture
def desk(enrolled: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    _derive_quickly(monkeypatch)
    return Desk(folder=enrolled)


def _derive_quickly(patch: pytest.MonkeyPatch) -> None:
    def derive(passphrase: bytes, salt: bytes, cost: sealed.Cost) -> tuple[bytes, bytes]:
        octets = hashlib.shake_256(repr((passphrase, salt, cost)).encode()).digest(64)
        return octets[:32], octets[32:]

    patch.setattr(sealed, "_derive", derive)


def test_what_is_sealed_on_one_side_opens_on_the_other(desk: Desk) -> None:
    told = desk.seal("--to DEU-NCB --to BRA-NCB --lane urgent").stderr
    assert "RECEIPT" in told
    assert "from FRA-NCB to DEU-NCB, BRA-NCB" in told
    for party in ("DEU-NCB", "BRA-NCB"):
        opened = desk.ok(f"open @envelope.xml {desk.secret(party)}")
        assert opened.stdout_bytes == RECEIPT
        assert "verified and decrypted: RECEIPT of FRA-NCB" in opened.stderr


def test_the_payload_may_go_to_a_file(desk: Desk) -> None:
    desk.seal()
    result = desk.ok(f"open @envelope.xml {desk.secret('DEU-NCB')} --output @opened.xml")
    assert (desk.folder / "opened.xml").read_bytes() == RECEIPT
    assert result.stdout == ""


def test_verify_says_who_when_and_with_which_key(desk: Desk) -> None:
    desk.seal()
    result = desk.ok("verify @envelope.xml --trust @trust --json")
    facts = json.loads(result.stdout)
    assert facts["verified"] is True
    assert facts["from"] == "FRA-NCB"
    assert facts["may_send"] is True
    assert [to["party"] for to in facts["to"]] == ["DEU-NCB"]
    octets = (desk.folder / "envelope.xml").read_bytes()
    assert facts["sha256"] == hashlib.sha256(octets).hexdigest()
    for word in ("FRA-NCB", facts["key"], facts["created"]):
        assert word in result.stderr
    assert "FRA-NCB" in desk.ok("verify @envelope.xml --trust @trust").stdout


def test_verify_refuses_a_changed_envelope_with_its_exit_code(desk: Desk) -> None:
    desk.seal()
    octets = (desk.folder / "envelope.xml").read_bytes()
    (desk.folder / "changed.xml").write_bytes(octets.replace(b"ROUTINE", b"BULK"))
    result = desk.run("verify @changed.xml --trust @trust")
    assert isinstance(result.exception, EnvelopeRefusedError)
    assert exit_code_of(result.exception) is ExitCode.PERMISSION
    assert "reason, for our own eyes: digest" in result.stderr
    assert result.stdout == ""


def test_inspect_shows_claims_and_says_that_they_are_claims(desk: Desk) -> None:
    desk.seal("--to DEU-NCB --seq 7")
    octets = (desk.folder / "envelope.xml").read_bytes()
    (desk.folder / "changed.xml").write_bytes(octets.replace(b"ROUTINE", b"BULK"))
    result = desk.ok("inspect @changed.xml")
    assert "UNVERIFIED" in result.stderr
    assert "UNVERIFIED" in result.stdout
    assert "seq 7" in result.stdout
    facts = json.loads(desk.ok("inspect @changed.xml --json").stdout)
    assert facts["verified"] is False
    assert facts["priority"] == "BULK"


def test_inspect_of_something_else_says_so(desk: Desk) -> None:
    result = desk.run("inspect @receipt.xml --json")
    assert result.exit_code == ExitCode.VALIDATION
    assert json.loads(result.stdout)["envelope"] is False
    assert "not the form of an envelope" in result.stderr


def test_who_is_not_addressed_cannot_open(desk: Desk) -> None:
    desk.seal("--to DEU-NCB")
    result = desk.run(f"open @envelope.xml {desk.secret('BRA-NCB')}")
    assert isinstance(result.exception, NotForMeError)
    assert exit_code_of(result.exception) is ExitCode.PERMISSION
    assert result.stdout == ""


def test_an_invalid_payload_is_not_sealed_unless_its_type_is_given(desk: Desk) -> None:
    (desk.folder / "wrong.xml").write_bytes(b"<Receipt xmlns='urn:iarms:exchange:payload:1'/>")
    line = f"seal @wrong.xml {desk.secret('FRA-NCB')} --to DEU-NCB"
    refused = desk.run(line)
    assert isinstance(refused.exception, PayloadError)
    assert exit_code_of(refused.exception) is ExitCode.VALIDATION
    forced = desk.ok(f"{line} --type SEARCH_REQUEST")
    assert forced.stdout.startswith("<env:Envelope ")
    assert "FRA-NCB may not send SEARCH_REQUEST" in forced.stderr


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("--to DEU-NCB --type no", "outside its class"),
        ("--to DEU-NCB --message-id 12", "not a valid UUID"),
        ("--to DEU-NCB --lane soon", "not one of"),
        ("", "--to"),
    ],
)
def test_wrong_words_are_a_usage_error(desk: Desk, line: str, told: str) -> None:
    result = desk.run(f"seal @receipt.xml {desk.secret('FRA-NCB')} {line}")
    assert result.exit_code == ExitCode.USAGE
    assert told in result.stderr


def test_an_unknown_recipient_is_named(desk: Desk) -> None:
    result = desk.run(f"seal @receipt.xml {desk.secret('FRA-NCB')} --to XXX-NCB")
    assert isinstance(result.exception, UnknownPartyError)
    assert "XXX-NCB" in str(result.exception)
