"""How soon a trace request is readable at the other node: ``python -m bench.tracing``.

Two real nodes, the relay and a private broker on this machine. From the moment in which an
officer's order is left at one node until the case can be read in the other node's database, looked
at every 5 ms. It does not measure the start of a command.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gateway.cli.errands import run_errand
from gateway.demo import World, start_countries
from gateway.store import Store

TARGET_P99_S = 1.0
_QUESTION = Path(__file__).parents[1] / "config" / "demo" / "tracing" / "question.json"
_ASKER, _ASKED = "FRA-NCB", "BEL-NCB"
_WARMING = 5
_LOOK_S = 0.005
_PATIENCE_S = 30.0


def measure(requests: int) -> dict[str, Any]:
    """Seconds from order to readable at p50, p99 and at most, over so many requests."""
    question = json.loads(_QUESTION.read_text())
    question |= {"chain_id": "C-FRA-00000000000000000000000000", "contact_point": []}
    order = {"question": question, "without_search": True, "in_spite": True}
    with tempfile.TemporaryDirectory(prefix="iarms-bench-") as folder:
        world = start_countries(Path(folder) / "world", ("FRA", "BEL"), hurried=False)
        try:
            with world.store(_ASKED) as store:
                taken = [_one(world, order, store) for _ in range(_WARMING + requests)]
        finally:
            world.stop()
    taken = sorted(taken[_WARMING:])
    return {
        "machine": f"{os.cpu_count()} cores",
        "load": round(os.getloadavg()[0], 1),
        "requests": requests,
        "p50_s": round(taken[len(taken) // 2], 3),
        "p99_s": round(taken[min(len(taken) - 1, len(taken) * 99 // 100)], 3),
        "most_s": round(taken[-1], 3),
        "target_p99_s": TARGET_P99_S,
    }


def _one(world: World, order: dict[str, Any], store: Store) -> float:
    began = time.perf_counter()
    trace_id = run_errand(world.home(_ASKER), "trace.submit", order)["trace_id"]
    while time.perf_counter() - began < _PATIENCE_S:
        with store.unit() as unit:
            if unit.traces.find(trace_id) is not None:
                return time.perf_counter() - began
        time.sleep(_LOOK_S)
    raise TimeoutError(f"{trace_id} was not readable at {_ASKED} in {_PATIENCE_S} s")


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the figures; leaves with 1 where the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--requests", type=int, default=200)
    figures = measure(parser.parse_args(arguments).requests)
    print(json.dumps(figures, indent=2))
    return int(figures["p99_s"] > TARGET_P99_S)


if __name__ == "__main__":
    sys.exit(main())
