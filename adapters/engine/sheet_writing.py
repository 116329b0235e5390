"""Writes answers as a workbook: a line an answer, and the rows that came, wrong cells marked.

Text is never taken for a formula or a link. It decides nothing of what an answer says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

import msgspec
import xlsxwriter

from gateway.adapter import Answer


def write_workbook(
    sheet: str, names: Sequence[str], rows: Sequence[Sequence[str]], answers: Sequence[Answer]
) -> bytes:
    """The octets of an XLSX with the sheet ``Answers`` and, where rows came in one, ``sheet``.

    In the latter every wrong cell is red and carries its issue as a note, so that it can be mended
    and sent again.
    """
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
         "strings_to_numbers": False},
    )  # fmt: skip
    bold = book.add_format({"bold": True})
    told = book.add_worksheet("Answers")
    told.freeze_panes(1, 0)
    for column, name in enumerate(names):
        told.write_string(0, column, name, bold)
    for at, row in enumerate(rows, start=1):
        for column, text in enumerate(row):
            told.write_string(at, column, text)
    came = [(answer, held) for answer in answers if (held := _held(answer.raw)) is not None]
    if came:
        _back(book, sheet if sheet != "Answers" else "Rows", came)
    book.close()
    return out.getvalue()


class _Kept(msgspec.Struct):
    """A row as the reader kept it."""

    row: int
    cells: dict[str, str]


def _held(raw: bytes) -> _Kept | None:
    try:
        return msgspec.json.decode(raw, type=_Kept)
    except msgspec.DecodeError:
        return None


def _back(book: xlsxwriter.Workbook, sheet: str, came: Sequence[tuple[Answer, _Kept]]) -> None:
    """The rows as they came, each under its columns, with the wrong ones marked."""
    bold = book.add_format({"bold": True})
    text_form = book.add_format({"num_format": "@"})
    wrong = book.add_format({"bg_color": "#FFC7CE", "num_format": "@"})
    page = book.add_worksheet(sheet[:31])
    columns = list(dict.fromkeys(name for _, kept in came for name in kept.cells))
    asked = list(
        dict.fromkeys(issue.column for answer, _ in came for issue in answer.issues if issue.column)
    )
    columns += [name for name in asked if name not in columns]
    for column, name in enumerate([*columns, "Result"]):
        page.write_string(0, column, name, bold)
    page.freeze_panes(1, 0)
    for line, (answer, kept) in enumerate(came, start=1):
        notes: dict[str, list[str]] = {}
        for issue in answer.issues:
            notes.setdefault(issue.column, []).append(
                f"{issue.at}: {issue.expected}. {issue.remedy}"
            )
        for column, name in enumerate(columns):
            text = kept.cells.get(name, "")
            page.write_string(line, column, text, wrong if name in notes else text_form)
            if name in notes:
                page.write_comment(line, column, "\n".join(notes[name]))
        general = notes.get("", [])
        page.write_string(line, len(columns), "; ".join([answer.outcome.value, *general]))


def rows_of(lines: Sequence[Mapping[str, str]], names: Sequence[str]) -> list[list[str]]:
    """The told lines as rows of a table."""
    return [[line.get(name, "") for name in names] for line in lines]
