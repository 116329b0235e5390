"""What a search waits for while the registry files a large batch piece by piece, in process.

Between two pieces one search is answered; its worst case is that it came just as a piece began.
It measures neither broker nor envelopes (see ``latency``).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.synthetic import record_of, weapons
from gateway import registry
from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, IdSource
from gateway.payload import (
    ContactPoint,
    CountryCode,
    FirearmDescription,
    LegibilityCode,
    Marking,
    MarkingKindCode,
    PurposeCode,
    RecordBatch,
    RecordBatchItem,
    Search,
    SearchReasonCode,
    SearchRequest,
    decode,
    encode,
)
from gateway.store import Store

OWNER, ASKER, SEED = "FRA-NCB", "NLD-CUSTOMS", 11


def measure(*, items: int, a_message: int) -> dict[str, Any]:
    """Seconds and worst waits for ``items`` filings in messages of ``a_message``."""
    frame = _frame(OWNER)
    records = [record_of(weapon).firearm_record for weapon in weapons(items, SEED, (OWNER,))]
    messages = [
        encode(
            RecordBatch(
                context=frame.context("REC_BATCH", purpose=PurposeCode.ALERT),
                record_batch_item=tuple(
                    RecordBatchItem(item_id=str(place), firearm_record=record)
                    for place, record in enumerate(records[first : first + a_message], first)
                ),
            )
        )
        for first in range(0, items, a_message)
    ]
    with (
        tempfile.TemporaryDirectory(prefix="iarms-bench-") as folder,
        Store.open(f"sqlite:///{Path(folder) / 'hub.db'}") as store,
    ):
        store.migrate()
        return _run(store, messages, items)


def _run(store: Store, messages: list[bytes], items: int) -> dict[str, Any]:
    began, taken, pieces, searches, reports = time.perf_counter(), [], [], [], 0
    for number, octets in enumerate(messages):
        start = time.perf_counter()
        batch = decode(octets)
        with store.unit() as unit:
            posted = registry.handle(
                batch, sender=OWNER, unit=unit, frame=_frame(REGISTRY_PARTY), message_id=str(number)
            )
        taken.append(time.perf_counter() - start)
        reports += sum(one.answers for one in posted)
        while True:
            start = time.perf_counter()
            now = datetime.now(UTC)
            with store.unit() as unit:
                timers = [one for one in unit.timers.due(now) if one.kind == "registry.batch"]
                if not timers or not unit.timers.take(timers[0]):
                    break
                posted = registry.due(timers[0], unit, _frame(REGISTRY_PARTY), registry.Clocks())
                reports += sum(one.answers for one in posted)
            pieces.append(time.perf_counter() - start)
            searches.append(_search(store))
    lasted = time.perf_counter() - began
    return {
        "machine": f"{os.cpu_count()} cores",
        "items": items,
        "messages": len(messages),
        "reports": reports,
        "seconds": round(lasted, 2),
        "rate_a_day": int(items / lasted * 86_400),
        "longest_acceptance_ms": round(max(taken) * 1000, 1),
        "longest_piece_ms": round(max(pieces) * 1000, 1),
        "median_piece_ms": round(sorted(pieces)[len(pieces) // 2] * 1000, 1),
        "worst_search_ms": round(
            max(piece + search for piece, search in zip(pieces, searches, strict=True)) * 1000, 1
        ),
    }


def _search(store: Store) -> float:
    frame = _frame(ASKER)
    search = Search(
        search_id=frame.ids.search_id("NLD"),
        reason_code=SearchReasonCode.CUSTOMS_CONTROL,
        object_in_sight_indicator=False,
        place_of_check_country=CountryCode.NLD,
        firearm=FirearmDescription(
            marking=(
                Marking(
                    kind_code=MarkingKindCode.SERIAL,
                    legibility_code=LegibilityCode.LEGIBLE,
                    text_as_marked="KX4471902",
                ),
            )
        ),
        store_for_delayed_hit_indicator=False,
    )
    context = frame.context(
        "SEARCH_REQUEST", purpose=PurposeCode.BORDER_CONTROL, case_reference="BENCH-1"
    )
    start = time.perf_counter()
    with store.unit() as unit:
        registry.handle(
            SearchRequest(context=context, search=search),
            sender=ASKER,
            unit=unit,
            frame=_frame(REGISTRY_PARTY),
        )
    return time.perf_counter() - start


def _frame(party: str) -> Frame:
    now = datetime.now(UTC)
    return Frame(
        party=party,
        country=party[:3],
        system_id="bench",
        now=now,
        ids=IdSource(now=lambda: now, random=os.urandom),
        pseudonym="bench",
        contact=ContactPoint(contact_name="bench", available_always_indicator=True),
        test=False,
    )


def main() -> int:
    """Prints the figures for messages of a node's size and of the largest that fits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--messages-of", type=int, nargs="+", default=[250, 4_000])
    options = parser.parse_args()
    for size in options.messages_of:
        print(json.dumps(measure(items=options.items, a_message=size), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
