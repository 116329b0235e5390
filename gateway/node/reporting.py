"""Makes the reports that the settings schedule, each of a whole period, as files.

What was missed while the node stood still is made when it starts, from the last report that is
there on: a file that is there is done. It counts on a thread of its own over a store that only
reads, so that no message waits for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from gateway.config import Scheduled, Settings, database_url
from gateway.endpoint import Outgoing
from gateway.errors import ConfigError, GatewayError
from gateway.log import Logger
from gateway.node.folders import write_durably
from gateway.statistics import (
    Definition,
    Format,
    Origin,
    Scope,
    built_in,
    find,
    make_report,
    render,
)
from gateway.store import Errand, Store, Timer, Unit

Period = tuple[datetime, datetime]
CLOCK = "report.due"
LATE = timedelta(hours=1)
"""After the end of a period, so that messages of its last minutes are in."""
MISSED_MOST = 60
"""Periods that are looked back for the last report that was made: two months of days."""
_QUARTER_MONTHS = 3
_YEAR_MONTHS = 12


class ReportOrderError(GatewayError):
    """Nobody orders a scheduled report: its clock does."""

    code: ClassVar[str] = "node.no-report-orders"


def period_before(every: str, now: datetime) -> tuple[datetime, datetime]:
    """The last whole period that ended at or before ``now``, in UTC."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if every == "DAY":
        return midnight - timedelta(days=1), midnight
    if every == "WEEK":
        end = midnight - timedelta(days=midnight.weekday())
        return end - timedelta(days=7), end
    months = {"MONTH": 1, "QUARTER": _QUARTER_MONTHS, "YEAR": _YEAR_MONTHS}[every]
    first = (midnight.month - 1) // months * months + 1
    end = midnight.replace(month=first, day=1)
    return _months_from(end, -months), end


def period_end(every: str, now: datetime) -> datetime:
    """When the period that runs at ``now`` ends."""
    start, end = period_before(every, now)
    if every in {"DAY", "WEEK"}:
        return end + (end - start)
    return _months_from(end, {"MONTH": 1, "QUARTER": _QUARTER_MONTHS, "YEAR": _YEAR_MONTHS}[every])


def _months_from(first: datetime, months: int) -> datetime:
    year, month = divmod(first.year * _YEAR_MONTHS + first.month - 1 + months, _YEAR_MONTHS)
    return first.replace(year=year, month=month + 1)


class ReportClerk:
    """The clerk of ``report.*``: clocks alone."""

    def __init__(
        self,
        home: Path,
        settings: Settings,
        log: Logger,
        *,
        start: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        """Raises ``UnknownMeasureError`` and ``DefinitionError`` for a report that cannot be."""
        self._home = home
        self._settings = settings
        self._log = log
        self._start = start or _on_a_thread
        self._one_at_a_time = threading.Lock()
        self._wanted: dict[str, tuple[Scheduled, Definition]] = {}
        for each in settings.statistics.scheduled:
            definition = find(each.report if each.report in built_in() else str(home / each.report))
            subject = f"{definition.name} {each.every} {each.format}"
            if subject in self._wanted:
                raise ConfigError(
                    "two scheduled reports would be one file",
                    place="statistics.scheduled",
                    value=f"{each.report}: {subject}",
                    expected="a name of its own for each",
                    remedy="give one of the definitions another name",
                )
            self._wanted[subject] = (each, definition)

    def begin(self, unit: Unit, now: datetime) -> None:
        """Sets the clocks that do not run; a report that is missing is due at once."""
        for subject, (wanted, definition) in self._wanted.items():
            missing = self._missing(wanted, definition, now)
            due = now if missing else period_end(wanted.every, now) + LATE
            unit.timers.set(CLOCK, subject, due=due, now=now)

    def carry_out(self, errand: Errand, outgoing: Outgoing) -> bytes:  # noqa: ARG002 - the clerk's protocol
        """Nobody orders one."""
        raise ReportOrderError(
            "a scheduled report is made by its clock",
            value=errand.kind,
            remedy="`iarms report run` makes a report now",
        )

    def fire(self, timer: Timer, outgoing: Outgoing) -> None:
        """Makes the report of the last whole period, and sets the clock for the next."""
        found = self._wanted.get(timer.subject)
        if found is None:
            return  # no longer in the settings
        wanted, definition = found
        now = outgoing.frame.now.replace(microsecond=0)  # as the report names it
        due = period_end(wanted.every, now) + LATE
        outgoing.unit.timers.set(CLOCK, timer.subject, due=due, now=now)
        missing = self._missing(wanted, definition, now)
        if missing:
            outgoing.unit.after_commit(
                lambda: self._start(lambda: self._make_all(wanted, definition, missing, now))
            )

    def _missing(self, wanted: Scheduled, definition: Definition, now: datetime) -> list[Period]:
        """The whole periods without a report since the last that has one, the oldest first; the
        last alone where none has."""
        found: list[Period] = []
        end = now
        for _ in range(MISSED_MOST):
            period = period_before(wanted.every, end)
            if self._target(wanted, definition, period).exists():
                return found[::-1]
            found.append(period)
            end = period[0]
        return found[:1]

    def _target(self, wanted: Scheduled, definition: Definition, period: Period) -> Path:
        start, _ = period
        name = f"{definition.name}-{wanted.every.lower()}-{start:%Y-%m-%d}.{wanted.format}"
        return self._home / wanted.folder / name

    def _make_all(
        self, wanted: Scheduled, definition: Definition, periods: list[Period], now: datetime
    ) -> None:
        for period in periods:
            if not self._make(wanted, definition, period, now):
                return  # what comes after would hide that it is missing

    def _make(
        self, wanted: Scheduled, definition: Definition, period: Period, now: datetime
    ) -> bool:
        target = self._target(wanted, definition, period)
        start, end = period
        try:
            with self._one_at_a_time:
                url = database_url(self._settings, self._home)
                with Store.open(url, looking=True) as store, store.unit() as unit:
                    position, head = unit.facts.head()
                    origin = Origin(party=self._settings.party, position=position, head=head)
                    scope = Scope(start=start, end=end, now=now)
                    report = make_report(
                        definition, unit.facts, scope, origin, unit.findings.holding(now)
                    )
                target.parent.mkdir(parents=True, exist_ok=True)
                write_durably(target, render(report, Format(wanted.format)))
        except (GatewayError, OSError) as error:
            # Missing still: it is made with the next, at the next start, or by hand.
            self._log.error("report.failed", file=target.name, reason=str(error))
            return False
        self._log.info("report.made", file=target.name, position=position)
        return True


def _on_a_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="report", daemon=True).start()
