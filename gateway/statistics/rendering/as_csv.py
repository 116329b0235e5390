"""A report as CSV (RFC 4180, UTF-8): one table after another, a blank line between them.

A text that a spreadsheet would take for a formula is quoted by an apostrophe.
"""

from __future__ import annotations

import csv
import io

from gateway.statistics.rendering.words import facts_about
from gateway.statistics.reports import Report
from gateway.statistics.tables import Value

# With the full-width signs, which spreadsheets read as those beside them.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render(report: Report) -> bytes:
    """The octets."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")

    def line(*values: Value) -> None:
        lines.writerow([_plain(value) for value in values])

    line(report.title)
    for name, text in facts_about(report):
        line(name, text)
    for table in report.tables:
        line()
        line(table.title)
        line("definition", table.definition)
        for note in table.notes:
            line("note", note)
        line(*[column.name for column in table.columns])
        for row in table.rows:
            line(*row.values)
    return out.getvalue().encode()


def _plain(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return repr(value)
