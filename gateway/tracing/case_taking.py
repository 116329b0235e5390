"""What comes from the other side of a case: held to its number, judged, applied, answered.

It makes no act of an officer; those that follow by themselves it has ``case_acting`` make.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gateway.errors import GatewayError
from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, Lane, country_of
from gateway.payload import (
    Fault,
    TraceAct,
    TraceIntroduction,
    TraceReceived,
    TraceRequest,
    decode,
    encode,
)
from gateway.posting import Posting
from gateway.store import TraceActRow, TraceCase, TraceIntroductionRow, Unit
from gateway.tracing.case_keeping import CaseKeeping, case_of, with_outcome
from gateway.tracing.case_replying import CaseReplying
from gateway.tracing.case_rows import (
    HELD,
    REFUSED,
    TAKEN,
    Arrived,
    act_of_row,
    act_row,
    acts_of,
    as_arrived,
    id_of,
    opened_case,
)
from gateway.tracing.deeds import TracePayload, act_of, answer_of
from gateway.tracing.errors import (
    ActMismatchError,
    IllegalTransitionError,
    NotAPartyError,
    UnknownCaseError,
)
from gateway.tracing.findings import settled
from gateway.tracing.machine import Deed, Side, judge

_HELD_MOST = 50  # acts of one side kept ahead of a missing one


class CaseTaking:
    """Acts of others."""

    def __init__(self, keeping: CaseKeeping, replying: CaseReplying) -> None:
        self._keeping = keeping
        self._replying = replying

    def take(
        self, payload: TracePayload, arrived: Arrived, unit: Unit, frame: Frame
    ) -> list[Posting]:
        """The effect of the other side's act, and what goes back for it.

        An act that its sender may not do changes nothing and is answered with a fault. Raises
        ``NotAPartyError``, ``UnknownCaseError`` and ``ActMismatchError``.
        """
        step = act_of(payload)
        case = unit.traces.find(step.trace_id)
        if case is None and not isinstance(payload, TraceRequest):
            return self._ahead(payload, arrived, unit, frame)
        if case is None:
            case = self._opened(payload, arrived, unit, frame)
        if case.peer != arrived.sender:
            raise NotAPartyError(
                "only the two parties of a case act in it",
                place="Header/From",
                value=arrived.sender,
                expected="a party of the case",
                remedy="open a case of your own",
            )
        rows = unit.traces.acts(case.trace_id)
        theirs = Side(case.side).other
        content = encode(payload)
        if any(r.side == theirs and r.content == content for r in rows):
            return []  # sealed again by a sender that never had our receipt
        last = max((r.number for r in rows if r.side == theirs and r.standing != HELD), default=0)
        _hold_numbers(step, rows, theirs, last)
        row = act_row(payload, case.trace_id, theirs, arrived.sender, frame)
        row = as_arrived(row, arrived, HELD if step.act_number > last + 1 else TAKEN)
        row = replace(row, id=unit.traces.add_act(row))
        if row.standing == HELD:
            return []
        return self._apply(case, row, payload, unit, frame)

    def _opened(
        self, payload: TracePayload, arrived: Arrived, unit: Unit, frame: Frame
    ) -> TraceCase:
        if not isinstance(payload, TraceRequest) or payload.trace_act.act_number != 1:
            raise ActMismatchError(
                "a request is the first act of its case",
                place="TraceAct/ActNumber",
                value=str(act_of(payload).act_number),
                expected="1",
            )
        if payload.trace_question.responder_country != frame.country:
            raise NotAPartyError(
                "the request asks another country",
                place="TraceQuestion/ResponderCountry",
                value=payload.trace_question.responder_country,
                expected=frame.country,
                remedy="send it to the country that it asks",
            )
        case = opened_case(payload.trace_question, payload, Side.RESPONDER, arrived.sender, frame)
        unit.traces.add(case)
        for row in unit.traces.acts(case.trace_id):
            if row.sender != arrived.sender:
                unit.traces.drop_act(id_of(row))
        return case

    def _ahead(
        self, payload: TracePayload, arrived: Arrived, unit: Unit, frame: Frame
    ) -> list[Posting]:
        """Keeps an act that came before the request that opens its case."""
        step = act_of(payload)
        held = unit.traces.acts(step.trace_id)
        foreign = not step.trace_id.startswith(f"T-{country_of(arrived.sender)}-")
        crowded = len(held) >= _HELD_MOST or any(r.number == step.act_number for r in held)
        if foreign or crowded or step.act_number <= 1:
            raise UnknownCaseError(
                "no trace case has this id here",
                place="TraceAct/TraceId",
                value=step.trace_id,
                expected="the id of a case that was opened by a request",
                remedy="send the request first",
            )
        row = act_row(payload, step.trace_id, Side.REQUESTER, arrived.sender, frame)
        unit.traces.add_act(as_arrived(row, arrived, HELD))
        return []

    def introduced(
        self, payload: TraceIntroduction, arrived: Arrived, unit: Unit, frame: Frame
    ) -> None:
        """A third country announces a request that it passed on to us; the request follows."""
        unit.traces.add_introduction(
            TraceIntroductionRow(
                message_id=arrived.message_id,
                trace_id=payload.trace_id,
                sender=arrived.sender,
                requester=payload.requester_agency_id,
                at=frame.now,
                content=encode(payload),
                envelope=arrived.octets,
                wrapper=arrived.wrapper,
            )
        )

    def refused(self, message_id: str, sender: str, unit: Unit, frame: Frame) -> None:
        """The other side refused an act of ours: it keeps its number and has no effect."""
        row = unit.traces.act_of_message(message_id)
        if row is None or row.id is None or row.sender != frame.party:
            return
        case = case_of(row.trace_id, unit)
        if sender not in (case.peer, REGISTRY_PARTY):
            return
        unit.traces.mark_act(row.id, standing=REFUSED, deed=Deed.NOTHING, void=True)
        self._keeping.refresh(case, unit, frame, unread=case.unread + 1)

    def _apply(
        self,
        case: TraceCase,
        row: TraceActRow,
        payload: TracePayload,
        unit: Unit,
        frame: Frame,
        *,
        held: bool = False,
    ) -> list[Posting]:
        rows = unit.traces.acts(case.trace_id)
        known = [r for r in rows if r.standing != HELD and r.id != row.id]
        try:
            judge(acts_of(known), act_of_row(row))
        except IllegalTransitionError as error:
            unit.traces.mark_act(id_of(row), standing=REFUSED, deed=Deed.NOTHING, void=True)
            case = self._keeping.refresh(case, unit, frame, unread=case.unread + 1)
            fault = Posting(
                to=case.peer,
                payload=_fault(error, row.message_id),
                lane=Lane.ROUTINE,
                answers=not held,  # a held one came in another message, which was receipted
            )
            return [fault, *self._next_held(case, unit, frame)]
        except ValueError as error:
            raise ActMismatchError(
                "the act has seen what cannot have been seen", place="TraceAct/SeenActNumber"
            ) from error
        unit.traces.mark_act(id_of(row), standing=TAKEN, deed=row.deed, void=False)
        quiet = row.deed == Deed.RECEIVED
        case = self._keeping.refresh(case, unit, frame, unread=case.unread + (0 if quiet else 1))
        settled(payload, case.trace_id, unit)
        if answer_of(payload) is not None:
            case = with_outcome(case, payload, unit)
        if isinstance(payload, TraceReceived) and payload.note_text is not None:
            case = replace(case, office_note=payload.note_text)
            unit.traces.save(case)
        postings = self._replying.in_return(case, row, payload, unit, frame)
        return [*postings, *self._next_held(case, unit, frame)]

    def _next_held(self, case: TraceCase, unit: Unit, frame: Frame) -> list[Posting]:
        rows = unit.traces.acts(case.trace_id)
        theirs = Side(case.side).other
        last = max((r.number for r in rows if r.side == theirs and r.standing != HELD), default=0)
        held = (r for r in rows if r.side == theirs and r.number == last + 1)
        row = next(held, None)
        if row is None:
            return []
        payload = decode(row.content)
        unit.traces.mark_act(id_of(row), standing=TAKEN, deed=row.deed, void=False)
        return self._apply(case, row, payload, unit, frame, held=True)  # type: ignore[arg-type]  # a kept act is one


def _hold_numbers(step: TraceAct, rows: Sequence[TraceActRow], side: Side, last: int) -> None:
    taken = any(r.number == step.act_number and r.side == side for r in rows)
    if taken or step.act_number > last + _HELD_MOST:
        raise ActMismatchError(
            "this number of an act is taken or too far ahead",
            place="TraceAct/ActNumber",
            value=str(step.act_number),
            expected=str(last + 1),
            remedy="number acts without gaps; restore the newest backup",
        )
    ours = [r for r in rows if r.side == side.other]
    if step.seen_act_number == 0:
        return
    seen = next((r for r in ours if r.number == step.seen_act_number), None)
    # Sealed anew, it has several digests; the other side took one of them and knows no other.
    if seen is None or step.seen_digest not in {
        seen.digest,
        seen.prior_digest,
        *(seen.earlier_digests or "").split(),
    }:
        raise ActMismatchError(
            "the act claims to have seen what was never sent",
            place="TraceAct/SeenDigest",
            value=str(step.seen_act_number),
            expected=f"one of our {len(ours)} acts with its digest",
            remedy="compare both case files; each proves what was sent",
        )


def _fault(error: GatewayError, message_id: str | None) -> Fault:
    return Fault(
        message_id=message_id,
        fault_code=error.code,
        retryable_indicator=False,
        message_text=str(error),
        field_path=error.place,
        expected_text=error.expected,
        remedy_text=error.remedy,
    )
