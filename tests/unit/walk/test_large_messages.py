"""What is large is read beside the walk: others pass, its sender's own keep their order."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from memory_world import MemoryWorld

from gateway.endpoint import Large
from gateway.endpoint import large as room
from gateway.endpoint.arrivals import Arrival
from gateway.envelope import Header, peek_header
from gateway.exchange import dead_queue, ingress_exchange, lane_of
from gateway.ids import REGISTRY_PARTY, Lane

pytestmark = pytest.mark.slow

_LARGE = 6_000
_NOISE = "x" * (2 * _LARGE)


class SlowReader:
    """Reads when told to, as a thread would some time later."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Callable[[], Arrival], Future[Arrival]]] = []
        self.senders: list[str] = []

    def submit(self, work: Callable[[], Arrival]) -> Future[Arrival]:
        future: Future[Arrival] = Future()
        self._waiting.append((work, future))
        return future

    def finish(self) -> None:
        work, future = self._waiting.pop(0)
        arrival = work()
        self.senders.append("" if arrival.header is None else arrival.header.sender)
        future.set_result(arrival)

    def __len__(self) -> int:
        return len(self._waiting)


@pytest.fixture
def reader() -> SlowReader:
    return SlowReader()


@pytest.fixture
def world(
    tmp_path: Path, reader: SlowReader, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MemoryWorld]:
    monkeypatch.setattr(room, "LARGE_OCTETS", _LARGE)
    made = MemoryWorld(tmp_path)
    made.seats[REGISTRY_PARTY].endpoint._large = Large(lambda: None, reader.submit)
    made.settle()
    yield made
    made.close()


def ask_largely(world: MemoryWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question in which nothing is wrong, and which is taken for large."""
    large = world.ask("USA-NCB", "sound")
    monkeypatch.setattr(
        room, "_is_large", lambda delivery: claimed(delivery.body).message_id == large
    )


def claimed(octets: bytes) -> Header:
    header = peek_header(octets)
    assert header is not None
    return header


def refused(world: MemoryWorld, party: str) -> int:
    return len(world.events(party, "refused"))


def test_others_have_their_answers_while_a_large_one_is_read(world, reader):
    world.ask("USA-NCB", _NOISE)
    world.settle()
    world.ask("FRA-NCB", "small")
    world.settle()
    assert world.effects(REGISTRY_PARTY) == ["small"]
    assert world.waiting("FRA-NCB") == 0
    assert len(reader) == 1
    reader.finish()
    world.settle()
    assert refused(world, "USA-NCB") == 1
    assert world.waiting("USA-NCB") == 0


def test_what_follows_a_large_one_from_its_sender_is_handled_after_it(world, reader):
    world.ask("USA-NCB", _NOISE)
    for label in ("first", "second"):
        world.ask("USA-NCB", label)
    world.settle()
    assert world.effects(REGISTRY_PARTY) == []
    reader.finish()
    world.settle()
    assert world.effects(REGISTRY_PARTY) == ["first", "second"]
    letters = world.letters(REGISTRY_PARTY)
    assert [letter.code for letter in letters] == ["payload.schema"]


def test_what_is_urgent_passes_the_large_one_of_its_own_sender(world, reader):
    world.ask("USA-NCB", _NOISE)
    world.ask("USA-NCB", "urgent", lane=Lane.URGENT)
    world.settle()
    assert world.effects(REGISTRY_PARTY) == ["urgent"]
    assert len(reader) == 1


def test_senders_of_large_ones_take_turns(world, reader):
    for _ in range(3):
        world.ask("USA-NCB", _NOISE)
    world.settle()
    world.ask("FRA-NCB", _NOISE)
    world.settle()
    while len(reader):
        reader.finish()
        world.settle()
    assert reader.senders == ["USA-NCB", "FRA-NCB", "USA-NCB", "USA-NCB"]


def test_what_was_being_read_when_the_line_broke_is_decided_once(world, reader):
    world.ask("USA-NCB", _NOISE)
    world.settle()
    world.broker.cut(REGISTRY_PARTY)
    world.settle()
    world.broker.mend(REGISTRY_PARTY)
    world.settle()
    assert len(reader) == 2
    reader.finish()
    world.settle()
    assert refused(world, "USA-NCB") == 0
    reader.finish()
    world.settle()
    assert refused(world, "USA-NCB") == 1
    (letter,) = world.letters(REGISTRY_PARTY)
    assert letter.times == 1


def test_one_whose_key_was_revoked_while_it_was_read_has_no_effect(world, reader, monkeypatch):
    ask_largely(world, monkeypatch)
    world.settle()
    old = world.directory
    entry = old.parties["USA-NCB"]
    keys = tuple(key for key in entry.keys if key.use == "enc")
    parties = {**old.parties, "USA-NCB": replace(entry, keys=keys)}
    world.directory = replace(old, version=old.version + 1, parties=parties)
    reader.finish()
    world.settle()
    assert world.effects(REGISTRY_PARTY) == []
    (letter,) = world.letters(REGISTRY_PARTY)
    assert letter.code.startswith("envelope.")


def test_a_large_one_in_which_nothing_is_wrong_has_its_effect_once(world, reader, monkeypatch):
    ask_largely(world, monkeypatch)
    world.settle()
    assert world.effects(REGISTRY_PARTY) == []
    reader.finish()
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == ["sound"]


def test_one_that_makes_its_handler_fail_is_bounded(world, reader, monkeypatch):
    world.seats[REGISTRY_PARTY].desk.fail_with = [RuntimeError("a defect")] * 6
    ask_largely(world, monkeypatch)
    for _ in range(3):
        world.pass_time(timedelta(seconds=2))
        reader.finish()
        world.settle()
    assert refused(world, "USA-NCB") == 1
    (letter,) = world.letters(REGISTRY_PARTY)
    assert letter.octets


def test_dead_letters_are_bulk_so_that_nobody_waits_for_them(world):
    assert lane_of(dead_queue()) is Lane.BULK
    world.seats["USA-NCB"].link.publish(
        token="junk",
        exchange=ingress_exchange("USA-NCB", Lane.ROUTINE),
        routing_key="",
        body=b"j" * 3 * _LARGE,
    )
    world.ask("FRA-NCB", "small")
    world.settle()
    assert world.effects(REGISTRY_PARTY) == ["small"]
    (letter,) = world.letters(REGISTRY_PARTY)
    assert len(letter.octets) == 3 * _LARGE
