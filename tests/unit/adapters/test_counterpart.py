"""The simulated national system files the same by the same seed, and reads its answers."""

from __future__ import annotations

from pathlib import Path
from random import Random

from adapters.engine import fixed_frame
from gateway.adapter import find_adapter
from gateway.counterpart import Counterpart, Habits
from gateway.node import Folders

ADAPTER = find_adapter("fr-police-csv")


def system(root: Path, *, seed: int = 1, broken: float = 0.3, repeated: float = 0.2) -> Counterpart:
    folders = Folders(root=root)
    folders.make()
    habits = Habits(items=4, broken=broken, repeated=repeated)
    return Counterpart(ADAPTER, folders, habits, Random(seed), fixed_frame())


def files_in(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "in").iterdir()}


def test_a_seed_files_the_same_again(tmp_path: Path) -> None:
    for name in ("one", "other"):
        counterpart = system(tmp_path / name)
        for _ in range(30):
            counterpart.file()
    assert files_in(tmp_path / "one") == files_in(tmp_path / "other")


def test_it_files_sound_broken_and_repeated_files_at_its_rates(tmp_path: Path) -> None:
    counterpart = system(tmp_path)
    filed = [counterpart.file().what for _ in range(200)]
    assert 35 < filed.count("broken") < 85
    assert 20 < filed.count("repeated") < 60


def test_each_item_of_a_sound_file_has_a_reference_of_its_own(tmp_path: Path) -> None:
    counterpart = system(tmp_path, broken=0, repeated=0)
    names = [counterpart.file().name for _ in range(5)]
    items = [
        item
        for name in names
        for item in ADAPTER.read((tmp_path / "in" / name).read_bytes(), fixed_frame()).items
    ]
    assert len(items) == 20
    assert all(item.body is not None for item in items)


def test_an_answer_is_told_once(tmp_path: Path) -> None:
    counterpart = system(tmp_path)
    (tmp_path / "out" / "answer.csv").write_bytes(b"x")
    assert [path.name for path in counterpart.answers()] == ["answer.csv"]
    assert counterpart.answers() == []
