"""Searches through the real broker: one requesting node, the relay, one hub worker, this machine.

Says what rate is held with which latency, what the most is, and where the processor time goes.
INTERPOL's databases served 171 searches a second in 2018; that is the rate to hold.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.bulk import load_synthetic
from bench.postgres import private_databases
from gateway.demo import CUSTOMS_SENDS, NCB_SENDS, Member, World
from gateway.ids import REGISTRY_PARTY, RELAY_USER

RATE = 171.0
SEED, OTHER = 7, 99
REQUESTER = "NLD-CUSTOMS"
OWNER = "FRA-NCB"
MEMBERS = (
    Member(party=REQUESTER, adapter="nl-customs-json", office="bench", sends=CUSTOMS_SENDS),
    Member(party=OWNER, adapter="fr-police-csv", office="bench", sends=NCB_SENDS),
)
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def measure(
    records: int = 1_000_000,
    *,
    seconds: float = 20.0,
    database: str = "sqlite",
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """The figures on one kind of database; it takes about two minutes at a million records."""
    with tempfile.TemporaryDirectory(prefix="iarms-bench-") as folder, databases(database) as urls:
        world = World(Path(folder) / "world", MEMBERS, databases=urls)
        try:
            progress("setting up")
            world.make()
            world.start_broker()
            with world.store(REGISTRY_PARTY) as store:
                store.migrate()
                load_synthetic(
                    store,
                    records,
                    SEED,
                    owners=(OWNER,),
                    progress=lambda n: progress(f"{n} records"),
                )
            for name in (RELAY_USER, REGISTRY_PARTY):
                world.start(name)
                world.wait_ready(name)
            progress("warming up")
            ask(world, records, seconds=4.0, rate=RATE)
            progress(f"{RATE:.0f} searches a second")
            paced = _with_processor_time(world, lambda: ask(world, records, seconds, RATE))
            progress("as fast as it goes")
            most = _with_processor_time(world, lambda: ask(world, records, seconds / 2, 0.0))
        finally:
            world.stop()
    return {
        "database": database,
        "records": records,
        "machine": f"{os.cpu_count()} cores",
        "target": {"searches_a_second": RATE, "p99_ms": 60.0},
        "at_target_rate": paced,
        "most": most,
    }


def _count(progress: Callable[[str], None]) -> Callable[[int], None]:
    return lambda done: progress(f"{done} records")


def ask(world: World, records: int, seconds: float, rate: float) -> dict[str, Any]:
    """Searches of the requesting node at ``rate`` a second (0: as fast as it goes), measured."""
    words = [
        *(sys.executable, "-m", "bench.requester"),
        *("--home", str(world.home(REQUESTER)), "--records", str(records)),
        *("--seed", str(SEED), "--other", str(OTHER)),
        *("--seconds", str(seconds), "--rate", str(rate)),
    ]
    log = world.log_file("requester")
    with log.open("ab") as errors:
        done = subprocess.run(
            words, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, stderr=errors, check=False
        )
    if done.returncode:
        raise RuntimeError(f"the requester failed:\n{world.log_tail('requester')}")
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _with_processor_time(world: World, run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    pids = {name: process.pid for name, process in world.processes.items()}
    assert world.broker is not None
    assert world.broker.pid is not None
    pids["broker"] = world.broker.pid
    before = {name: _cpu_s(pid) for name, pid in pids.items()}
    figures = run()
    spent = {name: _cpu_s(pid) - before[name] for name, pid in pids.items()}
    searches = max(figures["asked"], 1)
    parts = {name: round(seconds * 1e6 / searches) for name, seconds in spent.items()}
    parts["requesting node"] = figures["processor_us_a_search"]
    return figures | {"processor_us_a_search": parts}


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND


@contextmanager
def databases(kind: str) -> Iterator[Callable[[str], str]]:
    if kind == "sqlite":
        yield lambda _: "sqlite:///store.db"
        return
    with private_databases() as urls:
        yield urls


def table(figures: dict[str, Any]) -> str:
    """The figures as a person reads them."""
    lines = [
        f"end to end, {figures['database']}, {figures['records']:,} records, {figures['machine']}:"
    ]
    for title, key in (("at the target rate", "at_target_rate"), ("as fast as it goes", "most")):
        run = figures[key]
        lines.append(
            f"  {title:20} {run['searches_a_second']:8} a second   p50 {run['p50_ms']} ms   "
            f"p99 {run['p99_ms']} ms   never answered {run['never_answered']}"
        )
        spent = ", ".join(f"{name} {us} µs" for name, us in run["processor_us_a_search"].items())
        lines.append(f"  {'':20} processor time a search: {spent}")
    return "\n".join(lines)


def main() -> int:
    """Measures SQLite and a private PostgreSQL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    kinds = (options.database,) if options.database else ("sqlite", "postgresql")
    measured = [
        measure(
            options.records,
            seconds=options.seconds,
            database=kind,
            progress=lambda words: print(f"\r{words:40}", end="", file=sys.stderr, flush=True),
        )
        for kind in kinds
    ]
    print(file=sys.stderr)
    print(json.dumps(measured, indent=2) if options.json else "\n\n".join(map(table, measured)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
