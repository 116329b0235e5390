"""Has a register answer a trace request at once, or lays its answer before a person.

It knows no rule of a case, and what a register says it takes from ``automatic``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from gateway.config import Release
from gateway.frame import Frame
from gateway.log import Logger
from gateway.node.automatic import Proposed, proposed
from gateway.node.register import Register
from gateway.node.register_lines import Disposition, RegisterError
from gateway.node.trace_orders import Releasing
from gateway.payload import (
    Context,
    MarkingKindCode,
    MessageTypeCode,
    TraceAck,
    TraceAckCode,
    TraceAct,
    TraceAnswer,
    TraceQuestion,
    TraceRequest,
    TraceResponse,
    validate,
)
from gateway.posting import Posting
from gateway.store import TraceProposalRow, Unit
from gateway.tracing import Cases, IncompleteOrderError, Side, State, TracePayload


class RegisterClerk:
    """A register with the rules by which its answers leave the country."""

    def __init__(self, register: Register, rules: Sequence[Release], log: Logger) -> None:
        self._register = register
        self._rules = tuple(rules)
        self._log = log

    def asked(
        self, request: TraceRequest, requester: str, cases: Cases, unit: Unit, frame: Frame
    ) -> list[Posting]:
        """What goes back at once for a request that was just taken in; often nothing."""
        trace_id = request.trace_act.trace_id
        case = unit.traces.find(trace_id)
        if case is None or case.side != Side.RESPONDER or case.state != State.DELIVERED:
            return []
        if unit.traces.proposals(trace_id):
            return []  # the same request again
        question = request.trace_question
        try:
            made = self._made(question, requester)
            if made is None:
                return []
            _sayable(made.answer, request)
        except RegisterError as error:
            # The request stands; a person answers it.
            self._log.error(
                "register.unreadable",
                code=error.code,
                reason=error.message,
                place=error.place,
                trace_id=trace_id,
            )
            return []
        if made.because:
            unit.traces.propose(
                TraceProposalRow(
                    trace_id=trace_id,
                    made=frame.now,
                    because=json.dumps(list(made.because)),
                    answer=msgspec.json.encode(made.answer),
                )
            )
            return []
        return answering(trace_id, made.answer, cases, unit, frame, actor="register")

    def released(
        self, wish: Releasing, question: TraceQuestion, requester: str, unit: Unit
    ) -> TraceAnswer:
        """The answer that a person releases: as it was laid before them, or less.

        Raises ``IncompleteOrderError`` and ``RegisterError``.
        """
        row = unit.traces.proposals(wish.trace_id)[0]
        laid = msgspec.json.decode(row.answer, type=TraceAnswer)
        if not wish.withhold:
            return laid
        unknown = [i for i in wish.withhold if i not in question.requested_information_code]
        if unknown:
            raise IncompleteOrderError(
                "the request does not ask for that",
                place="withhold",
                value=", ".join(unknown),
                expected=", ".join(question.requested_information_code),
            )
        lines = self._lines(question)
        again = self._made(question, requester)
        if again is None or again.answer.trace_link != laid.trace_link:
            raise IncompleteOrderError(
                "the register no longer says what was laid before you",
                value=wish.trace_id,
                expected="what `iarms trace proposed` shows",
                remedy="look it up (`iarms trace lookup`) and answer it yourself "
                "(`iarms trace answer`), or release it whole as it was laid before you",
            )
        return proposed(
            question,
            lines,
            requester=requester,
            rules=(),
            register=self._register.state,
            withhold=wish.withhold,
        ).answer

    def _made(self, question: TraceQuestion, requester: str) -> Proposed | None:
        lines = self._lines(question)
        if not lines:
            return None
        state = self._register.state
        return proposed(question, lines, requester=requester, rules=self._rules, register=state)

    def _lines(self, question: TraceQuestion) -> list[Disposition]:
        firearm = question.firearm
        serial = next(
            (m.text_as_marked for m in firearm.marking if m.kind_code is MarkingKindCode.SERIAL),
            None,
        )
        make = firearm.make_identified.make_text
        return self._register.dispositions(make, serial) if serial else []


def _sayable(answer: TraceAnswer, request: TraceRequest) -> None:
    """Raises ``RegisterError`` for an answer that its receiver would refuse."""
    context = replace(request.context, message_type_code=MessageTypeCode.TRACE_RESPONSE)
    act = TraceResponse(context=context, trace_act=request.trace_act, trace_answer=answer)
    if issues := validate(act):
        raise RegisterError(
            "what the register says does not fit into an answer",
            place=issues[0].path,
            value=issues[0].value,
            expected=issues[0].expected,
        )


def answering(
    trace_id: str, answer: TraceAnswer, cases: Cases, unit: Unit, frame: Frame, *, actor: str
) -> list[Posting]:
    """The acknowledgement, where it is owed, and the answer, as acts of the case."""

    def accept(context: Context, place: TraceAct) -> TracePayload:
        return TraceAck(
            context=context,
            trace_act=place,
            trace_ack_code=TraceAckCode.ACCEPTED,
            explanation_text="A register holds this firearm.",
        )

    def respond(context: Context, place: TraceAct) -> TracePayload:
        return TraceResponse(context=context, trace_act=place, trace_answer=answer)

    postings: list[Posting] = []
    if cases.case(trace_id, unit).state == State.DELIVERED:
        postings += cases.act(
            trace_id, accept, message="TRACE_ACK", unit=unit, frame=frame, actor=actor
        )
    postings += cases.act(
        trace_id, respond, message="TRACE_RESPONSE", unit=unit, frame=frame, actor=actor
    )
    return postings
