"""Does what is due when a clock of the registry has run out.

It sets none: the rooms whose clocks they are do.
"""

from __future__ import annotations

from gateway.frame import Frame
from gateway.posting import Posting
from gateway.registry import batches, hitsteps, reviews, upkeep
from gateway.registry.hitlife import Clocks
from gateway.registry.hitsteps import HitLife
from gateway.registry.turn import Turn
from gateway.store import Timer, Unit

CLOCK_KINDS = (hitsteps.CLOCK, reviews.SWEEP, reviews.SUSPENSION, batches.BATCH, upkeep.INDEX)
"""The kinds of clocks that ``due`` serves."""


def due(timer: Timer, unit: Unit, frame: Frame, clocks: Clocks) -> list[Posting]:
    """What is to be sent now that ``timer`` has run out."""
    if timer.kind == hitsteps.CLOCK:
        return HitLife(unit=unit, frame=frame, clocks=clocks).clock(timer.subject)
    if timer.kind == reviews.SWEEP:
        upkeep.keep_counted(unit)
        return reviews.sweep(unit, frame, clocks)
    if timer.kind == reviews.SUSPENSION:
        return reviews.resume(timer.subject, unit, frame)
    if timer.kind == batches.BATCH:
        return batches.file_piece(
            timer, Turn(sender=timer.subject, unit=unit, frame=frame, clocks=clocks)
        )
    if timer.kind == upkeep.INDEX:
        upkeep.index_on(timer, unit, frame)
        return []
    raise LookupError(f"nobody serves clocks of the kind {timer.kind}")


def keep_reviewing(unit: Unit, frame: Frame) -> None:
    """Starts the clock of reviews where none runs: at the first start of a registry."""
    if unit.timers.running(reviews.SWEEP, reviews.ALL) is None:
        unit.timers.set(reviews.SWEEP, reviews.ALL, due=frame.now, now=frame.now)
