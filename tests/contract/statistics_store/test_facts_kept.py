"""The log of facts and its states, on both databases: figures follow from the log alone."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from statistics_world import EVER, both, where, write

from gateway.statistics import FoldedFacts, compute, measures
from gateway.statistics.facts import (
    FileFlaw,
    FileRead,
    HitConfirmation,
    HitTold,
    RecordAnswered,
    RecordChanged,
    RecordFiled,
    RecordWished,
    SearchAnswered,
    Searched,
    Seized,
    SeizureAnswered,
    TraceAnswered,
    TraceAsked,
    TraceClosed,
    TraceDescribed,
    TraceStep,
)
from gateway.statistics.filings import begun, settled
from gateway.store import EMPTY_HEAD, Narrowing, chained

START = datetime(2026, 1, 1, tzinfo=UTC)
MAKES = ("GLOCK", "BERETTA", "UNKNOWN", None)
GRADES = ("A", "B", "C", None)


def a_history(seed: int, length: int) -> list[list]:
    """Messages in any order, late, doubled and about subjects that nobody opened."""
    dice = random.Random(seed)
    found = []
    for _ in range(length):
        at = START + timedelta(minutes=dice.randrange(400_000))
        subject = str(dice.randrange(40))
        day = f"2025-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
        firearm = {
            "firearm_type": dice.choice(("PISTOL", "RIFLE")),
            "make": dice.choice(MAKES),
            "calibre": dice.choice(("9X19", None)),
            "serial_status": dice.choice(("PRESENT", "REMOVED_OTHER")),
        }
        serial = {"serial_series": "PX####", "serial_number": dice.randrange(400)}
        found.append(
            [
                dice.choice(
                    (
                        RecordFiled(
                            subject=subject, at=at, record_type="STOLEN", event_date=day,
                            entered=at, review_date=day, status="OPEN", **firearm,
                        ),
                        RecordAnswered(
                            subject=subject, filing=dice.choice(("ACCEPTED", "REJECTED"))
                        ),
                        RecordChanged(
                            subject=subject, at=at, status="CLOSED",
                            closure_reason="RECOVERED_ABROAD", recovery_date=day,
                        ),
                        Searched(
                            subject=subject, at=at, purpose="BORDER_CONTROL", country="NLD",
                            pseudonym=dice.choice(("u-1", "u-2")), **firearm,
                        ),
                        SearchAnswered(
                            subject=subject, at=at, result="HIT", grade=dice.choice(GRADES)
                        ),
                        Seized(
                            subject=subject, at=at, seizure=f"Z{subject}", mode="SEIZED",
                            country="NLD", ballistic=dice.choice((1, None)), **firearm, **serial,
                        ),
                        SeizureAnswered(subject=subject, result="HIT", grade=dice.choice(GRADES)),
                        HitTold(
                            subject=subject, at=at, role="OWNER", origin="SEARCH", grade="A",
                            owner_country="FRA", finder_country="NLD", record_type="STOLEN",
                            record="R", **firearm,
                        ),
                        HitConfirmation(
                            subject=subject, asked=at, answered=dice.choice((at, None)),
                            outcome=dice.choice(("CONFIRMED", "FALSE_HIT", None)),
                        ),
                        TraceAsked(
                            subject=subject, at=at, direction="OUT", peer_country="USA",
                            recovery_place=dice.choice(("NLD", "FRA")), recovery_date=day,
                            seizure=f"Z{subject}", **firearm, **serial,
                        ),
                        TraceDescribed(subject=subject, **firearm, **serial),
                        FileRead(
                            subject=subject, at=at, adapter=dice.choice(("br-csv", "us-nlets")),
                            sent=dice.randrange(9), set_aside=dice.randrange(3),
                        ),
                        FileFlaw(
                            subject=f"{subject} DATE", at=at, adapter="br-csv", reason="DATE",
                            field=dice.choice(("Data", None)), items=dice.randrange(1, 4),
                        ),
                        TraceStep(
                            subject=subject, at=at, stage="ACCEPTED", acknowledged=True,
                            clock=dice.choice((1, -1, 0)), reminder=dice.random() < 0.2,
                            delivered=dice.random() < 0.5,
                        ),
                        TraceAnswered(
                            subject=subject, at=at, final=dice.random() < 0.5,
                            outcome=dice.choice(("TRACED_RETAILER", "NO_RECORD")),
                            last_transfer=day, diversion_place=dice.choice(("USA", "NLD", None)),
                            links=dice.choice((1, 3, None)), countries=2,
                        ),
                        TraceClosed(subject=subject, at=at, stage="CLOSED", outcome=None),
                    )
                )
                for _ in range(dice.randrange(1, 4))
            ]
        )  # fmt: skip
    return found


def test_every_measure_follows_from_the_log_alone(store):
    for part in range(4):
        with store.unit() as unit:
            write(unit, a_history(part, 60))
    with store.unit() as unit:
        folded = FoldedFacts(unit.facts.log())
        for name, measure in measures().items():
            for by in [None, *[(one,) for one in measure.dimensions]]:
                for scope in (EVER, where(make="GLOCK")):
                    kept = compute(name, unit.facts, scope, by)
                    assert kept == compute(name, folded, scope, by), (name, by)


def test_the_head_chains_every_line_to_all_before_it(store):
    with store.unit() as unit:
        assert unit.facts.head() == (0, EMPTY_HEAD)
    for part in range(3):
        with store.unit() as unit:
            write(unit, a_history(part, 5))
    with store.unit() as unit:
        head = EMPTY_HEAD
        for number, entry in enumerate(unit.facts.log(), 1):
            head = chained(head, entry.line)
            assert (entry.position, entry.head) == (number, head)
        assert unit.facts.head() == (15, head)


def test_figures_of_an_earlier_position_can_be_made_again(store):
    with store.unit() as unit:
        write(unit, a_history(1, 50))
    with store.unit() as unit:
        before = compute("records", unit.facts, EVER)
        position, _ = unit.facts.head()
    with store.unit() as unit:
        write(unit, a_history(2, 50))
    with store.unit() as unit:
        again = compute("records", FoldedFacts(unit.facts.log(upto=position)), EVER)
        now = compute("records", unit.facts, EVER)
    assert again == before
    assert now != before


def test_the_cases_behind_a_row_are_as_many_as_it_says(store):
    with store.unit() as unit:
        write(unit, a_history(4, 200))
    for name in ("records", "searches", "hits", "seized", "traces"):
        table = both(store, name, ("make",))
        for row in table.rows:
            with store.unit() as unit:
                behind = unit.facts.rows(row.cases.state, ("subject",), row.cases.narrowings)
            assert len(behind) == row.values[-1]


def test_what_is_undone_leaves_no_fact(store):
    def half() -> None:
        with store.unit() as unit:
            write(unit, a_history(1, 5))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    with store.unit() as unit:
        assert unit.facts.head() == (0, EMPTY_HEAD)


def test_a_tally_counts_what_meets_each_mark(store):
    with store.unit() as unit:
        write(unit, a_history(5, 150))
    marks = (
        (Narrowing(column="make", among=(None, "UNKNOWN")),),
        (Narrowing(column="event_date", longest=9),),
        (Narrowing(column="event_date", longest=10), Narrowing(column="make", among=("GLOCK",))),
        (Narrowing(column="report_days", least=100),),
    )
    with store.unit() as unit:
        kept = unit.facts.tally("records", ("firearm_type",), marks)
        folded = FoldedFacts(unit.facts.log()).tally("records", ("firearm_type",), marks)
    assert kept == folded
    assert kept[("PISTOL",)][0] > kept[("PISTOL",)][1] > 0


def test_a_wish_has_its_effect_when_the_registry_did_it_and_none_where_it_refused(store):
    """On PostgreSQL as on SQLite: what a message leads to is asked of the tables."""
    filed = RecordFiled(
        subject="r", at=START, record_type="STOLEN", event_date="2026-01-01", entered=START,
        review_date="2031-01-01", status="ACTIVE",
    )  # fmt: skip
    extended = RecordChanged(subject="r", at=START + timedelta(days=1), extended=1)
    wished = RecordWished(subject="r", wish=extended)
    with store.unit() as unit:
        write(unit, [[filed, RecordAnswered(subject="r", filing="ACCEPTED")]])
    with store.unit() as unit:
        assert begun([filed], unit) == [RecordWished(subject="r", wish=filed)]
        no = [RecordAnswered(subject="r", filing="REJECTED")]
        assert settled(no, [wished], unit) == [], "what stands, stands"
        yes = [RecordAnswered(subject="r", filing="ACCEPTED")]
        assert settled(yes, [wished], unit) == [*yes, extended]
