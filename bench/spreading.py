"""How long from a revocation at the centre until every one of 196 nodes refuses the key.

``python -m bench.spreading [--nodes 196] [--rounds 5]``: real documents, a real broker, every node
with its own certificate, connections, folders and memory, all in this process. To reach: all
within 2 s, the first within 0.1 s.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.live_trust import LiveTrust, own_disk, utc_now
from gateway.endpoint import TrustPost
from gateway.exchange import Delivery, trust_queue
from gateway.ids import REGISTRY_PARTY
from keys import DirectoryFolder, KeyState, TrustError, ceremony, load_anchor
from keys.offering import Offering

NODES = 196
ALL_S, FIRST_S = 2.0, 0.1
_CONNECT_S, _ROUND_S = 120.0, 60.0
_REST_S = 1.0
"""Longer than the beacon that follows a revocation waits."""


class Folder(DirectoryFolder):
    """Notes when the awaited key is refused: before what says so is written, as in a node.

    A node takes what came of trust first, so every message that it looks at from then on is
    judged by it.
    """

    awaited = ""
    refused_at: float | None = None

    def settle(self, offering: Offering) -> None:
        """Looks before it writes."""
        self.see()
        super().settle(offering)

    def see(self) -> None:
        """Notes the time if a message signed by the awaited key would be refused now."""
        if self.refused_at is None and self.refuses():
            self.refused_at = time.perf_counter()

    def refuses(self) -> bool:
        """Whether a message signed by the awaited key would be refused now."""
        try:
            found = self.current(utc_now()).signer(self.awaited)
        except TrustError:
            return False
        return found is None or found[1].state is KeyState.REVOKED


class Node(threading.Thread):
    """A node's way of taking up documents of trust: line, folder, memory, and a thread."""

    def __init__(self, world: LiveTrust, name: str) -> None:
        super().__init__(name=name, daemon=True)
        home = world.root / name
        self.directories = Folder(
            home / "trust", load_anchor(home / "trust" / "anchor.xml"), home=home
        )
        self.directories.look(utc_now())
        self.link = world.link_of(name, [trust_queue(name)])
        self.post = TrustPost(self.directories, name, world.log)
        self.ending = False
        self.taken = 0
        self.at_rest_since = time.perf_counter()
        self.link.start()

    def run(self) -> None:
        """Takes in what comes."""
        while not self.ending:
            events = self.link.take(limit=10, timeout=timedelta(seconds=1))
            for each in (event for event in events if isinstance(event, Delivery)):
                if self.post.take(each, utc_now()):
                    self.link.ack([each])
                self.directories.see()  # it may be seen by a whole directory, which is written
                self.taken += 1
                self.at_rest_since = time.perf_counter()


def measure(
    nodes: int = NODES, rounds: int = 5, *, progress: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Seconds from the officer's signature to the first and the last refusal, the rounds sorted."""
    names = [f"{chr(65 + n // 26)}{chr(65 + n % 26)}X-NCB" for n in range(nodes)]
    with tempfile.TemporaryDirectory(prefix="iarms-bench-", dir=own_disk()) as folder:
        world = LiveTrust(Path(folder), names, lanes=False)
        found: list[Node] = []
        try:
            progress("founding and enrolling")
            world.make()
            progress("connecting")
            world.open(lambda _received, _frame: [])
            for name in names:
                found.append(Node(world, name))
                found[-1].start()
            _until(world, lambda: all(n.taken for n in found), _CONNECT_S)
            progress("revoking")
            took = [_round(world, found, names[number % nodes]) for number in range(rounds)]
        finally:
            for node in found:
                node.ending = True
            for node in found:
                node.link.stop(timedelta(0))
            world.close()
    return {
        "nodes": nodes,
        "rounds": rounds,
        "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "target": {"first_s": FIRST_S, "all_s": ALL_S},
        "first_s": sorted(round(first, 3) for first, _, _ in took),
        "all_s": sorted(round(last, 3) for _, last, _ in took),
        "processor_s": sorted(round(cpu, 3) for _, _, cpu in took),
    }


def _until(world: LiveTrust, holds: Callable[[], bool], most_s: float) -> None:
    """Steps the hub until something holds."""
    begun = time.perf_counter()
    while not holds():
        world.spreading.advance()
        world.places[REGISTRY_PARTY].step()
        if time.perf_counter() - begun > most_s:
            raise TimeoutError(f"it did not come within {most_s} s")
        time.sleep(0.005)


def _at_rest(nodes: list[Node]) -> bool:
    """Whether nobody has taken anything for a while: the last round's beacon is in."""
    return time.perf_counter() - max(node.at_rest_since for node in nodes) > _REST_S


def _round(world: LiveTrust, nodes: list[Node], victim: str) -> tuple[float, float, float]:
    hub = world.places[REGISTRY_PARTY]
    listed = hub.directories.current(utc_now()).parties[victim]
    kid = next(key.kid for key in listed.keys if key.use == "sig")
    _until(world, lambda: _at_rest(nodes), _ROUND_S)
    folders, taken = [node.directories for node in nodes], [node.taken for node in nodes]
    for each in folders:
        each.awaited, each.refused_at = kid, None
    spent = time.process_time()
    ceremony.revoke(hub.home / "trust", victim, [kid], "bench", world.officers[0], now=utc_now())
    begun = time.perf_counter()
    _until(world, lambda: all(each.refused_at is not None for each in folders), _ROUND_S)
    spent = time.process_time() - spent
    # The beacon that follows is of this round: else the next one would begin among 196 looks at it.
    _until(
        world,
        lambda: all(node.taken >= had + 2 for node, had in zip(nodes, taken, strict=True)),
        _ROUND_S,
    )
    times = [each.refused_at - begun for each in folders if each.refused_at is not None]
    return min(times), max(times), spent


def main() -> None:
    """Prints one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=NODES)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    found = measure(given.nodes, given.rounds, progress=lambda words: print(words, file=sys.stderr))
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
