"""Looks at what a sheet of an XLS file (MS-XLS, BIFF8) shows otherwise than its reader says.

Errors, formulas without a result, and the forms of numbers. It reads no text and judges nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.engine.compound_file import NotCompound, read_stream
from adapters.engine.sheet_shown import BUILT_IN, Place, Shown, forms_of

_BOF, _EOF, _BOUND_SHEET, _FORMAT, _XF = 0x809, 0x0A, 0x85, 0x41E, 0xE0
_FORMULA, _NUMBER, _RK, _MULTIPLE_RK, _BOOLEAN_OR_ERROR = 0x06, 0x203, 0x27E, 0xBD, 0x205
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_NO_NUMBER = 0xFFFF  # the end of a formula's result that is a text, a truth or an error
_ERROR, _NOTHING = 2, 3
_BIFF8 = 0x0600


@dataclass(slots=True)
class _Found:
    stale: set[Place] = field(default_factory=set)
    failed: dict[Place, str] = field(default_factory=dict)
    styles: dict[Place, int] = field(default_factory=dict)  # of each cell with a number


def shown_in_xls(native: bytes, sheet: str, covered: frozenset[Place]) -> Shown:
    """What the sheet called ``sheet`` shows; raises ``NotCompound`` for what is no XLS."""
    book = read_stream(native, ("Workbook", "Book"))
    start: int | None = None
    forms, styles = dict(BUILT_IN), []
    try:
        for kind, held in _records(book, 0):
            if kind == _BOUND_SHEET and _text(held, 6) == sheet:
                (start,) = struct.unpack_from("<I", held)
            elif kind == _FORMAT:
                forms[struct.unpack_from("<H", held)[0]] = _text(held, 2, wide=True)
            elif kind == _XF:
                styles.append(struct.unpack_from("<2xH", held)[0])
        found = _Found()
        for kind, held in _records(book, len(book) if start is None else start):
            _look(kind, held, found)
    except (struct.error, IndexError) as error:
        raise NotCompound from error
    padded, altered = forms_of(forms.get(number, "") for number in styles)
    return Shown(
        covered=covered,
        stale=frozenset(found.stale),
        failed=found.failed,
        padded={at: padded[style] for at, style in found.styles.items() if style in padded},
        altered={at: altered[style] for at, style in found.styles.items() if style in altered},
    )


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one part of the book, without those of charts inside it."""
    depth = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        held = book[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == _BOF:
            depth += 1
            if struct.unpack_from("<H", held)[0] != _BIFF8:
                raise NotCompound  # texts of older versions are written otherwise
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, held


def _text(held: bytes, at: int, *, wide: bool = False) -> str:
    """A text whose length stands before it in one octet or (``wide``) two."""
    length = int.from_bytes(held[at : at + 1 + wide], "little")
    flags, start = held[at + 1 + wide], at + 2 + wide
    if flags & 1:
        return held[start : start + 2 * length].decode("utf-16-le", "replace")
    return held[start : start + length].decode("iso-8859-1")


def _look(kind: int, held: bytes, found: _Found) -> None:
    if kind not in {_FORMULA, _NUMBER, _RK, _MULTIPLE_RK, _BOOLEAN_OR_ERROR}:
        return
    row, column, style = struct.unpack_from("<HHH", held)
    if kind == _MULTIPLE_RK:
        for number in range((len(held) - 6) // 6):
            (style,) = struct.unpack_from("<H", held, 4 + 6 * number)
            found.styles[row, column + number] = style
    elif kind == _BOOLEAN_OR_ERROR:
        if held[7]:
            found.failed[row, column] = _ERRORS.get(held[6], "#")
    elif kind == _FORMULA and struct.unpack_from("<H", held, 12)[0] == _NO_NUMBER:
        if held[6] == _ERROR:
            found.failed[row, column] = _ERRORS.get(held[8], "#")
        elif held[6] == _NOTHING:
            found.stale.add((row, column))
    else:
        found.styles[row, column] = style
