"""Defects of the walk: in which order things happen, and what is done with what is bad.

Each is put over production code in this process and taken away again; it is found elsewhere.
"""

# ruff: noqa: SLF001 - it is their purpose to break what nobody else may touch
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gateway.simulation.soil import Defect, Original, Soil, nothing


def _acknowledge_first(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def walk(self: Any, deliveries: Any, directory: Any, now: Any) -> None:
            self._link.ack(deliveries)
            original(self, deliveries, directory, now)

        return walk

    soil.over("endpoint.walk:Endpoint._walk", make)


def _accept_with(soil: Soil, around: Callable[[Any, Original, Any, Any], None]) -> None:
    """``around(endpoint, accept, now, (arrivals, outgoing, owed))`` accepts instead."""

    def make(original: Original) -> Original:
        def transaction(self: Any, arrivals: Any, directory: Any, now: Any) -> None:
            accept = self._acceptance.accept
            self._acceptance.accept = lambda *one: around(self, accept, now, one)
            try:
                original(self, arrivals, directory, now)
            finally:
                del self._acceptance.accept

        return transaction

    soil.over("endpoint.walk:Endpoint._transaction", make)


def _receipt_first(soil: Soil) -> None:
    def around(endpoint: Any, accept: Original, now: Any, one: Any) -> None:
        arrivals, outgoing, owed = one
        try:
            accept(arrivals, outgoing, owed)
        finally:
            endpoint._receipts.take_over(owed, now)
            owed.clear()

    _accept_with(soil, around)


def _publish_first(soil: Soil) -> None:
    def around(endpoint: Any, accept: Original, now: Any, one: Any) -> None:
        arrivals, outgoing, owed = one
        accept(arrivals, outgoing, owed)
        endpoint._publish(outgoing, now)
        outgoing.departing.clear()

    _accept_with(soil, around)


def _split_transaction(soil: Soil) -> None:
    late: list[tuple[Any, Any]] = []

    writers: list[Original] = []

    def make_flush(original: Original) -> Original:
        writers.append(original)

        def flush(self: Any) -> None:
            late.append((self._new, self._new_sealed))
            self._new, self._new_sealed = [], []

        return flush

    def make(original: Original) -> Original:
        def transaction(self: Any, arrivals: Any, directory: Any, now: Any) -> None:
            late.clear()
            original(self, arrivals, directory, now)
            rows = list(late)
            with self._store.unit() as unit:
                for new, sealed in rows:
                    unit.inbox._new.extend(new)
                    unit.inbox._new_sealed.extend(sealed)
                writers[0](unit.inbox)

        return transaction

    soil.over("store.inbox:Inbox.flush", make_flush)
    soil.over("endpoint.walk:Endpoint._transaction", make)


def _never_acknowledge(soil: Soil) -> None:
    soil.over("endpoint.walk:Endpoint._acknowledge", lambda _: nothing)


def _one_of_a_batch_acknowledged(soil: Soil) -> None:
    def make(original: Original) -> Original:
        return lambda self, arrivals: original(self, arrivals[:1])

    soil.over("endpoint.walk:Endpoint._acknowledge", make)


def _held_is_dropped(soil: Soil) -> None:
    soil.over("endpoint.walk:Endpoint._hold", lambda _: nothing)


def _poison_blocks(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def alone(self: Any, arrival: Any, directory: Any, now: Any) -> None:
            if arrival.delivery is None:
                original(self, arrival, directory, now)
            else:
                self._hold([arrival.delivery], now)

        return alone

    soil.over("endpoint.walk:Endpoint._alone", make)


def _poison_forever(soil: Soil) -> None:
    soil.over("store.inbox:Inbox.failed_again", lambda _: lambda _self, _digest: 1)


def _expired_taken(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def judge(header: Any, sender: Any, key: Any, directory: Any, now: Any) -> None:
            original(header, sender, key, directory, min(now, header.created))

        return judge

    soil.over("envelope.opening:_judge", make)


WALKING: Mapping[str, Defect] = {
    "acknowledge-before-commit": Defect(
        about="the broker is told to forget before the effect is committed",
        plant=_acknowledge_first,
    ),
    "receipt-before-commit": Defect(
        about="a receipt is owed although the transaction may be undone", plant=_receipt_first
    ),
    "publish-before-commit": Defect(
        about="answers leave before the transaction that decided them", plant=_publish_first
    ),
    "split-transaction": Defect(
        about="effect and inbox are committed one after the other", plant=_split_transaction
    ),
    "never-acknowledge": Defect(about="deliveries are never given back", plant=_never_acknowledge),
    "one-of-a-batch-acknowledged": Defect(
        about="of a batch the first delivery alone is acknowledged",
        plant=_one_of_a_batch_acknowledged,
    ),
    "held-dropped": Defect(about="what cannot be decided yet is forgotten", plant=_held_is_dropped),
    "poison-blocks-batch": Defect(
        about="one bad message holds its neighbours", plant=_poison_blocks
    ),
    "poison-forever": Defect(about="failures of a handler are not counted", plant=_poison_forever),
    "expired-taken": Defect(about="a message is taken after its time", plant=_expired_taken),
}
"""Each by its name."""
