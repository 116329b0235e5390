"""Cuts delimited text into rows: every line that holds anything belongs to exactly one row.

It keeps the place of every cell, and one bad row never swallows the next: a quotation mark that
is never closed spoils its own line alone. It knows no column's meaning.
"""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import BinaryIO

from adapters.engine.codes import folded
from adapters.engine.line_source import Line, Lines, held_encoding, lines_of, written_wide
from adapters.engine.rows import (
    CELL_CHARACTERS,
    CONTROL,
    FILE_COLUMNS,
    LINE_OCTETS,
    Cut,
    Cutting,
    Parsed,
    Row,
    Shape,
)
from adapters.engine.spec import Source
from adapters.engine.speech import Speech
from gateway.adapter import Issue

_QUOTED_LINES = 50  # a quoted cell that goes on longer was never meant to
_DELIMITERS = (";", ",", "\t", "|")
# A text that holds these pairs was written as UTF-8 and read as Latin-1, by us or before it came:
# the first byte of a two-byte sign of the Latin letters, read as a letter, before a sign that
# Latin-1 keeps for controls or symbols. Or somebody could not read a sign and wrote U+FFFD.
_MOJIBAKE = re.compile("[\u00c2-\u00c5][\u0080-\u00bf]|\ufffd")
# Of UTF-8, in a text of one octet a sign: a byte order mark where files were joined, and U+FFFD.
_FOREIGN = (codecs.BOM_UTF8, "\ufffd".encode())
_SEP = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


_NOT_FOLLOWING = bytes([*range(0x80), *range(0xC0, 0x100)])
_NO_GROUPS: Mapping[str, Sequence[Row]] = {}


class _Misquoted(Exception):  # noqa: N818 (caught where the row is cut)
    """Something follows a closing quotation mark, or it never comes."""


class _Unclosed(_Misquoted):
    """A quotation mark was opened and not closed: the next line may close it."""


def parse_delimited(
    native: BinaryIO, source: Source, wanted: frozenset[str], speech: Speech
) -> Parsed:
    """The rows of ``native``; ``wanted`` are the columns that the mapping reads."""
    encoding = held_encoding(source)
    if written_wide(native):
        issue = speech.issue("ENCODING", at=speech.place("file"), encoding=source.encoding)
        return Parsed(rows=(), issues=(issue,))
    lines = lines_of(native, encoding)
    header = next((line for line in lines if line.raw.strip()), None)
    if header is not None and _tells_delimiter(header, source.delimiter):
        # What tells a spreadsheet program the delimiter is no row; another one is told below.
        header = next((line for line in lines if line.raw.strip()), None)
    if header is None:
        return Parsed(rows=(), issues=(speech.issue("EMPTY", at=speech.place("file")),))
    reader = _Reader(source=source, encoding=encoding, speech=speech)
    names, issues = reader.header(header, wanted)
    if issues:
        return Parsed(rows=(), issues=tuple(issues))
    # What stands under no heading would be lost unseen.
    nameless = tuple(
        at for at, cell in enumerate(reader.split(header.text or "")) if not cell.strip()
    )
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

    def header(self, line: Line, wanted: frozenset[str]) -> tuple[list[str], list[Issue]]:
        """The declared column names in the file's order ("" for one left unread), or issues."""
        at = self.speech.place("header", line=line.number)
        if line.cut:
            return [], [self.speech.too_much("octets", len(line.raw), LINE_OCTETS)]
        if line.text is None:
            return [], [self.speech.issue("ENCODING", at=at, encoding=self.source.encoding)]
        try:
            cells = self.split(line.text)
        except _Misquoted:
            return [], [self.speech.issue("QUOTE", at=at, value=line.text)]
        if (issue := self._otherwise_cut(at, cells, line)) is not None:
            return [], [issue]
        if len(cells) > FILE_COLUMNS:
            return [], [self.speech.too_much("columns", len(cells), FILE_COLUMNS)]
        ignored = {folded(name) for name in self.source.ignore}
        known = {folded(name): name for name in wanted}
        found: list[str] = []
        issues: list[Issue] = []
        for cell in cells:
            key = folded(cell)
            if key in known and known[key] not in found:
                found.append(known[key])
            elif key in ignored or not key:
                found.append("")
            elif key in known:
                issues.append(self._extra(at, cell, wanted, doubled=True))
            else:
                issues.append(self._extra(at, cell, wanted, doubled=False))
                found.append("")
        missing = sorted(wanted - set(found) - set(self.source.optional))
        return found, [self._missing(at, name, line) for name in missing] + issues

    def _otherwise_cut(self, at: str, cells: list[str], line: Line) -> Issue | None:
        """One issue instead of many where the whole file is in another encoding or delimiter."""
        text = line.text or ""
        if self.encoding != "utf-8" and _holds_utf8(line.raw):
            return self.speech.issue("ENCODING", at=at, value=text, encoding=self.source.encoding)
        other = max(_DELIMITERS, key=text.count)
        if len(cells) == 1 and text.count(other) >= 1:
            return self.speech.issue(
                "DELIMITER",
                at=at,
                value=text,
                delimiter=_shown_delimiter(self.source.delimiter),
                found=_shown_delimiter(other),
            )
        return None

    def _extra(self, at: str, cell: str, wanted: frozenset[str], *, doubled: bool) -> Issue:
        names = ", ".join(sorted(wanted))
        return self.speech.issue(
            "DOUBLED" if doubled else "EXTRA", at=at, value=cell, names=names, column=cell
        )

    def _missing(self, at: str, name: str, line: Line) -> Issue:
        return self.speech.issue(
            "HEADER",
            at=at,
            value=line.text,
            column=name,
            delimiter=_shown_delimiter(self.source.delimiter),
        )

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
        plainly = quoted = False
        while ahead or lines.fill():
            if not ahead and lines.texts is not None:
                raws, texts, first = lines.raws, lines.texts, lines.first
                if raws is not seen:
                    seen, plainly, quoted = raws, self._seen_whole(raws, texts), _quoted(texts)
                for at in range(lines.at, len(texts)):
                    text = texts[at]
                    cells = text.split(delimiter)
                    if (
                        len(cells) != width
                        or len(text) > CELL_CHARACTERS
                        or (quoted and '"' in text)
                        or not (plainly or self._plain(text, raws[at]))
                        or (width == 1 and not text.strip())
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
        if together.isascii() or self.encoding == "utf-8":
            return together.isascii() or not _MOJIBAKE.search(together)
        # UTF-8 has one of these in each sign that is not ASCII.
        return not b"".join(raws).translate(None, _NOT_FOLLOWING) and not _MOJIBAKE.search(together)

    def _plain(self, text: str, raw: bytes) -> bool:
        if text.isascii():
            return plain(text)
        return plain(text) and (self.encoding == "utf-8" or not _is_foreign(raw))

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
            except _Unclosed:
                if len(taken) == _QUOTED_LINES:
                    break
                continue
            except _Misquoted:
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
        if lines[0].cut:
            issue = self.speech.issue(
                "LENGTH", at=at, value=lines[0].text or "", limit=CELL_CHARACTERS
            )
            return self._bad(number, at, raw, issue)
        if lines[0].text is None:
            return self._bad(number, at, raw, self._undecodable(lines[0]))
        text = "\n".join(line.text or "" for line in lines)
        try:
            cells = self.split(text)
        except _Misquoted:
            return self._bad(number, at, raw, self.speech.issue("QUOTE", at=at, value=text))
        if len(cells) != len(names):
            return self._bad(number, at, raw, self._miscounted(at, text, len(cells), len(names)))
        place = _placer(self.speech, at)
        issues = [
            *self._controls(text, cells, names, place),
            *self._too_long(len(text), cells, names, place),
        ]
        foreign = _MOJIBAKE.search(text) is not None
        if foreign or (self.encoding != "utf-8" and _is_foreign(raw)):
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
        """The cells of one row; raises ``_Misquoted``."""
        if '"' not in text:
            return text.split(self.source.delimiter)
        return _split_quoted(text, self.source.delimiter)

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


def plain(text: str) -> bool:
    """Whether nothing in ``text`` needs a second look: no control, no sign of another encoding."""
    if text.isascii():
        return text.isprintable() or CONTROL.search(text) is None
    return CONTROL.search(text) is None and _MOJIBAKE.search(text) is None


def _looking(ahead: deque[Line], lines: Iterator[Line]) -> Iterator[Line]:
    """The lines to come, without taking them: those not used are read again from ``ahead``."""
    yield from tuple(ahead)
    for line in lines:
        ahead.append(line)
        yield line


def _placer(speech: Speech, row: str) -> Callable[[str], str]:
    return lambda column: speech.place("cell", row=row, column=column) if column else row


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
                raise _Misquoted
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
            raise _Unclosed
        parts.append(text[at:end])
        if text[end + 1 : end + 2] != '"':
            return '"'.join(parts), end + 1
        at = end + 2


def _tells_delimiter(line: Line, delimiter: str) -> bool:
    """Whether a line only says what the delimiter is: ``sep=;``, in the ways it is saved again."""
    said = _SEP.fullmatch((line.text or "").strip())
    if said is None:  # with the empty cells of the columns beside it
        said = _SEP.fullmatch((line.text or "").strip().rstrip(delimiter) + delimiter)
    return said is not None and said[1] == delimiter


def _is_foreign(raw: bytes) -> bool:
    """Whether octets that are to be a sign each were written in UTF-8, wholly or in part."""
    return not raw.isascii() and (any(mark in raw for mark in _FOREIGN) or _holds_utf8(raw))


def _holds_utf8(raw: bytes) -> bool:
    if raw.isascii():
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _shown_delimiter(delimiter: str) -> str:
    return "TAB" if delimiter == "\t" else delimiter
