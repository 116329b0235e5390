"""Reads a file's lines a piece at a time: number, octets and text of each, however they end.

Memory is bounded by the piece and by the longest line that is taken. It knows no format.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO

from adapters.engine.rows import LINE_OCTETS
from adapters.engine.spec import Source
from adapters.engine.wide_text import is_wide
from gateway.adapter import AdapterError

PIECE_OCTETS = 256 * 1024
_LINE_END = re.compile(rb"\r\n|\n|\r")
_TEXT_END = re.compile(r"\r\n|\n|\r")
_DOS_END = b"\x1a"  # what old systems write behind the last line: no sign of it
_ASCII = '\r\n\t;,|"/09AZaz'


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
    """The codec that lines are read by; ``AdapterError`` for one that splits them otherwise."""
    if is_wide(source.encoding):
        return "utf-8"  # which ``narrow`` makes of it
    try:
        name = codecs.lookup(source.encoding).name
        plain = _ASCII.encode(name) == _ASCII.encode("ascii")
    except (LookupError, UnicodeError):
        name, plain = source.encoding, False
    if not plain:
        raise AdapterError(
            f"the encoding {source.encoding!r} cannot be used",
            place="adapter.toml, [source] encoding",
            expected="an encoding that holds ASCII, such as utf-8 or cp1252, or utf-16",
        )
    return name


class Lines:
    """The physical lines, whether they end in CR, LF or both; blank ones included.

    They come one by one, or as the piece that was read: ``raws`` and ``texts`` from ``at`` on, of
    which the first has the number ``first``. ``texts`` is None where a piece cannot be decoded as
    one, or holds a line that was cut: its lines are then to be taken one by one.
    """

    def __init__(self, source: BinaryIO, encoding: str) -> None:
        self._pieces = _pieces(source)
        self._encoding = encoding
        self._together = _one_by_one(encoding)
        self._cut = False
        self.raws: list[bytes] = []
        self.texts: list[str] | None = []
        self.first = 1
        self.at = 0

    def fill(self) -> bool:
        """Whether there are lines left; the next piece is read where none is held."""
        while self.at >= len(self.raws):
            piece = next(self._pieces, None)
            if piece is None:
                return False
            self.first += len(self.raws)
            self.raws, self._cut, octets = piece
            self.at = 0
            if self.first == 1 and self._encoding == "utf-8" and self.raws:
                # A mark is no part of the line.
                self.raws[0] = self.raws[0].removeprefix(codecs.BOM_UTF8)
                octets = octets.removeprefix(codecs.BOM_UTF8)
            self.texts = None if self._cut or not self._together else self._decoded(octets)
        return True

    def again(self) -> None:
        """Have the line that was given last come once more; it is not asked for twice."""
        self.at -= 1

    def _decoded(self, octets: bytes) -> list[str] | None:
        try:
            texts = _split_text(octets.decode(self._encoding))
        except UnicodeDecodeError:
            return None
        return texts if len(texts) == len(self.raws) else None

    def __iter__(self) -> Iterator[Line]:
        return self

    def __next__(self) -> Line:
        if not self.fill():
            raise StopIteration
        number, raw = self.first + self.at, self.raws[self.at]
        self.at += 1
        try:
            return Line(number, raw, raw.decode(self._encoding), self._cut)
        except UnicodeDecodeError:
            return Line(number, raw, None, self._cut)


def lines_of(source: BinaryIO, encoding: str) -> Lines:
    """The lines of ``source`` from where it stands."""
    return Lines(source, encoding)


@cache
def _one_by_one(encoding: str) -> bool:
    """Whether a text may be decoded before it is cut into lines: each line end is one octet that
    stands for nothing else, and no sign depends on those before it.
    """
    if encoding in {"utf-8", "ascii"}:
        return True
    try:
        signs = [bytes([octet]).decode(encoding, "replace") for octet in range(256)]
        together = bytes(range(256)).decode(encoding, "replace")
    except UnicodeError:
        return False
    return all(len(sign) == 1 for sign in signs) and "".join(signs) == together


def _pieces(source: BinaryIO) -> Iterator[tuple[list[bytes], bool, bytes]]:
    """Lines that were read together, whether they were cut short, and their octets as one."""
    held = b""
    passing = False  # over the rest of a line whose beginning was given
    while piece := source.read(PIECE_OCTETS):
        held += piece
        if held.endswith(b"\r"):  # a line feed may follow: they are one end
            more = source.read(1)
            held += more
        *whole, rest = _split(held)
        octets = held[: len(held) - len(rest)].removesuffix(b"\n").removesuffix(b"\r")
        if passing and whole:
            octets = octets[len(whole[0]) :]
            octets = octets[2 if octets.startswith(b"\r\n") else 1 :]
            del whole[0]
            passing = False
        if whole and len(held) > LINE_OCTETS:  # then some line may be longer than any may be
            for line in whole:
                yield [line[:LINE_OCTETS]], len(line) > LINE_OCTETS, line[:LINE_OCTETS]
        elif whole:
            yield whole, False, octets
        held = rest
        if len(held) > LINE_OCTETS:
            if not passing:
                yield [held[:LINE_OCTETS]], True, b""
            held, passing = b"", True
    if not passing:
        held = held.removesuffix(_DOS_END)
        yield [held], False, held


def _split(octets: bytes) -> list[bytes]:
    ends = octets.count(b"\r")
    if not ends:
        return octets.split(b"\n")
    if ends == octets.count(b"\r\n") == octets.count(b"\n"):
        return octets.split(b"\r\n")
    return _LINE_END.split(octets)


def _split_text(text: str) -> list[str]:
    ends = text.count("\r")
    if not ends:
        return text.split("\n")
    if ends == text.count("\r\n") == text.count("\n"):
        return text.split("\r\n")
    return _TEXT_END.split(text)
