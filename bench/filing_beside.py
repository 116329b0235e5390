"""What the searches of another country wait for while one files 10,000 records, by the broker.

One country's native file of 10,000 thefts goes through its node, the relay and the hub, while a
requesting node of another country searches at a steady rate; before it the same rate is asked of
an idle centre. The ratio of the two says who delays whom, whatever else the machine does.

    python -m bench.filing_beside [--items N] [--records N] [--rate R] [--seconds S]
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench.bulk import load_synthetic
from bench.end_to_end import MEMBERS, OWNER, SEED, ask
from gateway.demo import World
from gateway.ids import REGISTRY_PARTY, RELAY_USER

COLUMNS = (
    "Opération;N° procédure;Urgent;Date du fait;Nature du fait;Département;Commune;Propriétaire;"
    "Type d'arme;Marque;Modèle;Calibre;N° de série;Longueur canon (cm);Version;Nouvel état;Motif;"
    "Date de découverte;Observations;Saisi par"
)
_LONGEST_S = 1_200.0


def measure(*, items: int, records: int, rate: float, seconds: float) -> dict[str, Any]:
    """Latencies of searches alone and beside the file, and how long the file took."""
    with tempfile.TemporaryDirectory(prefix="iarms-bench-") as folder:
        world = World(Path(folder) / "world", MEMBERS)
        try:
            world.make()
            world.start_broker()
            with world.store(REGISTRY_PARTY) as store:
                store.migrate()
                load_synthetic(store, records, SEED, owners=(OWNER,))
            for name in (RELAY_USER, REGISTRY_PARTY, OWNER):
                world.start(name)
                world.wait_ready(name)
            ask(world, records, seconds=3.0, rate=rate)
            alone = ask(world, records, seconds=seconds, rate=rate)
            filing = _File(world, items)
            filing.begin()
            beside = ask(world, records, seconds=seconds, rate=rate)
            still = not filing.is_answered
            filing.wait()
        finally:
            world.stop()
    return {
        "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "items": items,
        "one_result_each": filing.results == items,
        "filed_in_s": round(filing.lasted_s, 1),
        "rate_a_day": int(items / filing.lasted_s * 86_400),
        "filing_lasted_the_whole_time": still,
        "alone": alone,
        "beside": beside,
        "p50_ratio": round(beside["p50_ms"] / alone["p50_ms"], 2),
        "p99_ratio": round(beside["p99_ms"] / alone["p99_ms"], 2),
    }


class _File:
    """A native file of thefts on its way through the node."""

    def __init__(self, world: World, items: int) -> None:
        self._world, self._items = world, items
        self._began = self.lasted_s = 0.0
        self.results = 0
        self._watch = threading.Thread(target=self._until_answered, daemon=True)

    def begin(self) -> None:
        """Puts the file where the node takes it."""
        rows = [
            f"CREATION;2026/B/{n:06};;14/01/2025;VOL;69;Lyon;PARTICULIER;PISTOLET;Beretta;92 FS;"
            f"9 MM PARABELLUM;FB{n:06}Z;;;;;;;"
            for n in range(self._items)
        ]
        octets = ("\r\n".join([COLUMNS, *rows]) + "\r\n").encode("latin-1")
        part = self._world.root / "thefts.csv"
        part.write_bytes(octets)
        self._began = time.monotonic()
        part.rename(self._world.incoming(OWNER) / part.name)
        self._watch.start()

    @property
    def is_answered(self) -> bool:
        """Whether every row has its result."""
        return not self._watch.is_alive()

    def wait(self) -> None:
        """Until it is. Raises ``TimeoutError``."""
        self._watch.join(_LONGEST_S)
        if self._watch.is_alive():
            raise TimeoutError("the file was not answered in time")

    def _until_answered(self) -> None:
        while not (found := list(self._world.outgoing(OWNER).glob("thefts*.csv"))):
            time.sleep(0.2)
        self.lasted_s = time.monotonic() - self._began
        with found[0].open(encoding="latin-1", newline="") as file:
            self.results = sum(1 for _ in csv.DictReader(file, delimiter=";"))


def main() -> int:
    """Prints one JSON document."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--rate", type=float, default=10.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    found = measure(
        items=options.items,
        records=options.records,
        rate=options.rate,
        seconds=options.seconds,
    )
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
