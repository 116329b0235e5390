"""Cuts a file into records: of one length, as long as their heads or their own tables say, lines.

It knows no field; how long a record is that counts its own tables it asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from adapters.engine.line_source import lines_of

_AT_ONCE_OCTETS = 1024 * 1024
# What the third octet of a descriptor says of a segment: 0 all, 1 first, 3 between, 2 last.
_AFTER_OTHERS, _ENDING = frozenset({2, 3}), frozenset({0, 2})
_RDW_OCTETS = 4  # record descriptor word: length in two octets, two of zeros


@dataclass(frozen=True, slots=True)
class Raw:
    """One record: its number and the place of its first octet (or its line), from 1."""

    number: int
    start: int
    octets: bytes
    problem: str = ""


def line_records(native: BinaryIO, encoding: str) -> Iterator[Raw]:
    """Each line that holds anything; the end of a file as old systems mark it holds nothing."""
    number = 0
    for line in lines_of(native, encoding):
        if not line.raw.strip(b" \x1a\0"):
            continue
        number += 1
        yield Raw(number, line.number, line.raw, "" if not line.cut else "long")


def fixed_records(native: BinaryIO, length: int) -> Iterator[Raw]:
    """Records of ``length`` octets; the last one may be short."""
    number = 0
    while piece := native.read(max(1, _AT_ONCE_OCTETS // length) * length):
        for at in range(0, len(piece), length):
            number += 1
            octets = piece[at : at + length]
            problem = "" if len(octets) == length else "short"
            yield Raw(number, (number - 1) * length + 1, octets, problem)


def described_records(native: BinaryIO, *, blocked: bool = False) -> Iterator[Raw]:
    """Records behind a record descriptor word; the first broken one is the last.

    One that spans several segments is put together. ``blocked`` files have a block descriptor
    before the records of each block, whose length they fill exactly.
    """
    number, held, begun = 0, b"", 0
    for start, body, part, whole in _segments(native, blocked=blocked):
        fits = part in _AFTER_OTHERS if begun else part not in _AFTER_OTHERS
        if not begun:
            number, begun = number + 1, start
        held += body
        if not (whole and fits):
            yield Raw(number, begun, held, "short")
            return
        if part in _ENDING:
            yield Raw(number, begun, held)
            held, begun = b"", 0
    if begun:
        yield Raw(number, begun, held, "short")


def _segments(native: BinaryIO, *, blocked: bool) -> Iterator[tuple[int, bytes, int, bool]]:
    """The place of each segment's first octet, its octets, its part of a record, whether it is
    whole; none after a broken one.
    """
    start, left = 1, 0  # of the block
    while head := native.read(_RDW_OCTETS):
        if blocked and left == 0:
            left = int.from_bytes(head[:2], "big")
            if head[0] & 0x80:  # the length of a large block takes 31 bits
                left = int.from_bytes(head, "big") & 0x7FFFFFFF
            left -= _RDW_OCTETS
            start += _RDW_OCTETS
            if len(head) < _RDW_OCTETS or left <= 0:
                yield start, head, 0, False
                return
            continue
        length = int.from_bytes(head[:2], "big")
        body = native.read(max(0, length - _RDW_OCTETS)) if len(head) == _RDW_OCTETS else b""
        whole = len(body) + _RDW_OCTETS == length and (not blocked or length <= left)
        part = head[2] if len(head) == _RDW_OCTETS else 0
        yield start + _RDW_OCTETS, body, part & 3, whole and part <= 3  # noqa: PLR2004 - two bits
        if not whole:
            return
        start, left = start + length, left - length if blocked else 0


def packed_records(
    native: BinaryIO, most: int, length_of: Callable[[bytes], int | None]
) -> Iterator[Raw]:
    """Records one behind the other, of ``most`` octets at most, as ``length_of`` says."""
    held, number, start = b"", 0, 1
    while True:
        held += native.read(_AT_ONCE_OCTETS)
        if not held:
            return
        at = 0
        last = len(held) < _AT_ONCE_OCTETS
        while at < len(held) and (last or len(held) - at >= most):
            number += 1
            octets = held[at : at + most]
            length = length_of(octets)
            if length is None or length > len(octets):
                yield Raw(number, start, octets, "short")
                return  # where the next one begins is not known any more
            yield Raw(number, start, octets[:length])
            at += length
            start += length
        held = held[at:]
        if last and not held:
            return
