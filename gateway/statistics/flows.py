"""Measures of movement: from where firearms came to where they were recovered."""

from __future__ import annotations

from collections import Counter

from gateway.statistics.arithmetic import share
from gateway.statistics.measures import Measure, labels, measure
from gateway.statistics.tables import Column, Kind, Row, Scope, Source, Table
from gateway.store import Narrowing

ORIGINS = ("manufacture_place", "import_place", "diversion_place")
_USUAL = "diversion_place"


def flow_counts(
    rule: Measure, source: Source, scope: Scope, origin: str
) -> Counter[tuple[str, str]]:
    """Firearms by place of recovery and place of origin; those without either are left out."""
    found = source.count("traces", ("recovery_place", origin), rule.within(scope))
    return Counter({key: n for key, n in found.items() if None not in key})


@measure(
    name="flows",
    number="16",
    title="Flows from source to recovery",
    definition="F[i,j]: trace requests of the period about firearms recovered in i that came from "
    "j; the origin is the point of diversion, or the last legal import, or the manufacture, as "
    "asked. Share: F[i,j] of all recovered in i whose origin is known.",
    state="traces",
    time="asked",
    by=(_USUAL,),
    dimensions=ORIGINS,
)
def _flows(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    origin = by[0] if by else _USUAL
    found = flow_counts(rule, source, scope, origin)
    into: Counter[str] = Counter()
    for (recovered, _), count in found.items():
        into[recovered] += count
    behind = rule.behind(scope, ("recovery_place", origin))
    rows = [
        Row(
            values=(recovered, came_from, count, share(count, into[recovered])),
            cases=behind((recovered, came_from)),
        )
        for (recovered, came_from), count in sorted(found.items(), key=lambda i: (-i[1], i[0]))
    ]
    columns = (
        Column(name="recovered_in", title="recovered in", kind=Kind.LABEL),
        Column(name="came_from", title="came from", kind=Kind.LABEL),
        Column(name="count", title="count", kind=Kind.COUNT),
        Column(name="share", title="of all recovered there", kind=Kind.SHARE),
    )
    return rule.table(columns, rows, picture="matrix")


@measure(
    name="flow-balance",
    number="16b",
    title="Local share and net sources",
    definition="Local share: F[i,i] of all recovered in i. Out: recovered elsewhere and from here, "
    "the sum of F[j,i] for j other than i. In: recovered here and from elsewhere, the sum of "
    "F[i,j]. Net source ratio: out divided by in; above 1 a place is a net source.",
    state="traces",
    time="asked",
    by=(_USUAL,),
    dimensions=ORIGINS,
)
def _balance(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    origin = by[0] if by else _USUAL
    found = flow_counts(rule, source, scope, origin)
    local: Counter[str] = Counter()
    coming: Counter[str] = Counter()
    going: Counter[str] = Counter()
    for (recovered, came_from), count in found.items():
        if recovered == came_from:
            local[recovered] += count
        else:
            coming[recovered] += count
            going[came_from] += count
    rows = [
        Row(
            values=(
                place,
                local[place] + coming[place],
                local[place],
                share(local[place], local[place] + coming[place]),
                going[place],
                coming[place],
                share(going[place], coming[place]),
            ),
            cases=rule.cases(scope, Narrowing(column="recovery_place", among=(place,))),
        )
        for place in sorted({*local, *coming, *going})
    ]
    columns = (
        Column(name="place", title="place", kind=Kind.LABEL),
        Column(name="recovered", title="recovered here", kind=Kind.COUNT),
        Column(name="local", title="from here", kind=Kind.COUNT),
        Column(name="local_share", title="local share", kind=Kind.SHARE),
        Column(name="out", title="out", kind=Kind.COUNT),
        Column(name="in", title="in", kind=Kind.COUNT),
        Column(name="net_source", title="net source ratio", kind=Kind.RATIO),
    )
    return rule.table(columns, rows, picture="bars")


@measure(
    name="chain-length",
    number="17",
    title="Length of lines of supply",
    definition="Answered trace requests of the period by the number of links and of countries that "
    "their answers named.",
    state="traces",
    time="asked",
    by=("links", "countries"),
    dimensions=("links", "countries"),
)
def _chains(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    known = Narrowing(column="links", least=1)
    found = source.count("traces", by, rule.within(scope, known))
    rows = [
        Row(
            values=(*key, count),
            cases=rule.cases(
                scope, *[Narrowing(column=n, among=(v,)) for n, v in zip(by, key, strict=True)]
            ),
        )
        for key, count in sorted(found.items(), key=lambda item: tuple(v or 0 for v in item[0]))
    ]
    columns = (
        *labels(by),
        Column(name="count", title="requests", kind=Kind.COUNT),
    )
    return rule.table(columns, rows, picture="bars")
