"""Patterns are found where they were planted and nowhere else; two periods are compared."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from statistics_world import EVER, NOW, both, open_store, write

from gateway.cli.report import command
from gateway.statistics import Origin, compare, find, make_report
from gateway.statistics.facts import RecordChanged, RecordFiled, TraceAnswered, TraceAsked
from gateway.statistics.patterns import densest

pytestmark = pytest.mark.unit
AT = datetime(2026, 3, 4, tzinfo=UTC)
ORIGIN = Origin(party="NLD-NCB", position=3, head="head")


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as opened:
        yield opened


def stolen(number, batch, recovery=None):
    filed = RecordFiled(
        subject=f"R-{number}", at=AT, record_type="STOLEN", event_date="2026-03-01", entered=AT,
        review_date="2031-01-01", status="OPEN", batch_theft=batch,
    )  # fmt: skip
    if recovery is None:
        return [filed]
    closing = RecordChanged(
        subject=filed.subject, at=AT, status="CLOSED", closure_reason="RECOVERED_NATIONAL",
        recovery_date=recovery,
    )  # fmt: skip
    return [filed, closing]


def traced(number, *, dealer=None, recovery=None, chain=None, at=AT, **given_):
    names = ("serial_status", "recovery_country", "recovery_place")
    asked = {name: given_.pop(name) for name in names if name in given_}
    return [
        TraceAsked(subject=f"T-{number}", at=at, direction="OUT", peer_country="USA", chain=chain,
                   recovery_date=recovery, **asked),
        TraceAnswered(subject=f"T-{number}", at=at, final=True, outcome="TRACED_RETAILER",
                      dealer=dealer, **given_),
    ]  # fmt: skip


def tell(store, *batches):
    with store.unit() as unit:
        write(unit, batches)


def test_three_recoveries_of_one_theft_within_a_year_are_a_cluster(store):
    tell(store, stolen(1, "A", "2024-01-01"), stolen(2, "A", "2024-06-01"),
         stolen(3, "A", "2024-12-31"), stolen(4, "A"), stolen(5, "A", "2025"))  # fmt: skip
    table = both(store, "theft-clusters")
    assert [row.values for row in table.rows] == [("A", 5, 3, 3, "2024-01-01", "2024-12-31")]


def test_recoveries_of_one_theft_over_years_are_none(store):
    tell(store, *[stolen(n, "A", f"{2020 + n}-01-01") for n in range(5)])
    assert both(store, "theft-clusters").rows == ()


def test_requests_of_one_chain_are_one_firearm_of_a_dealer(store):
    tell(store, *[traced(n, dealer="D", recovery="2026-01-01", chain="C") for n in range(5)])
    assert both(store, "source-clusters").rows == ()
    tell(store, *[traced(10 + n, dealer="D", recovery=f"2026-02-0{n + 1}") for n in range(2)])
    (row,) = both(store, "source-clusters").rows
    assert row.values == ("D", 3, 3, "2026-01-01", "2026-02-02")


def test_indicators_are_counted_for_each_request_and_together(store):
    tell(store,
         traced(1, recovery="2026-01-01", last_transfer="2025-06-01", serial_status="ALTERED"),
         traced(2, recovery="2026-01-01", last_transfer="2001-06-01", import_place="FRA",
                recovery_country="NLD"),
         traced(3, recovery="2026-01-01", last_transfer="2026-06-01"))  # fmt: skip
    found = both(store, "indicators").as_mapping("indicator", "count")
    assert found == {
        "short time to crime": 1,
        "defaced serial": 1,
        "moved between countries": 1,
        "two or more of these": 1,
    }


def test_a_route_that_grows_beyond_chance_is_found_and_one_that_stays_is_not(store):
    def route(first, count, days_ago, place):
        at = NOW - timedelta(days=days_ago)
        return [
            traced(first + n, at=at, recovery_place="NLD", diversion_place=place)
            for n in range(count)
        ]

    tell(store, *route(0, 2, 500, "USA"), *route(100, 12, 50, "USA"),
         *route(200, 9, 500, "FRA"), *route(300, 11, 50, "FRA"),
         *route(400, 4, 50, "DEU"))  # fmt: skip
    (row,) = both(store, "growing-routes", scope=replace(EVER, end=NOW)).rows
    assert row.values[:4] == ("NLD", "USA", 2, 12)


@given(st.lists(st.dates(date(2020, 1, 1), date(2024, 1, 1)), max_size=25))
def test_the_densest_year_is_that_of_every_window_tried(days):
    days.sort()
    year = timedelta(days=365)
    tried = [sum(a <= b <= a + year for b in days) for a in days]
    assert densest(days) == max(tried, default=0)


def test_two_periods_stand_beside_each_other_with_their_difference(store):
    tell(store, *[stolen(n, None) for n in range(3)])
    definition = find("national")
    with store.unit() as unit:
        empty = replace(EVER, end=datetime(2020, 1, 1, tzinfo=UTC))
        before = make_report(definition, unit.facts, empty, ORIGIN)
        after = make_report(definition, unit.facts, EVER, ORIGIN)
    records = compare(before, after).tables[0]
    names = [column.name for column in records.columns]
    assert names == ["record_type", "count_before", "count", "count_change"]
    assert records.rows[0].values == ("STOLEN", None, 3, None)
    assert compare(after, after).tables[0].rows[0].values == ("STOLEN", 3, 3, 0)


def test_reports_of_two_definitions_cannot_be_compared(store):
    with store.unit() as unit:
        first, second = (make_report(find(n), unit.facts, EVER, ORIGIN) for n in ("sdg", "iafq"))
    with pytest.raises(ValueError, match="one definition"):
        compare(first, second)


def test_a_command_compares_two_periods(store, tmp_path, monkeypatch):
    tell(store, *[stolen(n, None) for n in range(3)])
    monkeypatch.setattr("gateway.cli.databases.open_database", lambda _home: store)
    monkeypatch.setattr("gateway.config.load_settings", lambda _home: ORIGIN)
    monkeypatch.setattr(type(store), "close", lambda _: None)
    periods = ("--from", "2026-01-01", "--before", "2027-01-01",
               "--with-from", "2025-01-01", "--with-before", "2026-01-01")  # fmt: skip
    made = CliRunner().invoke(
        command, ["diff", "--home", str(tmp_path), "national", *periods, "--format", "json"]
    )
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["tables"][0]["rows"] == [["STOLEN", None, 3, None]]
