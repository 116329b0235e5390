"""Deliberate defects of the core, each of which the checker has to find.

They live here and nowhere else, a file a room of the core: a defect is put over production code in
this process and taken away again. That is why this folder, and no other, names what lies behind
the rooms' doors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from gateway.simulation.defects.deciding import DECIDING
from gateway.simulation.defects.keeping import KEEPING
from gateway.simulation.defects.once import ONCE
from gateway.simulation.defects.relaying import RELAYING
from gateway.simulation.defects.sending import SENDING
from gateway.simulation.defects.talking import TALKING
from gateway.simulation.defects.walking import WALKING
from gateway.simulation.soil import Defect, Soil

DEFECTS: Mapping[str, Defect] = {
    **WALKING,
    **ONCE,
    **SENDING,
    **TALKING,
    **RELAYING,
    **DECIDING,
    **KEEPING,
}
"""Every defect by its name."""


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The defect ``name`` is in the program while this lasts. Raises KeyError for no such name."""
    soil = Soil()
    try:
        DEFECTS[name].plant(soil)
        yield
    finally:
        soil.clear()
