"""Cuts a serial number into the form of its series and its number in it, so that neighbours are
found.

Pure; it compares nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.registry import read_serial

READABLE = ("PRESENT", "RESTORED")
"""How a serial number stands on a firearm whose number can be trusted."""

_DIGITS = re.compile(r"[0-9]{3,15}")  # fewer count nothing; more do not fit a column


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """``series`` is the serial with ``#`` for each digit of the ``number`` that counts."""

    series: str
    number: int


def series_of(text: str) -> Series | None:
    """The series and number of a serial as marked; None where nothing in it counts.

    The last three or more digits in a row count: ABC123US stands in ABC###US.
    """
    keys = read_serial(text).keys
    if not keys:
        return None
    norm = keys[0].norm
    runs = list(_DIGITS.finditer(norm))
    if not runs:
        return None
    start, end = runs[-1].span()
    series = f"{norm[:start]}{'#' * (end - start)}{norm[end:]}"
    return Series(series=series, number=int(norm[start:end]))


def digits_of(series: str) -> int:
    """How many digits count in ``series``."""
    return series.count("#")


def serial_of(series: str, number: int) -> str:
    """The serial number that stands at ``number`` in ``series``."""
    width = digits_of(series)
    return series.replace("#" * width, f"{number:0{width}}")
