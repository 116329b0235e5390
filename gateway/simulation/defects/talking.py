"""Defects of what endpoints tell one another by themselves: statements, receipts, what is held.

Each is put over production code in this process and taken away again; it is found elsewhere.
"""

# ruff: noqa: SLF001 - it is their purpose to break what nobody else may touch
from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module
from typing import Any

from gateway.simulation.soil import Defect, Original, Soil


def _overstated(soil: Soil) -> None:
    soil.over(
        "store.pairs:Pairs.sent_up_to",
        lambda original: lambda self, peer: original(self, peer) + 1,
    )


def _held_overstated(soil: Soil) -> None:
    soil.over(
        "store.pairs:Pairs.held_up_to",
        lambda original: lambda self, peer: original(self, peer) + 1,
    )


def _put_by_for_ever(soil: Soil) -> None:
    soil.over("endpoint.staleness:Staleness.to_release", lambda _: lambda _self, _unit: [])


def _nothing_put_by(soil: Soil) -> None:
    soil.over("endpoint.staleness:Staleness.holds", lambda _: lambda _self, _kind: False)


def _begun_while_stopped(soil: Soil) -> None:
    soil.over("endpoint.walk:Endpoint.transact", lambda _: lambda self, work: self._transact(work))


def _upkeep_once(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def upkeep(self: Any, directory: Any, now: Any) -> None:
            original(self, directory, now)
            self._upkeep_at = now + timedelta(days=1)

        return upkeep

    soil.over("endpoint.walk:Endpoint._upkeep", make)


def _receipt_of_the_one_before(soil: Soil) -> None:
    last: dict[str, str] = {}

    def make(original: Original) -> Original:
        def owe(self: Any, peer: str, lane: Any, *, message_id: str, **facts: Any) -> None:
            original(self, peer, lane, message_id=last.get(peer, message_id), **facts)
            last[peer] = message_id

        return owe

    soil.over("endpoint.receipts:Receipts.owe", make)


def _bulk_never_again(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def due(self: Any, now: Any, *, most: int) -> Any:
            rows = original(self, now, most=most)
            return [row for row in rows if row.lane.value != "BULK"]

        return due

    soil.over("store.outbox:Outbox.due", make)


def _failures_together(soil: Soil) -> None:
    soil.over(
        "store.inbox:Inbox.failed_again",
        lambda original: lambda self, _digest: original(self, "all of them"),
    )


def _not_in_the_last_minutes(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def due(self: Any, now: Any, *, most: int) -> Any:
            rows = original(self, now, most=most)
            return [row for row in rows if row.expires - now > timedelta(minutes=2)]

        return due

    soil.over("store.outbox:Outbox.due", make)


def _resent_without_end(soil: Soil) -> None:
    rows = import_module("gateway.store.outbox")
    column, given = rows.outbox.c, rows.bindparam
    due = rows._ROWS.where(column.lane == given("lane"), column.next_try <= given("now"))
    due = due.order_by(column.next_try).limit(given("most"))
    soil.over("store.outbox:_DUE_OF_LANE", lambda _: due)
    soil.over("store.outbox:_NEXT", lambda _: rows.select(rows.func.min(column.next_try)))
    soil.over("store.outbox:Outbox.expired", lambda _: lambda *_all, **_named: [])


def _hurried_without_end(soil: Soil) -> None:
    short = timedelta(milliseconds=500)
    soil.over("endpoint.departures:Departures._delay", lambda _: lambda _self, _row: short)


def _receipts_forgotten(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def take_over(self: Any, others: Any, now: Any) -> None:
            for peer in list(others._owed):
                others._owed[peer] = others._owed[peer][:-1]
                if not others._owed[peer]:
                    del others._owed[peer]
            original(self, others, now)

        return take_over

    soil.over("endpoint.receipts:Receipts.take_over", make)


def _receipts_not_cleared(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def clear(self: Any) -> None:
            owed = {peer: list(items) for peer, items in self._owed.items()}
            original(self)
            self._owed.update(owed)

        return clear

    soil.over("endpoint.receipts:Receipts.clear", make)


def _receipts_counted(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def post(self: Any, posting: Any, **named: Any) -> str:
            if type(posting.payload).__name__ == "Receipt":
                self.unit.outbox.next_seq(posting.to)
            sent: str = original(self, posting, **named)
            return sent

        return post

    soil.over("endpoint.outgoing:Outgoing.post", make)


TALKING: Mapping[str, Defect] = {
    "receipts-forgotten": Defect(
        about="of the receipts owed at once the last is forgotten", plant=_receipts_forgotten
    ),
    "receipts-not-cleared": Defect(
        about="receipts that were sent are sent again with the next", plant=_receipts_not_cleared
    ),
    "receipts-counted": Defect(
        about="receipts use up the numbers of a pair", plant=_receipts_counted
    ),
    "sent-overstated": Defect(
        about="a statement counts one message more than was sent", plant=_overstated
    ),
    "held-overstated": Defect(
        about="a statement counts one message more than came", plant=_held_overstated
    ),
    "put-by-for-ever": Defect(
        about="what came under an old directory is never let go", plant=_put_by_for_ever
    ),
    "nothing-put-by": Defect(
        about="under an old directory everything is handled all the same", plant=_nothing_put_by
    ),
    "begun-while-stopped": Defect(
        about="a new case begins although the newest beacon is too old",
        plant=_begun_while_stopped,
    ),
    "upkeep-once": Defect(about="a process does its upkeep once", plant=_upkeep_once),
    "receipt-of-the-one-before": Defect(
        about="a receipt names the message before", plant=_receipt_of_the_one_before
    ),
    "bulk-never-again": Defect(about="what waits in bulk is sent once", plant=_bulk_never_again),
    "failures-counted-together": Defect(
        about="one message's failures count for another", plant=_failures_together
    ),
    "not-in-the-last-minutes": Defect(
        about="what has little time left is not tried again", plant=_not_in_the_last_minutes
    ),
    "resent-without-end": Defect(
        about="what has expired is sent again, and never given up", plant=_resent_without_end
    ),
    "hurried-without-end": Defect(
        about="what is sent again goes twice a second", plant=_hurried_without_end
    ),
}
"""Each by its name."""
