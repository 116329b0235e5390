"""Every transport keeps the same promises, against an other side that is real."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from mail_sides import imap_side, maildir_side
from transport_bench import REFUSED, Bench
from transport_sides import SIDES, Side

from gateway.transports import TransportError, UnreachableError

pytestmark = pytest.mark.real


EVERY = SIDES | {"maildir": maildir_side, "imap": imap_side}


@pytest.fixture(params=EVERY)
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Side]:
    with EVERY[request.param](tmp_path) as made:
        yield made


@pytest.fixture
def bench(side: Side) -> Iterator[Bench]:
    made = Bench(side.home, side.settings, side.open)
    side.bench = made
    try:
        yield made
    finally:
        made.stop()


def told(side: Side) -> list[bytes]:
    """What the national system has received, by its own reading."""
    return side.answers()


def test_an_item_comes_in_once_and_its_answer_goes_back_once(side: Side, bench: Bench) -> None:
    side.offer("a", b"one")
    for _ in range(3):
        bench.round()
    assert len(bench.answered) == 1
    assert b"one" in bench.answered[0]
    assert len(told(side)) == 1
    assert b"one" in told(side)[0]


def test_items_come_in_the_order_of_the_other_side(side: Side, bench: Bench) -> None:
    for number in range(5):
        side.offer(f"item-{number}", b"octets %d" % number)
        bench.round()
    assert [b"octets %d" % n in octets for n, octets in enumerate(bench.answered)] == [True] * 5
    assert len(told(side)) == 5


def test_the_same_item_twice_has_no_second_effect(side: Side, bench: Bench) -> None:
    side.offer("a", b"one")
    bench.round()
    side.offer_again("a", b"one")
    for _ in range(2):
        bench.round()
    assert len(bench.answered) == 1
    assert len(told(side)) == 1


@pytest.mark.parametrize("where", ["before settling", "after settling"])
def test_a_crash_around_settling_loses_nothing_and_doubles_nothing(
    side: Side, bench: Bench, where: str
) -> None:
    if not side.fetches:
        pytest.skip("the other side pushes: it settles with its own answer")
    side.offer("a", b"one")
    side.offer("b", b"two")
    bench.dies(where)
    for _ in range(2):
        bench.round()
    joined = b"".join(bench.answered)
    assert joined.count(b"one") == 1
    assert joined.count(b"two") == 1
    answers = b"".join(told(side))
    assert answers.count(b"one") == 1
    assert answers.count(b"two") == 1


def test_a_crash_between_keeping_and_placing_loses_nothing(
    side: Side, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(bench.dock, "_place", lambda _: (_ for _ in ()).throw(KeyError))
        side.dies_while(lambda: (side.offer("a", b"one"), bench.courier.bring_in()))
    assert not [name for name in bench.incoming() if not name.startswith(".")]
    bench.restart()
    for _ in range(2):
        bench.round()
    assert len(bench.answered) == 1
    assert len(told(side)) == 1


@pytest.mark.parametrize("where", ["before delivering", "after delivering"])
def test_a_crash_around_delivering_gives_the_answer_once(
    side: Side, bench: Bench, where: str
) -> None:
    side.offer("a", b"one")
    bench.dies(where)
    for _ in range(2):
        bench.round()
    assert len(told(side)) == 1


def test_a_lost_ledger_costs_no_item_and_doubles_none(side: Side, bench: Bench) -> None:
    side.offer("a", b"one")
    bench.courier.bring_in()
    bench.node_works()
    bench.stop()
    for path in (bench.home / "transports").iterdir():
        path.unlink()
    bench.start()
    side.offer_again("a", b"one")
    for _ in range(2):
        bench.round()
    assert len(bench.answered) == 1
    assert len(told(side)) == 1


def test_part_of_an_item_is_never_taken(side: Side, bench: Bench) -> None:
    whole = side.offer_partly("a", b"begun and not ended")
    with suppress(UnreachableError):  # some see that the other side broke off
        bench.round()
    assert bench.answered == []
    assert bench.incoming() == []
    whole()
    bench.round()
    assert len(bench.answered) == 1
    assert b"begun and not ended" in bench.answered[0]


def test_an_unreachable_other_side_is_said_and_nothing_is_lost(side: Side, bench: Bench) -> None:
    side.offer("a", b"one")
    bench.courier.bring_in()
    bench.node_works()
    side.goes_down()
    if side.fetches:
        with pytest.raises(UnreachableError) as refused:
            bench.courier.bring_in()
        assert refused.value.remedy
        with pytest.raises(UnreachableError):
            bench.transport.check()
        with pytest.raises(UnreachableError):
            bench.courier.take_back()
        assert told_later(side) == []
    side.comes_up()
    side.offer("b", b"two")
    for _ in range(2):
        bench.round()
    assert len(bench.answered) == 2
    assert len(told(side)) == 2


def told_later(side: Side) -> list[bytes]:
    return [] if side.is_down else side.answers()


def test_an_oversized_item_is_refused_visibly_once_and_stops_no_other(
    side: Side, bench: Bench
) -> None:
    side.offer("big", b"x" * (bench.settings.most_octets + 1))
    side.offer("a", b"one")
    for _ in range(3):
        bench.round()
    assert len([octets for octets in bench.answered if b"one" in octets]) == 1
    assert not [octets for octets in bench.answered if b"xxxx" in octets]
    refusals = [octets for octets in side.refusals() if b"transport.oversized" in octets]
    assert len(refusals) == 1


def test_an_item_that_the_node_cannot_read_is_told_to_the_other_side_once(
    side: Side, bench: Bench
) -> None:
    side.offer("a", REFUSED)
    for _ in range(3):
        bench.round()
    assert bench.answered == []
    assert len([octets for octets in side.refusals() if b"HEADER" in octets]) == 1


def test_a_notice_goes_to_the_transport_that_takes_notices(side: Side, bench: Bench) -> None:
    bench.node_tells("hit-H-1-owner.json", b'{"hit": "H-1"}')
    bench.node_tells("mine.7.answer.json", b"for whoever dropped the file")
    for _ in range(2):
        bench.round()
    assert len([octets for octets in told(side) if b"H-1" in octets]) == 1
    assert (bench.folders.outgoing / "mine.7.answer.json").exists()
    assert not (bench.folders.outgoing / "hit-H-1-owner.json").exists()
    assert (bench.folders.root / "delivered" / "hit-H-1-owner.json").exists()


def test_a_late_answer_goes_where_its_question_came_from(side: Side, bench: Bench) -> None:
    side.offer("a", b"one")
    bench.round()
    bench.node_tells("late-1-1-abc.json", b'{"late": "but true"}')
    bench.node_tells("late-99-1-abc.json", b'{"late": "of nobody"}')
    bench.round()
    assert len([octets for octets in told(side) if b"but true" in octets]) == 1


def test_an_answer_that_the_node_writes_again_is_not_told_again(side: Side, bench: Bench) -> None:
    side.offer("a", b"one")
    bench.round()
    (answer,) = (bench.folders.root / "delivered").iterdir()
    bench.node_tells(answer.name, answer.read_bytes())
    bench.round()
    assert len(told(side)) == 1
    assert list(bench.folders.outgoing.iterdir()) == []


def test_looking_changes_nothing(side: Side, bench: Bench) -> None:
    side.offer("a", b"one")
    bench.transport.check()
    bench.round()
    assert len(bench.answered) == 1


def test_no_error_of_a_transport_lacks_its_remedy(side: Side, bench: Bench) -> None:
    side.goes_down()
    errors: list[Any] = []
    for work in (bench.transport.check, bench.courier.bring_in):
        try:
            work()
        except TransportError as error:
            errors.append(error)
    assert all(error.place and error.remedy for error in errors)
    assert errors or not side.fetches
