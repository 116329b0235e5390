"""What honest parties feel of a bad neighbour: a member that floods, or whose messages are poison.

Honest searches at a steady rate through the real broker, relay and hub: alone, beside poison
(noise that the relay refuses), beside giants (sealed batches of 4 MB with one fault at their end,
which only the registry can see), and beside a flood with valid credentials, in turns on one world;
the figures are the ratios of their p99. It does not judge whether what is bad is refused. It ends
in time: turns are left out on a machine that is too slow for all of them.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.bulk import load_synthetic
from bench.end_to_end import OWNER, REQUESTER, SEED, ask
from bench.synthetic import record_of, weapons
from gateway.compose import broker_settings, own_identity
from gateway.config import load_settings
from gateway.demo import CUSTOMS_SENDS, NCB_SENDS, Member, World
from gateway.envelope import Draft, seal
from gateway.exchange import Confirmed, RabbitLink, Unconfirmed, ingress_exchange
from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, RELAY_USER, IdSource, Lane
from gateway.payload import (
    PAYLOAD_SCHEMA,
    ContactPoint,
    PurposeCode,
    RecordBatch,
    RecordBatchItem,
    encode,
)
from keys import DirectoryFolder, load_anchor

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
_GIANTS_ONE_IN = 1_000
_GIANT_ITEMS = 4_000


def measure(
    *, records: int, seconds: float, rate: float, rounds: int, limit_s: float
) -> dict[str, Any]:
    """The honest pair's latencies; no turn begins after ``limit_s`` from the first."""
    found: dict[str, list[float]] = {"alone": [], "poison": [], "giants": [], "flood": []}
    sent = {"poison": 0, "giants": 0, "flood": 0}
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
            for turn in range(len(found) * rounds):
                how = tuple(found)[turn % len(found)]
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
        "giant_messages": sent["giants"],
        "p99_ms": {how: statistics.median(each) if each else None for how, each in found.items()},
        "ratio": {how: _ratio(found[how], found["alone"]) for how in sent},
        "target_ratio": {"poison": 1.2, "giants": 1.2, "flood": 1.5},
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
    elif how == "giants":
        with flood(world, at_once=1, pause_s=_GIANTS_ONE_IN / rate, body=Giants(world)) as sent:
            yield sent
    else:
        with flood(world) as sent:
            yield sent


class Giants:
    """Batches of 4 MB, sealed and signed as they must be, with a foreign element at their end."""

    def __init__(self, world: World) -> None:
        home = world.home(HOSTILE)
        settings = load_settings(home)
        self._identity = own_identity(home, settings)
        trust = home / settings.keys.trust_folder
        folder = DirectoryFolder(trust, load_anchor(trust / "anchor.xml"), home=home)
        self._directory = folder.current(datetime.now(UTC))
        frame = Frame(
            party=HOSTILE,
            country="USA",
            system_id="bench",
            now=datetime.now(UTC),
            ids=IdSource(now=lambda: datetime.now(UTC), random=os.urandom),
            pseudonym="bench",
            contact=ContactPoint(contact_name="bench", available_always_indicator=True),
            test=True,
        )
        items = tuple(
            RecordBatchItem(item_id=str(place), firearm_record=record_of(weapon).firearm_record)
            for place, weapon in enumerate(weapons(_GIANT_ITEMS, SEED, (HOSTILE,)))
        )
        context = frame.context("REC_BATCH", purpose=PurposeCode.ALERT)
        whole = encode(RecordBatch(context=context, record_batch_item=items))
        head, found, tail = whole.rpartition(b"</RecordBatchItem>")
        self._content = head + b"<Nonsense/>" + found + tail
        self._frame = frame

    def __call__(self, number: int, lane: Lane) -> bytes:
        """A new one each time, or it would be known as a repeat."""
        now = datetime.now(UTC)
        draft = Draft(
            message_id=self._frame.ids.message_id(),
            message_type="REC_BATCH",
            created=now,
            expires=now + timedelta(hours=1),
            lane=lane,
            in_reply_to=None,
            directory_version=self._directory.version,
            schema=PAYLOAD_SCHEMA,
        )
        to = [(self._directory.recipient(REGISTRY_PARTY), number)]
        return seal(self._content, draft, by=self._identity, to=to, random=os.urandom)


def _junk(number: int, lane: Lane) -> bytes:  # noqa: ARG001 - junk is the same in every lane
    return os.urandom(_JUNK_OCTETS) + number.to_bytes(8, "big")


@contextmanager
def flood(
    world: World,
    *,
    at_once: int = _AT_ONCE,
    pause_s: float = 0.0,
    body: Callable[[int, Lane], bytes] = _junk,
) -> Iterator[list[int]]:
    """The hostile member publishes in every lane as fast as its confirms come, or slower."""
    home = world.home(HOSTILE)
    link = RabbitLink(broker_settings(load_settings(home), home))
    link.start()
    stopping = threading.Event()
    sent: list[int] = []

    def publish() -> None:
        number = waiting = 0
        lanes = tuple(Lane)
        while not stopping.is_set():
            while waiting < at_once:
                number, waiting = number + 1, waiting + 1
                lane = lanes[number % len(lanes)]
                link.publish(
                    token=str(number),
                    exchange=ingress_exchange(HOSTILE, lane),
                    routing_key="",
                    body=body(number, lane),
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
    for how, count in (
        ("poison", "poison_messages"),
        ("giants", "giant_messages"),
        ("flood", "hostile_messages"),
    ):
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
