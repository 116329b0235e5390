"""Whether the time of an answer tells that a record exists which the asker may not see.

Searches for weapons whose records are hidden from the asker, and for weapons that nobody filed, in
turns on one registry, each handled whole: read, asked, judged, logged, answered. A guesser who
knows both distributions, and has the least of some rounds, should do no better than by tossing a
coin. Bodies are held equal here, and by a test; this is the third way to tell. ``--unpaced``
leaves the ticks out in which answers end.

    python -m bench.hidden [--records N] [--questions N] [--unpaced] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bench.bulk import load_synthetic
from bench.lookup import handle_search
from bench.synthetic import Weapon, record_of, weapons
from gateway.payload import FirearmDescription
from gateway.registry import lookup
from gateway.registry.pacing import Pace
from gateway.registry.storage import describe
from gateway.store import Restriction, Store, Unit
from gateway.store.restrictions import class_of

SEED, OTHER = 7, 8
_ROUNDS = 3
_SHORT = 6


def measure(records: int, count: int) -> dict[str, Any]:
    """Medians in ms of both kinds, and how often a guess by the time alone is right (0.5: chance).

    Every record is hidden from the asker, so that all that is found is withheld.
    """
    with (
        tempfile.TemporaryDirectory(prefix="hidden-") as folder,
        Store.open(f"sqlite:///{Path(folder) / 'registry.db'}") as store,
    ):
        store.migrate()
        load_synthetic(store, records, SEED)
        with store.unit() as unit:
            _hide_all(unit)
        kinds = {
            "hidden": _described(weapons(records, SEED), count),
            "absent": _described(weapons(records, OTHER), count),
        }
        with store.unit() as unit:
            times = _times(unit, kinds)
    return {
        "records": records,
        "questions": min(map(len, times.values())),
        **{f"{kind}_median_ms": round(statistics.median(of), 3) for kind, of in times.items()},
        "load": os.getloadavg()[0],
        "guessed_right": round(_guessed(times["hidden"], times["absent"]), 3),
    }


def _described(source: Iterable[Weapon], count: int) -> list[FirearmDescription]:
    """Weapons as they would be asked for, written alike whether filed or not."""
    return [
        describe(record_of(weapon).firearm_record.firearm)
        for weapon in islice((weapon for weapon in source if len(weapon.serial) > _SHORT), count)
    ]


def _hide_all(unit: Unit) -> None:
    rules = Restriction(
        owner_agency="ZZZ-NCB",
        owner_country="ZZZ",
        open=False,
        allowed=frozenset(),
        denied=frozenset(),
    )
    hidden = class_of(unit.connection, rules)
    for table in ("marking_key", "firearm_record"):
        unit.connection.execute(
            text(f"UPDATE {table} SET visibility_id = :hidden"),  # noqa: S608 - our tables
            {"hidden": hidden},
        )


def _times(unit: Unit, kinds: dict[str, list[FirearmDescription]]) -> dict[str, list[float]]:
    """The least milliseconds of some rounds a question, in an order that has no pattern."""
    order = [(kind, question) for kind, of in kinds.items() for question in of]
    best: dict[int, float] = {}
    for number in range(_ROUNDS + 1):
        random.Random(number).shuffle(order)  # noqa: S311 - an order that can be drawn again
        for _, question in order:
            began = time.perf_counter()
            result = handle_search(unit, question)[0].payload.search_result
            took = 1000 * (time.perf_counter() - began)
            assert not result.candidate
            assert result.weak_count is None
            if number:
                best[id(question)] = min(best.get(id(question), took), took)
    return {kind: [best[id(question)] for question in of] for kind, of in kinds.items()}


def _guessed(hidden: Sequence[float], absent: Sequence[float]) -> float:
    """How often the slower of a hidden and an absent one is the hidden one (Mann-Whitney)."""
    ranks = sorted([(took, 1) for took in hidden] + [(took, 0) for took in absent])
    total = sum(rank for rank, (_, is_hidden) in enumerate(ranks, 1) if is_hidden)
    pairs = len(hidden) * len(absent)
    return (total - len(hidden) * (len(hidden) + 1) / 2) / pairs


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--unpaced", action="store_true", help="without the ticks")
    options = parser.parse_args(arguments)
    if options.unpaced:
        lookup.PACE = Pace(tick=timedelta(0))
    figures = measure(options.records, options.questions)
    print(
        json.dumps(figures) if options.json else "\n".join(f"{n}: {v}" for n, v in figures.items())
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
