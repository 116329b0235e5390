"""A report as PDF (A4), with the same tables and pictures; equal reports give equal octets."""

from __future__ import annotations

import io
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import (
    CondPageBreak,
    KeepTogether,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)

from gateway.statistics.rendering.pictures import picture_of
from gateway.statistics.rendering.script import PLAIN, markup, one_face, width_of
from gateway.statistics.rendering.words import facts_about, is_number, words
from gateway.statistics.reports import Report
from gateway.statistics.tables import Table

_WIDE = 8  # columns above which a page is too narrow
_ROWS_MOST = 2_000
_SMALL = 7
_PADDING = 12.5  # of a cell, both sides together
_CELL_MOST = 170.0  # points beyond which a column asks for no more
_ROOM = 130.0  # points below which a section begins on the next page
_FACT = 90.0  # the width of the names of facts
_SAMPLED = 400  # rows by which columns are measured
_TEXT_MOST = 1_500  # characters of one cell on a page; the other formats hold all


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
    small = styles["BodyText"].clone(
        "Cell", fontSize=_SMALL, leading=_SMALL + 2, spaceBefore=0, splitLongWords=1
    )
    styles.add(small)
    story: list[Any] = [
        Paragraph(markup(report.title), styles["Title"]),
        Paragraph(markup(report.about), styles["BodyText"]),
        Spacer(1, 8),
        _grid(
            [[Paragraph(markup(part), styles["BodyText"]) for part in fact]
             for fact in facts_about(report)],
            [_FACT, document.width - _FACT],
        ),
    ]  # fmt: skip
    for table in report.tables:
        story += _section(table, styles, document.width)
    document.build(story)
    return out.getvalue()


def _section(table: Table, styles: Any, room: float) -> list[Any]:
    above: list[Any] = [
        Spacer(1, 14),
        Paragraph(markup(table.title), styles["Heading2"]),
        Paragraph(markup(table.definition), styles["Italic"]),
    ]
    drawing = picture_of(table)
    if drawing is not None:
        above += [Spacer(1, 6), drawing]
    # A heading stands with its picture, or with the first lines of its table.
    story: list[Any] = [CondPageBreak(_ROOM), KeepTogether(above)]
    if not table.rows:
        story.append(Paragraph("Nothing in this period.", styles["BodyText"]))
    else:
        cells = [[column.title for column in table.columns]]
        cells += [
            [words(value, column) for value, column in zip(row.values, table.columns, strict=True)]
            for row in table.rows[:_ROWS_MOST]
        ]
        widths = _widths(cells, room)
        head, *body = [
            [_cell(text, width, styles) for text, width in zip(row, widths, strict=True)]
            for row in cells
        ]
        right = [at for at, column in enumerate(table.columns) if is_number(column)]
        story += [Spacer(1, 6), _grid([head, *body], widths, right=right, head=True)]
    if len(table.rows) > _ROWS_MOST:
        rest = f"{len(table.rows) - _ROWS_MOST} more rows are in the other formats"
        story.append(Paragraph(rest, styles["BodyText"]))
    story += [Paragraph(markup(note), styles["BodyText"]) for note in table.notes]
    return story


def _widths(cells: list[list[str]], room: float) -> list[float]:
    """How wide each column is: as its widest text, where all of them have room."""
    sample = cells[:_SAMPLED]
    widest = [
        max(min(width_of(text, _SMALL), _CELL_MOST) for text in column) + _PADDING
        for column in zip(*sample, strict=True)
    ]
    over = sum(widest) - room
    if over <= 0:
        return widest
    # The wide ones give way, down to a share alike.
    share = room / len(widest)
    spare = sum(max(width - share, 0) for width in widest) or 1
    return [width - over * max(width - share, 0) / spare for width in widest]


def _cell(text: str, width: float, styles: Any) -> Any:
    """``text`` as it is where it fits and needs no other face; else as a paragraph, which costs
    twenty times as much."""
    face, shown = one_face(text)
    if face == PLAIN and shown == text and width_of(text, _SMALL) + _PADDING <= width + 1:
        return text
    return Paragraph(markup(text[:_TEXT_MOST]), styles["Cell"])


def _grid(
    cells: list[list[Any]],
    widths: list[float],
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
