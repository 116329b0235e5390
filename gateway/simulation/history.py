"""One world from its seed to its verdict, told in a line that is enough to do it again.

It draws nothing and judges nothing itself: ``plan`` and ``checker`` do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from gateway.errors import GatewayError
from gateway.simulation.case import Violation
from gateway.simulation.checker import check
from gateway.simulation.ledger import Shelf
from gateway.simulation.plan import ASK, Plan, draw, perform
from gateway.simulation.world import World

GENERATION = 4
"""Goes up when the same seed would draw another plan: an old line cannot be done again then."""

_WORD = re.compile(r"\b(seed|generation|without|fingerprint)=(\S+)")


class ReplayError(GatewayError):
    """A line cannot be done again."""

    code: ClassVar[str] = "simulation.not-replayable"
    answered: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What became of one plan."""

    plan: Plan
    without: tuple[int, ...]
    violations: tuple[Violation, ...]
    fingerprint: str
    faults: Counter[str]
    messages: int
    world_ms: int
    shelf: Shelf

    @property
    def holds(self) -> bool:
        """Whether no promise was broken."""
        return not self.violations

    def line(self) -> str:
        """Seed, plan, what was injected and the verdict, in one line."""
        faults = ",".join(f"{name}:{count}" for name, count in sorted(self.faults.items()))
        broken = " | ".join(str(one) for one in self.violations[:3])
        left_out = ",".join(map(str, self.without))
        return " ".join(
            (
                f"seed={self.plan.seed}",
                f"generation={GENERATION}",
                *((f"without={left_out}",) if left_out else ()),
                f"fingerprint={self.fingerprint}",
                f"countries={self.plan.countries}",
                f"plan={_brief(self.plan)}",
                f"faults={faults or 'none'}",
                f"messages={self.messages}",
                f"world={self.world_ms / 1000:.1f}s",
                "verdict=holds" if self.holds else f"verdict=BROKEN {broken}",
            )
        )


def live(plan: Plan, *, without: Sequence[int] = (), ledgers: Path | None = None) -> History:
    """Does ``plan`` (without the steps of these numbers), settles and judges it.

    With ``ledgers`` every party's ledger is written there.
    """
    left = plan.without(without)
    world = perform(left)
    world.settle()
    if ledgers is not None:
        world.shelf.save(ledgers)
    return History(
        plan=left,
        without=tuple(without),
        violations=tuple(check(world.shelf.entries())),
        fingerprint=world.fingerprint(),
        faults=_met(left, world),
        messages=world.carried,
        world_ms=world.milliseconds(),
        shelf=world.shelf,
    )


def replay(line: str, *, ledgers: Path | None = None) -> History:
    """Does the world of a printed ``line`` again.

    Raises ``ReplayError`` for a line of another generation, or if it does not happen octet for
    octet as it did.
    """
    words = dict(_WORD.findall(line))
    if not words.get("seed", "").isdigit():
        raise ReplayError("the line names no seed", value=line, expected="seed=NUMBER …")
    if words.get("generation", str(GENERATION)) != str(GENERATION):
        raise ReplayError(
            "the line was printed by a program that drew other plans from the same seed",
            value=f"generation {words['generation']}",
            expected=f"generation {GENERATION}",
            remedy="run it with the commit that printed it",
        )
    without = [int(number) for number in words.get("without", "").split(",") if number]
    history = live(draw(int(words["seed"])), without=without, ledgers=ledgers)
    wanted = words.get("fingerprint")
    if wanted is not None and wanted != history.fingerprint:
        raise ReplayError(
            "the world did not happen as it did then: the code is another",
            value=history.line(),
            expected=f"fingerprint {wanted}",
            remedy="run it with the commit that printed it; the verdict above is of this code",
        )
    return history


def shrink(history: History) -> History:
    """The fewest steps that still break the same promise, one step left out after the other."""
    wanted = {(one.invariant, one.name) for one in history.violations}
    full = draw(history.plan.seed)
    best = history
    for number in range(len(full.steps)):
        tried = live(full, without=[*best.without, number])
        if wanted & {(one.invariant, one.name) for one in tried.violations}:
            best = tried
    return best


def _brief(plan: Plan) -> str:
    steps = [
        f"{step.facts['what'] if step.act == ASK else step.act}"
        f"@{step.facts.get('of', '*')}+{step.at_ms}"
        for step in plan.steps
    ]
    return ",".join(steps)


def _met(plan: Plan, world: World) -> Counter[str]:
    """What was really injected: a crash that no step came to is none."""
    met: Counter[str] = Counter(
        step.act for step in plan.steps if step.act not in (ASK, "crash", "fates", "storm")
    )
    met.update({fate.value: count for fate, count in world.weather.met.items()})
    for process in world.processes:
        met["crash"] += process.fuse.burnt
    for desk in world.desks.values():
        met["handler-failure"] += desk.failures
    return Counter({name: count for name, count in met.items() if count})
