"""Reads a filter of a report or a question: a column, and the values that a case must have in it.

It filters nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from rapidfuzz import process

from gateway.statistics.errors import UnknownMeasureError
from gateway.store import Narrowing, state_kinds

_NEAR = 60
_ABSENT = (None, "", "(none)")


def narrowing_of(
    column: str, values: Sequence[str | int | None], states: Iterable[str]
) -> Narrowing:
    """The condition that ``column`` of one of ``states`` is one of ``values``; an empty one stands
    for nothing.

    Raises ``UnknownMeasureError`` for a column that none of them has, or that is an instant, and
    for a value that it cannot have: a filter that filters nothing would tell too much.
    """
    kinds = {name: kind for state in states for name, kind in state_kinds(state).items()}
    able = sorted(name for name, kind in kinds.items() if kind is not datetime)
    if kinds.get(column, datetime) is datetime:
        near = process.extractOne(column, able, score_cutoff=_NEAR)
        raise UnknownMeasureError(
            f"{column!r} is an instant, which the period chooses"
            if column in kinds
            else f"nothing can be filtered by {column!r}"
            + (f"; did you mean {near[0]!r}?" if near else ""),
            value=column,
            expected=", ".join(able),
            remedy="choose among those",
        )
    if not values:
        raise UnknownMeasureError(
            f"{column!r} has no value to filter by", value=column, expected="a value or several"
        )
    return Narrowing(column=column, among=tuple(_read(column, each, kinds) for each in values))


def _read(column: str, value: str | int | None, kinds: dict[str, type]) -> str | int | None:
    if value in _ABSENT:
        return None
    if kinds[column] is str:
        return str(value)
    try:
        return int(str(value))
    except ValueError:
        raise UnknownMeasureError(
            f"{column!r} is a whole number, not {value!r}",
            value=str(value),
            expected="a whole number",
        ) from None
