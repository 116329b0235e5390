"""The commands of trust, from the anchor to the published directory."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import root
from gateway.exchange import definitions
from keys import CeremonyError, DirectoryFolder, TrustError, load_anchor, load_identity, sealed

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _quick_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    import hashlib  # noqa: PLC0415 - belongs to this stand-in alone

    def derive(passphrase: bytes, salt: bytes, cost: sealed.Cost) -> tuple[bytes, bytes]:
        octets = hashlib.shake_256(repr((passphrase, salt, cost)).encode()).digest(64)
        return octets[:32], octets[32:]

    monkeypatch.setattr(sealed, "_derive", derive)


class Terminal:
    """Runs commands in one folder with one passphrase file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.passphrase = folder / "pass"
        self.passphrase.write_bytes(b"a good passphrase\n")
        self.passphrase.chmod(0o600)

    def run(self, line: str, *, secret: bool = True) -> Result:
        words = [word.replace("@", f"{self.folder}/") for word in line.split()]
        if secret:
            words += ["--passphrase-file", str(self.passphrase)]
        return CliRunner().invoke(root, words)

    def ok(self, line: str, *, secret: bool = True) -> Result:
        if line == PUBLISH:
            return self.publish(line)
        if line == INIT:
            return self.found()
        result = self.run(line, secret=secret)
        assert result.exit_code == 0, result.output
        return result

    def found(self) -> Result:
        """Five officers make their keys, the centre draws up the root, three of them sign it."""
        for number, person in enumerate(OFFICERS):
            self.ok(
                f"key officer {person} --organisation Office{number % 2} --home @{person}"
                " --cost interactive"
            )
        drawn = self.ok(INIT + " ")
        for person in OFFICERS[:3]:
            self.sign("root-1.xml", person)
        return drawn

    def publish(self, line: str) -> Result:
        name = self.ok(line + " ", secret=False).stdout.strip()
        self.sign(name, OFFICERS[0])
        return self.sign(name, OFFICERS[1])

    def sign(self, name: str, person: str) -> Result:
        waiting = json.loads(self.ok("act show --trust @centre --json", secret=False).stdout)
        words = next(each["words"] for each in waiting if each["document"] == name)
        line = ["act", "sign", name, "--trust", f"{self.folder}/centre", "--words", words]
        line += ["--officer", f"{self.folder}/{person}/officer.key"]
        result = CliRunner().invoke(root, [*line, "--passphrase-file", str(self.passphrase)])
        assert result.exit_code == 0, result.output
        return result


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


OFFICERS = ("anna", "boris", "chen", "dina", "emil")
INIT = "anchor init --trust @centre --cost interactive " + " ".join(
    f"--card @{person}/officer-{person}.xml" for person in OFFICERS
)
REQUEST = "party request FRA-NCB --home @fra --anchor @centre/anchor.xml --cost interactive"
ENROL = "party enrol @fra/request-FRA-NCB.xml --trust @centre --sends RECEIPT,REC_SUBMIT"
KEY_DAYS = " --key-days 400"
PUBLISH = "directory propose --trust @centre"


def test_the_whole_ceremony_by_commands(terminal: Terminal) -> None:
    terminal.ok(INIT)
    asked = terminal.ok(REQUEST)
    fingerprint = next(
        line.split(":")[1].strip()
        for line in asked.stderr.splitlines()
        if "fingerprint of FRA-NCB" in line
    )
    checked = terminal.ok(ENROL)
    assert checked.stdout.strip() == fingerprint
    assert "NOT compared" in checked.stderr
    terminal.ok(PUBLISH)
    terminal.ok(
        "party install --home @fra --certificate @centre/issued/FRA-NCB.pem"
        " --authority @centre/ca.pem",
        secret=False,
    )
    terminal.ok("directory copy --trust @centre --to @fra/trust", secret=False)
    folder = terminal.folder / "fra" / "trust"
    directory = DirectoryFolder(folder, load_anchor(folder / "anchor.xml")).current(
        datetime.now(UTC)
    )
    identity = load_identity(terminal.folder / "fra" / "identity.key", b"a good passphrase")
    assert directory.recipient("FRA-NCB").kid == identity.encryption_kids[0]
    assert directory.may_send("FRA-NCB", "REC_SUBMIT")


def test_the_directory_is_shown_as_a_table_and_as_json(terminal: Terminal) -> None:
    for line in (INIT, REQUEST, ENROL + KEY_DAYS):
        terminal.ok(line)
    draft = terminal.ok("directory show --trust @centre --draft", secret=False)
    assert "not signed" in draft.stderr
    terminal.ok(PUBLISH)
    shown = terminal.ok("directory show --trust @centre", secret=False)
    assert "FRA-NCB" in shown.stdout
    assert "CURRENT  399" in shown.stdout
    assert "expires in 29 days" in shown.stderr
    facts = json.loads(terminal.ok("directory show --trust @centre --json", secret=False).stdout)
    assert facts["version"] == 1
    assert facts["signed"] is True
    assert facts["parties"][0]["sends"] == ["RECEIPT", "REC_SUBMIT"]
    anchor = json.loads(terminal.ok("anchor show --trust @centre --json", secret=False).stdout)
    assert anchor["fingerprint"] in terminal.ok("anchor show --trust @centre", secret=False).stdout


def test_certificates_for_broker_and_relay_are_made_at_the_centre(terminal: Terminal) -> None:
    terminal.ok(INIT)
    terminal.ok("anchor server --trust @centre --out @broker")
    terminal.ok("anchor user --trust @centre --name XPO-RELAY --home @relay")
    assert (terminal.folder / "broker" / "server-key.pem").stat().st_mode & 0o777 == 0o600
    assert (terminal.folder / "relay" / "broker" / "client.pem").exists()


@pytest.mark.parametrize("line", [INIT, REQUEST, PUBLISH, "anchor server --trust @centre --out @b"])
def test_a_step_that_was_done_is_refused_clearly_the_second_time(
    terminal: Terminal, line: str
) -> None:
    for done in (INIT, REQUEST, ENROL, PUBLISH):
        terminal.ok(done)
    if line.startswith("anchor server"):
        terminal.ok(line)
    again = terminal.run(line, secret=line != PUBLISH)
    assert isinstance(again.exception, TrustError)
    assert again.exception.code == "keys.ceremony"
    assert again.exception.remedy


def test_enrolling_again_says_that_nothing_changed(terminal: Terminal) -> None:
    for line in (INIT, REQUEST, ENROL):
        terminal.ok(line)
    assert "already" in terminal.ok(ENROL).stderr


def test_a_wrong_fingerprint_or_passphrase_is_an_error(terminal: Terminal) -> None:
    terminal.ok(INIT)
    terminal.ok(REQUEST)
    heard = terminal.run(f"{ENROL} --heard 0000")
    assert isinstance(heard.exception, TrustError)
    assert heard.exception.code == "keys.enrolment"
    terminal.passphrase.write_bytes(b"wrong")
    wrong = terminal.run(ENROL)
    assert isinstance(wrong.exception, TrustError)
    assert wrong.exception.code == "keys.passphrase"


def test_a_passphrase_is_asked_for_by_file_or_descriptor_only(terminal: Terminal) -> None:
    for person in OFFICERS:
        terminal.ok(f"key officer {person} --organisation X --home @{person} --cost interactive")
    missing = terminal.run(INIT, secret=False)
    assert missing.exit_code == 2
    assert "--passphrase-file" in missing.output
    assert not (terminal.folder / "centre").exists()


@pytest.mark.parametrize("name", ["XPO-RELAY", "XPO-BROKER"])
def test_nobody_is_enrolled_under_the_name_of_a_user_of_the_centre(
    terminal: Terminal, name: str
) -> None:
    terminal.ok(INIT)
    terminal.ok(f"party request {name} --home @x --anchor @centre/anchor.xml --cost interactive")
    refused = terminal.run(f"party enrol @x/request-{name}.xml --trust @centre --sends RECEIPT")
    assert refused.exit_code != 0
    assert not list(terminal.folder.rglob(f"{name}.pem"))
    with pytest.raises(ValueError, match=name):
        definitions([name])


def test_a_stranger_enrols_a_country_by_two_approvals_and_rotates_its_keys(
    terminal: Terminal,
) -> None:
    terminal.ok(INIT)
    asked = terminal.ok(REQUEST + " --language french --qr")
    words = next(
        line.split(": ")[1] for line in asked.stderr.splitlines() if "words of FRA-NCB" in line
    )

    def approve(person: str, heard: str) -> Result:
        secret = str(terminal.passphrase)
        folder = terminal.folder
        line = ["party", "approve", f"{folder}/fra/request-FRA-NCB.xml", "--sends", "RECEIPT"]
        line += ["--trust", f"{folder}/centre", "--officer", f"{folder}/{person}/officer.key"]
        line += ["--officer-passphrase-file", secret, "--passphrase-file", secret]
        return CliRunner().invoke(root, [*line, "--words", heard])

    first, *rest = words.split()
    assert isinstance(approve("anna", " ".join([*rest, first])).exception, TrustError)
    assert approve("anna", words).exit_code == 0
    assert isinstance(approve("anna", words).exception, TrustError)
    second = approve("boris", words.upper())
    assert second.exit_code == 0, second.output
    assert second.stdout.strip().endswith("directory-1.xml")
    broker = json.loads((terminal.folder / "centre" / "definitions.json").read_text())
    assert "FRA-NCB" in {user["name"] for user in broker["users"]}
    assert (terminal.folder / "centre" / "issued" / "FRA-NCB.pem").exists()

    note = terminal.ok("key rotate --identity @fra/identity.key --out @fra/next.key").stdout
    (terminal.folder / "note.json").write_text(note)
    taken = terminal.ok("key take @note.json --trust @centre", secret=False)
    assert "vouched for" in taken.stdout
    name = terminal.ok("directory propose --trust @centre ", secret=False).stdout.strip()
    terminal.sign(name, "anna")
    waits = terminal.run("key status --trust @centre --json", secret=False)
    assert waits.exit_code == 6
    assert "waits for 1 officers" in waits.stdout
    terminal.sign(name, "dina")
    terminal.ok("directory copy --trust @centre --to @fra/trust", secret=False)
    folder = terminal.folder / "fra" / "trust"
    directory = DirectoryFolder(folder, load_anchor(folder / "anchor.xml")).current(
        datetime.now(UTC)
    )
    successor = load_identity(terminal.folder / "fra" / "next.key", b"a good passphrase")
    assert directory.recipient("FRA-NCB").kid == successor.encryption_kids[0]

    kid = successor.signing_kid
    terminal.ok(
        f"key revoke FRA-NCB --kid {kid} --why Stolen --officer @emil/officer.key --trust @centre"
    )
    terminal.ok("directory copy --trust @centre --to @fra/trust", secret=False)
    found = DirectoryFolder(folder, load_anchor(folder / "anchor.xml")).current(datetime.now(UTC))
    signer = found.signer(kid)
    assert signer is not None
    assert not signer[1].may_sign(datetime.now(UTC))


def test_an_exchange_is_moved_to_the_hybrid_suite_by_commands(terminal: Terminal) -> None:
    for line in (INIT, REQUEST, ENROL, PUBLISH):
        terminal.ok(line)
    too_early = terminal.run("directory suite 2 --trust @centre", secret=False)
    assert isinstance(too_early.exception, CeremonyError)
    drawn = terminal.ok("anchor suites 1 2 --trust @centre", secret=False).stdout
    name, change, *_ = drawn.splitlines()
    assert change == "suites allowed: 1 to 1 2"
    for person in OFFICERS[:3]:
        terminal.sign(name, person)
    nobody = terminal.run("directory suite 2 --trust @centre", secret=False)
    assert isinstance(nobody.exception, CeremonyError)
    assert nobody.exception.value == "FRA-NCB"
    note = terminal.ok("key hybrid --identity @fra/identity.key --out @fra/next.key").stdout
    (terminal.folder / "note.json").write_text(note)
    terminal.ok("key take @note.json --trust @centre", secret=False)
    moved = terminal.ok("directory suite 2 --trust @centre", secret=False)
    assert "messages: suite 1 to suite 2" in moved.stdout
    name = terminal.ok("directory propose --trust @centre ", secret=False).stdout.strip()
    for person in ("anna", "dina"):
        terminal.sign(name, person)
    facts = json.loads(terminal.ok("directory show --trust @centre --json", secret=False).stdout)
    assert (facts["suite"], facts["suite_since"]) == (2, 2)
    keys = [(key["use"], key["suite"], key["state"]) for key in facts["parties"][0]["keys"]]
    assert sorted(keys, key=str) == [
        ("enc", 1, "CURRENT"), ("enc", 2, "CURRENT"), ("sig", None, "CURRENT"),
    ]  # fmt: skip
    gone = terminal.run("anchor suites 1 --trust @centre", secret=False)
    assert isinstance(gone.exception, CeremonyError)
