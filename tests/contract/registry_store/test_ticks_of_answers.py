"""The time of an answer tells nothing of records that the asker may not see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registry_world import Centre, a_description, a_record, a_search

from gateway.payload import AccessModeCode, AccessRestriction, CountryCode
from gateway.registry import lookup
from gateway.registry.pacing import Pace

HIDDEN = (AccessRestriction(access_mode_code=AccessModeCode.DENY, country_code=CountryCode.NLD),)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def pace(self, tick: timedelta = timedelta(milliseconds=1)) -> Pace:
        return Pace(clock=lambda: self.now, wait=self.wait, tick=tick)


@given(spent=st.floats(min_value=0, max_value=0.5))
def test_an_answer_ends_on_a_whole_tick(spent: float) -> None:
    clock = Clock()
    pace = clock.pace()
    begun = pace.begin()
    clock.now += spent
    pace.hold(begun)
    ticks = (clock.now - begun) / 0.001
    assert ticks == pytest.approx(round(ticks), abs=1e-6)
    assert 0 < clock.waits[0] <= 0.001


def test_without_a_tick_nobody_waits() -> None:
    clock = Clock()
    clock.pace(timedelta(0)).hold(100.0)
    assert clock.waits == []


def test_who_may_not_see_everything_is_answered_by_ticks(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(lookup, "PACE", clock.pace())
    centre.submit(a_record("1", "ABC12345"))
    clock.waits.clear()
    centre.search(a_search(a_description("ABC12345")))
    assert clock.waits == []
    centre.submit(a_record("2", "XYZ98765", access_restriction=HIDDEN))
    clock.waits.clear()
    assert not centre.search(a_search(a_description("XYZ98765"))).candidate
    assert not centre.search(a_search(a_description("KLM55555"))).candidate
    assert clock.waits == [0.001, 0.001]
