"""A key that nobody vouches for is told to officers before they sign it, and to all afterwards."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import root as iarms
from keys import INTERACTIVE, Cost, Identity, TrustError, ceremony, entry_for, load_identity, sealed
from keys.publishing import write_draft

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(autouse=True)
def _quick_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    def derive(passphrase: bytes, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        octets = hashlib.shake_256(repr((passphrase, salt, cost)).encode()).digest(64)
        return octets[:32], octets[32:]

    monkeypatch.setattr(sealed, "_derive", derive)


class Centre:
    def __init__(self, root: Path) -> None:
        self.root, self.trust = root, root / "centre"
        self.officers = ceremony.found_alone(
            self.trust, b"desk", now=NOW, random=os.urandom, cost=INTERACTIVE
        )
        desk = ceremony.open_desk(self.trust, b"desk")
        for party in ("FRA-NCB", "USA-NCB"):
            ceremony.set_up_party(
                desk, root / party, party, b"own", sends=["RECEIPT"], now=NOW,
                random=os.urandom, cost=INTERACTIVE,
            )  # fmt: skip
        self.directory = ceremony.publish(self.trust, self.officers[:2], now=NOW)

    def foist(self, party: str) -> Identity:
        """Into the draft: keys for a country that it never saw, beside nobody's else."""
        rogue = Identity.generate(party, random=os.urandom)
        entry = entry_for(rogue, sends=frozenset({"RECEIPT"}), valid_from=NOW)
        write_draft(
            ceremony.CentreFolder(self.trust), {**self.directory.parties, party: entry}, now=NOW
        )
        return rogue

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(iarms, [*words, "--trust", str(self.trust)])


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    return Centre(tmp_path)


def test_officers_are_warned_first_and_a_published_one_is_marked_for_everybody(
    centre: Centre,
) -> None:
    assert centre.run("directory", "show").exit_code == 0
    rogue = centre.foist("FRA-NCB")
    draft = centre.run("directory", "show", "--draft")
    assert (draft.exit_code, "WITHHELD" in draft.stdout) == (6, True)
    pending = ceremony.propose_directory(centre.trust, now=NOW)
    first, *others = ceremony.changes_of(centre.trust, pending)
    assert first.startswith("DO NOT SIGN before you have called FRA-NCB")
    assert rogue.signing_kid in first or rogue.encryption_kids[0] in first
    assert others
    for officer in centre.officers[:2]:
        ceremony.sign_document(centre.trust, pending.name, officer)
    shown = centre.run("directory", "show")
    assert shown.exit_code == 6
    assert "NOT RELIED ON: FRA-NCB" in shown.output
    facts = json.loads(centre.run("directory", "show", "--json").stdout)
    marked = {
        (each["party"], key["kid"])
        for each in facts["parties"]
        for key in each["keys"]
        if key["withheld"]
    }
    assert marked == {("FRA-NCB", rogue.signing_kid), ("FRA-NCB", rogue.encryption_kids[0])}
    (centre.trust / "directory-1.xml").unlink()  # a country's folder has the newest alone
    assert centre.run("directory", "show").exit_code == 0


def test_a_sound_rotation_is_no_warning(centre: Centre) -> None:
    own = load_identity(centre.root / "FRA-NCB" / "identity.key", b"own")
    _, note = ceremony.prepare_rotation(
        own, centre.root / "next.key", b"own", random=os.urandom, cost=INTERACTIVE
    )
    ceremony.take_rotation(centre.trust, note, now=NOW)
    pending = ceremony.propose_directory(centre.trust, now=NOW)
    assert not any("DO NOT SIGN" in each for each in ceremony.changes_of(centre.trust, pending))
    assert centre.run("directory", "show", "--draft").exit_code == 0


@pytest.mark.parametrize(
    "damage",
    [lambda octets: octets[:-40], lambda octets: octets[:0], lambda octets: b"\xff" + octets],
)
def test_a_damaged_draft_says_what_to_do(centre: Centre, damage: object) -> None:
    centre.foist("BRA-NCB")
    draft = ceremony.CentreFolder(centre.trust).draft
    draft.write_bytes(damage(draft.read_bytes()))  # type: ignore[operator] # one of the above
    with pytest.raises(TrustError) as refused:
        ceremony.propose_directory(centre.trust, now=NOW)
    assert refused.value.place == str(draft)
    assert "Move it away" in str(refused.value.remedy)
    draft.unlink()
    assert ceremony.publish(centre.trust, centre.officers[:2], now=NOW, renew=True).version == 2
