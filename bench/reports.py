"""How long each report takes at a million records and 100,000 cases: ``python -m bench.reports``.

It measures reports over the tables of facts on SQLite, not the start of a command. What it counts
follows from the number it draws from; the log of facts stays empty, for no figure reads it. With
``--sections`` each table of each report stands for itself; the load stands beside the figures.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from gateway.statistics import (
    Format,
    Origin,
    Scope,
    bring,
    built_in,
    compute,
    make_report,
    render,
)
from gateway.statistics.facts import (
    AnyFact,
    HitConfirmation,
    HitTold,
    RecordAnswered,
    RecordChanged,
    RecordFiled,
    SearchAnswered,
    Searched,
    Seized,
    TraceAnswered,
    TraceAsked,
    TraceClosed,
    TraceStep,
)
from gateway.store import Store

RECORDS, CASES = 1_000_000, 100_000
_SEED = 11
_AT_ONCE = 20_000
_START = datetime(2022, 1, 1, tzinfo=UTC)
_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_COUNTRIES = ("FRA", "NLD", "DEU", "BEL", "ESP", "USA", "MEX", "BRA", "TUR", "SRB", "ALB", "ITA")
_MAKES = tuple(f"MAKE{n:03}" for n in range(200))
_CALIBRES = tuple(f"CALIBRE{n:02}" for n in range(60))
_TYPES = ("PISTOL", "REVOLVER", "RIFLE", "SHOTGUN")
_SERIALS = ("PRESENT", "PRESENT", "PRESENT", "RESTORED", "REMOVED_OTHER")
_OUTCOMES = ("TRACED_RETAILER", "TRACED_FIRST_PURCHASER", "NO_RECORD", "RECORDS_TOO_OLD")


def history(records: int, cases: int) -> Iterator[AnyFact]:
    """Five years of a large country: records, and as many searches, hits, seizures and traces."""
    draw = Random(_SEED)  # noqa: S311 - figures, no secret
    yield from _records(draw, records)
    yield from _searches(draw, cases)
    yield from _seized(draw, cases)
    yield from _traces(draw, cases)


def _instant(draw: Random) -> datetime:
    return _START + timedelta(minutes=draw.randrange(5 * 365 * 24 * 60 - 60_000))


def _firearm(draw: Random) -> dict[str, str]:
    return {
        "firearm_type": draw.choice(_TYPES),
        "make": _MAKES[int(draw.betavariate(1, 6) * len(_MAKES))],
        "model": f"M{draw.randrange(20)}",
        "calibre": draw.choice(_CALIBRES),
        "serial_status": draw.choice(_SERIALS),
    }


def _serial(draw: Random) -> dict[str, Any]:
    form = f"{draw.choice('ABCDEFGH')}{draw.choice('KLMN')}######"
    return {"serial_series": form, "serial_number": draw.randrange(1_000_000)}


def _records(draw: Random, count: int) -> Iterator[AnyFact]:
    for number in range(count):
        at, subject = _instant(draw), f"R-FRA-{number:026}"
        event = at.date() - timedelta(days=int(draw.expovariate(0.02)))
        day = event.isoformat()
        yield RecordFiled(
            subject=subject,
            at=at,
            record_type=draw.choice(("STOLEN", "STOLEN", "LOST", "SMUGGLED")),
            owner_category=draw.choice(("PRIVATE", "DEALER", "STATE")),
            event_date=day[:7] if draw.random() < 0.05 else day,
            entered=at,
            review_date=(at.date() + timedelta(days=1_825)).isoformat(),
            batch_theft=f"B{number // 30}" if draw.random() < 0.02 else None,
            status="ACTIVE",
            **_firearm(draw),
        )
        yield RecordAnswered(subject=subject, filing="ACCEPTED")
        if draw.random() < 0.12:
            found = event + timedelta(days=int(draw.expovariate(0.005)))
            yield RecordChanged(
                subject=subject,
                at=at + timedelta(days=30),
                status="CLOSED",
                closure_reason=draw.choice(("RECOVERED_NATIONAL", "ENTERED_IN_ERROR")),
                recovery_date=found.isoformat(),
            )


def _searches(draw: Random, count: int) -> Iterator[AnyFact]:
    for number in range(count):
        at, subject, firearm = _instant(draw), f"Q-FRA-{number:026}", _firearm(draw)
        yield Searched(
            subject=subject, at=at, purpose=draw.choice(("BORDER_CONTROL", "INVESTIGATION")),
            reason="OBJECT_IN_SIGHT", country="FRA", pseudonym=f"u-{draw.randrange(300)}",
            **firearm,
        )  # fmt: skip
        hit = draw.random() < 0.2
        yield SearchAnswered(
            subject=subject,
            at=at + timedelta(milliseconds=draw.expovariate(0.01)),
            result="HIT" if hit else "NO_HIT",
            grade="A" if hit else None,
        )
        if hit:
            owner = draw.choice(_COUNTRIES)
            yield HitTold(
                subject=f"H{number}", at=at, role="SEARCHER", origin="SEARCH",
                grade=draw.choice("AB"), owner_country=owner, finder_country="FRA",
                found_country="FRA", record_type="STOLEN", record=f"R-{owner}-{number:026}",
                search=subject, **firearm,
            )  # fmt: skip
            yield HitConfirmation(
                subject=f"H{number}",
                asked=at + timedelta(minutes=1),
                answered=at + timedelta(minutes=draw.expovariate(0.02)),
                outcome=draw.choice(("CONFIRMED", "CONFIRMED", "NOT_CONFIRMED")),
            )


def _seized(draw: Random, count: int) -> Iterator[AnyFact]:
    for number in range(count):
        country = draw.choice(_COUNTRIES)
        yield Seized(
            subject=f"Z{number}#1", at=_instant(draw), seizure=f"Z{number}",
            mode=draw.choice(("SEIZED", "FOUND", "SURRENDERED")), country=country,
            place=f"{country[:2]}-{draw.randrange(20)}", context="TRAFFICKING",
            **_serial(draw), **_firearm(draw),
        )  # fmt: skip


def _traces(draw: Random, count: int) -> Iterator[AnyFact]:
    for number in range(count):
        at, subject, here = _instant(draw), f"T-FRA-{number:026}", draw.choice(_COUNTRIES)
        yield TraceAsked(
            subject=subject, at=at, direction=draw.choice(("OUT", "IN")),
            peer_country=draw.choice(_COUNTRIES), priority="ROUTINE", chain=f"C{number // 2}",
            recovery_date=at.date().isoformat(), recovery_country=here,
            recovery_place=f"{here[:2]}-{draw.randrange(20)}", seizure=f"Z{number}",
            manufacture_place=draw.choice(_COUNTRIES), **_serial(draw),
            **_firearm(draw),
        )  # fmt: skip
        if draw.random() < 0.2:
            continue
        yield TraceStep(
            subject=subject, at=at + timedelta(seconds=draw.expovariate(1)), delivered=True
        )
        yield TraceStep(
            subject=subject, at=at + timedelta(days=1), stage="ACCEPTED", acknowledged=True
        )
        sold: date = at.date() - timedelta(days=int(draw.expovariate(0.0005)) - 5)
        there = draw.choice(_COUNTRIES)
        answered = at + timedelta(days=draw.expovariate(0.05))
        yield TraceAnswered(
            subject=subject, at=answered, final=True, outcome=draw.choice(_OUTCOMES),
            last_transfer=sold.isoformat(), dealer=f"DEALER {draw.randrange(3_000)}",
            import_place=there, diversion_place=f"{there[:2]}-{draw.randrange(20)}",
            links=draw.randrange(1, 6), countries=draw.randrange(1, 4),
        )  # fmt: skip
        yield TraceClosed(subject=subject, at=answered, stage="CLOSED")


def load(store: Store, records: int = RECORDS, cases: int = CASES) -> None:
    """Lets the facts of ``history`` meet in the tables."""
    facts = history(records, cases)
    while some := list(islice(facts, _AT_ONCE)):
        with store.unit() as unit:
            bring(some, unit.facts)
            unit.facts.flush()


def measure(store: Store) -> Iterator[tuple[str, float, float, float]]:
    """Each report's seconds: of its figures, of the processor for them, and with the workbook."""
    scope = Scope(start=datetime(1900, 1, 1, tzinfo=UTC), end=_NOW, now=_NOW)
    origin = Origin(party="FRA-NCB", position=0, head="")
    for name, definition in built_in().items():
        start, used = time.perf_counter(), time.process_time()
        with store.unit() as unit:
            report = make_report(definition, unit.facts, scope, origin)
        figures, used = time.perf_counter() - start, time.process_time() - used
        render(report, Format.XLSX)
        yield name, figures, used, time.perf_counter() - start


def measure_sections(store: Store) -> Iterator[tuple[str, str, float]]:
    """Each section's processor seconds, by report and measure, nothing remembered."""
    scope = Scope(start=datetime(1900, 1, 1, tzinfo=UTC), end=_NOW, now=_NOW)
    for name, definition in built_in().items():
        for section in definition.sections:
            used = time.process_time()
            with store.unit() as unit:
                compute(section.measure, unit.facts, scope, section.by)
            by = "" if not section.by else " by " + ", ".join(section.by)
            yield name, section.measure + by, time.process_time() - used


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--database", type=Path, help="kept there, and used again if it is there")
    parser.add_argument("--sections", action="store_true", help="each table for itself")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.database or Path(folder) / "node.db"
        there = path.exists()
        with Store.open(f"sqlite:///{path}") as store:
            store.migrate()
            if not there:
                used = time.process_time()
                load(store, chosen.records, chosen.cases)
                print(f"loaded in {time.process_time() - used:.0f} processor seconds")
            _show(store, f"{chosen.records:,} records and {chosen.cases:,}")
            if chosen.sections:
                for name, section, used in measure_sections(store):
                    print(f"{name:<16}{used:>8.2f}  {section}", flush=True)


def _show(store: Store, size: str) -> None:
    print(f"reports over {size} searches, seizures and traces each, SQLite, ", end="")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n")
    print(f"{'report':<16}{'figures s':>11}{'processor s':>13}{'with workbook s':>17}")
    for name, figures, used, whole in measure(store):
        print(f"{name:<16}{figures:>11.2f}{used:>13.2f}{whole:>17.2f}", flush=True)


if __name__ == "__main__":
    main()
