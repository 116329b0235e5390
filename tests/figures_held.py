"""Holds every figure of a party against the oracle that reads its signed messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from kept_messages import Kept
from oracle_cases import hits_of, records_of, searches_of, seized_of, traces_of
from oracle_figures import FIGURES, World

from gateway.statistics import Scope, Source, compute, measures
from gateway.store import Narrowing

_FAR = datetime(2100, 1, 1, tzinfo=UTC)
_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
FROM_NO_MESSAGE = {"intake", "intake-flaws"}
"""What adapters made of native files: no message says it."""


def periods(now: datetime) -> list[tuple[datetime, datetime]]:
    """Ever, a year, a quarter, a leap day, a month that a change of clocks ends, the future."""

    def day(*parts: int) -> datetime:
        return datetime(*parts, tzinfo=UTC)  # type: ignore[misc]

    return [
        (_LONG_AGO, _FAR), (day(2025, 1, 1), day(2026, 1, 1)), (day(2024, 1, 1), day(2024, 4, 1)),
        (day(2024, 2, 29), day(2024, 3, 1)), (day(2025, 3, 1), day(2025, 4, 1)),
        (now + timedelta(days=1), _FAR),
    ]  # fmt: skip


def world_of(kept: Sequence[Kept], scope: Scope) -> World:
    filters = tuple((n.column, n.among[0]) for n in scope.narrowings if n.among)
    return World(
        records=list(records_of(kept).values()), searches=list(searches_of(kept).values()),
        hits=list(hits_of(kept).values()), seized=list(seized_of(kept).values()),
        traces=list(traces_of(kept).values()),
        start=scope.start, end=scope.end, now=scope.now, filters=filters,
    )  # fmt: skip


def differences(
    kept: Sequence[Kept], source: Source, now: datetime, *, part: int = 1, seed: int = 0
) -> Iterator[str]:
    """What the program says otherwise than the oracle, for every measure, dimension and period; or
    for about one in ``part`` of them that ``seed`` draws."""
    dice = Random(seed)
    every = world_of(kept, Scope(start=_LONG_AGO, end=_FAR, now=now))
    for start, end in periods(now):
        for narrowings in ((), (Narrowing(column="make", among=("GLOCK",)),)):
            scope = Scope(start=start, end=end, now=now, narrowings=narrowings)
            filters = tuple((n.column, n.among[0]) for n in narrowings if n.among)
            world = World(
                records=every.records, searches=every.searches, hits=every.hits,
                seized=every.seized, traces=every.traces, start=start, end=end, now=now,
                filters=filters,
            )  # fmt: skip
            for name, rule in measures().items():
                if name in FROM_NO_MESSAGE:
                    continue
                pairs = (tuple(rule.dimensions[at : at + 2]) for at in range(len(rule.dimensions)))
                asked = {rule.by, (), *((one,) for one in rule.dimensions), *pairs}
                for by in sorted(asked):
                    if dice.randrange(part):
                        continue
                    said = Counter(_plain(r.values) for r in compute(name, source, scope, by).rows)
                    right = Counter(_plain(values) for values in FIGURES[name](world, by))
                    if said != right:
                        yield (f"{name} by {by} of {start:%Y-%m-%d}..{end:%Y-%m-%d} {filters}: "
                               f"says {sorted(said - right, key=str)[:3]}, "
                               f"right is {sorted(right - said, key=str)[:3]}")  # fmt: skip


def _plain(values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(f"{v:.6f}" if isinstance(v, int | float) else v for v in values)
