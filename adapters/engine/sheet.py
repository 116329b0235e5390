"""Cuts a spreadsheet (xlsx, xls, ods) into rows; every place is a cell's address (``Armes!C17``).

Formulas are not computed: the values that the sheet was saved with count. It knows no column's
meaning.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO

import msgspec
from python_calamine import CalamineError, CalamineWorkbook
from rapidfuzz import process

from adapters.engine.codes import folded
from adapters.engine.foreign_signs import plain
from adapters.engine.rows import (
    CELL_CHARACTERS,
    CONTROL,
    FILE_COLUMNS,
    Cut,
    Cutting,
    Parsed,
    Row,
    Shape,
)
from adapters.engine.sheet_audit import audit
from adapters.engine.sheet_shown import Shown, covered_by
from adapters.engine.spec import Source
from adapters.engine.speech import Speech
from adapters.engine.totals import totals_of
from gateway.adapter import Issue

_UNPACKED_OCTETS = 512 * 1024 * 1024  # a small archive that unpacks to more is an attack
_EXACT = 10**15  # a spreadsheet holds no more digits of a number
_NO_GROUPS: Mapping[str, Sequence[Row]] = {}
Value = str | float | int | bool | date | datetime | time | timedelta | None


def parse_sheet(  # noqa: PLR0911 - one return a reason to refuse
    native: bytes, source: Source, wanted: frozenset[str], speech: Speech
) -> Parsed:
    """The rows of the declared sheet of ``native``."""
    if not native:
        return Parsed(rows=(), issues=(speech.issue("EMPTY", at=speech.place("file")),))
    unpacked = _unpacked(native)
    if unpacked > _UNPACKED_OCTETS:
        return Parsed(rows=(), issues=(speech.too_much("octets", unpacked, _UNPACKED_OCTETS),))
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(native))
        name = source.sheet or book.sheet_names[0]
        if name not in book.sheet_names:
            return Parsed(rows=(), issues=(_no_sheet(name, book.sheet_names, speech),))
        held = book.get_sheet_by_name(name)
        covered = covered_by(held.merged_cell_ranges or ())
        rows = held.to_python(skip_empty_area=False)
    except (CalamineError, ValueError, IndexError, zipfile.BadZipFile) as error:
        issue = speech.issue("SYNTAX", at=speech.place("file"), detail=f"XLSX, XLS, ODS ({error})")
        return Parsed(rows=(), issues=(issue,))
    cutter = _Cutter(source, name, speech, audit(native, name, covered))
    start = next((at for at, row in enumerate(rows) if _filled(row)), None)
    if start is None:
        return Parsed(rows=(), issues=(speech.issue("EMPTY", at=name),))
    start = max(start, source.header_row - 1)
    names, issues = cutter.header(rows[start] if start < len(rows) else [], start, wanted)
    if issues:
        return Parsed(rows=(), issues=tuple(issues))
    cutting = cutter.cutting(rows, start + 1, names)
    return Parsed(rows=cutter.rows(cutting), issues=(), cutting=cutting)


def _unpacked(native: bytes) -> int:
    try:
        with zipfile.ZipFile(BytesIO(native)) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError):
        return 0  # XLS is no archive


def _filled(row: Sequence[Value]) -> bool:
    return any(value not in {"", None} for value in row)


def _first(row: Sequence[Value]) -> str:
    """What the first cell of a row that holds something says."""
    return str(next((value for value in row if value not in {"", None}), ""))


def _no_sheet(name: str, known: Sequence[str], speech: Speech) -> Issue:
    near = process.extractOne(name, known, score_cutoff=60)
    return speech.issue(
        "SYNTAX",
        at=speech.place("file"),
        value=", ".join(known),
        suggestion=near[0] if near else None,
        detail=f"'{name}'",
    )


def column_letters(index: int) -> str:
    """``A`` for 0, ``AA`` for 26."""
    letters = ""
    index += 1
    while index:
        index, left = divmod(index - 1, 26)
        letters = chr(ord("A") + left) + letters
    return letters


class _Cutter:
    """How one sheet's rows become items."""

    def __init__(self, source: Source, sheet: str, speech: Speech, audited: Shown) -> None:
        self._source = source
        self._sheet = sheet
        self._speech = speech
        self._shown = audited
        self._totals = totals_of(source.totals)
        self._nameless: tuple[int, ...] = ()  # columns without a heading

    def header(
        self, cells: Sequence[Value], row: int, wanted: frozenset[str]
    ) -> tuple[dict[int, str], list[Issue]]:
        """The wanted columns by their position, or what is wrong with the header."""
        ignored = {folded(name) for name in self._source.ignore}
        known = {folded(name): name for name in wanted}
        found: dict[int, str] = {}
        issues: list[Issue] = []
        if len(cells) > FILE_COLUMNS:
            return {}, [self._speech.too_much("columns", len(cells), FILE_COLUMNS)]
        for index, cell in enumerate(cells):
            text = " ".join(str(cell if cell is not None else "").split())
            at = self.address(row, index)
            key = folded(text)
            if not key or key in ignored:
                continue
            if key not in known or known[key] in found.values():
                code = "DOUBLED" if key in known else "EXTRA"
                issues.append(
                    self._speech.issue(
                        code, at=at, value=text, names=", ".join(sorted(wanted)), column=text
                    )
                )
            else:
                found[index] = known[key]
        self._nameless = tuple(
            index for index, cell in enumerate(cells) if not str(cell or "").strip()
        )
        missing = sorted(wanted - set(found.values()) - set(self._source.optional))
        head = self.address(row, 0)
        issues = [
            self._speech.issue("HEADER", at=head, column=name, delimiter=self._sheet)
            for name in missing
        ] + issues
        return found, issues

    def address(self, row: int, column: int) -> str:
        """``Armes!C17``; row and column count from 0."""
        return f"{self._sheet}!{column_letters(column)}{row + 1}"

    def rows(self, cutting: Cutting) -> Iterator[Row]:
        """One item for each row that is not blank."""
        for cut in cutting.cuts:
            yield cutting.row(cut) if isinstance(cut, tuple) else cut

    def cutting(
        self, rows: Sequence[Sequence[Value]], start: int, names: Mapping[int, str]
    ) -> Cutting:
        """The same; a row in which no cell needs a second look is only cut."""
        return Cutting(
            shapes=(Shape(columns=tuple(names.values())),),
            cuts=self._cuts(rows, start, names),
            row=lambda cut: self._row(cut[0], cut[1], rows[cut[1]], names),
            at=lambda _, row: f"{self._sheet}!{row + 1}",
        )

    def _cuts(
        self, rows: Sequence[Sequence[Value]], start: int, names: Mapping[int, str]
    ) -> Iterator[Cut | Row]:
        number = 0
        width = self._width(names)
        second = {row for row, _ in (*self._shown.covered, *self._shown.stale)}
        second |= {row for row, _ in (*self._shown.padded, *self._shown.altered)}
        second |= {row for row, _ in self._shown.failed}
        days = frozenset(index for index, name in names.items() if name in self._source.dates)
        for at in range(start, len(rows)):
            values = rows[at]
            if not _filled(values):
                continue
            number += 1
            if self._totals is not None and self._totals(_first(values), ""):
                yield self._skipped(number, at, values)
                continue
            cells = None
            beside = [values[index] for index in self._nameless if index < len(values)]
            if at not in second and not _filled(values[width:]) and not _filled(beside):
                cells = self._plain_cells(values, names, days)
            if cells is None:
                yield self._row(number, at, values, names)
            else:
                kept = {
                    name: cell for name, cell in zip(names.values(), cells, strict=True) if cell
                }
                yield number, at, msgspec.json.encode({"row": at + 1, "cells": kept}), cells, 0

    def _skipped(self, number: int, at: int, values: Sequence[Value]) -> Row:
        place = f"{self._sheet}!{at + 1}"
        return Row(
            number=number,
            at=place,
            raw=msgspec.json.encode({"row": at + 1, "cells": {"": _first(values)}}),
            kind="",
            cells={},
            place=lambda _: place,
            groups=_NO_GROUPS,
            issues=(),
            skipped=self._speech.skipped["TOTALS"],
        )

    def _plain_cells(
        self, values: Sequence[Value], names: Mapping[int, str], days: frozenset[int]
    ) -> list[str] | None:
        """The texts of a row as ``_cell`` gives them; None where a cell needs a second look."""
        cells: list[str] = []
        width = len(values)
        for index in names:
            value = values[index] if index < width else ""
            kind = type(value)
            if kind is str:
                text = str(value)
                if (
                    not (text.isprintable() and plain(text))
                    or text[:1] == "#"
                    or len(text) > CELL_CHARACTERS
                ):
                    return None
            elif value is None:
                text = ""
            elif isinstance(value, (int, float)) and kind is not bool and abs(value) < _EXACT:
                text = _number(value)
            elif isinstance(value, date) and kind is date and index in days:
                text = value.strftime(self._source.date)
            else:
                return None
            cells.append(text)
        return cells

    def _row(self, number: int, at: int, values: Sequence[Value], names: Mapping[int, str]) -> Row:
        issues: list[Issue] = []
        cells = {
            name: self._cell(values[index] if index < len(values) else "", at, index, name, issues)
            for index, name in names.items()
        }
        issues += self._outside(values, at, names)
        kept = {name: cell for name, cell in cells.items() if cell}
        return Row(
            number=number,
            at=f"{self._sheet}!{at + 1}",
            raw=msgspec.json.encode({"row": at + 1, "cells": kept}),
            kind="",
            cells=cells,
            place=self._placer(at, {name: index for index, name in names.items()}),
            groups=_NO_GROUPS,
            issues=tuple(issues),
        )

    def _placer(self, row: int, by_name: Mapping[str, int]) -> Callable[[str], str]:
        def place(column: str) -> str:
            if column not in by_name:
                return f"{self._sheet}!{row + 1}"
            return self.address(row, by_name[column])

        return place

    def _outside(
        self, values: Sequence[Value], row: int, names: Mapping[int, str]
    ) -> Iterator[Issue]:
        """Values under no heading: they would be lost unseen."""
        for index in self._nameless:
            if index < len(values) and _filled(values[index : index + 1]):
                yield self._speech.issue(
                    "EXTRA",
                    at=self.address(row, index),
                    value=values[index],
                    names=", ".join(names.values()),
                    column=column_letters(index),
                )
        if len(values) <= max(names, default=0) + 1:
            return
        for index in range(max(names, default=0) + 1, len(values)):
            if values[index] not in {"", None} and index >= self._width(names):
                yield self._speech.issue(
                    "COLUMNS",
                    at=self.address(row, index),
                    value=values[index],
                    count=self._width(names),
                    found=index + 1,
                )

    def _width(self, names: Mapping[int, str]) -> int:
        return max(names, default=0) + 1 + len(self._source.ignore)

    def _cell(  # noqa: C901 - one branch a type of cell
        self, value: Value, row: int, index: int, name: str, issues: list[Issue]
    ) -> str:
        at = self.address(row, index)
        text = ""
        match value:
            case None:
                text = ""
            case str():
                text = value
            case bool():
                text = "true" if value else "false"
            case int() | float():
                text = _number(value).zfill(self._shown.padded.get((row, index), 0))
                if abs(value) >= _EXACT or (row, index) in self._shown.altered:
                    issues.append(self._damaged(at, name, text))
            case datetime():
                form = self._source.date
                text = value.strftime(form if value.time() == time() else "%Y-%m-%dT%H:%M:%S")
            case date():
                text = value.strftime(self._source.date)
            case _:
                text = str(value)
        self._hidden(row, index, name, text, issues)
        if isinstance(value, date) and name not in self._source.dates:
            issues.append(self._damaged(at, name, text))
        if CONTROL.search(text):
            issues.append(
                self._speech.issue("CHARACTER", at=at, value=text, cell=name, encoding="UTF-8")
            )
        if len(text) > CELL_CHARACTERS:
            issues.append(
                self._speech.issue("LENGTH", at=at, value=text, cell=name, limit=CELL_CHARACTERS)
            )
        if text.startswith("#") and text.rstrip("!?") in _ERRORS:
            issues.append(self._damaged(at, name, text))
        return text

    def _hidden(self, row: int, index: int, name: str, text: str, issues: list[Issue]) -> None:
        """What stands here is not what the sheet shows: a merged cell, a formula not computed."""
        at = self.address(row, index)
        if (row, index) in self._shown.covered:
            issues.append(self._speech.issue("MERGED", at=at, cell=name))
        if (row, index) in self._shown.stale:
            issues.append(self._damaged(at, name, text or "="))
        elif (row, index) in self._shown.failed and not text.startswith("#"):
            issues.append(self._damaged(at, name, self._shown.failed[row, index]))

    def _damaged(self, at: str, name: str, text: str) -> Issue:
        return self._speech.issue("DAMAGED", at=at, value=text, cell=name)


_ERRORS = {"#N/A", "#REF", "#VALUE", "#NAME", "#DIV/0", "#NULL", "#NUM"}


def _number(value: float) -> str:
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return repr(value)
