"""What monitoring sees of the process of the transports: how each stands, and what waits.

It looks only when it is asked, and reaches no other side.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateway.node import Folders
from gateway.telemetry import Numbers, Probe
from gateway.transports.courier import WAYS, Courier
from gateway.transports.ledger import Ledger

Gauges = dict[tuple[str, tuple[str, ...]], float]
_BEGUN_BY_NAME = (
    "iarms_transport_taken_total",
    "iarms_transport_repeated_total",
    "iarms_transport_refused_total",
)
_BEGUN_BY_WAY = ("iarms_transport_troubles_total", "iarms_transport_defects_total")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Running transports as their probes see them."""

    home: Path
    folders: Folders
    ledger: Ledger
    couriers: Sequence[Courier]
    clock: Callable[[], datetime]
    numbers: Numbers

    def probe(self) -> Probe:
        """The answers of ``/livez``, ``/readyz`` and ``/metrics``."""
        for courier in self.couriers:
            for name in _BEGUN_BY_NAME:
                self.numbers.begin(name, (courier.name,))
            for name in _BEGUN_BY_WAY:
                for way in WAYS:
                    self.numbers.begin(name, (courier.name, way))
        return Probe(alive=self.alive, ready=self.ready, metrics=self.metrics)

    def alive(self) -> dict[str, str]:
        """What says that only a restart helps."""
        late = {(c.name, way): c.overdue_s(way) for c in self.couriers for way in WAYS}
        return {
            f"{name} {way}": f"no round for {seconds:.0f} s longer than any may take"
            for (name, way), seconds in late.items()
            if seconds > 0
        }

    def ready(self) -> dict[str, str]:
        """What keeps items or answers from being carried now; it may pass by itself."""
        wrong = self.alive()
        for folder in (self.folders.incoming, self.folders.outgoing, self.folders.set_aside):
            if not os.access(folder, os.W_OK | os.X_OK):
                wrong[f"folder {folder.name}"] = "this account may not write it"
        try:
            wrong |= self._in_trouble()
        except sqlite3.Error as error:
            wrong["ledger"] = str(error)
        return wrong

    def metrics(self) -> bytes:
        """Everything countable."""
        now = self.clock()
        in_trouble = self._in_trouble()
        gauges: Gauges = {("iarms_disk_free_octets", ()): shutil.disk_usage(self.home).free}
        for courier in self.couriers:
            name = courier.name
            oldest = self.ledger.oldest_waiting(name)
            age = 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
            gauges["iarms_transport_waiting", (name,)] = self.ledger.counts(name)["waiting"]
            gauges["iarms_transport_waiting_oldest_seconds", (name,)] = age
            for way in WAYS:
                gauges["iarms_transport_in_trouble", (name, way)] = f"{name} {way}" in in_trouble
                gauges["iarms_transport_overdue_seconds", (name, way)] = courier.overdue_s(way)
        return self.numbers.render(gauges)

    def _in_trouble(self) -> dict[str, str]:
        """Code of what is wrong by transport and way, of those that run."""
        ours = {f"{courier.name} {way}" for courier in self.couriers for way in WAYS}
        return {
            each.transport: each.code for each in self.ledger.troubles() if each.transport in ours
        }
