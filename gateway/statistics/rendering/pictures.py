"""Draws a table: bars, trends, ageing, distributions, flows as matrix and map. For PDF and SVG."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.renderSVG import drawToString
from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.graphics.widgets.markers import makeMarker
from reportlab.lib import colors

from gateway.statistics.rendering.map import map_of
from gateway.statistics.rendering.script import PLAIN, Letter, one_face
from gateway.statistics.tables import Column, Kind, Table, Value

WIDTH, HEIGHT = 480.0, 220.0
_SHOWN_MOST = 20
_MATRIX_MOST = 15
_SERIES_MOST = 8
_LABEL_MOST = 24
_FEW = 6
_WHOLE = ("count", "cases")
"""Columns that count all of a row, beside those that count its parts."""
_INK = colors.HexColor("#1f4e79")
_SHADES = tuple(
    colors.HexColor(code)
    for code in ("#1f4e79", "#c55a11", "#548235", "#7f6000", "#7030a0", "#2e75b6", "#a5a5a5",
                 "#c00000")
)  # fmt: skip


def picture_of(table: Table, letter: Letter = one_face) -> Drawing | None:
    """The drawing of ``table``; None where it has nothing to draw.

    ``letter`` gives the face of a label and how it is set: ``as_written`` where a reader sets it.
    """
    match table.picture:
        case "bars":
            return _bars(table, letter)
        case "trend":
            return _trend(table, letter)
        case "matrix":
            return _matrix(table, letter)
        case "map":
            return map_of(table)
        case "ageing" | "distribution":
            return _buckets(table, letter)
        case _:
            return None


def svg_of(drawing: Drawing, number: int) -> str:
    """The drawing as an SVG element, without the XML declaration.

    ``number`` is its own on the page: ids are the page's, and the clipping path of one drawing
    would cut all others to its size.
    """
    text: str = drawToString(drawing)
    for name in ("clip", "group"):
        text = text.replace(f'id="{name}"', f'id="{name}{number}"')
    return text[text.index("<svg") :].replace("url(#clip)", f"url(#clip{number})")


def _bars(table: Table, letter: Letter) -> Drawing | None:
    at = _main(table)
    if at is None:
        return None
    labelled = [(_label(table, row.values), _number(row.values[at])) for row in table.rows]
    shown = [(name, value) for name, value in labelled if value is not None][:_SHOWN_MOST]
    if not shown:
        return None
    height = 40 + 16.0 * len(shown)
    drawing = Drawing(WIDTH, height)
    chart = HorizontalBarChart()
    chart.x, chart.y, chart.width, chart.height = 150, 20, WIDTH - 190, height - 40
    chart.data = [[value for _, value in reversed(shown)]]
    _name(chart.categoryAxis, [name for name, _ in reversed(shown)], letter)
    chart.categoryAxis.labels.fontSize = 7
    chart.valueAxis.labels.fontSize = 7
    chart.valueAxis.valueMin = 0
    if table.columns[at].kind is Kind.COUNT:
        _whole(chart.valueAxis, chart.data[0])
    chart.bars[0].fillColor = _INK
    chart.bars[0].strokeColor = None
    chart.barLabels.fontSize = 7
    chart.barLabels.nudge = 12
    chart.barLabelFormat = _bar_format(table, at)
    drawing.add(chart)
    title = _axis_title(table.columns[at])
    drawing.add(_text(WIDTH - 4, 2, title, letter, anchor="end", most=len(title)))
    return drawing


def _axis_title(column: Column) -> str:
    """What the values of an axis are."""
    return f"{column.title} (0 to 1)" if column.kind is Kind.SHARE else column.title


def _bar_format(table: Table, at: int) -> str:
    return "%.2f" if table.columns[at].kind in {Kind.SHARE, Kind.RATIO} else "%.0f"


def _trend(table: Table, letter: Letter) -> Drawing | None:
    numbers = [n for n, column in enumerate(table.columns) if column.kind is Kind.COUNT]
    texts = [n for n, column in enumerate(table.columns) if column.kind is Kind.LABEL]
    if not numbers or not texts or not table.rows:
        return None
    series: dict[str, dict[str, float]] = {}
    for row in table.rows:
        month = str(row.values[texts[0]])
        if len(texts) > 1:
            name = " ".join(str(row.values[n]) for n in texts[1:])
            series.setdefault(name, {})[month] = _number(row.values[numbers[0]]) or 0
        else:
            for n in numbers:
                series.setdefault(table.columns[n].title, {})[month] = _number(row.values[n]) or 0
    months = sorted({month for values in series.values() for month in values})
    names = sorted(series, key=lambda name: -sum(series[name].values()))[:_SERIES_MOST]
    drawing = Drawing(WIDTH, HEIGHT)
    chart = HorizontalLineChart()
    chart.x, chart.y, chart.width, chart.height = 40, 40, WIDTH - 160, HEIGHT - 60
    chart.data = [[series[name].get(month, 0) for month in months] for name in names]
    step = max(len(months) // 12, 1)
    _name(chart.categoryAxis, [m if n % step == 0 else "" for n, m in enumerate(months)], letter)
    chart.categoryAxis.labels.fontSize = 6
    chart.categoryAxis.labels.angle = 45
    chart.categoryAxis.labels.dy = -12
    chart.valueAxis.labels.fontSize = 7
    chart.valueAxis.valueMin = min(0, *[min(values) for values in chart.data])
    _whole(chart.valueAxis, [value for values in chart.data for value in values])
    for number in range(len(names)):
        chart.lines[number].strokeColor = _SHADES[number]
        # A month alone makes no line.
        chart.lines[number].symbol = makeMarker("FilledCircle", size=3)
    drawing.add(chart)
    drawing.add(_text(40, HEIGHT - 12, _axis_title(table.columns[numbers[0]]), letter))
    _legend(drawing, names, letter)
    return drawing


def _buckets(table: Table, letter: Letter) -> Drawing | None:
    numbers = [
        n
        for n, column in enumerate(table.columns)
        if column.kind is Kind.COUNT and column.name not in _WHOLE
    ]
    rows = table.rows[:_SERIES_MOST]
    if not numbers or not rows:
        return None
    drawing = Drawing(WIDTH, HEIGHT)
    chart = VerticalBarChart()
    chart.x, chart.y, chart.width, chart.height = 40, 30, WIDTH - 160, HEIGHT - 50
    chart.data = [[_number(row.values[n]) or 0 for n in numbers] for row in rows]
    _name(chart.categoryAxis, [table.columns[n].title for n in numbers], letter)
    chart.categoryAxis.labels.fontSize = 7
    chart.valueAxis.labels.fontSize = 7
    chart.valueAxis.valueMin = 0
    _whole(chart.valueAxis, [value for values in chart.data for value in values])
    for number in range(len(rows)):
        chart.bars[number].fillColor = _SHADES[number]
        chart.bars[number].strokeColor = None
    drawing.add(chart)
    counted = next((c for c in table.columns if c.name in _WHOLE), None)
    if counted is not None:
        drawing.add(_text(40, HEIGHT - 12, _axis_title(counted), letter))
    if len(rows) > 1:
        _legend(drawing, [_label(table, row.values) for row in rows], letter)
    return drawing


def _matrix(table: Table, letter: Letter) -> Drawing | None:
    flows = {
        (str(row.values[0]), str(row.values[1])): _number(row.values[2]) or 0
        for row in table.rows
        if isinstance(row.values[2], int | float) and row.values[1] is not None
    }
    if not flows:
        return None
    into, out = _heaviest(flows, 0), _heaviest(flows, 1)
    cell = min((WIDTH - 130) / len(out), 24.0)
    drawing = Drawing(WIDTH, 58 + cell * len(into))
    most = max(flows.get((a, b), 0) for a in into for b in out) or 1
    top = cell * len(into)
    for y, recovered in enumerate(into):
        down = top - (y + 1) * cell
        drawing.add(_text(120, down + cell / 2 - 2, recovered, letter, anchor="end"))
        for x, origin in enumerate(out):
            weight = (flows.get((recovered, origin), 0) / most) ** 0.5
            shade = colors.linearlyInterpolatedColor(colors.white, _INK, 0, 1, weight)
            drawing.add(
                Rect(125 + x * cell, down, cell, cell, fillColor=shade, strokeColor=colors.grey)
            )
    for x, origin in enumerate(out):
        drawing.add(_text(127 + x * cell, top + 4 + (x % 4) * 9, origin, letter))
    text = "columns: came from; rows: recovered in; darker is more"
    drawing.add(_text(125, top + 46, text, letter, most=len(text)))
    return drawing


def _heaviest(flows: dict[tuple[str, str], float], side: int) -> list[str]:
    weights: dict[str, float] = {}
    for pair, count in flows.items():
        weights[pair[side]] = weights.get(pair[side], 0) + count
    return sorted(weights, key=lambda name: (-weights[name], name))[:_MATRIX_MOST]


def _whole(axis: Any, values: list[float]) -> None:
    """Counts are whole: few of them are not marked in parts."""
    if max(values, default=0) < _FEW:
        axis.valueStep = 1


def _legend(drawing: Drawing, names: list[str], letter: Letter) -> None:
    """Names what each shade stands for, each in its face."""
    for at, name in enumerate(names[:_SERIES_MOST]):
        down = HEIGHT - 20 - at * 14
        drawing.add(Rect(WIDTH - 112, down, 7, 7, fillColor=_SHADES[at], strokeColor=None))
        drawing.add(_text(WIDTH - 101, down + 1, name, letter))


def _text(
    x: float, y: float, text: str, letter: Letter, *, anchor: str = "start", most: int = _LABEL_MOST
) -> String:
    face, shown = _lettered(text, letter, most)
    return String(x, y, shown, fontName=face, fontSize=6, textAnchor=anchor)


def _name(axis: Any, names: list[str], letter: Letter) -> None:
    """Names the places of an axis, each in its face."""
    lettered = [_lettered(name, letter) for name in names]
    axis.categoryNames = [shown for _, shown in lettered]
    for at, (face, _) in enumerate(lettered):
        axis.labels[at].fontName = face


def _lettered(text: str, letter: Letter, most: int = _LABEL_MOST) -> tuple[str, str]:
    face, shown = letter(_cut(text, most))
    # Letters told by their numbers would run off the page; the table has them whole.
    return face, _cut(shown, most) if face == PLAIN else shown


def _cut(text: str, most: int = _LABEL_MOST) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _main(table: Table) -> int | None:
    for kind in (Kind.COUNT, Kind.SHARE, Kind.DAYS, Kind.HOURS, Kind.RATIO):
        for number, column in enumerate(table.columns):
            if column.kind is kind:
                return number
    return None


def _label(table: Table, values: tuple[Value, ...]) -> str:
    # The columns that name a row stand before its first figure; what a label says behind, does not.
    named = takewhile(lambda each: each[1].kind is Kind.LABEL, zip(values, table.columns))  # noqa: B905 - of one length
    texts = [str(value) for value, _ in named if value is not None]
    return _cut(" · ".join(texts) or "all")


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) else None
