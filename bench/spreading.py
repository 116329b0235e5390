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
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.live_trust import LiveTrust, own_disk, utc_now
from gateway.endpoint import TrustPost
from gateway.exchange import Delivery, RabbitLink, trust_queue
from gateway.ids import REGISTRY_PARTY
from keys import DirectoryFolder, KeyState, TrustError, ceremony, load_anchor

NODES = 196
ALL_S, FIRST_S = 2.0, 0.1
_CONNECT_S, _ROUND_S = 120.0, 60.0


@dataclass
class Node:
    """A node's way of taking up documents of trust: line, folder, memory."""

    link: RabbitLink
    directories: DirectoryFolder
    post: TrustPost

    def step(self) -> None:
        """Takes in what has come, and acknowledges it once it is durable."""
        events = self.link.take(limit=10, timeout=timedelta(0))
        found = [each for each in events if isinstance(each, Delivery)]
        if found:
            self.link.ack([each for each in found if self.post.take(each, utc_now())])

    def refuses(self, kid: str) -> bool:
        """Whether a message signed by this key would be refused now."""
        try:
            found = self.directories.current(utc_now()).signer(kid)
        except TrustError:
            return False
        return found is None or found[1].state is KeyState.REVOKED


def measure(
    nodes: int = NODES, rounds: int = 5, *, progress: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Seconds from the officer's signature to the first and the last refusal, the rounds sorted."""
    names = [f"{chr(65 + n // 26)}{chr(65 + n % 26)}X-NCB" for n in range(nodes)]
    with tempfile.TemporaryDirectory(prefix="iarms-bench-", dir=own_disk()) as folder:
        world = LiveTrust(Path(folder), names, lanes=False)
        links: list[Node] = []
        try:
            progress("founding and enrolling")
            world.make()
            progress("connecting")
            world.open(lambda _received, _frame: [])
            links = [_node(world, name) for name in names]
            _until(world, links, lambda node: node.directories.held.beacon > 0, _CONNECT_S)
            progress("revoking")
            took = [_round(world, links, names[number % nodes]) for number in range(rounds)]
        finally:
            for node in links:
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


def _node(world: LiveTrust, name: str) -> Node:
    home = world.root / name
    directories = DirectoryFolder(
        home / "trust", load_anchor(home / "trust" / "anchor.xml"), home=home
    )
    directories.look(utc_now())
    link = world.link_of(name, [trust_queue(name)])
    link.start()
    return Node(link=link, directories=directories, post=TrustPost(directories, name, world.log))


def _until(
    world: LiveTrust, nodes: list[Node], holds: Callable[[Node], bool], most_s: float
) -> tuple[float, float]:
    """When the first and when the last node did, in seconds from now."""
    begun, first = time.perf_counter(), 0.0
    left = list(nodes)
    while left:
        world.spreading.advance()
        world.places[REGISTRY_PARTY].step()
        for node in nodes:
            node.step()
        before, left = len(left), [node for node in left if not holds(node)]
        now = time.perf_counter() - begun
        if before == len(nodes) and len(left) < before:
            first = now
        if now > most_s:
            raise TimeoutError(f"{len(left)} nodes did not within {most_s} s")
    return first, time.perf_counter() - begun


def _round(world: LiveTrust, nodes: list[Node], victim: str) -> tuple[float, float, float]:
    hub = world.places[REGISTRY_PARTY]
    listed = hub.directories.current(utc_now()).parties[victim]
    kid = next(key.kid for key in listed.keys if key.use == "sig")
    spent = time.process_time()
    ceremony.revoke(hub.home / "trust", victim, [kid], "bench", world.officers[0], now=utc_now())
    first, last = _until(world, nodes, lambda node: node.refuses(kid), _ROUND_S)
    return first, last, time.process_time() - spent


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
