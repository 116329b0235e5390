"""Measures that find runs: recovered firearms of one make whose serial numbers follow one another.

A run says that firearms left together, from a works, a dealer or a store; it proves no crime.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from gateway.statistics.measures import Measure, measure
from gateway.statistics.reading import UNKNOWN
from gateway.statistics.serials import Series, after, digits_of, serial_of, steps_between
from gateway.statistics.tables import Column, Kind, Row, Scope, Source, Table
from gateway.store import Narrowing

RUN_LEAST = 3
RUN_STEP = 5
"""How far a serial number may stand behind the one before it in its run."""
BY_CHANCE = 0.05
"""Runs as long that chance would make in a series; where it would make more, none is told."""

_RULE = (
    f"of one make and series (digits that count are shown as #), {RUN_LEAST} or more, each number "
    f"at most {RUN_STEP} above the one before, also where the digits are used up and a digit or a "
    f"letter more follows (A999, B000). Of n firearms in a series of m digits chance makes "
    f"n p^(k-1) runs of k, with p = {RUN_STEP} (n-1) / 10^m; a run is told where that is below "
    f"{BY_CHANCE}."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recovery:
    """A firearm at its place in its series, with what else is known of it."""

    at: Series
    day: str
    place: str | None
    source: str | None
    subjects: tuple[str, ...]
    """Every case about it."""


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
    short = ("subject", "make", "serial_series", "serial_number")
    numbers = source.gathered(
        rule.state, ("make", "serial_series"), ("serial_number",), rule.within(scope, counted)
    )
    series = tuple(sorted(_with_runs(numbers)))
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


def _with_runs(
    numbers: dict[tuple[str | None, str], list[tuple[int | None]]],
) -> set[str]:
    """The series in which some make has neighbours enough, or goes on from one to the next."""
    found = {form for (_, form), known in numbers.items() if _has_run(known)}
    for (make, form), known in numbers.items():
        last = max((number for (number,) in known if number is not None), default=0)
        # Most series do not come near their end: whether another follows is asked of few.
        if last + RUN_STEP < 10 ** digits_of(form):
            continue
        for later in after(form):
            known_later = [n for (n,) in numbers.get((make, later), ()) if n is not None]
            if known_later and _follows(
                Series(series=form, number=last), Series(series=later, number=min(known_later))
            ):
                found |= {form, later}
    return found


def _follows(earlier: Series, later: Series) -> bool:
    if earlier.series == later.series:
        return later.number - earlier.number <= RUN_STEP
    return later.series in after(earlier.series) and steps_between(earlier, later) <= RUN_STEP


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
    makes: dict[str, dict[str, dict[int, _Recovery]]] = {}
    for subject, make, form, number, day, place, origin in found:
        if make in {None, UNKNOWN} or not isinstance(number, int):
            continue
        known = makes.setdefault(str(make), {}).setdefault(str(form), {})
        one = _Recovery(
            at=Series(series=str(form), number=number),
            day="" if day is None else str(day)[:10],
            place=None if place is None else str(place),
            source=None if origin is None else str(origin),
            subjects=(str(subject),),
        )
        other = known.get(number)
        known[number] = one if other is None else _same(one, other)
    runs = []
    for make, series in makes.items():
        for run in _neighbours(series):
            if len(run) < RUN_LEAST:
                continue
            count = sum(len(series[form]) for form in {one.at.series for one in run})
            digits = digits_of(run[0].at.series)
            near = min(1.0, RUN_STEP * (count - 1) / 10**digits)
            chance = count * near ** (len(run) - 1)
            if chance < BY_CHANCE:
                runs.append(_Run(make=make, series=run[0].at.series, found=run, chance=chance))
    return sorted(runs, key=lambda r: (-len(r.found), r.make, r.series, r.found[0].at.number))


def _same(one: _Recovery, other: _Recovery) -> _Recovery:
    """One firearm can have several requests: its first recovery stands, whatever their order."""
    first = min(one, other, key=_order)
    return replace(first, subjects=(*other.subjects, *one.subjects))


def _order(one: _Recovery) -> tuple[str, str, str]:
    return one.day, one.place or "", one.source or ""


def _neighbours(series: Mapping[str, Mapping[int, _Recovery]]) -> Iterator[tuple[_Recovery, ...]]:
    """What follows one another, in one series or from one to the next."""
    pieces = [piece for form in sorted(series) for piece in _pieces(series[form])]
    begins: dict[str, tuple[_Recovery, ...]] = {}
    for piece in pieces:
        begins.setdefault(piece[0].at.series, piece)
    following = {piece: _next(piece, begins) for piece in pieces}
    later = {piece for piece in following.values() if piece is not None}
    for piece in pieces:
        if piece in later:
            continue
        run, last = piece, piece
        while (more := following[last]) is not None:
            run, last = (*run, *more), more
        yield run


def _pieces(known: Mapping[int, _Recovery]) -> Iterator[tuple[_Recovery, ...]]:
    piece: list[_Recovery] = []
    for number in sorted(known):
        if piece and not _follows(piece[-1].at, known[number].at):
            yield tuple(piece)
            piece = []
        piece.append(known[number])
    yield tuple(piece)


def _next(
    piece: tuple[_Recovery, ...], begins: Mapping[str, tuple[_Recovery, ...]]
) -> tuple[_Recovery, ...] | None:
    last = piece[-1].at
    for form in after(last.series):
        later = begins.get(form)
        if later is not None and _follows(last, later[0].at):
            return later
    return None


def _row(run: _Run, rule: Measure, scope: Scope) -> Row:
    lowest, highest = run.found[0].at, run.found[-1].at
    days = sorted(one.day for one in run.found if one.day)
    sources = sorted({one.source for one in run.found if one.source is not None})
    values = (
        run.make,
        run.series,
        serial_of(lowest.series, lowest.number),
        serial_of(highest.series, highest.number),
        len(run.found),
        run.chance,
        days[0] if days else "",
        days[-1] if days else "",
        len({one.place for one in run.found if one.place is not None}),
        sources[0] if len(sources) == 1 else f"{len(sources)} different" if sources else "",
    )
    # By their subjects: a run can go over from one series to the next.
    subjects = tuple(sorted(subject for one in run.found for subject in one.subjects))
    cases = rule.cases(scope, Narrowing(column="subject", among=subjects))
    return Row(values=values, cases=cases)
