"""``make mutants``: changes of the core by rule, as many as a time gives, and who notices them.

What nobody notices is a test that is missing, or code that nothing needs; ``harmless.txt`` names
those that were looked at and change nothing that anybody promised, with the reason.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import median

from bench.mutants.by_hand import noticed
from bench.mutants.hunting import By, Verdict, hunt
from bench.mutants.list_by_hand import BY_HAND
from bench.mutants.operators import Mutant, mutants_of
from bench.mutants.reach import Reach, look
from bench.mutants.rooms import ROOMS, ROOT, path_of

HARMLESS = Path(__file__).with_name("harmless.txt")


def main() -> None:
    """Draws changes by ``--seed``, hunts them, prints what nobody noticed and a table a room."""
    asked = _asked()
    os.chdir(ROOT)
    os.environ.setdefault("IARMS_TESTS", "quick")
    if asked.by_hand is not None:
        _by_hand(asked.by_hand)
        return
    rooms = asked.room or list(ROOMS)
    begun = time.monotonic()
    every = [m for m in _all(rooms) if asked.only in m.name or asked.only in str(m)]
    known = _harmless()
    drawn = [one for one in every if one.name not in known]
    Random(asked.seed).shuffle(drawn)  # noqa: S311 - to be repeated
    print(f"{len(every)} changes, {len(every) - len(drawn)} known to be harmless")
    if asked.list:
        print(*(m.name for m in every), sep="\n")
        return
    reach = look(rooms)
    _settle()
    verdicts: list[Verdict] = []
    for verdict in _hunted(drawn[: asked.count], reach, begun + asked.time, asked.jobs):
        verdicts.append(verdict)
        if verdict.by in (By.NOBODY, By.UNREACHED, By.UNPLANTED) or asked.all:
            print(f"{verdict.by:<10}{verdict.mutant}  [{verdict.what}]", flush=True)
    _table(verdicts)
    if asked.json:
        asked.json.write_text(json.dumps([_told(one) for one in verdicts], indent=1))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.mutants", description=__doc__)
    parser.add_argument("--time", type=float, default=300, help="seconds after which none begins")
    parser.add_argument("--seed", type=int, default=0, help="which changes, and in which order")
    parser.add_argument("--count", type=int, default=None, help="how many at most")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--room", action="append", choices=list(ROOMS))
    parser.add_argument("--only", default="", help="those whose name holds this text")
    parser.add_argument("--all", action="store_true", help="print those that were noticed, too")
    parser.add_argument("--list", action="store_true", help="print the changes and end")
    parser.add_argument("--by-hand", nargs="*", metavar="NAME", help="plant those of the list")
    parser.add_argument("--json", type=Path, help="write the verdicts there")
    return parser.parse_args()


def _by_hand(names: Sequence[str]) -> None:
    """Plants what the list holds, or some of it; ends with 1 where one stays unseen."""
    _settle()
    missed, times = 0, []
    for one in noticed([each for each in BY_HAND if not names or each.name in names]):
        found = one.what if one.what and not one.what.startswith(("NOT PLANTED", "NO TEST")) else ""
        missed += not found
        times.append(one.seconds)
        what = found.removeprefix("tests/") or one.what or "MISSED"
        print(f"{one.defect.name:<36}{one.seconds:>7.2f} s  {what}", flush=True)
    middle = f", median {median(times):.2f} s of CPU" if times else ""
    print(f"{len(times) - missed} of {len(times)} noticed{middle}")
    if missed:
        sys.exit(1)


def _all(rooms: Sequence[str]) -> list[Mutant]:
    files = [file for name in rooms for file in ROOMS[name].files]
    return [one for file in files for one in mutants_of(file, path_of(file).read_text())]


def _harmless() -> set[str]:
    lines = HARMLESS.read_text().splitlines() if HARMLESS.exists() else []
    return {line for line in lines if line and not line.startswith(("#", "  "))}


def _settle() -> None:
    """What all worlds share is made once, before the first fork."""
    from gateway.simulation import draw, live  # noqa: PLC0415 - listing needs no world

    for seed in range(3):
        live(draw(seed))
    gc.collect()
    gc.freeze()


def _hunted(drawn: Sequence[Mutant], reach: Reach, end: float, jobs: int) -> Iterator[Verdict]:
    waiting: deque[Mutant] = deque(drawn)
    under_way = deque()
    while waiting or under_way:
        while waiting and len(under_way) < jobs and time.monotonic() < end:
            under_way.append(hunt(waiting.popleft(), reach))
        if not under_way:
            return
        yield under_way.popleft()()


def _table(verdicts: Sequence[Verdict]) -> None:
    counts: dict[str, Counter[By]] = {}
    for one in verdicts:
        room = next(name for name, room in ROOMS.items() if one.mutant.file in room.files)
        counts.setdefault(room, Counter())[one.by] += 1
    print(f"\n{'room':<10}" + "".join(f"{by:>11}" for by in By) + f"{'tried':>11}")
    for room, count in counts.items():
        print(f"{room:<10}" + "".join(f"{count[by]:>11}" for by in By) + f"{count.total():>11}")
    whole = sum(counts.values(), Counter())
    noticed = whole[By.WORLDS] + whole[By.TESTS] + whole[By.HANGING]
    seconds = sum(one.seconds for one in verdicts)
    tried = max(len(verdicts), 1)
    print(f"{noticed} of {len(verdicts)} noticed ({noticed / tried:.0%}); {seconds:.0f} s of CPU")


def _told(one: Verdict) -> dict[str, object]:
    return {
        "name": one.mutant.name,
        "line": one.mutant.line,
        "by": one.by,
        "what": one.what,
        "seconds": round(one.seconds, 2),
    }


if __name__ == "__main__":
    main()
