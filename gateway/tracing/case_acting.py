"""What we do in a case: open it, make our next act, and seal one again that nobody receipted.

Whether an act may be done says the table of states; it takes in nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from gateway.frame import Frame
from gateway.ids import Lane, country_of
from gateway.payload import (
    Context,
    PurposeCode,
    TraceAct,
    TracePriorityCode,
    TraceQuestion,
    TraceRequest,
    TraceTerms,
    decode,
    validate,
)
from gateway.posting import Posting
from gateway.store import Unit
from gateway.tracing.case_keeping import CaseKeeping, case_of
from gateway.tracing.case_rows import (
    HELD,
    TAKEN,
    act_of_row,
    act_row,
    acts_of,
    conversation_of,
    id_of,
    keeper,
    opened_case,
)
from gateway.tracing.deeds import TracePayload
from gateway.tracing.errors import IncompleteOrderError
from gateway.tracing.machine import Side, judge

Build = Callable[[Context, TraceAct], TracePayload]


class CaseActing:
    """Our own acts."""

    def __init__(self, keeping: CaseKeeping) -> None:
        self._keeping = keeping

    def ask(
        self,
        question: TraceQuestion,
        *,
        to: str,
        trace_id: str,
        unit: Unit,
        frame: Frame,
        case_reference: str | None = None,
        urgency: str | None = None,
    ) -> list[Posting]:
        """Opens a case of ours with its request."""
        context = frame.context(
            "TRACE_REQUEST",
            purpose=PurposeCode.CRIMINAL_INVESTIGATION,
            case_reference=case_reference,
            urgency=urgency,
        )
        request = TraceRequest(
            context=context,
            trace_act=TraceAct(trace_id=trace_id, act_number=1, seen_act_number=0),
            trace_question=question,
            trace_terms=self._asked(question),
        )
        if to == frame.party or country_of(to) != question.responder_country:
            raise IncompleteOrderError(
                "the request does not go to the country that it asks",
                place="ResponderCountry",
                value=to,
                expected=f"an office of {question.responder_country}",
                remedy="choose the addressee that the gateway proposes",
            )
        _sound(request)
        case = opened_case(question, request, Side.REQUESTER, to, frame)
        unit.traces.add(case)
        return [self._keeping.keep(request, case, unit, frame, frame.pseudonym)]

    def _asked(self, question: TraceQuestion) -> TraceTerms:
        urgent = question.trace_priority_code is TracePriorityCode.URGENT
        acknowledge, answer = self._keeping.terms.asked(urgent=urgent)
        return TraceTerms(
            acknowledge_seconds_quantity=_whole_seconds(acknowledge),
            answer_seconds_quantity=_whole_seconds(answer),
        )

    def act(
        self,
        trace_id: str,
        build: Build,
        *,
        message: str,
        unit: Unit,
        frame: Frame,
        actor: str,
    ) -> list[Posting]:
        """Makes our next act in a case; ``build`` gives its payload from context and place.

        Raises ``UnknownCaseError`` and ``IllegalTransitionError``; nothing was changed then.
        """
        case = case_of(trace_id, unit)
        ours = Side(case.side)
        rows = unit.traces.acts(trace_id)
        seen = [r for r in rows if r.side == ours.other and r.standing != HELD]
        last = max(seen, key=lambda r: r.number, default=None)
        place = TraceAct(
            trace_id=trace_id,
            act_number=1 + max((r.number for r in rows if r.side == ours), default=0),
            seen_act_number=0 if last is None else last.number,
            seen_digest=None if last is None else last.digest,
        )
        urgent = case.priority == TracePriorityCode.URGENT
        context = frame.context(
            message,
            purpose=PurposeCode.CRIMINAL_INVESTIGATION,
            conversation_id=conversation_of(rows),
            case_reference=case.case_reference if ours is Side.REQUESTER else None,
            urgency="urgent trace request" if urgent else None,
        )
        payload = build(context, place)
        _sound(payload)
        row = act_row(payload, trace_id, ours, frame.party, frame)
        judge(acts_of(rows), act_of_row(row))
        return [self._keeping.keep(payload, case, unit, frame, actor)]

    def resend(self, message_id: str, unit: Unit) -> Posting | None:
        """An act of ours that nobody receipted, to be sealed anew; None when there is none."""
        row = unit.traces.act_of_message(message_id)
        case = None if row is None else unit.traces.find(row.trace_id)
        if row is None or case is None or row.standing != TAKEN:
            return None
        urgent = case.priority == TracePriorityCode.URGENT
        return Posting(
            to=case.peer,
            payload=decode(row.content),
            lane=Lane.URGENT if urgent else Lane.ROUTINE,
            answers=False,
            keep=keeper(id_of(row), unit),
        )


def _whole_seconds(span: timedelta) -> int:
    return max(1, round(span.total_seconds()))


def _sound(payload: TracePayload) -> None:
    issues = validate(payload)
    if issues:
        first = issues[0]
        raise IncompleteOrderError(
            f"the message would be refused: {first.message} ({len(issues)} in all)",
            place=first.path,
            value=first.value,
            expected=first.expected,
            remedy=first.remedy,
        )
