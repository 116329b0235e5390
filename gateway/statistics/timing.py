"""Measures of time: to report, to confirm, to answer, to crime."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TypeVar

from gateway.statistics.arithmetic import (
    TIME_TO_CRIME,
    bucketed,
    median,
    percentile,
    share,
    spread,
)
from gateway.statistics.measures import Measure, label, labels, measure
from gateway.statistics.tables import Cases, Column, Kind, Row, Scope, Source, Table, Value
from gateway.store import SHORT_TIME_TO_CRIME_DAYS, Narrowing, Span, is_partial

T = TypeVar("T")
_MINUTE_US = 60_000_000
_HOUR_US = 60 * _MINUTE_US
_DAY_US = 24 * _HOUR_US
_EVER = datetime(1, 1, 1, tzinfo=UTC)
_LONGEST_DAYS = 10_000_000
"""More than lie between any two dates: whatever is known at all is at least minus this."""
_CASES = Column(name="cases", title="cases", kind=Kind.COUNT)


@measure(
    name="time-to-report",
    number="3",
    title="Time to report",
    definition="Days from the event to the entry of the record in the owner's system, for records "
    "of the period with a full date of the event: median and 90th percentile.",
    state="records",
    time="opened",
    by=("record_type",),
    dimensions=("record_type", "firearm_type", "owner_category", "opened_month"),
)
def _report(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    groups: dict[tuple[object, ...], dict[int, int]] = {}
    left_out = 0
    found = source.count("records", (*by, "report_days"), rule.within(scope))
    for (*parts, days), count in found.items():
        if days is None or days < 0:
            left_out += count
            continue
        groups.setdefault(tuple(parts), {})[days] = count
    rows = [
        Row(
            values=(*_words(key), sum(days.values()), spread(days), spread(days, 0.9)),
            cases=_cases(rule, scope, by, key, Narrowing(column="report_days", least=0)),
        )
        for key, days in _sorted(groups)
    ]
    columns = (
        *labels(by),
        _CASES,
        Column(name="median", title="median days", kind=Kind.DAYS),
        Column(name="p90", title="90th percentile", kind=Kind.DAYS),
    )
    notes = (f"left out, for the date is partial or after the entry: {left_out}",)
    return rule.table(columns, rows, notes=notes, picture="bars")


_CONFIRMED_WITHIN = (
    ("10 min", 10 * _MINUTE_US),
    ("60 min", 60 * _MINUTE_US),
    ("12 h", 720 * _MINUTE_US),
)


@measure(
    name="confirmation",
    number="6",
    title="Performance of hit confirmation",
    definition="Of the hits of the period whose confirmation was asked for: the share answered "
    "within 10 minutes, 60 minutes and 12 hours, the median hours to the answer, and the share "
    "that lapsed; by the owner's country.",
    state="hits",
    time="raised",
    by=("owner_country",),
    dimensions=("owner_country", "finder_country", "grade", "raised_month"),
)
def _confirmation(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    span = Span(since="confirmation_asked", until="confirmation_answered")
    asked = Narrowing(column="confirmation_asked", least=_EVER)
    groups = source.gathered("hits", by, (span, "outcome"), rule.within(scope, asked))
    rows = []
    for key, found in _sorted(groups):
        spans = [taken for taken, _ in found if taken is not None and taken >= 0]
        lapsed = sum(outcome == "LAPSED" for _, outcome in found)
        values: tuple[Value, ...] = (
            *_words(key),
            len(found),
            *[share(sum(s <= most for s in spans), len(found)) for _, most in _CONFIRMED_WITHIN],
            median([s / _HOUR_US for s in spans]),
            share(lapsed, len(found)),
        )
        rows.append(Row(values=values, cases=_cases(rule, scope, by, key)))
    columns = (
        *labels(by),
        Column(name="asked", title="asked", kind=Kind.COUNT),
        *[
            Column(name=f"within_{n.replace(' ', '_')}", title=f"within {n}", kind=Kind.SHARE)
            for n, _ in _CONFIRMED_WITHIN
        ],
        Column(name="median", title="median hours", kind=Kind.HOURS),
        Column(name="lapsed", title="lapsed", kind=Kind.SHARE),
    )
    return rule.table(columns, rows, picture="bars")


@measure(
    name="trace-time",
    number="9",
    title="Time to acknowledge and to answer a trace request",
    definition="Days from the request to the acknowledgement and to the final answer, median and "
    "90th percentile; the answer also without the time in which information was missing.",
    state="traces",
    time="asked",
    by=("direction",),
    dimensions=("direction", "peer_country", "priority", "asked_month"),
)
def _answers(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    found_by = source.gathered(
        "traces",
        by,
        (
            Span(since="asked", until="acknowledged"),
            Span(since="asked", until="final_answer"),
            "stopped_us",
            "stops_open",
        ),
        rule.within(scope),
    )
    rows = []
    for key, found in _sorted(found_by):
        acks = [ack / _DAY_US for ack, _, _, _ in found if ack is not None]
        wholes = [whole / _DAY_US for _, whole, _, _ in found if whole is not None]
        pures = [
            (whole if still else whole - (stopped or 0)) / _DAY_US
            for _, whole, stopped, still in found
            if whole is not None
        ]
        values: tuple[Value, ...] = (
            *_words(key),
            len(found),
            len(acks),
            median(acks),
            percentile(acks, 0.9),
            len(wholes),
            median(wholes),
            percentile(wholes, 0.9),
            median(pures),
            percentile(pures, 0.9),
        )
        rows.append(Row(values=values, cases=_cases(rule, scope, by, key)))
    columns = (
        *labels(by),
        Column(name="requests", title="requests", kind=Kind.COUNT),
        Column(name="acknowledged", title="acknowledged", kind=Kind.COUNT),
        Column(name="ack_median", title="median days", kind=Kind.DAYS),
        Column(name="ack_p90", title="90th percentile", kind=Kind.DAYS),
        Column(name="answered", title="answered", kind=Kind.COUNT),
        Column(name="median", title="median days", kind=Kind.DAYS),
        Column(name="p90", title="90th percentile", kind=Kind.DAYS),
        Column(name="median_less_stops", title="median less stops", kind=Kind.DAYS),
        Column(name="p90_less_stops", title="90th percentile less stops", kind=Kind.DAYS),
    )
    return rule.table(columns, rows, picture="bars")


@measure(
    name="time-to-crime",
    number="14",
    title="Time to crime",
    definition="Days from the last lawful transfer that a trace named to the recovery of the "
    "firearm, or as the answer reported them where it named no dates: cases, mean, median, "
    "buckets, and the share of up to 3 years (short). Cases with a partial date are left out, and "
    "so are negative ones, which are errors of the data; both are counted.",
    state="traces",
    time="asked",
    dimensions=("make", "dealer", "firearm_type", "calibre", "peer_country", "recovery_place",
                "direction", "import_place", "manufacture_place"),
)  # fmt: skip
def _time_to_crime(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    return _crime_days(rule, source, scope, by)


_SHOT = Narrowing(
    column="seizure", also=("seized", "seizure", Narrowing(column="ballistic", among=(1,)))
)


@measure(
    name="time-to-shooting",
    number="15",
    title="Time to first shooting",
    definition="The time to crime (14) of firearms whose seizure names ballistic evidence. No "
    "message says when a firearm was first fired in another case, so the recovery stands for it: "
    "the time to the first shooting is at most this.",
    state="traces",
    time="asked",
    dimensions=("make", "dealer", "firearm_type", "peer_country", "import_place"),
)
def _time_to_shooting(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    return _crime_days(rule, source, scope, by, _SHOT)


def _crime_days(
    rule: Measure, source: Source, scope: Scope, by: tuple[str, ...], *more: Narrowing
) -> Table:
    groups: dict[tuple[object, ...], Counter[int]] = {}
    negative = 0
    known = Narrowing(column="crime_days", least=-_LONGEST_DAYS)
    for key, found in source.gathered(
        "traces", by, ("crime_days",), rule.within(scope, *more, known)
    ).items():
        days = Counter(day for (day,) in found if day >= 0)
        negative += len(found) - days.total()
        if days:
            groups[key] = days
    if not by and not groups:
        groups[()] = Counter()
    rows = []
    counted = Narrowing(column="crime_days", least=0)
    for key, days in sorted(groups.items(), key=lambda i: (-sum(i[1].values()), str(i[0]))):
        total = sum(days.values())
        short = sum(n for day, n in days.items() if day < SHORT_TIME_TO_CRIME_DAYS)
        values: tuple[Value, ...] = (
            *_words(key),
            total,
            share(sum(day * n for day, n in days.items()), total),
            spread(days),
            *bucketed(days, TIME_TO_CRIME).values(),
            share(short, total),
        )
        rows.append(Row(values=values, cases=_cases(rule, scope, by, key, counted, *more)))
    partial = sum(
        is_partial(transfer) or is_partial(recovery)
        for transfer, recovery in source.rows(
            "traces",
            ("last_transfer", "recovery_date"),
            rule.within(
                scope,
                *more,
                Narrowing(column="crime_days", among=(None,)),
                Narrowing(column="last_transfer", least=""),
            ),
            ordered=False,
        )
    )
    columns = (
        *labels(by),
        _CASES,
        Column(name="mean", title="mean days", kind=Kind.DAYS),
        Column(name="median", title="median days", kind=Kind.DAYS),
        *[Column(name=b.name, title=b.name, kind=Kind.COUNT) for b in TIME_TO_CRIME],
        Column(name="short", title="up to 3 years", kind=Kind.SHARE),
    )
    notes = (
        f"left out, for a date is partial: {partial}",
        f"left out, for the recovery lies before the transfer (errors of the data): {negative}",
    )
    return rule.table(columns, rows, notes=notes, picture="distribution")


def _words(key: tuple[object, ...]) -> list[str]:
    return [str(label(value)) for value in key]


def _sorted(groups: dict[tuple[object, ...], T]) -> list[tuple[tuple[object, ...], T]]:
    return sorted(groups.items(), key=lambda item: str(item[0]))


def _cases(
    rule: Measure,
    scope: Scope,
    by: tuple[str, ...],
    key: tuple[object, ...],
    *more: Narrowing,
) -> Cases:
    chosen = [
        Narrowing(column=name, among=(None if value is None else str(value),))
        for name, value in zip(by, key, strict=True)
    ]
    return rule.cases(scope, *more, *chosen)
