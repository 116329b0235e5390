"""A report as PDF (A4), with the same tables and pictures; equal reports give equal octets."""

from __future__ import annotations

import io
from html import escape
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from gateway.statistics.rendering.pictures import picture_of
from gateway.statistics.rendering.words import facts_about, is_number, words
from gateway.statistics.reports import Report
from gateway.statistics.tables import Table

_WIDE = 8  # columns above which a page is too narrow
_ROWS_MOST = 2_000
_SMALL = 7


def render(report: Report) -> bytes:
    """The octets."""
    out = io.BytesIO()
    wide = any(len(table.columns) > _WIDE for table in report.tables)
    document = SimpleDocTemplate(
        out,
        pagesize=landscape(A4) if wide else A4,
        title=report.title,
        author=report.origin.party,
        invariant=1,
    )
    styles = getSampleStyleSheet()
    story: list[Any] = [
        Paragraph(escape(report.title), styles["Title"]),
        Paragraph(escape(report.about), styles["BodyText"]),
        Spacer(1, 8),
        _grid(
            [[name, Paragraph(escape(text), styles["BodyText"])] for name, text in
             facts_about(report)],
            [90, None],
        ),
    ]  # fmt: skip
    for table in report.tables:
        story += _section(table, styles)
    document.build(story)
    return out.getvalue()


def _section(table: Table, styles: Any) -> list[Any]:
    story: list[Any] = [
        Spacer(1, 14),
        Paragraph(escape(table.title), styles["Heading2"]),
        Paragraph(escape(table.definition), styles["Italic"]),
    ]
    drawing = picture_of(table)
    if drawing is not None:
        story += [Spacer(1, 6), drawing]
    if not table.rows:
        story.append(Paragraph("Nothing in this period.", styles["BodyText"]))
    else:
        cells = [[column.title for column in table.columns]]
        cells += [
            [words(value, column) for value, column in zip(row.values, table.columns, strict=True)]
            for row in table.rows[:_ROWS_MOST]
        ]
        right = [at for at, column in enumerate(table.columns) if is_number(column)]
        story += [Spacer(1, 6), _grid(cells, None, right=right, head=True)]
    if len(table.rows) > _ROWS_MOST:
        rest = f"{len(table.rows) - _ROWS_MOST} more rows are in the other formats"
        story.append(Paragraph(rest, styles["BodyText"]))
    story += [Paragraph(escape(note), styles["BodyText"]) for note in table.notes]
    return story


def _grid(
    cells: list[list[Any]],
    widths: list[float | None] | None,
    *,
    right: list[int] | None = None,
    head: bool = False,
) -> LongTable:
    grid = LongTable(cells, colWidths=widths, repeatRows=int(head), hAlign="LEFT")
    commands: list[Any] = [
        ("FONTSIZE", (0, 0), (-1, -1), _SMALL),
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.lightgrey),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    ]
    commands += [("ALIGN", (at, 0), (at, -1), "RIGHT") for at in right or ()]
    if head:
        commands.append(("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"))
    grid.setStyle(TableStyle(commands))
    return grid
