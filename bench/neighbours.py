"""What honest parties feel of a hostile member that floods with valid credentials.

Honest searches at a steady rate through the real broker, relay and hub, alone and beside the
flood; the figure is the ratio of their p99. It does not judge whether the flood is refused.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.bulk import load_synthetic
from bench.end_to_end import OWNER, REQUESTER, SEED, _ask
from gateway.compose import broker_settings
from gateway.config import load_settings
from gateway.demo import CUSTOMS_SENDS, NCB_SENDS, Member, World
from gateway.exchange import Confirmed, RabbitLink, Unconfirmed, ingress_exchange
from gateway.ids import REGISTRY_PARTY, RELAY_USER, Lane

HOSTILE = "USA-NCB"
MEMBERS = (
    Member(party=REQUESTER, adapter="nl-customs-json", office="bench", sends=CUSTOMS_SENDS),
    Member(party=OWNER, adapter="fr-police-csv", office="bench", sends=NCB_SENDS),
    Member(party=HOSTILE, adapter="us-ncic-gun", office="bench", sends=NCB_SENDS),
)
_AT_ONCE = 500
_JUNK_OCTETS = 4_000


def measure(*, records: int, seconds: float, rate: float, rounds: int) -> dict[str, Any]:
    """The honest pair's latencies, alone and beside the flood, in turns on one world."""
    alone: list[float] = []
    beside: list[float] = []
    refused = 0
    with tempfile.TemporaryDirectory(prefix="iarms-bench-") as folder:
        world = World(Path(folder) / "world", MEMBERS)
        try:
            world.make()
            world.start_broker()
            with world.store(REGISTRY_PARTY) as store:
                store.migrate()
                load_synthetic(store, records, SEED, owners=(OWNER,), progress=lambda _: None)
            for name in (RELAY_USER, REGISTRY_PARTY):
                world.start(name)
                world.wait_ready(name)
            _ask(world, records, 3.0, rate)
            for _ in range(rounds):
                alone.append(_ask(world, records, seconds, rate)["p99_ms"])
                with flood(world) as sent:
                    beside.append(_ask(world, records, seconds, rate)["p99_ms"])
                refused += len(sent)
        finally:
            world.stop()
    return {
        "machine": f"{os.cpu_count()} cores",
        "searches_a_second": rate,
        "hostile_messages": refused,
        "p99_ms_alone": statistics.median(alone),
        "p99_ms_beside": statistics.median(beside),
        "ratio": round(statistics.median(beside) / statistics.median(alone), 2),
        "target_ratio": 1.5,
    }


@contextmanager
def flood(world: World) -> Iterator[list[int]]:
    """The hostile member publishes junk in every lane as fast as its confirms come."""
    home = world.home(HOSTILE)
    link = RabbitLink(broker_settings(load_settings(home), home))
    link.start()
    stopping = threading.Event()
    sent: list[int] = []

    def publish() -> None:
        number = waiting = 0
        lanes = tuple(Lane)
        junk = os.urandom(_JUNK_OCTETS)
        while not stopping.is_set():
            while waiting < _AT_ONCE:
                number, waiting = number + 1, waiting + 1
                link.publish(
                    token=str(number),
                    exchange=ingress_exchange(HOSTILE, lanes[number % len(lanes)]),
                    routing_key="",
                    body=junk + number.to_bytes(8, "big"),
                )
                sent.append(number)
            events = link.take(limit=_AT_ONCE, timeout=timedelta(milliseconds=200))
            waiting -= sum(isinstance(event, Confirmed | Unconfirmed) for event in events)

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        yield sent
    finally:
        stopping.set()
        thread.join()
        link.stop(timedelta(seconds=5))


def table(figures: dict[str, Any]) -> str:
    """The figures as a person reads them."""
    return (
        f"neighbours of a hostile member, {figures['machine']}, "
        f"{figures['searches_a_second']:.0f} honest searches a second:\n"
        f"  p99 alone {figures['p99_ms_alone']} ms, beside {figures['hostile_messages']} hostile "
        f"messages {figures['p99_ms_beside']} ms: ratio {figures['ratio']} "
        f"(target {figures['target_ratio']})"
    )


def main() -> int:
    """Prints the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(
        records=options.records, seconds=options.seconds, rate=options.rate, rounds=options.rounds
    )
    print(json.dumps(figures, indent=2) if options.json else table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
