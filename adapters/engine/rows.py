"""A native item as the parsers hand it to the mapping: named cells, each with its place.

It knows no format and no meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.adapter import Issue

Cell = str | tuple[str, ...]

CELL_CHARACTERS = 10_000  # longer than any text of the standard: no cell can need more
LINE_OCTETS = 1024 * 1024  # a hundred of the longest cells; what follows is passed over
FILE_OCTETS = 16 * 1024 * 1024 * 1024  # read a piece at a time; more is a mistake of the sender
TREE_OCTETS = 16 * 1024 * 1024  # a JSON document takes twenty times its size in memory
FILE_COLUMNS = 1_000
FILE_CASES = 10_000
MESSAGE_CHARACTERS = 14_400  # the longest message that Nlets takes (standard 2.11)
SHORT_CHARACTERS = 100  # values worth remembering: codes, makes, models
VALUE_CHARACTERS = 80  # of a value that an issue repeats

# Everything that Unicode calls a control character but the tabulator and the line feed, which a
# quoted cell may hold, and the two non-characters that no XML document may hold.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(slots=True, kw_only=True)
class Row:
    """One item, or one entry of a list inside it.

    ``at`` is its place; ``place`` gives a cell's. ``issues`` are the parser's; a row with any is
    not mapped. ``skipped`` says why a row is no item to be sent, or nothing.
    """

    number: int
    at: str
    raw: bytes
    kind: str
    cells: Mapping[str, Cell]
    place: Callable[[str], str]
    groups: Mapping[str, Sequence[Row]]
    issues: tuple[Issue, ...]
    skipped: str = ""


Cut = tuple[int, Any, bytes, Sequence[Any], int]
"""A row in which its parser found nothing wrong, not yet told apart by names.

Its number, where it starts as its parser counts, its octets, its cells by position, and which
of the ``shapes`` of its ``Cutting`` says what the positions are called.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What the cells of a cut are: their columns by position ("" for one left unread).

    ``texts`` makes a cell's text of what was cut out, or None where that is no text of its kind;
    it is None itself where cells are texts already.
    """

    columns: tuple[str, ...]
    texts: tuple[Callable[[Any], str | None], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutting:
    """The same rows for a reader that asks for names and places only where something is wrong.

    ``row`` makes of a cut what ``Parsed.rows`` would have held, ``at`` says its place. Of one
    source either this is read or ``Parsed.rows``. ``shapes`` is a list where it grows while cuts
    are read, and else one alone.
    """

    shapes: Sequence[Shape]
    cuts: Iterator[Cut | Row]
    row: Callable[[Cut], Row]
    at: Callable[[int, Any], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a parser found: rows as they are asked for, or issues of the file as a whole."""

    rows: Iterable[Row]
    issues: tuple[Issue, ...]
    cutting: Cutting | None = None


def shown(value: object) -> str:
    """``value`` as an issue repeats it: one line, at most 80 characters, controls made visible."""
    text = value if isinstance(value, str) else str(value)
    visible = CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text[: VALUE_CHARACTERS + 1])
    visible = visible.replace("\n", "\\n").replace("\t", "\\t")
    if len(visible) > VALUE_CHARACTERS:
        return visible[: VALUE_CHARACTERS - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return visible
