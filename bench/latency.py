"""How long a search takes by what is wrong with its serial, beside a bare query for one key.

Both sides ask the same database in turns in one process: read, ask, restrict, judge and settle
against the driver's fetch of one key by equality. It measures no XML, no log and no broker.

    python -m bench.latency --database URL [--records N] [--questions N] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from typing import Any

from bench.lookup import Times
from bench.quality import SEED
from bench.readings import Flaw, Read, mix, of_class
from bench.synthetic import NOW
from gateway.registry.marks import read_serial
from gateway.registry.resembling import Terms
from gateway.registry.seeking import read_question, seek
from gateway.registry.weighing import figures_of
from gateway.store import Asker, Store, Unit

_ASKER = Asker(party="NLD-CUSTOMS", country="NLD")
_WARMING = 50
_FLOOR = {
    "sqlite": "SELECT id FROM marking_key WHERE sk = ?",
    "postgresql": "SELECT id FROM marking_key WHERE sk = %s",
}


def measure(database: str, records: int, questions: int) -> dict[str, Any]:
    """Milliseconds at p50 and p99, and p50 in bare queries, by class; batches of 1,000."""
    with Store.open(database) as store, store.unit() as unit:
        terms = Terms(figures=unit.figures.current(NOW, figures_of))
        rows = {"exact only": _times(unit, terms, _of(Flaw.FORMAT, records, questions), near=False)}
        for flaw in (Flaw.FORMAT, Flaw.LOOK_ALIKE, Flaw.REPLACED, Flaw.ONE_UNKNOWN):
            rows[f"{flaw}"] = _times(unit, terms, _of(flaw, records, questions))
        for flaw in (Flaw.TWO_UNKNOWN, Flaw.THREE_UNKNOWN, Flaw.RUN, Flaw.AFFIX):
            rows[f"{flaw}"] = _times(unit, terms, _of(flaw, records, questions))
        wide = _of(Flaw.TWO_EDITS, records, max(questions // 20, 20))
        rows["wide E2"] = _times(unit, terms, wide, wide=True)
        batches = {
            "exact_ms_an_item": _batch(unit, terms, records, near=False),
            "near_ms_an_item": _batch(unit, terms, records, near=True),
        }
        size = None
        if unit.connection.dialect.name == "sqlite":
            size = _bytes_a_key(unit)
        return {
            "database": unit.connection.dialect.name,
            "keys": unit.figures.keys(),
            "rows": rows,
            "batches": batches,
            "search_table_bytes_a_key": size,
        }


def _of(flaw: Flaw, records: int, questions: int) -> list[Read]:
    return list(of_class(flaw, questions + _WARMING, records, seed=SEED))


def _times(
    unit: Unit, terms: Terms, reads: Sequence[Read], *, near: bool = True, wide: bool = False
) -> dict[str, float]:
    floor, search = Times("floor"), Times("search")
    cursor = unit.connection.connection.cursor()
    sql = _FLOOR[unit.connection.dialect.name]
    for number, read in enumerate(reads):
        if number == _WARMING:
            floor.seconds.clear()
            search.seconds.clear()
        keys = read_serial(read.weapon.serial).keys
        key = keys[0].sk if keys else 0
        floor.time(lambda key=key: cursor.execute(sql, (key,)).fetchall())
        search.time(
            lambda read=read: seek(
                [read_question(read.description, records=terms.records, near=near, wide=wide)],
                _ASKER,
                unit,
                terms,
            )
        )
    base = floor.quantile_ms(0.5)
    return {
        "floor_p50_ms": round(base, 4),
        "p50_ms": round(search.quantile_ms(0.5), 3),
        "p99_ms": round(search.quantile_ms(0.99), 3),
        "floors": round(search.quantile_ms(0.5) / base, 1),
    }


def _batch(unit: Unit, terms: Terms, records: int, *, near: bool) -> float:
    reads = list(mix(1_000, records, seed=SEED))
    began = time.perf_counter()
    asked = [read_question(read.description, records=terms.records, near=near) for read in reads]
    seek(asked, _ASKER, unit, terms)
    return round(time.perf_counter() - began, 3)


def _bytes_a_key(unit: Unit) -> float | None:
    cursor = unit.connection.connection.cursor()
    try:
        cursor.execute(
            "SELECT name, sum(pgsize) FROM dbstat WHERE name LIKE '%marking_key%' GROUP BY 1"
        )
    except Exception:  # noqa: BLE001 - SQLite may be built without dbstat
        return None
    keys = unit.figures.keys()
    return {name: round(size / keys, 1) for name, size in cursor.fetchall()}  # type: ignore[return-value]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures the database that was named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--database", required=True, help="URL, loaded by the quality benchmark")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=400)
    options = parser.parse_args(arguments)
    figures = measure(options.database, options.records, options.questions)
    print(json.dumps(figures, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
