"""A centre that lost its machine: how long until it holds again all that it ever said it holds.

Real processes, a real broker. A registry of a million records is copied while countries file and
search, its machine is lost later, the copy is restored to an empty place, and what was filed since
comes from the country again. Then the same without any copy: an empty registry with the old keys
is filled by the countries' own outboxes. Both are compared with what was lost, record by record.
It measures no broker and no requester.

    python -m bench.restoring [--records N] [--since N] [--rebuild N] [--database postgresql]
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from bench.bulk import load_synthetic
from bench.end_to_end import MEMBERS, OWNER, REQUESTER, SEED, databases
from bench.filing_beside import COLUMNS
from gateway.campaign.clients import serial_of
from gateway.config import database_url, load_settings
from gateway.demo import World, wait_until
from gateway.ids import REGISTRY_PARTY, RELAY_USER

_SECRET = "of a measurement, and gone with it"  # noqa: S105 - it protects an invented registry
_ROWS = 250
_LONGEST_S = 900.0
_STATE = (
    "SELECT r.record_id, r.version, r.status, r.record_type, r.owner_agency, r.closure_reason,"
    " r.recovery_date, c.octets FROM firearm_record r JOIN record_content c ON c.firearm_id = r.id"
    " ORDER BY r.record_id"
)
_FILED = "SELECT count(*) FROM firearm_record WHERE national_record_id LIKE 'R/%'"
_NOT_KEPT = shutil.ignore_patterns("store.db*", "doorbell", "process.lock")
Progress = Callable[[str], None]


class Filer:
    """A national system that files thefts, a file at a time, and counts what is answered."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.answered = 0

    def file(self, name: str, rows: list[str]) -> None:
        """Puts a file in and waits for a result to each row. Raises ``TimeoutError``."""
        octets = ("\r\n".join([COLUMNS, *rows]) + "\r\n").encode("latin-1")
        part = self._world.root / name
        part.write_bytes(octets)
        part.rename(self._world.incoming(OWNER) / name)
        self.results(name, len(rows))

    def results(self, name: str, rows: int) -> None:
        """Waits until a file has a result for each row."""
        stem = name.partition(".")[0]

        def answered() -> bool:
            found = list(self._world.outgoing(OWNER).glob(f"{stem}.*csv"))
            told = 0
            for path in found:
                with path.open(encoding="latin-1", newline="") as file:
                    told += len(
                        {row["N° procédure"] for row in csv.DictReader(file, delimiter=";")}
                    )
            return told >= rows

        wait_until(answered, f"the results of {name}", _LONGEST_S)
        self.answered += rows

    def begin(self) -> None:
        """Files on and on."""
        self._thread.start()

    def stop(self) -> None:
        """After the file that is on its way."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        number = 0
        while not self._stopping.is_set():
            number += 1
            self.file(f"load{number:06}.csv", thefts(number * 1_000, _ROWS))


def thefts(first: int, count: int) -> list[str]:
    """Rows that file ``count`` weapons, numbered from ``first``."""
    return [
        f"CREATION;R/{n:08};;14/01/2025;VOL;69;Lyon;PARTICULIER;PISTOLET;Beretta;92 FS;"
        f"9 MM PARABELLUM;{serial_of(OWNER, n)};;;;;;;"
        for n in range(first, first + count)
    ]


def changes(first: int, count: int) -> list[str]:
    """Every tenth of them has another model since."""
    return [
        f"MODIFICATION;R/{n:08};;14/01/2025;VOL;69;Lyon;PARTICULIER;PISTOLET;Beretta;M9;"
        f"9 MM PARABELLUM;{serial_of(OWNER, n)};;1;;;;;"
        for n in range(first, first + count, 10)
    ]


def ends(first: int, count: int) -> list[str]:
    """Every hundredth of them was found again."""
    return [
        f"CHANGEMENT D'ETAT;R/{n:08};;;;;;;;;;;;;2;CLOS;DECOUVERTE;01/06/2025;;"
        for n in range(first, first + count, 100)
    ]


def restored(
    *, records: int, since: int, database: str, progress: Progress = lambda _: None
) -> dict[str, Any]:
    """A copy made under load, the machine lost, the copy put back, the gap sent again."""
    with _world(database) as (world, home):
        with world.store(REGISTRY_PARTY) as store:
            store.migrate()
            load_synthetic(
                store, records, SEED, owners=(OWNER,), progress=lambda n: progress(f"{n} loaded")
            )
        _start(world)
        filer = Filer(world)
        filer.begin()
        wait_until(lambda: filer.answered > 0, "the first results", _LONGEST_S)
        progress("copying under load")
        archive, passphrase = world.root / "copy.iarms", world.root / "copy.pass"
        passphrase.touch(mode=0o600)
        passphrase.write_text(_SECRET)
        before = filer.answered
        with _searching(world, records):
            made_s = _iarms(
                *("backup", "make", "--home", home, "--out", archive),
                *("--passphrase-file", passphrase),
            )
        beside, at_copy = filer.answered - before, filer.answered
        progress("filing on")
        wait_until(lambda: filer.answered >= at_copy + since, "what is filed since", _LONGEST_S)
        filer.stop()
        progress("the machine is lost")
        world.kill_process(REGISTRY_PARTY)
        lost = digest_of(home, records=records + filer.answered)
        _lose(world, home, with_keys=True)
        began, cpu = time.monotonic(), _children_s()
        # PostgreSQL's database is on its server, and is emptied first; a file was lost with it.
        restore_s = _iarms(
            *("restore", archive, "--home", home, "--passphrase-file", passphrase),
            *(("--replace",) if database == "postgresql" else ()),
        )
        restore_cpu_s = _children_s() - cpu
        shutil.copy(world.root / "kept" / "identity.pass", home / "identity.pass")
        held = _filed(home)
        world.start(REGISTRY_PARTY)
        progress("waiting for the gap")
        wait_until(lambda: _filed(home) >= filer.answered, "the gap to be settled", _LONGEST_S)
        whole_s = time.monotonic() - began
        world.stop_process(REGISTRY_PARTY)
        again = digest_of(home, records=records + filer.answered)
        return {
            "database": database,
            "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
            "records": records,
            "archive_mb": round(archive.stat().st_size / 1e6),
            "copy_made_s": round(made_s, 1),
            "filed_meanwhile": beside,
            "sent_again": filer.answered - held,
            "restore_s": round(restore_s, 1),
            "restore_cpu_s": round(restore_cpu_s, 1),
            "from_restore_to_whole_s": round(whole_s, 1),
            "same_record_by_record": lost == again,
            "target": {"from_restore_to_whole_s": 60.0},
        }


def rebuilt(*, records: int, database: str, progress: Progress = lambda _: None) -> dict[str, Any]:
    """The registry and all copies of it lost; the countries' outboxes fill an empty one."""
    with _world(database) as (world, home):
        with world.store(REGISTRY_PARTY) as store:
            store.migrate()
        _start(world)
        filer = Filer(world)
        for number, first in enumerate(range(0, records, 10 * _ROWS)):
            count = min(10 * _ROWS, records - first)
            progress(f"{first} filed")
            filer.file(f"new{number:04}.csv", thefts(first, count))
            filer.file(f"changed{number:04}.csv", changes(first, count))
            filer.file(f"ended{number:04}.csv", ends(first, count))
        answers = sorted(path.name for path in world.outgoing(OWNER).iterdir())
        progress("everything is lost but the keys")
        world.kill_process(REGISTRY_PARTY)
        lost = states_of(home)
        _lose(world, home, with_keys=False)
        began = time.monotonic()
        world.start(REGISTRY_PARTY)
        world.wait_ready(REGISTRY_PARTY)
        wait_until(lambda: _filed(home) > 0, "the first record", _LONGEST_S)
        first_s = time.monotonic() - began
        wait_until(lambda: states_of(home).keys() >= lost.keys(), "the records", _LONGEST_S)
        wait_until(lambda: states_of(home) == lost or _at_rest(world), "an end", _LONGEST_S)
        whole_s = time.monotonic() - began
        found = states_of(home)
        wrong = sorted(name for name in lost if found.get(name) != lost[name])
        return {
            "database": database,
            "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
            "records": len(lost),
            "first_record_s": round(first_s, 1),
            "whole_s": round(whole_s, 1),
            "records_a_second": round(len(lost) / max(whole_s - first_s, 1e-9)),
            "differ": len(wrong),
            "more_than_were_lost": len(found.keys() - lost.keys()),
            "answers_that_came_twice": len(
                {path.name for path in world.outgoing(OWNER).iterdir()} - set(answers)
            ),
        }


# --- what a registry holds --------------------------------------------------------------------


def states_of(home: Path) -> dict[str, tuple[Any, ...]]:
    """Each record by its id: version, status, why it ended, and its octets' digest."""
    return {str(row[0]): (*row[1:-1], _sha256(row[-1])) for row in _rows(home)}


def digest_of(home: Path, *, records: int) -> str:
    """One digest over all records in the order of their ids; ``RuntimeError`` for too few."""
    whole, count = hashlib.sha256(), 0
    for row in _rows(home):
        whole.update(repr((*row[:-1], _sha256(row[-1]))).encode())
        count += 1
    if count < records:
        raise RuntimeError(f"{count} records instead of {records}")
    return whole.hexdigest()


def _rows(home: Path) -> Iterator[Any]:
    with _reading(home) as connection:
        yield from connection.execution_options(yield_per=10_000).execute(text(_STATE))


def _filed(home: Path) -> int:
    try:
        with _reading(home) as connection:
            return int(connection.execute(text(_FILED)).scalar_one())
    except Exception as error:
        if "no such table" in str(error) or "does not exist" in str(error):
            return 0
        raise


@contextmanager
def _reading(home: Path) -> Iterator[Any]:
    engine = create_engine(database_url(load_settings(home), home))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _sha256(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


# --- the world --------------------------------------------------------------------------------


@contextmanager
def _world(database: str) -> Iterator[tuple[World, Path]]:
    with tempfile.TemporaryDirectory(prefix="iarms-bench-") as folder, databases(database) as urls:
        world = World(Path(folder) / "world", MEMBERS, databases=urls)
        try:
            world.make()
            world.start_broker()
            yield world, world.home(REGISTRY_PARTY)
        finally:
            world.stop()


def _start(world: World) -> None:
    for name in (RELAY_USER, REGISTRY_PARTY, OWNER):
        world.start(name)
        world.wait_ready(name)


def _at_rest(world: World) -> bool:
    """Whether nobody misses anything of anybody, and all that came is filed."""
    with world.store(REGISTRY_PARTY, looking=True) as store, store.unit() as unit:
        return not any(
            unit.pairs.missing(one)[1] or unit.batches.waiting(one.peer) for one in unit.pairs.all()
        )


def _lose(world: World, home: Path, *, with_keys: bool) -> None:
    """The machine of the centre is gone; with its keys, unless they lay elsewhere."""
    gone = world.root / "kept"
    home.rename(gone)
    if not with_keys:
        home.mkdir(mode=0o700)
        shutil.copytree(gone, home, dirs_exist_ok=True, ignore=_NOT_KEPT)
        url = database_url(load_settings(home), home)
        if url.startswith("postgresql"):
            engine = create_engine(url, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
            engine.dispose()


@contextmanager
def _searching(world: World, records: int) -> Iterator[None]:
    words = [
        *(sys.executable, "-m", "bench.requester", "--home", str(world.home(REQUESTER))),
        *("--records", str(records), "--seed", str(SEED), "--other", "99"),
        *("--seconds", "5", "--rate", "20"),
    ]
    with world.log_file("requester").open("ab") as log:
        asking = subprocess.Popen(words, cwd=Path(__file__).parents[1], stdout=log, stderr=log)
        try:
            yield
        finally:
            asking.wait()


def _iarms(*words: object) -> float:
    """Runs a command; the seconds that it took."""
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "gateway.cli", *map(str, words)], check=True, capture_output=True
    )
    return time.monotonic() - began


def _children_s() -> float:
    spent = os.times()
    return spent.children_user + spent.children_system


def main() -> int:
    """Prints one JSON document a part."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=1_000_000, help="0: not this part")
    parser.add_argument("--since", type=int, default=2_000, help="filed after the copy was made")
    parser.add_argument("--rebuild", type=int, default=10_000, help="0: not this part")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()

    def progress(words: str) -> None:
        print(f"\r{words:40}", end="", file=sys.stderr, flush=True)

    found = {}
    if options.records:
        found["restored"] = restored(
            records=options.records,
            since=options.since,
            database=options.database,
            progress=progress,
        )
    if options.rebuild:
        found["rebuilt"] = rebuilt(
            records=options.rebuild, database=options.database, progress=progress
        )
    print(file=sys.stderr)
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
