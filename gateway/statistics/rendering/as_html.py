"""A report as one HTML page: no script, nothing from elsewhere, made to be printed."""

from __future__ import annotations

from html import escape

from gateway.statistics.rendering.pictures import picture_of, svg_of
from gateway.statistics.rendering.script import as_written
from gateway.statistics.rendering.words import facts_about, is_number, words
from gateway.statistics.reports import Report
from gateway.statistics.tables import Table

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:.5rem 0}
th,td{padding:.2rem .7rem;border-bottom:1px solid #ccc;text-align:left;vertical-align:top}
td:not(.n){overflow-wrap:anywhere;min-width:6.5em}td.n{white-space:nowrap}
.n{text-align:right;font-variant-numeric:tabular-nums}
.d,.t{color:#555;font-size:.9em}section{break-inside:avoid;margin-top:2.5rem}
figure{margin:1rem 0}svg{width:44rem;max-width:100%;height:auto}
@media print{body{margin:0;font-size:11px}}
"""


def render(report: Report) -> bytes:
    """The octets, UTF-8."""
    facts = "".join(
        f"<tr><th scope=row>{escape(name)}</th><td>{escape(text)}</td></tr>\n"
        for name, text in facts_about(report)
    )
    sections = "".join(_section(table, number) for number, table in enumerate(report.tables, 1))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(report.title)}</title><style>{_STYLE}</style></head><body>\n"
        f"<h1>{escape(report.title)}</h1>\n<p>{escape(report.about)}</p>\n"
        f"<table>{facts}</table>\n{sections}</body></html>\n"
    ).encode()


def _section(table: Table, number: int) -> str:
    head = "".join(
        f"<th{_numeric(is_number(column))}>{escape(column.title)}</th>" for column in table.columns
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{_numeric(is_number(column))}>{escape(words(value, column))}</td>"
            for value, column in zip(row.values, table.columns, strict=True)
        )
        + "</tr>\n"
        for row in table.rows
    )
    drawing = picture_of(table, as_written)
    picture = "" if drawing is None else f"<figure>{svg_of(drawing, number)}</figure>\n"
    notes = "".join(f"<p class=t>{escape(note)}</p>\n" for note in table.notes)
    grid = (
        f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>\n"
        if table.rows
        else "<p>Nothing in this period.</p>\n"
    )
    return (
        f"<section><h2>{escape(table.title)}</h2>\n<p class=d>{escape(table.definition)}</p>\n"
        f"{picture}{grid}{notes}</section>\n"
    )


def _numeric(yes: bool) -> str:
    return " class=n" if yes else ""
