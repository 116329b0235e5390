"""Measures that find runs: recovered firearms of one make whose serial numbers follow one another.

A run says that firearms left together, from a works, a dealer or a store; it proves no crime.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.statistics.measures import Measure, measure
from gateway.statistics.reading import UNKNOWN
from gateway.statistics.serials import digits_of, serial_of
from gateway.statistics.tables import Column, Kind, Row, Scope, Source, Table
from gateway.store import Narrowing

RUN_LEAST = 3
RUN_STEP = 5
"""How far a serial number may stand behind the one before it in its run."""
BY_CHANCE = 0.05
"""Runs as long that chance would make in a series; where it would make more, none is told."""

_RULE = (
    f"of one make and series (digits that count are shown as #), {RUN_LEAST} or more, each number "
    f"at most {RUN_STEP} above the one before. Of n firearms in a series of m digits chance makes "
    f"n p^(k-1) runs of k, with p = {RUN_STEP} (n-1) / 10^m; a run is told where that is below "
    f"{BY_CHANCE}."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recovery:
    """A firearm at its place in its series, with what else is known of it."""

    number: int
    day: str
    place: str | None
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Recoveries that follow one another, and how many such runs chance would make."""

    make: str
    series: str
    found: tuple[_Recovery, ...]
    chance: float


@measure(
    name="serial-runs",
    number="18c",
    title="Traced firearms with consecutive serial numbers",
    definition="Firearms of the trace requests of the period, each serial number once, " + _RULE,
    state="traces",
    time="asked",
    by=("make",),
)
def _traced(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    del by
    return _table(rule, source, scope, ("recovery_date", "recovery_place", "dealer"))


@measure(
    name="seized-serial-runs",
    number="18d",
    title="Seized firearms with consecutive serial numbers",
    definition="Seized firearms of the period, each serial number once, " + _RULE,
    state="seized",
    time="seized",
    by=("make",),
)
def _seized(rule: Measure, source: Source, scope: Scope, by: tuple[str, ...]) -> Table:
    del by
    return _table(rule, source, scope, ("seized", "place", "seizure"))


def _table(rule: Measure, source: Source, scope: Scope, more: tuple[str, str, str]) -> Table:
    counted = Narrowing(column="serial_series", least="")
    # First which series have neighbours at all: what else is known of a firearm costs more to read.
    short = ("make", "serial_series", "serial_number")
    numbers = source.gathered(
        rule.state, ("make", "serial_series"), ("serial_number",), rule.within(scope, counted)
    )
    series = tuple(sorted({form for (_, form), found in numbers.items() if _has_run(found)}))
    near = Narrowing(column="serial_series", among=series)
    found = (
        source.rows(rule.state, (*short, *more), rule.within(scope, near), ordered=False)
        if series
        else []
    )
    rows = [_row(run, rule, scope) for run in _runs(found)]
    columns = (
        Column(name="make", title="make", kind=Kind.LABEL),
        Column(name="series", title="series", kind=Kind.LABEL),
        Column(name="lowest", title="from", kind=Kind.LABEL),
        Column(name="highest", title="to", kind=Kind.LABEL),
        Column(name="firearms", title="firearms", kind=Kind.COUNT),
        Column(name="chance", title="runs by chance", kind=Kind.RATIO),
        Column(name="first", title="first recovery", kind=Kind.LABEL),
        Column(name="last", title="last recovery", kind=Kind.LABEL),
        Column(name="places", title="places", kind=Kind.COUNT),
        Column(
            name="source",
            title="dealer" if rule.state == "traces" else "seizure",
            kind=Kind.LABEL,
        ),
    )
    return rule.table(columns, rows)


def _has_run(found: list[tuple[int | None]]) -> bool:
    """Whether some make has as many neighbours in a series as a run has at least."""
    gap = RUN_LEAST - 1
    if len(found) <= gap:
        return False
    ordered = sorted({number for (number,) in found if number is not None})
    return any(
        all(ordered[at + n + 1] - ordered[at + n] <= RUN_STEP for n in range(gap))
        for at in range(len(ordered) - gap)
        if ordered[at + gap] - ordered[at] <= gap * RUN_STEP
    )


def _runs(found: Iterable[tuple[object, ...]]) -> list[_Run]:
    """Every run that chance does not explain, the longest first."""
    series: dict[tuple[str, str], dict[int, _Recovery]] = {}
    for make, form, number, day, place, origin in found:
        if make in {None, UNKNOWN} or not isinstance(number, int):
            continue
        known = series.setdefault((str(make), str(form)), {})
        one = _Recovery(
            number=number,
            day="" if day is None else str(day)[:10],
            place=None if place is None else str(place),
            source=None if origin is None else str(origin),
        )
        other = known.get(number)
        # One firearm can have several requests: its first recovery stands, whatever their order.
        known[number] = one if other is None else min(one, other, key=_order)
    runs = []
    for (make, form), known in series.items():
        if len(known) < RUN_LEAST:
            continue
        near = min(1.0, RUN_STEP * (len(known) - 1) / 10 ** digits_of(form))
        for run in _neighbours(known):
            chance = len(known) * near ** (len(run) - 1)
            if chance < BY_CHANCE:
                runs.append(_Run(make=make, series=form, found=run, chance=chance))
    return sorted(runs, key=lambda r: (-len(r.found), r.make, r.series, r.found[0].number))


def _order(one: _Recovery) -> tuple[str, str, str]:
    return one.day, one.place or "", one.source or ""


def _neighbours(known: dict[int, _Recovery]) -> Iterator[tuple[_Recovery, ...]]:
    run: list[_Recovery] = []
    for number in sorted(known):
        if run and number - run[-1].number > RUN_STEP:
            if len(run) >= RUN_LEAST:
                yield tuple(run)
            run = []
        run.append(known[number])
    if len(run) >= RUN_LEAST:
        yield tuple(run)


def _row(run: _Run, rule: Measure, scope: Scope) -> Row:
    lowest, highest = run.found[0].number, run.found[-1].number
    days = sorted(one.day for one in run.found if one.day)
    sources = sorted({one.source for one in run.found if one.source is not None})
    values = (
        run.make,
        run.series,
        serial_of(run.series, lowest),
        serial_of(run.series, highest),
        len(run.found),
        run.chance,
        days[0] if days else "",
        days[-1] if days else "",
        len({one.place for one in run.found if one.place is not None}),
        sources[0] if len(sources) == 1 else f"{len(sources)} different" if sources else "",
    )
    cases = rule.cases(
        scope,
        Narrowing(column="make", among=(run.make,)),
        Narrowing(column="serial_series", among=(run.series,)),
        Narrowing(column="serial_number", least=lowest, below=highest + 1),
    )
    return Row(values=values, cases=cases)
