"""A simulated partner: decides how another country's office answers traces and hits, with errors.

It says what to order next and orders nothing: whoever runs it leaves the orders at the partner's
node, so that every answer takes the way of a real one through the exchange.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from gateway.payload import (
    Context,
    CountryCode,
    HitAnswerCode,
    HitConfirmResponse,
    HitStateCode,
    ItemStatus,
    ItemStatusCode,
    LegalityCode,
    ResponseKindCode,
    TraceAnswer,
    TraceLink,
    TraceOutcomeCode,
    TraceQuestion,
    TraceRoleCode,
)
from gateway.store import NodeHit, TraceCase
from gateway.tracing import State

_TRIES_MOST = 3
_OUTCOMES = {
    TraceOutcomeCode.TRACED_RETAILER: TraceRoleCode.RETAILER,
    TraceOutcomeCode.TRACED_FIRST_PURCHASER: TraceRoleCode.FIRST_PURCHASER,
    TraceOutcomeCode.EXPORTED: TraceRoleCode.EXPORTER,
    TraceOutcomeCode.REPORTED_STOLEN: TraceRoleCode.REPORTED_STOLEN,
    TraceOutcomeCode.NO_RECORD: None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the office works: shares from 0 to 1 of what it does otherwise than well.

    ``refuse`` rejects a request, ``ask`` asks for what is missing first, ``wrong`` gives an answer
    that contradicts itself (and denies a hit), ``twice`` answers two times, ``late`` only after
    ``late_by``, ``never`` not at all. ``after`` is the time between two acts of one case.
    """

    refuse: float = 0.0
    ask: float = 0.0
    wrong: float = 0.0
    twice: float = 0.0
    late: float = 0.0
    never: float = 0.0
    after: timedelta = timedelta(seconds=2)
    late_by: timedelta = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One thing to order at the partner's node.

    ``kind`` is an errand's with ``body``; for a step on a hit ``body`` is its answer and
    ``promised`` the instant of one for later.
    """

    subject: str
    kind: str
    what: str
    body: Any
    promised: datetime | None = None


@dataclass(slots=True, kw_only=True)
class _Plan:
    """What will be done about one case or hit."""

    way: str
    asks: bool
    ready: datetime
    tries: int = 0
    over: bool = False
    asked: bool = field(default=False)


class Partner:
    """One office, drawn from a seed."""

    def __init__(self, manners: Manners, random: Random) -> None:
        self._manners = manners
        self._random = random
        self._plans: dict[str, _Plan] = {}

    def orders(
        self,
        cases: Sequence[tuple[TraceCase, TraceQuestion]],
        hits: Sequence[NodeHit],
        now: datetime,
    ) -> list[Order]:
        """What to order now about the requests that wait here and the hits on own records."""
        found = [self._of_case(case, question, now) for case, question in cases]
        found += [self._of_hit(hit, now) for hit in hits if hit.role == "OWNER"]
        return [order for order in found if order is not None]

    def done(self, order: Order, now: datetime) -> None:
        """The node did it."""
        plan = self._plans[order.subject]
        plan.ready, plan.tries = now + self._manners.after, 0
        plan.asked = plan.asked or order.kind == "trace.ask"
        if order.kind == "hit" and order.body is not HitAnswerCode.MORE_TIME:
            plan.over = plan.way != "twice" or plan.over
            plan.way = "again" if plan.way == "twice" else plan.way

    def refused(self, order: Order, now: datetime) -> None:
        """The node did not; it is tried a few times more."""
        plan = self._plans[order.subject]
        plan.ready, plan.tries = now + self._manners.after, plan.tries + 1
        plan.over = plan.tries >= _TRIES_MOST or plan.way == "again"

    # --- parts --------------------------------------------------------------------------------

    def _plan(self, subject: str, now: datetime) -> _Plan:
        """What was drawn when ``subject`` was first seen."""
        if subject not in self._plans:
            manners, draw = self._manners, self._random.random()
            way = "well"
            for name in ("never", "late", "wrong", "twice", "refuse"):
                share: float = getattr(manners, name)
                if draw < share:
                    way = name
                    break
                draw -= share
            self._plans[subject] = _Plan(
                way=way, asks=self._random.random() < manners.ask, ready=now + manners.after
            )
        return self._plans[subject]

    def _of_case(  # noqa: PLR0911 - one return a state
        self, case: TraceCase, question: TraceQuestion, now: datetime
    ) -> Order | None:
        plan = self._plan(case.trace_id, now)
        if plan.over or plan.way == "never" or now < plan.ready:
            return None
        place = {"trace_id": case.trace_id}
        match case.state:
            case State.SENT | State.DELIVERED if plan.way == "refuse":
                body = place | {"reason": "NOT_IDENTIFIABLE", "text": "a simulated refusal"}
                return _order(case, "trace.reject", "rejected", body)
            case State.SENT | State.DELIVERED:
                number = f"SIM-{len(self._plans)}"
                body = place | {"handler_reference": number}
                return _order(case, "trace.ack", "accepted", body)
            case State.ACKNOWLEDGED | State.IN_PROGRESS if plan.asks and not plan.asked:
                missing = [{"missing_item_code": "PHOTOGRAPHS", "question_text": "of the markings"}]
                return _order(case, "trace.ask", "asked", place | {"missing": missing})
            case State.ACKNOWLEDGED | State.IN_PROGRESS | State.PARTIALLY_ANSWERED:
                if plan.way == "late" and now - case.sent < self._manners.late_by:
                    return None
                first = plan.way == "twice" and case.state != State.PARTIALLY_ANSWERED
                answer = self._answer(case, question, interim=first, wrong=plan.way == "wrong")
                what = "interim" if first else f"answered ({plan.way})"
                return _order(case, "trace.answer", what, place | {"answer": answer})
            case _:
                return None

    def _answer(
        self, case: TraceCase, question: TraceQuestion, *, interim: bool, wrong: bool
    ) -> TraceAnswer:
        outcome = self._random.choice(sorted(_OUTCOMES))
        role = _OUTCOMES[outcome]
        if wrong:  # an outcome that its own link contradicts, of years in the wrong order
            outcome, role = TraceOutcomeCode.NOT_IMPORTED_HERE, TraceRoleCode.IMPORTER
        given = ItemStatusCode.PROVIDED if role is not None else ItemStatusCode.NOT_AVAILABLE
        link = TraceLink(
            sequence_number=1,
            trace_role_code=role or TraceRoleCode.UNKNOWN,
            country=CountryCode(question.responder_country),
            party_name="A simulated party",
            from_date="2021" if wrong else "2019",
            to_date="2020",
            legality_code=LegalityCode.LICIT,
        )
        return TraceAnswer(
            response_kind_code=ResponseKindCode.INTERIM if interim else ResponseKindCode.FINAL,
            trace_outcome_code=(outcome,),
            item_status=tuple(
                ItemStatus(requested_information_code=code, item_status_code=given)
                for code in question.requested_information_code
            ),
            trace_link=() if role is None else (link,),
            explanation_text=f"a simulated answer about {case.make} {case.serial}"[:200],
        )

    def _of_hit(self, hit: NodeHit, now: datetime) -> Order | None:
        asked = hit.state in {HitStateCode.CONFIRM_REQUESTED, HitStateCode.MORE_TIME}
        if not asked and hit.hit_id not in self._plans:
            return None
        plan = self._plan(hit.hit_id, now)
        again = plan.way == "again" and hit.state == HitStateCode.CONFIRMED
        if plan.over or plan.way == "never" or now < plan.ready or not (asked or again):
            return None
        if plan.way == "late" and hit.state == HitStateCode.CONFIRM_REQUESTED:
            promised = (now + self._manners.late_by).replace(microsecond=0)
            return _step(hit, HitAnswerCode.MORE_TIME, promised)
        if plan.way == "late" and (hit.due is None or now < hit.due):
            return None
        denied = plan.way in {"wrong", "refuse"}
        return _step(hit, HitAnswerCode.NOT_CONFIRMED if denied else HitAnswerCode.CONFIRMED, None)


def response_to(order: Order, context: Context) -> HitConfirmResponse:
    """The message of an order about a hit."""
    return HitConfirmResponse(
        context=context,
        hit_id=order.subject,
        hit_answer_code=order.body,
        promised_timestamp=order.promised,
        remark_text="a simulated answer",
    )


def _order(case: TraceCase, kind: str, what: str, body: dict[str, Any]) -> Order:
    return Order(subject=case.trace_id, kind=kind, what=what, body=body)


def _step(hit: NodeHit, answer: HitAnswerCode, promised: datetime | None) -> Order:
    return Order(
        subject=hit.hit_id, kind="hit", what=answer.value.lower(), body=answer, promised=promised
    )
