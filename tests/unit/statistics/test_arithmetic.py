"""Medians and percentiles of counted values are those of the values one by one."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.statistics.arithmetic import median, percentile, spread

VALUES = st.lists(st.integers(min_value=0, max_value=40), max_size=60)


@given(VALUES)
def test_the_median_of_counts_is_the_median_of_the_values(values):
    assert spread(Counter(values)) == median(values)


@given(VALUES, st.sampled_from((0.1, 0.5, 0.9, 0.95, 1.0)))
def test_a_percentile_of_counts_is_that_of_the_values(values, rank):
    assert spread(Counter(values), rank) == percentile(values, rank)


def test_of_nothing_there_is_no_median():
    assert spread({}) is None
    assert spread({}, 0.9) is None


@pytest.mark.parametrize(
    ("counts", "middle"), [({3: 1}, 3), ({1: 1, 2: 1}, 1.5), ({1: 3, 9: 1}, 1)]
)
def test_the_middle_is_found_among_repeated_values(counts, middle):
    assert spread(counts) == middle
