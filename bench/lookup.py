"""How fast a search finds a weapon, beside the least that the same database could take.

The floor is the bare driver asking for one key by equality; all sides take the same questions in
turns in one process. It measures no broker and no envelope (see the end-to-end benchmark).

    python -m bench.lookup [--records N] [--database URL] [--json]
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bench.bulk import load_synthetic
from bench.questions import Flaw, Question, questions
from bench.synthetic import NOW, record_of, weapons
from gateway import registry
from gateway.frame import Frame
from gateway.ids import IdSource
from gateway.payload import (
    ContactPoint,
    CountryCode,
    FirearmDescription,
    GradeCode,
    MessageTypeCode,
    PurposeCode,
    RecordBatch,
    RecordBatchItem,
    Search,
    SearchBatch,
    SearchBatchItem,
    SearchReasonCode,
    SearchRequest,
    SearchResponse,
    SearchResult,
)
from gateway.registry.marks import zero_variants
from gateway.registry.matching import Match, judge
from gateway.registry.skeleton import forward_key, skeleton
from gateway.registry.storage import serial_found, traits_found
from gateway.registry.weapons import numbered_markings, read_traits, serials_of, texts_of
from gateway.store import Asker, Found, Store, Unit
from tests.real_postgres import private_postgres

__all__ = ["load_synthetic", "main", "measure"]

SEED = 7
OTHER_SEED = 8
FILING_SEED = 9
QUESTIONS = 3_000
WARMING = 300
COMMITTED = 300
BATCH = 1_000
ASKER = "NLD-CUSTOMS"
HUB = "XPO-REGISTRY"
MOST = 2_001
_FLOOR = {
    "sqlite": "SELECT id FROM marking_key WHERE sk = ?",
    "postgresql": "SELECT id FROM marking_key WHERE sk = %s",
}
_SHOWN = (GradeCode.A, GradeCode.B, GradeCode.C, GradeCode.D)
_HIT = (GradeCode.A, GradeCode.B)


@dataclass(slots=True)
class Times:
    """Seconds that one side took for each question."""

    name: str
    seconds: list[float] = field(default_factory=list)

    def time(self, job: Callable[[], Any]) -> Any:
        """What ``job`` gives; the time it took is kept."""
        began = time.perf_counter()
        result = job()
        self.seconds.append(time.perf_counter() - began)
        return result

    def quantile_ms(self, share: float) -> float:
        """The time in milliseconds within which ``share`` of the questions were answered."""
        ranked = sorted(self.seconds)
        return 1000 * ranked[min(int(share * len(ranked)), len(ranked) - 1)]


def measure(
    records: int = 1_000_000,
    database: str | None = None,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Loads ``records`` into an empty ``database`` (a SQLite file of its own unless given) and
    measures it: times in ms, ratios to the floor, and how good the answers are."""
    with ExitStack() as stack:
        if database is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="lookup-"))
            database = f"sqlite:///{Path(folder) / 'registry.db'}"
        store = stack.enter_context(Store.open(database))
        store.migrate()
        progress(f"loading {records:,} records")
        load_s = load_synthetic(
            store, records, SEED, progress=lambda done: progress(f"loaded {done:,}")
        )
        with store.unit() as unit:
            kind = unit.connection.dialect.name
        asked = list(questions(QUESTIONS + WARMING, records, seed=SEED, other=OTHER_SEED))
        progress("asking")
        return {
            "database": kind,
            "records": records,
            "load_s": round(load_s, 1),
            "rows": _latencies(store, asked),
            "quality": _quality(store, asked),
            "batches": _batches(store, asked),
        }


def _latencies(store: Store, asked: Sequence[Question]) -> list[dict[str, Any]]:
    names = ("bare driver, one key", "our statement", "lookup", "search handled")
    floor, statement, lookup, handled = (Times(name) for name in names)
    warm, measured = asked[:WARMING], asked[WARMING:]
    gc.collect()
    for part in (warm, measured):
        for times in (floor, statement, lookup, handled):
            times.seconds.clear()
        with store.unit() as unit:
            bare = _bare(unit)
            for question in part:
                description = question.description
                keys = _keys(description)
                floor.time(partial(bare, keys[0]))
                statement.time(partial(unit.lookups.by_keys, keys, _asker(), most=MOST))
                lookup.time(partial(look_up, unit, description))
                handled.time(partial(handle_search, unit, description))
    durable = Times("search handled, durable commit each")
    for question in measured[:COMMITTED]:
        durable.time(partial(_handle_alone, store, question.description))
    base = floor.quantile_ms(0.5)
    return [
        {
            "name": times.name,
            "p50_ms": round(times.quantile_ms(0.5), 3),
            "p99_ms": round(times.quantile_ms(0.99), 3),
            "floors": round(times.quantile_ms(0.5) / base, 1),
        }
        for times in (floor, statement, lookup, handled, durable)
    ]


def look_up(unit: Unit, description: FirearmDescription) -> list[tuple[Found, Match]]:
    """The complete path of a search short of XML and log: read, ask, restrict, judge."""
    serials = serials_of(numbered_markings(description))
    keys = {
        forward_key(skeleton(variant))
        for serial in serials
        for variant in zero_variants(serial.key.norm)
    }
    traits = read_traits(texts_of(description))
    judged = (
        (row, judge(serials, traits, (serial_found(row),), traits_found(row)))
        for row in unit.lookups.by_keys(keys, _asker(), most=MOST)
    )
    return [(row, match) for row, match in judged if match is not None]


def _quality(store: Store, asked: Sequence[Question]) -> dict[str, dict[str, float]]:
    """Shares of readings whose weapon was a hit (A, B), was shown (A to D), and how many rows
    were shown; for strangers any hit and any candidate is a false one."""
    counts: dict[Flaw, Counter[str]] = {flaw: Counter() for flaw in Flaw}
    with store.unit() as unit:
        for question in asked:
            result = _result(handle_search(unit, question.description))
            count = counts[question.flaw]
            right = question.weapon.number if question.flaw is not Flaw.UNREGISTERED else None
            grades = {
                one.grade_code
                for one in result.candidate
                if right is None or _names(one.record_id, question)
            }
            count["asked"] += 1
            count["hit"] += bool(grades & set(_HIT))
            count["shown"] += bool(grades & set(_SHOWN))
            count["rows"] += len(result.candidate)
    return {
        flaw.value: {
            "asked": count["asked"],
            "hit": round(count["hit"] / count["asked"], 4),
            "shown": round(count["shown"] / count["asked"], 4),
            "rows": round(count["rows"] / count["asked"], 2),
        }
        for flaw, count in counts.items()
    }


def _names(record_id: str, question: Question) -> bool:
    return record_id == record_of(question.weapon).firearm_record.record_id


def _batches(store: Store, asked: Sequence[Question]) -> dict[str, float]:
    """Milliseconds an item of a batch of 1,000 searches, and of 1,000 new records, committed."""
    hub, sender = _frame(HUB), _frame(ASKER)
    items = tuple(
        SearchBatchItem(item_id=str(number), search=_search(question.description))
        for number, question in enumerate(asked[:BATCH])
    )
    context = sender.context(MessageTypeCode.SEARCH_BATCH, purpose=PurposeCode.BORDER_CONTROL)
    batch = SearchBatch(context=context, search_batch_item=items)
    owner = "FRA-NCB"
    filed = tuple(
        RecordBatchItem(item_id=weapon.number, firearm_record=record_of(weapon).firearm_record)
        for weapon in weapons(BATCH, FILING_SEED, (owner,))
    )
    context = _frame(owner).context(MessageTypeCode.REC_BATCH, purpose=PurposeCode.ALERT)
    filing = RecordBatch(context=context, record_batch_item=filed)
    figures: dict[str, float] = {}
    for name, payload, party in (("search", batch, ASKER), ("filing", filing, owner)):
        began = time.perf_counter()
        with store.unit() as unit:
            registry.handle(payload, sender=party, unit=unit, frame=hub)
        figures[f"{name}_ms_an_item"] = round(1000 * (time.perf_counter() - began) / BATCH, 3)
    return figures


def _bare(unit: Unit) -> Callable[[int], list[Any]]:
    cursor = unit.connection.connection.cursor()
    sql = _FLOOR[unit.connection.dialect.name]

    def ask(key: int) -> list[Any]:
        cursor.execute(sql, (key,))
        return list(cursor.fetchall())

    return ask


def _keys(description: FirearmDescription) -> list[int]:
    serials = serials_of(numbered_markings(description))
    return [
        forward_key(skeleton(variant))
        for serial in serials
        for variant in zero_variants(serial.key.norm)
    ]


def handle_search(unit: Unit, description: FirearmDescription) -> Any:
    sender = _frame(ASKER)
    context = sender.context(MessageTypeCode.SEARCH_REQUEST, purpose=PurposeCode.BORDER_CONTROL)
    request = SearchRequest(context=context, search=_search(description))
    return registry.handle(request, sender=ASKER, unit=unit, frame=_frame(HUB))


def _handle_alone(store: Store, description: FirearmDescription) -> Any:
    with store.unit() as unit:
        return handle_search(unit, description)


def _result(postings: Sequence[Any]) -> SearchResult:
    answer = postings[0].payload
    assert isinstance(answer, SearchResponse)
    return answer.search_result


def _search(description: FirearmDescription) -> Search:
    return Search(
        search_id=_frame(ASKER).ids.search_id("NLD"),
        reason_code=SearchReasonCode.CUSTOMS_CONTROL,
        object_in_sight_indicator=True,
        place_of_check_country=CountryCode.NLD,
        firearm=description,
        store_for_delayed_hit_indicator=True,
    )


_IDS = IdSource(now=lambda: NOW, random=os.urandom)


def _frame(party: str) -> Frame:
    return Frame(
        party=party,
        country=party[:3],
        system_id="bench",
        now=NOW,
        ids=_IDS,
        pseudonym="bench",
        contact=ContactPoint(contact_name=party, available_always_indicator=True),
        test=True,
    )


def _asker() -> Asker:
    return Asker(party=ASKER, country=ASKER[:3])


def table(figures: dict[str, Any]) -> str:
    """The figures as lines of text."""
    head = f"{figures['database']}, {figures['records']:,} records, loaded in {figures['load_s']} s"
    lines = [head, f"  {'':38}{'p50 ms':>9}{'p99 ms':>9}{'floors':>8}"]
    lines += [
        f"  {row['name']:38}{row['p50_ms']:9.3f}{row['p99_ms']:9.3f}{row['floors']:8.1f}"
        for row in figures["rows"]
    ]
    lines += [f"  {name}: {value}" for name, value in figures["batches"].items()]
    lines += [f"  {name}: {shares}" for name, shares in figures["quality"].items()]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures SQLite and a private PostgreSQL, or the one database that was named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--database", help="URL of an empty database; default: one of each kind")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)

    def progress(words: str) -> None:
        print(f"\r{words:40}", end="", file=sys.stderr, flush=True)

    measured = []
    if options.database:
        measured.append(measure(options.records, options.database, progress=progress))
    else:
        measured.append(measure(options.records, progress=progress))
        with private_postgres() as url:
            measured.append(measure(options.records, url, progress=progress))
    print(file=sys.stderr)
    print(json.dumps(measured, indent=2) if options.json else "\n\n".join(map(table, measured)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
