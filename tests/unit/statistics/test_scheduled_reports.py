"""Reports that a node makes by itself: of the last whole period, and each of them once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from statistics_world import open_store

from gateway.config import Broker, Scheduled, Settings, Statistics
from gateway.errors import ConfigError
from gateway.node import ReportClerk
from gateway.node.reporting import CLOCK, period_before, period_end
from gateway.statistics import UnknownMeasureError
from gateway.store import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("every", "start", "end", "next_end"),
    [
        ("DAY", "2026-11-21", "2026-11-22", "2026-11-23"),
        ("WEEK", "2026-11-09", "2026-11-16", "2026-11-23"),
        ("MONTH", "2026-10-01", "2026-11-01", "2026-12-01"),
        ("QUARTER", "2026-07-01", "2026-10-01", "2027-01-01"),
        ("YEAR", "2025-01-01", "2026-01-01", "2027-01-01"),
    ],
)
def test_the_last_whole_period_ends_where_the_running_one_begins(every, start, end, next_end):
    assert [f"{at:%Y-%m-%d}" for at in period_before(every, NOW)] == [start, end]
    assert f"{period_end(every, NOW):%Y-%m-%d}" == next_end


def settings(*scheduled: Scheduled) -> Settings:
    return Settings(
        party="FRA-NCB", broker=Broker(port=1), statistics=Statistics(scheduled=scheduled)
    )


def test_a_missing_report_is_made_at_once_and_each_one_once(tmp_path: Path):
    open_store(tmp_path).close()
    wanted = Scheduled(report="national", every="MONTH", format="csv")
    made: list[Any] = []

    def at_once(work: Any) -> None:
        made.append(work)
        work()

    clerk = ReportClerk(tmp_path, settings(wanted), structlog.get_logger(), start=at_once)
    with open_store_again(tmp_path) as store:
        for now in (NOW, NOW + timedelta(hours=1), NOW + timedelta(days=10)):
            with store.unit() as unit:
                clerk.begin(unit, now)
                (timer, *_) = unit.timers.due(datetime(2100, 1, 1, tzinfo=UTC))
            assert timer.kind == CLOCK
            if timer.due <= now:
                with store.unit() as unit:
                    unit.timers.take(timer)
                    clerk.fire(timer, SimpleNamespace(unit=unit, frame=SimpleNamespace(now=now)))
    files = sorted(path.name for path in (tmp_path / "reports").iterdir())
    assert files == ["national-month-2026-10-01.csv", "national-month-2026-11-01.csv"]
    assert len(made) == 2


def fire_when_due(clerk: ReportClerk, store: Store, now: datetime) -> None:
    with store.unit() as unit:
        clerk.begin(unit, now)
        (timer, *_) = unit.timers.due(datetime(2100, 1, 1, tzinfo=UTC))
    if timer.due <= now:
        with store.unit() as unit:
            unit.timers.take(timer)
            clerk.fire(timer, SimpleNamespace(unit=unit, frame=SimpleNamespace(now=now)))


def test_what_an_outage_missed_is_made_period_by_period_when_the_node_starts(tmp_path: Path):
    open_store(tmp_path).close()
    wanted = Scheduled(report="national", every="MONTH", format="csv")
    clerk = ReportClerk(
        tmp_path, settings(wanted), structlog.get_logger(), start=lambda work: work()
    )
    made = tmp_path / "reports"
    with open_store_again(tmp_path) as store:
        fire_when_due(clerk, store, datetime(2027, 12, 3, tzinfo=UTC))
        assert [path.name for path in made.iterdir()] == ["national-month-2027-11-01.csv"]
        fire_when_due(clerk, store, datetime(2028, 4, 30, 23, tzinfo=UTC))
    months = [f"national-month-{month}-01.csv"
              for month in ("2027-11", "2027-12", "2028-01", "2028-02", "2028-03")]  # fmt: skip
    assert sorted(path.name for path in made.iterdir()) == months
    text = (made / months[3]).read_text()
    assert "from 2028-02-01 to before 2028-03-01 (UTC)" in text, "a leap day belongs to its month"


def test_two_reports_that_would_be_one_file_stop_the_start(tmp_path: Path):
    mine = tmp_path / "mine.toml"
    mine.write_text('title = "x"\nname = "national"\n[[section]]\nmeasure = "records"\n')
    both = (Scheduled(report="national", every="DAY"), Scheduled(report="mine.toml", every="DAY"))
    with pytest.raises(ConfigError, match="one file"):
        ReportClerk(tmp_path, settings(*both), structlog.get_logger())


@pytest.mark.parametrize("every", ["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"])
def test_periods_follow_one_another_without_a_gap_over_years(every: str):
    at = datetime(2031, 1, 1, tzinfo=UTC)
    while at > datetime(2023, 1, 1, tzinfo=UTC):
        start, end = period_before(every, at)
        assert start < end <= at
        assert end == period_before(every, end)[1]
        assert period_end(every, start) == end
        at = start
    paris = timezone(timedelta(hours=2))
    night = datetime(2026, 3, 29, 1, 30, tzinfo=paris)
    assert period_before("DAY", night) == period_before("DAY", night.astimezone(UTC))


def open_store_again(folder: Path):
    return Store.open(f"sqlite:///{folder / 'node.db'}")


def test_a_report_that_cannot_be_stops_the_start(tmp_path: Path):
    wrong = Scheduled(report="natoinal", every="DAY")
    with pytest.raises(UnknownMeasureError):
        ReportClerk(tmp_path, settings(wrong), structlog.get_logger())
