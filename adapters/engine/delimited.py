"""Cuts delimited text into rows: every line that holds anything belongs to exactly one row.

It keeps the place of every cell, and one bad row never swallows the next: a quotation mark that
is never closed spoils its own line alone. It knows no column's meaning.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import BinaryIO

from adapters.engine.delimited_header import find_header
from adapters.engine.foreign_signs import MOJIBAKE, is_foreign, plain
from adapters.engine.line_source import Line, Lines, held_encoding, lines_of
from adapters.engine.quoting import Misquoted, Unclosed, split_cells
from adapters.engine.rows import (
    CELL_CHARACTERS,
    CONTROL,
    LINE_OCTETS,
    Cut,
    Cutting,
    Parsed,
    Row,
    Shape,
)
from adapters.engine.spec import Source
from adapters.engine.speech import Speech
from adapters.engine.totals import Totals, totals_of
from adapters.engine.wide_text import narrow
from gateway.adapter import Issue

_QUOTED_LINES = 50  # a quoted cell that goes on longer was never meant to
_NOT_FOLLOWING = bytes([*range(0x80), *range(0xC0, 0x100)])
_NO_GROUPS: Mapping[str, Sequence[Row]] = {}


def parse_delimited(
    native: BinaryIO, source: Source, wanted: frozenset[str], speech: Speech
) -> Parsed:
    """The rows of ``native``; ``wanted`` are the columns that the mapping reads."""
    encoding = held_encoding(source)
    read = narrow(native, source.encoding)
    if read is None:
        issue = speech.issue("ENCODING", at=speech.place("file"), encoding=source.encoding)
        return Parsed(rows=(), issues=(issue,))
    lines = lines_of(read, encoding)
    header = find_header(lines, source, encoding, wanted, speech)
    if header.issues:
        return Parsed(rows=(), issues=header.issues)
    reader = _Reader(
        source=source, encoding=encoding, speech=speech, totals=totals_of(source.totals)
    )
    names, nameless = list(header.names), header.nameless
    before, after = speech.around_line
    cutting = Cutting(
        shapes=(Shape(columns=tuple(names)),),
        cuts=reader.cuts(lines, names, nameless),
        row=lambda cut: reader.row(cut, names),
        at=lambda _, line: f"{before}{line}{after}",
    )
    return Parsed(rows=reader.rows(cutting), issues=(), cutting=cutting)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """How one source's lines become rows."""

    source: Source
    encoding: str
    speech: Speech
    totals: Totals | None

    def rows(self, cutting: Cutting) -> Iterator[Row]:
        """One row for each line that is not blank, or for several that a quoted cell joins."""
        for cut in cutting.cuts:
            yield cutting.row(cut) if isinstance(cut, tuple) else cut

    def cuts(self, lines: Lines, names: list[str], nameless: Sequence[int]) -> Iterator[Cut | Row]:
        """The same; a line in which nothing needs a second look is only cut."""
        ahead: deque[Line] = deque()
        number = 0
        width, delimiter = len(names), self.source.delimiter
        seen: list[bytes] = []  # the piece that was seen whole
        plainly = quoted = surely = False
        totals = self.totals
        while ahead or lines.fill():
            if not ahead and lines.texts is not None:
                raws, texts, first = lines.raws, lines.texts, lines.first
                if raws is not seen:
                    seen = raws
                    plainly = self._seen_whole(raws[lines.at :], texts[lines.at :])
                    quoted = _quoted(texts)
                    surely = plainly and not quoted and not nameless and totals is None
                for at in range(lines.at, len(texts)):
                    text = texts[at]
                    cells = text.split(delimiter)
                    if (
                        surely
                        and len(cells) == width
                        and len(text) <= CELL_CHARACTERS
                        and cells[0].strip()
                    ):
                        number += 1
                        yield number, first + at, raws[at], cells, 0
                        continue
                    if (
                        len(cells) != width
                        or len(text) > CELL_CHARACTERS
                        or (quoted and '"' in text)
                        or not (plainly or self._plain(text, raws[at]))
                        or (not cells[0].strip() and self._empty(text))
                        or (totals is not None and totals(text, delimiter))
                        or (nameless and any(cells[column].strip() for column in nameless))
                    ):
                        lines.at = at
                        break
                    number += 1
                    yield number, first + at, raws[at], cells, 0
                else:
                    lines.at = len(texts)
                    continue
            line = ahead.popleft() if ahead else next(lines)
            if line.raw.strip():
                number += 1
                row = self._row(number, self._joined(line, ahead, lines, width), names)
                yield self._with_nameless(row, names, nameless) if nameless else row

    def _seen_whole(self, raws: list[bytes], texts: list[str]) -> bool:
        """Whether no line of a piece, seen as one, needs a second look for its signs."""
        together = "".join(texts)
        if not together.isprintable():
            return False
        if together.isascii():
            return True
        if not plain(together):
            return False
        # UTF-8 has one of these in each sign that is not ASCII.
        return self.encoding == "utf-8" or not b"".join(raws).translate(None, _NOT_FOLLOWING)

    def _plain(self, text: str, raw: bytes) -> bool:
        if text.isascii():
            return plain(text)
        return plain(text) and (self.encoding == "utf-8" or not is_foreign(raw))

    def row(self, cut: Cut, names: list[str]) -> Row:
        """A cut with its columns' names and its place."""
        number, line, raw, cells, _ = cut
        at = self.speech.place("line", line=line)
        return Row(
            number=number,
            at=at,
            raw=raw,
            kind="",
            cells=dict(zip(names, cells, strict=True)),
            place=_placer(self.speech, at),
            groups=_NO_GROUPS,
            issues=(),
        )

    def _joined(
        self, first: Line, ahead: deque[Line], lines: Iterator[Line], width: int
    ) -> list[Line]:
        """The lines that one row with quotation marks takes: the first alone unless more fit."""
        taken: list[Line] = []
        octets = 0
        text = ""
        for line in chain((first,), _looking(ahead, lines)):
            octets += len(line.raw)
            if line.text is None or line.cut or octets > LINE_OCTETS:
                break
            taken.append(line)
            text = f"{text}\n{line.text}" if len(taken) > 1 else line.text
            try:
                cells = self.split(text)
            except Unclosed:
                if len(taken) == _QUOTED_LINES:
                    break
                continue
            except Misquoted:
                break
            if len(cells) != width:
                break
            for _ in taken[1:]:
                ahead.popleft()
            return taken
        return [first]

    def _row(self, number: int, lines: list[Line], names: list[str]) -> Row:
        first, last = lines[0].number, lines[-1].number
        at = (
            self.speech.place("line", line=first)
            if first == last
            else self.speech.place("lines", line=first, last=last)
        )
        raw = b"\n".join(line.raw for line in lines)
        text = "\n".join(line.text or "" for line in lines)
        if (why := self._no_item(text, lines[0])) is not None:
            return self._skipped(number, at, raw, why)
        cells: list[str] = []
        if (issue := self._unreadable(lines[0], at, text, cells, len(names))) is not None:
            return self._bad(number, at, raw, issue)
        place = _placer(self.speech, at)
        issues = [
            *self._controls(text, cells, names, place),
            *self._too_long(len(text), cells, names, place),
        ]
        foreign = MOJIBAKE.search(text) is not None
        if foreign or (self.encoding != "utf-8" and is_foreign(raw)):
            issues.append(
                self.speech.issue("ENCODING", at=at, value=text, encoding=self.source.encoding)
            )
        return Row(
            number=number,
            at=at,
            raw=raw,
            kind="",
            cells=dict(zip(names, cells, strict=True)),
            place=place,
            groups=_NO_GROUPS,
            issues=tuple(issues),
        )

    def _with_nameless(self, row: Row, names: list[str], nameless: Sequence[int]) -> Row:
        """``row`` with what is wrong about values under no heading."""
        if row.issues or not row.cells:
            return row
        cells = self.split(row.raw.decode(self.encoding))
        known = ", ".join(filter(None, names))
        issues = tuple(
            self.speech.issue("EXTRA", at=row.at, value=cells[at], names=known, column=f"{at + 1}")
            for at in nameless
            if cells[at].strip()
        )
        return replace(row, issues=issues)

    def split(self, text: str) -> list[str]:
        """The cells of one row; raises ``Misquoted``."""
        return split_cells(text, self.source.delimiter)

    def _bad(self, number: int, at: str, raw: bytes, issue: Issue) -> Row:
        return Row(
            number=number,
            at=at,
            raw=raw,
            kind="",
            cells={},
            place=_placer(self.speech, at),
            groups=_NO_GROUPS,
            issues=(issue,),
        )

    def _empty(self, text: str) -> bool:
        """Whether a row has cells and nothing in them, as spreadsheets write below their last."""
        return not text.replace(self.source.delimiter, "").replace('""', "").strip()

    def _unreadable(
        self, first: Line, at: str, text: str, cells: list[str], count: int
    ) -> Issue | None:
        """Why a row cannot be cut into ``count`` cells; else they are added to ``cells``."""
        if first.cut:
            return self.speech.issue("LENGTH", at=at, value=text, limit=CELL_CHARACTERS)
        if first.text is None:
            return self._undecodable(first)
        try:
            cells += self.split(text)
        except Misquoted:
            return self.speech.issue("QUOTE", at=at, value=text)
        return None if len(cells) == count else self._miscounted(at, text, len(cells), count)

    def _no_item(self, text: str, first: Line) -> str | None:
        """Why a row is none that could be sent."""
        if first.text is None or first.cut:
            return None
        if self._empty(text):
            return "EMPTY"
        totals = self.totals is not None and self.totals(text, self.source.delimiter)
        return "TOTALS" if totals else None

    def _skipped(self, number: int, at: str, raw: bytes, why: str) -> Row:
        return Row(
            number=number,
            at=at,
            raw=raw,
            kind="",
            cells={},
            place=_placer(self.speech, at),
            groups=_NO_GROUPS,
            issues=(),
            skipped=self.speech.skipped[why],
        )

    def _undecodable(self, line: Line) -> Issue:
        try:
            line.raw.decode(self.encoding)
            byte = 0
        except UnicodeDecodeError as error:
            byte = error.start + 1
        return self.speech.issue(
            "ENCODING",
            at=self.speech.place("byte", line=line.number, byte=byte),
            value=line.raw.decode("ascii", "backslashreplace"),
            encoding=self.source.encoding,
        )

    def _miscounted(self, at: str, text: str, found: int, count: int) -> Issue:
        return self.speech.issue("COLUMNS", at=at, value=text, count=count, found=found)

    def _controls(
        self, text: str, cells: list[str], names: list[str], place: Callable[[str], str]
    ) -> Iterator[Issue]:
        if CONTROL.search(text) is None:
            return
        for name, cell in zip(names, cells, strict=True):
            if CONTROL.search(cell):
                yield self.speech.issue(
                    "CHARACTER", at=place(name), value=cell, encoding=self.source.encoding
                )

    def _too_long(
        self, length: int, cells: list[str], names: list[str], place: Callable[[str], str]
    ) -> Iterator[Issue]:
        if length <= CELL_CHARACTERS:
            return
        for name, cell in zip(names, cells, strict=True):
            if len(cell) > CELL_CHARACTERS:
                yield self.speech.issue("LENGTH", at=place(name), value=cell, limit=CELL_CHARACTERS)


def _quoted(texts: list[str]) -> bool:
    return any('"' in text for text in texts)


def _looking(ahead: deque[Line], lines: Iterator[Line]) -> Iterator[Line]:
    """The lines to come, without taking them: those not used are read again from ``ahead``."""
    yield from tuple(ahead)
    for line in lines:
        ahead.append(line)
        yield line


def _placer(speech: Speech, row: str) -> Callable[[str], str]:
    return lambda column: speech.place("cell", row=row, column=column) if column else row
