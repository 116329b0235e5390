"""Reads a file of UTF-16 as one of UTF-8, a piece at a time: what cuts lines takes octets of ASCII.

Octets that are no UTF-16 become U+FFFD, which whoever reads the line tells of. It cuts nothing.
"""

from __future__ import annotations

import codecs
from io import SEEK_END, RawIOBase
from typing import BinaryIO, cast

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Of UTF-16 without an order in its name the mark says the order (RFC 2781, 4.3), and must be there.
_WIDE = {"utf-16": None, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
_OTHER_WIDE = codecs.BOM_UTF32_BE  # that of little-endian UTF-32 begins as UTF-16's does
_BETWEEN_OCTETS = 64 * 1024


def is_wide(encoding: str) -> bool:
    """Whether ``encoding`` is one of UTF-16's."""
    try:
        return codecs.lookup(encoding).name in _WIDE
    except LookupError:
        return False


def narrow(native: BinaryIO, encoding: str) -> BinaryIO | None:
    """``native`` as a reader of lines takes it; None where it is not as wide as ``encoding``."""
    start = native.read(4)
    native.seek(0)
    if not is_wide(encoding):
        return None if start.startswith((*_MARKS, _OTHER_WIDE)) else native
    mark = _WIDE[codecs.lookup(encoding).name]
    marked = start.startswith(_MARKS)
    if start.startswith(codecs.BOM_UTF32_LE) or (marked and mark and not start.startswith(mark)):
        return None
    if start and not marked and mark is None:
        return None
    order = "utf-16-be" if (mark or start[:2]) == codecs.BOM_UTF16_BE else "utf-16-le"
    return cast("BinaryIO", _Narrowed(native, order, skipped=len(_MARKS[0]) if marked else 0))


class _Narrowed(RawIOBase):
    """The text of ``native`` in UTF-8; it is read from its beginning to its end."""

    def __init__(self, native: BinaryIO, order: str, *, skipped: int) -> None:
        self._native = native
        self._decoder = codecs.getincrementaldecoder(order)("replace")
        self._ended = False
        native.seek(skipped)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Some octets, seldom as many as ``size``; none at the end alone."""
        while not self._ended:
            piece = self._native.read(_BETWEEN_OCTETS if size < 0 else max(size, 2))
            self._ended = not piece
            text = self._decoder.decode(piece, final=self._ended)
            if text:
                return text.encode("utf-8", "replace")
        return b""


def last_octets(native: BinaryIO, encoding: str) -> bytes:
    """The last sign of ``native``, one octet where it is one of ASCII's."""
    width = 2 if is_wide(encoding) else 1
    length = native.seek(0, SEEK_END)
    native.seek(max(0, length - width))
    last = native.read(width)
    native.seek(0)
    return last.replace(b"\0", b"") if width > 1 else last
