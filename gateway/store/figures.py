"""Queries of the registry's figures: serials by shape and make, weapons by make and bore.

It does not say what they mean for a search: the registry's weighing does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select

from gateway.store.figure_tables import registry_figure
from gateway.store.registry_tables import marking_key
from gateway.store.room import make_room
from gateway.store.search_rows import RECORD_MASK, bore_of, is_main, make_of

T = TypeVar("T")

FRESH_FOR = timedelta(hours=1)
"""How long a connection's copy of the figures is used (6-registry 6.2: refreshed hourly)."""
SAMPLE = 100_000
"""Records whose keys are read to count shapes, makes and bores."""
STRETCHES = 400
"""Stretches that the sample lies in, evenly over the table: each is read off the index, so that a
count takes as long in a large table as in a small one."""
_CACHED = "registry_figures"
_KEY = marking_key.c
_FIGURE = registry_figure.c
_DERIVED = "DERIVED"
_UNREAD = "?"  # a recorded serial with unknown characters has no shape
_READ = select(_FIGURE.kind, _FIGURE.name, _FIGURE.count).where(_FIGURE.kind != _DERIVED)
_DERIVATION = select(_FIGURE.count).where(_FIGURE.kind == _DERIVED)
_SAMPLE = select(_KEY.norm, _KEY.traits, _KEY.marks).where(
    _KEY.id.between(bindparam("low"), bindparam("high"))
)
_WHOLE = select(_KEY.norm, _KEY.traits, _KEY.marks)
_COUNTED = select(_FIGURE.count).where(_FIGURE.kind == "TOTAL")
_NEWEST = select(func.max(_KEY.id)).where(_KEY.id <= RECORD_MASK)


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
        make_room(self._connection, max((n for kind, _, n in rows if kind == "TOTAL"), default=0))
        built = build(rows)
        self._connection.info[_CACHED] = (now, built)
        return built

    def keys(self) -> int:
        """How many keys there are, about: the number of the newest record that has one."""
        return int(self._connection.execute(_NEWEST).scalar() or 0)

    def counted(self) -> int:
        """How many keys there were when they were counted last; 0 where they never were."""
        return int(self._connection.execute(_COUNTED).scalar() or 0)

    def derivation(self) -> int | None:
        """By which tables of words every key was derived last; None where nobody knows."""
        found = self._connection.execute(_DERIVATION).scalar_one_or_none()
        return None if found is None else int(found)

    def note_derivation(self, number: int) -> None:
        """Every key is as the tables ``number`` derive it."""
        self._connection.execute(delete(registry_figure).where(_FIGURE.kind == _DERIVED))
        row = {"kind": _DERIVED, "name": "KEYS", "count": number}
        self._connection.execute(insert(registry_figure), row)

    def refresh(self, shape_of: Callable[[str], str]) -> int:
        """Counts anew; how many keys were read."""
        total = self.keys()
        shapes: Counter[str] = Counter()
        makes: Counter[str] = Counter()
        bores: Counter[str] = Counter()
        forms: Counter[str] = Counter()
        read = 0
        step = max(1, total // SAMPLE)
        for row in self._sampled(total, step):
            if not is_main(row.marks) or _UNREAD in row.norm:
                continue
            read += 1
            make = make_of(row.traits)
            shape = shape_of(row.norm)
            shapes[shape] += 1
            makes[str(make)] += 1
            bores[f"{make}:{bore_of(row.traits)}"] += 1
            if make:
                forms[f"{make}:{shape}"] += 1
        self._replace(
            [
                *_rows("SHAPE", shapes.items(), step),
                *_rows("MAKE", makes.items(), step),
                *_rows("BORE", bores.items(), step),
                *_rows("FORM", forms.items(), step),
                {"kind": "TOTAL", "name": "KEYS", "count": total},
            ]
        )
        return read

    def _sampled(self, total: int, step: int) -> Iterator[Row[str, int, int]]:
        """Every key of a small table; of a large one the first keys of every ``step``th stretch."""
        if step == 1:
            yield from self._connection.execute(_WHOLE)
            return
        length = max(1, total // (STRETCHES * step))
        for low in range(0, total, length * step):
            yield from self._connection.execute(_SAMPLE, {"low": low, "high": low + length - 1})

    def _replace(self, rows: Sequence[dict[str, object]]) -> None:
        self._connection.execute(delete(registry_figure).where(_FIGURE.kind != _DERIVED))
        self._connection.execute(insert(registry_figure), list(rows))
        self._connection.info.pop(_CACHED, None)


def _rows(kind: str, counts: Iterable[tuple[str, int]], step: int) -> Iterable[dict[str, object]]:
    return ({"kind": kind, "name": name, "count": count * step} for name, count in counts)
