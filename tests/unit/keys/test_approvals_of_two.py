"""Two officers approve one enrolment: neither undoes the other's word, and both see the same."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli import root
from keys import INTERACTIVE, CeremonyError, Cost, EnrolmentError, ceremony, sealed

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _quick_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    def derive(passphrase: bytes, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        octets = hashlib.shake_256(repr((passphrase, salt, cost)).encode()).digest(64)
        return octets[:32], octets[32:]

    monkeypatch.setattr(sealed, "_derive", derive)


class Enrolling:
    """A centre of five officers, and countries that ask to be enrolled."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.trust = folder, folder / "centre"
        self.officers = ceremony.found_alone(
            self.trust, b"desk", now=NOW, random=os.urandom, cost=INTERACTIVE
        )
        self.desk = ceremony.open_desk(self.trust, b"desk")
        self.requests = {party: self.asked(party) for party in ("FRA-NCB", "BRA-NCB")}

    def asked(self, party: str) -> ceremony.Requested:
        return ceremony.make_request(
            self.folder / party, party, b"own", anchor=self.desk.anchor, now=NOW,
            random=os.urandom, cost=INTERACTIVE,
        )  # fmt: skip

    def approve(
        self, officer: int, party: str = "FRA-NCB", *, name: str = "BCN France"
    ) -> ceremony.Approval:
        made = self.requests[party]
        return ceremony.approve(
            self.desk, made.request, self.officers[officer], made.fingerprint,
            sends=["RECEIPT"], now=NOW, name=name,
        )  # fmt: skip

    def waits(self) -> tuple[bytes, frozenset[str]]:
        found = ceremony.waiting(self.desk.folder)[0]
        return found.octets, found.persons

    def draft(self) -> bytes:
        return self.desk.folder.draft.read_bytes()


@pytest.fixture
def enrolling(tmp_path: Path) -> Enrolling:
    return Enrolling(tmp_path)


def test_an_officer_with_other_options_is_refused_and_the_first_ones_word_stays(
    enrolling: Enrolling,
) -> None:
    enrolling.approve(0)
    before = enrolling.waits(), enrolling.draft()
    for other in ({"name": "Somebody else"}, {"party": "BRA-NCB"}):
        with pytest.raises(CeremonyError, match="says it otherwise") as refused:
            enrolling.approve(1, **other)
        assert "signed by anna" in (refused.value.value or "")
        assert "BCN France" in (refused.value.value or "")
        assert "act show" in (refused.value.remedy or "")
        assert (enrolling.waits(), enrolling.draft()) == before
    assert enrolling.approve(1).pending.published is not None


def test_an_officer_who_erred_lays_it_out_anew_as_long_as_nobody_else_has_signed(
    enrolling: Enrolling,
) -> None:
    enrolling.approve(0, name="A slip")
    enrolling.approve(0)
    done = enrolling.approve(1)
    assert done.pending.persons == {"anna", "boris"}
    assert done.entry.name == "BCN France"


def test_an_approval_beside_other_changes_in_the_draft_moves_nothing(
    enrolling: Enrolling,
) -> None:
    asked = ceremony.check_request(enrolling.desk, enrolling.requests["BRA-NCB"].request)
    ceremony.enrol(enrolling.desk, asked, sends=["RECEIPT"], now=NOW)
    before = enrolling.draft()
    with pytest.raises(CeremonyError, match="for one alone") as refused:
        enrolling.approve(0)
    assert "BRA-NCB" in (refused.value.value or "")
    assert enrolling.draft() == before
    assert not (enrolling.desk.folder.issued / "FRA-NCB.pem").exists()


def test_who_is_missing_is_told_with_the_organisation_that_it_takes(enrolling: Enrolling) -> None:
    assert enrolling.approve(0).pending.still == "1 more officer, of another organisation"
    third = enrolling.approve(2).pending
    assert third.published is None, "anna and chen are of one organisation"
    assert third.still == "1 more officer, of another organisation"
    assert enrolling.approve(3).pending.published is not None


def test_an_approval_after_the_last_finds_the_enrolment_and_changes_nothing(
    enrolling: Enrolling,
) -> None:
    """Whoever was stopped between the publishing and the broker does the same line again."""
    enrolling.approve(0)
    done = enrolling.approve(1)
    published = sorted(path.name for path in enrolling.trust.glob("directory-*"))
    again = enrolling.approve(1)
    assert again.pending.published == done.pending.published
    assert again.certificate == done.certificate
    assert not again.pending.persons
    assert ceremony.waiting(enrolling.desk.folder) == ()
    assert sorted(path.name for path in enrolling.trust.glob("directory-*")) == published


def test_a_refused_request_names_its_file(enrolling: Enrolling, tmp_path: Path) -> None:
    made = enrolling.requests["FRA-NCB"].request
    copy = tmp_path / "forged.xml"
    copy.with_name("forged.xml.sig").write_bytes(made.with_name(f"{made.name}.sig").read_bytes())
    for octets in (b"", made.read_bytes()[:-9], made.read_bytes().replace(b"FRA", b"BRA")):
        copy.write_bytes(octets)
        with pytest.raises(EnrolmentError) as refused:
            ceremony.check_request(enrolling.desk, copy)
        assert refused.value.place == str(copy)
        assert refused.value.remedy


def test_the_officer_is_asked_for_the_words_of_the_country_that_the_request_names(
    enrolling: Enrolling, tmp_path: Path
) -> None:
    made = enrolling.requests["FRA-NCB"]
    words = ceremony.words_of(bytes.fromhex(made.fingerprint.replace(" ", "")))
    for name in ("desk", "anna"):
        (tmp_path / name).write_bytes(b"desk")
        (tmp_path / name).chmod(0o600)
    officer = tmp_path / "anna.key"
    ceremony.save_signer(
        enrolling.officers[0], officer, b"desk", random=os.urandom, cost=INTERACTIVE
    )
    typed = "\n".join([words.rsplit(" ", 1)[0], words.replace(" ", " xq", 1), words, ""])
    line = ["party", "approve", str(made.request), "--trust", str(enrolling.trust)]
    line += ["--sends", "RECEIPT", "--officer", str(officer)]
    line += ["--officer-passphrase-file", str(tmp_path / "anna")]
    done = CliRunner().invoke(
        root, [*line, "--passphrase-file", str(tmp_path / "desk")], input=typed
    )
    assert done.exit_code == 0, done.output
    assert "The words that FRA-NCB reads to you" in done.stderr
    assert "11 words; there are 12" in done.stderr
    assert "word 2, " in done.stderr
    assert "of another organisation" in done.stderr
