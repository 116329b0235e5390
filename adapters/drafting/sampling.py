"""Guesses how a delimited sample is written: its encoding, and what stands around its table.

Each guess comes with the doubt that is left. It knows nothing of what the columns mean.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.drafting.table_finding import Table, find_table
from gateway.adapter import AdapterError

_CANDIDATES = ("cp1252", "cp1256", "cp1251", "cp1250", "cp1253", "cp1254", "cp1255")
_ARABIC = frozenset("الميونرتبةعدسفهكقحجخصطشضزذثغظءأإئى")
_CYRILLIC = frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёОЕАИНТСРВЛКМДПУЯЫЬГЗБЧЙХЖШЮЦЩЭФЪЁ")
_WESTERN = frozenset("éèêëàâäáãåæçîïíìñôöóòõœøùûüúýßÉÈÊËÀÂÄÁÃÅÆÇÎÏÍÌÑÔÖÓÒÕŒØÙÛÜÚÝ°ºª€§")
_COMMON = {"cp1256": _ARABIC, "cp1251": _CYRILLIC, "cp1252": _WESTERN}


_FIRST_ROWS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample as it was understood; ``doubts`` are sentences for its owner.

    ``headed`` is whether the header is the file's own, ``above`` how many lines stand over it,
    ``totals`` the words that rows of totals begin with; ``first`` is the text of its first rows and
    all that is above them, ``head`` of the latter alone, ``end`` that of a line.
    """

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    doubts: tuple[str, ...]
    headed: bool
    above: int
    totals: tuple[str, ...]
    first: str
    head: str
    end: str

    def column(self, at: int) -> list[str]:
        """The cells of one column that hold something."""
        return [row[at].strip() for row in self.rows if row[at].strip()]


_SAID = re.compile(r'"?sep=([;,|\t])"?[;,|\t]*', re.IGNORECASE)


def understand(octets: bytes) -> Sample:
    """The sample as it seems to be written; ``AdapterError`` where it is no table of text."""
    doubts: list[str] = []
    encoding = _encoding(octets, doubts)
    text = octets.decode(encoding, "replace")
    body = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    head, _, rest = body.partition("\n")
    said = _SAID.fullmatch(head.strip())  # what tells a spreadsheet program the delimiter
    table = find_table(rest if said else body, said[1] if said else None, doubts, _FIRST_ROWS)
    _check_header(table.header)
    doubts += _around(table)
    if len(table.rows) < 20:  # noqa: PLR2004 - fewer rows show too few codes
        doubts.append(f"only {len(table.rows)} rows: code tables will lack values")
    lines = text.splitlines(keepends=True)
    return Sample(
        encoding=encoding,
        delimiter=table.delimiter,
        header=table.header,
        rows=table.rows,
        doubts=tuple(doubts),
        headed=table.headed,
        above=table.above,
        totals=table.totals,
        first="".join(lines[: table.lines + bool(said)]),
        head="".join(lines[: table.head + bool(said)]),
        end="\r\n" if "\r\n" in text else "\n",
    )


def _around(table: Table) -> Iterator[str]:
    """What was found beside the rows, for their owner to confirm."""
    if table.above:
        yield (
            f"lines above the {'header' if table.headed else 'rows'}: {table.above}; at most so "
            "many are passed over ('above')"
        )
    if not table.headed:
        yield (
            "the first line looks like a row, so the file seems to have no header: the columns are "
            "numbered ('columns'); give them their names"
        )
    if table.totals:
        yield f"rows that begin with {', '.join(map(repr, table.totals))} are taken for totals"
    if table.uneven:
        yield (
            f"{table.uneven} rows have another number of cells than most: they were not looked at"
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
        return "utf-16"  # its mark says so
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
