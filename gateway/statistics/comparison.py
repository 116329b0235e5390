"""Holds a report of one period against the same report of another, row by row.

It computes no measure: it joins two reports that were made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gateway.statistics.judging import FINDINGS
from gateway.statistics.reports import Report, cut
from gateway.statistics.tables import Column, Kind, Row, Table, Value


def compare(earlier: Report, later: Report, tops: Sequence[int | None] = ()) -> Report:
    """``later`` with every figure between the figure of ``earlier`` and their difference.

    Both must be of one definition, and whole where ``tops`` says how many rows of each table are
    shown. A row that one period has not stands there without a figure.
    """
    if earlier.name != later.name or len(earlier.tables) != len(later.tables):
        raise ValueError("only two reports of one definition can be compared")
    tables = [_tables(a, b) for a, b in zip(earlier.tables, later.tables, strict=True)]
    if tops:
        tables = [
            table if top is None else cut(table, top)
            for table, top in zip(tables, tops, strict=True)
        ]
    about = (
        f"{later.about} Compared with the period from {earlier.start:%Y-%m-%d} "
        f"to before {earlier.end:%Y-%m-%d} (UTC).{_lengths(earlier, later)}"
    )
    return replace(later, about=about.strip(), tables=tuple(tables))


def _lengths(earlier: Report, later: Report) -> str:
    """That counts of longer periods are larger, where one is."""
    before, after = (earlier.end - earlier.start).days, (later.end - later.start).days
    if before == after:
        return ""
    return f" The earlier period has {before} days, the later {after}: counts follow from that too."


def _tables(earlier: Table, later: Table) -> Table:
    texts = [n for n, column in enumerate(later.columns) if column.kind is Kind.LABEL]
    numbers = [n for n, column in enumerate(later.columns) if column.kind is not Kind.LABEL]
    # What else is said of a finding, such as its last day, changes and is no name of it.
    naming = texts[: FINDINGS[later.name][0]] if later.name in FINDINGS else texts
    before = {tuple(row.values[n] for n in naming): row for row in earlier.rows}
    after = {tuple(row.values[n] for n in naming): row for row in later.rows}
    if len(before) != len(earlier.rows) or len(after) != len(later.rows):
        note = "not compared: its rows have no name of their own"
        return replace(later, notes=(*later.notes, note))
    keys = [*after, *[key for key in before if key not in after]]
    if later.total and after:
        # The sum of all stands last, behind the rows that there were before alone.
        last = list(after)[-1]
        keys = [*[key for key in keys if key != last], last]
    rows = [Row(values=_values(before.get(key), after.get(key), texts, numbers)) for key in keys]
    columns = tuple(later.columns[n] for n in texts) + tuple(
        column for n in numbers for column in _three(later.columns[n])
    )
    notes = (
        *[f"earlier period: {note}" for note in earlier.notes],
        *[f"later period: {note}" for note in later.notes],
    )
    return replace(later, columns=columns, rows=tuple(rows), notes=notes, picture=None)


def _three(column: Column) -> tuple[Column, Column, Column]:
    return (
        replace(column, name=f"{column.name}_before", title=f"{column.title}, before"),
        column,
        replace(column, name=f"{column.name}_change", title="change"),
    )


def _values(
    before: Row | None, after: Row | None, texts: list[int], numbers: list[int]
) -> tuple[Value, ...]:
    known = after or before
    found: list[Value] = [] if known is None else [known.values[n] for n in texts]
    for n in numbers:
        old = None if before is None else before.values[n]
        new = None if after is None else after.values[n]
        both = isinstance(old, int | float) and isinstance(new, int | float)
        found += [old, new, new - old if both else None]  # type: ignore[operator]  # numbers by now
    return tuple(found)
