"""What a party relies on is said by itself alone: no forged word changes a figure at the centre.

The carrier is hostile: what it makes goes straight into the centre's mailbox (trust_world.py).
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from trust_world import COUNTRIES, TrustWorld, derive_quickly

from gateway.endpoint.trustpost import state_text
from gateway.envelope import Draft, seal
from gateway.exchange import OUT_EXCHANGE, mailbox_key
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.operations import Spread
from gateway.payload import PAYLOAD_SCHEMA, DirectoryAck, encode
from keys import Identity, ceremony, load_identity

pytestmark = [pytest.mark.unit, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _quick_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    derive_quickly(monkeypatch)


class Carrier:
    """Puts words into the centre's mailbox, as whoever holds ``by``."""

    def __init__(self, world: TrustWorld) -> None:
        self.world, self.number = world, 0

    def identity(self, party: str) -> Identity:
        return load_identity(self.world.folder / party / "identity.key", b"own")

    def word(self, **changes: object) -> DirectoryAck:
        held = self.world.places[REGISTRY_PARTY].directories.held
        word = DirectoryAck(
            taken_timestamp=self.world.now,
            root_version=held.root_version,
            directory_version=held.version,
            revocation_quantity=held.revocations,
            state_digest=state_text(held),
        )
        return replace(word, **changes)  # type: ignore[arg-type] # of its own fields

    def sealed(self, word: DirectoryAck, by: Identity) -> bytes:
        self.number += 1
        directory = self.world.places[REGISTRY_PARTY].directories.last(self.world.now)
        now: datetime = self.world.now
        return seal(
            encode(word),
            Draft(
                message_id=f"0192a0b0-0000-7000-8000-{self.number:012d}",
                message_type="DIRECTORY_ACK", created=now, expires=now + timedelta(days=1),
                lane=Lane.URGENT, in_reply_to=None, directory_version=directory.version,
                schema=PAYLOAD_SCHEMA,
            ),
            by=by,
            to=[(directory.recipient(REGISTRY_PARTY), 0)],
            random=os.urandom,
        )  # fmt: skip

    def put(self, octets: bytes) -> None:
        self.world.relay_link.publish(
            token=f"t{self.number}{len(octets)}", exchange=OUT_EXCHANGE,
            routing_key=mailbox_key(REGISTRY_PARTY, Lane.URGENT), body=octets,
        )  # fmt: skip
        self.world.settle()


def figures(spread: Spread) -> tuple[object, ...]:
    return (spread.missing, {party: spread.after[party] for party in sorted(spread.after)})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[TrustWorld]:
    made = TrustWorld(tmp_path)
    made.settle()
    made.later(timedelta(seconds=2))
    yield made
    made.close()


def test_no_word_but_a_partys_own_newest_changes_who_relies_on_what(world: TrustWorld) -> None:
    carrier = Carrier(world)
    silent = world.places["BRA-NCB"]
    silent.is_frozen = True  # it will not have said that it relies on directory 2
    old = carrier.sealed(carrier.word(), carrier.identity("FRA-NCB"))
    before_two = carrier.word()
    world.now += timedelta(seconds=5)
    ceremony.publish(world.centre, world.officers, now=world.now, renew=True)
    ceremony.hand_over(world.centre, world.trust)
    world.settle()
    world.now += timedelta(seconds=1)
    before = figures(world.spread())
    assert world.spread().missing == ("BRA-NCB",)

    brazil, france = carrier.identity("BRA-NCB"), carrier.identity("FRA-NCB")
    stranger = Identity.generate("BRA-NCB", random=os.urandom)
    posing = Identity.from_secrets(
        "BRA-NCB", signing_seed=france.export_secrets()[0],
        encryption_secrets=list(france.export_secrets()[1]),
    )  # fmt: skip
    good = carrier.sealed(carrier.word(), stranger)
    letters = len(world.places[REGISTRY_PARTY].letters())
    forged = {
        "in its name by a stranger's key": good,
        "in its name by another country's key": carrier.sealed(carrier.word(), posing),
        "unsigned": good[: len(good) // 2],
        "nothing": b"",
        "one octet changed": good[:-200] + bytes([good[-200] ^ 1]) + good[-199:],
    }
    for what, octets in forged.items():
        carrier.put(octets)
        assert figures(world.spread()) == before, what
        codes = world.places[REGISTRY_PARTY].letters()
        assert len(codes) > letters, what  # set aside in sight, with its reason
        assert codes[0], what
        letters = len(codes)
    for what, octets in {
        "an old word that was overtaken": old,
        "the same old word twice": old,
        "the same under a new number": carrier.sealed(before_two, france),
        "another country's own word": carrier.sealed(carrier.word(), france),
    }.items():
        carrier.put(octets)
        assert figures(world.spread()) == before, what

    # What it says of itself, signed, and cannot be: it is counted with nobody who relies on this.
    strange = base64.b64encode(hashlib.sha256(b"x").digest()).decode()
    for version in (1, 2, 999):
        carrier.put(
            carrier.sealed(carrier.word(directory_version=version, state_digest=strange), brazil)
        )
        assert world.spread().missing == ("BRA-NCB",)
        assert set(world.spread().after) == set(COUNTRIES) - {"BRA-NCB"}


def test_a_word_by_a_revoked_key_changes_nothing_however_true(world: TrustWorld) -> None:
    carrier = Carrier(world)
    thief = carrier.identity("FRA-NCB")
    ceremony.revoke(
        world.trust, "FRA-NCB", [thief.signing_kid], "stolen", world.officers[0], now=world.now
    )
    world.later(timedelta(seconds=2))
    before = figures(world.spread())
    assert "FRA-NCB" in world.spread().missing
    letters = len(world.places[REGISTRY_PARTY].letters())
    carrier.put(carrier.sealed(carrier.word(), thief))
    assert figures(world.spread()) == before
    assert len(world.places[REGISTRY_PARTY].letters()) == letters + 1
