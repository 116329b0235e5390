"""How long a page of the trace work list takes at 100,000 cases: ``python -m bench.worklist``.

It measures the queries of ``iarms trace list`` on SQLite, not the start of a command.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from gateway.store import Store, TraceCase, TraceFilter, Unit

CASES = 100_000
_REPEATS = 20
_STATES = ("SENT", "DELIVERED", "ACKNOWLEDGED", "IN_PROGRESS", "ANSWERED", "CLOSED", "CLOSED")
_SEED = 7
_RARE = "ZZZ-NCB"
"""A party with one case: what few cases meet is what takes longest to find."""
_LONG_AGO = timedelta(days=510)


def cases(count: int) -> list[TraceCase]:
    """Cases of two years with twenty partners, most of them closed."""
    draw, start = Random(_SEED), datetime(2025, 1, 1, tzinfo=UTC)  # noqa: S311 - figures, no secret
    nothing: dict[str, Any] = {field.name: None for field in fields(TraceCase)}
    found = []
    for number in range(count):
        sent = start + timedelta(seconds=draw.randrange(2 * 365 * 86_400))
        state = draw.choice(_STATES)
        values = {
            "trace_id": f"T-FRA-{number:026}",
            "chain_id": f"C-FRA-{number // 2:026}",
            "side": draw.choice(("REQUESTER", "RESPONDER")),
            "peer": _RARE if number == 77 else f"{draw.choice('ABCDEFGHIJKLMNOPQRST')}AA-NCB",
            "state": state,
            "priority": "ROUTINE",
            "reason": "COUNTRY_OF_MANUFACTURE",
            "test": False,
            "firearm_type": "PISTOL",
            "make": "GLOCK",
            "model": "17",
            "calibre": "9x19",
            "serial": f"AB{number:06}",
            "serial_status": "PRESENT",
            "recovery_country": "FRA",
            "recovery_date": "2025",
            "sent": sent,
            "stopped_us": 0,
            "due": None if state == "CLOSED" else sent + timedelta(days=30),
            "reminders": 0,
            "no_answer": False,
            "changed": sent,
            "unread": draw.randrange(2),
        }
        found.append(TraceCase(**{**nothing, **values}))
    return found


def main() -> None:
    """Prints the median and the slowest of some pages, with the machine's size."""
    now = datetime(2026, 6, 1, tzinfo=UTC)
    pages: dict[str, Callable[[Unit], object]] = {
        "first page": lambda u: u.traces.page(TraceFilter()),
        "incoming, open": lambda u: u.traces.page(TraceFilter(side="RESPONDER", open_only=True)),
        "one state": lambda u: u.traces.page(TraceFilter(state="SENT")),
        "one party": lambda u: u.traces.page(TraceFilter(peer="CAA-NCB")),
        "overdue": lambda u: u.traces.page(TraceFilter(overdue_at=now)),
        "one serial": lambda u: u.traces.page(TraceFilter(serial="AB000077")),
        "unread, older": lambda u: u.traces.page(
            TraceFilter(unread_only=True, sent_before=now - timedelta(days=90))
        ),
        "page 1,000": lambda u: u.traces.page(TraceFilter(), skip=50_000),
        "rare party": lambda u: u.traces.page(TraceFilter(peer=_RARE)),
        "rare, incoming": lambda u: u.traces.page(TraceFilter(peer=_RARE, side="RESPONDER")),
        "rare, overdue": lambda u: u.traces.page(TraceFilter(peer=_RARE, overdue_at=now)),
        "nobody's": lambda u: u.traces.page(TraceFilter(assignee="nobody")),
        "urgent": lambda u: u.traces.page(TraceFilter(priority="URGENT")),
        "oldest": lambda u: u.traces.page(TraceFilter(sent_before=now - _LONG_AGO)),
        "counts": lambda u: u.traces.counts(TraceFilter()),
        "counts, rare": lambda u: u.traces.counts(TraceFilter(peer=_RARE)),
        "counts, old": lambda u: u.traces.counts(TraceFilter(sent_before=now)),
    }
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{Path(folder) / 'bench.db'}")
        store.migrate()
        with store.unit() as unit:
            unit.traces.add_all(cases(CASES))
        print(f"{CASES:,} cases, SQLite, {os.cpu_count()} cores")
        for name, read in pages.items():
            taken = sorted(_timed(store, read) for _ in range(_REPEATS))
            print(f"{name:16} median {taken[_REPEATS // 2]:7.1f} ms   slowest {taken[-1]:7.1f} ms")
        store.close()


def _timed(store: Store, read: Callable[[Unit], object]) -> float:
    start = time.perf_counter()
    with store.unit() as unit:
        read(unit)
    return (time.perf_counter() - start) * 1_000


if __name__ == "__main__":
    main()
