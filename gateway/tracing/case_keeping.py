"""A case kept as all its acts make it: state, clocks, what was found, and the timer that reminds.

It judges no act and makes none.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from gateway.frame import Frame
from gateway.ids import Lane
from gateway.payload import (
    TracePriorityCode,
    TraceQuestion,
    TraceRequest,
    decode,
)
from gateway.posting import Posting
from gateway.store import TraceActRow, TraceCase, TraceItemRow, Unit
from gateway.tracing.case_rows import (
    HELD,
    REFUSED,
    TAKEN,
    act_row,
    acts_of,
    firearm_columns,
    id_of,
    keeper,
    reminded,
)
from gateway.tracing.deadlines import Terms, next_step, running
from gateway.tracing.deeds import TracePayload, answer_of
from gateway.tracing.errors import TracingError, UnknownCaseError
from gateway.tracing.findings import links_of, settled
from gateway.tracing.machine import Deed, Side, Standing, standing_of

CLOCK = "trace.due"
AFTER_REFUSAL = timedelta(days=1)
"""What a clock sent and the other side refused is not sent again before that."""

_BY_CLOCK = ("TRACE_REMINDER", "TRACE_NO_ANSWER")
_DESCRIBE = (Deed.CORRECT, Deed.INFORM)


class CaseKeeping:
    """Keeps cases inside the transaction that it is given."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    def keep(
        self, payload: TracePayload, case: TraceCase, unit: Unit, frame: Frame, actor: str
    ) -> Posting:
        """Keeps an act of ours; the posting carries it."""
        row = act_row(payload, case.trace_id, Side(case.side), frame.party, frame)
        act_id = unit.traces.add_act(replace(row, actor=actor))
        if isinstance(payload, TraceRequest):
            asked = payload.trace_question.requested_information_code
            unit.traces.set_items(
                case.trace_id, [TraceItemRow(item=i, status="ASKED", reasons="") for i in asked]
            )
        case = self.refresh(case, unit, frame, unread=case.unread)
        settled(payload, case.trace_id, unit)
        if answer_of(payload) is not None:
            with_outcome(case, payload, unit)

        urgent = case.priority == TracePriorityCode.URGENT
        lane = Lane.URGENT if urgent else Lane.ROUTINE
        return Posting(
            to=case.peer, payload=payload, lane=lane, answers=False, keep=keeper(act_id, unit)
        )

    def refresh(self, case: TraceCase, unit: Unit, frame: Frame, *, unread: int) -> TraceCase:
        """The case as all its acts make it, kept; and its clock set."""
        rows = [r for r in unit.traces.acts(case.trace_id) if r.standing != HELD]
        standing = standing_of(acts_of(rows))
        void = {(act.side, act.number) for act in standing.void}
        for row in rows:
            if row.void != ((row.side, row.number) in void):
                unit.traces.mark_act(
                    id_of(row), standing=row.standing, deed=row.deed, void=not row.void
                )
        urgent = case.priority == TracePriorityCode.URGENT
        run = running(standing, urgent=urgent, terms=self.terms)
        case = replace(
            _described(case, rows, void),
            state=standing.state,
            delivered=standing.delivered_at,
            acknowledged=standing.acknowledged_at,
            first_answer=standing.first_answer_at,
            answered=standing.answered_at,
            ended=standing.ended_at,
            stopped_since=standing.stopped_at,
            stopped_us=standing.stopped_for // timedelta(microseconds=1),
            deadline=None if run is None else run.deadline.value,
            due=None if run is None else run.due,
            reminders=standing.reminders,
            no_answer=standing.no_answer,
            changed=frame.now,
            unread=unread,
        )
        unit.traces.save(case)
        self._wind(case, rows, standing, unit, frame)
        return case

    def _wind(
        self,
        case: TraceCase,
        rows: Sequence[TraceActRow],
        standing: Standing,
        unit: Unit,
        frame: Frame,
    ) -> None:
        urgent = case.priority == TracePriorityCode.URGENT
        run = running(standing, urgent=urgent, terms=self.terms)
        if case.side != Side.REQUESTER or run is None or run.deadline in standing.given_up:
            unit.timers.stop(CLOCK, case.trace_id)
            return
        done = reminded(rows, run.deadline, run.asked_at)
        step = next_step(run, reminded=done, terms=self.terms)
        due = max([step.at, *_pauses(rows)])
        unit.timers.set(CLOCK, case.trace_id, due=due, now=frame.now)


def _pauses(rows: Sequence[TraceActRow]) -> list[datetime]:
    """Until when nothing more is sent by a clock to a side that refuses such acts.

    A refused act leaves its term as if it had never been sent: it would go again at once.
    """
    sent = [row for row in rows if row.message_type in _BY_CLOCK]
    if not any(row.standing == REFUSED for row in sent):
        return []
    return [row.at + AFTER_REFUSAL for row in sent]


def _described(
    case: TraceCase, rows: Sequence[TraceActRow], void: AbstractSet[tuple[str, int]]
) -> TraceCase:
    """``case`` with the firearm as the newest act that counts describes it."""
    anew = [row for row in rows if row.deed in _DESCRIBE and b"<Firearm>" in row.content]
    if not anew:
        return case
    counts = [r for r in anew if r.standing == TAKEN and (r.side, r.number) not in void]
    said: Any = decode((counts or [r for r in rows if r.deed == Deed.REQUEST])[-1].content)
    if isinstance(said, TraceRequest):
        said = said.trace_question
    return replace(case, **firearm_columns(said.firearm))


def with_outcome(case: TraceCase, payload: TracePayload, unit: Unit) -> TraceCase:
    """``case`` with what the answer in ``payload`` says, kept; itself where there is none."""
    answer = answer_of(payload)
    if answer is None:
        return case
    facts = links_of(answer)
    case = replace(
        case,
        outcome=answer.trace_outcome_code[0],
        next_country=answer.next_country,
        diversion_country=facts.diversion_country,
        last_licit_country=facts.last_licit_country,
        last_licit_date=facts.last_licit_date,
    )
    unit.traces.save(case)
    return case


def question_of(case: TraceCase, unit: Unit) -> TraceQuestion:
    """What the case asks, with the firearm as it was last described."""
    question: TraceQuestion | None = None
    for row in unit.traces.acts(case.trace_id):
        payload = decode(row.content)
        if isinstance(payload, TraceRequest):
            question = payload.trace_question
        firearm = getattr(payload, "firearm", None)
        counts = row.standing == TAKEN and not row.void
        if question is not None and firearm is not None and counts:
            question = replace(question, firearm=firearm)
    if question is None:
        raise TracingError("the case has no request", value=case.trace_id)
    return question


def case_of(trace_id: str, unit: Unit) -> TraceCase:
    """The case of this id; raises ``UnknownCaseError``."""
    case = unit.traces.find(trace_id)
    if case is None:
        raise UnknownCaseError(
            "no trace case has this id here",
            value=trace_id,
            expected="the id of a case",
            remedy="`iarms trace list` shows them",
        )
    return case


def standing_of_case(trace_id: str, unit: Unit) -> Standing:
    """Where the case stands, from its acts."""
    rows = [r for r in unit.traces.acts(trace_id) if r.standing != HELD]
    return standing_of(acts_of(rows))
