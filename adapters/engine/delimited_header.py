"""Finds the names of a delimited file's columns: in its header, above which titles may stand, or
as its adapter declares them where the file has no header.

It cuts no row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.engine.codes import folded
from adapters.engine.foreign_signs import holds_utf8, seen
from adapters.engine.line_source import Line, Lines
from adapters.engine.quoting import Misquoted, Unclosed, split_cells
from adapters.engine.rows import FILE_COLUMNS, LINE_OCTETS
from adapters.engine.spec import Source
from adapters.engine.speech import Speech
from gateway.adapter import Issue

_DELIMITERS = (";", ",", "\t", "|")
_SEP = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_HEADING_LINES = 50  # a heading in quotation marks that goes on longer was never meant to


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The declared name of each column in the file's order ("" for one left unread); ``nameless``
    are those without a heading, in which nothing may stand: it would be lost unseen.
    """

    names: tuple[str, ...] = ()
    nameless: tuple[int, ...] = ()
    issues: tuple[Issue, ...] = ()


def find_header(
    lines: Lines, source: Source, encoding: str, wanted: frozenset[str], speech: Speech
) -> Header:
    """The header of ``lines``, from which it is taken, or what is wrong with it."""
    finder = _Finder(source=source, encoding=encoding, wanted=wanted, speech=speech)
    first = _filled(lines)
    if first is not None and _tells_delimiter(first, source.delimiter):
        # What tells a spreadsheet program the delimiter is no row; another one is told below.
        first = _filled(lines)
    if first is None:
        return Header(issues=(speech.issue("EMPTY", at=speech.place("file")),))
    if source.columns:
        return finder.declared(first, lines)
    tried: list[Header] = []
    line: Line | None = first
    while line is not None and len(tried) <= source.above:
        found = finder.header(line, lines)
        if not found.issues:
            return found
        tried.append(found)
        line = _filled(lines) if len(tried) <= source.above else None
    # What is likeliest meant as the header is told of: the line with most of the columns.
    return max(tried, key=lambda header: len(set(header.names)))


def _filled(lines: Lines) -> Line | None:
    return next((line for line in lines if line.raw.strip()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finder:
    """What makes names of one source's header."""

    source: Source
    encoding: str
    wanted: frozenset[str]
    speech: Speech

    def header(self, line: Line, lines: Lines) -> Header:
        """``line`` as the header, with the lines that a heading in quotation marks goes on in."""
        at = self.speech.place("header", line=line.number)
        if line.cut:
            return _refused(self.speech.too_much("octets", len(line.raw), LINE_OCTETS))
        if line.text is None:
            return _refused(self.speech.issue("ENCODING", at=at, encoding=self.source.encoding))
        try:
            cells = [seen(cell) for cell in self._cells(line.text, lines)]
        except Misquoted:
            return _refused(self.speech.issue("QUOTE", at=at, value=line.text))
        if (issue := self._otherwise_cut(at, cells, line)) is not None:
            return _refused(issue)
        if len(cells) > FILE_COLUMNS:
            return _refused(self.speech.too_much("columns", len(cells), FILE_COLUMNS))
        return self._named(at, cells, line.text)

    def declared(self, line: Line, lines: Lines) -> Header:
        """The declared names, of a file that begins with its first row.

        A first line that is the header after all is passed over.
        """
        at = self.speech.place("line", line=line.number)
        cells = line.text.split(self.source.delimiter) if line.text is not None else []
        if (issue := self._otherwise_cut(at, cells, line)) is not None:
            return _refused(issue)
        columns = self.source.columns
        if [folded(cell.strip('"')) for cell in cells] != [folded(name) for name in columns]:
            lines.again()
        return self._named(at, columns, ", ".join(columns))

    def _cells(self, text: str, lines: Lines) -> list[str]:
        for _ in range(_HEADING_LINES):
            try:
                return split_cells(text, self.source.delimiter)
            except Unclosed:
                more = next(lines, None)
                if more is None or more.text is None or more.cut:
                    raise
                text = f"{text}\n{more.text}"
        raise Misquoted

    def _named(self, at: str, cells: Sequence[str], text: str) -> Header:
        ignored = {folded(name) for name in self.source.ignore}
        known = {folded(name): name for name in self.wanted}
        found: list[str] = []
        issues: list[Issue] = []
        for cell in cells:
            key = folded(cell)
            if key in known and known[key] not in found:
                found.append(known[key])
            elif key in ignored or not key:
                found.append("")
            elif key in known:
                issues.append(self._extra(at, cell, doubled=True))
            else:
                issues.append(self._extra(at, cell, doubled=False))
                found.append("")
        missing = sorted(self.wanted - set(found) - set(self.source.optional))
        return Header(
            names=tuple(found),
            nameless=tuple(at for at, cell in enumerate(cells) if not cell.strip()),
            issues=(*(self._missing(at, name, text) for name in missing), *issues),
        )

    def _otherwise_cut(self, at: str, cells: list[str], line: Line) -> Issue | None:
        """One issue instead of many where the whole file is in another encoding or delimiter."""
        text = line.text or ""
        if self.encoding != "utf-8" and holds_utf8(line.raw):
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

    def _extra(self, at: str, cell: str, *, doubled: bool) -> Issue:
        names = ", ".join(sorted(self.wanted))
        return self.speech.issue(
            "DOUBLED" if doubled else "EXTRA", at=at, value=cell, names=names, column=cell
        )

    def _missing(self, at: str, name: str, text: str) -> Issue:
        return self.speech.issue(
            "HEADER",
            at=at,
            value=text,
            column=name,
            delimiter=_shown_delimiter(self.source.delimiter),
        )


def _refused(issue: Issue) -> Header:
    return Header(issues=(issue,))


def _tells_delimiter(line: Line, delimiter: str) -> bool:
    """Whether a line only says what the delimiter is: ``sep=;``, in the ways it is saved again."""
    said = _SEP.fullmatch((line.text or "").strip())
    if said is None:  # with the empty cells of the columns beside it
        said = _SEP.fullmatch((line.text or "").strip().rstrip(delimiter) + delimiter)
    return said is not None and said[1] == delimiter


def _shown_delimiter(delimiter: str) -> str:
    return "TAB" if delimiter == "\t" else delimiter
