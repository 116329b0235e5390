"""Everything that can go wrong in a simulated world, by name: how it is drawn, and how it is done.

A new fault is a function that draws its facts, a function that does it, and a line in ``FAULTS``.
It judges nothing; what is broken here is healed by the world at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from gateway.ids import REGISTRY_PARTY, RELAY_USER
from gateway.simulation.clients import Lie, What
from gateway.simulation.crash import RELAY_POINTS, Point
from gateway.simulation.ledger import Kind
from gateway.simulation.weather import Climate, Fate
from gateway.simulation.world import World
from gateway.store import DeadLetter, Unit
from keys import Freshness

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """``draw(random, parties)`` gives the facts, ``do(world, facts)`` breaks something."""

    draw: Callable[[Random, Sequence[str]], dict[str, Any]]
    do: Callable[[World, Facts], None]
    weight: int = 2


# --- processes ------------------------------------------------------------------------------------


def _draw_crash(random: Random, parties: Sequence[str]) -> dict[str, Any]:
    name = random.choice((*parties, REGISTRY_PARTY, REGISTRY_PARTY, RELAY_USER))
    points = RELAY_POINTS if name == RELAY_USER else tuple(Point)
    return {
        "of": name,
        "point": random.choice(points).value,
        "nth": random.randint(1, 4),
        "down_ms": random.choice((50, 500, 5_000, 20_000)),
    }


def _crash(world: World, facts: Facts) -> None:
    process = world.process(facts["of"])
    process.down_for = timedelta(milliseconds=facts["down_ms"])
    process.fuse.arm(Point(facts["point"]), facts["nth"])


def _draw_kill(random: Random, parties: Sequence[str]) -> dict[str, Any]:
    name = random.choice((*parties, REGISTRY_PARTY, RELAY_USER))
    return {"of": name, "down_ms": random.choice((50, 2_000, 30_000))}


def _kill(world: World, facts: Facts) -> None:
    process = world.process(facts["of"])
    process.down_for = timedelta(milliseconds=facts["down_ms"])
    process.crash("killed")


# --- the line and the broker ----------------------------------------------------------------------


def _draw_cut(random: Random, parties: Sequence[str]) -> dict[str, Any]:
    return {
        "of": random.choice((*parties, REGISTRY_PARTY, RELAY_USER)),
        "for_ms": random.choice((300, 3_000, 15_000, 60_000, 170_000)),
        "noticed_ms": random.choice((0, 200, 5_000)),
    }


def _cut(world: World, facts: Facts) -> None:
    process = world.process(facts["of"])
    process.cut(timedelta(milliseconds=facts["noticed_ms"]))
    world.agenda.after(timedelta(milliseconds=facts["for_ms"]), process.mend)


def _draw_absence(random: Random, parties: Sequence[str]) -> dict[str, Any]:
    return {
        "of": random.choice((*parties, REGISTRY_PARTY, REGISTRY_PARTY)),
        "for_min": random.choice((6, 9, 12)),  # longer than a message is valid
    }


def _absence(world: World, facts: Facts) -> None:
    process = world.process(facts["of"])
    process.cut(timedelta(seconds=1))
    world.agenda.after(timedelta(minutes=facts["for_min"]), process.mend)


def _wipe(world: World, facts: Facts) -> None:  # noqa: ARG001 - one shape for all faults
    world.exchange.wipe()


def _draw_block(random: Random, parties: Sequence[str]) -> dict[str, Any]:  # noqa: ARG001 - likewise
    return {"for_ms": random.choice((500, 5_000, 30_000))}


def _block(world: World, facts: Facts) -> None:
    world.exchange.block(blocked=True)
    span = timedelta(milliseconds=facts["for_ms"])
    world.agenda.after(span, lambda: world.exchange.block(blocked=False))


def _draw_fates(random: Random, parties: Sequence[str]) -> dict[str, Any]:
    return {
        "of": random.choice((*parties, REGISTRY_PARTY, RELAY_USER)),
        "fate": random.choice([fate.value for fate in Fate if fate is not Fate.KEPT]),
        "count": random.randint(1, 4),
    }


def _fates(world: World, facts: Facts) -> None:
    world.weather.ahead(facts["of"], Fate(facts["fate"]), facts["count"])


def _draw_storm(random: Random, parties: Sequence[str]) -> dict[str, Any]:  # noqa: ARG001 - likewise
    names = ("lost", "twice", "unconfirmed", "nacked", "returned", "slow")
    some = random.sample(names, random.randint(1, 3))
    return {
        "odds": {name: random.choice((0.05, 0.2, 0.5)) / len(some) for name in sorted(some)},
        "for_ms": random.choice((2_000, 10_000, 30_000)),
    }


def _storm(world: World, facts: Facts) -> None:
    world.weather.climate = Climate(**facts["odds"])
    world.agenda.after(timedelta(milliseconds=facts["for_ms"]), world.weather.calm)


# --- databases, directories, handlers -------------------------------------------------------------


def _draw_busy(random: Random, parties: Sequence[str]) -> dict[str, Any]:
    name = random.choice((*parties, REGISTRY_PARTY))
    return {"of": name, "for_ms": random.choice((500, 5_000, 20_000))}


def _busy(world: World, facts: Facts) -> None:
    disk = world.seats[facts["of"]].disk
    disk.away = True

    def back() -> None:
        disk.away = False

    world.agenda.after(timedelta(milliseconds=facts["for_ms"]), back)


def _draw_full(random: Random, parties: Sequence[str]) -> dict[str, Any]:
    name = random.choice((*parties, REGISTRY_PARTY, REGISTRY_PARTY))
    return {"of": name, "count": random.randint(1, 3)}


def _full(world: World, facts: Facts) -> None:
    world.seats[facts["of"]].disk.commits_refused = facts["count"]


def _draw_undirected(random: Random, parties: Sequence[str]) -> dict[str, Any]:
    name = random.choice((*parties, REGISTRY_PARTY, RELAY_USER))
    return {"of": name, "for_ms": random.choice((500, 5_000, 40_000))}


def _undirected(world: World, facts: Facts) -> None:
    name = facts["of"]
    world.library.without.add(name)
    span = timedelta(milliseconds=facts["for_ms"])
    world.agenda.after(span, lambda: world.library.without.discard(name))


def _draw_directory(random: Random, parties: Sequence[str]) -> dict[str, Any]:
    names = (*parties, REGISTRY_PARTY, RELAY_USER)
    return {
        "grants": random.choice((True, False)),
        "delays_ms": {name: random.choice((0, 100, 3_000, 9_000, 45_000)) for name in names},
    }


def _new_directory(world: World, facts: Facts) -> None:
    directory = world.publish_directory(grants=facts["grants"])
    for name, delay_ms in facts["delays_ms"].items():

        def hand(name: str = name) -> None:
            world.hand_directory(name, directory)

        world.agenda.after(timedelta(milliseconds=delay_ms), hand)


def _draw_stale(random: Random, parties: Sequence[str]) -> dict[str, Any]:
    return {
        "of": random.choice((*parties, REGISTRY_PARTY, REGISTRY_PARTY)),
        "how": random.choice((Freshness.DEGRADED, Freshness.STOPPED)).value,
        "for_ms": random.choice((2_000, 20_000, 150_000)),
    }


def _stale(world: World, facts: Facts) -> None:
    """Its newest beacon is old: until there is another one, what changes state is put by."""
    name = facts["of"]
    world.make_stale(name, Freshness(facts["how"]))
    span = timedelta(milliseconds=facts["for_ms"])
    world.agenda.after(span, lambda: world.make_stale(name, Freshness.FRESH))


def _draw_poison(random: Random, parties: Sequence[str]) -> dict[str, Any]:
    name = random.choice((*parties, REGISTRY_PARTY, REGISTRY_PARTY))
    times = random.choice((1, 2, 3, 10_000))
    return {"of": name, "times": times, "messages": random.choice((1, 2, 3))}


def _poison(world: World, facts: Facts) -> None:
    world.desks[facts["of"]].poison(facts["times"], facts["messages"])


# --- people ---------------------------------------------------------------------------------------


def _draw_lie(random: Random, parties: Sequence[str]) -> dict[str, Any]:
    liar, victim = random.sample(list(parties), 2)
    return {
        "of": liar,
        "victim": victim,
        "lie": random.choice(list(Lie)).value,
        "lost": random.choice((0, 1, 2)),
        "chance": random.randrange(1_000_000),
    }


def _lie(world: World, facts: Facts) -> None:
    """The victim asks, the broker loses it, and somebody else speaks of it as if it had come."""
    victim = world.clients[facts["victim"]]
    world.weather.ahead(victim.party, Fate.LOST, facts["lost"])
    victim.ask(What.SEARCH, Random(facts["chance"]))  # noqa: S311 - to be repeated
    world.clients[facts["of"]].lie(Lie(facts["lie"]), victim)


def _draw_refusal(random: Random, parties: Sequence[str]) -> dict[str, Any]:
    return {
        "of": random.choice(parties),
        "what": random.choice((What.MISADDRESSED, What.WRONG_MODE)).value,
        "lost": random.choice((0, 1, 2, 2)),
        "chance": random.randrange(1_000_000),
    }


def _refusal(world: World, facts: Facts) -> None:
    """What is refused comes twice, and the word that says why is lost on its way."""
    world.weather.ahead(facts["of"], Fate.TWICE, 1)
    for name in world.seats:
        if name != facts["of"]:
            world.weather.ahead(name, Fate.LOST, facts["lost"])
    random = Random(facts["chance"])  # noqa: S311 - to be repeated
    world.clients[facts["of"]].ask(What(facts["what"]), random)


def _draw_replay(random: Random, parties: Sequence[str]) -> dict[str, Any]:
    return {"of": random.choice((*parties, REGISTRY_PARTY, REGISTRY_PARTY))}


def _replay(world: World, facts: Facts) -> None:
    """An operator grants everything, waits until it is known, and asks for every dead letter."""
    directory = world.publish_directory(grants=True)
    for process in world.processes:
        world.hand_directory(process.name, directory)
    seat = world.seats[facts["of"]]

    def mark(unit: Unit) -> list[DeadLetter]:
        letters = [one for one in unit.deadletters.all() if one.proven]
        for letter in letters:
            unit.deadletters.mark(letter.id, "ASKED")
        return letters

    for letter in seat.disk.look(mark):
        seat.ledger.write(
            Kind.ASKED_AGAIN,
            sender=letter.sender,
            message_id=letter.message_id,
            code=letter.code,
        )


def _nothing(random: Random, parties: Sequence[str]) -> dict[str, Any]:  # noqa: ARG001 - likewise
    return {}


FAULTS: Mapping[str, Fault] = {
    "absence": Fault(draw=_draw_absence, do=_absence),
    "block": Fault(draw=_draw_block, do=_block, weight=1),
    "busy": Fault(draw=_draw_busy, do=_busy),
    "crash": Fault(draw=_draw_crash, do=_crash, weight=8),
    "cut": Fault(draw=_draw_cut, do=_cut, weight=3),
    "directory": Fault(draw=_draw_directory, do=_new_directory),
    "fates": Fault(draw=_draw_fates, do=_fates, weight=4),
    "full": Fault(draw=_draw_full, do=_full),
    "kill": Fault(draw=_draw_kill, do=_kill),
    "lie": Fault(draw=_draw_lie, do=_lie, weight=3),
    "poison": Fault(draw=_draw_poison, do=_poison, weight=3),
    "refusal": Fault(draw=_draw_refusal, do=_refusal),
    "replay": Fault(draw=_draw_replay, do=_replay),
    "stale": Fault(draw=_draw_stale, do=_stale),
    "storm": Fault(draw=_draw_storm, do=_storm, weight=2),
    "undirected": Fault(draw=_draw_undirected, do=_undirected, weight=1),
    "wipe": Fault(draw=_nothing, do=_wipe),
}
