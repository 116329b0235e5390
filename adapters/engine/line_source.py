"""Reads a file's lines a piece at a time: number, octets and text of each, however they end.

Memory is bounded by the piece and by the longest line that is taken. It knows no format.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from adapters.engine.rows import LINE_OCTETS
from adapters.engine.spec import Source
from gateway.adapter import AdapterError

PIECE_OCTETS = 256 * 1024
_LINE_END = re.compile(rb"\r\n|\n|\r")
_ASCII = '\r\n\t;,|"/09AZaz'
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


@dataclass(slots=True)
class Line:
    """One physical line: its number, its octets, its text or None where it cannot be read.

    ``cut`` says that it was longer than any line may be: the octets are its beginning.
    """

    number: int
    raw: bytes
    text: str | None
    cut: bool = False


def held_encoding(source: Source) -> str:
    """The codec's own name; ``AdapterError`` for one that is unknown or splits lines otherwise."""
    try:
        name = codecs.lookup(source.encoding).name
        plain = _ASCII.encode(name) == _ASCII.encode("ascii")
    except (LookupError, UnicodeError):
        name, plain = source.encoding, False
    if not plain:
        raise AdapterError(
            f"the encoding {source.encoding!r} cannot be used",
            place="adapter.toml, [source] encoding",
            expected="an encoding that holds ASCII, such as utf-8, iso-8859-1 or cp1252",
        )
    return name


def written_wide(source: BinaryIO) -> bool:
    """Whether the file says of itself that it is UTF-16 or UTF-32, which no line reader takes."""
    start = source.read(4)
    source.seek(0)
    return start.startswith(_WIDE_MARKS)


def lines_of(source: BinaryIO, encoding: str) -> Iterator[Line]:
    """The physical lines, whether they end in CR, LF or both; blank ones included."""
    for number, (raw, cut) in enumerate(_raw_lines(source), start=1):
        if number == 1 and encoding == "utf-8":
            raw = raw.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901 - a mark is no part of the line
        try:
            yield Line(number, raw, raw.decode(encoding), cut)
        except UnicodeDecodeError:
            yield Line(number, raw, None, cut)


def _raw_lines(source: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    held = b""
    passing = False  # over the rest of a line whose beginning was given
    while piece := source.read(PIECE_OCTETS):
        held += piece
        if held.endswith(b"\r"):  # a line feed may follow: they are one end
            more = source.read(1)
            held += more
        *whole, held = _split(held)
        for line in whole:
            if not passing:
                yield line[:LINE_OCTETS], len(line) > LINE_OCTETS
            passing = False
        if len(held) > LINE_OCTETS:
            if not passing:
                yield held[:LINE_OCTETS], True
            held, passing = b"", True
    if not passing:
        yield held, False


def _split(octets: bytes) -> list[bytes]:
    if b"\r" not in octets:
        return octets.split(b"\n")
    return _LINE_END.split(octets)
