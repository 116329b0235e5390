"""What goes back by itself for an act that was applied: a receipt, or the request that follows a
forward.

It judges nothing, and an officer's acts are none of its business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from gateway.frame import Frame
from gateway.payload import (
    Context,
    OfficeStateCode,
    TraceAck,
    TraceAckCode,
    TraceAct,
    TraceForward,
    TracePriorityCode,
    TraceReceived,
    TraceRejectionCode,
    TraceRequest,
)
from gateway.posting import Posting
from gateway.store import TraceActRow, TraceCase, Unit
from gateway.tracing.case_acting import Build, CaseActing
from gateway.tracing.case_keeping import CaseKeeping, question_of, standing_of_case
from gateway.tracing.deadlines import running
from gateway.tracing.deeds import TracePayload
from gateway.tracing.machine import Deed, Side, State
from gateway.tracing.office import OfficeNow
from gateway.tracing.office_calendar import calendar_of

_RECEIVED_BY_REQUESTER = (Deed.ANSWER_INTERIM, Deed.ANSWER_FINAL, Deed.ANSWER_RESTRICTED)


class CaseReplying:
    """Our acts that no person makes."""

    def __init__(
        self,
        keeping: CaseKeeping,
        acting: CaseActing,
        office: Callable[[datetime, Unit], OfficeNow],
    ) -> None:
        self._keeping = keeping
        self._acting = acting
        self._office = office

    def in_return(
        self, case: TraceCase, row: TraceActRow, payload: TracePayload, unit: Unit, frame: Frame
    ) -> list[Posting]:
        """What goes back by itself for ``payload``, which was applied."""
        side = Side(case.side)
        if isinstance(payload, TraceRequest) and side is Side.RESPONDER:
            return self._received(case, row, unit, frame)
        if side is Side.REQUESTER and row.deed in _RECEIVED_BY_REQUESTER:
            return self._received(case, row, unit, frame)
        if isinstance(payload, TraceForward):
            return self._follow(case, payload, unit, frame)
        return []

    def _received(
        self, case: TraceCase, row: TraceActRow, unit: Unit, frame: Frame
    ) -> list[Posting]:
        office = self._office(frame.now, unit)
        opens = None if office.opens is None else _milliseconds(office.opens)
        asked = row.deed == Deed.REQUEST
        urgent = case.priority == TracePriorityCode.URGENT
        calendar = calendar_of(office.calendar)
        then = replace(
            standing_of_case(case.trace_id, unit),
            state=State.DELIVERED,
            delivered_at=_milliseconds(frame.now),
            calendars=() if calendar is None else ((frame.now, calendar),),
        )
        ack = running(then, urgent=urgent, terms=self._keeping.terms)
        answer = running(
            replace(then, state=State.ACKNOWLEDGED), urgent=urgent, terms=self._keeping.terms
        )

        def build(context: Context, place: TraceAct) -> TracePayload:
            return TraceReceived(
                context=context,
                trace_act=place,
                received_act_number=row.number,
                received_timestamp=_milliseconds(frame.now),
                office_state_code=office.state,
                office_opens_timestamp=opens,
                acknowledge_by_timestamp=_milliseconds(ack.due) if asked and ack else None,
                answer_by_timestamp=_milliseconds(answer.due) if asked and answer else None,
                note_text=office.note,
                office_calendar=office.calendar if asked else None,
            )

        mine: dict[str, Any] = {"unit": unit, "frame": frame, "actor": frame.pseudonym}
        postings = [
            replace(posting, answers=True)
            for posting in self._acting.act(case.trace_id, build, message="TRACE_RECEIVED", **mine)
        ]
        if asked and office.state is OfficeStateCode.OUT_WILL_NOT_FORWARD:
            # Nobody will take it up later: its requester learns that now, not by silence.
            postings += self._acting.act(
                case.trace_id, _out_of_service(office), message="TRACE_ACK", **mine
            )
        return postings

    def _follow(
        self, case: TraceCase, forward: TraceForward, unit: Unit, frame: Frame
    ) -> list[Posting]:
        """Our own signed request to the country that ours was passed on to, as we agreed to."""
        if unit.traces.find(forward.forward_trace_id) is not None:
            return []
        question = replace(
            question_of(case, unit),
            parent_trace_id=case.trace_id,
            forwarded_by_agency_id=case.peer,
            responder_country=forward.to_country,
            address_reason_code=forward.address_reason_code,
            address_reason_text=forward.reason_text,
        )
        urgent = case.priority == TracePriorityCode.URGENT
        return self._acting.ask(
            question,
            to=forward.to_agency_id,
            trace_id=forward.forward_trace_id,
            unit=unit,
            frame=frame,
            case_reference=case.case_reference,
            urgency="urgent trace request" if urgent else None,
        )


def _out_of_service(office: OfficeNow) -> Build:
    def build(context: Context, place: TraceAct) -> TracePayload:
        return TraceAck(
            context=context,
            trace_act=place,
            trace_ack_code=TraceAckCode.REJECTED,
            trace_rejection_code=TraceRejectionCode.OUT_OF_SERVICE,
            explanation_text=office.note,
        )

    return build


def _milliseconds(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
