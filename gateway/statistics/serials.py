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

_LETTERS = re.compile(r"[A-Z]+$")
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


def after(series: str) -> tuple[str, ...]:
    """The series that follow ``series`` when its digits are used up: one with a digit more, and the
    one whose letters before the digits count one further, as A999 is followed by B000."""
    start = series.index("#")
    wider = f"{series[:start]}#{series[start:]}"
    letters = _LETTERS.search(series[:start])
    if letters is None:
        return (wider,)
    return wider, f"{series[: letters.start()]}{_next_letters(letters[0])}{series[start:]}"


def steps_between(earlier: Series, later: Series) -> int:
    """How far ``later``, of a series that follows that of ``earlier``, stands behind it."""
    end: int = 10 ** digits_of(earlier.series)
    if digits_of(later.series) == digits_of(earlier.series):
        return end - earlier.number + later.number
    # With noughts before it, it is of another series.
    return later.number - earlier.number if later.number >= end else end


def _next_letters(letters: str) -> str:
    kept = letters.rstrip("Z")
    rolled = "A" * (len(letters) - len(kept))
    return f"{kept[:-1]}{chr(ord(kept[-1]) + 1)}{rolled}" if kept else f"A{rolled}"


def digits_of(series: str) -> int:
    """How many digits count in ``series``."""
    return series.count("#")


def serial_of(series: str, number: int) -> str:
    """The serial number that stands at ``number`` in ``series``."""
    width = digits_of(series)
    return series.replace("#" * width, f"{number:0{width}}")
