"""Finds the table in a text: its delimiter, the line of its headings, and what stands around it.

Titles above, totals below, no headings at all: each is told as what the source then declares.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.drafting.meaning import date_forms, guess_columns
from adapters.drafting.words import words_of_totals
from adapters.engine.codes import folded
from gateway.adapter import AdapterError

DELIMITERS = (";", ",", "\t", "|")
_ROWS = 400
_TITLES_MOST = 10  # lines above the headings
_FEET_MOST = 3  # lines of totals
_NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it was found; ``above`` lines stand over its header, and each of ``totals`` is the
    word that a row below begins with. ``headed`` says whether the header is the file's own.
    ``head`` is how many lines of the text stand above its rows, ``lines`` how many there are to the
    end of its first rows.
    """

    delimiter: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    above: int
    totals: tuple[str, ...]
    headed: bool
    uneven: int
    head: int
    lines: int


def find_table(text: str, said: str | None, doubts: list[str], first_rows: int) -> Table:
    """The table of ``text``, cut by the delimiter that it names itself, or the likeliest."""
    physical = text.splitlines(keepends=True)
    delimiter = said or _delimiter(physical, doubts)
    rows, ends = _cut(physical, delimiter)
    if len(rows) < 2:  # noqa: PLR2004 - a header and one row
        raise _no_rows()
    width = _width(rows)
    at = next(at for at, row in enumerate(rows) if len(row) == width and _mostly_filled(row))
    at = min(at, _TITLES_MOST)
    headed = not _looks_like_a_row(rows[at])
    header = rows[at] if headed else tuple(f"Column {n}" for n in range(1, width + 1))
    below = rows[at + 1 :] if headed else rows[at:]
    below, totals = _without_totals(below)
    even = [row for row in below if len(row) == width and any(cell.strip() for cell in row)]
    if not even:
        raise _no_rows()
    last = min(at + headed + first_rows, len(rows)) - 1
    return Table(
        delimiter=delimiter,
        header=tuple(cell.strip() for cell in header),
        rows=tuple(even),
        above=at,
        totals=totals,
        headed=headed,
        uneven=sum(len(row) != width for row in below),
        head=ends[at] if headed else (ends[at - 1] if at else 0),
        lines=ends[last],
    )


def _no_rows() -> AdapterError:
    return AdapterError(
        "the sample holds no rows",
        expected="a header and at least one row",
        remedy="take a file with a few hundred rows: the more, the fewer doubts",
    )


def _cut(physical: Sequence[str], delimiter: str) -> tuple[list[tuple[str, ...]], list[int]]:
    """The rows that hold anything, and the number of lines up to the end of each."""
    reader = csv.reader(physical, delimiter=delimiter)
    rows: list[tuple[str, ...]] = []
    ends: list[int] = []
    for row in reader:
        if row and (len(row) > 1 or row[0].strip()):
            rows.append(tuple(row))
            ends.append(reader.line_num)
        if len(rows) == _ROWS:
            break
    return rows, ends


def _delimiter(physical: Sequence[str], doubts: list[str]) -> str:
    points = {sign: _evenness(physical, sign) for sign in DELIMITERS}
    best = max(DELIMITERS, key=lambda sign: points[sign])
    if points[best] == 0:
        raise AdapterError(
            "no delimiter cuts the sample into columns",
            expected="one of ; , tabulator |",
            remedy="fixed columns and tagged text are declared by hand: copy the nearest example",
        )
    rivals = [sign for sign in DELIMITERS if sign != best and points[sign] >= points[best] * 0.9]
    if rivals:
        doubts.append(f"delimiter: {best!r} is taken, {rivals[0]!r} would do nearly as well")
    return best


def _evenness(physical: Sequence[str], sign: str) -> float:
    """How many rows have as many cells as most, times the number of cells."""
    try:
        rows, _ = _cut(physical, sign)
    except csv.Error:
        return 0.0
    width = _width(rows) if rows else 0
    if width < 2:  # noqa: PLR2004 - one cell is no table
        return 0.0
    return sum(len(row) == width for row in rows) / len(rows) * min(width, 20)


def _width(rows: Sequence[Sequence[str]]) -> int:
    """How many cells most rows have; the more, where two numbers are as common."""
    counted = Counter(map(len, rows))
    return max(counted, key=lambda width: (counted[width], width))


def _mostly_filled(row: Sequence[str]) -> bool:
    return sum(bool(cell.strip()) for cell in row) * 2 > len(row)


def _looks_like_a_row(row: Sequence[str]) -> bool:
    """Whether what should be headings are values: days, numbers, and no name that is known."""
    cells = [cell.strip() for cell in row if cell.strip()]
    named = len(guess_columns(row))
    values = sum(bool(date_forms([cell]) or _NUMBER.fullmatch(cell)) for cell in cells)
    return values > named


def _without_totals(
    rows: Sequence[tuple[str, ...]],
) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    """``rows`` without the last ones that hold totals or nothing, and the words of the former."""
    kept = list(rows)
    words: list[str] = []
    while kept and len(words) < _FEET_MOST:
        first = next((cell.strip() for cell in kept[-1] if cell.strip()), "")
        word = re.match(r"[^\W\d_]+(?: [^\W\d_]+)*", first)
        said = word[0] if word else ""
        known = [one for one in (said, said.split(" ")[0]) if folded(one) in words_of_totals()]
        if first and not known:
            break
        words += known[:1]
        kept.pop()
    return kept, tuple(dict.fromkeys(words))
