"""Shares, medians, percentiles and buckets, as the definitions of the measures name them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A span of days: from ``least`` to before ``below``; None for no end."""

    name: str
    least: int
    below: int | None


# ATF's buckets of the time to crime, in days: a month is a twelfth of 365.25 days, rounded up.
TIME_TO_CRIME = (
    Bucket(name="up to 3 months", least=0, below=92),
    Bucket(name="3 to 7 months", least=92, below=214),
    Bucket(name="7 to 12 months", least=214, below=366),
    Bucket(name="1 to 2 years", least=366, below=731),
    Bucket(name="2 to 3 years", least=731, below=1096),
    Bucket(name="over 3 years", least=1096, below=None),
)
AGEING = (
    Bucket(name="0 to 7 days", least=0, below=8),
    Bucket(name="8 to 30 days", least=8, below=31),
    Bucket(name="31 to 90 days", least=31, below=91),
    Bucket(name="over 90 days", least=91, below=None),
)


def share(part: float, whole: float) -> float | None:
    """``part`` of ``whole`` from 0 to 1; None of nothing."""
    return part / whole if whole else None


def median(values: Sequence[float]) -> float | None:
    """The middle value, the mean of the two middle ones of an even number; None of none."""
    if not values:
        return None
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def percentile(values: Sequence[float], rank: float) -> float | None:
    """The smallest value that is not exceeded by less than ``rank`` of all (nearest rank)."""
    if not values:
        return None
    ordered = sorted(values)
    place = max(-(-int(rank * 1000) * len(ordered) // 1000), 1)
    return ordered[min(place, len(ordered)) - 1]


def spread(counts: Mapping[int, int], rank: float | None = None) -> float | None:
    """The median of values that are there ``counts`` times, or the percentile ``rank``: what
    ``median`` and ``percentile`` give of them one by one."""
    total = sum(counts.values())
    if not total:
        return None
    if rank is not None:
        return _at(counts, min(max(-(-int(rank * 1000) * total // 1000), 1), total) - 1)
    half = total // 2
    return _at(counts, half) if total % 2 else (_at(counts, half - 1) + _at(counts, half)) / 2


def _at(counts: Mapping[int, int], place: int) -> float:
    for value in sorted(counts):
        place -= counts[value]
        if place < 0:
            return value
    raise IndexError(place)


def bucketed(days: Mapping[int, int], buckets: Sequence[Bucket]) -> dict[str, int]:
    """How many of ``days``, each there so many times, fall into each bucket; every one is named."""
    found: Counter[str] = Counter()
    for day, count in days.items():
        found[next(b.name for b in buckets if b.below is None or day < b.below)] += count
    return {bucket.name: found[bucket.name] for bucket in buckets}
