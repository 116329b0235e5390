"""Measures of the data itself: what cannot be traced, what is missing, what must be reviewed."""

from __future__ import annotations

from datetime import timedelta

from gateway.statistics.arithmetic import share
from gateway.statistics.filings import REFUSED
from gateway.statistics.measures import Measure, label, labels, measure
from gateway.statistics.reading import UNKNOWN
from gateway.statistics.tables import Column, Kind, Row, Scope, Source, Table
from gateway.store import DEFACED, MONTH_AND_YEAR, Narrowing

_TRACEABLE = ("PRESENT", "RESTORED")


@measure(
    name="traceable",
    number="13",
    title="Traceable firearms",
    definition="Seized firearms of the period whose serial number is present or restored and whose "
    "make is known, divided by all; beside it the share with a removed, altered or partial "
    "serial number.",
    state="seized",
    time="seized",
    by=("mode",),
    dimensions=("mode", "firearm_type", "country", "seized_month"),
)
def _traceable(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    found = source.count("seized", (*by, "serial_status", "make"), rule.within(scope))
    groups: dict[tuple[object, ...], list[int]] = {}
    for (*parts, serial, make), count in found.items():
        group = groups.setdefault(tuple(parts), [0, 0, 0])
        group[0] += count
        if serial in _TRACEABLE and make not in {None, UNKNOWN}:
            group[1] += count
        if serial in DEFACED:
            group[2] += count
    rows = [
        Row(
            values=(
                *[str(label(k)) for k in key],
                total,
                traceable,
                share(traceable, total),
                share(defaced, total),
            ),
            cases=rule.cases(
                scope,
                *[
                    Narrowing(column=n, among=(None if k is None else str(k),))
                    for n, k in zip(by, key, strict=True)
                ],
            ),
        )
        for key, (total, traceable, defaced) in sorted(groups.items(), key=lambda i: str(i[0]))
    ]
    columns = (
        *labels(by),
        Column(name="total", title="firearms", kind=Kind.COUNT),
        Column(name="traceable", title="traceable", kind=Kind.COUNT),
        Column(name="share", title="traceable share", kind=Kind.SHARE),
        Column(name="defaced", title="defaced share", kind=Kind.SHARE),
    )
    return rule.table(columns, rows, picture="bars")


@measure(
    name="data-quality",
    number="20",
    title="Quality of the records",
    definition="Of the records of the period: the share without a usable serial number, of unknown "
    "make, of unknown calibre, with a partial date of the event, refused by the registry, due for "
    "review, and extended at a review.",
    state="records",
    time="opened",
    by=("record_type",),
    dimensions=("record_type", "opened_month", "owner_category"),
)
def _quality(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    tomorrow = (scope.now.date() + timedelta(days=1)).isoformat()
    found = source.tally("records", by, _flaws(tomorrow), rule.within(scope))
    rows = [
        Row(
            values=(
                *[str(label(k)) for k in key],
                total,
                share(total - usable, total),
                *[share(flaw, total) for flaw in flaws],
            ),
            cases=rule.cases(
                scope,
                *[
                    Narrowing(column=n, among=(None if k is None else str(k),))
                    for n, k in zip(by, key, strict=True)
                ],
            ),
        )
        for key, (total, usable, *flaws) in sorted(found.items(), key=lambda item: str(item[0]))
    ]
    columns = (
        *labels(by),
        Column(name="records", title="records", kind=Kind.COUNT),
        *[
            Column(name=name, title=title, kind=Kind.SHARE)
            for name, title in (
                ("no_serial", "no usable serial"),
                ("no_make", "make unknown"),
                ("no_calibre", "calibre unknown"),
                ("partial_date", "partial date"),
                ("rejected", "refused"),
                ("due", "due for review"),
                ("extended", "extended"),
            )
        ],
    )
    return rule.table(columns, rows, picture="bars")


def _flaws(tomorrow: str) -> tuple[tuple[Narrowing, ...], ...]:
    """A usable serial, then each flaw in the order of its column."""
    return (
        (Narrowing(column="serial_status", among=_TRACEABLE),),
        (Narrowing(column="make", among=(None, UNKNOWN)),),
        (Narrowing(column="calibre", among=(None, UNKNOWN)),),
        (Narrowing(column="event_date", longest=MONTH_AND_YEAR),),
        (Narrowing(column="filing", among=REFUSED),),
        (
            Narrowing(column="closed", among=(None,)),
            Narrowing(column="review_date", below=tomorrow),
        ),
        (Narrowing(column="extended", among=(1,)),),
    )
