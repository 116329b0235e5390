"""What the life of its hits means for a record: pending while one is open, located when seized.

It tells nobody; the owner learns of it by the word on the hit (standard 2.6.1).
"""

from __future__ import annotations

from gateway.frame import Frame
from gateway.payload import HitStateCode, RecordStatusCode
from gateway.registry.hitlife import OPEN
from gateway.registry.lifecycle import Actor, transition
from gateway.store import HeldHit, Unit

_PENDING = frozenset({*OPEN, HitStateCode.CONFIRMED})


def raised_on(firearm_id: int, unit: Unit, frame: Frame) -> None:
    """A hit was raised on the record: it waits for the owner's word."""  # (10.9)
    _lead(firearm_id, RecordStatusCode.HIT_PENDING, unit, frame)


def settle_record(held: HeldHit, unit: Unit, frame: Frame) -> None:
    """The hit stands elsewhere now: so may its record."""
    state = HitStateCode(held.state)
    if state is HitStateCode.SEIZED:
        _lead(held.firearm_id, RecordStatusCode.LOCATED, unit, frame)
    elif state not in _PENDING:
        others = unit.hits.of_record(held.firearm_id)
        if not any(HitStateCode(one.state) in _PENDING for one in others):
            _lead(
                held.firearm_id,
                RecordStatusCode.ACTIVE,
                unit,
                frame,
                only=RecordStatusCode.HIT_PENDING,
            )


def _lead(
    firearm_id: int,
    target: RecordStatusCode,
    unit: Unit,
    frame: Frame,
    *,
    only: RecordStatusCode | None = None,
) -> None:
    sources = [
        source
        for source in RecordStatusCode
        if transition(source, target, Actor.REGISTRY) is not None and only in (None, source)
    ]
    unit.records.lead(firearm_id, [source.value for source in sources], target.value, frame.now)
