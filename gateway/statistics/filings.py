"""What a party's wishes for its records become: an effect when the registry did them, or none.

A first filing counts at once, for the record stands in the country from then on. Everything later
changes a record that stands, and counts when the registry did it. It reads no message.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from gateway.statistics.facts import (
    AnyFact,
    RecordAnswered,
    RecordChanged,
    RecordFiled,
    RecordReopened,
    RecordWished,
)
from gateway.statistics.projection import CLOSED
from gateway.store import Narrowing, Unit

DONE = ("ACCEPTED", "ACCEPTED_WITH_WARNINGS")
"""What the registry answers to what it did."""
REFUSED = ("REJECTED", "DUPLICATE", "VERSION_CONFLICT")
"""What it answers to what it did not do."""
_SENT, _EXPIRED, _PURGED = "SENT", "EXPIRED", "PURGED"
_AT_ONCE = 500


class _Known(msgspec.Struct, frozen=True, kw_only=True):
    """How a record stands before a message: the registry's word, its state, and when it ended."""

    filing: str | None = None
    status: str | None = None
    closed: datetime | None = None


def begun(facts: Sequence[AnyFact], unit: Unit) -> list[AnyFact]:
    """``facts`` of a message that is sent: another filing of a record that the registry took in is
    a wish."""
    filed = [fact for fact in facts if isinstance(fact, RecordFiled)]
    if not filed:
        return list(facts)
    known = _known([fact.subject for fact in filed], unit)

    def told() -> Iterator[AnyFact]:
        for fact in facts:
            before = known.get(fact.subject, _Known())
            if isinstance(fact, RecordFiled) and before.filing in DONE:
                yield RecordWished(subject=fact.subject, wish=fact)
                continue
            if isinstance(fact, RecordFiled) and fact.subject in known:
                yield RecordAnswered(subject=fact.subject, filing=_SENT)
                yield from _with_end(msgspec.structs.replace(fact, again=True), before)
            else:
                yield from _with_end(fact, before)

    return list(told())


def settled(facts: Sequence[AnyFact], asked: Sequence[AnyFact], unit: Unit) -> list[AnyFact]:
    """``facts`` of a message that is taken, with what of ``asked`` has its effect now.

    ``asked`` are the facts of the message of ours that it answers.
    """
    mine = [fact for fact in facts if isinstance(fact, RecordAnswered | RecordChanged)]
    if not mine:
        return list(facts)
    known = _known([fact.subject for fact in mine], unit)
    wishes = {fact.subject: fact for fact in asked if isinstance(fact, RecordWished | RecordFiled)}

    def told() -> Iterator[AnyFact]:
        for fact in facts:
            before = known.get(fact.subject, _Known())
            if not isinstance(fact, RecordAnswered):
                yield from _with_end(fact, before)
                continue
            wished = wishes.get(fact.subject)
            if before.filing in DONE and fact.filing not in DONE:
                continue  # what stands, stands
            yield fact
            if isinstance(wished, RecordWished) and fact.filing in DONE:
                yield from _with_end(_resolved(wished.wish, before), before)
            elif isinstance(wished, RecordFiled) and before.filing in DONE:
                yield from _with_end(_resolved(wished, before), before)

    return list(told())


def _resolved(wish: RecordFiled | RecordChanged, before: _Known) -> RecordFiled | RecordChanged:
    if isinstance(wish, RecordFiled):
        return msgspec.structs.replace(wish, again=True)
    if wish.extended and before.status == _EXPIRED:
        return msgspec.structs.replace(wish, status="ACTIVE")
    return wish


def _with_end(fact: AnyFact, before: _Known) -> Iterator[AnyFact]:
    """``fact`` after the word that its record stands again, where it had ended."""
    status = fact.status if isinstance(fact, RecordFiled | RecordChanged) else None
    opens = status is not None and status not in CLOSED and status != _PURGED
    if opens and before.closed is not None:
        yield RecordReopened(subject=fact.subject)
    yield fact


def _known(subjects: Sequence[str], unit: Unit) -> dict[str, _Known]:
    columns = ("subject", "filing", "status", "closed")
    found: dict[str, _Known] = {}
    for at in range(0, len(subjects), _AT_ONCE):
        some = Narrowing(column="subject", among=tuple(subjects[at : at + _AT_ONCE]))
        for subject, filing, status, closed in unit.facts.rows(
            "records", columns, (some,), ordered=False
        ):
            found[subject] = _Known(filing=filing, status=status, closed=closed)
    return found
