"""Measures that find something: clusters of recoveries, indicators of trafficking, growing routes.

Each row carries its reason in its columns, and the cases behind it. They judge nobody: a cluster is
where an officer looks first, not proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import sqrt

from gateway.statistics.arithmetic import share
from gateway.statistics.measures import COUNT, Measure, labels, measure
from gateway.statistics.tables import Column, Kind, Row, Scope, Source, Table
from gateway.store import (
    DEFACED,
    MONTH_AND_YEAR,
    SHORT_TIME_TO_CRIME_DAYS,
    Narrowing,
    full_date,
)

CLUSTER_LEAST = 3
CLUSTER_WITHIN = timedelta(days=365)
GROWTH_LEAST = 5
"""Requests in the later year below which no route is said to grow."""
GROWTH_SIGNAL = 2.0
"""Standard deviations above chance, as of two Poisson counts."""
_YEAR = timedelta(days=365)
_CLUSTER = (
    Column(name="recovered", title="recovered", kind=Kind.COUNT),
    Column(name="within_year", title="most within 12 months", kind=Kind.COUNT),
    Column(name="first", title="first recovery", kind=Kind.LABEL),
    Column(name="last", title="last recovery", kind=Kind.LABEL),
)


def densest(days: Sequence[date]) -> int:
    """The most of ``days``, in their order, that lie within 12 months of one another."""
    numbers, most, first = [day.toordinal() for day in days], 0, 0
    for at, number in enumerate(numbers, 1):
        while number - numbers[first] > CLUSTER_WITHIN.days:
            first += 1
        most = max(most, at - first)
    return most


@measure(
    name="theft-clusters",
    number="18a",
    title="Thefts whose firearms come back together",
    definition="Thefts of several firearms, by their common reference, of which 3 or more firearms "
    "were recovered within 12 months of one another; records of the period, full dates only.",
    state="records",
    time="opened",
    by=("batch_theft",),
)
def _thefts(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    del by
    batched = Narrowing(column="batch_theft", least="")
    stolen = source.count("records", ("batch_theft",), rule.within(scope, batched))
    found: dict[str, list[date]] = {}
    recovered = Narrowing(column="recovery_date", least="")
    wanted = rule.within(scope, batched, recovered)
    for batch, day in source.rows(
        "records", ("batch_theft", "recovery_date"), wanted, ordered=False
    ):
        if (known := full_date(day)) is not None:
            found.setdefault(batch, []).append(known)
    rows = [
        Row(
            values=(batch, stolen[batch,], *_span(days, most)),
            cases=rule.cases(scope, recovered, Narrowing(column="batch_theft", among=(batch,))),
        )
        for batch, days, most in _clusters(found)
    ]
    columns = (
        *labels(("batch_theft",)),
        Column(name="records", title="records", kind=Kind.COUNT),
        *_CLUSTER,
    )
    return rule.table(columns, rows)


@measure(
    name="source-clusters",
    number="18b",
    title="Sources whose firearms come up together",
    definition="Dealers or places of which 3 or more firearms were recovered within 12 months of "
    "one another; trace requests of the period. Requests of one chain are one firearm, recovered "
    "on the first day that they name; full dates only.",
    state="traces",
    time="asked",
    by=("dealer",),
    dimensions=("dealer", "diversion_place", "import_place"),
)
def _sources(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    origin = by[0] if by else "dealer"
    named = (Narrowing(column=origin, least=""), Narrowing(column="recovery_date", least=""))
    found = {}
    for (place,), told in source.gathered(
        "traces", (origin,), ("chain", "subject", "recovery_date"), rule.within(scope, *named)
    ).items():
        firearms: dict[str, str] = {}
        for chain, subject, day in told:
            if len(day) > MONTH_AND_YEAR:
                firearm = chain or subject
                before = firearms.get(firearm)
                if before is None or day < before:
                    firearms[firearm] = day
        if len(firearms) >= CLUSTER_LEAST:
            found[place] = [day for text in firearms.values() if (day := full_date(text))]
    rows = [
        Row(
            values=(place, *_span(days, most)),
            cases=rule.cases(scope, *named, Narrowing(column=origin, among=(place,))),
        )
        for place, days, most in _clusters(found)
    ]
    return rule.table((*labels((origin,)), *_CLUSTER), rows, picture="bars")


@measure(
    name="indicators",
    number="19",
    title="Indicators of trafficking",
    definition="Trace requests of the period that show a time to crime of up to 3 years, a serial "
    "number that was removed, altered or is partial, or a recovery in another country than "
    "the last legal import; and how many show two or more. Multiple sales are not told by any "
    "message and not counted.",
    state="traces",
    time="asked",
)
def _indicators(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    del by
    signs = (
        (
            "short time to crime",
            Narrowing(column="crime_days", least=0, below=SHORT_TIME_TO_CRIME_DAYS),
        ),
        ("defaced serial", Narrowing(column="serial_status", among=DEFACED)),
        ("moved between countries", Narrowing(column="moved", least=1)),
        ("two or more of these", Narrowing(column="signs", least=2)),
    )
    counts = source.tally("traces", (), [(mark,) for _, mark in signs], rule.within(scope))
    total, *shown = counts.get((), (0,) * (1 + len(signs)))
    found = [
        (name, count, rule.cases(scope, mark))
        for (name, mark), count in zip(signs, shown, strict=True)
    ]
    rows = [Row(values=(name, n, share(n, total)), cases=cases) for name, n, cases in found]
    columns = (
        Column(name="indicator", title="indicator", kind=Kind.LABEL),
        COUNT,
        Column(name="share", title="of all requests", kind=Kind.SHARE),
    )
    return rule.table(columns, rows, picture="bars")


@measure(
    name="growing-routes",
    number="16c",
    title="Routes that grow",
    definition="Routes from an origin to a place of recovery with 5 or more trace requests in the "
    "365 days before the end of the period (or now) and more than chance explains against the 365 "
    "days before those, wherever the period begins: the difference of both is 2 or more times the "
    "square root of their sum.",
    state="traces",
    time="asked",
    by=("diversion_place",),
    dimensions=("diversion_place", "import_place", "manufacture_place"),
)
def _growing(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    origin = by[0] if by else "diversion_place"
    end = min(scope.end, scope.now)
    later = Narrowing(column="asked", least=end - _YEAR, below=end)
    before = Narrowing(column="asked", least=end - 2 * _YEAR, below=end - _YEAR)
    route = ("recovery_place", origin)
    # Both years count whole, whenever the period begins: a short one would always seem to grow.
    scope = replace(scope, start=end - 2 * _YEAR)
    now = source.count("traces", route, rule.within(scope, later))
    then = source.count("traces", route, rule.within(scope, before))
    rows = []
    for key, count in now.items():
        earlier = then.get(key, 0)
        signal = (count - earlier) / sqrt(count + earlier)
        if None in key or count < GROWTH_LEAST or signal < GROWTH_SIGNAL:
            continue
        chosen = [Narrowing(column=n, among=(v,)) for n, v in zip(route, key, strict=True)]
        rows.append(
            Row(values=(*key, earlier, count, signal), cases=rule.cases(scope, later, *chosen))
        )
    rows.sort(key=lambda row: (-float(row.values[4] or 0), str(row.values)))
    columns = (
        Column(name="recovered_in", title="recovered in", kind=Kind.LABEL),
        Column(name="came_from", title="came from", kind=Kind.LABEL),
        Column(name="before", title="the year before", kind=Kind.COUNT),
        Column(name="after", title="the last year", kind=Kind.COUNT),
        Column(name="signal", title="deviations above chance", kind=Kind.RATIO),
    )
    return rule.table(columns, rows)


def _clusters(found: dict[str, list[date]]) -> list[tuple[str, list[date], int]]:
    """Those that are clusters, the densest first; their days in order, and how many lie together
    at most."""
    ordered = ((name, sorted(days)) for name, days in found.items() if len(days) >= CLUSTER_LEAST)
    dense = [(name, days, densest(days)) for name, days in ordered]
    clusters = [each for each in dense if each[2] >= CLUSTER_LEAST]
    return sorted(clusters, key=lambda each: (-each[2], each[0]))


def _span(days: Sequence[date], most: int) -> tuple[int, int, str, str]:
    return len(days), most, days[0].isoformat(), days[-1].isoformat()
