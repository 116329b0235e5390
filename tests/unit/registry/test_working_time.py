"""Working time is counted in an office's own hours, over nights, weekends and changes of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.office_hours import read_hours

pytestmark = pytest.mark.unit

PARIS = read_hours(("1-5 09:00-12:00", "1-5 13:00-17:00"), "Europe/Paris")
FRIDAY_EVENING = datetime(2026, 3, 27, 16, 30, tzinfo=UTC)  # 17:30 in Paris; the clocks change
WEEKS = st.timedeltas(timedelta(0), timedelta(days=360)).map(lambda d: FRIDAY_EVENING + d)
SPANS = st.timedeltas(timedelta(0), timedelta(hours=20))


def test_an_hour_of_work_after_closing_ends_an_hour_after_the_next_opening() -> None:
    monday = datetime(2026, 3, 30, 7, tzinfo=UTC)  # 9:00 in summer time
    assert PARIS.next_open(FRIDAY_EVENING) == monday
    assert PARIS.worked(FRIDAY_EVENING, timedelta(hours=1)) == monday + timedelta(hours=1)


def test_work_goes_on_after_a_pause_and_on_the_next_day() -> None:
    before_noon = datetime(2026, 3, 26, 10, 50, tzinfo=UTC)
    assert PARIS.worked(before_noon, timedelta(minutes=20)) == datetime(
        2026, 3, 26, 12, 10, tzinfo=UTC
    )
    at_four = datetime(2026, 3, 26, 15, 30, tzinfo=UTC)
    assert PARIS.worked(at_four, timedelta(hours=1)) == datetime(2026, 3, 27, 8, 30, tzinfo=UTC)


def test_an_office_without_hours_always_works() -> None:
    always = read_hours((), "UTC")
    assert always.worked(FRIDAY_EVENING, timedelta(hours=3)) == FRIDAY_EVENING + timedelta(hours=3)


@given(at=WEEKS, one=SPANS, other=SPANS)
def test_work_adds_up(at: datetime, one: timedelta, other: timedelta) -> None:
    assert PARIS.worked(PARIS.worked(at, one), other) == PARIS.worked(at, one + other) or (
        other == timedelta(0)  # at closing time nothing more is needed
    )
    assert PARIS.worked(at, one) >= at + one
