"""The simulated partner answers traces through the exchange, as well or as badly as it is told."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from trace_world import TraceWorld, question

from gateway.partner import Manners, Order, Partner
from gateway.payload import HitAnswerCode, TraceResponse, decode
from gateway.store import NodeHit

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # through whole endpoints
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SOON = timedelta(milliseconds=1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[TraceWorld]:
    made = TraceWorld(tmp_path, ("FRA-NCB", "BEL-NCB"))
    yield made
    made.close()


def play(world: TraceWorld, trace: str, rounds: int = 8, **shares: float) -> list[str]:
    """What Belgium did about the case."""
    partner = Partner(Manners(after=SOON, late_by=timedelta(hours=1), **shares), Random(1))
    did = []
    for _ in range(rounds):
        case = world.look("BEL-NCB", lambda unit: unit.traces.find(trace))
        for order in partner.orders([(case, question())], [], world.now):
            try:
                world.order("BEL-NCB", order.kind.partition(".")[2], **order.body)
                partner.done(order, world.now)
                did.append(order.kind.partition(".")[2])
            except RuntimeError:
                partner.refused(order, world.now)
        world.now += timedelta(seconds=1)
    return did


@pytest.mark.parametrize(
    ("shares", "did", "state"),
    [
        ({}, ["ack", "answer"], "ANSWERED"),
        ({"refuse": 1.0}, ["reject"], "REJECTED"),
        ({"never": 1.0}, [], "DELIVERED"),
        ({"late": 1.0}, ["ack"], "ACKNOWLEDGED"),
        ({"twice": 1.0}, ["ack", "answer", "answer"], "ANSWERED"),
        ({"ask": 1.0}, ["ack", "ask"], "INFO_REQUESTED"),
    ],
    ids=["well", "refuse", "never", "late", "twice", "ask"],
)
def test_a_request_is_answered_as_its_manners_say(
    world: TraceWorld, shares: dict[str, float], did: list[str], state: str
) -> None:
    trace = world.submit()
    assert play(world, trace, **shares) == did
    assert world.state("FRA-NCB", trace) == state


def test_a_wrong_answer_contradicts_itself_and_travels_all_the_same(world: TraceWorld) -> None:
    trace = world.submit()
    play(world, trace, wrong=1.0)
    acts = world.look("FRA-NCB", lambda unit: unit.traces.acts(trace))
    (answer,) = [m for m in (decode(act.content) for act in acts) if isinstance(m, TraceResponse)]
    (link,) = answer.trace_answer.trace_link
    assert answer.trace_answer.trace_outcome_code == ("NOT_IMPORTED_HERE",)
    assert link.from_date is not None
    assert link.to_date is not None
    assert link.from_date > link.to_date


def hit(state: str, due: datetime | None = None) -> NodeHit:
    return NodeHit(
        hit_id="H-XPO-1", role="OWNER", state=state, record_id="R", national_record_id=None,
        owner_agency="BEL-NCB", finder_agency="FRA-NCB", grade="A", raised=NOW, changed=NOW,
        due=due, notice=None,
    )  # fmt: skip


def led(**shares: float) -> tuple[Partner, Callable[[NodeHit, datetime], list[Order]]]:
    partner = Partner(Manners(after=SOON, **shares), Random(1))
    partner.orders([], [hit("CONFIRM_REQUESTED")], NOW)
    return partner, lambda one, at: partner.orders([], [one], at)


@pytest.mark.parametrize(
    ("shares", "answer"),
    [({}, "CONFIRMED"), ({"wrong": 1.0}, "NOT_CONFIRMED"), ({"late": 1.0}, "MORE_TIME")],
    ids=["well", "wrong", "late"],
)
def test_a_hit_is_answered_as_its_manners_say(shares: dict[str, float], answer: str) -> None:
    _, orders = led(**shares)
    (order,) = orders(hit("CONFIRM_REQUESTED"), NOW + timedelta(seconds=1))
    assert order.body == answer


def test_a_late_hit_is_confirmed_when_its_promise_is_due() -> None:
    partner, orders = led(late=1.0)
    (order,) = orders(hit("CONFIRM_REQUESTED"), NOW + timedelta(seconds=1))
    partner.done(order, NOW + timedelta(seconds=1))
    waits = hit("MORE_TIME", order.promised)
    assert not orders(waits, NOW + timedelta(seconds=5))
    assert order.promised is not None
    (second,) = orders(waits, order.promised)
    assert second.body is HitAnswerCode.CONFIRMED


def test_nobody_answers_a_hit_that_nobody_asks_about() -> None:
    partner = Partner(Manners(after=SOON), Random(1))
    assert not partner.orders([], [hit("NOTIFIED")], NOW + timedelta(seconds=9))
