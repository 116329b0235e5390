"""A copy of a database that is written to all the time ends, and is whole."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import pytest

from gateway.store import Store

pytestmark = pytest.mark.unit


def test_a_copy_ends_while_somebody_commits_without_a_pause(tmp_path):
    """Found by hand: a copy in pieces began anew at every commit, and never ended."""
    path = tmp_path / "store.db"
    with Store.open(f"sqlite:///{path}") as store:
        store.migrate()
    stopping = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as writer:
            writer.execute("CREATE TABLE noise (octets BLOB)")
            writer.execute("INSERT INTO noise VALUES (zeroblob(40000000))")
            begun.set()
            while not stopping.is_set():
                writer.execute("INSERT INTO noise VALUES (zeroblob(10))")

    begun = threading.Event()
    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(60)
    (tmp_path / "copy").mkdir()
    try:
        with Store.open(f"sqlite:///{path}", looking=True) as store:
            copying = threading.Thread(target=store.copy_out, args=(tmp_path / "copy",))
            copying.start()
            copying.join(60)
            ended = not copying.is_alive()
    finally:
        stopping.set()
        writer.join()
        copying.join()
    assert ended
    assert Store.is_whole_copy(tmp_path / "copy")
