"""Leaves out of a table the findings that a person said are not so, and says that it did.

Pure. A finding that stands on more cases than when it was judged is there again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from gateway.statistics.measures import measure_of
from gateway.statistics.serials import series_of
from gateway.statistics.tables import Row, Table
from gateway.store import Judgement

FINDINGS: Mapping[str, tuple[int, str]] = {
    "theft-clusters": (1, "recovered"),
    "source-clusters": (1, "recovered"),
    "growing-routes": (2, "after"),
    "serial-runs": (3, "firearms"),
    "seized-serial-runs": (3, "firearms"),
}
"""Measures whose rows are findings: how many columns name one, and on how many cases it stands."""

_RUNS = ("serial-runs", "seized-serial-runs")
"""Findings that go from a serial number to another: a part of one that was judged is judged."""


def labels_of(table: Table, row: Row) -> tuple[str, ...]:
    """What names the finding in ``row``."""
    return tuple(str(value) for value in row.values[: FINDINGS[table.name][0]])


def extent_of(table: Table, row: Row) -> tuple[str, ...]:
    """What names the finding in ``row`` and, of a run, how far it goes: what a judgement keeps."""
    more = 1 if table.name in _RUNS else 0
    return tuple(str(value) for value in row.values[: FINDINGS[table.name][0] + more])


def figure_of(table: Table, row: Row) -> int:
    """On how many cases the finding in ``row`` stands."""
    value = row.values[table.column(FINDINGS[table.name][1])]
    return value if isinstance(value, int) else 0


def finding_of(table: Table) -> str:
    """What the findings of ``table`` are called in a judgement: the measure, and what it is told
    apart by where that is not the usual."""
    usual = measure_of(table.name).by
    return table.name if table.by == usual else f"{table.name} by {', '.join(table.by)}"


def without_judged(table: Table, judgements: Iterable[Judgement]) -> Table:
    """``table`` without what was judged, with a note of how many that were."""
    if table.name not in FINDINGS:
        return table
    called = finding_of(table)
    judged = [one for one in judgements if one.measure == called]
    rows = tuple(row for row in table.rows if not any(_holds(one, table, row) for one in judged))
    left_out = len(table.rows) - len(rows)
    if not left_out:
        return table
    note = f"left out, for an analyst said that they are not so: {left_out}"
    return replace(table, rows=rows, notes=(*table.notes, note))


def _holds(judgement: Judgement, table: Table, row: Row) -> bool:
    if figure_of(table, row) > judgement.figure:
        return False
    found, judged = extent_of(table, row), judgement.labels
    if table.name in _RUNS and len(judged) == len(found):
        return _within(found, judged)
    return found[: len(judged)] == judged


def _within(found: tuple[str, ...], judged: tuple[str, ...]) -> bool:
    """Whether a run is a part of one that was judged: a shorter period finds no more."""
    make, series, lowest, highest = found
    end = series_of(judged[3])
    alike = {judged[1], None if end is None else end.series}
    # Serial numbers sort as they count: longer ones later.
    in_order = _place(judged[2]) <= _place(lowest) and _place(highest) <= _place(judged[3])
    return make == judged[0] and series in alike and in_order


def _place(serial: str) -> tuple[int, str]:
    return len(serial), serial
