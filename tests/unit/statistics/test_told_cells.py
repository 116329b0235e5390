"""No difference of any answers reveals a small count: tried over every small universe."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from gateway.statistics.cells import overlapping, parts_of, rows_of, span_of, told_cells

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # every database of a small universe

K = 3
DIMENSIONS = ("type", "mode")
CELLS = list(product(("A", "B"), ("x", "y")))
PERIODS = ("2025-Q1", "2025-Q2")


def answers_to_everything(told):
    """Every answer that anybody can get: every choice of dimensions, filter and periods."""
    found = []
    for by in ((), ("type",), ("mode",), DIMENSIONS):
        for name in (None, *DIMENSIONS):
            among = {None: ((),), "type": (("A",), ("B",)), "mode": (("x",), ("y",))}[name]
            for values in among:
                only = {} if name is None else {name: frozenset(values)}
                for asked in ({"2025-Q1": ["2025-Q1"]}, {"2025-Q2": ["2025-Q2"]},
                              {"2025": list(PERIODS)}):  # fmt: skip
                    rows = rows_of(told, dimensions=DIMENSIONS, by=by, only=only, periods=asked)
                    found.append(((by, name, values, tuple(asked)), tuple(rows)))
    return tuple(found)


def test_no_number_of_answers_tells_small_counts_apart():
    # Every database of four cells with 0 to 4 firearms each, in one quarter; the other is fixed.
    worlds = {}
    fixed = {CELLS[0]: 4, CELLS[3]: 7}
    for counts in product(range(K + 2), repeat=len(CELLS)):
        world = {cell: n for cell, n in zip(CELLS, counts, strict=True) if n}
        told = {
            "2025-Q1": told_cells(world, 2, K),
            "2025-Q2": told_cells(fixed, 2, K),
        }
        worlds.setdefault(answers_to_everything(told), []).append(counts)
    for alike in worlds.values():
        for at in range(len(CELLS)):
            seen = {counts[at] for counts in alike}
            # What has one small count could have any other, and none at all.
            assert not seen & set(range(K)) or seen >= set(range(K))


def test_no_difference_of_two_answers_is_a_small_count():
    for counts in product(range(K + 3), repeat=len(CELLS)):
        world = {cell: n for cell, n in zip(CELLS, counts, strict=True) if n}
        told = {"2025-Q1": told_cells(world, 2, K), "2025-Q2": {}}
        sums = set()
        for _, rows in answers_to_everything(told):
            sums |= {row.count for row in rows}
            sums.add(sum(row.count for row in rows))
        parts = list(told["2025-Q1"].values())
        reachable = {sum(some) for n in range(len(parts) + 1) for some in combinations(parts, n)}
        assert sums <= reachable
        assert not reachable & set(range(1, K))


def test_a_party_that_takes_its_own_cases_away_finds_no_small_count():
    shares = range(K + 2)
    for fra, bel, nld in product(shares, repeat=3):
        counts = {("A", "FRA"): fra, ("A", "BEL"): bel, ("A", "NLD"): nld}
        counts = {key: n for key, n in counts.items() if n}
        told = told_cells(counts, 1, K)
        for own in (fra, bel, nld):
            if told:
                assert told["A",] - own not in range(1, K)


def test_each_column_of_parties_is_held_apart():
    counts = {("A", "FRA", "BEL"): 4, ("A", "NLD", "BEL"): 1}
    assert told_cells(counts, 1, K) == {}
    assert told_cells({("A", "BEL", "FRA"): 4, ("A", "BEL", "NLD"): 1}, 1, K) == {}
    assert told_cells({("A", "FRA", "BEL"): 4, ("A", "NLD", "BEL"): 3}, 1, K) == {("A",): 7}


def test_a_year_is_four_quarters_and_no_quarter_is_a_year():
    assert parts_of("2025", "QUARTER") == ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")
    assert parts_of("2025-Q3", "QUARTER") == ("2025-Q3",)
    assert parts_of("2025", "YEAR") == ("2025",)
    assert parts_of("2025-Q3", "YEAR") == ()
    assert overlapping("2025-Q3", ["2024", "2025", "2025-Q3", "2025-Q4"]) == ("2025",)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [("2025", "2025-01-01", "2026-01-01"), ("2025-Q4", "2025-10-01", "2026-01-01"),
     ("2024-Q1", "2024-01-01", "2024-04-01")],
)  # fmt: skip
def test_a_period_has_its_days(period, start, end):
    assert tuple(f"{at:%Y-%m-%d}" for at in span_of(period)) == (start, end)
