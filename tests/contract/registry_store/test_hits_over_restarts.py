"""A hub that is started anew in any state of a hit finds the state and the clock that it left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from fresh_sqlite import put_fresh
from registry_world import CUSTOMS, FRANCE, NOW, Centre
from test_hit_life import Life

from gateway.payload import (
    CountryCode,
    DispositionCode,
    DispositionNotice,
    FalseHitReasonCode,
    HitClose,
    HitReceipt,
    HitRevoke,
    HitRoleCode,
    HitSeizure,
    Location,
)
from gateway.registry.hitsteps import CLOCK
from gateway.store import Store

Step = Callable[[Life], object]


def receive(life: Life) -> None:
    life.say(HitReceipt, FRANCE, hit_role_code=HitRoleCode.OWNER, received_timestamp=NOW)
    life.say(HitReceipt, CUSTOMS, hit_role_code=HitRoleCode.FINDER, received_timestamp=NOW)


def promise(life: Life) -> object:
    return life.answer("MORE_TIME", promised=life.now + timedelta(hours=1))


def seize(life: Life) -> object:
    return life.say(
        HitSeizure,
        CUSTOMS,
        seizure_timestamp=NOW,
        location=Location(country=CountryCode.NLD),
        legal_justification_text="Customs law",
    )


def dispose(life: Life) -> object:
    return life.say(
        DispositionNotice,
        CUSTOMS,
        disposition_code=DispositionCode.RETURNED,
        disposition_date=date(2024, 6, 1),
    )


REQUEST: Step = lambda life: life.request()  # noqa: E731 - a step among others
TEN_MINUTES: Step = lambda life: life.pass_time(timedelta(minutes=10))  # noqa: E731
AN_HOUR: Step = lambda life: life.pass_time(timedelta(hours=1))  # noqa: E731

WAYS: tuple[tuple[tuple[Step, str, int | None], ...], ...] = (
    (  # to the end; the minutes that the clock has left, None for no clock
        (receive, "NOTIFIED", None),
        (REQUEST, "CONFIRM_REQUESTED", 10),
        (promise, "MORE_TIME", 60),
        (AN_HOUR, "CONFIRM_REQUESTED", 10),
        (TEN_MINUTES, "CONFIRM_REQUESTED", 10),
        (TEN_MINUTES, "CONFIRM_REQUESTED", 10),
        (TEN_MINUTES, "LAPSED", None),
        (lambda life: life.answer("CONFIRMED"), "CONFIRMED", None),
        (seize, "SEIZED", None),
        (dispose, "DISPOSED", None),
        (lambda life: life.say(HitClose, FRANCE), "CLOSED", None),
    ),
    (
        (REQUEST, "CONFIRM_REQUESTED", 10),
        (lambda life: life.answer("NOT_CONFIRMED"), "NOT_CONFIRMED", None),
        (
            lambda life: life.say(
                HitRevoke, FRANCE, false_hit_reason_code=FalseHitReasonCode.WRONG_WEAPON
            ),
            "FALSE_HIT",
            None,
        ),
    ),
)


def test_every_state_and_clock_outlives_the_process(tmp_path: Path) -> None:
    for number, way in enumerate(WAYS):
        url = f"sqlite:///{tmp_path}/{number}.db"
        put_fresh(tmp_path / f"{number}.db")
        left = Store.open(url)
        with left.unit() as unit:
            life = Life(Centre(unit=unit))
        for step, state, minutes in way:
            # What was open stays open: nobody closed anything in order.
            store = Store.open(url)
            with store.unit() as unit:
                life.unit, life.centre = unit, Centre(unit=unit)
                step(life)
            again = Store.open(url)
            with again.unit() as unit:
                held = unit.hits.find(life.hit_id)
                assert held is not None
                assert held.state == state
                clock = unit.timers.running(CLOCK, life.hit_id)
                span = None if minutes is None else timedelta(minutes=minutes)
                assert (None if clock is None else clock.due - life.now) == span, state
            again.close()
            store.close()
        left.close()
