"""Whoever was away drains what waits: each message once, in little memory."""

import pytest

from bench.absence import measure

pytestmark = [pytest.mark.unit, pytest.mark.slow]


def test_a_party_that_was_away_drains_its_queue_once_and_in_bounded_memory(tmp_path):
    found = measure(messages=1_500, folder=tmp_path)
    assert (found["effects"], found["distinct"]) == (1_500, 1_500)
    assert found["memory_more_mb"] < 100
