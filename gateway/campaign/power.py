"""Power cuts, by the hundred: a writer commits, the power goes, and what it said was kept is there.

The writer is a process of its own that uses the store as an endpoint does; the disk under it is
``disk``. A second, careless writer (SQLite's ``synchronous=OFF``) shows that the disk does
forget: where it loses nothing, the figure of the first would be worth nothing.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway.campaign.mount import Disk
from gateway.store import JournalLine, Store, Taken

_SENDER = "FRA-NCB"
_FRESH_EVERY = 25
_LINES = 3
_LONGEST_S = 0.12
_RECORD_OCTETS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """What a number of power cuts did."""

    count: int
    acknowledged: int
    lost: int
    torn: int
    """Transactions of which a part was there."""
    damaged: int
    """Databases that failed their integrity check."""
    careless_acknowledged: int
    careless_lost: int
    seconds: float

    @property
    def holds(self) -> bool:
        """Nothing acknowledged is gone, nothing is half there, and the disk does forget."""
        return not (self.lost or self.torn or self.damaged) and self.careless_lost > 0


def cut_power(
    folder: Path, *, count: int, seed: int, careless: int = 5, say: Callable[[str], None]
) -> Cuts:
    """Cuts the power ``count`` times. RuntimeError where no such disk can be mounted."""
    draw = random.Random(seed)  # noqa: S311 - cuts that can be drawn again
    begun = time.monotonic()
    acknowledged = lost = torn = damaged = 0
    with Store.open(f"sqlite:///{folder / 'first.db'}") as store:
        store.migrate()  # what is imported here need not be imported by every writer
    with _mounted(folder / "disk") as disk:
        kept: list[int] = []
        for number in range(count):
            if number % _FRESH_EVERY == 0:
                kept = []
            file = disk.mountpoint / f"store-{number // _FRESH_EVERY}.db"
            kept += _until_dead(file, draw.uniform(0.0, _LONGEST_S), _write)
            disk.order("cut")
            gone, halves, whole = _look(file, kept)
            lost += gone
            torn += halves
            damaged += not whole
            acknowledged = (
                acknowledged + len(kept) if (number + 1) % _FRESH_EVERY == 0 else acknowledged
            )
            if gone or halves or not whole:
                say(f"cut {number}: {gone} lost, {halves} torn, {'whole' if whole else 'DAMAGED'}")
        acknowledged += len(kept) if count % _FRESH_EVERY else 0
        told = careless_lost = 0
        for number in range(careless):
            file = disk.mountpoint / f"careless-{number}.db"
            said = _until_dead(file, _LONGEST_S * 3, _write_carelessly)
            disk.order("cut")
            told += len(said)
            careless_lost += _look(file, said)[0]
    return Cuts(
        count=count,
        acknowledged=acknowledged,
        lost=lost,
        torn=torn,
        damaged=damaged,
        careless_acknowledged=told,
        careless_lost=careless_lost,
        seconds=time.monotonic() - begun,
    )


@contextlib.contextmanager
def _mounted(folder: Path):  # type: ignore[no-untyped-def] # a generator of Disk
    disk = Disk(folder)
    disk.mount()
    try:
        yield disk
    finally:
        disk.unmount()


def _until_dead(file: Path, seconds: float, write: Callable[[Path, int], None]) -> list[int]:
    """Lets a process write for so long after its first commit, kills it; what it said was kept."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with contextlib.suppress(BaseException):
            write(file, writer)
        os._exit(1)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        first = told.read(_RECORD_OCTETS)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        octets = first + told.read()
    whole = len(octets) - len(octets) % _RECORD_OCTETS
    return [int.from_bytes(octets[at : at + 8], "big") for at in range(0, whole, _RECORD_OCTETS)]


def _write(file: Path, told: int) -> None:
    """As an endpoint: one transaction with an inbox row, its octets and journal lines; then a word.

    Numbers go on where the database ends.
    """
    with Store.open(f"sqlite:///{file}") as store:
        if not _is_made(file):
            store.migrate()
        with store.unit() as unit:
            number = unit.journal.after(0)[0] // _LINES
        while True:
            number += 1
            now = datetime.now(UTC)
            with store.unit() as unit:
                unit.inbox.add(_taken(number, now), b"sealed" * 200)
                for _ in range(_LINES):
                    unit.journal.add(
                        JournalLine(at=now, event="message.applied", message_id=str(number))
                    )
            os.write(told, number.to_bytes(_RECORD_OCTETS, "big"))


def _is_made(file: Path) -> bool:
    """Whether an earlier writer got as far as a commit; a cut may come while tables are made."""
    if not file.exists():
        return False
    with contextlib.closing(sqlite3.connect(file)) as connection:
        try:
            return bool(connection.execute("SELECT 1 FROM journal LIMIT 1").fetchone())
        except sqlite3.OperationalError:
            return False


def _write_carelessly(file: Path, told: int) -> None:
    with Store.open(f"sqlite:///{file}") as store:
        store.migrate()
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    number = 0
    while True:
        number += 1
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO journal (at, event, message_id) VALUES ('2025-01-01', 'x', ?)",
            [(str(number),)] * _LINES,
        )
        connection.execute("COMMIT")
        os.write(told, number.to_bytes(_RECORD_OCTETS, "big"))


def _taken(number: int, now: datetime) -> Taken:
    return Taken(
        sender=_SENDER,
        message_id=str(number),
        message_type="REC_SUBMIT",
        seq=number,
        received=now,
        outcome="APPLIED",
        fault_code=None,
        digest=str(number),
        answer_id=None,
    )


def _look(file: Path, kept: list[int]) -> tuple[int, int, bool]:
    """How many of ``kept`` are gone, how many transactions are halves, whether all is sound."""
    connection = sqlite3.connect(file)
    try:
        connection.execute("PRAGMA busy_timeout = 10000")
        sound = connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if "journal" not in tables:
            return len(kept), 0, sound
        counts = dict(
            connection.execute("SELECT message_id, count(*) FROM journal GROUP BY message_id")
        )
    except sqlite3.DatabaseError:
        return len(kept), 0, False
    finally:
        connection.close()
    gone = sum(1 for number in kept if str(number) not in counts)
    return gone, sum(1 for lines in counts.values() if lines != _LINES), sound
