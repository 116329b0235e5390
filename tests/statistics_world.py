"""A country's analysis for tests: facts written as messages would write them, and two sources."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from fresh_sqlite import put_fresh

from gateway.statistics import FoldedFacts, Scope, Table, bring, compute, pack
from gateway.store import FactLine, Narrowing, Store, Unit

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)
EVER = Scope(start=LONG_AGO, end=FAR_AHEAD, now=NOW)


def write(unit: Unit, batches: Iterable[list]) -> None:
    """Each batch as the facts of one message."""
    for number, facts in enumerate(batches):
        unit.facts.add(
            FactLine(
                at=NOW,
                direction="in",
                peer="USA-NCB",
                message_id=f"m-{number}",
                message_type="TEST",
                facts=pack(facts),
            )
        )
        bring(facts, unit.facts)


def open_store(folder: Path) -> Store:
    put_fresh(folder / "node.db")
    return Store.open(f"sqlite:///{folder / 'node.db'}")


def both(store: Store, name: str, by=None, scope: Scope = EVER) -> Table:
    """The figures from the tables, held against those folded from the log."""
    with store.unit() as unit:
        kept = compute(name, unit.facts, scope, by)
        folded = compute(name, FoldedFacts(unit.facts.log()), scope, by)
    assert kept == folded
    return kept


def kept(store: Store, name: str, by=None, scope: Scope = EVER) -> Table:
    """The figures from the tables alone."""
    with store.unit() as unit:
        return compute(name, unit.facts, scope, by)


def where(**columns) -> Scope:
    narrowings = tuple(Narrowing(column=name, among=(value,)) for name, value in columns.items())
    return Scope(start=LONG_AGO, end=FAR_AHEAD, now=NOW, narrowings=narrowings)
