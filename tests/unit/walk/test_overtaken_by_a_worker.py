"""Another worker of the same party that commits first is no failure of the message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from memory_world import MemoryWorld

from gateway.endpoint.walk import _RACES_MOST
from gateway.ids import REGISTRY_PARTY
from gateway.store import StoreConflictError

pytestmark = pytest.mark.unit

FRANCE = "FRA-NCB"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[MemoryWorld]:
    made = MemoryWorld(tmp_path, (FRANCE,))
    made.settle()
    yield made
    made.close()


def overtake(world: MemoryWorld, times: int) -> list[int]:
    """The registry's next ``times`` transactions with messages lose a race."""
    endpoint: Any = world.seats[REGISTRY_PARTY].endpoint
    real, left, sizes = endpoint._transaction, [times], []

    def transaction(arrivals, directory, now):
        if arrivals and left[0]:
            left[0] -= 1
            sizes.append(len(arrivals))
            raise StoreConflictError("another worker was first")
        return real(arrivals, directory, now)

    endpoint._transaction = transaction
    return sizes


def test_a_lost_race_is_run_again_at_once_and_as_one_batch(world):
    sizes = overtake(world, 3)
    for number in range(4):
        world.ask(FRANCE, f"asked {number}")
    world.until_quiet()
    assert len(set(sizes[:3])) == 1, "the batch is not split"
    assert Counter(world.effects(REGISTRY_PARTY)) == {f"asked {n}": 1 for n in range(4)}
    assert world.letters(REGISTRY_PARTY) == []


def test_what_conflicts_for_ever_is_set_aside_as_any_defect(world):
    tries = 2 * _RACES_MOST  # with its batch and alone
    overtake(world, tries * world.seats[REGISTRY_PARTY].endpoint._terms.attempts_most)
    world.ask(FRANCE, "asked")
    world.until_quiet()
    assert world.effects(REGISTRY_PARTY) == []
    assert len(world.letters(REGISTRY_PARTY)) == 1
