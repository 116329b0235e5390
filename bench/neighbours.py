"""What honest parties feel of a bad neighbour: a member that floods, or whose messages are poison.

Honest searches at a steady rate through the real broker, relay and hub: alone, beside poison, and
beside a flood with valid credentials, in turns on one world; the figures are the ratios of their
p99. It does not judge whether what is bad is refused. It ends in time: turns are left out on a
machine that is too slow for all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.bulk import load_synthetic
from bench.end_to_end import OWNER, REQUESTER, SEED, ask
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
_POISON_ONE_IN = 50
"""Of the honest messages; the aim asks for one in a thousand, of which seconds would see none."""


def measure(
    *, records: int, seconds: float, rate: float, rounds: int, limit_s: float
) -> dict[str, Any]:
    """The honest pair's latencies; no turn begins after ``limit_s`` from the first."""
    found: dict[str, list[float]] = {"alone": [], "poison": [], "flood": []}
    sent = {"poison": 0, "flood": 0}
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
            ask(world, records, 1.0, rate)
            begun = time.monotonic()
            for turn in range(3 * rounds):
                how = tuple(found)[turn % 3]
                if turn and time.monotonic() - begun > limit_s:
                    break
                with _beside(world, how, rate) as bad:
                    found[how].append(ask(world, records, seconds, rate)["p99_ms"])
                if how in sent:
                    sent[how] += len(bad)
        finally:
            world.stop()
    return {
        "machine": f"{os.cpu_count()} cores",
        "load": round(os.getloadavg()[0], 1),
        "searches_a_second": rate,
        "turns": {how: len(each) for how, each in found.items()},
        "hostile_messages": sent["flood"],
        "poison_messages": sent["poison"],
        "p99_ms": {how: statistics.median(each) if each else None for how, each in found.items()},
        "ratio": {how: _ratio(found[how], found["alone"]) for how in sent},
        "target_ratio": {"poison": 1.2, "flood": 1.5},
    }


def _ratio(beside: list[float], alone: list[float]) -> float | None:
    if not beside or not alone:
        return None
    return round(statistics.median(beside) / statistics.median(alone), 2)


@contextmanager
def _beside(world: World, how: str, rate: float) -> Iterator[list[int]]:
    if how == "alone":
        yield []
    elif how == "poison":
        with flood(world, at_once=1, pause_s=_POISON_ONE_IN / rate) as sent:
            yield sent
    else:
        with flood(world) as sent:
            yield sent


@contextmanager
def flood(world: World, *, at_once: int = _AT_ONCE, pause_s: float = 0.0) -> Iterator[list[int]]:
    """The hostile member publishes junk in every lane as fast as its confirms come, or slower."""
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
            while waiting < at_once:
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
            stopping.wait(pause_s)

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
    p99, ratio, target = figures["p99_ms"], figures["ratio"], figures["target_ratio"]
    lines = [
        (
            f"beside bad neighbours, {figures['machine']} at load {figures['load']}, "
            f"{figures['searches_a_second']:.0f} honest searches a second, "
            f"turns {figures['turns']}:"
        ),
        f"  p99 alone {p99['alone']} ms",
    ]
    for how, count in (("poison", "poison_messages"), ("flood", "hostile_messages")):
        lines.append(
            f"  beside {figures[count]} messages ({how}) {p99[how]} ms: ratio {ratio[how]} "
            f"(target {target[how]})"
        )
    return "\n".join(lines)


def main() -> int:
    """Prints the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds; no turn begins later")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(
        records=options.records,
        seconds=options.seconds,
        rate=options.rate,
        rounds=options.rounds,
        limit_s=options.limit,
    )
    print(json.dumps(figures, indent=2) if options.json else table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
