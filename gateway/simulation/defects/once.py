"""Defects of what is known: repeats, ends, answers, refusals.

Each is put over production code in this process and taken away again; it is found elsewhere.
"""

# ruff: noqa: SLF001 - it is their purpose to break what nobody else may touch
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

from gateway.simulation.soil import Defect, Original, Soil, nothing


def _dedupe_by_id_alone(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def known(self: Any, keys: Any) -> dict[Any, Any]:
            parties = {*import_module("gateway.simulation.world").COUNTRIES, "XPO-REGISTRY"}
            anybody = original(self, [(p, m) for p in sorted(parties) for _, m in keys])
            by_id = {message_id: taken for (_, message_id), taken in anybody.items()}
            return {key: by_id[key[1]] for key in keys if key[1] in by_id}

        return known

    soil.over("store.inbox:Inbox.known", make)


def _no_dedupe(soil: Soil) -> None:
    known: list[Original] = []

    def make_add(original: Original) -> Original:
        def add(self: Any, taken: Any, octets: bytes) -> None:
            if not known[0](self, [(taken.sender, taken.message_id)]):
                original(self, taken, octets)

        return add

    def make_known(original: Original) -> Original:
        known.append(original)
        return lambda _self, _keys: {}

    soil.over("store.inbox:Inbox.add", make_add)
    soil.over("store.inbox:Inbox.known", make_known)


def _dedupe_in_memory(soil: Soil) -> None:
    taken: dict[int, set[Any]] = {}
    known: list[Original] = []

    def make_known(original: Original) -> Original:
        known.append(original)

        def of_this_process(self: Any, keys: Any) -> Any:
            mine = taken.setdefault(id(self._connection), set())
            return {key: one for key, one in original(self, keys).items() if key in mine}

        return of_this_process

    def make_add(original: Original) -> Original:
        def add(self: Any, one: Any, octets: bytes) -> None:
            key = (one.sender, one.message_id)
            taken.setdefault(id(self._connection), set()).add(key)
            if not known[0](self, [key]):
                original(self, one, octets)

        return add

    def make_end(original: Original) -> Original:
        def end(self: Any) -> None:
            taken.pop(id(self.disk._held()), None)
            original(self)

        return end

    soil.over("store.inbox:Inbox.known", make_known)
    soil.over("store.inbox:Inbox.add", make_add)
    soil.over("simulation.seats:Seat.end", make_end)


def _repeats_get_nothing(soil: Soil) -> None:
    soil.over("endpoint.acceptance:Acceptance._repeated", lambda _: nothing)


def _settled_by_anyone(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def settle(self: Any, message_id: str, recipient: str) -> None:
            original(self, message_id, recipient)
            type(self).settle_all(self, message_id)

        return settle

    soil.over("store.outbox:Outbox.settle", make)


def _settles_another(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def settle(self: Any, message_id: str, recipient: str) -> None:
            original(self, message_id, recipient)
            waiting = self.waiting_after("", most=9)
            if waiting:
                type(self).settle_all(self, waiting[0][0])

        return settle

    soil.over("store.outbox:Outbox.settle", make)


def _faulted_by_anyone(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def take(self: Any, header: Any, fault: Any, outgoing: Any) -> None:
            unit = outgoing.unit
            waits = unit.outbox.waits
            unit.outbox.waits = lambda _message_id, _recipient: True
            type(unit.outbox).settle_all(unit.outbox, header.in_reply_to)
            try:
                original(self, header, fault, outgoing)
            finally:
                unit.outbox.waits = waits

        return take

    soil.over("endpoint.acceptance:Acceptance._take_fault", make)


def _fault_ignored(soil: Soil) -> None:
    soil.over("endpoint.acceptance:Acceptance._take_fault", lambda _: nothing)


def _refusal_settles(soil: Soil) -> None:
    def make(_: Original) -> Original:
        def settle(receipt: Any, sender: str, unit: Any) -> None:
            for item in receipt.receipt_item:
                unit.outbox.settle(item.message_id, sender)

        return settle

    def make_repeated(original: Original) -> Original:
        def repeated(header: Any, taken: Any, receipts: Any, outgoing: Any) -> None:
            # Beside the fault that still waits goes a receipt: alone, either defect is harmless.
            original(header, replace(taken, answer_id=None), receipts, outgoing)

        return repeated

    soil.over("endpoint.acceptance:Acceptance._settle", make)
    soil.over("endpoint.acceptance:Acceptance._repeated", make_repeated)


def _relay_refusal_untold(soil: Soil) -> None:
    def make(_: Original) -> Original:
        def refused(self: Any, arrival: Any, outgoing: Any) -> None:
            self._set_aside(arrival, arrival.error, outgoing, proven=arrival.header is not None)

        return refused

    soil.over("endpoint.acceptance:Acceptance._refused_by_relay", make)


def _refusal_untold(soil: Soil) -> None:
    soil.over("endpoint.acceptance:Acceptance._post_fault", lambda _: lambda *_all, **_named: None)


def _replay_ignored(soil: Soil) -> None:
    soil.over("endpoint.replays:Replays.asked", lambda _: lambda _self, _unit: [])


def _answer_unmarked(soil: Soil) -> None:
    soil.over(
        "endpoint.outgoing:Outgoing.post",
        lambda original: lambda self, posting, **_named: original(self, posting),
    )


ONCE: Mapping[str, Defect] = {
    "dedupe-by-id-alone": Defect(
        about="the inbox's key is the id without the sender", plant=_dedupe_by_id_alone
    ),
    "no-dedupe": Defect(about="a repeat has its effect again", plant=_no_dedupe),
    "dedupe-in-memory": Defect(
        about="after a restart nobody knows what was taken", plant=_dedupe_in_memory
    ),
    "repeats-get-nothing": Defect(
        about="a receipt that was lost is never made again", plant=_repeats_get_nothing
    ),
    "settled-by-anyone": Defect(about="anybody's receipt ends a message", plant=_settled_by_anyone),
    "settles-another": Defect(
        about="with one message another one is settled", plant=_settles_another
    ),
    "faulted-by-anyone": Defect(about="anybody's fault ends a message", plant=_faulted_by_anyone),
    "fault-ignored": Defect(about="nobody hears that it was refused", plant=_fault_ignored),
    "refusal-settles": Defect(
        about="a receipt that says REFUSED is taken for an effect", plant=_refusal_settles
    ),
    "relay-refusal-untold": Defect(
        about="the sender is not told what the relay refused", plant=_relay_refusal_untold
    ),
    "refusal-untold": Defect(
        about="the sender is not told what its receiver refused", plant=_refusal_untold
    ),
    "replay-ignored": Defect(about="a dead letter that was asked for stays", plant=_replay_ignored),
    "answer-unmarked": Defect(
        about="an answer does not say what it answers", plant=_answer_unmarked
    ),
}
"""Each by its name."""
