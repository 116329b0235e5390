"""Countries that are shown two key logs find it out from one another, and everybody holds.

Real endpoints, relay and hub in one process (trust_world.py): what is told goes the usual way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from trust_world import COUNTRIES, TrustWorld, derive_quickly

from gateway.ids import REGISTRY_PARTY
from gateway.operations import LogSpread, log_spread_of
from keys import Document, Freshness, ceremony, load_anchor
from keys.beacon import sign_beacon, verify_beacon, write_beacon
from keys.beacon_folder import read_beacon
from keys.checkpoint import Checkpoint, sign_checkpoint
from keys.growth import grown, growth_file, write_growth
from keys.keylog_files import origin_of, read_leaves
from keys.merkle import leaf_hash, root_of

pytestmark = [pytest.mark.unit, pytest.mark.slow]
GOSSIPED = timedelta(seconds=31)


@pytest.fixture(autouse=True)
def _quick_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    derive_quickly(monkeypatch)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[TrustWorld]:
    made = TrustWorld(tmp_path)
    made.settle()
    made.later(timedelta(seconds=2))
    yield made
    made.close()


def spread(world: TrustWorld) -> LogSpread:
    with world.places[REGISTRY_PARTY].store.unit() as unit:
        found = log_spread_of(ceremony.log_grown(world.trust), unit.trust.logs(), COUNTRIES)
    assert found is not None
    return found


def for_one_alone(world: TrustWorld, leaf: bytes) -> list[Document]:
    """What a hub can make that shows one country a log of its own: its beacon, and the growth."""
    anchor = load_anchor(world.trust / "anchor.xml")
    hashes = [*map(leaf_hash, read_leaves(world.trust)), leaf_hash(leaf)]
    checkpoint = Checkpoint(origin=origin_of(anchor), size=len(hashes), root=root_of(hashes))
    hub = world.beacon
    note = sign_checkpoint(checkpoint, hub.public.signing, hub.sign_note)
    held = read_beacon(world.trust)
    assert held is not None
    last = verify_beacon(*held, anchor)
    octets = write_beacon(
        version=last.version + 1,
        issued=world.now,
        root=last.root,
        directory=last.directory,
        checkpoint=note,
    )
    growth = write_growth(grown(hashes))
    return [
        Document(name=growth_file(len(hashes)), octets=growth, signature=note),
        Document(name="beacon.xml", octets=octets, signature=sign_beacon(octets, hub)),
    ]


def test_a_hub_that_shows_two_logs_is_found_out_by_those_two_and_told_to_all(
    world: TrustWorld,
) -> None:
    world.later(GOSSIPED)
    assert spread(world).alarming == ()
    assert "3 of 3 hold all of it" in spread(world).sentence()
    victim = world.places["BRA-NCB"]
    victim.is_frozen = True  # the hub gives it what it likes
    victim.directories.offer(for_one_alone(world, b"for BRA alone"), world.now)
    ceremony.publish(world.centre, world.officers, now=world.now, renew=True)
    ceremony.hand_over(world.centre, world.trust)
    world.settle()
    fresh = {place.directories.freshness(world.now) for place in world.places.values()}
    assert fresh == {Freshness.FRESH}  # each alone sees nothing wrong
    for span in (timedelta(seconds=2), GOSSIPED, timedelta(seconds=2)):
        world.later(span)
    for party in COUNTRIES:
        held = world.places[party].directories.log_held
        assert len(held.evidence) == 2, party
        assert world.places[party].directories.freshness(world.now) is Freshness.STOPPED
    assert spread(world).alarming == ("BRA-NCB",)
    with world.places[REGISTRY_PARTY].store.unit() as unit:
        assert "keylog.forked" in {each.event for each in unit.journal.lines()}


def test_who_misses_what_shows_the_growth_asks_for_it_and_gets_it(world: TrustWorld) -> None:
    reader = world.places["FRA-NCB"]
    before = reader.directories.log_held.note
    reader.is_frozen = True
    ceremony.publish(world.centre, world.officers, now=world.now, renew=True)
    ceremony.hand_over(world.centre, world.trust)
    world.settle()
    beacons = world.places["USA-NCB"].directories.newer_than(
        root_version=0, version=0, beacon=0, state=""
    )
    reader.directories.offer(beacons, world.now)
    assert reader.directories.log_held.behind
    assert reader.directories.log_held.note == before
    for _ in range(3):
        world.later(timedelta(seconds=3))
    assert not reader.directories.log_held.behind
    assert reader.directories.log_held.note == world.places["USA-NCB"].directories.log_held.note
