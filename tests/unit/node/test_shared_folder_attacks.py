"""Whoever writes to the shared folder gets nothing of the node's by it, and does not drown it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import structlog
from fresh_sqlite import put_fresh
from test_native_folder import START, Bench, LineAdapter

from gateway.node import NodeDesk, watch
from gateway.store import Store, StoreError

pytestmark = [pytest.mark.unit, pytest.mark.slow]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    put_fresh(tmp_path / "store.db")
    with Store.open(f"sqlite:///{tmp_path}/store.db") as store:
        yield Bench(tmp_path / "files", store)


def test_a_link_planted_where_a_file_is_being_written_is_not_followed(bench, tmp_path):
    secret = tmp_path / "iarms.toml"
    secret.write_text("mine")
    (bench.folders.outgoing / ".a.1.answer.csv.part").symlink_to(secret)
    bench.drop("a.csv", b"x\n")
    bench.settle()
    assert secret.read_text() == "mine"
    assert (bench.folders.outgoing / "a.1.answer.csv").read_bytes() == b"x\n"


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_takes_the_place_of_a_file_after_the_look_is_not_read(
    bench, tmp_path, monkeypatch, kind
):
    secret = tmp_path / "identity.pass"
    secret.write_bytes(b"secret\n")
    os.utime(secret, (0, 0))
    path = bench.drop("a.csv", b"x\n")
    path.unlink()
    if kind == "link":
        path.symlink_to(secret)
    else:
        os.mkfifo(path)
    monkeypatch.setattr(type(bench.folders), "candidates", lambda _: [path])
    bench.settle()
    assert bench.files() == []
    assert path.exists()


def test_a_backlog_of_files_is_not_read_into_memory_at_once(bench):
    for number in range(3 * watch.READY_MOST):
        bench.drop(f"{number}.csv", b"%d\n" % number)
    bench.watch.look()
    assert len(bench.watch._ready) == watch.READY_MOST
    for _ in range(5):
        bench.settle()
    assert len(bench.files()) == 3 * watch.READY_MOST
    assert bench.names("in") == []


def test_a_file_whose_mark_was_not_committed_is_not_written_twice(bench):
    desk = NodeDesk(adapter=LineAdapter(), folders=bench.folders, log=structlog.get_logger())

    @contextmanager
    def undone() -> Iterator[Any]:
        with suppress(StoreError), bench.store.unit() as unit:
            yield unit
            raise StoreError("the disk is full")

    with bench.store.unit() as unit:
        out = unit.intake.put_out("hit.csv", b"hit", START)
        desk._write_later(out, unit)
    written = bench.folders.outgoing / "hit.csv"
    written.unlink()  # the national system has taken it
    frame: Any = type("F", (), {"now": START})
    with undone() as unit:
        desk.tend(unit, frame)
    for _ in range(2):
        with bench.store.unit() as unit:
            desk.tend(unit, frame)
    assert not written.exists()
    with bench.store.unit() as unit:
        assert unit.intake.unwritten() == []
