"""A centre and a node for each of some countries, started and left running.

It tells no story: a person or a guide plays.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway.demo.world import Launch, Member, World, spawn

ADAPTER = "fr-police-csv"
_HURRIED = """
[traces]
acknowledge_days = 0.00008
answer_days = 1
weekend = []
"""


def start_countries(
    root: Path, countries: Sequence[str], *, hurried: bool, launch: Launch = spawn
) -> World:
    """A running world of the NCBs of ``countries`` (ISO 3166-1 alpha-3).

    ``hurried`` makes the term of acknowledging a trace request seven seconds, on every day of the
    week. Raises ``RuntimeError`` when a process does not start; nothing is left running then.
    """
    more = _HURRIED if hurried else ""
    members = [
        Member(party=f"{country}-NCB", adapter=ADAPTER, office=f"{country} desk", more=more)
        for country in countries
    ]
    world = World(root, members, launch=launch)
    try:
        world.make()
        world.start_broker()
        world.start_all()
    except BaseException:
        world.stop()
        raise
    return world
