"""What is to happen in a world: asks and faults at their instants, all drawn from one seed.

A plan is data: it can be printed, cut down and done again. It judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

from gateway.ids import RELAY_USER
from gateway.simulation.clients import FILINGS, What
from gateway.simulation.faults import FAULTS
from gateway.simulation.ledger import Kind
from gateway.simulation.world import COUNTRIES, START, Setting, World

ASK = "ask"
_SHORT, _LONG = 4.0, 45.0  # seconds in which everything of a plan begins
_STORIES = 0.2
_ASKS_MOST, _ADDED_MOST, _FAULTS_MOST = 2, 1, 3
"""Few: what breaks a promise is two or three messages and a fault that meets them."""
_CALM = 0.1  # the share of plans without any fault: what receipts repair shows there alone
_COMMON_SHARE = 0.5
_TOLD = (
    (What.SUBMIT, What.UPDATE, What.UPDATE, What.UPDATE, What.STATUS),
    (What.SUBMIT, What.UPDATE, What.UPDATE, What.SEARCH_URGENT, What.SEARCH_AGAIN),
    (What.SUBMIT, What.FOREIGN, What.SEARCH, What.FOREIGN, What.UPDATE),
    (What.BATCH, What.SEARCHES, What.SEARCH, What.SEARCH_AGAIN, What.SEARCH_AGAIN),
    (What.BATCH, What.SEIZURE, What.STATUS, What.STATUS),
)
_COMMON = (What.SUBMIT, What.SEARCH, What.SEARCH_URGENT, What.UPDATE, What.SEIZURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """At ``at_ms`` of the world's clock, ``act`` (an ask or a fault's name) with its facts."""

    at_ms: int
    act: str
    facts: Mapping[str, Any]

    def __str__(self) -> str:
        """As it stands in a plan's text."""
        told = " ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.at_ms}ms {self.act} {told}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The steps of one world, in time. ``kinds`` are the faults that this seed drew from."""

    seed: int
    countries: int
    window: int
    steps: tuple[Step, ...]
    kinds: tuple[str, ...]

    def without(self, numbers: Sequence[int]) -> Plan:
        """The same plan without the steps of these numbers (from 0)."""
        left = set(numbers)
        steps = tuple(s for number, s in enumerate(self.steps) if number not in left)
        return replace(self, steps=steps)


def draw(seed: int) -> Plan:
    """The plan of ``seed``: a few countries, asks of every type, and some kinds of faults."""
    random = Random(f"{seed}/plan")  # noqa: S311 - to be repeated, not to be secret
    countries = random.choice((2, 2, 2, 3, 3, 4))
    parties = COUNTRIES[:countries]
    span = random.choice((_SHORT, _SHORT, _SHORT, _LONG))
    kinds = _kinds(random) if random.random() > _CALM else ()
    if random.random() < _STORIES:
        steps = _story(random, parties, span)
        steps += [_ask(random, parties, span) for _ in range(random.randint(0, _ADDED_MOST))]
    else:
        steps = [_ask(random, parties, span) for _ in range(random.randint(1, _ASKS_MOST))]
    faults = random.randint(1, _FAULTS_MOST) if kinds else 0
    steps += [_fault(random, kinds, parties, span) for _ in range(faults)]
    return Plan(
        seed=seed,
        countries=countries,
        window=random.choice((3, 100, 100)),
        steps=tuple(sorted(steps, key=lambda step: step.at_ms)),
        kinds=kinds,
    )


def perform(plan: Plan) -> World:
    """A world in which ``plan`` was done; its faults may still be there."""
    world = World(Setting(seed=plan.seed, countries=plan.countries, window=plan.window))
    for step in plan.steps:
        world.run_for(START + timedelta(milliseconds=step.at_ms) - world.agenda.now)
        act(world, step)
    world.run_for(timedelta(seconds=1))
    while (end := _faults_end(plan)) > world.milliseconds():
        world.run_for(timedelta(milliseconds=end - world.milliseconds()))
    return world


def act(world: World, step: Step) -> None:
    """Does one step now."""
    facts = step.facts
    if step.act == ASK:
        random = Random(facts["chance"])  # noqa: S311 - as above
        world.clients[facts["of"]].ask(What(facts["what"]), random)
    else:
        world.shelf.open(RELAY_USER).write(Kind.INJECTED, act=step.act)
        FAULTS[step.act].do(world, facts)


def _faults_end(plan: Plan) -> int:
    """When the last fault is over by itself, ms."""
    ends = [0]
    for step in plan.steps:
        lasts = (
            step.facts.get("for_ms", 0),
            step.facts.get("for_min", 0) * 60_000,
            step.facts.get("down_ms", 0),
            max(step.facts.get("delays_ms", {"": 0}).values()),
        )
        ends.append(step.at_ms + max(lasts))
    return max(ends)


def _kinds(random: Random) -> tuple[str, ...]:
    """Few kinds a plan: with all of them in each, every world would look the same."""
    names = sorted(FAULTS)
    weights = [FAULTS[name].weight for name in names]
    drawn = random.choices(names, weights, k=random.randint(1, 3))
    return tuple(sorted(set(drawn)))


def _story(random: Random, parties: Sequence[str], span: float) -> list[Step]:
    """Asks that lead to one another, in their order: one weapon filed, changed, found."""
    owner, finder = random.choice(parties[:2]), random.choice(parties)
    told = random.choice(_TOLD)
    instants = sorted(_instant(random, span) for _ in told)
    return [
        Step(
            at_ms=at_ms,
            act=ASK,
            facts={
                "of": owner if what in FILINGS and what is not What.FOREIGN else finder,
                "what": what.value,
                "chance": random.randrange(1_000_000),
            },
        )
        for at_ms, what in zip(instants, told, strict=True)
    ]


def _ask(random: Random, parties: Sequence[str], span: float) -> Step:
    what = random.choice(_COMMON if random.random() < _COMMON_SHARE else tuple(What))
    facts = {
        "of": random.choice(parties),
        "what": what.value,
        "chance": random.randrange(1_000_000),
    }
    return Step(at_ms=_instant(random, span), act=ASK, facts=facts)


def _fault(random: Random, kinds: Sequence[str], parties: Sequence[str], span: float) -> Step:
    kind = random.choice(kinds)
    return Step(at_ms=_instant(random, span), act=kind, facts=FAULTS[kind].draw(random, parties))


def _instant(random: Random, span: float) -> int:
    return 100 + int(random.random() * span * 1000)
