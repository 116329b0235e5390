"""Which simulated worlds and which unit tests pass which lines of the core.

A change of a line is looked for where that line runs, and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.mutants.rooms import ROOMS, ROOT, path_of

Lines = dict[str, set[int]]
SEEDS = 60
_PASSED_OFTEN = 30  # calls of a function without a line that is new: it is watched no more
NO_SERVER = "not postgresql"
_KEPT = ROOT / ".state" / "mutants"
_FILES = {str(path_of(file)): file for room in ROOMS.values() for file in room.files}


class Reach:
    """By file and line: seeds, and tests with the seconds that they take."""

    def __init__(self) -> None:
        self.seeds: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        self.tests: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        self.seconds: dict[str, float] = {}

    def seeds_at(self, file: str, lines: Sequence[int]) -> list[int]:
        """The seeds whose worlds pass one of ``lines``."""
        return sorted({seed for line in lines for seed in self.seeds[file, line]})

    def tests_at(self, file: str, lines: Sequence[int]) -> list[str]:
        """The tests that pass one of ``lines``, the quickest first."""
        found = {test for line in lines for test in self.tests[file, line]}
        return sorted(found, key=lambda test: (self.seconds.get(test, 9.0), test))


def look(rooms: Sequence[str]) -> Reach:
    """Lives worlds and runs the tests of ``rooms``, once for a state of the sources."""
    reach = Reach()
    for seed, lines in _kept("worlds", _worlds):
        for file, numbers in lines.items():
            for number in numbers:
                reach.seeds[file, number].append(int(seed))
    for folder in sorted({test for name in rooms for test in ROOMS[name].tests}):
        name = f"tests-{folder.replace('/', '-')}"
        for test, lines in _kept(name, lambda folder=folder: _tests(folder)):
            reach.seconds[test] = lines.pop("seconds", [1.0])[0]
            for file, numbers in lines.items():
                for number in numbers:
                    reach.tests[file, number].append(test)
    return reach


def _kept(name: str, make: Callable[[], dict[str, dict[str, Any]]]) -> Any:
    file = _KEPT / f"{name}-{_state()}.json"
    if not file.exists():
        made = make()
        _KEPT.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(made))
    return json.loads(file.read_text()).items()


def _state() -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for file in sorted(_FILES):
        digest.update(Path(file).read_bytes())
    for file in sorted((ROOT / "gateway" / "simulation").glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _worlds() -> dict[str, dict[str, list[int]]]:
    from gateway.simulation import draw, live  # noqa: PLC0415 - only where it is not known yet

    found = {}
    for seed in range(SEEDS):
        with _watched() as lines:
            live(draw(seed))
        found[str(seed)] = {file: sorted(numbers) for file, numbers in lines.items()}
    return found


def _tests(folder: str) -> dict[str, dict[str, Any]]:
    """In a process of its own, so that no test leaves anything here."""
    out = _KEPT / "watching.json"
    _KEPT.mkdir(parents=True, exist_ok=True)
    pid = os.fork()
    if pid == 0:
        watcher = _Watcher()
        silence()
        arguments = [
            "-q",
            "-p",
            "no:cacheprovider",
            "-k",
            NO_SERVER,
            "-m",
            "not slow",
            f"tests/{folder}",
        ]
        pytest.main([f"--rootdir={ROOT}", *arguments], plugins=[watcher])
        out.write_text(json.dumps(watcher.found))
        os._exit(0)
    os.waitpid(pid, 0)
    found: dict[str, dict[str, Any]] = json.loads(out.read_text())
    out.unlink()
    return found


class _Watcher:
    """A plugin that notes which lines a test passes."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, Any]] = {}

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        """Watches one test with its fixtures."""
        import time  # noqa: PLC0415 - here alone

        begun = time.process_time()
        with _watched() as lines:
            yield
        found: dict[str, Any] = {file: sorted(numbers) for file, numbers in lines.items()}
        found["seconds"] = [round(time.process_time() - begun, 3)]
        self.found[item.nodeid] = found


@contextmanager
def _watched() -> Iterator[Lines]:
    lines: Lines = {}
    idle: dict[Any, int] = {}  # by code: calls since a line of it was new

    def of_line(frame: Any, event: str, _: Any) -> Any:
        if event == "line":
            passed = lines[_FILES[frame.f_code.co_filename]]
            if frame.f_lineno not in passed:
                passed.add(frame.f_lineno)
                idle[frame.f_code] = 0
        return of_line

    def of_call(frame: Any, event: str, _: Any) -> Any:  # noqa: ARG001 - the tracer's shape
        file = _FILES.get(frame.f_code.co_filename)
        if file is None:
            return None
        calls = idle.get(frame.f_code, 0)
        if calls > _PASSED_OFTEN:
            return None
        idle[frame.f_code] = calls + 1
        lines.setdefault(file, set()).add(frame.f_lineno)
        return of_line

    threading.settrace(of_call)
    sys.settrace(of_call)
    try:
        yield lines
    finally:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]  # as documented


def silence() -> None:
    """This process says nothing more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
