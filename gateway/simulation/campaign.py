"""Many worlds: seeds one after the other until a count or a time, and the hunt for each defect.

It does nothing that one seed alone would not do.
"""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.simulation.case import Violation
from gateway.simulation.corpus import seeds_of_a_hunt
from gateway.simulation.defects import DEFECTS, planted
from gateway.simulation.history import History, live
from gateway.simulation.plan import draw

_SEEDS_AT_ONCE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How a planted defect was found: ``seed`` is None if it was not, in ``seconds`` of CPU."""

    name: str
    about: str
    seed: int | None
    seconds: float
    violation: Violation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What is left of a history when another process lived it."""

    seed: int
    line: str
    holds: bool
    faults: dict[str, int]
    messages: int


def run(*, first: int, count: int | None, seconds: float | None, jobs: int) -> Iterator[Tally]:
    """Histories of the seeds from ``first``, until ``count`` or ``seconds`` (wall clock) are over.

    ``jobs`` processes share the seeds; with several the order of the tallies is still theirs.
    """
    end = None if seconds is None else time.monotonic() + seconds
    seeds = itertools.count(first) if count is None else iter(range(first, first + count))
    _settle_memory()
    if jobs <= 1:
        for seed in seeds:
            if end is not None and time.monotonic() >= end:
                return
            yield tally(live(draw(seed)))
        return
    chunks = iter(lambda: list(itertools.islice(seeds, _SEEDS_AT_ONCE)), [])
    with multiprocessing.get_context("spawn").Pool(jobs, _settle_memory) as pool:
        waiting = [pool.apply_async(_tallies, (c,)) for c in itertools.islice(chunks, jobs * 2)]
        while waiting:
            yield from waiting.pop(0).get()
            if end is None or time.monotonic() < end:
                waiting += [pool.apply_async(_tallies, (c,)) for c in itertools.islice(chunks, 1)]


def tally(history: History) -> Tally:
    """The figures and the line of ``history``."""
    return Tally(
        seed=history.plan.seed,
        line=history.line(),
        holds=history.holds,
        faults=dict(history.faults),
        messages=history.messages,
    )


def hunt(name: str, *, first: int = 0, seconds: float, most: int = 10_000) -> Found:
    """Plants the defect ``name`` and tries seeds until it is found, or ``seconds`` of CPU pass.

    Those of the corpus come first, then ``most`` fresh ones from ``first`` on.
    """
    begun = time.process_time()
    seed: int | None = None
    violation: Violation | None = None
    with planted(name):
        for tried in seeds_of_a_hunt(first, most):
            history = live(draw(tried))
            if not history.holds:
                seed, violation = tried, history.violations[0]
                break
            if time.process_time() - begun > seconds:
                break
    return Found(
        name=name,
        about=DEFECTS[name].about,
        seed=seed,
        seconds=time.process_time() - begun,
        violation=violation,
    )


def _settle_memory() -> None:
    """What one world makes for all of them is made, and is looked through for garbage no more."""
    live(draw(0))
    gc.collect()
    gc.freeze()


def _tallies(seeds: Sequence[int]) -> list[Tally]:
    return [tally(live(draw(seed))) for seed in seeds]
