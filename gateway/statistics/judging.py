"""Leaves out of a table the findings that a person said are not so, and says that it did.

Pure. A finding that stands on more cases than when it was judged is there again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

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


def labels_of(table: Table, row: Row) -> tuple[str, ...]:
    """What names the finding in ``row``."""
    return tuple(str(value) for value in row.values[: FINDINGS[table.name][0]])


def figure_of(table: Table, row: Row) -> int:
    """On how many cases the finding in ``row`` stands."""
    value = row.values[table.column(FINDINGS[table.name][1])]
    return value if isinstance(value, int) else 0


def without_judged(table: Table, judgements: Iterable[Judgement]) -> Table:
    """``table`` without what was judged, with a note of how many that were."""
    if table.name not in FINDINGS:
        return table
    judged = {one.labels: one.figure for one in judgements if one.measure == table.name}
    rows = tuple(
        row for row in table.rows if figure_of(table, row) > judged.get(labels_of(table, row), -1)
    )
    left_out = len(table.rows) - len(rows)
    if not left_out:
        return table
    note = f"left out, for an analyst said that they are not so: {left_out}"
    return replace(table, rows=rows, notes=(*table.notes, note))
