"""What comes a second time, from elsewhere or late: each rule of it by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from fresh_sqlite import put_fresh
from memory_world import MemoryWorld, search

from gateway.endpoint.arrivals import SenderMismatchError, TypeMismatchError, _match
from gateway.endpoint.between import _parts
from gateway.endpoint.chores import Chores
from gateway.endpoint.staleness import HeldError, Staleness
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.payload import KeptMessage, KeptMessages
from gateway.posting import Posting
from gateway.store import ASKED, DISOWNED, Store
from keys import Freshness

pytestmark = [pytest.mark.unit, pytest.mark.slow]

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FRANCE, USA = "FRA-NCB", "USA-NCB"


class Log:
    def info(self, *_, **__):
        pass

    warning = error = info


@pytest.fixture
def store(tmp_path):
    put_fresh(tmp_path / "one.db")
    with Store.open(f"sqlite:///{tmp_path / 'one.db'}") as opened:
        yield opened


@pytest.fixture
def world(tmp_path):
    made = MemoryWorld(tmp_path)
    yield made
    made.close()


def set_aside(store, octets=b"octets", code=HeldError.code):
    with store.unit() as unit:
        unit.deadletters.set_aside(
            octets, now=NOW, source="out.FRA-NCB.routine.1", code=code, reason="why", proven=True,
            sender=USA, message_id="m", message_type="SEARCH_REQUEST",
        )  # fmt: skip
        return unit.deadletters.all(state=None)[-1].id


def test_what_an_earlier_process_put_by_is_let_go_after_a_start(store):
    letter = set_aside(store)
    stale = Staleness(Log())
    stale.see(Freshness.FRESH)
    assert stale.releases
    with store.unit() as unit:
        assert stale.to_release(unit) == [letter]
        unit.deadletters.mark(letter, "REPLAYED")
        assert stale.to_release(unit) == []
    assert not stale.releases


def test_what_its_party_disowned_stays_so_however_often_it_comes(store):
    letter = set_aside(store)
    with store.unit() as unit:
        unit.deadletters.mark(letter, DISOWNED)
    assert set_aside(store) == letter
    with store.unit() as unit:
        assert unit.deadletters.get(letter).state == DISOWNED
        assert unit.deadletters.get(letter).times == 2


def header(kind=None, sender=FRANCE):
    return SimpleNamespace(message_type=kind or "SEARCH_REQUEST", sender=sender)


def test_a_payload_is_what_its_header_says_and_speaks_for_its_signer(world):
    frame = SimpleNamespace()
    world.seats[FRANCE].endpoint.transact(
        lambda outgoing: setattr(frame, "payload", search("x", outgoing.frame))
    )
    _match(header(), frame.payload)
    with pytest.raises(TypeMismatchError):
        _match(header("SEARCH_BATCH"), frame.payload)
    with pytest.raises(SenderMismatchError):
        _match(header(sender=USA), frame.payload)


# --- chores that another worker did meanwhile -----------------------------------------------------


class Clerk:
    def __init__(self):
        self.done = []

    def carry_out(self, errand, outgoing):  # noqa: ARG002 - a clerk's shape
        self.done.append(errand.id)
        return b"{}"

    def fire(self, timer, outgoing):  # noqa: ARG002 - likewise
        self.done.append(timer.subject)


def worker(store, clerk):
    def transact(work):
        with store.unit() as unit:
            work(SimpleNamespace(unit=unit))

    return Chores(clerk, store=store, transact=transact, clock=lambda: NOW, log=Log())


def look(store, chores):
    with store.unit() as unit:
        chores.look(unit, NOW)


def test_an_errand_that_another_worker_did_meanwhile_is_not_done_again(store):
    clerk = Clerk()
    one, other = worker(store, clerk), worker(store, clerk)
    with store.unit() as unit:
        number = unit.errands.ask("test.ask", b"{}", actor="officer", now=NOW)
    for chores in (one, other):
        look(store, chores)
    one.do(NOW)
    other.do(NOW)
    assert clerk.done == [number]


@pytest.mark.parametrize("meanwhile", ["taken by another", "stopped", "set anew"])
def test_a_clock_that_is_no_longer_as_it_was_read_does_not_fire(store, meanwhile):
    clerk = Clerk()
    one, other = worker(store, clerk), worker(store, Clerk())
    with store.unit() as unit:
        unit.timers.set("test.clock", "subject", due=NOW, now=NOW)
    for chores in (one, other):
        look(store, chores)
    with store.unit() as unit:
        if meanwhile == "stopped":
            unit.timers.stop("test.clock", "subject")
        elif meanwhile == "set anew":
            later = NOW + timedelta(hours=1)
            unit.timers.set("test.clock", "subject", due=later, now=NOW)
    if meanwhile == "taken by another":
        other.do(NOW)
    one.do(NOW)
    assert clerk.done == []


# --- kept messages, and letters of an operator ----------------------------------------------------


def hand_on(world, sender, to, octets):
    """``sender`` sends ``octets`` to ``to`` as a message that it kept."""
    kept = KeptMessage(number=1, envelope_part=_parts(octets))
    payload = KeptMessages(sent_number=1, kept_message=(kept,), number_range=())
    world.seats[sender].endpoint.transact(
        lambda outgoing: outgoing.post(
            Posting(to=to, payload=payload, lane=Lane.BULK, answers=False)
        )
    )
    world.settle()


def kept_by(world, party, label):
    """A message of ``party`` that nobody got and that it gave up: its octets."""
    message_id = world.ask(party, label)
    octets = world.look(party, lambda unit: unit.outbox.newest_sealed())
    world.look(party, lambda unit: unit.outbox.settle(message_id, REGISTRY_PARTY))
    world.broker.lose_everything()
    return octets


def test_a_message_that_is_handed_on_as_kept_has_one_effect_and_no_answer(world):
    octets = kept_by(world, FRANCE, "one")
    for _ in range(2):
        hand_on(world, FRANCE, REGISTRY_PARTY, octets)
        world.pass_time(timedelta(seconds=5))
        assert world.effects(REGISTRY_PARTY) == ["one"]
    assert world.letters(REGISTRY_PARTY) == []  # nor does the second make its handler fail
    assert world.look(REGISTRY_PARTY, lambda unit: unit.pairs.sent_up_to(FRANCE)) == 0


def test_nobody_hands_on_what_another_kept(world):
    octets = kept_by(world, FRANCE, "one")
    hand_on(world, USA, REGISTRY_PARTY, octets)
    assert world.effects(REGISTRY_PARTY) == []
    hand_on(world, FRANCE, REGISTRY_PARTY, octets)
    assert world.effects(REGISTRY_PARTY) == ["one"]


def test_a_letter_whose_message_had_its_effect_is_not_handled_again(world):
    world.ask(FRANCE, "one")
    octets = world.look(FRANCE, lambda unit: unit.outbox.newest_sealed())
    world.settle()
    assert world.effects(REGISTRY_PARTY) == ["one"]
    registry = world.seats[REGISTRY_PARTY].store
    with registry.unit() as unit:
        unit.deadletters.set_aside(
            octets, now=world.now, source="out.XPO-REGISTRY.routine.1", code="x", reason="why",
            proven=True, sender=FRANCE, message_id=None, message_type=None,
        )  # fmt: skip
        (letter,) = unit.deadletters.all()
        unit.deadletters.mark(letter.id, ASKED)
    world.pass_time(timedelta(seconds=5))
    assert world.effects(REGISTRY_PARTY) == ["one"]
    assert world.look(REGISTRY_PARTY, lambda unit: unit.deadletters.get(letter.id).state) != ASKED
