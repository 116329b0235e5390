"""Runs every benchmark and prints tables, then writes one JSON document with all figures.

make bench                          everything
python -m bench envelope binding    only these
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import adapters, binding, directory, end_to_end, envelope, lookup
from tests.real_postgres import private_postgres

OUTPUT = Path(__file__).parents[1] / ".state" / "bench.json"


def _progress(words: str) -> None:
    print(f"\r{words:40}", end="", file=sys.stderr, flush=True)


def run_envelope(_: int) -> Any:
    """The envelope against its primitives and against peers."""
    measured = envelope.measure()
    envelope.show(measured)
    return measured


def run_directory(_: int) -> Any:
    """The key directory of all countries, verified and indexed."""
    measured = directory.measure()
    directory.show(measured)
    return measured


def run_binding(_: int) -> Any:
    """The XML binding against lxml's bare parse and against peers."""
    measured = binding.measure()
    binding.show(measured)
    return measured


def run_adapters(_: int) -> Any:
    """Every form of file to checked items and to canonical XML."""
    measured = adapters.measure()
    adapters.show(measured)
    return {name: asdict(rate) for name, rate in measured.items()}


def run_lookup(records: int) -> Any:
    """A search in process against the database's floor."""
    measured = [lookup.measure(records, progress=_progress)]
    with private_postgres() as url:
        measured.append(lookup.measure(records, url, progress=_progress))
    print("\n" + "\n\n".join(map(lookup.table, measured)))
    return measured


def run_end_to_end(records: int) -> Any:
    """Searches through the real broker."""
    measured = [
        end_to_end.measure(records, database=kind, progress=_progress)
        for kind in ("sqlite", "postgresql")
    ]
    print("\n" + "\n\n".join(map(end_to_end.table, measured)))
    return measured


BENCHMARKS: dict[str, Callable[[int], Any]] = {
    "envelope": run_envelope,
    "directory": run_directory,
    "adapters": run_adapters,
    "binding": run_binding,
    "lookup": run_lookup,
    "end-to-end": run_end_to_end,
}


def main() -> int:
    """Runs the named benchmarks, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []])
    parser.add_argument("--records", type=int, default=1_000_000)
    options = parser.parse_args()
    figures: dict[str, Any] = {}
    for name in options.names or BENCHMARKS:
        print(f"\n== {name}")
        figures[name] = BENCHMARKS[name](options.records)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(figures, indent=2))
    print(f"\nall figures: {OUTPUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
