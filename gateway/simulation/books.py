"""Reads what the databases and the broker hold at the end, so that the ledgers can be held to it.

It judges nothing.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from gateway.ids import REGISTRY_PARTY, RELAY_USER, country_of
from gateway.simulation import firearms
from gateway.simulation.disk import digest_of
from gateway.simulation.ledger import Kind, Ledger
from gateway.simulation.seats import Seat
from gateway.store import Asker, Unit

if TYPE_CHECKING:
    from gateway.simulation.world import World

IDLE_ROUNDS_MOST = 60
"""In one second; a process whose timers are due more often does nothing but look at the clock."""
_LINES_MOST = 100_000
_REMARK = re.compile(r"CircumstanceText>([^<]*)<")


def close_books(world: World) -> None:
    """The last lines of every ledger of ``world``."""
    for seat in world.seats.values():
        seat.disk.look(lambda unit, seat=seat: _of_party(unit, seat))  # type: ignore[misc] # mypy sees no type in a lambda's default
        seat.ledger.write(Kind.SYNCS, does=seat.disk.syncs_at_all())
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
    for direction in ("out", "in"):
        for kept in unit.evidence.every(direction):
            ledger.write(
                Kind.KEPT,
                direction=direction,
                peer=kept.peer,
                message_id=kept.message_id,
                digest=digest_of(kept.octets),
            )
    for letter in unit.deadletters.heads(state=None, most=_LINES_MOST):
        ledger.write(Kind.LETTER, digest=letter.digest, state=letter.state, code=letter.code)
    _reread(unit, ledger)
    ledger.write(
        Kind.BOOKS,
        posted=of["message.posted"],
        applied=of["message.applied"],
        refused=of["message.refused"],
    )


def note_checkpoint(seat: Seat) -> None:
    """How far the log of ``seat`` has grown, and what it says up to there."""
    heads = seat.disk.look(_heads)
    seat.ledger.write(Kind.CHECKPOINT, size=len(heads), head=heads[-1] if heads else "")


def _reread(unit: Unit, ledger: Ledger) -> None:
    heads = ["", *_heads(unit)]
    for line in [line for line in ledger.lines if line["kind"] == Kind.CHECKPOINT]:
        size = int(line["size"])
        head = heads[size] if size < len(heads) else None
        ledger.write(Kind.REREAD, size=size, head=head)


def _heads(unit: Unit) -> list[str]:
    """The chained digest of the log after each of its lines."""
    heads: list[str] = []
    chain = sha256()
    for line in unit.journal.lines(most=_LINES_MOST):
        chain.update(repr(line).encode())
        heads.append(chain.hexdigest()[:16])
    return heads


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
    ledger.write(Kind.SEARCHES, count=unit.lookups.count())
    for record_id, party in sorted(owners.items()):
        asker = Asker(party=party, country=country_of(party))
        for holding in unit.records.held({record_id}, asker):
            ledger.write(
                Kind.RECORD,
                record=holding.record_id,
                version=holding.version,
                status=holding.status,
                **_content(unit.records.contents([holding.id]).get(holding.id, b"")),
            )
    for hit_id in sorted(hits):
        held = unit.hits.find(hit_id)
        ledger.write(Kind.HIT, hit=hit_id, state=None if held is None else held.state)


def _content(octets: bytes) -> dict[str, str | None]:
    """Of a record as it is held: the weapon's token and the remark."""
    text = octets.decode()
    remark = _REMARK.search(text)
    weapon = next((n for n, serial in enumerate(firearms.SERIALS) if serial in text), None)
    return {
        "weapon": None if weapon is None else f"w{weapon}",
        "remark": None if remark is None else remark[1],
    }
