"""A message goes again by how long receipts take just now, and never sooner than settings say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.endpoint.patience import Patience

pytestmark = pytest.mark.unit

LEAST = timedelta(seconds=5)
START = datetime(2025, 1, 1, tzinfo=UTC)


def patience_after(*took_s: float) -> Patience:
    patience = Patience(LEAST)
    for number, seconds in enumerate(took_s):
        patience.sent(str(number), START)
        patience.receipted([str(number)], START + timedelta(seconds=seconds))
    return patience


def test_quick_receipts_leave_the_wait_as_it_is_set():
    assert patience_after().first == LEAST
    assert patience_after(*[0.1] * 50).first == LEAST


def test_slow_receipts_lengthen_the_wait_beyond_what_they_take():
    assert timedelta(seconds=12) < patience_after(*[12.0] * 20).first <= 8 * LEAST


def test_it_shortens_again_when_the_exchange_is_quick_again():
    assert patience_after(*[30.0] * 20, *[0.1] * 60).first == LEAST


def test_a_repeat_is_no_quick_answer():
    patience = Patience(LEAST)
    patience.sent("a", START)
    patience.sent("a", START + timedelta(seconds=10))
    patience.receipted(["a"], START + timedelta(seconds=11))
    assert patience.first > timedelta(seconds=11)


def test_what_a_lost_line_carried_is_not_counted():
    patience = Patience(LEAST)
    patience.sent("a", START)
    patience.line_lost()
    patience.receipted(["a"], START + timedelta(days=1))
    assert patience.first == LEAST


def test_peers_that_never_answer_fill_no_memory():
    patience = Patience(LEAST)
    for number in range(30_000):
        patience.sent(str(number), START)
    assert len(patience._sent) <= 10_000


@given(st.lists(st.floats(-1e4, 1e6), max_size=50))
def test_the_wait_stays_in_its_bounds_whatever_is_observed(took_s):
    assert LEAST <= patience_after(*took_s).first <= 8 * LEAST
