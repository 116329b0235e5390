"""Measures of what came of it: recoveries, precision, trace success, SDG 16.4.2."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from gateway.statistics.arithmetic import share
from gateway.statistics.measures import COUNT, Measure, counted, label, labels, measure
from gateway.statistics.tables import Cases, Column, Kind, Row, Scope, Source, Table, Value
from gateway.store import TRACED, Narrowing, days_between

_RECOVERED = "RECOVER"
_HORIZONS_DAYS = (30, 90, 365)
_SHARE = Column(name="share", title="share", kind=Kind.SHARE)


@measure(
    name="recovery-rate",
    number="2",
    title="Recovery rate",
    definition="Records of the period (the cohort) closed with a recovery, divided by records of "
    "the cohort; within 30, 90 and 365 days from the event to the recovery, where both are full "
    "dates, and at all.",
    state="records",
    time="opened",
    by=("record_type",),
    dimensions=("record_type", "firearm_type", "make", "owner_category", "opened_month"),
)
def _recovery(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    groups: dict[tuple[object, ...], list[int]] = {}
    reasons = set()
    for (*parts, reason), n in source.count(
        "records", (*by, "closure_reason"), rule.within(scope)
    ).items():
        group = groups.setdefault(tuple(parts), [0] * (2 + len(_HORIZONS_DAYS)))
        group[0] += n
        if reason is not None and _RECOVERED in reason:
            reasons.add(reason)
            group[1] += n
    # Only the recovered are read one by one: the span needs two dates of different messages.
    recovered_so = Narrowing(column="closure_reason", among=tuple(sorted(reasons)))
    names = (*by, "event_date", "recovery_date")
    for *parts, event, recovered in source.rows(
        "records", names, rule.within(scope, recovered_so), ordered=False
    ):
        days = days_between(event, recovered)
        if days is not None and days >= 0:
            group = groups[tuple(parts)]
            for at, horizon in enumerate(_HORIZONS_DAYS, 2):
                group[at] += days <= horizon
    rows = [
        Row(
            values=(
                *[str(label(k)) for k in key],
                total,
                recovered,
                share(recovered, total),
                *[share(part, total) for part in within],
            ),
            cases=_group_cases(rule, scope, by, key),
        )
        for key, (total, recovered, *within) in sorted(groups.items(), key=lambda i: str(i[0]))
    ]
    columns = (
        *labels(by),
        Column(name="records", title="records", kind=Kind.COUNT),
        Column(name="recovered", title="recovered", kind=Kind.COUNT),
        _SHARE,
        *[
            Column(name=f"within_{d}", title=f"within {d} days", kind=Kind.SHARE)
            for d in _HORIZONS_DAYS
        ],
    )
    return rule.table(columns, rows, picture="bars")


@measure(
    name="hit-precision",
    number="5",
    title="Precision of hits",
    definition="Hits of the period that their owner confirmed, divided by those confirmed, not "
    "confirmed and false; by grade.",
    state="hits",
    time="raised",
    by=("grade",),
    dimensions=("grade", "origin", "owner_country", "raised_month"),
)
def _precision(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    found = source.count("hits", (*by, "outcome"), rule.within(scope))
    groups: dict[tuple[object, ...], Counter[str]] = {}
    for (*parts, outcome), count in found.items():
        groups.setdefault(tuple(parts), Counter())[outcome or "OPEN"] += count
    rows = []
    for key, seen in sorted(groups.items(), key=lambda item: str(item[0])):
        confirmed, against = seen["CONFIRMED"], seen["NOT_CONFIRMED"] + seen["FALSE_HIT"]
        values: tuple[Value, ...] = (
            *[str(label(k)) for k in key],
            sum(seen.values()),
            confirmed,
            against,
            share(confirmed, confirmed + against),
        )
        rows.append(Row(values=values, cases=_group_cases(rule, scope, by, key)))
    columns = (
        *labels(by),
        Column(name="hits", title="hits", kind=Kind.COUNT),
        Column(name="confirmed", title="confirmed", kind=Kind.COUNT),
        Column(name="against", title="not confirmed or false", kind=Kind.COUNT),
        Column(name="precision", title="precision", kind=Kind.SHARE),
    )
    return rule.table(columns, rows, picture="bars")


_ENDED = Narrowing(column="outcome", least="")
_TRACED_SEIZURE = Narrowing(
    column="seizure",
    also=("traces", "seizure", Narrowing(column="origin_known", among=(1,))),
)
_BY_TRACING = "BY_TRACING"
_ALONE = Narrowing(column="several", among=(None,))
_SEVERAL = Narrowing(column="several", among=(1,))
_COUNTED = Narrowing(column="antique", among=(None,))
_ANTIQUE = Narrowing(column="antique", among=(1,))
_TOLD = Narrowing(column="origin_established", among=(_BY_TRACING,))
_KNOWN = Narrowing(column="origin_established", least="")
_ESTABLISHED = (
    (_TRACED_SEIZURE,),
    (_TOLD,),
    (_TOLD, _TRACED_SEIZURE),
    (_KNOWN,),
    (_KNOWN, _TRACED_SEIZURE),
)


@measure(
    name="trace-success",
    number="10",
    title="Trace success",
    definition="Trace requests of the period with an outcome TRACED_*, STATE_STOCK or REPORTED_*, "
    "divided by those with an outcome. For comparison: 52 % in the United States in 1999.",
    state="traces",
    time="asked",
    by=("direction",),
    dimensions=("direction", "peer_country", "firearm_type", "make", "asked_month"),
)
def _success(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    found = source.count("traces", (*by, "outcome"), rule.within(scope, _ENDED))
    groups: dict[tuple[object, ...], list[int]] = {}
    for (*parts, outcome), count in found.items():
        group = groups.setdefault(tuple(parts), [0, 0])
        group[0] += count
        group[1] += count if outcome in TRACED else 0
    rows = [
        Row(
            values=(*[str(label(k)) for k in key], ended, traced, share(traced, ended)),
            cases=_group_cases(rule, scope, by, key),
        )
        for key, (ended, traced) in sorted(groups.items(), key=lambda item: str(item[0]))
    ]
    columns = (
        *labels(by),
        Column(name="ended", title="with an outcome", kind=Kind.COUNT),
        Column(name="traced", title="traced", kind=Kind.COUNT),
        _SHARE,
    )
    return rule.table(columns, rows, picture="bars")


@measure(
    name="trace-outcomes",
    number="11",
    title="Outcomes of traces",
    definition="Each outcome's share of the trace requests of the period that have one. For "
    "comparison, United States 1999: too old 9.6 %, problem with the serial number 10.8 %.",
    state="traces",
    time="asked",
    dimensions=("outcome",),
)
def _outcomes(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    del by
    rows = counted(rule, source, scope, ("outcome",), _ENDED)
    total = sum(row.values[-1] for row in rows if isinstance(row.values[-1], int))
    shared = [
        Row(values=(*row.values, share(_number(row.values[-1]), total)), cases=row.cases)
        for row in rows
    ]
    return rule.table((*labels(("outcome",)), COUNT, _SHARE), shared, picture="bars")


@measure(
    name="sdg-16-4-2",
    number="12",
    title="SDG indicator 16.4.2",
    definition="Proportion of seized, found or surrendered arms whose illicit origin or context "
    "has been traced or established by a competent authority in line with international "
    "instruments: of the firearms of the period, those whose point of diversion or last lawful "
    "transfer a trace named, or whose trace succeeded (by tracing), or that an authority "
    "established otherwise. Of several firearms of one seizure a trace is about those with its "
    "serial number. Firearms made before 1899 are left out.",
    state="seized",
    time="seized",
    by=("mode",),
    dimensions=("mode", "firearm_type", "country", "seized_month"),
)
def _sdg(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    # What is in two of the marks is counted once: by tracing goes before otherwise.
    lone = source.tally("seized", by, (*_ESTABLISHED,), rule.within(scope, _ALONE, _COUNTED))
    groups: dict[tuple[object, ...], list[int]] = {
        key: [total, traced + told - both, known - told - known_traced + both]
        for key, (total, traced, told, both, known, known_traced) in lone.items()
    }
    for key, established in _of_several(rule, source, scope, by):
        group = groups.setdefault(key, [0, 0, 0])
        group[0] += 1
        group[1] += established == _BY_TRACING
        group[2] += established not in {None, _BY_TRACING}
    ordered = sorted(groups.items(), key=lambda i: str(i[0])) if by else []
    total_of_all = [sum(g[i] for g in groups.values()) for i in range(3)]
    blank = ["all", *[""] * (len(by) - 1)] if by else []
    rows = [
        Row(
            values=(
                *([str(label(k)) for k in key] or blank),
                total,
                tracing,
                otherwise,
                share(tracing + otherwise, total),
            ),
            cases=_group_cases(rule, scope, by, key, _COUNTED),
        )
        for key, (total, tracing, otherwise) in (*ordered, ((), total_of_all))
    ]
    columns = (
        *labels(by),
        Column(name="total", title="firearms", kind=Kind.COUNT),
        Column(name="by_tracing", title="established by tracing", kind=Kind.COUNT),
        Column(name="otherwise", title="established otherwise", kind=Kind.COUNT),
        Column(name="indicator", title="16.4.2", kind=Kind.SHARE),
    )
    antiques = source.count("seized", (), rule.within(scope, _ANTIQUE)).get((), 0)
    notes = (f"left out, for they were made before 1899: {antiques}",) if antiques else ()
    return replace(rule.table(columns, rows, notes=notes, picture="bars"), total=bool(by))


def _of_several(
    rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]
) -> Iterator[tuple[tuple[object, ...], str | None]]:
    """Each firearm that was seized with others, by ``by``, and how its origin was established: a
    trace request names the seizure, and its serial number says which of the firearms it is."""
    names = (*by, "seizure", "serial_series", "serial_number", "origin_established")
    wanted = rule.within(scope, _SEVERAL, _COUNTED)
    seized = source.rows("seized", names, wanted, ordered=False)
    if not seized:
        return
    named = Narrowing(column="seizure", also=("seized", "seizure", _SEVERAL))
    known = Narrowing(column="origin_known", among=(1,))
    serials = ("seizure", "serial_series", "serial_number")
    traced = set(source.rows("traces", serials, (named, known), ordered=False))
    for row in seized:
        *key, seizure, series, number, told = row
        by_tracing = series is not None and (seizure, series, number) in traced
        yield tuple(key), _BY_TRACING if by_tracing else told


def _group_cases(
    rule: Measure,
    scope: Scope,
    by: tuple[str, ...],
    key: tuple[object, ...],
    *counted_alone: Narrowing,
) -> Cases:
    chosen = [
        Narrowing(column=name, among=(None if value is None else str(value),))
        for name, value in zip(by, key, strict=False)
    ]
    return rule.cases(scope, *counted_alone, *chosen)


def _number(value: Value) -> float:
    return value if isinstance(value, int | float) else 0
