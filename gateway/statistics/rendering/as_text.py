"""A report as plain text for a terminal or a printer."""

from __future__ import annotations

from gateway.statistics.rendering.words import facts_about, is_number, words
from gateway.statistics.reports import Report
from gateway.statistics.tables import Table


def render(report: Report) -> bytes:
    """The octets, UTF-8."""
    lines = [report.title, "=" * len(report.title), ""]
    lines += [f"{name + ':':<15}{text}" for name, text in facts_about(report)]
    for table in report.tables:
        lines += ["", table.title, "-" * len(table.title), *_grid(table)]
        lines += [f"  ({note})" for note in table.notes]
    return ("\n".join(lines) + "\n").encode()


def _grid(table: Table) -> list[str]:
    cells = [[column.title for column in table.columns]]
    cells += [
        [words(value, column) for value, column in zip(row.values, table.columns, strict=True)]
        for row in table.rows
    ]
    if len(cells) == 1:
        return ["  nothing in this period"]
    widths = [max(len(row[at]) for row in cells) for at in range(len(table.columns))]
    return [
        "  "
        + "  ".join(
            text.rjust(width) if is_number(column) else text.ljust(width)
            for text, width, column in zip(row, widths, table.columns, strict=True)
        ).rstrip()
        for row in cells
    ]
