"""What the databases say happened since the last look, as lines of a ledger.

It judges nothing. Each look reads what the journals of all parties gained; what they do not hold
(an outbox that is empty, the number of records) is read beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gateway.ids import REGISTRY_PARTY
from gateway.simulation import Kind, Shelf
from gateway.store import JournalLine, Store, StoreError, Unit

_EVENTS = {
    "message.posted": Kind.SENT,
    "message.applied": Kind.TOOK,
    "message.refused": Kind.TOOK,
}
_PAGE = 50_000
_AT_ONCE = 10_000


@dataclass(slots=True, kw_only=True)
class Marks:
    """Up to which line each journal was read."""

    journal: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one look found beside the lines."""

    messages: int
    records: int
    dead_letters: int


def gather(stores: Iterable[tuple[str, Store]], marks: Marks, shelf: Shelf) -> Holding:
    """Writes what is new into ``shelf``: first all that was sent, then all that was taken.

    The order between parties is not known from outside of them, so the rules that judge it (given
    early, receipted before its effect) are the simulation's.
    """
    messages = records = dead = 0
    found = []
    for party, store in stores:
        with store.unit() as unit:
            mark, lines = _since(unit, marks.journal.get(party, 0))
            dead += unit.deadletters.count()
            if party == REGISTRY_PARTY:
                records = sum(unit.records.count().values())
            posted = [line.message_id for line in lines if _EVENTS.get(line.event) is Kind.SENT]
            failed = {
                message_id: how
                for ids in batched([each for each in posted if each is not None], _AT_ONCE)
                for message_id, how in unit.pairs.failed(ids).items()
            }
        # Refused by the relay or by its receiver, and told: lost it is not.
        for message_id, how in failed.items():
            shelf.open(party).write(Kind.REFUSED, message_id=message_id, by=how, code=None)
        marks.journal[party] = mark
        found.append((party, lines))
    for wanted in (Kind.SENT, Kind.TOOK):
        for party, lines in found:
            ledger = shelf.open(party)
            for line in lines:
                if _EVENTS.get(line.event) is not wanted:
                    continue
                if wanted is Kind.SENT:
                    messages += 1
                    ledger.write(
                        wanted,
                        message_id=line.message_id,
                        to=line.peer,
                        type=line.message_type,
                        reply_to=None,
                    )
                else:
                    outcome = "APPLIED" if line.event == "message.applied" else "REFUSED"
                    common = {
                        "message_id": line.message_id,
                        "sender": line.peer,
                        "type": line.message_type,
                    }
                    ledger.write(wanted, outcome=outcome, **common)
                    ledger.write(Kind.EFFECT, op=None, reply_to=None, **common)
    return Holding(messages=messages, records=records, dead_letters=dead)


def batched(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Pieces of ``ids``: a statement takes so many parameters and no more."""
    return (ids[first : first + size] for first in range(0, len(ids), size))


def _since(unit: Unit, mark: int) -> tuple[int, list[JournalLine]]:
    """Every line after ``mark``, page by page."""
    found: list[JournalLine] = []
    while True:
        mark, lines = unit.journal.after(mark, most=_PAGE)
        found += [line for line in lines if line.event in _EVENTS]
        if len(lines) < _PAGE:
            return mark, found


def waiting(store: Store) -> int | None:
    """Rows in the outbox; None while the database cannot be read."""
    try:
        with store.unit() as unit:
            return unit.outbox.depth()
    except StoreError:
        return None
