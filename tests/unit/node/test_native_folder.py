"""Odd files in the folder that a national system shares with its node."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from fresh_sqlite import put_fresh

from gateway.adapter import Issue, Item, Reading
from gateway.config import Files
from gateway.node import Folders, FolderWatch, Intake, NodeDesk, watch
from gateway.node.folders import fitting
from gateway.payload import PurposeCode
from gateway.store import Store

pytestmark = pytest.mark.unit

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WRONG = Issue(code="HEADER", at="line 1", field="", value="", expected="a header", remedy="write")


class LineAdapter:
    """Each line is an item that is set aside; a file that begins with ``!`` is refused whole."""

    name, suffix, version = "lines", ".csv", "000000000000"
    refuses = b"!"

    def read(self, native: bytes, frame: Any) -> Reading:  # noqa: ARG002 - the protocol's shape
        if native.startswith(self.refuses):
            return Reading(items=(), issues=(WRONG,))
        return Reading(
            items=tuple(
                Item(
                    number=number,
                    at=f"line {number}",
                    reference=line.decode("latin-1"),
                    raw=line,
                    body=None,
                    issues=(WRONG,),
                    urgent=False,
                    purpose=PurposeCode.CRIMINAL_INVESTIGATION,
                    case_reference=None,
                )
                for number, line in enumerate(native.splitlines(), start=1)
            ),
            issues=(),
        )

    def write(self, answers: Any, frame: Any) -> bytes:  # noqa: ARG002 - the protocol's shape
        return b"".join(answer.raw + b"\n" for answer in answers)


class Bench:
    """A watch and an intake on one folder, moved on by hand; a clock that only moves when told."""

    def __init__(self, root: Path, store: Store) -> None:
        self.folders = Folders(root=root)
        self.folders.make()
        self.store, self.now = store, START
        self.adapter: Any = LineAdapter()
        log = structlog.get_logger()
        self.watch = FolderWatch(
            folders=self.folders,
            adapter=self.adapter,
            settle=timedelta(0),
            frame=lambda: None,  # type: ignore[arg-type, return-value]  # the adapter looks at none
            clock=lambda: self.now,
            wake=lambda: None,
            log=log,
        )
        self.desk = NodeDesk(adapter=self.adapter, folders=self.folders, log=log)
        self.intake = Intake(
            watch=self.watch,
            folders=self.folders,
            adapter=self.adapter,
            desk=self.desk,
            settings=Files(adapter="lines"),
            endpoint=SimpleNamespace(transact=self.transact),  # type: ignore[arg-type]  # all it uses
            log=log,
        )

    def transact(self, work: Any) -> Any:
        with self.store.unit() as unit:
            return work(SimpleNamespace(unit=unit, frame=SimpleNamespace(now=self.now)))

    def drop(self, name: str | bytes, octets: bytes) -> Path:
        path = Path(os.fsdecode(os.fsencode(self.folders.incoming) + b"/" + os.fsencode(name)))
        path.write_bytes(octets)
        return path

    def settle(self) -> None:
        self.watch.look()
        while self.intake.busy:
            self.intake.advance()

    def until(self, holds: Callable[[], bool]) -> None:
        """Goes on until it ``holds``: a thread may be at work."""
        deadline = monotonic() + 120
        while not holds():
            assert monotonic() < deadline
            self.intake.advance()

    def files(self) -> list[tuple[str, int, str]]:
        with self.store.unit() as unit:
            return [(file.name, file.items, file.state) for file in unit.intake.files()]

    def originals(self) -> list[str]:
        return [name for name in self.names("done") if not name.endswith(".issues.txt")]

    def names(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.folders.root / folder).iterdir())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    put_fresh(tmp_path / "store.db")
    with Store.open(f"sqlite:///{tmp_path}/store.db") as store:
        yield Bench(tmp_path / "files", store)


def test_a_name_that_is_no_text_is_taken(bench):
    bench.drop(b"bad\xff\xfe.csv", b"a\n")
    bench.settle()
    assert bench.files() == [("bad\ufffd\ufffd.csv", 1, "ANSWERED")]
    assert bench.names("in") == []
    assert len(bench.names("out")) == 1


@pytest.mark.parametrize("name", ["n" * 251 + ".csv", "é" * 125 + ".csv", "x." + "y" * 250])
def test_the_longest_name_is_taken_and_answered(bench, name):
    bench.drop(name, b"a\n")
    bench.settle()
    assert bench.names("in") == []
    assert len(bench.originals()) == len(bench.names("out")) == 1
    bench.drop(name, b"!")
    bench.settle()
    assert len(bench.names("set-aside")) == 2


def test_a_long_name_keeps_its_suffix():
    assert fitting("a.csv") == "a.csv"
    assert fitting("é" * 300 + ".csv").endswith("é.csv")
    assert len(fitting("é" * 300 + ".csv").encode()) <= 200


@pytest.mark.parametrize("replace", [True, False], ids=["renamed over", "written over"])
def test_a_file_put_in_the_place_of_one_being_taken_is_read_too(bench, replace):
    path = bench.drop("export.csv", b"a\n")
    bench.watch.look()
    if replace:
        bench.drop("next", b"b\nc\n").replace(path)
    else:
        path.write_bytes(b"b\nc\n")
    while bench.intake.busy:
        bench.intake.advance()
    bench.settle()
    assert [items for _, items, _ in bench.files()] == [1, 2]
    assert bench.names("in") == []


def test_a_file_that_vanishes_between_two_looks_stops_nothing(bench, monkeypatch):
    bench.drop("b.csv", b"b\n")
    gone = SimpleNamespace(name="a.csv", path="a.csv", stat=_vanished)
    entries = os.scandir

    class WithGone:
        def __init__(self, folder: Any) -> None:
            self.folder = folder

        def __enter__(self) -> list[Any]:
            with entries(self.folder) as found:
                return [gone, *found]

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr("gateway.node.folders.os.scandir", WithGone)
    bench.settle()
    assert bench.files() == [("b.csv", 1, "ANSWERED")]


def _vanished(*, follow_symlinks: bool) -> os.stat_result:
    raise FileNotFoundError(follow_symlinks)


def test_a_folder_that_is_gone_for_a_while_is_looked_at_again(bench):
    bench.folders.incoming.rmdir()
    assert bench.watch.look()
    bench.folders.make()
    bench.drop("a.csv", b"a\n")
    bench.settle()
    assert bench.files() == [("a.csv", 1, "ANSWERED")]


def test_what_cannot_be_kept_now_is_tried_again_after_a_while_not_at_once(bench, monkeypatch):
    bench.drop("a.csv", b"a\n")
    with monkeypatch.context() as broken:
        broken.setattr(bench.intake, "_transact", _refuse)
        bench.settle()
        assert bench.watch.look()
        assert not bench.intake.busy
    bench.now += timedelta(seconds=10)
    bench.settle()
    assert bench.files() == [("a.csv", 1, "ANSWERED")]


def test_what_could_not_be_kept_while_the_clock_was_ahead_does_not_wait_until_it_is_there_again(
    bench, monkeypatch
):
    bench.now += timedelta(hours=1)
    bench.drop("a.csv", b"a\n")
    with monkeypatch.context() as broken:
        broken.setattr(bench.intake, "_transact", _refuse)
        bench.settle()
    bench.now -= timedelta(hours=1)
    bench.settle()
    assert bench.files() == [("a.csv", 1, "ANSWERED")]


def _refuse(work: object) -> None:
    raise ValueError(work)


def test_a_file_over_which_memory_ran_out_is_read_again_and_not_set_aside(bench, monkeypatch):
    bench.drop("a.csv", b"a\nb\n")
    keep = bench.intake._keep_items
    with monkeypatch.context() as broken:
        broken.setattr(bench.intake, "_keep_items", _run_out)
        bench.settle()
        assert [state for *_, state in bench.files()] == ["TAKING"]
        assert bench.names("set-aside") == []
    assert bench.intake._keep_items == keep
    bench.now += timedelta(seconds=10)
    bench.settle()
    assert bench.files() == [("a.csv", 2, "ANSWERED")]


def _run_out(*_: object) -> None:
    raise MemoryError


def test_a_file_that_was_set_aside_is_read_anew_when_it_comes_again(bench):
    bench.drop("a.csv", b"!\n!\n")
    bench.settle()
    bench.drop("a.csv", b"!\n!\n")
    bench.settle()
    assert bench.files() == [("a.csv", 0, "SET_ASIDE")]
    assert bench.names("set-aside") == ["1-a.csv", "1-a.csv.issues.txt"]
    bench.adapter.refuses = b"?"  # mended
    bench.drop("a.csv", b"!\n!\n")
    bench.settle()
    assert bench.files() == [("a.csv", 2, "ANSWERED")]


def test_the_same_file_again_has_no_second_effect(bench):
    for _ in range(2):
        bench.drop("a.csv", b"a\n")
        bench.settle()
    assert bench.files() == [("a.csv", 1, "ANSWERED")]
    assert len(bench.originals()) == 2
    assert len(bench.names("out")) == 1


@pytest.mark.slow
def test_a_long_file_is_read_piece_by_piece_behind_a_short_one(bench, monkeypatch):
    monkeypatch.setattr(watch, "_SHORT_OCTETS", 1_000)
    bench.drop("long.csv", b"a\n" * 10_000)
    bench.watch.look()
    bench.intake.advance()
    bench.drop("short.csv", b"b\n")
    bench.watch.look()
    bench.until(lambda: len(bench.files()) == 2 and bench.files()[1][2] == "ANSWERED")
    assert bench.files()[0][2] == "TAKING"
    bench.until(lambda: bench.files()[0][2] == "ANSWERED")
    assert bench.files() == [("long.csv", 10_000, "ANSWERED"), ("short.csv", 1, "ANSWERED")]


@pytest.mark.slow
def test_a_crash_between_two_pieces_keeps_every_item_once(bench, monkeypatch):
    monkeypatch.setattr(watch, "_SHORT_OCTETS", 1_000)
    bench.drop("long.csv", b"".join(b"%d\n" % number for number in range(5_500)))
    bench.watch.look()
    bench.until(lambda: bool(bench.files()) and bench.files()[0][1] == 2_000)
    again = Bench(bench.folders.root, bench.store)
    again.watch.look()
    again.until(lambda: again.files() == [("long.csv", 5_500, "ANSWERED")])
    with again.store.unit() as unit:
        items = unit.intake.items_of_file(1)
    assert [item.raw for item in items] == [b"%d" % number for number in range(5_500)]


@pytest.mark.slow
@pytest.mark.parametrize("octets", [1, 4_000_000], ids=["a long file", "a short one"])
def test_two_gateways_at_one_file_keep_every_item_once_and_set_nothing_aside(
    bench, monkeypatch, octets
):
    monkeypatch.setattr(watch, "_SHORT_OCTETS", octets)
    bench.drop("both.csv", b"".join(b"%d\n" % number for number in range(5_500)))
    other = Bench(bench.folders.root, bench.store)
    for each in (bench, other):
        each.watch.look()
    deadline = monotonic() + 120
    while bench.files() != [("both.csv", 5_500, "ANSWERED")] or bench.intake.busy:
        assert monotonic() < deadline
        bench.intake.advance()
        other.intake.advance()
    for each in (bench, other):
        each.settle()
    with bench.store.unit() as unit:
        items = unit.intake.items_of_file(1)
    assert [item.raw for item in items] == [b"%d" % number for number in range(5_500)]
    assert bench.names("set-aside") == []
    assert len(bench.originals()) == 1


@pytest.mark.parametrize("step", ["write_durably", "move"])
def test_a_crash_before_a_kept_file_is_put_away_is_not_a_file_that_came_twice(
    bench, monkeypatch, step
):
    class Killed(BaseException):
        """Nothing runs after it."""

    def killed(*_: object) -> None:
        raise Killed

    bench.drop("a.csv", b"a\nb\n")
    with monkeypatch.context() as patched:
        patched.setattr(f"gateway.node.intake.{step}", killed)
        with pytest.raises(Killed):
            bench.settle()
    again = Bench(bench.folders.root, bench.store)
    again.settle()
    assert again.names("done") == ["1-a.csv", "1-a.csv.issues.txt"]
    told = (bench.folders.done / "1-a.csv.issues.txt").read_text()
    assert told.startswith("2 x [HEADER]")
    bench.drop("a.csv", b"a\nb\n")
    again.settle()
    assert [name for name in again.names("done") if name.startswith("again-")]
    assert again.files() == [("a.csv", 2, "ANSWERED")]


def test_items_asked_for_are_gone_back_to_and_answered_in_a_file_of_their_own(bench):
    bench.drop("a.csv", b"a\nb\nc\n")
    bench.settle()
    with bench.store.unit() as unit:
        assert unit.intake.ask(("SET_ASIDE",), file_id=1, number=2) == 1
        bench.desk.tend(unit, SimpleNamespace(now=START))  # type: ignore[arg-type]  # all it uses
    bench.until(lambda: "a.1.answer-1.csv" in bench.names("out"))
    assert (bench.folders.outgoing / "a.1.answer-1.csv").read_bytes() == b"b\n"
    assert bench.files() == [("a.csv", 3, "ANSWERED")]
    with bench.store.unit() as unit:
        assert [item.round for item in unit.intake.items_of_file(1)] == [0, 1, 0]


def test_a_nul_in_a_reference_does_not_reach_the_database(bench):
    bench.drop("a.csv", b"a\0b\n")
    bench.settle()
    with bench.store.unit() as unit:
        (item,) = unit.intake.items_of_file(1)
    assert item.reference == "a\ufffdb"
    assert item.raw == b"a\0b"


def test_folders_links_and_pipes_are_left_alone(bench):
    (bench.folders.incoming / "dir.csv").mkdir()
    (bench.folders.incoming / "link.csv").symlink_to("/etc/passwd")
    os.mkfifo(bench.folders.incoming / "pipe.csv")
    bench.settle()
    assert bench.files() == []


def test_the_answer_to_a_large_file_is_made_beside_the_walk(bench):
    bench.drop("large.csv", b"".join(b"%d\n" % number for number in range(3_500)))
    bench.settle()
    answer = bench.folders.outgoing / "large.1.answer.csv"
    bench.until(answer.exists)
    assert answer.read_bytes().split() == [b"%d" % number for number in range(3_500)]
    assert bench.files() == [("large.csv", 3_500, "ANSWERED")]


def test_a_large_answer_that_a_crash_left_unmade_is_made_after_the_start(bench):
    bench.drop("large.csv", b"x\n" * 2_000)
    bench.settle()
    again = Bench(bench.folders.root, bench.store)
    with again.store.unit() as unit:
        again.desk.tend(unit, SimpleNamespace(now=START))  # type: ignore[arg-type]  # all it uses
    again.until(lambda: again.files() == [("large.csv", 2_000, "ANSWERED")])
    assert again.names("out") == ["large.1.answer.csv"]


def test_an_adapter_that_fails_at_a_large_answer_is_not_asked_for_ever(bench, monkeypatch):
    monkeypatch.setattr(bench.adapter, "write", lambda *_: 1 // 0)
    bench.drop("large.csv", b"x\n" * 2_000)
    bench.settle()
    bench.until(lambda: not bench.intake.busy and bench.files()[0][2] == "ACCEPTED")
    assert bench.names("out") == []
