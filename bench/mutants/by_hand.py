"""Plants defects as a judge would, by hand: a few words of the core changed, and who notices.

Where the simulated world's own defects are put over functions, these are changes of the text. Each
names the test that notices it, so that the whole list takes minutes. It changes no file.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.mutants.edited import noticed_when_edited
from bench.mutants.hunting import failed_test, worlds_broken
from bench.mutants.planting import NotPlantedError, plant_text
from bench.mutants.reach import silence
from bench.mutants.rooms import path_of

WORLDS = "worlds"
_WALL_SECONDS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """``after`` stands in ``file`` in the place of ``before``.

    ``file`` lies below ``gateway/``, or begins with ``keys/`` or ``adapters/``.

    ``noticed_by`` are tests below ``tests/``, or ``worlds``.
    """

    name: str
    about: str
    file: str
    before: str
    after: str
    noticed_by: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """What noticed it first, "" for nothing, after ``seconds`` of CPU."""

    defect: ByHand
    what: str
    seconds: float


def noticed(defects: Sequence[ByHand]) -> Iterator[Noticed]:
    """Plants each in a process of its own and looks whether its test fails."""
    for one in defects:
        yield _noticed(one)


def _noticed(defect: ByHand) -> Noticed:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        signal.alarm(_WALL_SECONDS)
        silence()
        begun = _cpu_seconds()
        what = _look(defect)
        os.write(writing, f"{_cpu_seconds() - begun} {what}".encode())
        os._exit(0)
    os.close(writing)
    told = b""
    while piece := os.read(reading, 65_536):
        told += piece
    os.close(reading)
    _, status = os.waitpid(pid, 0)
    hung = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM
    silent = "0 it did not end" if hung else f"0 NO TEST: it left with {status} and said nothing"
    seconds, _, what = (told.decode() or silent).partition(" ")
    return Noticed(defect=defect, what=what, seconds=float(seconds))


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _look(defect: ByHand) -> str:
    """Planted into the running program first, which is quick; what that cannot do, or does not
    show, is looked at as an edit of the file."""
    if path_of(defect.file).read_text().count(defect.before) != 1:
        return f"NOT PLANTED: {defect.file} does not hold the text once"
    tests = [f"tests/{one}" for one in defect.noticed_by if one != WORLDS]
    seeds: tuple[int, ...] = ()
    if WORLDS in defect.noticed_by:
        from gateway.simulation import CORPUS  # noqa: PLC0415 - imported by the parent already

        seeds = (*CORPUS, *range(100))
    try:
        plant_text(defect.file, defect.before, defect.after)
        found = failed_test(tests) or worlds_broken(seeds)
    except NotPlantedError:
        found = ""
    if not found:
        found = noticed_when_edited(
            defect.file, defect.before, defect.after, tests=tests, seeds=seeds
        )
    return f"NO TEST: {found}" if found.startswith("pytest ended") else found
