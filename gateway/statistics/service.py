"""Measures of the service itself: answers to searches, delivery of trace requests, late hits."""

from __future__ import annotations

from gateway.statistics.arithmetic import percentile, share
from gateway.statistics.measures import Measure, label, labels, measure
from gateway.statistics.tables import Column, Kind, Row, Scope, Source, Table
from gateway.store import Narrowing, Span

_SECOND_US = 1_000_000
_IN_TIME_S = 60
_RANKS = (0.5, 0.95, 0.99)
_PERCENTILES = tuple(
    Column(name=f"p{rank * 100:.0f}", title=f"p{rank * 100:.0f} seconds", kind=Kind.RATIO)
    for rank in _RANKS
)


@measure(
    name="delayed-hits",
    number="7",
    title="Delayed hits",
    definition="Hits of the period whose record came after the search or seizure that it answers, "
    "divided by all hits of the period.",
    state="hits",
    time="raised",
    by=("owner_country",),
    dimensions=("owner_country", "finder_country", "grade", "record_type", "raised_month"),
)
def _delayed(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    mark = Narrowing(column="delayed", among=(1,))
    found = source.tally("hits", by, ((mark,),), rule.within(scope))
    behind = rule.behind(scope, by)
    rows = [
        Row(values=(*[label(k) for k in key], n, late, share(late, n)), cases=behind(key))
        for key, (n, late) in sorted(found.items(), key=lambda item: str(item[0]))
    ]
    columns = (
        *labels(by),
        Column(name="hits", title="hits", kind=Kind.COUNT),
        Column(name="delayed", title="raised by a later record", kind=Kind.COUNT),
        Column(name="share", title="delayed share", kind=Kind.SHARE),
    )
    return rule.table(columns, rows, picture="bars")


@measure(
    name="search-time",
    number="21",
    title="Time to answer a search",
    definition="Searches made in the period, those that were answered, and the seconds from a "
    "search to its answer as this node saw them: median, 95th and 99th percentile.",
    state="searches",
    time="asked",
    by=("purpose",),
    dimensions=("purpose", "reason", "country", "asked_month"),
)
def _searches(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    span = Span(since="asked", until="answered")
    found = source.gathered("searches", by, (span,), rule.within(scope))
    rows = []
    behind = rule.behind(scope, by)
    for key, group in sorted(found.items(), key=lambda item: str(item[0])):
        spans = _seconds(group)
        seen = [percentile(spans, rank) for rank in _RANKS]
        values = (*[label(k) for k in key], len(group), len(spans), *seen)
        rows.append(Row(values=values, cases=behind(key)))
    columns = (
        *labels(by),
        Column(name="searches", title="searches", kind=Kind.COUNT),
        Column(name="answered", title="answered", kind=Kind.COUNT),
        *_PERCENTILES,
    )
    return rule.table(columns, rows, picture="bars")


@measure(
    name="delivery",
    number="21a",
    title="Delivery of trace requests",
    definition="Trace requests sent in the period, those whose receipt the other office signed, "
    "the share receipted within a minute (availability), and the seconds to the receipt: median, "
    "95th and 99th percentile.",
    state="traces",
    time="asked",
    by=("peer_country",),
    dimensions=("peer_country", "priority", "asked_month"),
)
def _delivery(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    sent = Narrowing(column="direction", among=("OUT",))
    span = Span(since="asked", until="delivered")
    found = source.gathered("traces", by, (span,), rule.within(scope, sent))
    rows = []
    behind = rule.behind(scope, by, sent)
    for key, group in sorted(found.items(), key=lambda item: str(item[0])):
        spans = _seconds(group)
        soon = sum(span <= _IN_TIME_S for span in spans)
        seen = [percentile(spans, rank) for rank in _RANKS]
        values = (*[label(k) for k in key], len(group), len(spans), share(soon, len(group)), *seen)
        rows.append(Row(values=values, cases=behind(key)))
    columns = (
        *labels(by),
        Column(name="sent", title="sent", kind=Kind.COUNT),
        Column(name="delivered", title="receipted", kind=Kind.COUNT),
        Column(name="available", title="within a minute", kind=Kind.SHARE),
        *_PERCENTILES,
    )
    return rule.table(columns, rows, picture="bars")


def _seconds(group: list[tuple[int | None]]) -> list[float]:
    return [span / _SECOND_US for (span,) in group if span is not None and span >= 0]
