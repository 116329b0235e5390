"""Runs of serial numbers are found where they were planted, and chance is left out."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from statistics_world import EVER, both, open_store, write

from gateway.cli.report import command
from gateway.statistics import Origin, compute, extent_of, finding_of, without_judged
from gateway.statistics.facts import Seized, TraceAnswered, TraceAsked
from gateway.statistics.runs import BY_CHANCE, RUN_LEAST, RUN_STEP, _runs
from gateway.statistics.serials import serial_of, series_of
from gateway.statistics.tables import Column, Kind, Row
from gateway.store import Judgement, Narrowing

pytestmark = pytest.mark.unit
AT = datetime(2026, 3, 4, tzinfo=UTC)
ORIGIN = Origin(party="NLD-NCB", position=3, head="head")


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as opened:
        yield opened


def asked(number, serial, *, make="BERETTA", dealer=None, place="NLD"):
    found = series_of(serial)
    return [
        TraceAsked(subject=f"T-{number}", at=AT, direction="OUT", peer_country="ITA", make=make,
                   recovery_date=f"2026-02-{number % 28 + 1:02}", recovery_place=place,
                   serial_series=found.series, serial_number=found.number),
        TraceAnswered(subject=f"T-{number}", at=AT, final=True, outcome="TRACED_RETAILER",
                      dealer=dealer),
    ]  # fmt: skip


def tell(store, *batches):
    with store.unit() as unit:
        write(unit, batches)


@pytest.mark.parametrize(
    ("serial", "series", "number"),
    [
        ("ABC123US", "ABC###US", 123),
        ("abc-0123", "ABC####", 123),
        ("123456", "######", 123456),
        ("A1B22345", "A1B#####", 22345),
        ("12345AB", "#####AB", 12345),
    ],
)
def test_a_serial_is_its_series_and_its_number(serial, series, number):
    found = series_of(serial)
    assert (found.series, found.number) == (series, number)


@pytest.mark.parametrize("serial", ["AB12", "", "UNKNOWN", "N/A", "A" * 40, "1" * 16])
def test_what_does_not_count_has_no_series(serial):
    assert series_of(serial) is None


@given(st.integers(0, 999_999))
def test_a_number_gives_its_serial_again(number):
    found = series_of(serial_of("KX######B", number))
    assert found is None or serial_of(found.series, found.number) == f"KX{number:06}B"


def test_three_neighbours_are_a_run_and_strangers_are_none(store):
    tell(store, *(asked(n, f"PX{100_000 + 2 * n}Z", dealer="DEALER 17") for n in range(3)),
         *(asked(100 + n, f"PX{200_000 + 1_000 * n}Z") for n in range(9)))  # fmt: skip
    table = both(store, "serial-runs")
    (row,) = table.rows
    assert row.values[:5] == ("BERETTA", "PX######Z", "PX100000Z", "PX100004Z", 3)
    assert row.values[6:] == ("2026-02-01", "2026-02-03", 1, "DEALER 17")
    with store.unit() as unit:
        behind = unit.facts.rows("traces", ("subject",), row.cases.narrowings)
    assert behind == [("T-0",), ("T-1",), ("T-2",)]


def test_several_requests_for_one_firearm_are_one(store):
    tell(store, asked(1, "PX100000Z"), asked(2, "PX100000Z"), asked(3, "PX100001Z"))
    assert both(store, "serial-runs").rows == ()


def test_firearms_of_other_makes_and_unknown_ones_make_no_run(store):
    tell(store, asked(1, "100000"), asked(2, "100001", make="CZ"),
         asked(3, "100002"),
         *(asked(n, f"{100_000 + n}", make="UNKNOWN") for n in range(5, 9)))  # fmt: skip
    assert both(store, "serial-runs").rows == ()


@pytest.mark.slow
def test_what_chance_explains_is_no_run(store):
    dice = random.Random(7)
    numbers = [f"KB{dice.randrange(100, 1000)}" for _ in range(300)]
    tell(store, *(asked(n, serial) for n, serial in enumerate(numbers) if series_of(serial)))
    assert both(store, "serial-runs").rows == ()


def test_seized_firearms_make_runs_of_their_own(store):
    tell(store, [
        Seized(subject=f"Z#{n}", at=AT + timedelta(days=n), seizure="Z-1", mode="SEIZED",
               country="NLD", place="NL-ZH", make="CZ", serial_series="B######",
               serial_number=500_000 + n)
        for n in range(4)
    ])  # fmt: skip
    (row,) = both(store, "seized-serial-runs").rows
    assert row.values[:5] == ("CZ", "B######", "B500000", "B500003", 4)
    assert row.values[9] == "Z-1"


@given(st.sets(st.integers(0, 9_999), max_size=60))
def test_runs_are_those_that_a_slow_search_finds(numbers):
    found = [(f"T{n}", "CZ", "####", n, "2026-01-01", "NLD", None) for n in numbers]
    ordered = sorted(numbers)
    slow = []
    for first in ordered:
        if any(first - RUN_STEP <= n < first for n in ordered):
            continue
        run = [first]
        while nexts := [n for n in ordered if run[-1] < n <= run[-1] + RUN_STEP]:
            run.append(nexts[0])
        near = min(1.0, RUN_STEP * (len(ordered) - 1) / 10_000)
        if len(run) >= RUN_LEAST and len(ordered) * near ** (len(run) - 1) < BY_CHANCE:
            slow.append((run[0], run[-1], len(run)))
    fast = [(r.found[0].at.number, r.found[-1].at.number, len(r.found)) for r in _runs(found)]
    assert sorted(fast) == sorted(slow)


@pytest.mark.parametrize(
    ("serials", "told"),
    [
        (("KA99998", "KA99999", "KB00000", "KB00003"), ("KA#####", "KA99998", "KB00003", 4)),
        (("Z99999", "AA00000", "AA00002"), ("Z#####", "Z99999", "AA00002", 3)),
        (("AZ9999X", "BA0000X", "BA0001X"), ("AZ####X", "AZ9999X", "BA0001X", 3)),
        (("KX9999", "KX10000", "KX10004"), ("KX####", "KX9999", "KX10004", 3)),
        (("KA99998", "KA99999", "KC00000"), None),
        (("KA99990", "KA99991", "KB00000"), None),
        (("KX9998", "KX9999", "KX01000"), None),
    ],
)
def test_a_run_goes_over_the_end_of_a_series(store, serials, told):
    tell(store, *(asked(n, serial) for n, serial in enumerate(serials)),
         asked(77, "KB55555"), asked(78, serials[0]))  # fmt: skip
    rows = both(store, "serial-runs").rows
    assert [row.values[1:5] for row in rows] == ([] if told is None else [told])
    if told is not None:
        with store.unit() as unit:
            behind = unit.facts.rows("traces", ("subject",), rows[0].cases.narrowings)
        expected = [f"T-{n}" for n in range(len(serials))]
        assert [subject for (subject,) in behind] == [*expected, "T-78"], "each request of it"


def test_a_part_of_a_run_that_is_not_so_is_not_so_and_a_namesake_is(store):
    tell(store, *(asked(n, f"PX{100_000 + n}Z", place="NLD") for n in range(5)))
    with store.unit() as unit:
        table = compute("serial-runs", unit.facts, EVER)
        (row,) = table.rows
        judged = Judgement(id=1, measure=finding_of(table), labels=extent_of(table, row), figure=5,
                           reason="an auction", actor="a", at=AT)  # fmt: skip
        assert without_judged(table, [judged]).rows == ()
        later = Narrowing(column="recovery_date", least="2026-02-02", below="2026-02-05")
        part = compute("serial-runs", unit.facts, replace(EVER, narrowings=(later,)))
        assert part.rows[0].values[2:5] == ("PX100001Z", "PX100003Z", 3)
        assert without_judged(part, [judged]).rows == ()
        routes = [
            replace(table, name="growing-routes", by=(by,),
                    columns=tuple(Column(name=n, title=n, kind=Kind.COUNT)
                                  for n in ("recovered_in", "came_from", "before", "after")),
                    rows=(Row(values=("NLD", "USA", 0, 9)),))
            for by in ("diversion_place", "import_place")
        ]  # fmt: skip
        route = Judgement(id=2, measure="growing-routes", labels=("NLD", "USA"), figure=9,
                          reason="x", actor="a", at=AT)  # fmt: skip
        assert [len(without_judged(one, [route]).rows) for one in routes] == [0, 1]


def test_a_run_that_is_not_so_is_dismissed_until_it_grows(store, tmp_path, monkeypatch):
    tell(store, *(asked(n, f"PX{100_000 + n}Z") for n in range(3)))
    monkeypatch.setattr("gateway.cli.databases.open_database", lambda _home: store)
    monkeypatch.setattr("gateway.config.load_settings", lambda _home: ORIGIN)
    monkeypatch.setattr(type(store), "close", lambda _: None)
    home = ["--home", str(tmp_path)]
    found = ["serial-runs", "BERETTA", "PX######Z", "PX100000Z"]
    done = CliRunner().invoke(command, ["dismiss", *found, *home, "--reason", "a police auction"])
    assert done.exit_code == 0, done.output
    shown = CliRunner().invoke(command, ["run", "patterns", *home])
    assert "PX100000Z" not in shown.output
    assert "an analyst said that they are not so: 1" in shown.output
    tell(store, asked(9, "PX100005Z"))
    assert "PX100000Z" in CliRunner().invoke(command, ["run", "patterns", *home]).output
