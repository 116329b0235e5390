"""A rotation ends by counters and by signed words, and only what is over is destroyed."""

from __future__ import annotations

import hashlib
import json
import os
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.operations import OwnDrain, not_relying
from gateway.store import TrustAck
from keys import (
    INTERACTIVE,
    CeremonyError,
    Cost,
    Identity,
    KeyState,
    ceremony,
    draining,
    load_identity,
    sealed,
)

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
OWN = b"own"


@pytest.fixture(autouse=True)
def _quick_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    def derive(passphrase: bytes, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
        octets = hashlib.shake_256(repr((passphrase, salt, cost)).encode()).digest(64)
        return octets[:32], octets[32:]

    monkeypatch.setattr(sealed, "_derive", derive)


class Rotating:
    """A country in the middle of a rotation: new keys current, old ones retiring."""

    def __init__(self, root: Path) -> None:
        self.trust, self.home = root / "centre", root / "lyon"
        self.officers = ceremony.found_alone(
            self.trust, b"desk", now=NOW, random=os.urandom, cost=INTERACTIVE
        )
        desk = ceremony.open_desk(self.trust, b"desk")
        ceremony.set_up_party(
            desk, self.home, "FRA-NCB", OWN, sends=["SEARCH_REQUEST"], now=NOW, random=os.urandom,
            cost=INTERACTIVE,
        )  # fmt: skip
        self.publish()
        self.old = load_identity(self.home / "identity.key", OWN)
        self.fresh, note = ceremony.prepare_rotation(
            self.old, self.home / "next.key", OWN, random=os.urandom, cost=INTERACTIVE
        )
        ceremony.take_rotation(self.trust, note, now=NOW)
        self.publish()

    def publish(self) -> None:
        self.directory = ceremony.publish(self.trust, self.officers[:2], now=NOW)

    def settle(self) -> Identity:
        return ceremony.settle(
            self.home, self.fresh, self.directory, OWN, random=os.urandom, cost=INTERACTIVE
        )


@pytest.fixture
def rotating(tmp_path: Path) -> Rotating:
    return Rotating(tmp_path)


def test_the_old_keys_end_by_the_partys_word_and_are_destroyed_only_then(
    rotating: Rotating,
) -> None:
    with pytest.raises(CeremonyError, match="still in use"):
        rotating.settle()
    word = ceremony.read_drained(
        ceremony.write_drained(rotating.fresh, rotating.directory), rotating.directory
    )
    assert set(word.kids) == {rotating.old.signing_kid, rotating.old.encryption_kids[0]}
    ceremony.retire(rotating.trust, word, now=NOW)
    rotating.publish()
    states = {key.kid: key.state for key in rotating.directory.parties["FRA-NCB"].keys}
    assert states[rotating.old.signing_kid] is KeyState.RETIRED
    kept = rotating.settle()
    assert load_identity(rotating.home / "identity.key", OWN) == kept
    assert kept.signing_kid == rotating.fresh.signing_kid
    assert set(kept.encryption_kids) == set(rotating.fresh.encryption_kids[:1])
    assert not (rotating.home / "next.key").exists()


def test_nobody_else_says_that_a_partys_keys_are_drained(rotating: Rotating) -> None:
    note = ceremony.write_drained(rotating.fresh, rotating.directory)
    facts = json.loads(note)
    with pytest.raises(CeremonyError, match="No key of this party"):
        ceremony.write_drained(rotating.old, rotating.directory)
    for forged in (
        facts | {"kids": [str(rotating.fresh.signing_kid)]},
        facts | {"version": 1},
        facts | {"by": str(rotating.old.signing_kid)},
        facts | {"party": "USA-NCB"},
        facts | {"value": "AAAA"},
        {},
    ):
        with pytest.raises(CeremonyError, match="not a party's word"):
            ceremony.read_drained(json.dumps(forged).encode(), rotating.directory)
    with pytest.raises(CeremonyError):
        ceremony.read_drained(b"\xff" * 100, rotating.directory)


def test_the_key_that_retires_cannot_say_itself_that_nothing_waits_for_it(
    rotating: Rotating,
) -> None:
    facts = json.loads(ceremony.write_drained(rotating.fresh, rotating.directory))
    word = draining.Drained(
        party=facts["party"], version=facts["version"], kids=tuple(facts["kids"])
    )
    value = b64encode(rotating.old.sign(draining._covered(word))).decode("ascii")
    by_the_old = facts | {"by": str(rotating.old.signing_kid), "value": value}
    with pytest.raises(CeremonyError, match="current key"):
        ceremony.read_drained(json.dumps(by_the_old).encode(), rotating.directory)


def test_the_centre_retires_no_key_that_is_in_use(rotating: Rotating) -> None:
    word = ceremony.read_drained(
        ceremony.write_drained(rotating.fresh, rotating.directory), rotating.directory
    )
    for kids in ((str(rotating.fresh.signing_kid),), (*word.kids, "nobodys")):
        with pytest.raises(CeremonyError, match="not waiting for their end"):
            ceremony.retire(rotating.trust, replace(word, kids=kids), now=NOW)


def test_what_waits_is_told_in_sentences_and_an_unasked_broker_counts_as_waiting() -> None:
    assert OwnDrain(unreceipted=0, missing=0, in_mailboxes=0).is_drained
    for waits in (
        OwnDrain(unreceipted=1, missing=0, in_mailboxes=0),
        OwnDrain(unreceipted=0, missing=2, in_mailboxes=0),
        OwnDrain(unreceipted=0, missing=0, in_mailboxes=3),
        OwnDrain(unreceipted=0, missing=0, in_mailboxes=None),
    ):
        assert not waits.is_drained
        assert len(waits.sentences()) == 1
    ack = TrustAck(
        party="USA-NCB", state="s", root_version=1, version=4, revocations=0,
        taken_at=NOW, heard_at=NOW + timedelta(seconds=1),
    )  # fmt: skip
    assert not_relying([ack], {"USA-NCB", "BRA-NCB"}, 4) == ("BRA-NCB",)
    assert not_relying([ack], {"USA-NCB"}, 5) == ("USA-NCB",)
