"""What a spreadsheet shows otherwise than it holds, and what a form of numbers does to them.

The files themselves are looked at by ``sheet_audit`` and what it asks. It reads no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Place = tuple[int, int]
"""Row and column, both counted from 0."""

_MERGED_MOST = 100_000  # cells: a merged whole column is told by its first ones
_ZEROS = re.compile(r"0{2,15}")
# ECMA-376 part 1, 18.8.30: forms of numbers that are in no file, by which a code looks otherwise.
BUILT_IN: Mapping[int, str] = {9: "0%", 10: "0.00%", 12: "# ?/?", 13: "# ??/??"}
# Signs that stand for no digit: what the sheet shows is not the number that it holds.
_ALTERING = re.compile(r'["\\%/]|[0#]-[0#]')
_DATES = re.compile(r"[dmyhs]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the sheet shows otherwise than it holds.

    ``covered`` are cells that lie under a merged one, ``stale`` formulas without a result of their
    own time, ``failed`` results that are errors (``#N/A``), ``padded`` numbers with the digits that
    they are shown with, ``altered`` numbers shown with other signs, by the form.
    """

    covered: frozenset[Place] = frozenset()
    stale: frozenset[Place] = frozenset()
    failed: Mapping[Place, str] = field(default_factory=dict)
    padded: Mapping[Place, int] = field(default_factory=dict)
    altered: Mapping[Place, str] = field(default_factory=dict)


def covered_by(ranges: Iterable[tuple[Place, Place]]) -> frozenset[Place]:
    """The cells of merged ``ranges`` that are not their first one."""
    found: set[Place] = set()
    for (top, left), (bottom, right) in ranges:
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    found.add((row, column))
                if len(found) >= _MERGED_MOST:
                    return frozenset(found)
    return frozenset(found)


def forms_of(styles: Iterable[str]) -> tuple[dict[int, int], dict[int, str]]:
    """By the number of a style, of which ``styles`` are the forms: how many digits it shows at
    least, or the form that alters.
    """
    padded: dict[int, int] = {}
    altered: dict[int, str] = {}
    for number, style in enumerate(styles):
        form = style.partition(";")[0]
        if _ZEROS.fullmatch(form):
            padded[number] = len(form)
        elif _ALTERING.search(form) and not _DATES.search(re.sub(r'"[^"]*"|\\.', "", form)):
            altered[number] = form
    return padded, altered
