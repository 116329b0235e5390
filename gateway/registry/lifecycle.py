"""The states of a record and who may lead it from one to another, as one table.

It does not change records (see ``records``); timers are not run yet. The table is that of
standard 2.6.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gateway.payload import ClosureReasonCode, RecordStatusCode

S = RecordStatusCode
R = ClosureReasonCode


class Actor(StrEnum):
    """Who leads a record to another state."""

    OWNER = "OWNER"
    REGISTRY = "REGISTRY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One step; ``reasons`` are the closure reasons it needs one of, empty for none."""

    source: RecordStatusCode
    target: RecordStatusCode
    actors: frozenset[Actor]
    reasons: frozenset[ClosureReasonCode] = frozenset()
    needs_recovery_date: bool = False


_OWNER = frozenset({Actor.OWNER})
_REGISTRY = frozenset({Actor.REGISTRY})
_EITHER = _OWNER | _REGISTRY
_CANCELLING = frozenset({R.ENTERED_IN_ERROR, R.NOT_STOLEN, R.NOT_LOST})
_CLOSING = frozenset(R) - {R.ENTERED_IN_ERROR, R.REVIEW_EXPIRED}


def _step(
    source: RecordStatusCode,
    target: RecordStatusCode,
    actors: frozenset[Actor],
    reasons: frozenset[ClosureReasonCode] = frozenset(),
    *,
    needs_recovery_date: bool = False,
) -> Transition:
    return Transition(
        source=source,
        target=target,
        actors=actors,
        reasons=reasons,
        needs_recovery_date=needs_recovery_date,
    )


TRANSITIONS = (
    _step(S.ACTIVE, S.SUSPENDED, _OWNER),
    _step(S.SUSPENDED, S.ACTIVE, _EITHER),
    _step(S.ACTIVE, S.HIT_PENDING, _REGISTRY),
    _step(S.HIT_PENDING, S.ACTIVE, _REGISTRY),
    _step(S.ACTIVE, S.LOCATED, _EITHER),
    _step(S.HIT_PENDING, S.LOCATED, _EITHER),
    _step(S.LOCATED, S.ACTIVE, _OWNER),
    _step(S.LOCATED, S.CLOSED, _OWNER, _CLOSING, needs_recovery_date=True),
    _step(S.ACTIVE, S.CLOSED, _OWNER, _CLOSING),
    # An owner that has its weapon back need not wait for the end of a hit.
    _step(S.HIT_PENDING, S.CLOSED, _OWNER, _CLOSING),
    _step(S.SUSPENDED, S.CLOSED, _OWNER, _CLOSING),
    _step(S.ACTIVE, S.CANCELLED, _OWNER, _CANCELLING),
    _step(S.SUSPENDED, S.CANCELLED, _OWNER, _CANCELLING),
    _step(S.HIT_PENDING, S.CANCELLED, _OWNER, _CANCELLING),
    _step(S.LOCATED, S.CANCELLED, _OWNER, _CANCELLING),
    _step(S.ACTIVE, S.EXPIRED, _REGISTRY),
    _step(S.LOCATED, S.EXPIRED, _REGISTRY),
    _step(S.EXPIRED, S.ACTIVE, _OWNER),
    _step(S.CLOSED, S.PURGED, _REGISTRY),
    _step(S.CANCELLED, S.PURGED, _REGISTRY),
    _step(S.EXPIRED, S.PURGED, _REGISTRY),
)
_BY_STATES = {(step.source, step.target): step for step in TRANSITIONS}

SEARCHABLE = frozenset({S.ACTIVE, S.HIT_PENDING, S.LOCATED})
"""States in which a record is found."""

OPEN = SEARCHABLE | {S.SUSPENDED}
"""States in which an owner may change the content."""


LED_BY_REGISTRY = frozenset({S.HIT_PENDING, S.LOCATED})
"""States to which the registry leads an active record by itself."""


def transition(
    source: RecordStatusCode, target: RecordStatusCode, actor: Actor
) -> Transition | None:
    """The step from ``source`` to ``target`` if ``actor`` may take it."""
    step = _BY_STATES.get((source, target))
    return step if step is not None and actor in step.actors else None


def targets(source: RecordStatusCode, actor: Actor) -> tuple[RecordStatusCode, ...]:
    """The states to which ``actor`` may lead a record in state ``source``."""
    return tuple(
        step.target for step in TRANSITIONS if step.source is source and actor in step.actors
    )
