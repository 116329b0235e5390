"""A source that gives what several sections of one report ask for once and again.

It reads nothing itself, and lives as long as one report, over which its source does not change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.statistics.tables import Source
from gateway.store import Narrowing, Span

_Asked = tuple[Any, ...]


class Remembering:
    """A ``Source`` in front of another."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._counts: dict[_Asked, dict[tuple[Any, ...], int]] = {}
        self._rows: dict[_Asked, list[tuple[Any, ...]]] = {}

    def count(
        self, state: str, by: Sequence[str], narrowings: Sequence[Narrowing] = ()
    ) -> dict[tuple[Any, ...], int]:
        """See ``Source``."""
        asked = (state, tuple(by), tuple(narrowings))
        if asked not in self._counts:
            self._counts[asked] = self._source.count(state, by, narrowings)
        return self._counts[asked]

    def tally(
        self,
        state: str,
        by: Sequence[str],
        marks: Sequence[Sequence[Narrowing]],
        narrowings: Sequence[Narrowing] = (),
    ) -> dict[tuple[Any, ...], tuple[int, ...]]:
        """See ``Source``."""
        return self._source.tally(state, by, marks, narrowings)

    def gathered(
        self,
        state: str,
        by: Sequence[str],
        columns: Sequence[str | Span],
        narrowings: Sequence[Narrowing] = (),
    ) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
        """See ``Source``."""
        return self._source.gathered(state, by, columns, narrowings)

    def rows(
        self,
        state: str,
        columns: Sequence[str],
        narrowings: Sequence[Narrowing] = (),
        *,
        ordered: bool = True,
    ) -> list[tuple[Any, ...]]:
        """See ``Source``."""
        asked = (state, tuple(columns), tuple(narrowings), ordered)
        if asked not in self._rows:
            self._rows[asked] = self._source.rows(state, columns, narrowings, ordered=ordered)
        return self._rows[asked]
