"""The states of a hit, who may lead it from one to another, and how long an answer may take.

Pure: it changes no hit (see ``hitsteps``) and reads no clock. The table is that of standard 2.6.2,
with what docs/adr says was added to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from gateway.payload import ConfirmationUrgencyCode, HitStateCode, HitStepCode

S = HitStateCode
P = HitStepCode

REQUESTS_MOST = 3
"""Requests for confirmation; when the clock of the last runs out the hit lapses."""


class HitActor(StrEnum):
    """Who takes a step."""

    OWNER = "OWNER"
    FINDER = "FINDER"
    REGISTRY = "REGISTRY"


@dataclass(frozen=True, slots=True, kw_only=True)
class HitTransition:
    """One step from ``source`` to ``target``, and who may take it."""

    source: HitStateCode
    step: HitStepCode
    target: HitStateCode
    actors: frozenset[HitActor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """How long an owner may take to answer one request (NCIC; SIRENE for office hours)."""

    urgent: timedelta = timedelta(minutes=10)
    routine: timedelta = timedelta(minutes=60)
    office_hours: timedelta = timedelta(hours=12)
    more_time_longest: timedelta = timedelta(days=7)

    def span(self, urgency: ConfirmationUrgencyCode, *, always: bool) -> timedelta:
        """For an office that answers day and night (``always``), or one with office hours."""
        if not always:  # (10.4)
            return self.office_hours
        return self.urgent if urgency is ConfirmationUrgencyCode.URGENT else self.routine


_OWNER = frozenset({HitActor.OWNER})
_FINDER = frozenset({HitActor.FINDER})
_REGISTRY = frozenset({HitActor.REGISTRY})
_SIDES = _OWNER | _FINDER

_ANSWERABLE = (S.CONFIRM_REQUESTED, S.MORE_TIME)

OPEN = frozenset({S.RAISED, S.NOTIFIED, S.CONFIRM_REQUESTED, S.MORE_TIME})
"""States in which nobody knows yet whether the hit is one: its record is HIT_PENDING."""


def _transitions() -> tuple[HitTransition, ...]:
    steps: list[tuple[HitStateCode, HitStepCode, HitStateCode, frozenset[HitActor]]] = [
        (S.RAISED, P.RECEIVE, S.NOTIFIED, _REGISTRY),
        # An owner whose system is away must not keep the finder from asking.
        (S.RAISED, P.REQUEST, S.CONFIRM_REQUESTED, _FINDER),
        (S.NOTIFIED, P.REQUEST, S.CONFIRM_REQUESTED, _FINDER),
        (S.CONFIRM_REQUESTED, P.REPEAT, S.CONFIRM_REQUESTED, _REGISTRY),
        (S.CONFIRM_REQUESTED, P.DELAY, S.MORE_TIME, _OWNER),
        (S.MORE_TIME, P.DELAY, S.MORE_TIME, _OWNER),
        (S.MORE_TIME, P.RESUME, S.CONFIRM_REQUESTED, _REGISTRY),
        (S.CONFIRM_REQUESTED, P.LAPSE, S.LAPSED, _REGISTRY),
        # An answer that comes late is worth more than none; the lapse stays in the figures.
        (S.LAPSED, P.CONFIRM, S.CONFIRMED, _OWNER),
        (S.LAPSED, P.DENY, S.NOT_CONFIRMED, _OWNER),
        # By the registry where a seizure notice led to the hit: it is seized already.
        (S.CONFIRMED, P.SEIZE, S.SEIZED, _FINDER | _REGISTRY),
        (S.CONFIRMED, P.CLOSE, S.CLOSED, _SIDES),
        (S.SEIZED, P.DISPOSE, S.DISPOSED, _SIDES),
        (S.DISPOSED, P.CLOSE, S.CLOSED, _SIDES),
    ]
    for state in _ANSWERABLE:
        steps.append((state, P.CONFIRM, S.CONFIRMED, _OWNER))
        steps.append((state, P.DENY, S.NOT_CONFIRMED, _OWNER))
    for state in S:
        if state not in {S.FALSE_HIT, S.REVOKED}:
            steps.append((state, P.REFUTE, S.FALSE_HIT, _SIDES))
            steps.append((state, P.REVOKE, S.REVOKED, _REGISTRY))
    return tuple(
        HitTransition(source=source, step=step, target=target, actors=actors)
        for source, step, target, actors in steps
    )


HIT_TRANSITIONS = _transitions()
_BY_STEP = {(one.source, one.step): one for one in HIT_TRANSITIONS}


def hit_transition(
    source: HitStateCode, step: HitStepCode, actor: HitActor
) -> HitTransition | None:
    """The transition of ``step`` from ``source`` if ``actor`` may take it."""
    found = _BY_STEP.get((source, step))
    return found if found is not None and actor in found.actors else None


def hit_steps(source: HitStateCode, actor: HitActor) -> tuple[HitStepCode, ...]:
    """The steps that ``actor`` may take from ``source``, in the order of the code list."""
    return tuple(step for step in HitStepCode if hit_transition(source, step, actor) is not None)
