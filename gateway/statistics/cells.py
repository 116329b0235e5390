"""Which counts may be told to others, so that no difference of any of them is a small count.

Pure. One measure and period has one table of disjoint cells. A cell is told with its count or not
at all; every answer is a sum of told cells. So whatever is made of any number of answers is made of
told cells alone, and a cell from nothing to below the threshold looks like any other of that size
(docs/adr/0112).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateway.store import Cell

Counts = Mapping[tuple[Any, ...], int]
YEAR, QUARTER = "YEAR", "QUARTER"
_MONTHS = 3
_LAST_QUARTER = 4
NONE = "(none)"
"""How a missing value reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One count of an answer."""

    period: str
    values: tuple[str, ...]
    count: int


def grain_of(period: str) -> str:
    """Whether ``period`` is a year or a quarter."""
    return QUARTER if "-" in period else YEAR


def span_of(period: str) -> tuple[datetime, datetime]:
    """From the first instant of ``period`` to before the first after it."""
    year = int(period[:4])
    if grain_of(period) == YEAR:
        return datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    quarter = int(period[-1])
    start = datetime(year, (quarter - 1) * _MONTHS + 1, 1, tzinfo=UTC)
    if quarter == _LAST_QUARTER:
        return start, datetime(year + 1, 1, 1, tzinfo=UTC)
    return start, datetime(year, quarter * _MONTHS + 1, 1, tzinfo=UTC)


def parts_of(period: str, grain: str) -> tuple[str, ...]:
    """The periods of ``grain`` that ``period`` is made of; none where it is shorter than one."""
    if grain_of(period) == grain:
        return (period,)
    if grain == QUARTER:
        return tuple(f"{period}-Q{n}" for n in range(1, _LAST_QUARTER + 1))
    return ()


def overlapping(period: str, others: Iterable[str]) -> tuple[str, ...]:
    """Those of ``others`` that are another period with days in common with ``period``."""
    return tuple(
        one
        for one in others
        if one[:4] == period[:4] and one != period and grain_of(one) != grain_of(period)
    )


def told_cells(
    counts: Counts, columns: Sequence[str], dimensions: int, threshold: int, teller: str | None
) -> dict[Cell, int]:
    """The cells that may be told.

    ``counts`` are by ``columns``: so many ``dimensions``, and then those that name a party which
    knows its own cases, or several in a frozen set: such a party could take these away. A cell is
    told when it has ``threshold`` or more without any one party's cases. None without them is not
    enough: who has five there would see of an untold cell that others have some, and of a told one
    that they have none. Nobody takes away the cases of ``teller``, and a cell that is a party's by
    a dimension is all of that party's, which tells nobody anything.
    """
    apart = [at for at, name in enumerate(columns) if name not in columns[:dimensions]]
    totals: Counter[Cell] = Counter()
    shares: dict[Cell, Counter[str]] = {}
    for key, count in counts.items():
        cell = key[:dimensions]
        totals[cell] += count
        # A party knows a case of which it is either side: that is one case.
        knowing = _parties(key[at] for at in apart if at >= dimensions) - {teller}
        shares.setdefault(cell, Counter()).update({str(party): count for party in knowing})
    return {
        cell: total
        for cell, total in totals.items()
        if total >= threshold and all(total - own >= threshold for own in shares[cell].values())
    }


def _parties(named: Iterable[Any]) -> set[str]:
    """Every party in ``named``: one, several, or none each."""
    found: set[str] = set()
    for one in named:
        found |= one if isinstance(one, frozenset) else {one} - {None}
    return found


def told_before(counts: Counts, dimensions: int, threshold: int) -> dict[Cell, int]:
    """The cells that were told before each party was weighed with both its sides and none left.

    Tables that were told are kept, and follow from this.
    """
    totals: Counter[Cell] = Counter()
    shares: dict[Cell, Counter[tuple[int, str | None]]] = {}
    for key, count in counts.items():
        cell = key[:dimensions]
        totals[cell] += count
        shares.setdefault(cell, Counter()).update(dict.fromkeys(enumerate(key[dimensions:]), count))
    return {
        cell: total
        for cell, total in totals.items()
        if total >= threshold
        and all(total == own or total - own >= threshold for own in shares[cell].values())
    }


def rows_of(
    told: Mapping[str, Mapping[Cell, int]],
    *,
    dimensions: Sequence[str],
    by: Sequence[str],
    only: Mapping[str, frozenset[str]],
    periods: Mapping[str, Sequence[str]],
) -> list[Row]:
    """The rows of an answer: ``periods`` names the told periods that each asked one is made of.

    A combination of which no cell is told has no row.
    """
    chosen = [dimensions.index(name) for name in by]
    found: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for period, parts in periods.items():
        for part in parts:
            for cell, count in told[part].items():
                words = [NONE if value is None else str(value) for value in cell]
                if all(words[dimensions.index(name)] in among for name, among in only.items()):
                    found[period, tuple(words[at] for at in chosen)] += count
    return [
        Row(period=period, values=values, count=count)
        for (period, values), count in sorted(found.items())
    ]
