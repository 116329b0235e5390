"""Guesses how a delimited sample is written: encoding, delimiter, header and rows.

Each guess comes with the doubt that is left. It knows nothing of what the columns mean.
"""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from gateway.adapter import AdapterError

DELIMITERS = (";", ",", "\t", "|")
_CANDIDATES = ("cp1252", "cp1256", "cp1251", "cp1250", "cp1253", "cp1254", "cp1255")
_ARABIC = frozenset("الميونرتبةعدسفهكقحجخصطشضزذثغظءأإئى")
_CYRILLIC = frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёОЕАИНТСРВЛКМДПУЯЫЬГЗБЧЙХЖШЮЦЩЭФЪЁ")
_WESTERN = frozenset("éèêëàâäáãåæçîïíìñôöóòõœøùûüúýßÉÈÊËÀÂÄÁÃÅÆÇÎÏÍÌÑÔÖÓÒÕŒØÙÛÜÚÝ°ºª€§")
_COMMON = {"cp1256": _ARABIC, "cp1251": _CYRILLIC, "cp1252": _WESTERN}
_LINES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample as it was understood; ``doubts`` are sentences for its owner."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    doubts: tuple[str, ...]

    def column(self, at: int) -> list[str]:
        """The cells of one column that hold something."""
        return [row[at].strip() for row in self.rows if row[at].strip()]


_SAID = re.compile(r"sep=([;,|\t])", re.IGNORECASE)


def understand(octets: bytes) -> Sample:
    """The sample as it seems to be written; ``AdapterError`` where it is no table of text."""
    doubts: list[str] = []
    encoding = _encoding(octets, doubts)
    text = octets.decode(encoding, "replace").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    lines = [line for line in text.splitlines()[:_LINES] if line.strip()]
    said = _SAID.fullmatch(lines[0].strip()) if lines else None
    if said is not None:  # what tells a spreadsheet program the delimiter
        del lines[0]
    if len(lines) < 2:  # noqa: PLR2004 - a header and one row
        raise AdapterError(
            "the sample holds no rows",
            expected="a header and at least one row",
            remedy="take a file with a few hundred rows: the more, the fewer doubts",
        )
    delimiter = _delimiter(lines, doubts) if said is None else said[1]
    table = [tuple(row) for row in csv.reader(lines, delimiter=delimiter)]
    header = tuple(cell.strip() for cell in table[0])
    rows = tuple(row for row in table[1:] if len(row) == len(header))
    if len(rows) < len(table) - 1:
        doubts.append(
            f"{len(table) - 1 - len(rows)} of {len(table) - 1} rows have another number of cells "
            "than the header: they were not looked at"
        )
    _check_header(header)
    if any(name.replace(".", "").replace("-", "").isdigit() for name in header):
        doubts.append("the first line looks like data: a header line is needed")
    if len(rows) < 20:  # noqa: PLR2004 - fewer rows show too few codes
        doubts.append(f"only {len(rows)} rows: code tables will lack values")
    return Sample(
        encoding=encoding, delimiter=delimiter, header=header, rows=rows, doubts=tuple(doubts)
    )


def _check_header(header: tuple[str, ...]) -> None:
    twice = [name for name, count in Counter(header).items() if count > 1 and name]
    if twice:
        raise AdapterError(
            "a column name comes twice in the header",
            value=twice[0],
            expected="each column under a name of its own",
        )


def _encoding(octets: bytes, doubts: list[str]) -> str:
    if octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise AdapterError(
            "the sample is written in UTF-16",
            expected="an encoding that holds ASCII as ASCII",
            remedy="have it exported as UTF-8",
        )
    if octets.isascii():
        doubts.append(
            "encoding: the sample holds ASCII alone, so utf-8 is a guess: ask for a file with "
            "accents or another script in it"
        )
        return "utf-8"
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        best = max(_CANDIDATES, key=lambda name: _likeness(octets, name))
        doubts.append(
            f"encoding: {best} is the likeliest of {', '.join(_CANDIDATES)}: look at the letters "
            "with accents in the samples, and ask the owner of the system"
        )
        return best
    return "utf-8"


def _likeness(octets: bytes, encoding: str) -> float:
    """How much the octets above ASCII look like letters that such texts use."""
    high = bytes(octet for octet in octets if octet > 0x7F)  # noqa: PLR2004 - the last of ASCII
    text = high.decode(encoding, "replace")
    common = _COMMON.get(encoding, frozenset())
    points = 0.0
    for sign in text:
        if sign in common:
            points += 1.0
        elif unicodedata.category(sign) in {"Lu", "Ll", "Lo"}:
            points += 0.6
        else:
            points -= 1.0
    return points / len(text) + _runs(octets, encoding)


def _runs(octets: bytes, encoding: str) -> float:
    """Letters of other scripts stand in words, Latin ones with accents stand alone."""
    words = [word for word in octets.split() if any(octet > 0x7F for octet in word)]  # noqa: PLR2004
    high = sum(octet > 0x7F for word in words for octet in word)  # noqa: PLR2004
    letters = sum(chr(octet).isalpha() and octet <= 0x7F for word in words for octet in word)  # noqa: PLR2004
    other_script = high > letters
    return 0.5 if other_script == (encoding in {"cp1256", "cp1251", "cp1253", "cp1255"}) else 0.0


def _delimiter(lines: list[str], doubts: list[str]) -> str:
    points = {sign: _evenness(lines, sign) for sign in DELIMITERS}
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


def _evenness(lines: list[str], sign: str) -> float:
    """How many lines have as many cells as the first, times the number of cells."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=sign)]
    except csv.Error:
        return 0.0
    if widths[0] < 2:  # noqa: PLR2004 - one cell is no table
        return 0.0
    return sum(width == widths[0] for width in widths) / len(widths) * min(widths[0], 20)
