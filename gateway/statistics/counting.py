"""Measures that count: records, searches, hits, seized firearms and trace requests."""

from __future__ import annotations

from collections import Counter

from gateway.statistics.arithmetic import AGEING, bucketed, share
from gateway.statistics.measures import COUNT, Measure, counted, label, labels, measure
from gateway.statistics.tables import Column, Kind, Row, Scope, Source, Table
from gateway.store import Narrowing

_FIREARM = ("firearm_type", "make", "model", "calibre", "serial_status")


def _picture(by: tuple[str, ...]) -> str | None:
    if not by:
        return None
    return "trend" if by[0].endswith("month") else "bars"


def _counts(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    rows = counted(rule, source, scope, by)
    return rule.table((*labels(by), COUNT), rows, picture=_picture(by))


for _name, _number, _title, _definition, _state, _time, _by, _more in (
    (
        "records", "1", "Records filed",
        "Records first filed in the period, by the dimensions named.",
        "records", "opened", ("record_type",),
        ("record_type", *_FIREARM, "owner_category", "status", "filing", "closure_reason",
         "opened_month", "batch_theft"),
    ),
    (
        "searches", "4a", "Searches made",
        "Searches made in the period, by the dimensions named.",
        "searches", "asked", ("purpose",),
        ("purpose", "reason", "country", "result", "grade", "asked_month", "pseudonym",
         *_FIREARM),
    ),
    (
        "hits", "4b", "Hits told",
        "Hits that the registry raised in the period, by the dimensions named.",
        "hits", "raised", ("grade",),
        ("grade", "role", "origin", "owner_country", "finder_country", "found_country",
         "record_type", "outcome", "raised_month", *_FIREARM),
    ),
    (
        "seized", "12a", "Seized, found and surrendered firearms",
        "Seized firearms of the period by the time of the seizure. Each counts once.",
        "seized", "seized", ("mode",),
        ("mode", "country", "place", "location_kind", "context", "departure", "transit",
         "destination", "manufacture_place", "origin_established", "origin_country", "antique",
         "result", "seized_month", *_FIREARM),
    ),
    (
        "traces", "8", "Trace requests",
        "Requests sent (OUT) and received (IN) in the period. A firearm can have several.",
        "traces", "asked", ("direction", "peer_country"),
        ("direction", "peer_country", "priority", "stage", "outcome", "recovery_country",
         "recovery_place", "asked_month", "rejection", "dealer", *_FIREARM),
    ),
):  # fmt: skip
    measure(
        name=_name,
        number=_number,
        title=_title,
        definition=_definition,
        state=_state,
        time=_time,
        by=_by,
        dimensions=_more,
    )(_counts)


@measure(
    name="net-stock",
    number="1b",
    title="Records opened and closed by month",
    definition="Opened: records first filed in the month. Closed: records whose closing was filed "
    "in the month. Net: opened less closed. Stock: the sum of net since the start of the period.",
    state="records",
    time="opened",
)
def _net_stock(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    del by
    opened = source.count("records", ("opened_month",), rule.within(scope))
    closing = tuple(
        Narrowing(column="closed", least=one.least, below=one.below)
        if one.column == rule.time
        else one
        for one in rule.within(scope)
    )
    closed = source.count("records", ("closed_month",), closing)
    rows, stock = [], 0
    for month in sorted({key[0] for key in (*opened, *closed) if key[0] is not None}):
        gained, lost = opened.get((month,), 0), closed.get((month,), 0)
        stock += gained - lost
        cases = rule.cases(scope, Narrowing(column="opened_month", among=(month,)))
        rows.append(Row(values=(month, gained, lost, gained - lost, stock), cases=cases))
    columns = (
        Column(name="month", title="month", kind=Kind.LABEL),
        Column(name="opened", title="opened", kind=Kind.COUNT),
        Column(name="closed", title="closed", kind=Kind.COUNT),
        Column(name="net", title="net", kind=Kind.COUNT),
        Column(name="stock", title="stock", kind=Kind.COUNT),
    )
    return rule.table(columns, rows, picture="trend")


@measure(
    name="trace-ageing",
    number="8b",
    title="Open trace requests by age",
    definition="Trace requests of the period without a final answer or an end, by the days since "
    "they were sent or received: 0 to 7, 8 to 30, 31 to 90, over 90.",
    state="traces",
    time="asked",
    by=("direction",),
    dimensions=("direction", "peer_country", "priority"),
)
def _ageing(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    still_open = (
        Narrowing(column="closed", among=(None,)),
        Narrowing(column="final_answer", among=(None,)),
    )
    found = source.rows("traces", (*by, "asked"), rule.within(scope, *still_open), ordered=False)
    groups: dict[tuple[object, ...], list[int]] = {}
    for *parts, asked in found:
        groups.setdefault(tuple(parts), []).append((scope.now - asked).days)
    rows = [
        Row(
            values=(
                *[str(label(k)) for k in key],
                *bucketed(Counter(days), AGEING).values(),
                len(days),
            ),
            cases=rule.cases(
                scope,
                *still_open,
                *[
                    Narrowing(column=n, among=(None if k is None else str(k),))
                    for n, k in zip(by, key, strict=True)
                ],
            ),
        )
        for key, days in sorted(groups.items(), key=lambda item: str(item[0]))
    ]
    columns = (
        *labels(by),
        *[Column(name=b.name, title=b.name, kind=Kind.COUNT) for b in AGEING],
        COUNT,
    )
    return rule.table(columns, rows, picture="ageing")


@measure(
    name="hit-rate",
    number="4",
    title="Hit rate",
    definition="Searches of the period answered with a hit of grade A or B, divided by searches "
    "answered; also for 100,000 searches.",
    state="searches",
    time="asked",
    by=("purpose",),
    dimensions=("purpose", "reason", "country", "asked_month"),
)
def _hit_rate(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    found = source.count("searches", (*by, "result", "grade"), rule.within(scope))
    groups: dict[tuple[object, ...], list[int]] = {}
    for (*parts, result, grade), count in found.items():
        group = groups.setdefault(tuple(parts), [0, 0])
        if result is not None:
            group[0] += count
            group[1] += count if grade in {"A", "B"} else 0
    rows = [
        Row(
            values=(
                *[str(label(k)) for k in key],
                asked,
                hits,
                share(hits, asked),
                None if not asked else hits / asked * 100_000,
            ),
            cases=rule.cases(
                scope,
                *[
                    Narrowing(column=n, among=(None if k is None else str(k),))
                    for n, k in zip(by, key, strict=True)
                ],
            ),
        )
        for key, (asked, hits) in sorted(groups.items(), key=lambda item: str(item[0]))
    ]
    columns = (
        *labels(by),
        Column(name="searches", title="searches answered", kind=Kind.COUNT),
        Column(name="hits", title="with a hit A or B", kind=Kind.COUNT),
        Column(name="rate", title="hit rate", kind=Kind.SHARE),
        Column(name="per_100000", title="for 100,000", kind=Kind.RATIO),
    )
    return rule.table(columns, rows, picture="bars")
