"""A long delimited file through a node's real intake, whose process is killed again and again.

The file is written to the disk with a bad row 57. A child process takes it in as a node does:
folder watch, adapter, batches sealed into the outbox of a SQLite database. It is killed at random
moments and started anew until the file is taken. Then every row must have exactly one item, row 57
its issue, every other one its message; and the memory of no child may have grown with the file.

    python -m bench.long_file --mebibytes 1024 --kills 3

Nothing is published: the broker is one in memory that nobody reads from.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.adapters import Endless
from bench.taking import intake_of, take_all
from gateway.adapter import find_adapter
from gateway.node import Folders
from gateway.store import Store

BAD_ROW = 57


class Dirty(Endless):
    """The same file with a day in row 57 that no month has."""

    @staticmethod
    def row(number: int) -> bytes:
        row = Endless.row(number)
        return row.replace(b"03/05/2026", b"31/02/2026") if number == BAD_ROW - 1 else row


def take(home: Path) -> None:
    """The child: takes what lies in the folder until nothing does."""
    with Store.open(f"sqlite:///{home}/store.db") as store:
        store.migrate()
        _, _, watch, intake = intake_of(home, store, find_adapter("br-sinarm-csv"))
        take_all(Folders(root=home / "files"), watch, intake)


def _kept(home: Path) -> int:
    """How many items lie in the database now."""
    try:
        with closing(sqlite3.connect(f"file:{home}/store.db?mode=ro", uri=True)) as database:
            # By the key: to look at every item again and again took as long as to keep them.
            asked = "SELECT max(number) FROM native_item WHERE file_id = 1"
            found = database.execute(asked).fetchone()
    except sqlite3.OperationalError:
        return 0  # not made yet, or being written
    return int(found[0] or 0)


def _children(home: Path, kills: int, seed: int, rows: int) -> list[dict[str, float]]:
    """Runs children until one ends by itself; the others are killed, each a random while after it
    kept a random number of rows. What each took.
    """
    drawn = random.Random(seed)  # noqa: S311 - moments, not secrets
    moments = sorted(drawn.randrange(rows) for _ in range(kills))
    ran = []
    for moment in [*moments, None]:
        child = subprocess.Popen([sys.executable, "-m", "bench.long_file", "--take", str(home)])
        begun = time.monotonic()
        while moment is not None and child.poll() is None and _kept(home) <= moment:
            time.sleep(0.2)
        if moment is not None:
            time.sleep(drawn.random())
            child.send_signal(signal.SIGKILL)
        _, status, used = os.wait4(child.pid, 0)
        ran.append(
            {
                "killed": float(os.WIFSIGNALED(status)),
                "kept": float(_kept(home)),
                "wall s": time.monotonic() - begun,
                "processor s": used.ru_utime + used.ru_stime,
                "peak MiB": used.ru_maxrss / 1024,
            }
        )
        if status and not os.WIFSIGNALED(status):
            raise SystemExit("a child failed")
    return ran


def _hold(home: Path, rows: int) -> dict[str, int]:
    """What was kept; raises ``ValueError`` where it is not one outcome for each row."""
    with Store.open(f"sqlite:///{home}/store.db") as store, store.unit() as unit:
        (file,) = unit.intake.files()
        counted = unit.intake.counts()
        posted = unit.outbox.depth()
        bad = [item for item in unit.intake.items_of_file(file.id, most=100) if item.issues]
    expected = {"SET_ASIDE": 1, "SENT": rows - 1}
    found = {state: counted.get(state, 0) for state in expected}
    if found != expected or file.items != rows or [item.number for item in bad] != [BAD_ROW]:
        raise ValueError(f"{file.items} items of {rows} rows: {counted}")
    return {"items": file.items, "messages in the outbox": posted, **found}


def measure(mebibytes: int, kills: int, seed: int) -> dict[str, Any]:
    """Takes one long file, killed ``kills`` times; the figures of each child and of the whole."""
    width = len(Dirty.row(0))
    rows = mebibytes * 1024 * 1024 // width
    home = Path(tempfile.mkdtemp(prefix="long-file-"))
    try:
        incoming = home / "files" / "in"
        incoming.mkdir(parents=True)
        source = Dirty(rows)
        with (home / "made").open("wb") as made:
            while piece := source.read(1024 * 1024):
                made.write(piece)
        (home / "made").rename(incoming / "long.csv")
        children = _children(home, kills, seed, rows)
        held = _hold(home, rows)
        size = sum(path.stat().st_size for path in home.glob("store.db*"))
        return {"rows": rows, "children": children, **held, "database MiB": size // 1024 // 1024}
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--mebibytes", type=int, default=1024)
    options.add_argument("--kills", type=int, default=3)
    options.add_argument("--seed", type=int, default=57)
    options.add_argument("--take", type=Path, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.take:
        take(asked.take)
    else:
        print(json.dumps(measure(asked.mebibytes, asked.kills, asked.seed), indent=2))
