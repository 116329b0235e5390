"""One change in a process of its own: is it noticed by simulated worlds, by unit tests, by neither.

It decides nothing about what is worth noticing.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest

from bench.mutants.operators import Mutant, names_in
from bench.mutants.planting import NotPlantedError, plant
from bench.mutants.reach import NO_SERVER, Reach, silence
from bench.mutants.rooms import ROOT, path_of

WORLDS_FIRST = 3
WORLDS_MOST = 40
TESTS_MOST = 25
_WORLDS_SECONDS = 8.0
_TESTS_SECONDS = 40
_WALL_SECONDS = 300


class By(StrEnum):
    """Who noticed."""

    WORLDS = "worlds"
    TESTS = "tests"
    HANGING = "hanging"
    NOBODY = "nobody"
    UNREACHED = "unreached"  # neither a world nor a test passes there
    UNPLANTED = "unplanted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``what`` was broken, after ``seconds`` of CPU."""

    mutant: Mutant
    by: By
    what: str
    seconds: float


def hunt(mutant: Mutant, reach: Reach) -> Callable[[], Verdict]:
    """Begins in another process; the call that is returned waits for the verdict."""
    lines = [mutant.line]
    if mutant.constant:
        lines = list(names_in(path_of(mutant.file).read_text(), mutant.constant))
    seeds = reach.seeds_at(mutant.file, lines)[:WORLDS_MOST]
    tests = reach.tests_at(mutant.file, lines)[:TESTS_MOST]
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _bounded(_WORLDS_SECONDS + _TESTS_SECONDS)
        silence()
        found = _look(mutant, seeds, tests)
        os.write(writing, json.dumps(found).encode())
        os._exit(0)
    os.close(writing)
    return lambda: _wait(mutant, pid, reading)


def _wait(mutant: Mutant, pid: int, reading: int) -> Verdict:
    told = b""
    while piece := os.read(reading, 65_536):
        told += piece
    os.close(reading)
    _, _, used = os.wait4(pid, 0)
    seconds = used.ru_utime + used.ru_stime
    if not told:
        return Verdict(mutant=mutant, by=By.HANGING, what="did not end", seconds=seconds)
    found: dict[str, Any] = json.loads(told)
    return Verdict(mutant=mutant, by=By(found["by"]), what=found["what"], seconds=seconds)


def _bounded(seconds: float) -> None:
    """A change may make an endless loop, or wait for ever."""
    most = int(time.process_time() + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(_WALL_SECONDS)


def _look(mutant: Mutant, seeds: Sequence[int], tests: Sequence[str]) -> dict[str, str]:
    if not seeds and not tests:
        return {"by": By.UNREACHED, "what": ""}
    try:
        plant(mutant)
    except NotPlantedError as error:
        return {"by": By.UNPLANTED, "what": str(error)}
    except Exception as error:  # noqa: BLE001 - a constant that cannot be made is noticed at once
        return {"by": By.TESTS, "what": repr(error)}
    # What is noticed at all is mostly noticed at once: the long way is for what is not.
    for by, what in (
        (By.WORLDS, lambda: worlds_broken(seeds[:WORLDS_FIRST])),
        (By.TESTS, lambda: failed_test(tests)),
        (By.WORLDS, lambda: worlds_broken(seeds[WORLDS_FIRST:])),
    ):
        if broken := what():
            return {"by": by, "what": broken}
    return {"by": By.NOBODY, "what": f"{len(seeds)} worlds, {len(tests)} tests"}


def worlds_broken(seeds: Sequence[int]) -> str:
    """The first promise that a world of ``seeds`` breaks, or ""."""
    from gateway.simulation import draw, live  # noqa: PLC0415 - imported by the parent already

    begun = time.process_time()
    for seed in seeds:
        try:
            history = live(draw(seed))
        except Exception as error:  # noqa: BLE001 - noticed, if rudely
            return f"seed {seed} {error!r}"[:200]
        if not history.holds:
            return f"seed {seed} {history.violations[0]}"
        if time.process_time() - begun > _WORLDS_SECONDS:
            break
    return ""


def failed_test(tests: Sequence[str]) -> str:
    """The first of ``tests`` that fails, or ""."""
    if not tests:
        return ""
    failed = _Failed()
    # Planting imported more of the program than pytest would like to rewrite.
    quiet = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    arguments = ["-q", "-x", "-p", "no:cacheprovider", *quiet, "-k", NO_SERVER, *tests]
    code = pytest.main([f"--rootdir={ROOT}", *arguments], plugins=[failed])
    if code in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        return ""
    return failed.first or f"pytest ended with {code}"


class _Failed:
    """A plugin that remembers the first failure."""

    first = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Notes it."""
        if report.failed and not self.first:
            self.first = str(report.nodeid)
