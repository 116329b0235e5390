"""A node's side of trace requests: what arrives, what officers order, and what clocks ask.

It knows no rule of a case: ``gateway.tracing`` does. An officer's order is a JSON document in the
words of the standard.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from gateway.adapter import TraceOrder
from gateway.config import Traces as TraceSettings
from gateway.endpoint import Outgoing, Received
from gateway.frame import Frame
from gateway.node.availability import heard, refuse_while_away, tell_others
from gateway.node.register_clerk import RegisterClerk, answering
from gateway.node.trace_bulk import BulkOrder
from gateway.node.trace_hours import told_in_cases
from gateway.node.trace_orders import (
    BUILDERS,
    Forwarding,
    OutOfService,
    Releasing,
    Submission,
    decoded,
    outage_of,
    prior_search,
)
from gateway.payload import (
    AddressReasonCode,
    Availability,
    Context,
    Finding,
    OfficeCalendar,
    SeverityCode,
    TraceAct,
    TraceDeadlineCode,
    TraceForward,
    TraceIntroduction,
    TraceNoAnswer,
    TraceReminder,
    TraceRequest,
    decode,
    message_type,
)
from gateway.posting import Posting
from gateway.registry import forms_of_make
from gateway.store import Errand, Timer, Unit
from gateway.tracing import (
    ALWAYS_OPEN,
    CLOCK,
    TAKEN,
    Arrived,
    Cases,
    IncompleteOrderError,
    NextStep,
    Running,
    Terms,
    TracePayload,
    UnknownCaseError,
    announcement,
    in_words,
    is_act,
    next_step,
    office_now,
    reminded,
    running,
    standing_of_case,
    taken_back,
    warnings_of,
)

AGAIN = "trace.again"
_URGENT = "URGENT"
_NATIVE_URGENT = "urgent by the national system"
HOURS = "trace.hours"
_OURS = "own"


def terms_of(settings: TraceSettings) -> Terms:
    """The terms that the settings give."""
    return Terms(
        acknowledge_days=settings.acknowledge_days,
        answer=timedelta(days=settings.answer_days),
        urgent_acknowledge_days=settings.urgent_acknowledge_days,
        urgent_answer=timedelta(days=settings.urgent_answer_days),
        weekend=frozenset(settings.weekend),
        reminders=settings.reminders,
        give_up=settings.give_up,
    )


class Traces:
    """Trace cases at a node: a part of its desk, and the clerk of ``trace.*``."""

    def __init__(
        self,
        terms: Terms | None = None,
        week: OfficeCalendar = ALWAYS_OPEN,
        register: RegisterClerk | None = None,
    ) -> None:
        self._terms = terms or Terms()
        self._register = register
        self._week = week
        self._cases = Cases(
            self._terms, lambda now, unit: office_now(now, week, unit.outages.ahead(now))
        )

    def begin(self, unit: Unit, now: datetime) -> None:
        """Sets the clock that tells open cases of other hours, where the settings give such."""
        if unit.outages.week() != _written(self._week):
            unit.timers.set(HOURS, _OURS, due=now, now=now)

    # --- what arrives -------------------------------------------------------------------------

    def handle(self, received: Received, unit: Unit, frame: Frame) -> list[Posting] | None:
        """What goes back for a trace message; None where it is none."""
        payload: Any = received.payload
        arrived = Arrived(
            sender=received.sender,
            message_id=received.message_id,
            octets=received.octets,
            wrapper=received.wrapper,
        )
        if isinstance(payload, Availability):
            heard(payload, received.sender, unit, frame)
            return []
        if isinstance(payload, TraceIntroduction):
            self._cases.introduced(payload, arrived, unit, frame)
            return []
        if not is_act(payload):
            return None
        postings = self._cases.take(payload, arrived, unit, frame)
        if isinstance(payload, TraceRequest) and self._register is not None:
            postings += self._register.asked(payload, arrived.sender, self._cases, unit, frame)
        return postings

    def refused(self, message_id: str, sender: str, unit: Unit, frame: Frame) -> None:
        """The other side refused an act of ours."""
        self._cases.refused(message_id, sender, unit, frame)

    def undelivered(self, message_id: str, unit: Unit, frame: Frame) -> None:
        """Nobody receipted an act of ours in its time: it is sealed and sent anew."""
        if unit.traces.act_of_message(message_id) is not None:
            unit.timers.set(AGAIN, message_id, due=frame.now, now=frame.now)

    # --- what clocks ask ----------------------------------------------------------------------

    def fire(self, timer: Timer, outgoing: Outgoing) -> None:
        """A term has passed: a reminder, or the signed statement that nobody answered."""
        unit, frame = outgoing.unit, outgoing.frame
        if timer.kind == HOURS:
            self._tell_hours(outgoing)
            return
        if timer.kind == AGAIN:
            posting = self._cases.resend(timer.subject, unit)
            if posting is not None:
                outgoing.post(posting)
            return
        try:
            case = self._cases.case(timer.subject, unit)
        except UnknownCaseError:
            return
        standing = standing_of_case(case.trace_id, unit)
        run = running(standing, urgent=case.priority == _URGENT, terms=self._terms)
        if timer.kind != CLOCK or run is None or run.deadline in standing.given_up:
            return
        step = self._next(case.trace_id, run, unit)
        if step.at > frame.now:
            unit.timers.set(CLOCK, case.trace_id, due=step.at, now=frame.now)
        elif run.deadline is TraceDeadlineCode.RECEIPT and step.number:
            # Nothing can remind a system that takes nothing in: only the statement is made.
            last = run.at(self._terms.give_up)
            unit.timers.set(CLOCK, case.trace_id, due=max(last, frame.now), now=frame.now)
            if last <= frame.now:
                self._overdue(case.trace_id, run, replace(step, number=0), outgoing)
        else:
            self._overdue(case.trace_id, run, step, outgoing)

    def _next(self, trace_id: str, run: Running, unit: Unit) -> NextStep:
        done = reminded(unit.traces.acts(trace_id), run.deadline, run.asked_at)
        return next_step(run, reminded=done, terms=self._terms)

    def _tell_hours(self, outgoing: Outgoing) -> None:
        unit, frame = outgoing.unit, outgoing.frame
        because = f"The hours of the office are now: {in_words(self._week)}."
        self._tell(frame.pseudonym, because, outgoing)
        unit.outages.keep_week(_written(self._week), frame.now)

    def _tell(self, actor: str, because: str, outgoing: Outgoing) -> int:
        frame = replace(outgoing.frame, pseudonym=_pseudonym(actor))
        told = 0
        for posting in told_in_cases(
            self._cases, self._terms, self._week, outgoing.unit, frame, actor=actor, because=because
        ):
            outgoing.post(posting)
            told += 1
        return told

    def _overdue(self, trace_id: str, run: Running, step: NextStep, outgoing: Outgoing) -> None:
        frame = outgoing.frame
        now = frame.now.replace(microsecond=frame.now.microsecond // 1000 * 1000)
        due = run.due.replace(microsecond=run.due.microsecond // 1000 * 1000)

        def build(context: Context, place: TraceAct) -> TracePayload:
            if step.number == 0:
                return TraceNoAnswer(
                    context=context,
                    trace_act=place,
                    trace_deadline_code=run.deadline,
                    due_timestamp=due,
                    stated_timestamp=now,
                    reminder_quantity=len(self._terms.reminders),
                )
            return TraceReminder(
                context=context,
                trace_act=place,
                trace_deadline_code=run.deadline,
                due_timestamp=due,
                reminder_number=step.number,
                escalated_indicator=step.escalated,
            )

        message = "TRACE_REMINDER" if step.number else "TRACE_NO_ANSWER"
        self._send(trace_id, build, message, frame.pseudonym, outgoing)

    # --- what the national system orders, and is told -----------------------------------------

    def file(
        self,
        body: TraceOrder,
        outgoing: Outgoing,
        *,
        case_reference: str | None,
        in_spite: bool,
        urgent: bool,
    ) -> tuple[str, TracePayload]:
        """Sends what the national system orders; the message's id and the message.

        A request whose ``case_reference`` has an open case is not sent a second time. Raises as the
        orders of officers do.
        """
        actor = f"{outgoing.frame.party} (native file)"
        if isinstance(body, TraceForward):
            onward = Forwarding(
                trace_id=body.trace_act.trace_id,
                country=body.to_country,
                reason=body.address_reason_code,
                text=body.reason_text,
                links=body.trace_link,
            )
            return self._pass_on(onward, actor, outgoing)
        if not isinstance(body, TraceRequest):
            return self._send(
                body.trace_act.trace_id,
                lambda context, place: replace(body, context=context, trace_act=place),
                message_type(body),
                actor,
                outgoing,
            )
        open_case = None if case_reference is None else self._open_case(case_reference, outgoing)
        if open_case is not None:
            raise IncompleteOrderError(
                "this reference has an open trace case already",
                place="case_reference",
                value=open_case,
                expected="one request a reference",
                remedy="give another reference; a change to a request is a correction",
            )
        question = body.trace_question
        wish = Submission(
            question=question,
            continues=question.parent_trace_id,
            case_reference=case_reference,
            urgency=body.context.urgency_justification_text
            or (_NATIVE_URGENT if urgent or question.trace_priority_code == _URGENT else None),
            without_search=in_spite,
            in_spite=in_spite,
        )
        return self._submit(wish, actor, outgoing)

    @staticmethod
    def _open_case(case_reference: str, outgoing: Outgoing) -> str | None:
        cases = outgoing.unit.traces.of_reference(case_reference)
        return next((case.trace_id for case in cases if case.ended is None), None)

    def taken(self, payload: object, unit: Unit) -> list[tuple[str | None, TracePayload]]:
        """The other side's acts that count now that ``payload`` came, each with our reference.

        An act that came before an earlier one counts with that; one that was refused never does.
        """
        if not is_act(payload):  # type: ignore[arg-type]  # any message may be asked about
            return []
        place: TraceAct = payload.trace_act  # type: ignore[attr-defined]  # an act has it
        case = unit.traces.find(place.trace_id)
        if case is None:
            return []
        told: list[tuple[str | None, TracePayload]] = []
        for row in unit.traces.acts(case.trace_id):
            if row.side != case.side and row.standing == TAKEN and row.number >= place.act_number:
                act: Any = decode(row.content)
                told.append((case.case_reference, act))
        return told

    # --- what officers order ------------------------------------------------------------------

    def carry_out(self, errand: Errand, outgoing: Outgoing) -> bytes:
        """Does what an officer ordered; the answer is the case as it stands then."""
        order = errand.kind.partition(".")[2]
        if order == "outage":
            return self._outage(errand, outgoing)
        if order == "bulk":
            return self._bulk(errand, outgoing)
        if order == "submit":
            wish = decoded(errand.body, Submission)
            _, request = self._submit(wish, errand.actor, outgoing)
            trace_id = request.trace_act.trace_id
        elif order == "forward":
            onward = decoded(errand.body, Forwarding)
            self._pass_on(onward, errand.actor, outgoing)
            trace_id = onward.trace_id
        elif order == "release":
            trace_id = self._release(errand, outgoing)
        elif order in ("assign", "read"):
            trace_id = self._note(order, errand, outgoing)
        elif order in BUILDERS:
            trace_id = self._order(order, errand, outgoing)
        else:
            raise IncompleteOrderError(
                "nobody does this kind of order", value=errand.kind, expected=", ".join(BUILDERS)
            )
        case = self._cases.case(trace_id, outgoing.unit)
        return msgspec.json.encode(case)

    def _bulk(self, errand: Errand, outgoing: Outgoing) -> bytes:
        """One case of an order over many: done here once, however often its run is repeated."""
        wish = decoded(errand.body, BulkOrder)
        unit = outgoing.unit
        case = self._cases.case(wish.trace_id, unit)  # locked: two of one run do not both act
        done = unit.traces.bulk_done(wish.run, wish.trace_id)
        if done is not None:
            return msgspec.json.encode({**asdict(case), "result": "ALREADY", "done_at": done})
        body = msgspec.json.encode({**wish.wish, "trace_id": wish.trace_id})
        inner = replace(errand, kind=f"trace.{wish.order}", body=body)
        answer = msgspec.json.decode(self.carry_out(inner, outgoing))
        now = outgoing.frame.now
        unit.traces.note_bulk(wish.run, wish.trace_id, now)
        return msgspec.json.encode({**answer, "result": "DONE", "done_at": now})

    def _order(self, order: str, errand: Errand, outgoing: Outgoing) -> str:
        shape, message, make = BUILDERS[order]
        wish = decoded(errand.body, shape)
        standing = standing_of_case(wish.trace_id, outgoing.unit)
        case = self._cases.case(wish.trace_id, outgoing.unit)
        run = running(standing, urgent=case.priority == _URGENT, terms=self._terms)
        self._send(
            wish.trace_id,
            lambda context, place: make(wish, context, place, run),
            message,
            errand.actor,
            outgoing,
        )
        if order in {"answer", "reject"}:
            outgoing.unit.traces.drop_proposal(wish.trace_id)
        return str(wish.trace_id)

    def _release(self, errand: Errand, outgoing: Outgoing) -> str:
        wish = decoded(errand.body, Releasing)
        unit, frame = outgoing.unit, outgoing.frame
        if self._register is None or not unit.traces.proposals(wish.trace_id):
            raise IncompleteOrderError(
                "no answer out of a register waits in this case",
                value=wish.trace_id,
                expected="a case of `iarms trace proposed`",
                remedy="answer it yourself (`iarms trace answer`)",
            )
        question = self._cases.question(wish.trace_id, unit)
        requester = self._cases.case(wish.trace_id, unit).peer
        answer = self._register.released(wish, question, requester, unit)
        officer = replace(frame, pseudonym=_pseudonym(errand.actor))
        for posting in answering(
            wish.trace_id, answer, self._cases, unit, officer, actor=errand.actor
        ):
            outgoing.post(posting)
        unit.traces.drop_proposal(wish.trace_id)
        return str(wish.trace_id)

    def _submit(self, wish: Submission, actor: str, outgoing: Outgoing) -> tuple[str, TracePayload]:
        unit, frame = outgoing.unit, outgoing.frame
        to = wish.to or outgoing.office_of(wish.question.responder_country, "TRACE_ACK")
        if to is None or not outgoing.knows(to):
            raise IncompleteOrderError(
                "no office there takes trace requests",
                place="responder_country",
                value=wish.to or wish.question.responder_country,
                expected="a country with a party that may send TRACE_ACK",
                remedy="`iarms directory show` lists the members and what they may send",
            )
        refuse_while_away(to, unit, frame, in_spite=wish.in_spite)
        question = wish.question
        if wish.search_message is not None:
            question = replace(
                question,
                prior_search=prior_search(wish.search_message, unit, in_spite=wish.in_spite),
            )
        if question.prior_search is None and not wish.without_search:
            raise IncompleteOrderError(
                "ask the registry first: a request carries the search that found nothing",
                place="prior_search",
                expected="the search's message id, or a reason not to search",
                remedy="search, then give --search-message; or say --without-search",
            )
        forms = forms_of_make(question.firearm.make_identified.make_text)
        today, asked = frame.now.date(), question.responder_country
        found = warnings_of(question.firearm, asked, today, forms)
        if found and not wish.in_spite:
            raise IncompleteOrderError(
                "the request is likely to fail: " + "; ".join(found.values()),
                place="firearm",
                value=", ".join(found),
                expected="a firearm that this country can trace",
                remedy="correct the description, or send it in spite of that (--in-spite)",
            )
        question = replace(
            question,
            chain_id=question.chain_id if wish.continues else frame.ids.chain_id(frame.country),
            contact_point=question.contact_point or (frame.contact,),
            finding=tuple(
                Finding(finding_code=code, severity_code=SeverityCode.WARNING, message_text=text)
                for code, text in found.items()
            ),
        )
        if wish.continues:
            parent = self._cases.case(wish.continues, unit)
            question = replace(question, chain_id=parent.chain_id, parent_trace_id=parent.trace_id)
        trace_id = frame.ids.trace_id(frame.country)
        frame = replace(frame, pseudonym=_pseudonym(actor))
        postings = self._cases.ask(
            question,
            to=to,
            trace_id=trace_id,
            unit=unit,
            frame=frame,
            case_reference=wish.case_reference,
            urgency=wish.urgency,
        )
        return _posted(postings, outgoing)

    def _pass_on(
        self, wish: Forwarding, actor: str, outgoing: Outgoing
    ) -> tuple[str, TracePayload]:
        """Passes a request on: tells its requester, and announces it to the next country."""
        unit, frame = outgoing.unit, outgoing.frame
        case = self._cases.case(wish.trace_id, unit)
        to = wish.to or outgoing.office_of(wish.country, "TRACE_ACK")
        if to is None or not outgoing.knows(to):
            raise IncompleteOrderError(
                "no office there takes trace requests", place="country", value=wish.country
            )
        # The requester opens the next case itself, under the id that it would have drawn.
        requester = case.peer[:3]
        new_id = frame.ids.trace_id(requester)
        reason = wish.reason or AddressReasonCode.NEXT_IN_CHAIN

        def build(context: Context, place: TraceAct) -> TracePayload:
            return TraceForward(
                context=context,
                trace_act=place,
                forward_trace_id=new_id,
                to_country=wish.country,
                to_agency_id=to,
                address_reason_code=reason,
                reason_text=wish.text,
                trace_link=wish.links,
            )

        sent = self._send(wish.trace_id, build, "TRACE_FORWARD", actor, outgoing)
        question = self._cases.question(wish.trace_id, unit)
        introduction = TraceIntroduction(
            context=frame.context("TRACE_INTRODUCTION", purpose=self._cases.purpose, urgency=None),
            trace_id=new_id,
            chain_id=case.chain_id,
            parent_trace_id=case.trace_id,
            requester_agency_id=case.peer,
            address_reason_code=reason,
            reason_text=wish.text,
            firearm=question.firearm,
            trace_link=wish.links,
        )
        outgoing.post(self._cases.aside(introduction, to))
        return sent

    def _outage(self, errand: Errand, outgoing: Outgoing) -> bytes:
        """Keeps an outage and tells at once whoever waits for an answer of ours."""
        wish = decoded(errand.body, OutOfService)
        unit, frame = outgoing.unit, outgoing.frame
        if wish.end is not None:
            outage = unit.outages.get(wish.end)
            if outage is None or not unit.outages.end(wish.end, frame.now):
                raise IncompleteOrderError("no outage ahead has this number", value=str(wish.end))
            ended = replace(outage, starts=min(outage.starts, frame.now), ends=frame.now)
            others = tell_others(ended, outgoing)
            told = self._tell(errand.actor, taken_back(outage, frame.now), outgoing)
            return msgspec.json.encode({"number": wish.end, "told": told, "others": others})
        outage = outage_of(wish, errand.actor, frame.now)
        number = unit.outages.add(outage)
        told = self._tell(errand.actor, announcement(outage), outgoing)
        others = tell_others(replace(outage, id=number), outgoing)
        return msgspec.json.encode({"number": number, "told": told, "others": others})

    def _note(self, order: str, errand: Errand, outgoing: Outgoing) -> str:
        wish = msgspec.json.decode(errand.body)
        case = self._cases.case(str(wish["trace_id"]), outgoing.unit)
        changed = (
            replace(case, assignee=wish.get("assignee"))
            if order == "assign"
            else replace(case, unread=0)
        )
        outgoing.unit.traces.save(changed)
        return case.trace_id

    def _send(
        self, trace_id: str, build: Any, message: str, actor: str, outgoing: Outgoing
    ) -> tuple[str, TracePayload]:
        frame = replace(outgoing.frame, pseudonym=_pseudonym(actor))
        postings = self._cases.act(
            trace_id, build, message=message, unit=outgoing.unit, frame=frame, actor=actor
        )
        return _posted(postings, outgoing)


def _written(week: OfficeCalendar) -> str:
    return msgspec.json.encode(asdict(week)).decode()


def _posted(postings: Sequence[Posting], outgoing: Outgoing) -> tuple[str, TracePayload]:
    """Posts one act: its message id, and what was said in it."""
    (posting,) = postings
    message: Any = posting.payload
    return outgoing.post(posting), message


def _pseudonym(actor: str) -> str:
    """A stable name for a user that only this country can resolve."""
    return "u-" + base64.b32encode(hashlib.sha256(actor.encode()).digest()[:10]).decode().lower()
