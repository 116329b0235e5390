"""How fast and how large the registry is at one and at ten million records, beside a bare query.

Each figure stands beside the least that the same database could take in the same run: the driver
asking for one key by equality. The corpus is made once and kept in a folder, ``.state/scale``
unless another is named: records and search keys, without their XML, which a search reads of shown
records only. It measures no broker (see the end-to-end benchmark) and judges no answer (see the
quality benchmark).

    python -m bench.scale --records 1000000 --database sqlite|postgresql [--questions N] [--json]
        [--corpus FOLDER]
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bench.corpus import FOLDER, corpus, postgres_corpus
from bench.lookup import Times
from bench.quality import SEED
from bench.readings import Flaw, Read, mix, of_class
from bench.synthetic import NOW, record_of, weapons
from gateway.payload import Context, MessageTypeCode, PurposeCode
from gateway.registry.marks import read_serial
from gateway.registry.resembling import Terms
from gateway.registry.seeking import read_question, seek
from gateway.registry.storage import stored
from gateway.registry.weighing import figures_of
from gateway.store import Asker, Store, Unit

FILING_SEED = 9
BATCH = 10_000
NEW_RECORDS, NEW_AT_ONCE = 2_000, 100
_ASKER = Asker(party="NLD-CUSTOMS", country="NLD")
_FLOOR = {
    "sqlite": "SELECT id FROM marking_key WHERE sk = ?",
    "postgresql": "SELECT id FROM marking_key WHERE sk = %s",
}
_WARMING = 50
# Milliseconds at p50 and p99 that the issue of the registry asks for at 10 million on SQLite.
GOALS: dict[str, tuple[float | None, float]] = {
    "exact": (0.25, 1.0),
    "near": (2.0, 8.0),
    "one unknown": (None, 5.0),
    "two unknown": (None, 10.0),
    "three unknown": (None, 25.0),
    "star": (None, 35.0),
    "two slips, wide": (None, 300.0),
}


def measure(
    store: Store,
    records: int,
    questions: int,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """The figures of a registry that holds the corpus of ``records``."""
    with store.unit() as unit:
        kind = unit.connection.dialect.name
        terms = Terms(figures=unit.figures.current(NOW, figures_of))
        progress("warming")
        _warm(unit)
        rows = {}
        for name, reads, near, wide in _questions(records, questions):
            progress(name)
            rows[name] = _times(unit, terms, reads, near=near, wide=wide)
        batches = {}
        for near in (False, True):
            progress(f"batch of {BATCH:,}{', near' if near else ''}")
            batches["near" if near else "exact"] = _batch(unit, terms, records, near=near)
        progress("size")
        size = _bytes_a_record(unit, records)
    progress("new records")
    return {
        "database": kind,
        "records": records,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "rows": rows,
        "batch_of_10000": batches,
        "new_record": _new_records(store),
        "search_table_bytes_a_record": size,
    }


def _warm(unit: Unit) -> None:
    """Reads the search table and its indexes once, as the searches of some hours would."""
    for column in ("sk", "rk", "norm"):
        longest = f"SELECT max(length(CAST({column} AS text))) FROM marking_key"  # noqa: S608 - our words
        unit.connection.execute(text(longest)).scalar()


def _questions(records: int, questions: int) -> Iterator[tuple[str, list[Read], bool, bool]]:
    def of(flaw: Flaw, count: int = questions) -> list[Read]:
        return list(of_class(flaw, count + _WARMING, records, seed=SEED))

    few = max(questions // 20, 30)
    yield "exact", of(Flaw.FORMAT), False, False
    yield "near", list(mix(questions + _WARMING, records, seed=SEED)), True, False
    yield "one unknown", of(Flaw.ONE_UNKNOWN), True, False
    yield "two unknown", of(Flaw.TWO_UNKNOWN), True, False
    yield "three unknown", of(Flaw.THREE_UNKNOWN), True, False
    yield "star", of(Flaw.RUN), True, False
    yield "two slips, wide", of(Flaw.TWO_EDITS, few), True, True


def _times(
    unit: Unit, terms: Terms, reads: Sequence[Read], *, near: bool, wide: bool
) -> dict[str, float]:
    """Milliseconds of the complete path: read, ask, restrict, judge, settle.

    The processor's time is this process's, without a database server's part; on a busy machine it
    tells more than the clock.
    """
    floor, search, spent = Times("floor"), Times("search"), Times("processor")
    gc.collect()
    gc.freeze()
    cursor = unit.connection.connection.cursor()
    sql = _FLOOR[unit.connection.dialect.name]
    for number, read in enumerate(reads):
        if number == _WARMING:
            for times in (floor, search, spent):
                times.seconds.clear()
        keys = read_serial(read.weapon.serial).keys
        key = keys[0].sk if keys else 0
        floor.time(lambda key=key: cursor.execute(sql, (key,)).fetchall())
        began = time.process_time()
        search.time(
            lambda read=read: seek(
                [read_question(read.description, records=terms.records, near=near, wide=wide)],
                _ASKER,
                unit,
                terms,
            )
        )
        spent.seconds.append(time.process_time() - began)
    base = floor.quantile_ms(0.5)
    return {
        "floor_p50_ms": round(base, 4),
        "p50_ms": round(search.quantile_ms(0.5), 3),
        "p99_ms": round(search.quantile_ms(0.99), 3),
        "cpu_p50_ms": round(spent.quantile_ms(0.5), 3),
        "cpu_p99_ms": round(spent.quantile_ms(0.99), 3),
        "floors": round(search.quantile_ms(0.5) / base, 1),
    }


def _batch(unit: Unit, terms: Terms, records: int, *, near: bool) -> dict[str, float]:
    """Seconds for a batch: equal serials for texts without unknown characters, or everything."""
    drawn = mix(2 * BATCH, records, seed=SEED)
    reads = list(islice((read for read in drawn if near or not _has_unknown(read)), BATCH))
    gc.collect()
    gc.freeze()  # readings and their weapons are the benchmark's, not a hub's
    began, spent = time.perf_counter(), time.process_time()
    asked = [read_question(read.description, records=terms.records, near=near) for read in reads]
    seek(asked, _ASKER, unit, terms)
    return {
        "seconds": round(time.perf_counter() - began, 2),
        "cpu_seconds": round(time.process_time() - spent, 2),
    }


def _has_unknown(read: Read) -> bool:
    return "?" in read.text or "*" in read.text


def _new_records(store: Store) -> dict[str, float]:
    """Milliseconds of processor time a record: rows, markings and keys with all their indexes,
    a hundred to a durable commit; deriving them from the record is the second figure."""
    records = [record_of(weapon) for weapon in weapons(NEW_RECORDS, FILING_SEED, ("FRA-NCB",))]
    began = time.process_time()
    rows = [
        stored(one.firearm_record, _context(one), now=NOW, recovery_date=None) for one in records
    ]
    derived = time.process_time() - began
    began, wall = time.process_time(), time.perf_counter()
    for first in range(0, len(rows), NEW_AT_ONCE):
        with store.unit() as unit:
            unit.records.add(rows[first : first + NEW_AT_ONCE])
    written, took = time.process_time() - began, time.perf_counter() - wall
    _forget(store, [row.record_id for row in rows])
    return {
        "written_cpu_ms": round(1000 * written / len(rows), 3),
        "written_wall_ms": round(1000 * took / len(rows), 3),
        "derived_cpu_ms": round(1000 * derived / len(rows), 3),
    }


def _context(submit: Any) -> Context:
    context: Context = submit.context
    assert context.message_type_code is MessageTypeCode.REC_SUBMIT
    assert context.purpose_code is PurposeCode.ALERT
    return context


def _forget(store: Store, record_ids: Sequence[str]) -> None:
    """Takes the new records out again, so that the kept corpus stays as it is."""
    with store.unit() as unit:
        found = [one.id for one in unit.records.held(record_ids, _ASKER)]
        ids = ", ".join(map(str, found))
        for table, column in (
            ("marking_key", "id"),
            ("marking", "firearm_id"),
            ("record_content", "firearm_id"),
            ("firearm_record", "id"),
        ):
            unit.connection.execute(text(f"DELETE FROM {table} WHERE {column} IN ({ids})"))  # noqa: S608 - our numbers


def _bytes_a_record(unit: Unit, records: int) -> dict[str, float]:
    """Bytes a record of the search table and each of its indexes."""
    if unit.connection.dialect.name == "sqlite":
        sql = "SELECT name, sum(pgsize) FROM dbstat WHERE name LIKE '%marking_key%' GROUP BY 1"
    else:
        sql = (
            "SELECT relname, pg_relation_size(oid) FROM pg_class"
            " WHERE relname LIKE '%marking_key%' AND relkind IN ('r', 'i')"
        )
    parts = {row[0]: round(row[1] / records, 1) for row in unit.connection.execute(text(sql))}
    return parts | {"all": round(sum(parts.values()), 1)}


def table(figures: dict[str, Any]) -> str:
    """The figures as lines of text."""
    head = f"{figures['database']}, {figures['records']:,} records, {figures['cores']} cores"
    lines = [
        f"{head}, load {figures['load']:.1f}",
        f"  {'':18}{'p50 ms':>9}{'cpu':>8}{'goal':>7}{'p99 ms':>9}{'cpu':>9}{'goal':>7}  floors",
    ]
    for name, row in figures["rows"].items():
        p50, p99 = GOALS[name]
        lines.append(
            f"  {name:18}{row['p50_ms']:9.3f}{row['cpu_p50_ms']:8.3f}{p50 or '':>7}"
            f"{row['p99_ms']:9.3f}{row['cpu_p99_ms']:9.3f}{p99:>7}{row['floors']:8.1f}"
        )
    others = ("batch_of_10000", "new_record", "search_table_bytes_a_record")
    lines += [f"  {name}: {figures[name]}" for name in others]
    return "\n".join(lines)


@contextmanager
def _store(
    records: int, kind: str, folder: Path, progress: Callable[[str], None]
) -> Iterator[Store]:
    with ExitStack() as held:
        if kind == "sqlite":
            url = f"sqlite:///{corpus(records, folder=folder, progress=progress)}"
        else:
            url = held.enter_context(postgres_corpus(records, folder=folder, progress=progress))
        store = held.enter_context(Store.open(url))
        store.migrate()  # a kept one may be older than the newest table
        yield store


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures one kind of database at one size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--corpus", type=Path, default=FOLDER, help="where registries are kept")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)

    def progress(words: str) -> None:
        print(f"\r{words:40}", end="", file=sys.stderr, flush=True)

    with _store(options.records, options.database, options.corpus, progress) as store:
        figures = measure(store, options.records, options.questions, progress=progress)
    print(file=sys.stderr)
    kept = options.corpus / f"{options.database}-{options.records}.json"
    kept.write_text(json.dumps(figures, indent=2))
    print(json.dumps(figures, indent=2) if options.json else table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
