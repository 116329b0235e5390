"""What a measure gives: a table whose figures know the cases behind them.

It computes nothing and renders nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from gateway.store import Narrowing, Span

Value = str | int | float | None


class Kind(StrEnum):
    """What the values of a column are."""

    LABEL = "LABEL"
    COUNT = "COUNT"
    SHARE = "SHARE"
    """From 0 to 1."""
    DAYS = "DAYS"
    HOURS = "HOURS"
    RATIO = "RATIO"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table; ``name`` is its stable name, ``title`` what people read."""

    name: str
    title: str
    kind: Kind


class Cases(msgspec.Struct, frozen=True, kw_only=True, gc=False):  # as many as rows
    """The cases behind a row: subjects of ``state`` that meet every narrowing."""

    state: str
    narrowings: tuple[Narrowing, ...]


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):  # a report makes 50,000 of them
    """One row; ``cases`` is None where the row is computed from other rows."""

    values: tuple[Value, ...]
    cases: Cases | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One measure's figures."""

    name: str
    title: str
    definition: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    picture: str | None = None
    """How it is best drawn: "bars", "trend", "matrix", "ageing"; None for not at all."""
    by: tuple[str, ...] = ()
    """The dimensions that it is told apart by."""
    total: bool = False
    """Whether the last row is the sum of all others."""

    def column(self, name: str) -> int:
        """Where the column ``name`` stands. KeyError for none."""
        for number, column in enumerate(self.columns):
            if column.name == name:
                return number
        raise KeyError(name)

    def values(self, name: str) -> list[Value]:
        """The column ``name``, row by row."""
        at = self.column(name)
        return [row.values[at] for row in self.rows]

    def as_mapping(self, key: str, value: str) -> dict[Value, Value]:
        """Column ``value`` by column ``key``."""
        return dict(zip(self.values(key), self.values(value), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a report covers: from ``start`` to before ``end``, narrowed by ``narrowings``.

    A narrowing holds for the states that have its column. ``now`` is the instant of extraction.
    """

    start: datetime
    end: datetime
    now: datetime
    narrowings: tuple[Narrowing, ...] = field(default=())


class Source(Protocol):
    """Where figures come from: the store's facts, or the same folded in memory."""

    def count(
        self, state: str, by: Sequence[str], narrowings: Sequence[Narrowing] = ()
    ) -> dict[tuple[Any, ...], int]:
        """How many subjects there are for each combination of the columns ``by``."""

    def tally(
        self,
        state: str,
        by: Sequence[str],
        marks: Sequence[Sequence[Narrowing]],
        narrowings: Sequence[Narrowing] = (),
    ) -> dict[tuple[Any, ...], tuple[int, ...]]:
        """For each combination of ``by``: how many subjects, and how many meet each mark."""

    def rows(
        self,
        state: str,
        columns: Sequence[str],
        narrowings: Sequence[Narrowing] = (),
        *,
        ordered: bool = True,
    ) -> list[tuple[Any, ...]]:
        """The values of ``columns`` of every subject, by subject, or in any order."""

    def gathered(
        self,
        state: str,
        by: Sequence[str],
        columns: Sequence[str | Span],
        narrowings: Sequence[Narrowing] = (),
    ) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
        """For each combination of ``by`` the values of ``columns`` of its subjects, in any order:
        texts, numbers and spans."""
