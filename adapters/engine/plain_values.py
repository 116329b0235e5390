"""Reads numbers and references as most are written without going through their steps.

What is of capital letters and digits, parted at most once or twice, passes ``collapse``, ``upper``,
``digits`` and ``undamaged`` as it is; only the form of its element and the code tables are left to
be asked. Any other cell goes the whole way, with the same outcome.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from adapters.engine.pipes import Pipe

Told = Callable[[Any], tuple[Any, str]]
# No blank at an end or beside another, nothing that a spreadsheet makes of another value: letters
# alone (TRUE), a month behind a stroke (9-MAR), a power of ten (1E+11) are none of these.
PLAIN = re.compile(r"(?:[A-Z]{1,2}[ /-])?(?=[A-Z]*[0-9])[A-Z0-9]+(?:/[0-9]+)?")
_UNTOUCHED = frozenset({"as-typed", "strip", "collapse", "upper", "digits", "undamaged", "default"})


def plainly(
    pipe: Pipe, fits: Callable[[str], bool] | None, tag: str | None, told: Told
) -> Told | None:
    """As ``told``, from a cell to the value of the slot of ``pipe`` and its element; faster for
    plain cells. None where the steps of ``pipe`` do more than may be left out.

    ``fits`` is whether a plain text surely has the form of the element, None where that is unknown.
    """
    if pipe.many:
        return None
    steps = [words.partition(":")[::2] for words in pipe.steps]
    left = [(name, argument) for name, argument in steps if name not in _UNTOUCHED]
    if any(name == "undamaged" and argument for name, argument in steps):
        return None
    if pipe.convert is str and fits is not None and all(name == "unless" for name, _ in left):
        tables = [pipe.materials.tables[argument].standard for _, argument in left]
        return _texts(fits, frozenset(word for table in tables for word in table), tag, told)
    if len(left) == 1 and left[0] == steps[-1] and left[0][0] == "code":
        return _codes(pipe, left[0][1], told)
    return None


def _texts(fits: Callable[[str], bool], known: frozenset[str], tag: str | None, told: Told) -> Told:
    plain = PLAIN.fullmatch

    def quickly(cell: str) -> tuple[Any, str]:
        if plain(cell) is None or cell in known or not fits(cell):
            return told(cell)
        # There is no sign in it that markup needs.
        return cell, f"<{tag}>{cell}</{tag}>" if tag else ""

    return quickly


def _codes(pipe: Pipe, name: str, told: Told) -> Told | None:
    """Of a table that has the same for all that it lacks: such as that there is a number."""
    table = pipe.materials.tables[name]
    if table.declared.on_unknown != "pass-as-other":
        return None
    plain, known = PLAIN.fullmatch, table.standard
    other: list[tuple[Any, str]] = []  # what all plain cells give that the table lacks

    def quickly(cell: str) -> tuple[Any, str]:
        if plain(cell) is None or cell in known:
            return told(cell)
        if not other:
            other.append(told(cell))
        return other[0]

    return quickly
