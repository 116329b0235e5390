"""A stolen key loses nothing that was honestly sent and applies nothing that was forged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from memory_world import START, MemoryWorld, search

from gateway.envelope import Draft, EnvelopeRefusedError, check_envelope, seal, sign_anew
from gateway.exchange import ingress_exchange
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.payload import PAYLOAD_SCHEMA, encode
from keys import Identity, KeyState, entry_for

pytestmark = [pytest.mark.unit, pytest.mark.slow]

FRANCE = "FRA-NCB"


class StolenKey(MemoryWorld):
    """A world in which France's key comes into other hands."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, (FRANCE,))
        self.stolen = self.seats[FRANCE].identity

    def forge(self, label: str) -> None:
        """A thief with France's key and line sends what France never sent."""
        seat = self.seats[FRANCE]
        assert seat.link is not None
        frame = seat.endpoint._station.frame(self.now)  # type: ignore[union-attr]
        message_id = frame.ids.message_id()
        octets = seal(
            encode(search(label, frame)),
            Draft(
                message_id=message_id,
                message_type="SEARCH_REQUEST",
                created=self.now,
                expires=self.now + timedelta(days=7),
                lane=Lane.ROUTINE,
                in_reply_to=None,
                directory_version=1,
                schema=PAYLOAD_SCHEMA,
            ),
            by=self.stolen,
            to=[(self.directory.recipient(REGISTRY_PARTY), 0)],
            random=self.randomness,
        )
        seat.link.publish(
            token=f"forged-{message_id}",
            exchange=ingress_exchange(FRANCE, Lane.ROUTINE),
            routing_key="",
            body=octets,
        )

    def revoke_and_succeed(self) -> Identity:
        """The directory revokes the stolen key and lists its successor; France starts with it."""
        fresh = Identity.generate(FRANCE, random=self.randomness)
        seed, scalars = fresh.export_secrets()
        _, old_scalars = self.stolen.export_secrets()
        successor = Identity.from_secrets(
            FRANCE, signing_seed=seed, encryption_secrets=[*scalars, *old_scalars]
        )
        old = self.directory.parties[FRANCE]
        gone = tuple(
            replace(key, state=KeyState.REVOKED, revoked_at=self.now)
            if key.use == "sig"
            else replace(key, state=KeyState.RETIRING)
            for key in old.keys
        )
        entry = entry_for(successor, sends=old.sends, valid_from=self.now)
        listed = replace(entry, keys=(*entry.keys, *gone))
        self.directory = replace(
            self.directory,
            version=2,
            issued=self.now,
            parties={**self.directory.parties, FRANCE: listed},
        )
        self.seats[FRANCE].identity = successor
        self.crash(self.seats[FRANCE])
        return successor


@pytest.fixture
def world(tmp_path: Path) -> Iterator[StolenKey]:
    made = StolenKey(tmp_path)
    made.settle()
    yield made
    made.close()


@pytest.mark.parametrize(
    "messages", [pytest.param(60, id="60"), pytest.param(1_000, id="1000", marks=pytest.mark.slow)]
)
def test_a_key_stolen_mid_flight_loses_no_genuine_message_and_applies_no_forged_one(
    world: StolenKey, messages: int
) -> None:
    for number in range(messages // 2):
        world.ask(FRANCE, f"genuine {number}")
        world.forge(f"forged {number}")
    world.now += timedelta(seconds=1)
    world.revoke_and_succeed()
    world.until_quiet()
    effects = Counter(world.effects(REGISTRY_PARTY))
    assert effects == Counter({f"genuine {number}": 1 for number in range(messages // 2)})
    assert world.waiting(FRANCE) == 0
    held = world.letters(REGISTRY_PARTY)
    assert len(held) == messages, "what the stolen key signed is kept sealed, in sight"
    assert len(world.events(FRANCE, "message.signed-anew")) == messages // 2


def test_what_was_applied_before_the_revocation_has_no_second_effect(world: StolenKey) -> None:
    world.ask(FRANCE, "asked before")
    seat = world.seats[FRANCE]
    assert seat.link is not None
    for _ in range(3):  # to the centre, whose answer does not come back
        events = world.relay_link.take(limit=100, timeout=timedelta(0))
        world.relay.step(events, world.now)
        hub = world.seats[REGISTRY_PARTY]
        assert hub.link is not None
        assert hub.endpoint is not None
        hub.endpoint.step(hub.link.take(limit=100, timeout=timedelta(0)))
    assert world.effects(REGISTRY_PARTY) == ["asked before"]
    world.revoke_and_succeed()
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == ["asked before"]


def test_an_envelope_signed_anew_counts_only_for_a_revoked_key_of_the_same_party(
    world: StolenKey,
) -> None:
    world.ask(FRANCE, "one")
    octets = world.look(FRANCE, lambda unit: unit.outbox.newest_sealed())
    before = world.directory
    fresh = world.revoke_and_succeed()
    anew = sign_anew(octets, by=fresh)
    assert check_envelope(anew, world.directory, now=world.now).header.sender == FRANCE
    still_good = replace(
        world.directory.parties[FRANCE],
        keys=tuple(
            replace(key, state=KeyState.CURRENT, revoked_at=None)
            for key in world.directory.parties[FRANCE].keys
        ),
    )
    unrevoked = replace(world.directory, parties={**world.directory.parties, FRANCE: still_good})
    by_another = sign_anew(octets, by=world.seats[REGISTRY_PARTY].identity)
    for directory, message in (
        (before, anew), (unrevoked, anew), (world.directory, by_another),
        (world.directory, octets), (world.directory, sign_anew(octets, by=world.stolen)),
    ):  # fmt: skip
        with pytest.raises(EnvelopeRefusedError):
            check_envelope(message, directory, now=START + timedelta(seconds=2))
    with pytest.raises(ValueError, match="envelope"):
        sign_anew(b"no envelope", by=fresh)
