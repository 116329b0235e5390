"""Counts a party's cases with the countries that know each of them from messages of their own.

Such a country could take the cases that it knows away from a count that it is told (docs/adr/0112).
It says nothing of which count may be told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.statistics.tables import Source
from gateway.store import Narrowing

Sides = tuple[str, ...]
_HIT: Sides = ("owner_country", "finder_country")
KNOWN_FROM: Mapping[str, tuple[str, tuple[tuple[str, str, Sides], ...]]] = {
    "records": ("subject", (("hits", "record", _HIT),)),
    "searches": ("subject", (("hits", "search", _HIT),)),
    "seized": ("seizure", (("hits", "seizure", _HIT), ("traces", "seizure", ("peer_country",)))),
}
"""The column by which the hits and trace requests about a case are found, and who has them."""

KNOWN_BY = ("known_by",)
"""What the column is called that holds who knows a case."""


def counted_with_knowers(
    source: Source, state: str, dimensions: Sequence[str], period: Narrowing
) -> dict[tuple[Any, ...], int]:
    """The cases of ``state`` in ``period`` by ``dimensions`` and, last, the countries that have a
    hit or a trace request about the case, as a frozen set."""
    link, told_in = KNOWN_FROM[state]
    knowers: dict[str, frozenset[str]] = {}
    for other, column, sides in told_in:
        named = (Narrowing(column=column, least=""),)
        for case, *countries in source.count(other, (column, *sides), named):
            knowers[case] = knowers.get(case, frozenset()).union(_there(countries))
    found: Counter[tuple[Any, ...]] = Counter()
    for *cell, case in source.rows(state, (*dimensions, link), (period,), ordered=False):
        found[*cell, knowers.get(case, frozenset())] += 1
    return dict(found)


def _there(countries: Iterable[str | None]) -> set[str]:
    return {country for country in countries if country is not None}
