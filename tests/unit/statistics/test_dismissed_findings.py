"""A finding that an analyst said is not so: left out and noted, back when it grows or on demand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from statistics_world import EVER, NOW, open_store, write

from gateway.statistics import Origin, built_in, make_report
from gateway.statistics.facts import TraceAnswered, TraceAsked
from gateway.store import Judgement, Store

ORIGIN = Origin(party="FRA-NCB", position=0, head="")


def trace(number: int) -> list:
    day = (NOW - timedelta(days=number)).date().isoformat()
    return [
        TraceAsked(
            subject=f"T{number}", at=NOW, direction="OUT", peer_country="USA",
            recovery_date=day, recovery_place="FRA", chain=f"C{number}",
        ),
        TraceAnswered(
            subject=f"T{number}", at=NOW, final=True, outcome="TRACED_RETAILER", dealer="DEALER 17"
        ),
    ]  # fmt: skip


def dealers(store: Store) -> tuple[list, tuple[str, ...]]:
    with store.unit() as unit:
        judged = unit.findings.holding(NOW)
        report = make_report(built_in()["patterns"], unit.facts, EVER, ORIGIN, judged)
    table = report.tables[1]
    return [row.values[0] for row in table.rows], table.notes


def test_a_dismissed_finding_is_left_out_until_it_grows_or_is_restored(tmp_path: Path):
    with open_store(tmp_path) as store:
        with store.unit() as unit:
            write(unit, [trace(n) for n in range(3)])
        assert dealers(store) == (["DEALER 17"], ())
        with store.unit() as unit:
            number = unit.findings.judge(
                Judgement(
                    id=None, measure="source-clusters", labels=("DEALER 17",), figure=3,
                    reason="an auction", actor="a", at=NOW,
                )
            )  # fmt: skip
        found, notes = dealers(store)
        assert found == []
        assert "not so: 1" in notes[0]
        with store.unit() as unit:
            write(unit, [trace(7)])
        assert dealers(store)[0] == ["DEALER 17"]
        with store.unit() as unit:
            assert unit.findings.take_back(number, NOW)
            assert not unit.findings.take_back(number, NOW)
            assert [one.taken_back for one in unit.findings.all()] == [NOW]
            assert unit.findings.holding(NOW) == []
