"""Leads hits from step to step: who asked, what it changes, whose clock runs, whom to tell.

Which steps there are stands in ``hitlife``. Everything happens in the transaction of the message or
of the clock that led here, so that each notice is sent exactly once (docs/spec/registry.md 10).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

import msgspec

from gateway.frame import Frame
from gateway.ids import Lane
from gateway.payload import (
    AddresseeCode,
    ConfirmationUrgencyCode,
    ContactPoint,
    DispositionCode,
    DispositionNotice,
    FalseHitReasonCode,
    GradeCode,
    HitAnswerCode,
    HitClose,
    HitConfirmRequest,
    HitConfirmResponse,
    HitOriginCode,
    HitRevoke,
    HitRevokeReasonCode,
    HitRoleCode,
    HitSeizure,
    HitStateCode,
    HitStatus,
    HitStatusNotice,
    HitStepCode,
    Location,
    MessageTypeCode,
    PurposeCode,
)
from gateway.posting import Posting
from gateway.registry.errors import (
    HitPromiseError,
    HitUnknownError,
    IllegalStepError,
)
from gateway.registry.hitlife import (
    OPEN,
    REQUESTS_MOST,
    Clocks,
    HitActor,
    HitTransition,
    hit_steps,
    hit_transition,
)
from gateway.registry.hitrecords import settle_record
from gateway.registry.offices import Expected, expected, office_of
from gateway.store import HeldHit, HitEvent, Unit

C = TypeVar("C", bound=StrEnum)

CLOCK = "registry.hit"
"""The kind of the clock that runs for a hit: to its answer, or to the promised instant."""

HitMessage = (
    HitConfirmRequest | HitConfirmResponse | HitRevoke | HitSeizure | DispositionNotice | HitClose
)
_URGENT = "An officer waits for the answer, or acts on what is no longer right."
_RECALLS = frozenset({HitStepCode.REFUTE, HitStepCode.REVOKE})
_RUNNING = frozenset({HitStepCode.REQUEST, HitStepCode.REPEAT, HitStepCode.RESUME})
_ANSWER_STEPS = {
    HitAnswerCode.CONFIRMED: HitStepCode.CONFIRM,
    HitAnswerCode.CONFIRMED_BUT_NO_SEIZURE: HitStepCode.CONFIRM,
    HitAnswerCode.NOT_CONFIRMED: HitStepCode.DENY,
    HitAnswerCode.MORE_TIME: HitStepCode.DELAY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A step that a side or the clock wants to take, with all that it says."""

    step: HitStepCode
    urgency: ConfirmationUrgencyCode | None = None
    answer: HitAnswerCode | None = None
    promised: datetime | None = None
    false_reason: FalseHitReasonCode | None = None
    revoke_reason: HitRevokeReasonCode | None = None
    seized: datetime | None = None
    location: Location | None = None
    exhibit: str | None = None
    custody: str | None = None
    disposition: DispositionCode | None = None
    disposition_date: date | None = None
    remark: str | None = None
    contact: tuple[ContactPoint, ...] = ()


def act_of(message: HitMessage) -> Act:
    """The step that ``message`` asks for."""
    match message:
        case HitConfirmRequest():
            return Act(
                step=HitStepCode.REQUEST,
                urgency=message.confirmation_urgency_code,
                remark=message.remark_text,
                contact=message.contact_point,
            )
        case HitConfirmResponse():
            return Act(
                step=_ANSWER_STEPS[message.hit_answer_code],
                answer=message.hit_answer_code,
                promised=message.promised_timestamp,
                remark=message.remark_text,
                contact=message.contact_point,
            )
        case HitRevoke():
            return Act(
                step=HitStepCode.REFUTE,
                false_reason=message.false_hit_reason_code,
                remark=message.remark_text,
            )
        case HitSeizure():
            return Act(
                step=HitStepCode.SEIZE,
                seized=message.seizure_timestamp,
                location=message.location,
                exhibit=message.exhibit_reference,
                custody=message.custody_agency_id,
                remark=message.remark_text,
                contact=message.contact_point,
            )
        case DispositionNotice():
            return Act(
                step=HitStepCode.DISPOSE,
                disposition=message.disposition_code,
                disposition_date=message.disposition_date,
                remark=message.remark_text,
            )
        case HitClose():
            return Act(step=HitStepCode.CLOSE, remark=message.remark_text)


class HitLife:
    """The hits of one transaction, as they are led on."""

    def __init__(self, *, unit: Unit, frame: Frame, clocks: Clocks) -> None:
        self._unit = unit
        self._frame = frame
        self._clocks = clocks

    def message(self, hit_id: str, act: Act, *, sender: str) -> list[Posting]:
        """What ``sender`` asks for, done, and the word of it to both sides.

        Raises ``HitUnknownError`` to any other party, ``IllegalStepError`` where the hit stands
        elsewhere, and ``HitPromiseError``; nothing is changed then.
        """
        held = self._unit.hits.find(hit_id)
        actors = _actors(held, sender) if held is not None else ()
        if held is None or not actors:  # (10.2)
            raise HitUnknownError(
                "there is no such hit for this agency",
                place="HitId",
                value=hit_id,
                expected="a hit that this agency owns or found",
                remedy="`iarms hit list` names the hits of a node",
            )
        state = HitStateCode(held.state)
        for actor in actors:
            found = hit_transition(state, act.step, actor)
            if found is not None:
                self._check_promise(act)
                return self._lead(held, found, act, sender)
        if self._was_done(held, act, sender):  # (10.3)
            return [self._tell(held, act, sender, role, sender) for role in _roles(held, sender)]
        steps = {step for actor in actors for step in hit_steps(state, actor)}
        raise IllegalStepError(  # (10.1)
            f"a hit that is {state} does not take the step {act.step}",
            place="HitId",
            value=f"{hit_id}: {state}",
            expected=", ".join(sorted(steps)) or "none: the hit is at its end",
            remedy="look at how the hit stands: the other side may have acted meanwhile",
        )

    def clock(self, hit_id: str) -> list[Posting]:
        """The clock of the hit has run out."""
        held = self._unit.hits.find(hit_id)
        if held is None:
            return []
        state = HitStateCode(held.state)
        step = HitStepCode.LAPSE if held.number >= REQUESTS_MOST else HitStepCode.REPEAT  # (10.5)
        if state is HitStateCode.MORE_TIME:
            step = HitStepCode.RESUME  # (10.6)
        found = hit_transition(state, step, HitActor.REGISTRY)
        return [] if found is None else self._lead(held, found, Act(step=step), self._frame.party)

    def received(self, held: HeldHit) -> None:
        """Both sides have the notice; later than any other step this tells nothing new."""
        found = hit_transition(HitStateCode(held.state), HitStepCode.RECEIVE, HitActor.REGISTRY)
        if found is None:
            self._unit.hits.write(held)
            return
        self._change(held, found, Act(step=HitStepCode.RECEIVE), self._frame.party)

    def revoke(
        self, firearm_id: int, reason: HitRevokeReasonCode, *, only_open: bool
    ) -> list[Posting]:
        """The record is withdrawn: its hits are recalled, or only those that nobody answered."""
        postings: list[Posting] = []
        act = Act(step=HitStepCode.REVOKE, revoke_reason=reason)
        for held in self._unit.hits.of_record(firearm_id):
            state = HitStateCode(held.state)
            found = hit_transition(state, act.step, HitActor.REGISTRY)
            if found is not None and (state in OPEN or not only_open):
                postings += self._lead(held, found, act, self._frame.party)
        return postings

    # --- parts --------------------------------------------------------------------------------

    def _lead(self, held: HeldHit, found: HitTransition, act: Act, actor: str) -> list[Posting]:
        new = self._change(held, found, act, actor)
        settle_record(new, self._unit, self._frame)
        told = [
            self._tell(new, act, actor, role, party)
            for party in dict.fromkeys((new.owner_agency, new.finder_agency))
            for role in _roles(new, party)[:1]
        ]
        if _seized_before(new, act):  # (10.7)
            seizing = Act(step=HitStepCode.SEIZE)
            found = HitTransition(
                source=HitStateCode.CONFIRMED,
                step=HitStepCode.SEIZE,
                target=HitStateCode.SEIZED,
                actors=frozenset({HitActor.REGISTRY}),
            )
            told += self._lead(new, found, seizing, self._frame.party)
        return told

    def _change(self, held: HeldHit, found: HitTransition, act: Act, actor: str) -> HeldHit:
        now = self._frame.now
        new = replace(held, state=found.target.value, changed=now)
        new = self._timed(new, act)
        if act.step in {HitStepCode.CONFIRM, HitStepCode.DENY, HitStepCode.DELAY}:
            new = replace(new, answer=None if act.answer is None else act.answer.value)
        reason = act.false_reason or act.revoke_reason
        if reason is not None:
            new = replace(new, reason=reason.value)
        self._unit.hits.write(new)
        self._unit.hits.note(
            HitEvent(
                hit_id=held.hit_id,
                at=now,
                actor=actor,
                step=act.step.value,
                source=found.source.value,
                target=found.target.value,
                detail=_detail(new, act),
            )
        )
        return new

    def _timed(self, held: HeldHit, act: Act) -> HeldHit:
        """Sets or stops the clock of the hit for the step that was taken."""
        now, timers = self._frame.now, self._unit.timers
        if act.step in _RUNNING:
            urgency = act.urgency or ConfirmationUrgencyCode(held.urgency or "ROUTINE")
            number = held.number + (act.step is not HitStepCode.RESUME)
            due = self._expected(held, urgency, number).due  # (10.4)
            timers.set(CLOCK, held.hit_id, due=due, now=now)
            return replace(
                held,
                number=number,
                urgency=urgency.value,
                asked=held.asked or now,
                due=due,
                promised=None,
            )
        if act.step is HitStepCode.DELAY and act.promised is not None:
            timers.set(CLOCK, held.hit_id, due=act.promised, now=now)
            return replace(held, due=None, promised=act.promised)
        timers.stop(CLOCK, held.hit_id)
        held = replace(held, due=None, promised=None)
        if act.step in {HitStepCode.CONFIRM, HitStepCode.DENY}:
            return replace(held, answered=held.answered or now)
        return replace(held, lapsed=now) if act.step is HitStepCode.LAPSE else held

    def _expected(self, held: HeldHit, urgency: ConfirmationUrgencyCode, number: int) -> Expected:
        now = self._frame.now
        return expected(
            now,
            urgency=urgency,
            number=number,
            always=held.always,
            office=office_of(held.owner_agency, self._unit, now),
            clocks=self._clocks,
        )

    def _waited_for(self, held: HeldHit) -> Expected | None:
        """How the owner's office stands, while its answer is waited for."""
        if held.state != HitStateCode.CONFIRM_REQUESTED:
            return None
        urgency = ConfirmationUrgencyCode(held.urgency or "ROUTINE")
        return self._expected(held, urgency, held.number)

    def _check_promise(self, act: Act) -> None:
        if act.step is not HitStepCode.DELAY and act.promised is None:
            return
        latest = self._frame.now + self._clocks.more_time_longest
        given = act.promised
        in_time = given is not None and self._frame.now < given <= latest  # (10.8)
        if act.step is HitStepCode.DELAY and in_time:
            return
        raise HitPromiseError(
            "more time is asked for with the instant by which the answer comes, and only then",
            place="HitConfirmResponse/PromisedTimestamp",
            value=None if given is None else given.isoformat(),
            expected=f"with MORE_TIME an instant up to {latest.isoformat(timespec='minutes')}",
            remedy="promise an instant within that time, or answer",
        )

    def _was_done(self, held: HeldHit, act: Act, sender: str) -> bool:
        last = self._unit.hits.events(held.hit_id)[-1:]
        return bool(last) and last[0].step == act.step and last[0].actor == sender

    def _tell(self, held: HeldHit, act: Act, actor: str, role: HitRoleCode, party: str) -> Posting:
        urgent = held.urgency == ConfirmationUrgencyCode.URGENT or act.step in _RECALLS
        context = self._frame.context(
            MessageTypeCode.HIT_STATUS,
            purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST,
            conversation_id=held.conversation_id,
            urgency=_URGENT if urgent else None,
        )
        return Posting(
            to=party,
            payload=HitStatusNotice(
                context=context, hit_status=self._status(held, act, actor, role)
            ),
            lane=Lane.URGENT if urgent else Lane.ROUTINE,
            answers=party == actor,
        )

    def _status(self, held: HeldHit, act: Act, actor: str, role: HitRoleCode) -> HitStatus:
        owner = role is HitRoleCode.OWNER
        state = HitStateCode(held.state)
        sides = _actors(held, held.owner_agency if owner else held.finder_agency)
        open_steps = {step for side in sides for step in hit_steps(state, side)}
        office = self._waited_for(held)
        return HitStatus(
            hit_id=held.hit_id,
            hit_role_code=role,
            hit_state_code=state,
            hit_step_code=act.step,
            actor_agency_id=actor,
            step_timestamp=_milliseconds(self._frame.now),
            record_id=held.record_id,
            national_record_id=held.national_record_id if owner else None,
            owner_agency_id=held.owner_agency,
            finder_agency_id=held.finder_agency,
            grade_code=GradeCode(held.grade),
            addressee_code=(  # (10.4), (10.5)
                office.addressee if owner and office is not None else AddresseeCode.OFFICE
            ),
            expected_step_code=tuple(step for step in HitStepCode if step in open_steps),
            request_number=held.number or None,
            confirmation_urgency_code=_maybe(ConfirmationUrgencyCode, held.urgency),
            answer_due_timestamp=None if held.due is None else _milliseconds(held.due),
            promised_timestamp=None if held.promised is None else _milliseconds(held.promised),
            hit_answer_code=_maybe(HitAnswerCode, held.answer),
            false_hit_reason_code=act.false_reason,
            hit_revoke_reason_code=act.revoke_reason,
            seizure_timestamp=act.seized,
            seizure_location=act.location,
            exhibit_reference=act.exhibit,
            custody_agency_id=act.custody,
            disposition_code=act.disposition,
            disposition_date=act.disposition_date,
            remark_text=act.remark,
            contact_point=act.contact,
            office_state_code=None if office is None else office.state,
            office_opens_timestamp=(
                None if office is None or office.opens is None else _milliseconds(office.opens)
            ),
            duty_officer=None if office is None else office.duty,
        )


def _actors(held: HeldHit, party: str) -> tuple[HitActor, ...]:
    """The parts that ``party`` plays; both where an owner found its own weapon."""
    sides = ((HitActor.OWNER, held.owner_agency), (HitActor.FINDER, held.finder_agency))
    return tuple(actor for actor, agency in sides if agency == party)


def _roles(held: HeldHit, party: str) -> tuple[HitRoleCode, ...]:
    """The role under which ``party`` is told; as owner where it is both."""
    return (HitRoleCode.OWNER if party == held.owner_agency else HitRoleCode.FINDER,)


def _seized_before(held: HeldHit, act: Act) -> bool:
    # A seizure notice led to the hit: the finder holds the firearm already.
    return (
        act.answer is HitAnswerCode.CONFIRMED
        and held.state == HitStateCode.CONFIRMED
        and held.origin == HitOriginCode.SEIZURE
    )


def _detail(held: HeldHit, act: Act) -> str:
    said = {
        "number": held.number or None,
        "urgency": act.urgency,
        "answer": act.answer,
        "promised": act.promised,
        "due": held.due,
        "reason": act.false_reason or act.revoke_reason,
        "seized": act.seized,
        "exhibit": act.exhibit,
        "custody": act.custody,
        "disposition": act.disposition,
        "disposed": act.disposition_date,
        "remark": act.remark,
    }
    return msgspec.json.encode({k: v for k, v in said.items() if v is not None}).decode()


def _milliseconds(instant: datetime) -> datetime:
    return instant - timedelta(microseconds=instant.microsecond % 1000)


def _maybe(code: type[C], text: str | None) -> C | None:
    return None if text is None else code(text)
