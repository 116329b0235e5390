"""Queries of the registry's figures: serials by shape, weapons by make and bore.

It does not say what they mean for a search: the registry's weighing does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from gateway.store.figure_tables import registry_figure
from gateway.store.registry_tables import marking_key

T = TypeVar("T")

FRESH_FOR = timedelta(hours=1)
"""How long a connection's copy of the figures is used (6-registry 6.2: refreshed hourly)."""
SAMPLE = 300_000
"""Keys read to count shapes, makes and bores; spread evenly over the table."""
_CACHED = "registry_figures"
_KEY = marking_key.c
_READ = select(registry_figure.c.kind, registry_figure.c.name, registry_figure.c.count)
_SAMPLE = select(_KEY.norm, _KEY.make_number, _KEY.bore_number).where(
    _KEY.id % bindparam("step") == 0, _KEY.main == 1
)


class FiguresKept:
    """The figures inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self, now: datetime, build: Callable[[list[tuple[str, str, int]]], T]) -> T:
        """The figures as ``build`` shapes the rows (kind, name, count); read once an hour."""
        held = self._connection.info.get(_CACHED)
        if held is not None and held[0] <= now < held[0] + FRESH_FOR:
            built: T = held[1]
            return built
        rows = [(row[0], row[1], row[2]) for row in self._connection.execute(_READ)]
        built = build(rows)
        self._connection.info[_CACHED] = (now, built)
        return built

    def keys(self) -> int:
        """How many keys there are, about: the newest one's number."""
        return int(self._connection.execute(select(func.max(_KEY.id))).scalar() or 0)

    def refresh(self, shape_of: Callable[[str], str]) -> int:
        """Counts anew; how many keys were read."""
        total = self.keys()
        step = max(1, total // SAMPLE)
        shapes: Counter[str] = Counter()
        makes: Counter[str] = Counter()
        bores: Counter[str] = Counter()
        read = 0
        for row in self._connection.execute(_SAMPLE, {"step": step}):
            read += 1
            shapes[shape_of(row.norm)[:40]] += 1
            makes[str(row.make_number)] += 1
            bores[f"{row.make_number}:{row.bore_number}"] += 1
        self._replace(
            [
                *_rows("SHAPE", shapes.items(), step),
                *_rows("MAKE", makes.items(), step),
                *_rows("BORE", bores.items(), step),
                {"kind": "TOTAL", "name": "KEYS", "count": total},
            ]
        )
        return read

    def _replace(self, rows: Sequence[dict[str, object]]) -> None:
        self._connection.execute(delete(registry_figure))
        self._connection.execute(insert(registry_figure), list(rows))
        self._connection.info.pop(_CACHED, None)


def _rows(kind: str, counts: Iterable[tuple[str, int]], step: int) -> Iterable[dict[str, object]]:
    return ({"kind": kind, "name": name, "count": count * step} for name, count in counts)
