"""Draws flows on a plain map: countries as points, routes as lines, the heavier the wider.

It draws no border: a point stands about the middle of its country.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from math import cos, pi, sin

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, Rect, String
from reportlab.lib import colors
from reportlab.pdfbase.pdfmetrics import stringWidth

from gateway.statistics.rendering.script import PLAIN
from gateway.statistics.tables import Table

WIDTH = 480.0
_MARGIN = 18.0
_LOWEST, _HIGHEST = 120.0, 300.0  # of the drawing
_WIDEST = 5.0
_ROUTES_MOST = 60
_LAND, _OUT, _IN = (
    colors.HexColor("#c8c8c8"),
    colors.HexColor("#c55a11"),
    colors.HexColor("#1f4e79"),
)
_LEAST_SPAN = 12.0  # degrees that are shown at least
_ARROW = 5.0
_CODE = 6  # the size of a country's code
_SIDE = 0.9
_TURNS = tuple(n * pi / 4 for n in range(8))  # to the right first, then around

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@cache
def centroids() -> dict[str, Point]:
    """Longitude and latitude by the codes of a country, of two and of three letters."""
    source = files("gateway.statistics").joinpath("data", "centroids.csv").read_text("utf-8")
    lines = [line for line in source.splitlines() if not line.startswith("#")]
    found: dict[str, Point] = {}
    for row in csv.DictReader(lines):
        place = (float(row["longitude"]), float(row["latitude"]))
        found[row["iso3"]] = found[row["iso2"]] = place
    return found


def country_in(place: str) -> str:
    """The country's code in a place: FRA, or FR of FR-59."""
    return place.partition("-")[0]


def map_of(table: Table) -> Drawing | None:
    """The map of a table whose first columns are: recovered in, came from, count."""
    flows, left_out = _by_country(table)
    if not flows:
        return None
    known = centroids()
    heaviest = flows.most_common(_ROUTES_MOST)
    points = [known[code] for pair, _ in heaviest for code in pair]
    place, height = _projection(points)
    drawing = Drawing(WIDTH, height + 14)
    drawing.add(Rect(0, 0, WIDTH, height, fillColor=None, strokeColor=_LAND, strokeWidth=0.5))
    for spot in sorted(set(known.values())):
        x, y = place(spot)
        if 0 < x < WIDTH and 0 < y < height:
            drawing.add(Circle(x, y, 1.2, fillColor=_LAND, strokeColor=None))
    most = heaviest[0][1]
    for (into, source), count in reversed(heaviest):
        _route(drawing, place(known[source]), place(known[into]), _WIDEST * (count / most) ** 0.5)
    for code in sorted({code for pair, _ in heaviest for code in pair}):
        x, y = place(known[code])
        drawing.add(Circle(x, y, 2.4, fillColor=_IN, strokeColor=None))
    _name_places(drawing, {code: place(known[code]) for pair, _ in heaviest for code in pair})
    text = "from where firearms came (lines end where they were recovered); wider is more"
    if left_out:
        text += f"; {left_out} of places not on this map"
    drawing.add(String(0, height + 4, text, fontName=PLAIN, fontSize=6))
    return drawing


def _name_places(drawing: Drawing, places: dict[str, Point]) -> None:
    """Writes each code beside its point, the nearest place where it covers no other."""
    taken = [(x - 2.4, y - 2.4, x + 2.4, y + 2.4) for x, y in places.values()]
    for code, (x, y) in sorted(places.items(), key=lambda each: (-each[1][1], each[0])):
        wide = stringWidth(code, PLAIN, _CODE)
        spots = [
            (x + cos(turn) * away - (wide if cos(turn) < -_SIDE else wide / 2 * (1 - cos(turn))),
             y + sin(turn) * away - _CODE / 2 + 1)
            for away in (5.0, 9.0, 14.0, 20.0, 27.0, 35.0)
            for turn in _TURNS
        ]  # fmt: skip
        boxes = [(left, low - 1, left + wide, low + _CODE - 1) for left, low in spots]
        at = next((n for n, box in enumerate(boxes) if not _covers(box, taken)), 0)
        taken.append(boxes[at])
        left, low = spots[at]
        if at >= len(_TURNS):
            end = (left + wide / 2, low + _CODE / 2 - 1)
            drawing.add(Line(x, y, *end, strokeColor=_IN, strokeWidth=0.3))
            drawing.add(
                Rect(left - 0.5, low - 1, wide + 1, _CODE, fillColor=colors.white, strokeColor=None)
            )
        drawing.add(String(left, low, code, fontName=PLAIN, fontSize=_CODE))


def _covers(box: Box, taken: list[Box]) -> bool:
    left, low, right, high = box
    outside = left < 1 or right > WIDTH - 1
    return outside or any(
        left < other[2] and right > other[0] and low < other[3] and high > other[1]
        for other in taken
    )


def _by_country(table: Table) -> tuple[Counter[tuple[str, str]], int]:
    flows: Counter[tuple[str, str]] = Counter()
    left_out = 0
    known = centroids()
    for row in table.rows:
        count = row.values[2]
        if row.values[1] is None or not isinstance(count, int):
            continue  # the rest of a table that was cut
        into, source = (country_in(str(value)) for value in row.values[:2])
        if into not in known or source not in known:
            left_out += count
        elif known[into] != known[source]:
            flows[into, source] += count
    return flows, left_out


def _projection(points: list[Point]) -> tuple[Callable[[Point], Point], float]:
    """What leads from degrees to the drawing, around ``points``, and how high that is."""
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    wide = max(east - west, _LEAST_SPAN) * 1.2
    high = max(north - south, _LEAST_SPAN) * 1.2
    height = min(max((WIDTH - 2 * _MARGIN) * high / wide + 2 * _MARGIN, _LOWEST), _HIGHEST)
    scale = min((WIDTH - 2 * _MARGIN) / wide, (height - 2 * _MARGIN) / high)
    middle = ((west + east) / 2, (south + north) / 2)

    def place(point: Point) -> Point:
        return (
            WIDTH / 2 + (point[0] - middle[0]) * scale,
            height / 2 + (point[1] - middle[1]) * scale,
        )

    return place, height


def _route(drawing: Drawing, start: Point, end: Point, width: float) -> None:
    across, up = end[0] - start[0], end[1] - start[1]
    length = max((across * across + up * up) ** 0.5, 0.01)
    east, north = across / length, up / length
    tip = (end[0] - east * 3, end[1] - north * 3)
    drawing.add(
        Line(*start, *tip, strokeColor=_OUT, strokeWidth=max(width, 0.4), strokeOpacity=0.6)
    )
    back = (tip[0] - east * _ARROW, tip[1] - north * _ARROW)
    side = (-north * _ARROW / 2, east * _ARROW / 2)
    corners = [*tip, back[0] + side[0], back[1] + side[1], back[0] - side[0], back[1] - side[1]]
    drawing.add(Polygon(corners, fillColor=_OUT, strokeColor=None))
