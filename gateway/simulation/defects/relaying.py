"""Defects of the relay: what it lets go, repeats, refuses and permits.

Each is put over production code in this process and taken away again; it is found elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from gateway.simulation.soil import Defect, Original, Soil, nothing


def _relay_acknowledges_first(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def receive(self: Any, delivery: Any, now: Any) -> None:
            self._link.ack([delivery])
            original(self, delivery, now)

        return receive

    soil.over("relay.carrier:Relay._receive", make)


def _relay_ignores_nack(soil: Soil) -> None:
    def make(original: Original) -> Original:
        def settle(self: Any, event: Any, now: Any) -> None:
            confirmed = import_module("gateway.exchange").Confirmed
            original(self, confirmed(token=event.token), now)

        return settle

    soil.over("relay.carrier:Relay._settle", make)


def _relay_never_retries(soil: Soil) -> None:
    soil.over("relay.carrier:Relay._later", lambda _: nothing)


def _relay_buries_silently(soil: Soil) -> None:
    def make(_: Original) -> Original:
        def bury(self: Any, carried: Any, error: Any, now: Any) -> None:  # noqa: ARG001 - likewise
            carried.refusal = error
            self._done.append(carried.delivery)

        return bury

    soil.over("relay.carrier:Relay._bury", make)


def _relay_permits_all(soil: Soil) -> None:
    soil.over("/keys.directory:Directory.may_send", lambda _: lambda _self, _party, _type: True)


RELAYING: Mapping[str, Defect] = {
    "relay-acknowledges-first": Defect(
        about="the relay lets go of a message before a mailbox has it",
        plant=_relay_acknowledges_first,
    ),
    "relay-ignores-nack": Defect(
        about="the relay takes a nack or a return for a confirm", plant=_relay_ignores_nack
    ),
    "relay-never-retries": Defect(
        about="the relay tries each copy once", plant=_relay_never_retries
    ),
    "relay-buries-silently": Defect(
        about="what the relay refuses is gone", plant=_relay_buries_silently
    ),
    "relay-permits-all": Defect(
        about="the relay asks nobody who may send what", plant=_relay_permits_all
    ),
}
"""Each by its name."""
