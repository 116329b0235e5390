"""Reads one stream of a compound file (MS-CFB), the container of XLS.

It knows no stream's meaning.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import islice

_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_HEADER_OCTETS, _ENTRY_OCTETS = 512, 128
_IN_HEADER = 109  # sectors of the allocation table that the header lists itself
_LAST = 0xFFFFFFFA  # above are marks, no sectors
_STREAM, _ROOT = 2, 5


class NotCompound(Exception):  # noqa: N818 (caught where a spreadsheet is looked at)
    """The octets are no compound file, or what it says of itself is not so."""


def read_stream(native: bytes, names: Sequence[str]) -> bytes:
    """The octets of the first stream that is called as one of ``names``; raises ``NotCompound``."""
    if not native.startswith(_MAGIC) or len(native) < _HEADER_OCTETS:
        raise NotCompound
    try:
        return _Compound(native).stream(names)
    except (struct.error, IndexError) as error:
        raise NotCompound from error


class _Compound:
    """The sectors of one file, and which follows which."""

    def __init__(self, native: bytes) -> None:
        self._native = native
        (shift, small_shift) = struct.unpack_from("<HH", native, 30)
        if shift not in {9, 12} or small_shift != 6:  # noqa: PLR2004 - the two versions' own
            raise NotCompound
        self._size, self._small_size = 1 << shift, 1 << small_shift
        self._directory, self._cutoff, small_table = struct.unpack_from("<I4xII", native, 48)
        (listed, *first) = struct.unpack_from(f"<I4x{_IN_HEADER}I", native, 68)
        tables = [sector for sector in first if sector < _LAST]
        while listed < _LAST and len(tables) * self._size < len(native):
            *more, listed = self._numbers(self._sector(listed))
            tables += [sector for sector in more if sector < _LAST]
        self._next = [number for table in tables for number in self._numbers(self._sector(table))]
        self._small_next = self._numbers(self._chain(small_table)) if small_table < _LAST else []

    def _numbers(self, octets: bytes) -> list[int]:
        return list(struct.unpack_from(f"<{len(octets) // 4}I", octets))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._native[start : start + self._size]

    def _chain(self, start: int) -> bytes:
        """The octets of the sectors from ``start`` on; a chain that bites its tail has an end."""
        found, sector = [], start
        for _ in range(len(self._next)):
            if sector >= _LAST:
                break
            found.append(self._sector(sector))
            sector = self._next[sector]
        return b"".join(found)

    def stream(self, names: Sequence[str]) -> bytes:
        """The octets of a stream."""
        directory = self._chain(self._directory)
        root = b""
        for at in range(0, len(directory) - _ENTRY_OCTETS + 1, _ENTRY_OCTETS):
            entry = directory[at : at + _ENTRY_OCTETS]
            (length,) = struct.unpack_from("<H", entry, 64)
            name = entry[: max(0, length - 2)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", entry, 116)
            if entry[66] == _ROOT:
                root = self._chain(start)
            elif entry[66] == _STREAM and name in names:
                octets = self._chain(start) if size >= self._cutoff else self._small(root, start)
                return octets[:size]
        raise NotCompound

    def _small(self, root: bytes, start: int) -> bytes:
        found, sector = [], start
        for _ in islice(self._small_next, len(self._small_next)):
            if sector >= _LAST:
                break
            at = sector * self._small_size
            found.append(root[at : at + self._small_size])
            sector = self._small_next[sector]
        return b"".join(found)
