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
            "2025-Q1": told_cells(world, DIMENSIONS, 2, K, None),
            "2025-Q2": told_cells(fixed, DIMENSIONS, 2, K, None),
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
        told = {"2025-Q1": told_cells(world, DIMENSIONS, 2, K, None), "2025-Q2": {}}
        sums = set()
        for _, rows in answers_to_everything(told):
            sums |= {row.count for row in rows}
            sums.add(sum(row.count for row in rows))
        parts = list(told["2025-Q1"].values())
        reachable = {sum(some) for n in range(len(parts) + 1) for some in combinations(parts, n)}
        assert sums <= reachable
        assert not reachable & set(range(1, K))


def tellable(counts, teller="NLD"):
    """One column that cells are told by, and two that name the sides of a case."""
    return told_cells(counts, ("type", "owner", "finder"), 1, K, teller)


SIDES = [("NLD", "FRA"), ("FRA", "NLD"), ("BEL", "NLD"), ("NLD", "NLD"), ("BEL", "FRA")]


@pytest.mark.parametrize("adversary", ["FRA", "BEL"])
def test_who_takes_its_own_cases_away_tells_no_small_count_from_another_or_from_none(adversary):
    # Every database of one cell with 0 to 4 cases of each pair of sides. The adversary knows the
    # rule, what was told, and every case of which it is a side.
    seen = {}
    for counts in product(range(K + 2), repeat=len(SIDES)):
        world = {("A", *sides): n for sides, n in zip(SIDES, counts, strict=True) if n}
        own = tuple(n for sides, n in zip(SIDES, counts, strict=True) if adversary in sides)
        told = tuple(tellable(world).items())
        seen.setdefault((told, own), set()).add(sum(counts) - sum(own))
    for others in seen.values():
        assert not others & set(range(K)) or others >= set(range(K))


def test_a_party_is_weighed_with_both_its_sides():
    owner, finder, neither = ("A", "FRA", "BEL"), ("A", "AUT", "FRA"), ("A", "BEL", "AUT")
    assert tellable({owner: 3, finder: 3, neither: 2}) == {}
    assert tellable({owner: 3, finder: 3, neither: 6}) == {("A",): 12}


def test_a_cell_that_is_a_partys_by_its_dimension_is_told():
    told = told_cells({("FRA",): 4, ("BEL",): 2}, ("peer_country",), 1, K, None)
    assert told == {("FRA",): 4}
    counts = {("FRA", "FRA"): 4}
    assert told_cells(counts, ("peer_country", "peer_country"), 1, K, None) == {("FRA",): 4}


def test_nobody_takes_away_the_cases_of_who_tells():
    assert tellable({("A", "NLD", "FRA"): 4, ("A", "NLD", "BEL"): 3}) == {("A",): 7}


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
