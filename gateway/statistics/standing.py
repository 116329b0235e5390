"""How a trace request stands after all its acts, where that is not what its facts say so far.

Facts follow from one act at a time. An act of ours that crossed with another has no effect, which
is known only when the other comes; a case that is reopened has no answer any more. The state
machine judges (``gateway.tracing``); this holds its judgement against what the analysis knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from gateway.payload import TraceAct, decode
from gateway.statistics.facts import AnyFact, TraceStands
from gateway.statistics.reading import description_of, origins_of, outcome_of
from gateway.store import TraceActRow, Unit
from gateway.tracing import (
    HELD,
    Deed,
    Standing,
    State,
    acts_of,
    ordered,
    standing_of,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WORKING = ("ACCEPTED", "REOPENED")
_STAGES: Mapping[State, tuple[str, ...]] = MappingProxyType(
    {
        State.NEW: ("ASKED",),
        State.SENT: ("ASKED",),
        State.DELIVERED: ("ASKED",),
        State.ACKNOWLEDGED: _WORKING,
        State.IN_PROGRESS: _WORKING,
        State.PARTIALLY_ANSWERED: _WORKING,
        State.INFO_REQUESTED: ("INFORMATION_ASKED",),
        State.FORWARDED: ("FORWARDED",),
        State.ANSWERED: ("ANSWERED",),
        State.RESTRICTED: ("ANSWERED",),
        State.CLARIFICATION: ("ANSWERED",),
        State.REJECTED: ("REJECTED",),
        State.CLOSED: ("CLOSED",),
        State.CANCELLED: ("CANCELLED",),
    }
)
"""What the stage of a case is called in each state; the first one where it has to be told."""

_WAITING = (State.SENT, State.DELIVERED, *(s for s in State if _STAGES[s] == _WORKING),
            State.FORWARDED)  # fmt: skip
_TELLS_OUTCOME = frozenset(
    {
        Deed.ANSWER_FINAL,
        Deed.ANSWER_RESTRICTED,
        Deed.CORRECT_ANSWER,
        Deed.CANCEL,
        Deed.CLOSE,
    }
)
_DESCRIBES = frozenset({Deed.REQUEST, Deed.INFORM, Deed.CORRECT})
_TELLS_ORIGIN = _DESCRIBES | {
    Deed.ANSWER_INTERIM, Deed.ANSWER_FINAL, Deed.ANSWER_RESTRICTED, Deed.CORRECT_ANSWER,
}  # fmt: skip
_KNOWN = ("stage", "closed", "final_answer", "stops_open", "reminders", "outcome")


def restated(place: TraceAct, unit: Unit) -> list[AnyFact]:
    """The facts that make the analysis say of a case what its acts lead to; none where it does.

    ``place`` is that of the act that was done now.
    """
    trace_id = place.trace_id
    rows = [row for row in unit.traces.acts(trace_id) if row.standing != HELD]
    known = unit.facts.row("traces", trace_id, _KNOWN)
    if not rows or known is None:
        return []
    acts = acts_of(rows)
    standing = standing_of(acts)
    order = [(act.side, act.number) for act in ordered(acts)]
    outcome = _outcome(rows, order)
    stage, closed, answered, stops, reminders, told = known
    stages = _stages(standing)
    ended = _ended_at(standing)
    crossed = any(act.number > place.seen_act_number for act in standing.void)
    if (
        not crossed
        and stage in stages
        and (closed is None) == (ended is None)
        and (answered is None) == (standing.answered_at is None)
        and (stops or 0) == (standing.stopped_at is not None)
        and (reminders or 0) == standing.reminders
        and told == outcome
    ):
        return []
    stopped = standing.stopped_for // timedelta(microseconds=1)
    if standing.stopped_at is not None:
        stopped -= (standing.stopped_at - _EPOCH) // timedelta(microseconds=1)
    stands = TraceStands(
        subject=trace_id,
        stage=stage if stage in stages else stages[0],
        final_answer=None if standing.answered_at is None else answered or standing.answered_at,
        closed=None if ended is None else closed or ended,
        outcome=outcome,
        stopped_us=stopped,
        stops_open=int(standing.stopped_at is not None),
        reminders=standing.reminders,
        origins=_origins(rows, order) if standing.void else None,
    )
    if not standing.void:
        return [stands]
    # After the description, for what an answer names of its origin is the later word.
    described = description_of(_last(rows, _DESCRIBES))
    return [stands] if described is None else [described, stands]


def _stages(standing: Standing) -> tuple[str, ...]:
    stages = _STAGES[standing.state]
    waits = standing.no_answer and standing.state in _WAITING
    return ("NO_ANSWER", *stages) if waits else stages


def _ended_at(standing: Standing) -> datetime | None:
    return standing.acknowledged_at if standing.state is State.REJECTED else standing.ended_at


def _outcome(rows: Sequence[TraceActRow], order: Sequence[tuple[str, int]]) -> str | None:
    """What the last act that counts said came of it; nothing of a case that was opened again."""
    by_place = {(row.side, row.number): row for row in rows}
    in_order = [by_place[place] for place in order]
    reopened = [at for at, row in enumerate(in_order) if row.deed == Deed.REOPEN and not row.void]
    last = _last(in_order[max(reopened, default=-1) + 1 :], _TELLS_OUTCOME)
    return None if last is None else outcome_of(last)


def _origins(
    rows: Sequence[TraceActRow], order: Sequence[tuple[str, int]]
) -> tuple[str | None, str | None]:
    """Where the firearm was made and imported, as the last acts that count and name it say."""
    by_place = {(row.side, row.number): row for row in rows}
    told = [origins_of(decode(row.content)) for row in map(by_place.__getitem__, order)
            if not row.void and row.deed in _TELLS_ORIGIN]  # fmt: skip
    made, imported = (
        next((found[at] for found in reversed(told) if found[at] is not None), None)
        for at in (0, 1)
    )
    return made, imported


def _last(rows: Sequence[TraceActRow], deeds: frozenset[Deed]) -> Any | None:
    """What the last of ``rows`` that counts and does one of ``deeds`` said."""
    found = [row for row in rows if row.deed in deeds and not row.void]
    return decode(found[-1].content) if found else None
