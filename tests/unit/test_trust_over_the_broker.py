"""Documents of trust reach everybody over the broker, and everybody says so under its signature."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from trust_world import COUNTRIES, NOW, TrustWorld, derive_quickly

from gateway.endpoint import Outgoing
from gateway.exchange import (
    TRUST_EXCHANGE,
    definitions,
    trust_queue,
)
from gateway.ids import REGISTRY_PARTY, RELAY_USER, Lane
from gateway.operations import MemberState, members_of
from gateway.payload import TrustDocuments
from gateway.posting import Posting
from keys import (
    ANNOUNCED_FOLDER,
    INTERACTIVE,
    Freshness,
    Identity,
    KeyState,
    StaleBeaconError,
    TrustError,
    ceremony,
    documents_in,
    entry_for,
    load_identity,
)
from keys.disownment import disownment_file
from keys.publishing import write_draft
from keys.revocation import sign_by_party

pytestmark = [pytest.mark.unit, pytest.mark.slow]


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


def test_everybody_tells_the_centre_what_it_relies_on(world: TrustWorld) -> None:
    spread = world.spread()
    assert spread.missing == ()
    assert set(spread.after) == set(COUNTRIES)
    assert "3 of 3" in spread.sentence()


def test_a_revocation_counts_everywhere_without_anybody_copying_a_file(world: TrustWorld) -> None:
    thief = world.places["FRA-NCB"].endpoint
    assert thief.up
    kid = world.places["USA-NCB"].directories.current(world.now).parties["FRA-NCB"].keys
    stolen = next(each.kid for each in kid if each.use == "sig")
    ceremony.revoke(world.trust, "FRA-NCB", [stolen], "stolen", world.officers[0], now=world.now)
    world.settle()
    for party in ("USA-NCB", "BRA-NCB", REGISTRY_PARTY):
        found = world.places[party].directories.current(world.now).signer(stolen)
        assert found is not None
        assert found[1].state is KeyState.REVOKED
    relayed = world.relay_trust.last(world.now).signer(stolen)
    assert relayed is not None
    assert relayed[1].state is KeyState.REVOKED
    world.later(timedelta(seconds=2))
    # The owner's word is signed by the key that was just revoked: it does not count any more.
    assert world.spread().missing == ("FRA-NCB",)
    assert set(world.spread().after) == {"USA-NCB", "BRA-NCB"}


def test_a_country_takes_its_keys_out_of_use_everywhere_by_the_note_from_its_safe(
    world: TrustWorld,
) -> None:
    home, safe = world.folder / "FRA-NCB", world.folder / "safe"
    safe.mkdir()
    own = load_identity(home / "identity.key", b"own")
    note = ceremony.write_revocation_note(own, safe, now=NOW)
    (safe / f"{note.name}.sig").rename(safe / "elsewhere")
    with pytest.raises(TrustError):
        ceremony.withdraw(note, home / "trust", home / ANNOUNCED_FOLDER)
    (safe / "elsewhere").rename(safe / f"{note.name}.sig")
    ceremony.withdraw(note, home / "trust", home / ANNOUNCED_FOLDER)
    for _ in range(2):
        world.later(timedelta(seconds=2))
    for place in world.places.values():  # its own process too
        found = place.directories.current(world.now).signer(own.signing_kid)
        assert found is not None
        assert found[1].state is KeyState.REVOKED, place.home
    assert world.relay_trust.last(world.now).parties["FRA-NCB"].keys[0].revoked_at is not None
    world.places["FRA-NCB"].ask("BRA-NCB", "after")
    world.later(timedelta(seconds=2))
    assert world.places["BRA-NCB"].effects() == []


def test_a_beacon_goes_out_every_minute_and_keeps_everybody_fresh(world: TrustWorld) -> None:
    numbers = []
    for _ in range(15):
        world.later(timedelta(minutes=1))
        numbers.append(world.places["BRA-NCB"].directories.held.beacon)
    assert numbers == sorted(set(numbers))
    assert world.places["BRA-NCB"].directories.current(world.now).version == 1


def test_who_was_cut_off_gets_everything_when_it_is_back(world: TrustWorld) -> None:
    world.broker.cut("BRA-NCB")
    ceremony.publish(world.centre, world.officers, now=world.now, renew=True)
    ceremony.hand_over(world.centre, world.trust)
    world.later(timedelta(minutes=1))
    assert world.spread().missing == ("BRA-NCB",)
    world.broker.mend("BRA-NCB")
    world.later(timedelta(seconds=2))
    world.later(timedelta(minutes=1))
    assert world.spread().missing == ()
    assert world.places["BRA-NCB"].directories.current(world.now).version == 2


def test_only_who_has_said_nothing_gets_everything_again_and_ever_less_often(
    world: TrustWorld,
) -> None:
    sent: list[tuple[str, str, int]] = []
    link = world.places[REGISTRY_PARTY].link
    publish = link.publish

    def counted(**order: Any) -> None:
        if order["exchange"].startswith(TRUST_EXCHANGE):
            documents = len(json.loads(order["body"])["documents"])
            sent.append((order["exchange"], order["routing_key"], documents))
        publish(**order)

    link.publish = counted  # type: ignore[method-assign] # to look at what goes out
    world.broker.cut("BRA-NCB")
    ceremony.publish(world.centre, world.officers, now=world.now, renew=True)
    ceremony.hand_over(world.centre, world.trust)
    world.later(timedelta(seconds=2))
    sent.clear()
    again = []
    for minute in range(1, 20):
        world.later(timedelta(minutes=1))
        to_brazil = [n for exchange, key, n in sent if (exchange, key) == ("trust-one", "BRA-NCB")]
        # What shows the key log's growth goes ahead alone; the rest follows in the same breath.
        assert [count == 1 for count in to_brazil] in ([], [True, False])
        again += [minute] if to_brazil else []
        # The relay never says what it relies on.
        assert {key for exchange, key, _ in sent if exchange != "trust"} <= {"BRA-NCB", RELAY_USER}
        assert {count for exchange, _, count in sent if exchange == "trust"} == {1}  # the beacon
        sent.clear()
    assert again == [1, 3, 7, 15]


def test_what_is_put_into_the_folder_while_a_beacon_is_made_is_sent_with_it(
    world: TrustWorld,
) -> None:
    ceremony.publish(world.centre, world.officers, now=world.now, renew=True)
    given = world.spreading._give_beacon
    assert given is not None

    def meanwhile(now: datetime) -> None:
        ceremony.hand_over(world.centre, world.trust)
        given(now)

    world.spreading._give_beacon = meanwhile
    world.later(timedelta(minutes=1))
    assert world.relay_trust.last(world.now).version == 2
    assert world.spread().missing == ()


def test_nonsense_in_the_trust_queue_is_told_and_harms_nobody(world: TrustWorld) -> None:
    hub = world.places[REGISTRY_PARTY].link
    for body in (b"", b"nonsense", b'{"documents":[]}', os.urandom(2_000)):
        hub.publish(token="x", exchange=TRUST_EXCHANGE, routing_key="", body=body)
    world.settle()
    assert world.spread().missing == ()
    assert world.broker.depth(trust_queue("FRA-NCB")) == 0


def test_a_country_may_neither_publish_to_the_trust_exchange_nor_read_anothers_queue() -> None:
    rows = {row["user"]: row for row in definitions(["FRA-NCB", "USA-NCB"])["permissions"]}
    assert "trust" not in rows["FRA-NCB"]["write"]
    assert "trust\\.FRA-NCB" in rows["FRA-NCB"]["read"]
    assert "USA-NCB" not in rows["FRA-NCB"]["read"]
    assert "trust" not in rows[RELAY_USER]["write"]


def test_a_party_is_active_when_it_has_answered_what_was_sealed_to_it(world: TrustWorld) -> None:
    with world.places[REGISTRY_PARTY].store.unit() as unit:
        found = members_of(COUNTRIES, unit.trust.acks(), unit.trust.probes())
        assert {each.state for each in found} == {MemberState.ACTIVE}
        assert not any(each.waits_for for each in found)
        probed = {each.party: each.message_id for each in unit.trust.probes()}
    ceremony.publish(world.centre, world.officers, now=world.now, renew=True)
    ceremony.hand_over(world.centre, world.trust)
    world.later(timedelta(minutes=1))
    with world.places[REGISTRY_PARTY].store.unit() as unit:
        assert {each.party: each.message_id for each in unit.trust.probes()} == probed


def test_a_party_whose_mailbox_takes_nothing_is_listed_and_not_active(tmp_path: Path) -> None:
    world = TrustWorld(tmp_path)
    away = world.places["BRA-NCB"]
    world.broker.cut("BRA-NCB")
    world.settle()
    with world.places[REGISTRY_PARTY].store.unit() as unit:
        found = {
            each.party: each.state
            for each in members_of(COUNTRIES, unit.trust.acks(), unit.trust.probes())
        }
    assert found["BRA-NCB"] is MemberState.LISTED
    assert found["FRA-NCB"] is MemberState.ACTIVE
    # Its word twice, as from a process that was started twice: two probes are under way at once.
    for _ in range(2):
        away.endpoint._transact(away.endpoint._trust.tell)
    world.broker.mend("BRA-NCB")
    world.later(timedelta(seconds=2))
    world.later(timedelta(minutes=1))
    with world.places[REGISTRY_PARTY].store.unit() as unit:
        probe = unit.trust.probe("BRA-NCB")
    assert probe is not None
    assert probe.answered_at is not None
    assert away.directories.held.version == 1
    with away.store.unit() as unit:
        posted = [line for line in unit.journal.lines() if line.event == "message.posted"]
    assert len(posted) < 8, "probes and words go on for ever"
    world.close()


def test_what_a_party_sends_before_it_is_active_waits_and_is_handled_in_its_order(
    world: TrustWorld,
) -> None:
    hub, brazil = world.places[REGISTRY_PARTY], world.places["BRA-NCB"]
    with hub.store.unit() as unit:  # as if its mailbox had never been proved
        unit.trust.probed("BRA-NCB", "an answer that never came", world.now)
    hub.endpoint._trust.activity.became()
    for label in ("first", "second"):
        brazil.ask(REGISTRY_PARTY, label)
    world.settle()
    assert hub.effects() == []
    assert hub.letters() == ["endpoint.not-active"] * 2
    world.places["FRA-NCB"].ask(REGISTRY_PARTY, "another's")
    world.settle()
    assert hub.effects() == ["another's"]
    world.later(timedelta(seconds=61))  # sent again: the party is probed anew, and answers
    world.later(timedelta(seconds=2))
    assert hub.effects() == ["another's", "first", "second"]
    assert hub.letters() == []


def test_a_node_without_beacons_holds_what_changes_state_and_lets_it_go_when_it_is_fresh(
    world: TrustWorld,
) -> None:
    france, usa = world.places["FRA-NCB"], world.places["USA-NCB"]
    world.spreading._give_beacon = None
    world.now += timedelta(minutes=11)
    sent = [france.ask("USA-NCB", f"number {n}") for n in range(3)]
    world.settle()
    assert usa.directories.freshness(world.now) is Freshness.DEGRADED
    assert usa.effects() == []
    assert usa.letters() == ["endpoint.held"] * 3
    for _ in range(10):
        world.later(timedelta(minutes=10))  # sent again and again, held once
    assert usa.letters() == ["endpoint.held"] * 3
    # Anybody may carry the fresh beacon: here it comes in a folder, by hand.
    ceremony.give_beacon(world.trust, world.beacon, now=world.now)
    ceremony.hand_over(world.trust, world.folder / "USA-NCB" / "trust")
    world.now += timedelta(seconds=2)
    usa.step()
    assert usa.effects() == ["number 0", "number 1", "number 2"]
    assert usa.letters() == []
    ceremony.hand_over(world.trust, world.folder / "FRA-NCB" / "trust")
    world.later(timedelta(seconds=2))
    world.later(timedelta(minutes=1))
    with france.store.unit() as unit:
        assert not any(unit.outbox.waits(each, "USA-NCB") for each in sent)


def test_after_a_day_without_a_beacon_no_new_case_is_begun(world: TrustWorld) -> None:
    world.spreading._give_beacon = None
    world.now += timedelta(hours=25)
    france = world.places["FRA-NCB"]
    france.step()
    with pytest.raises(StaleBeaconError, match="no new case"):
        france.ask("USA-NCB", "too late")
    ceremony.give_beacon(world.trust, world.beacon, now=world.now)
    ceremony.hand_over(world.trust, world.folder / "FRA-NCB" / "trust")
    world.now += timedelta(seconds=2)
    assert france.ask("USA-NCB", "in time")


def test_a_newer_directory_comes_from_the_peer_whose_message_named_it(world: TrustWorld) -> None:
    brazil, france = world.places["BRA-NCB"], world.places["FRA-NCB"]
    brazil.is_frozen = True
    ceremony.publish(world.centre, world.officers, now=world.now, renew=True)
    ceremony.hand_over(world.centre, world.trust)
    world.later(timedelta(seconds=2))
    assert (brazil.directories.held.version, france.directories.held.version) == (1, 2)
    france.ask("BRA-NCB", "under the new one")
    world.later(timedelta(seconds=2))
    assert brazil.effects() == []
    for _ in range(4):
        world.later(timedelta(seconds=2))
    assert brazil.directories.held.version == 2
    assert brazil.effects() == ["under the new one"]


def test_who_gets_no_beacon_from_the_centre_gets_it_from_its_peers(world: TrustWorld) -> None:
    brazil = world.places["BRA-NCB"]
    brazil.is_frozen = True
    for _ in range(11):
        world.later(timedelta(minutes=1))
    for _ in range(2):
        world.later(timedelta(seconds=31))
    assert brazil.directories.freshness(world.now) is Freshness.FRESH
    world.places["FRA-NCB"].ask("BRA-NCB", "as ever")
    world.later(timedelta(seconds=2))
    assert brazil.effects() == ["as ever"]


def test_a_peer_s_nonsense_is_told_and_harms_nobody(world: TrustWorld) -> None:
    before = world.places["BRA-NCB"].directories.held

    def nonsense(outgoing: Outgoing) -> None:
        for part in ("AAAA", "not base64 at all!"):
            word = TrustDocuments(
                root_version=9, directory_version=9, beacon_number=9, wanted_indicator=True,
                state_digest="A" * 43 + "=", bundle_part=(part,),
            )  # fmt: skip
            outgoing.post(Posting(to="BRA-NCB", payload=word, lane=Lane.URGENT, answers=False))

    world.places["FRA-NCB"].endpoint.transact(nonsense)
    world.later(timedelta(seconds=2))
    assert world.places["BRA-NCB"].directories.held == before


def test_a_rogue_pair_with_the_hub_gains_nothing_and_the_victim_objects_to_everybody(
    world: TrustWorld,
) -> None:
    """Two officers list a key for somebody else's country, and the hub's beacon names it."""
    rogue = Identity.generate("FRA-NCB", random=os.urandom)
    newest = ceremony.newest_directory(world.centre)
    assert newest is not None
    entry = newest.parties["FRA-NCB"]
    added = entry_for(rogue, sends=entry.sends, valid_from=world.now, kind=entry.kind)
    false = replace(entry, keys=(*entry.keys, *added.keys))
    write_draft(
        ceremony.CentreFolder(world.centre), {**newest.parties, "FRA-NCB": false}, now=world.now
    )
    ceremony.publish(world.centre, world.officers, now=world.now)
    ceremony.hand_over(world.centre, world.trust)
    world.later(timedelta(seconds=2))
    for party in ("BRA-NCB", "USA-NCB", REGISTRY_PARTY):
        place = world.places[party]
        found = place.directories.current(world.now)
        assert found.version == 2
        assert found.signer(rogue.signing_kid) is None
        assert found.recipient("FRA-NCB").kid != rogue.encryption_kids[0]
        assert (place.home / "trust" / "objection-FRA-NCB-2.xml").exists(), party


def rotated(world: TrustWorld) -> Identity:
    """A successor of FRA-NCB's keys, listed and in force; its process still has the old ones."""
    fresh, note = ceremony.prepare_rotation(
        load_identity(world.folder / "FRA-NCB" / "identity.key", b"own"),
        world.folder / "FRA-NCB" / "later.key", b"own", random=os.urandom, cost=INTERACTIVE,
    )  # fmt: skip
    ceremony.take_rotation(world.centre, note, now=world.now)
    ceremony.publish(world.centre, world.officers, now=world.now)
    ceremony.hand_over(world.centre, world.trust)
    world.later(timedelta(seconds=2))
    return fresh


def stolen(world: TrustWorld) -> tuple[str, dict[str, bytes]]:
    """Two messages under way, one of them forged, and then their key is revoked."""
    france = world.places["FRA-NCB"]
    sent = {label: france.ask("BRA-NCB", label) for label in ("genuine", "forged")}
    with france.store.unit() as unit:
        copies = unit.evidence.sent(list(sent.values()))
    kid = str(load_identity(world.folder / "FRA-NCB" / "identity.key", b"own").signing_kid)
    ceremony.revoke(world.trust, "FRA-NCB", [kid], "stolen", world.officers[0], now=world.now)
    for folder in (world.relay_trust, *(each.directories for each in world.places.values())):
        folder.offer(documents_in(world.trust), world.now)
    world.relay_trust.look(world.now)
    world.later(timedelta(seconds=2))
    return kid, {
        label: hashlib.sha256(copies[message_id].octets).digest()
        for label, message_id in sent.items()
    }


def test_a_country_disowns_what_a_thief_signed_and_lets_go_what_is_its_own(
    world: TrustWorld,
) -> None:
    successor = rotated(world)
    kid, digests = stolen(world)
    hub, brazil = world.places[REGISTRY_PARTY], world.places["BRA-NCB"]
    assert hub.letters().count("envelope.refused") >= 2
    assert brazil.effects() == []
    ceremony.disown(
        successor, [kid], "stolen", world.trust, genuine=[digests["genuine"]], now=world.now
    )
    for _ in range(4):
        world.later(timedelta(seconds=2))
    assert brazil.effects() == ["genuine"]
    assert "envelope.refused" not in hub.letters()
    with hub.store.unit() as unit:
        states = {each.state for each in unit.deadletters.all(state=None)}
    assert states == {"DISOWNED", "REPLAYED"}


def test_two_officers_end_what_a_stolen_key_signed_and_one_does_not(world: TrustWorld) -> None:
    kid, _ = stolen(world)
    hub = world.places[REGISTRY_PARTY]
    held = hub.letters().count("envelope.refused")
    assert held >= 2
    for path in world.trust.glob("revocation-*"):
        (world.centre / path.name).write_bytes(path.read_bytes())
    pending = ceremony.propose_disownment(world.centre, "FRA-NCB", [kid], "stolen", now=world.now)
    assert ceremony.sign_document(world.centre, pending.name, world.officers[0]).published is None
    ceremony.hand_over(world.centre, world.trust)
    world.later(timedelta(seconds=2))
    assert hub.letters().count("envelope.refused") == held
    done = ceremony.sign_document(world.centre, pending.name, world.officers[1])
    assert done.published is not None
    ceremony.hand_over(world.centre, world.trust)
    for _ in range(4):
        world.later(timedelta(seconds=2))
    assert "envelope.refused" not in hub.letters()
    assert world.places["BRA-NCB"].effects() == []


def test_a_thief_disowns_nothing(world: TrustWorld) -> None:
    own = load_identity(world.folder / "FRA-NCB" / "identity.key", b"own")
    other = load_identity(world.folder / "BRA-NCB" / "identity.key", b"own")
    rotated(world)
    kid, digests = stolen(world)
    hub = world.places[REGISTRY_PARTY]
    held = hub.letters().count("envelope.refused")
    ceremony.disown(own, [kid], "mine", world.trust, genuine=list(digests.values()), now=world.now)
    false = ceremony.disown(other, [kid], "mine", world.folder, genuine=[], now=world.now)
    octets = false.read_bytes().replace(b"BRA-NCB", b"FRA-NCB")
    name = disownment_file("FRA-NCB", octets)
    (world.trust / f"{name}.sig").write_bytes(sign_by_party(name, octets, other))
    (world.trust / name).write_bytes(octets)
    for _ in range(3):
        world.later(timedelta(seconds=2))
    assert hub.letters().count("envelope.refused") == held
    assert world.places["BRA-NCB"].effects() == []
