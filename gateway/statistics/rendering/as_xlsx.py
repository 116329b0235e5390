"""A report as a workbook: a sheet of facts, then a sheet a table; figures are never formulas."""

from __future__ import annotations

import io
import re
from typing import Any

import xlsxwriter

from gateway.statistics.rendering.words import facts_about
from gateway.statistics.reports import Report
from gateway.statistics.tables import Kind, Table

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_NAME_MOST = 31
_FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.SHARE: "0.0 %",
    Kind.DAYS: "#,##0.0",
    Kind.HOURS: "#,##0.0",
    Kind.RATIO: "#,##0.00",
}
_WIDTH = 18


def render(report: Report) -> bytes:
    """The octets."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": report.title, "created": report.extracted.replace(tzinfo=None)})
    bold = book.add_format({"bold": True})
    front = book.add_worksheet("report")
    front.set_column(0, 0, _WIDTH)
    front.write_string(0, 0, report.title, bold)
    for number, (name, text) in enumerate(facts_about(report), 2):
        front.write_string(number, 0, name)
        front.write_string(number, 1, text)
    forms = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
    for number, table in enumerate(report.tables, 1):
        # No name of a sheet ends in an apostrophe.
        title = f"{number} {_FORBIDDEN.sub(' ', table.title)}"[:_NAME_MOST].rstrip("' ")
        _sheet(book.add_worksheet(title), table, bold, forms)
    book.close()
    return out.getvalue()


def _sheet(sheet: Any, table: Table, bold: Any, forms: dict[Kind, Any]) -> None:
    sheet.set_column(0, len(table.columns), _WIDTH)
    sheet.write_string(0, 0, table.title, bold)
    sheet.write_string(1, 0, table.definition)
    for number, note in enumerate(table.notes, 2):
        sheet.write_string(number, 0, note)
    head = 3 + len(table.notes)
    for at, column in enumerate(table.columns):
        sheet.write_string(head, at, column.title, bold)
    for number, row in enumerate(table.rows, head + 1):
        for at, (value, column) in enumerate(zip(row.values, table.columns, strict=True)):
            if isinstance(value, str):
                sheet.write_string(number, at, value)
            elif value is not None:
                sheet.write_number(number, at, value, forms.get(column.kind))
    sheet.freeze_panes(head + 1, 0)
