"""Reads what the databases and the broker hold at the end, so that the ledgers can be held to it.

It judges nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.ids import REGISTRY_PARTY, RELAY_USER, country_of
from gateway.simulation.ledger import Kind
from gateway.simulation.seats import Seat
from gateway.store import Asker, Unit

if TYPE_CHECKING:
    from gateway.simulation.world import World

IDLE_ROUNDS_MOST = 60
"""In one second; a process whose timers are due more often does nothing but look at the clock."""
_LINES_MOST = 100_000


def close_books(world: World) -> None:
    """The last lines of every ledger of ``world``."""
    for seat in world.seats.values():
        seat.disk.look(lambda unit, seat=seat: _of_party(unit, seat))  # type: ignore[misc] # mypy sees no type in a lambda's default
        seat.ledger.write(
            Kind.GAUGE,
            name="in-flight",
            most=seat.most_in_flight,
            limit=world.setting.terms.window,
        )
    for process in world.processes:
        process.ledger.write(
            Kind.GAUGE,
            name="idle-rounds",
            most=process.most_idle_rounds,
            limit=IDLE_ROUNDS_MOST,
        )
    registry = world.seats[REGISTRY_PARTY]
    registry.disk.look(lambda unit: _of_registry(unit, world))
    relay = world.shelf.open(RELAY_USER)
    for queue, (ready, lent) in world.exchange.left().items():
        relay.write(Kind.LEFT, queue=queue, ready=ready, lent=lent)


def _of_party(unit: Unit, seat: Seat) -> None:
    ledger = seat.ledger
    ledger.write(Kind.WAITS, count=unit.outbox.depth())
    for sender, count in sorted(unit.inbox.gaps().items()):
        ledger.write(Kind.MISSING, sender=sender, count=count)
    of: dict[str, list[str]] = {
        "message.posted": [],
        "message.applied": [],
        "message.refused": [],
    }
    for line in unit.journal.lines(most=_LINES_MOST):
        if line.event in of:
            of[line.event].append(f"{line.peer}/{line.message_id}")
    ledger.write(
        Kind.BOOKS,
        posted=of["message.posted"],
        applied=of["message.applied"],
        refused=of["message.refused"],
    )


def _of_registry(unit: Unit, world: World) -> None:
    ledger = world.shelf.open(REGISTRY_PARTY)
    owners: dict[str, str] = {}
    hits: set[str] = set()
    for line in ledger.lines:
        for result in line.get("decided", ()):
            if result["record"] is not None:
                owners.setdefault(result["record"], line["sender"])
    for party in world.clients:
        hits.update(line["hit"] for line in world.shelf.open(party).lines if "role" in line)
    for record_id, party in sorted(owners.items()):
        asker = Asker(party=party, country=country_of(party))
        for holding in unit.records.held({record_id}, asker):
            ledger.write(
                Kind.RECORD,
                record=holding.record_id,
                version=holding.version,
                status=holding.status,
            )
    for hit_id in sorted(hits):
        held = unit.hits.find(hit_id)
        ledger.write(Kind.HIT, hit=hit_id, state=None if held is None else held.state)
