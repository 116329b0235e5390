"""Measures of the data itself: what cannot be traced, what is missing, what must be reviewed."""

from __future__ import annotations

from gateway.statistics.arithmetic import is_partial, share
from gateway.statistics.measures import Measure, label, labels, measure
from gateway.statistics.reading import UNKNOWN
from gateway.statistics.tables import Column, Kind, Row, Scope, Source, Table
from gateway.store import Narrowing

_TRACEABLE = ("PRESENT", "RESTORED")
_DEFACED = ("OBLITERATED", "PARTIALLY_OBLITERATED", "ALTERED", "PARTIAL")


@measure(
    name="traceable",
    number="13",
    title="Traceable firearms",
    definition="Seized firearms of the period whose serial number is present or restored and whose "
    "make is known, divided by all; beside it the share with an obliterated, altered or partial "
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
        if serial in _DEFACED:
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
    "make, of unknown calibre, with a partial date of the event, refused by the registry, and due "
    "for review.",
    state="records",
    time="opened",
    by=("record_type",),
    dimensions=("record_type", "opened_month", "owner_category"),
)
def _quality(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    names = (*by, "serial_status", "make", "calibre", "event_date", "filing", "review_date",
             "closed")  # fmt: skip
    today = scope.now.date().isoformat()
    groups: dict[tuple[object, ...], list[int]] = {}
    for row in source.rows("records", names, rule.within(scope)):
        *parts, serial, make, calibre, event, filing, review, closed = row
        group = groups.setdefault(tuple(parts), [0] * 7)
        for at, flaw in enumerate(
            (
                True,
                serial not in _TRACEABLE,
                make in {None, UNKNOWN},
                calibre in {None, UNKNOWN},
                is_partial(event),
                filing == "REJECTED",
                closed is None and review is not None and review <= today,
            )
        ):
            group[at] += flaw
    rows = [
        Row(
            values=(
                *[str(label(k)) for k in key],
                total,
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
        for key, (total, *flaws) in sorted(groups.items(), key=lambda item: str(item[0]))
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
            )
        ],
    )
    return rule.table(columns, rows, picture="bars")
