"""The case on either side: takes the other side's acts, makes ours, and keeps the proof of both.

Everything happens inside the transaction that it is given. It seals nothing: it hands out postings
and keeps what they were sealed to. The clauses are those of docs/spec/tracing.md.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from gateway.errors import GatewayError
from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, Lane, country_of
from gateway.payload import (
    Context,
    Fault,
    MarkingKindCode,
    OfficeStateCode,
    Payload,
    PurposeCode,
    TraceAck,
    TraceAckCode,
    TraceAct,
    TraceForward,
    TraceIntroduction,
    TracePriorityCode,
    TraceQuestion,
    TraceReceived,
    TraceRejectionCode,
    TraceRequest,
    decode,
    encode,
    message_type,
    validate,
)
from gateway.posting import Posting, Sealed
from gateway.store import (
    TraceActRow,
    TraceCase,
    TraceIntroductionRow,
    TraceItemRow,
    Unit,
)
from gateway.tracing.deadlines import Terms, next_step, running
from gateway.tracing.deeds import TracePayload, act_of, answer_of, consent_of, deed_of
from gateway.tracing.errors import (
    ActMismatchError,
    IllegalTransitionError,
    IncompleteOrderError,
    NotAPartyError,
    TracingError,
    UnknownCaseError,
)
from gateway.tracing.findings import links_of, settled
from gateway.tracing.machine import Act, Deed, Side, Standing, State, judge, standing_of
from gateway.tracing.office import OfficeNow

TAKEN, HELD, REFUSED = "TAKEN", "HELD", "REFUSED"
CLOCK = "trace.due"
_HELD_MOST = 50  # acts of one side kept ahead of a missing one
_TEXT = 100
_RECEIVED_BY_REQUESTER = (Deed.ANSWER_INTERIM, Deed.ANSWER_FINAL, Deed.ANSWER_RESTRICTED)
Build = Callable[[Context, TraceAct], TracePayload]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """An act of the other side as it came: who sent it, and what proves that."""

    sender: str
    message_id: str
    octets: bytes
    wrapper: bytes


class Cases:
    """Trace cases of one party."""

    def __init__(
        self,
        terms: Terms,
        office: Callable[[datetime, Unit], OfficeNow],
    ) -> None:
        self._terms = terms
        self._office = office

    # --- what comes ---------------------------------------------------------------------------

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
        self._hold_numbers(step, rows, theirs, last)
        row = self._row(payload, case.trace_id, theirs, arrived.sender, frame)
        row = _as_arrived(row, arrived, HELD if step.act_number > last + 1 else TAKEN)
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
        case = self._open(payload.trace_question, payload, Side.RESPONDER, arrived.sender, frame)
        unit.traces.add(case)
        for row in unit.traces.acts(case.trace_id):
            if row.sender != arrived.sender:
                unit.traces.drop_act(_id(row))
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
        row = self._row(payload, step.trace_id, Side.REQUESTER, arrived.sender, frame)
        unit.traces.add_act(_as_arrived(row, arrived, HELD))
        return []

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
            keep=_keeper(_id(row), unit),
        )

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
        case = self._case(row.trace_id, unit)
        if sender not in (case.peer, REGISTRY_PARTY):
            return
        unit.traces.mark_act(row.id, standing=REFUSED, deed=Deed.NOTHING, void=True)
        self._refresh(case, unit, frame, unread=case.unread + 1)

    # --- what we do ---------------------------------------------------------------------------

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
        case = self._open(question, request, Side.REQUESTER, to, frame)
        unit.traces.add(case)
        return [self._keep(request, case, unit, frame, frame.pseudonym)]

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
        case = self._case(trace_id, unit)
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
            conversation_id=_conversation(rows),
            case_reference=case.case_reference if ours is Side.REQUESTER else None,
            urgency="urgent trace request" if urgent else None,
        )
        payload = build(context, place)
        _sound(payload)
        row = self._row(payload, trace_id, ours, frame.party, frame)
        judge(_acts(rows), _act_of_row(row))
        return [self._keep(payload, case, unit, frame, actor)]

    def case(self, trace_id: str, unit: Unit) -> TraceCase:
        """The case of this id; raises ``UnknownCaseError``."""
        return self._case(trace_id, unit)

    # --- parts --------------------------------------------------------------------------------

    @staticmethod
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
        if seen is None or step.seen_digest not in (seen.digest, seen.prior_digest):
            raise ActMismatchError(
                "the act claims to have seen what was never sent",
                place="TraceAct/SeenDigest",
                value=str(step.seen_act_number),
                expected=f"one of our {len(ours)} acts with its digest",
                remedy="compare both case files; each proves what was sent",
            )

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
            judge(_acts(known), _act_of_row(row))
        except IllegalTransitionError as error:
            unit.traces.mark_act(_id(row), standing=REFUSED, deed=Deed.NOTHING, void=True)
            case = self._refresh(case, unit, frame, unread=case.unread + 1)
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
        unit.traces.mark_act(_id(row), standing=TAKEN, deed=row.deed, void=False)
        quiet = row.deed == Deed.RECEIVED
        case = self._refresh(case, unit, frame, unread=case.unread + (0 if quiet else 1))
        settled(payload, case.trace_id, unit)
        if answer_of(payload) is not None:
            case = self._outcome(case, payload, unit)
        if isinstance(payload, TraceReceived) and payload.note_text is not None:
            case = replace(case, office_note=payload.note_text)
            unit.traces.save(case)
        postings = self._in_return(case, row, payload, unit, frame)
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
        unit.traces.mark_act(_id(row), standing=TAKEN, deed=row.deed, void=False)
        return self._apply(case, row, payload, unit, frame, held=True)  # type: ignore[arg-type]  # a kept act is one

    def _in_return(
        self, case: TraceCase, row: TraceActRow, payload: TracePayload, unit: Unit, frame: Frame
    ) -> list[Posting]:
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
        then = Standing(state=State.DELIVERED, sent_at=case.sent, delivered_at=frame.now)
        then = replace(then, opens_at=opens)
        ack = running(then, urgent=urgent, terms=self._terms)
        answer = running(replace(then, state=State.ACKNOWLEDGED), urgent=urgent, terms=self._terms)

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
            )

        mine: dict[str, Any] = {"unit": unit, "frame": frame, "actor": frame.pseudonym}
        postings = [
            replace(posting, answers=True)
            for posting in self.act(case.trace_id, build, message="TRACE_RECEIVED", **mine)
        ]
        if asked and office.state is OfficeStateCode.OUT_WILL_NOT_FORWARD:
            # Nobody will take it up later: its requester learns that now, not by silence.
            postings += self.act(
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
            self._question(case, unit),
            parent_trace_id=case.trace_id,
            forwarded_by_agency_id=case.peer,
            responder_country=forward.to_country,
            address_reason_code=forward.address_reason_code,
            address_reason_text=forward.reason_text,
        )
        urgent = case.priority == TracePriorityCode.URGENT
        return self.ask(
            question,
            to=forward.to_agency_id,
            trace_id=forward.forward_trace_id,
            unit=unit,
            frame=frame,
            case_reference=case.case_reference,
            urgency="urgent trace request" if urgent else None,
        )

    @property
    def purpose(self) -> PurposeCode:
        """The purpose for which traces are made."""
        return PurposeCode.CRIMINAL_INVESTIGATION

    @staticmethod
    def aside(payload: Payload, to: str) -> Posting:
        """A message about a case to a country that has no part in it yet."""
        return Posting(to=to, payload=payload, lane=Lane.ROUTINE, answers=False)

    def question(self, trace_id: str, unit: Unit) -> TraceQuestion:
        """What the case asks, with the firearm as it was last described."""
        return self._question(self._case(trace_id, unit), unit)

    @staticmethod
    def _question(case: TraceCase, unit: Unit) -> TraceQuestion:
        question: TraceQuestion | None = None
        for row in unit.traces.acts(case.trace_id):
            payload = decode(row.content)
            if isinstance(payload, TraceRequest):
                question = payload.trace_question
            firearm = getattr(payload, "firearm", None)
            if question is not None and firearm is not None and row.standing == TAKEN:
                question = replace(question, firearm=firearm)
        if question is None:
            raise TracingError("the case has no request", value=case.trace_id)
        return question

    def _open(
        self, question: TraceQuestion, request: TraceRequest, side: Side, peer: str, frame: Frame
    ) -> TraceCase:
        firearm, nature = question.firearm, question.trace_illicit_nature
        serial = next(
            (m.text_as_marked for m in firearm.marking if m.kind_code is MarkingKindCode.SERIAL), ""
        )
        return TraceCase(
            trace_id=request.trace_act.trace_id,
            chain_id=question.chain_id,
            parent_trace_id=question.parent_trace_id,
            side=side,
            peer=peer,
            state=State.NEW,
            priority=question.trace_priority_code,
            reason=question.address_reason_code,
            case_reference=request.context.case_reference,
            test=request.context.test_indicator,
            firearm_type=firearm.firearm_type_code,
            make=firearm.make_identified.make_text[:_TEXT],
            model=(firearm.model_identified or "")[:_TEXT],
            calibre=firearm.calibre[0].calibre_text[:_TEXT],
            serial=(serial or "")[:_TEXT],
            serial_status=firearm.serial_status_code,
            manufacture_country=firearm.country_of_manufacture,
            recovery_country=nature.recovery_country,
            recovery_date=nature.recovery_date,
            sent=request.context.sent_timestamp,
            delivered=None,
            acknowledged=None,
            first_answer=None,
            answered=None,
            ended=None,
            stopped_since=None,
            stopped_us=0,
            deadline=None,
            due=None,
            reminders=0,
            no_answer=False,
            outcome=None,
            diversion_country=None,
            last_licit_country=None,
            last_licit_date=None,
            next_country=None,
            changed=frame.now,
            unread=0,
            assignee=None,
            office_note=None,
        )

    def _keep(
        self, payload: TracePayload, case: TraceCase, unit: Unit, frame: Frame, actor: str
    ) -> Posting:
        row = self._row(payload, case.trace_id, Side(case.side), frame.party, frame)
        act_id = unit.traces.add_act(replace(row, actor=actor))
        if isinstance(payload, TraceRequest):
            asked = payload.trace_question.requested_information_code
            unit.traces.set_items(
                case.trace_id, [TraceItemRow(item=i, status="ASKED", reasons="") for i in asked]
            )
        case = self._refresh(case, unit, frame, unread=case.unread)
        settled(payload, case.trace_id, unit)
        if answer_of(payload) is not None:
            self._outcome(case, payload, unit)

        urgent = case.priority == TracePriorityCode.URGENT
        lane = Lane.URGENT if urgent else Lane.ROUTINE
        return Posting(
            to=case.peer, payload=payload, lane=lane, answers=False, keep=_keeper(act_id, unit)
        )

    @staticmethod
    def _outcome(case: TraceCase, payload: TracePayload, unit: Unit) -> TraceCase:
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

    def _refresh(self, case: TraceCase, unit: Unit, frame: Frame, *, unread: int) -> TraceCase:
        """The case as all its acts make it, kept; and its clock set."""
        rows = [r for r in unit.traces.acts(case.trace_id) if r.standing != HELD]
        standing = standing_of(_acts(rows))
        void = {(act.side, act.number) for act in standing.void}
        for row in rows:
            if row.void != ((row.side, row.number) in void):
                unit.traces.mark_act(
                    _id(row), standing=row.standing, deed=row.deed, void=not row.void
                )
        urgent = case.priority == TracePriorityCode.URGENT
        run = running(standing, urgent=urgent, terms=self._terms)
        case = replace(
            case,
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
        run = running(standing, urgent=urgent, terms=self._terms)
        if case.side != Side.REQUESTER or run is None or standing.no_answer:
            unit.timers.stop(CLOCK, case.trace_id)
            return
        reminded = sum(1 for r in rows if r.deed == Deed.REMIND and r.at >= run.since)
        step = next_step(run, reminded=reminded, terms=self._terms)
        unit.timers.set(CLOCK, case.trace_id, due=step.at, now=frame.now)

    @staticmethod
    def _row(
        payload: TracePayload, trace_id: str, side: Side, sender: str, frame: Frame
    ) -> TraceActRow:
        place = act_of(payload)
        return TraceActRow(
            id=None,
            trace_id=trace_id,
            sender=sender,
            side=side,
            number=place.act_number,
            seen=place.seen_act_number,
            deed=deed_of(payload),
            consent=consent_of(payload),
            at=payload.context.sent_timestamp,
            kept=frame.now,
            actor=payload.context.acting_user_pseudonym,
            message_id=None,
            message_type=message_type(payload),
            digest=None,
            prior_digest=None,
            standing=TAKEN,
            void=False,
            content=encode(payload),
            envelope=None,
            wrapper=None,
        )

    @staticmethod
    def _case(trace_id: str, unit: Unit) -> TraceCase:
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
    return standing_of(_acts(rows))


def _as_arrived(row: TraceActRow, arrived: Arrived, standing: str) -> TraceActRow:
    return replace(
        row,
        message_id=arrived.message_id,
        digest=digest_of(arrived.octets),
        envelope=arrived.octets,
        wrapper=arrived.wrapper,
        standing=standing,
    )


def _keeper(act_id: int, unit: Unit) -> Callable[[Sealed], None]:
    def keep(sealed: Sealed) -> None:
        unit.traces.seal_act(
            act_id,
            message_id=sealed.message_id,
            digest=digest_of(sealed.octets),
            envelope=sealed.octets,
            wrapper=sealed.wrapper,
        )

    return keep


def digest_of(octets: bytes) -> str:
    """SHA-256 in base64, as acts name what they have seen."""
    return base64.b64encode(hashlib.sha256(octets).digest()).decode()


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


def _opens(row: TraceActRow) -> datetime | None:
    if row.deed != Deed.RECEIVED or row.side != Side.RESPONDER:
        return None
    return getattr(decode(row.content), "office_opens_timestamp", None)


def _acts(rows: Sequence[TraceActRow]) -> list[Act]:
    return [_act_of_row(row) for row in rows if row.standing != HELD]


def _act_of_row(row: TraceActRow) -> Act:
    return Act(
        side=Side(row.side),
        number=row.number,
        seen=row.seen,
        deed=Deed(row.deed),
        at=row.at,
        consent=row.consent,
        opens=_opens(row),
    )


def _conversation(rows: Sequence[TraceActRow]) -> str | None:
    if not rows:
        return None
    first: Payload = decode(rows[0].content)
    context = getattr(first, "context", None)
    return context.conversation_id if isinstance(context, Context) else None


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


def _milliseconds(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _id(row: TraceActRow) -> int:
    if row.id is None:
        raise ValueError("the act is not kept yet")
    return row.id
