"""A party is active for everybody when it has opened its mailbox and countersigned, not before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from trust_world import COUNTRIES, TrustWorld, derive_quickly

from gateway.envelope import peek_header
from gateway.exchange import OUT_EXCHANGE, mailbox, mailbox_key
from gateway.ids import REGISTRY_PARTY, RELAY_USER, Lane
from gateway.operations import MemberState, members_of
from keys import (
    ANNOUNCED_FOLDER,
    GRANTED_TO_ALL,
    CountersignatureError,
    Directory,
    DirectoryFolder,
    Document,
    ceremony,
    load_anchor,
    load_identity,
)
from keys.active_parties import ACTIVE_FILE
from keys.countersigning import (
    countersignature_file,
    verify_countersignature,
    write_countersignature,
)
from keys.files import replace_signed
from keys.revocation import sign_by_party

pytestmark = [pytest.mark.unit, pytest.mark.slow]

BRAZIL, FRANCE, USA = "BRA-NCB", "FRA-NCB", "USA-NCB"
A_MOMENT = timedelta(seconds=2)


@pytest.fixture(autouse=True)
def _quick_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    derive_quickly(monkeypatch)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[TrustWorld]:
    """Everybody is up but Brazil, which was enrolled and has not been heard of."""
    made = TrustWorld(tmp_path, countersigned=True)
    made.broker.cut(BRAZIL)
    made.settle()
    made.later(A_MOMENT)
    yield made
    made.close()


def directories(world: TrustWorld) -> dict[str, Directory]:
    found = {party: each.directories.last(world.now) for party, each in world.places.items()}
    return {**found, RELAY_USER: world.relay_trust.last(world.now)}


def awaited(world: TrustWorld) -> set[frozenset[str]]:
    return {each.awaited for party, each in directories(world).items() if party != BRAZIL}


def states(world: TrustWorld) -> dict[str, tuple[MemberState, str]]:
    """What ``iarms party status`` says at the centre."""
    home = world.folder / REGISTRY_PARTY
    missing = ceremony.awaited(home / "trust", home)
    with world.places[REGISTRY_PARTY].store.unit() as unit:
        found = members_of(COUNTRIES, unit.trust.acks(), unit.trust.probes(), missing)
    return {each.party: (each.state, each.waits_for) for each in found}


def carried(world: TrustWorld) -> set[str]:
    """The types of what lies in Brazil's mailbox."""
    queue = world.broker.queue(mailbox(BRAZIL, Lane.ROUTINE))
    assert queue is not None
    headers = [peek_header(each.body) for each in queue.ready]
    return {each.message_type for each in headers if each is not None}


def wake_brazil(world: TrustWorld) -> None:
    world.broker.mend(BRAZIL)
    for _ in range(3):
        world.later(A_MOMENT)


def test_everybody_waits_for_the_one_that_has_not_countersigned(world: TrustWorld) -> None:
    assert awaited(world) == {frozenset({BRAZIL})}
    assert states(world)[BRAZIL] == (
        MemberState.LISTED,
        "its process to start: certificate installed, broker has its user?",
    )
    found = ceremony.standing(
        world.folder / USA / "trust", world.folder / USA, now=world.now + A_MOMENT
    )
    assert [(each.what, each.state) for each in found] == [(BRAZIL, "not active")]
    assert "messages to it and of it wait" in found[0].remedy
    wake_brazil(world)
    assert {state for state, _ in states(world).values()} == {MemberState.ACTIVE}
    assert awaited(world) == {frozenset()}
    assert directories(world)[BRAZIL].awaited == frozenset()


def test_what_goes_to_who_is_not_active_stays_at_its_sender_and_arrives_in_its_order(
    world: TrustWorld,
) -> None:
    usa, brazil = world.places[USA], world.places[BRAZIL]
    for label in ("first", "second"):
        usa.ask(BRAZIL, label)
    usa.ask(FRANCE, "to another")
    world.later(timedelta(minutes=5))
    world.later(A_MOMENT)
    assert world.places[FRANCE].effects() == ["to another"]
    assert carried(world) <= GRANTED_TO_ALL, "what the line itself needs"
    with usa.store.unit() as unit:
        waits = [each for each in unit.journal.lines() if each.event == "message.waits"]
        assert [each.peer for each in waits] == [BRAZIL, BRAZIL]
        assert unit.outbox.recipients() == {BRAZIL}
    assert world.places[REGISTRY_PARTY].letters() == [], "nothing was refused, it only waits"
    wake_brazil(world)
    assert brazil.effects() == ["first", "second"]
    with usa.store.unit() as unit:
        assert unit.outbox.recipients() == frozenset()


def test_what_a_party_has_to_send_before_it_is_active_waits_with_it(world: TrustWorld) -> None:
    brazil = world.places[BRAZIL]
    brazil.directories.announcements = list  # type: ignore[method-assign] # its word is not ready
    wake_brazil(world)
    assert directories(world)[BRAZIL].awaited == {BRAZIL}
    brazil.ask(USA, "from Brazil")
    brazil.ask(REGISTRY_PARTY, "to the centre")
    world.later(A_MOMENT)
    assert world.places[USA].effects() == world.places[REGISTRY_PARTY].effects() == []
    del brazil.directories.announcements  # type: ignore[method-assign]
    for _ in range(3):
        world.later(A_MOMENT)
    assert world.places[USA].effects() == ["from Brazil"]
    assert world.places[REGISTRY_PARTY].effects() == ["to the centre"]
    letters = {code for each in world.places.values() for code in each.letters()}
    assert letters == set(), "nothing was refused or held anywhere"


def keep_waiting(world: TrustWorld) -> None:
    """Brazil answers, and the centre keeps its countersignature from everybody else."""
    hub = world.places[REGISTRY_PARTY]
    world.spreading.advance = lambda: None  # type: ignore[method-assign] # the hub spreads nothing
    world.broker.mend(BRAZIL)
    for _ in range(3):
        world.later(A_MOMENT)
    assert hub.directories.last(world.now).awaited == frozenset()
    assert directories(world)[USA].awaited == {BRAZIL}


def send_past_everybody(world: TrustWorld, label: str, *, to: str) -> None:
    """As a party does whose program does not wait, and a relay that lets it pass."""
    brazil = world.places[BRAZIL]
    before = brazil.directories._awaited
    brazil.ask(to, label)
    with brazil.store.unit() as unit:
        octets = unit.outbox.newest_sealed()
    assert before == brazil.directories._awaited
    world.relay_link.publish(
        token=label, exchange=OUT_EXCHANGE, routing_key=mailbox_key(to, Lane.ROUTINE), body=octets
    )


def test_a_node_puts_by_what_reaches_it_all_the_same_and_asks_the_party_for_its_word(
    world: TrustWorld,
) -> None:
    usa = world.places[USA]
    keep_waiting(world)
    send_past_everybody(world, "early", to=USA)
    world.settle()
    assert usa.letters() == ["endpoint.not-active"]
    assert usa.effects() == []
    with usa.store.unit() as unit:
        letter = next(iter(unit.deadletters.all()))
    assert "BRA-NCB is listed and not active yet" in letter.reason
    for _ in range(3):
        world.later(A_MOMENT)
    assert directories(world)[USA].awaited == frozenset(), "it had the word from Brazil itself"
    assert usa.effects() == ["early"]
    assert usa.letters() == []


def test_who_was_active_once_stays_so_when_its_word_is_taken_away(world: TrustWorld) -> None:
    wake_brazil(world)
    home = world.folder / USA
    for path in (home / "trust").glob("countersignature-*"):
        path.unlink()
    anchor = load_anchor(home / "trust" / "anchor.xml")
    again = DirectoryFolder(home / "trust", anchor, home=home)
    assert again.last(world.now).awaited == frozenset()
    assert (home / ACTIVE_FILE).read_text().split() == sorted(COUNTRIES)
    newcomer = DirectoryFolder(home / "trust", anchor, home=world.folder)
    assert newcomer.last(world.now).awaited == set(COUNTRIES)


@pytest.mark.parametrize("memory", ["not ascii: \u00e9", "a folder"])
def test_nobody_is_held_for_a_memory_that_cannot_be_read(world: TrustWorld, memory: str) -> None:
    wake_brazil(world)
    file = world.folder / USA / ACTIVE_FILE
    file.unlink()
    if memory == "a folder":
        file.mkdir()
    else:
        file.write_text(memory)
    home = world.folder / USA
    refusals: list[str] = []
    again = DirectoryFolder(
        home / "trust",
        load_anchor(home / "trust" / "anchor.xml"),
        home=home,
        on_refusal=lambda refusal: refusals.append(refusal.code),
    )
    for moments in range(3):
        directory = again.last(world.now + moments * A_MOMENT)
        assert directory.awaited == frozenset()
    assert refusals[:1] == ["keys.directory-memory"], "said aloud, since it is not remembered"


def test_a_running_exchange_that_begins_to_ask_goes_on(tmp_path: Path) -> None:
    world = TrustWorld(tmp_path)
    world.settle()
    world.later(A_MOMENT)
    assert awaited(world) == {frozenset()}
    world.places[USA].ask(FRANCE, "before")
    world.settle()
    drawn = ceremony.propose_root(
        world.centre,
        now=world.now,
        policy=replace(ceremony.current_root(world.centre).policy, countersigned=True),
    )
    for officer in world.officers:
        if ceremony.sign_document(world.centre, drawn.name, officer).published is not None:
            break
    ceremony.hand_over(world.centre, world.trust)
    world.broker.cut(BRAZIL)
    world.places[USA].ask(FRANCE, "while it begins")
    world.settle()
    for number in range(4):
        world.places[USA].ask(FRANCE, f"meanwhile {number}")
        world.later(A_MOMENT)
    assert awaited(world) == {frozenset({BRAZIL})}
    begun = ["before", *(f"meanwhile {n}" for n in range(4)), "while it begins"]
    assert sorted(world.places[FRANCE].effects()) == begun, "each once"
    wake_brazil(world)
    assert awaited(world) == {frozenset()}
    letters = {code for each in world.places.values() for code in each.letters()}
    assert letters <= {"relay.not-active"}, "what was on its way that moment went once more"
    world.close()


def test_the_centre_gives_its_probe_again_where_the_word_never_came(world: TrustWorld) -> None:
    brazil, hub = world.places[BRAZIL], world.places[REGISTRY_PARTY]
    brazil.directories.announcements = list  # type: ignore[method-assign] # its word is lost
    wake_brazil(world)
    assert hub.directories.last(world.now).awaited == {BRAZIL}
    assert states(world)[BRAZIL] == (
        MemberState.PROBED,
        "its countersignature: does its process run, of this version?",
    )
    shutil.rmtree(world.folder / BRAZIL / ANNOUNCED_FOLDER)
    world.later(timedelta(minutes=1))
    del brazil.directories.announcements  # type: ignore[method-assign]
    brazil.endpoint._transact(brazil.endpoint._trust.tell)  # as after a restart
    for _ in range(3):
        world.later(A_MOMENT)
    assert awaited(world) == {frozenset()}


def test_new_keys_are_countersigned_by_themselves_and_the_old_word_goes(world: TrustWorld) -> None:
    wake_brazil(world)
    folder = world.folder / BRAZIL / ANNOUNCED_FOLDER
    word = folder / countersignature_file(BRAZIL, 1)
    assert word.exists()
    signed = world.places[BRAZIL].directories.signed
    assert signed is not None
    world.places[BRAZIL].countersigner.renew(signed, world.now)
    assert [each.name for each in folder.glob("*.xml")] == [word.name], "the same keys: no news"
    octets = word.read_bytes()
    kid = octets.split(b"<Kid>")[1][:43]
    replace_signed(word, octets.replace(kid, b"A" * 43), b"", mode=0o644)
    world.places[BRAZIL].countersigner.renew(signed, world.now)
    assert kid in word.read_bytes()


def test_nobody_becomes_active_by_anothers_word(world: TrustWorld) -> None:
    usa, home = world.places[USA], world.folder
    directory = usa.directories.last(world.now)
    brazil, france = (
        load_identity(home / party / "identity.key", b"own") for party in (BRAZIL, FRANCE)
    )
    own = [each.kid for each in directory.parties[BRAZIL].keys]
    good = write_countersignature(BRAZIL, directory, own, issued=world.now)
    name = countersignature_file(BRAZIL, 1)
    signature = sign_by_party(name, good, brazil)
    without = write_countersignature(
        BRAZIL, directory, [kid for kid in own if kid != brazil.signing_kid], issued=world.now
    )
    other = good.replace(b"<Issued>2026", b"<Issued>2025")
    odd = good + b"\n"
    later = countersignature_file(BRAZIL, 7)
    forged = [
        Document(name=name, octets=good, signature=sign_by_party(name, good, france)),
        Document(name=name, octets=other, signature=signature),
        Document(name=name, octets=odd, signature=sign_by_party(name, odd, brazil)),
        Document(name=name, octets=without, signature=sign_by_party(name, without, brazil)),
        Document(name=later, octets=good, signature=sign_by_party(later, good, brazil)),
        Document(name=countersignature_file(FRANCE, 1), octets=good, signature=signature),
        Document(name=name, octets=good, signature=b""),
        Document(name=name, octets=os.urandom(40_000), signature=signature),
    ]
    for each in forged:
        offering = usa.directories.offer([each], world.now)
        assert offering.news == []
        assert all(isinstance(each, CountersignatureError) for each in offering.refusals)
        assert usa.directories.last(world.now).awaited == {BRAZIL}, each.name
    ahead = write_countersignature(BRAZIL, replace(directory, version=9), own, issued=world.now)
    ahead_name = countersignature_file(BRAZIL, 9)
    with pytest.raises(CountersignatureError, match="not here yet"):
        verify_countersignature(ahead, sign_by_party(ahead_name, ahead, brazil), directory)
    good_one = Document(name=name, octets=good, signature=signature)
    assert usa.directories.offer([good_one], world.now).news == [name]
    assert usa.directories.last(world.now).awaited == frozenset()


def test_the_relay_carries_nothing_but_what_the_line_needs_for_who_is_not_active(
    world: TrustWorld,
) -> None:
    usa = world.places[USA]
    usa.endpoint._departures.wait_for(type(usa.endpoint._departures.awaited)(), world.now)
    usa.ask(BRAZIL, "by a program that does not wait")
    world.settle()
    assert world.places[REGISTRY_PARTY].letters() == []
    for _ in range(4):
        world.later(A_MOMENT)
    assert set(world.places[REGISTRY_PARTY].letters()) == {"relay.not-active"}
    assert carried(world) <= GRANTED_TO_ALL, "what the line itself needs"
    with usa.store.unit() as unit:
        assert unit.outbox.recipients() == {BRAZIL}, "its sender keeps it"
        assert not [e for e in unit.journal.lines() if e.event == "refused"], "and is told nothing"
    wake_brazil(world)
    world.later(timedelta(minutes=2))
    assert world.places[BRAZIL].effects() == ["by a program that does not wait"]
