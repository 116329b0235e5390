"""A case as a workbook or as pages to print, from the same view as every other form.

It reads no database and proves nothing: `iarms trace export --as zip` does.
"""

from __future__ import annotations

import io
from typing import Any

_SMALL = 7
_WIDTH = 24
_SAYS_MOST = 1_500  # characters of one cell on a page; the other forms hold all


def tables_of(view: dict[str, Any]) -> dict[str, list[list[str]]]:
    """The view as tables of text by name, each with its heading row."""
    case = [[name, _text(value)] for name, value in view["case"].items() if _text(value)]
    acts = [
        [
            f"{act['at']:%Y-%m-%d %H:%M:%S}",
            act["side"],
            _text(act["number"]),
            act["deed"] + (" (crossed)" if act["crossed"] else ""),
            "; ".join(f"{name}: {value}" for name, value in act["says"].items()),
            _text(act["digest"]),
        ]
        for act in view["acts"]
    ]
    head = ["at (UTC)", "side", "number", "act", "says", "SHA-256 of the envelope"]
    return {
        "case": [["what", "value"], *case],
        "items": _rows(view["items"], ("item", "status", "reasons")),
        "links": _rows(
            view["links"],
            (
                "sequence",
                "role",
                "country",
                "party",
                "from_date",
                "to_date",
                "next_country",
                "legality",
                "diversion",
                "documents",
                "remark",
            ),
        ),
        "acts": [head, *acts],
    }


def as_xlsx(view: dict[str, Any]) -> bytes:
    """A workbook, a sheet a table; every cell is text, so that none is taken for a formula."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    made = view["case"]["sent"].replace(tzinfo=None)
    book.set_properties({"title": view["case"]["trace_id"], "created": made})
    bold = book.add_format({"bold": True})
    for name, rows in tables_of(view).items():
        sheet = book.add_worksheet(name)
        sheet.set_column(0, len(rows[0]) - 1, _WIDTH)
        sheet.freeze_panes(1, 0)
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(at, column, text, bold if at == 0 else None)
    book.close()
    return out.getvalue()


def as_pdf(view: dict[str, Any], lines: list[str]) -> bytes:
    """Pages to print (A4, landscape); ``lines`` tell the line of supply. Equal views, equal octets.

    A very long text is cut on the page; the other forms hold it whole.
    """
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

    from gateway.statistics.rendering.script import markup

    styles = getSampleStyleSheet()
    small = styles["BodyText"].clone("small", fontSize=_SMALL, leading=_SMALL + 2, splitLongWords=1)
    title = view["case"]["trace_id"]
    out = io.BytesIO()
    page = landscape(A4)
    document = SimpleDocTemplate(out, pagesize=page, title=title, invariant=1)
    story: list[Any] = [Paragraph(markup(title), styles["Title"])]
    for name, rows in tables_of(view).items():
        if len(rows) == 1:
            continue
        cells = [[Paragraph(markup(text[:_SAYS_MOST]), small) for text in row] for row in rows]
        grid = LongTable(cells, colWidths=[document.width / len(rows[0])] * len(rows[0]))
        grid.repeatRows = 1
        lined = ("LINEBELOW", (0, 0), (-1, -1), 0.25, colors.lightgrey)
        grid.setStyle(TableStyle([lined, ("VALIGN", (0, 0), (-1, -1), "TOP")]))
        story += [Spacer(1, 10), Paragraph(name.capitalize(), styles["Heading2"]), grid]
    story += [Spacer(1, 10), Paragraph("Line of supply", styles["Heading2"])]
    story += [Paragraph(markup(line), small) for line in lines]
    document.build(story)
    return out.getvalue()


def _rows(values: list[dict[str, Any]], columns: tuple[str, ...]) -> list[list[str]]:
    return [list(columns), *([_text(value[name]) for name in columns] for value in values)]


def _text(value: object) -> str:
    if isinstance(value, tuple | list):
        return "; ".join(" ".join(map(str, one)) for one in value)
    return "" if value is None else str(value)
