"""The facts of a log folded in memory: slow, obvious, and of any position of the log.

It gives what the store's tables give, so that one can be held against the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from gateway.statistics.facts import unpack
from gateway.statistics.projection import fold
from gateway.store import LoggedFacts, Narrowing, Span, state_columns

_Also = tuple[str, str, Narrowing]


class FoldedFacts:
    """A ``Source`` made of the log alone."""

    def __init__(self, log: Iterable[LoggedFacts]) -> None:
        self._states = fold(fact for entry in log for fact in unpack(entry.line.facts))

    def count(
        self, state: str, by: Sequence[str], narrowings: Sequence[Narrowing] = ()
    ) -> dict[tuple[Any, ...], int]:
        """See ``Source``."""
        found = self.rows(state, by, narrowings)
        return dict(Counter(found)) if by else {(): len(found)}

    def tally(
        self,
        state: str,
        by: Sequence[str],
        marks: Sequence[Sequence[Narrowing]],
        narrowings: Sequence[Narrowing] = (),
    ) -> dict[tuple[Any, ...], tuple[int, ...]]:
        """See ``Source``."""
        marked = [Counter(self.rows(state, by, (*narrowings, *each))) for each in marks]
        return {
            key: (count, *[each[key] for each in marked])
            for key, count in self.count(state, by, narrowings).items()
            if count
        }

    def rows(
        self,
        state: str,
        columns: Sequence[str],
        narrowings: Sequence[Narrowing] = (),
        *,
        ordered: bool = True,  # noqa: ARG002 - in their order is any order, too
    ) -> list[tuple[Any, ...]]:
        """See ``Source``."""
        known = {"subject", *state_columns(state)}
        if unknown := set(columns) - known:
            raise KeyError(f"{state} has no column {', '.join(sorted(unknown))}")
        others = {one.also: self._other(one.also) for one in narrowings if one.also is not None}
        subjects = self._states.get(state, {})
        found = []
        for subject in sorted(subjects):
            row = {**subjects[subject], "subject": subject}
            if all(
                _meets(row[one.column], one) and _stands_there(row[one.column], one, others)
                for one in narrowings
            ):
                found.append(tuple(row[name] for name in columns))
        return found

    def gathered(
        self,
        state: str,
        by: Sequence[str],
        columns: Sequence[str | Span],
        narrowings: Sequence[Narrowing] = (),
    ) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
        """See ``Source``."""
        names = [n for one in columns for n in (_ends(one) if isinstance(one, Span) else (one,))]
        found: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
        for row in self.rows(state, (*by, *names), narrowings):
            rest = iter(row[len(by) :])
            values = tuple(
                _micros_between(next(rest), next(rest)) if isinstance(one, Span) else next(rest)
                for one in columns
            )
            found.setdefault(row[: len(by)], []).append(values)
        return found

    def _other(self, also: _Also) -> set[Any]:
        state, column, condition = also
        return {value for (value,) in self.rows(state, (column,), (condition,))} - {None}


def _ends(span: Span) -> tuple[str, str]:
    return span.since, span.until


def _micros_between(since: datetime | None, until: datetime | None) -> int | None:
    return None if since is None or until is None else (until - since) // timedelta(microseconds=1)


def _stands_there(value: Any, one: Narrowing, others: dict[_Also, set[Any]]) -> bool:
    return one.also is None or value in others[one.also]


def _meets(value: Any, one: Narrowing) -> bool:
    if one.among is not None and value not in one.among:
        return False
    if one.longest is not None and (value is None or len(value) > one.longest):
        return False
    if one.least is not None and (value is None or value < one.least):
        return False
    return one.below is None or (value is not None and value < one.below)
