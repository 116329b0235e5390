"""Cuts one row of delimited text into cells, with quotation marks as RFC 4180 has them.

It knows no line and no column.
"""

from __future__ import annotations


class Misquoted(Exception):  # noqa: N818 (caught where the row is cut)
    """Something follows a closing quotation mark, or it never comes."""


class Unclosed(Misquoted):
    """A quotation mark was opened and not closed: the next line may close it."""


def split_cells(text: str, delimiter: str) -> list[str]:
    """The cells of one row; raises ``Misquoted``."""
    if '"' not in text:
        return text.split(delimiter)
    return _split_quoted(text, delimiter)


def _split_quoted(text: str, delimiter: str) -> list[str]:
    """RFC 4180 cells; a quotation mark inside a cell that did not begin with one is a letter."""
    cells: list[str] = []
    at = 0
    while True:
        if text[at : at + 1] == '"':
            cell, at = _quoted_cell(text, at + 1)
            end = text.find(delimiter, at)
            rest = text[at:] if end < 0 else text[at:end]
            if rest.strip():
                raise Misquoted
            cells.append(cell)
        else:
            end = text.find(delimiter, at)
            cells.append(text[at:] if end < 0 else text[at:end])
        if end < 0:
            return cells
        at = end + 1


def _quoted_cell(text: str, at: int) -> tuple[str, int]:
    """The cell whose opening mark is before ``at``, and where it ends."""
    parts: list[str] = []
    while True:
        end = text.find('"', at)
        if end < 0:
            raise Unclosed
        parts.append(text[at:end])
        if text[end + 1 : end + 2] != '"':
            return '"'.join(parts), end + 1
        at = end + 2
