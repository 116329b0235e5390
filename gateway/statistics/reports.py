"""Makes a report: every section's table, and what a reader must know to trust it.

It renders nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.frame import SCHEMA_VERSION
from gateway.statistics.definition import Definition, Section
from gateway.statistics.filters import narrowing_of
from gateway.statistics.judging import without_judged
from gateway.statistics.measures import compute, measures
from gateway.statistics.remembering import Remembering
from gateway.statistics.tables import Kind, Row, Scope, Source, Table
from gateway.store import Judgement, Narrowing, state_columns

CAVEAT = (
    "Traced firearms are not a random sample of the firearms in crime: which ones are traced, and "
    "which of them successfully, depends on practice and law. Counts of trace requests are not "
    "counts of firearms; one firearm can have several requests."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """From what the figures were computed: a place in the log of facts and the chain's digest."""

    party: str
    position: int
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole report, ready to be rendered; equal inputs give an equal report."""

    name: str
    number: str
    title: str
    about: str
    start: datetime
    end: datetime
    extracted: datetime
    filters: tuple[tuple[str, tuple[str, ...]], ...]
    standard: str
    origin: Origin
    tables: tuple[Table, ...]
    caveat: str = CAVEAT


def make_report(
    definition: Definition,
    source: Source,
    scope: Scope,
    origin: Origin,
    judgements: Sequence[Judgement] = (),
    *,
    whole: bool = False,
) -> Report:
    """The report that ``definition`` describes, over ``scope``, without findings that were judged
    not to be so; ``whole`` with every row, also those that its sections sum up."""
    wide = replace(scope, narrowings=(*scope.narrowings, *_narrowings(definition.filters)))
    once = Remembering(source)
    tables = [
        _table(section, once, wide, judgements, whole=whole) for section in definition.sections
    ]
    return Report(
        name=definition.name,
        number=definition.number,
        title=definition.title,
        about=definition.about,
        start=scope.start,
        end=scope.end,
        extracted=scope.now,
        filters=(*definition.filters, *_asked_for(scope)),
        standard=SCHEMA_VERSION,
        origin=origin,
        tables=tuple(tables),
    )


def _table(
    section: Section,
    source: Source,
    scope: Scope,
    judgements: Sequence[Judgement],
    *,
    whole: bool,
) -> Table:
    narrowings = (*scope.narrowings, *_narrowings(section.filters))
    columns = state_columns(measures()[section.measure].state)
    # A filter that a measure does not know would silently not filter: it is told.
    unused = [one.column for one in narrowings if one.column not in columns]
    table = compute(section.measure, source, replace(scope, narrowings=narrowings), section.by)
    table = without_judged(table, judgements)
    notes = [f"not filtered by {name}: these cases do not have it" for name in unused]
    if section.filters:
        notes += [f"only {name} {', '.join(values)}" for name, values in section.filters]
    if section.picture is not None:
        table = replace(table, picture=None if section.picture == "none" else section.picture)
    if section.title is not None:
        table = replace(table, title=section.title)
    table = replace(table, notes=(*table.notes, *notes))
    return table if section.top is None or whole else cut(table, section.top)


def cut(table: Table, top: int) -> Table:
    """``table`` with its first ``top`` rows and one in which the others are summed up."""
    last = table.rows[-1:] if table.total else ()
    named = table.rows[: len(table.rows) - len(last)]
    if len(named) <= top:
        return table
    rest = named[top:]
    values = [
        sum(row.values[at] for row in rest if isinstance(row.values[at], int))  # type: ignore[misc]  # counts are whole numbers
        if column.kind is Kind.COUNT
        else ("others" if at == 0 else None)
        for at, column in enumerate(table.columns)
    ]
    note = f"the {len(rest)} rows after the first {top} are summed up in the last"
    rows = (*named[:top], Row(values=tuple(values)), *last)
    return replace(table, rows=rows, notes=(*table.notes, note))


def _asked_for(scope: Scope) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What whoever made the report narrowed it to, to be told with it."""
    return tuple(
        (one.column, tuple("(none)" if value is None else str(value) for value in one.among))
        for one in scope.narrowings
        if one.among is not None
    )


def _narrowings(filters: tuple[tuple[str, tuple[str, ...]], ...]) -> list[Narrowing]:
    states = {each.state for each in measures().values()}
    return [narrowing_of(name, values, states) for name, values in filters]
