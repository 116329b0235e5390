"""The states of a trace request and who may do what in which: one table for both sides.

It is pure: acts come in with their numbers and instants, and the same acts give the same standing
on both sides. The clauses are those of docs/spec/tracing.md, section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from gateway.office_hours import Piece
from gateway.payload import TraceDeadlineCode
from gateway.tracing.errors import IllegalTransitionError
from gateway.tracing.office_calendar import Calendar


class Side(StrEnum):
    """Which of the two parties of a case."""

    REQUESTER = "REQUESTER"
    RESPONDER = "RESPONDER"

    @property
    def other(self) -> Side:
        """The other party."""
        return Side.RESPONDER if self is Side.REQUESTER else Side.REQUESTER


class State(StrEnum):
    """Where a case stands."""

    NEW = "NEW"  # before the request; no case is ever kept in it
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    REJECTED = "REJECTED"
    IN_PROGRESS = "IN_PROGRESS"
    INFO_REQUESTED = "INFO_REQUESTED"
    PARTIALLY_ANSWERED = "PARTIALLY_ANSWERED"
    FORWARDED = "FORWARDED"
    ANSWERED = "ANSWERED"
    RESTRICTED = "RESTRICTED"
    CLARIFICATION = "CLARIFICATION"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


class Deed(StrEnum):
    """What an act does; a message type, or one of several things that a type can do."""

    REQUEST = "REQUEST"
    RECEIVED = "RECEIVED"
    ACCEPT = "ACCEPT"
    REJECT = "REJECT"
    ASK = "ASK"
    INFORM = "INFORM"
    ANSWER_INTERIM = "ANSWER_INTERIM"
    ANSWER_FINAL = "ANSWER_FINAL"
    ANSWER_RESTRICTED = "ANSWER_RESTRICTED"
    FORWARD = "FORWARD"
    CLARIFY = "CLARIFY"
    COMMENT = "COMMENT"
    STATUS = "STATUS"
    REMIND = "REMIND"
    STATE_NO_ANSWER = "STATE_NO_ANSWER"
    CANCEL = "CANCEL"
    CORRECT = "CORRECT"
    CORRECT_ANSWER = "CORRECT_ANSWER"
    CLOSE = "CLOSE"
    REOPEN = "REOPEN"
    ATTACH = "ATTACH"
    NOTHING = "NOTHING"  # an act that was refused: it keeps its number and does nothing


class Guard(StrEnum):
    """What must hold beside the state."""

    CONSENT = "CONSENT"  # the requester allows that the request is passed on
    NO_ANSWER = "NO_ANSWER"  # the requester has stated so of the term that runs in this state
    WITHIN_A_YEAR = "WITHIN_A_YEAR"  # of the closing


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table; ``to`` None leaves the state as it is."""

    deed: Deed
    by: Side
    states: tuple[State, ...]
    to: State | None
    guard: Guard | None = None


_WORKING = (State.ACKNOWLEDGED, State.IN_PROGRESS, State.PARTIALLY_ANSWERED)
_BEFORE_ANSWER = (
    State.SENT,
    State.DELIVERED,
    *_WORKING,
    State.INFO_REQUESTED,
    State.FORWARDED,
)
_ANSWERED = (State.ANSWERED, State.RESTRICTED)
_ALIVE = (*_BEFORE_ANSWER, *_ANSWERED, State.REJECTED, State.CLARIFICATION)
_WAITING = (State.SENT, State.DELIVERED, *_WORKING, State.FORWARDED, State.CLARIFICATION)
_AFTER_SENT = tuple(state for state in _ALIVE if state is not State.SENT)
_EVER = (*_ALIVE, State.CLOSED, State.CANCELLED)
_REQ, _RES = Side.REQUESTER, Side.RESPONDER

TABLE: tuple[Row, ...] = (
    Row(deed=Deed.REQUEST, by=_REQ, states=(State.NEW,), to=State.SENT),
    Row(deed=Deed.RECEIVED, by=_RES, states=(State.SENT,), to=State.DELIVERED),
    Row(deed=Deed.RECEIVED, by=_RES, states=_EVER, to=None),
    Row(deed=Deed.RECEIVED, by=_REQ, states=_EVER, to=None),
    Row(deed=Deed.ACCEPT, by=_RES, states=(State.DELIVERED,), to=State.ACKNOWLEDGED),
    Row(deed=Deed.REJECT, by=_RES, states=(State.DELIVERED,), to=State.REJECTED),
    Row(deed=Deed.STATUS, by=_RES, states=(State.ACKNOWLEDGED,), to=State.IN_PROGRESS),
    Row(
        deed=Deed.STATUS,
        by=_RES,
        states=(State.IN_PROGRESS, State.PARTIALLY_ANSWERED, State.FORWARDED),
        to=None,
    ),
    Row(deed=Deed.ASK, by=_RES, states=_WORKING, to=State.INFO_REQUESTED),
    Row(deed=Deed.INFORM, by=_REQ, states=(State.INFO_REQUESTED,), to=State.IN_PROGRESS),
    Row(deed=Deed.ANSWER_INTERIM, by=_RES, states=_WORKING, to=State.PARTIALLY_ANSWERED),
    Row(deed=Deed.ANSWER_INTERIM, by=_RES, states=(State.CLARIFICATION,), to=None),
    Row(deed=Deed.FORWARD, by=_RES, states=_WORKING, to=State.FORWARDED, guard=Guard.CONSENT),
    Row(
        deed=Deed.ANSWER_FINAL,
        by=_RES,
        states=(*_WORKING, State.INFO_REQUESTED, State.FORWARDED, State.CLARIFICATION),
        to=State.ANSWERED,
    ),
    Row(
        deed=Deed.ANSWER_RESTRICTED,
        by=_RES,
        states=(
            State.DELIVERED,
            *_WORKING,
            State.INFO_REQUESTED,
            State.FORWARDED,
            State.CLARIFICATION,
        ),
        to=State.RESTRICTED,
    ),
    Row(deed=Deed.CLARIFY, by=_REQ, states=_ANSWERED, to=State.CLARIFICATION),
    Row(deed=Deed.CORRECT, by=_REQ, states=_AFTER_SENT, to=None),
    Row(deed=Deed.CORRECT_ANSWER, by=_RES, states=_ANSWERED, to=State.ANSWERED),
    Row(
        deed=Deed.CLOSE,
        by=_REQ,
        states=(*_ANSWERED, State.REJECTED, State.FORWARDED),
        to=State.CLOSED,
    ),
    Row(deed=Deed.CLOSE, by=_REQ, states=_WAITING, to=State.CLOSED, guard=Guard.NO_ANSWER),
    Row(deed=Deed.CANCEL, by=_REQ, states=_BEFORE_ANSWER, to=State.CANCELLED),
    Row(
        deed=Deed.REOPEN,
        by=_REQ,
        states=(State.CLOSED,),
        to=State.IN_PROGRESS,
        guard=Guard.WITHIN_A_YEAR,
    ),
    Row(
        deed=Deed.REOPEN,
        by=_RES,
        states=(State.CLOSED,),
        to=State.IN_PROGRESS,
        guard=Guard.WITHIN_A_YEAR,
    ),
    Row(deed=Deed.REMIND, by=_REQ, states=_WAITING, to=None),
    Row(deed=Deed.STATE_NO_ANSWER, by=_REQ, states=_WAITING, to=None),
    Row(deed=Deed.COMMENT, by=_REQ, states=_EVER, to=None),
    Row(deed=Deed.COMMENT, by=_RES, states=_EVER, to=None),
    Row(deed=Deed.ATTACH, by=_REQ, states=_ALIVE, to=None),
    Row(deed=Deed.ATTACH, by=_RES, states=_ALIVE, to=None),
)
REOPEN_WITHIN = timedelta(days=365)
_TERMS_BEFORE_WORK: Mapping[State, str] = MappingProxyType(
    {
        State.SENT: TraceDeadlineCode.RECEIPT,
        State.DELIVERED: TraceDeadlineCode.ACKNOWLEDGEMENT,
    }
)
_STOPPED = (State.INFO_REQUESTED,)
_ENDED = (State.CLOSED, State.CANCELLED)
_SUBSTANTIVE = (
    Deed.ANSWER_INTERIM,
    Deed.ANSWER_FINAL,
    Deed.ANSWER_RESTRICTED,
    Deed.FORWARD,
    Deed.REJECT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act of one side; ``seen`` counts the other side's acts that it had taken in.

    ``consent`` is what the requester said about passing the request on, where the act says it;
    ``opens`` is when the responder's office opens, where its receipt of the request says that,
    and ``calendar`` when it is at work; ``deadline`` is the term that a statement of no answer
    is about. ``terms`` are those that the request asks for: until
    acknowledgement, in time of working days, and until the first answer.
    """

    side: Side
    number: int
    seen: int
    deed: Deed
    at: datetime
    consent: bool | None = None
    opens: datetime | None = None
    calendar: Calendar | None = None
    deadline: str | None = None
    terms: tuple[timedelta, timedelta] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a case stands after its acts; ``void`` are acts that crossed with others."""

    state: State = State.NEW
    consent: bool = False
    no_answer: bool = False
    given_up: frozenset[str] = frozenset()  # terms of which that was stated
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    opens_at: datetime | None = None  # of the responder's office, closed when it was delivered
    acknowledged_at: datetime | None = None
    first_answer_at: datetime | None = None
    asked_anew_at: datetime | None = None  # clarification sought, or opened again; not answered
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    stopped_at: datetime | None = None  # the clock stands since
    stops: tuple[Piece, ...] = ()  # and stood before
    terms: tuple[timedelta, timedelta] | None = None
    calendars: tuple[tuple[datetime, Calendar], ...] = ()  # the responder's, and since when
    latest: datetime | None = None  # of the instants of all acts that count
    reminders: int = 0
    void: tuple[Act, ...] = ()

    @property
    def stopped_for(self) -> timedelta:
        """For how long the clock stood before."""
        return sum((ends - begins for begins, ends in self.stops), timedelta(0))

    @property
    def ended(self) -> bool:
        """Whether the case is over."""
        return self.state in _ENDED


def next_state(standing: Standing, act: Act) -> State | None:
    """The state after ``act``, or None where the table does not allow it."""
    for row in TABLE:
        here = row.deed is act.deed and row.by is act.side and standing.state in row.states
        if here and (row.guard is None or _holds(row.guard, standing, act)):
            return row.to or standing.state
    return None


def _holds(guard: Guard, standing: Standing, act: Act) -> bool:
    match guard:
        case Guard.CONSENT:
            return standing.consent
        case Guard.NO_ANSWER:
            return _term_in(standing.state) in standing.given_up
        case Guard.WITHIN_A_YEAR:
            return standing.ended_at is not None and act.at - standing.ended_at <= REOPEN_WITHIN


def _term_in(state: State) -> str:
    return _TERMS_BEFORE_WORK.get(state, TraceDeadlineCode.ANSWER)


def ordered(acts: Iterable[Act]) -> list[Act]:
    """All acts in the one order that both sides put them in.

    Each act comes after those that its side had seen; of two that crossed, the responder's comes
    first: what was answered before a cancellation was known stays answered.
    """
    sides = {side: [] for side in Side}  # type: dict[Side, list[Act]]
    for act in acts:
        sides[act.side].append(act)
    asks = sorted(sides[Side.REQUESTER], key=lambda act: act.number)
    says = sorted(sides[Side.RESPONDER], key=lambda act: act.number)
    done: list[Act] = []
    i = j = 0
    while i < len(asks) or j < len(says):
        if j < len(says) and says[j].seen <= i:
            done.append(says[j])
            j += 1
        elif i < len(asks) and asks[i].seen <= j:
            done.append(asks[i])
            i += 1
        else:
            raise ValueError("an act has seen what is not among the acts")
    return done


def standing_of(acts: Iterable[Act]) -> Standing:
    """Where the case stands after ``acts``; those that the table forbids have no effect."""
    standing = Standing()
    for act in ordered(acts):
        standing = _after(standing, act)
    return standing


def judge(acts: Sequence[Act], act: Act) -> Standing:
    """The standing after ``act`` as its own side saw the case when it acted.

    Raises ``IllegalTransitionError`` when its side could not do that then.
    """
    view = [
        one
        for one in acts
        if (one.number < act.number if one.side is act.side else one.number <= act.seen)
    ]
    standing = standing_of(view)
    if next_state(standing, act) is None:
        raise IllegalTransitionError(
            f"the {act.side.lower()} may not do {act.deed} when the case is {standing.state}",
            place="TraceAct",
            value=f"{act.deed} in {standing.state}",
            expected=", ".join(allowed(standing, act.side, act.at)) or "nothing any more",
            remedy="look at the case: nothing was changed",
        )
    return _after(standing, act)


def allowed(standing: Standing, side: Side, now: datetime) -> list[Deed]:
    """What ``side`` may do now."""
    probe = Act(side=side, number=0, seen=0, deed=Deed.NOTHING, at=now)
    return [deed for deed in Deed if next_state(standing, replace(probe, deed=deed)) is not None]


def _after(before: Standing, act: Act) -> Standing:
    state = next_state(before, act)
    if state is None:
        return replace(before, void=(*before.void, act))
    standing = replace(before, state=state)
    latest = act.at if before.latest is None else max(before.latest, act.at)
    standing = replace(standing, latest=latest)
    if act.consent is not None:
        standing = replace(standing, consent=act.consent)
    if act.terms is not None:
        standing = replace(standing, terms=act.terms)
    if act.calendar is not None:
        # (4.6) what had passed when it was said stays counted as it was
        standing = replace(standing, calendars=(*standing.calendars, (latest, act.calendar)))
    return _clocks(before, standing, act)


def _clocks(before: Standing, standing: Standing, act: Act) -> Standing:
    state, at = standing.state, act.at
    standing = _noted(standing, act)
    if state is State.DELIVERED and before.state is State.SENT:
        standing = replace(standing, delivered_at=at, opens_at=act.opens)
    if act.deed in _SUBSTANTIVE:
        standing = replace(
            standing, first_answer_at=before.first_answer_at or at, asked_anew_at=None
        )
    if state in _ANSWERED and before.state not in _ANSWERED:
        standing = replace(standing, answered_at=at)
    if standing.ended and not before.ended:
        standing = replace(standing, ended_at=at)
    if state in _STOPPED and before.stopped_at is None:
        return replace(standing, stopped_at=at)
    if state not in _STOPPED and before.stopped_at is not None:
        standing = replace(standing, stopped_at=None)
        if at > before.stopped_at:
            standing = replace(standing, stops=(*before.stops, (before.stopped_at, at)))
    return standing


def _noted(standing: Standing, act: Act) -> Standing:
    match act.deed:
        case Deed.REQUEST:
            return replace(standing, sent_at=act.at)
        case Deed.ACCEPT | Deed.REJECT:
            return replace(standing, acknowledged_at=act.at)
        case Deed.REMIND:
            return replace(standing, reminders=standing.reminders + 1)
        case Deed.STATE_NO_ANSWER:
            term = act.deadline or _term_in(standing.state)
            return replace(standing, no_answer=True, given_up=standing.given_up | {term})
        case Deed.REOPEN | Deed.CLARIFY:
            return _asked_anew(standing, act)
        case _:
            return standing


def _asked_anew(standing: Standing, act: Act) -> Standing:
    standing = replace(standing, given_up=frozenset(), asked_anew_at=act.at)
    if act.deed is Deed.CLARIFY:
        return standing
    return replace(standing, no_answer=False, ended_at=None, answered_at=None)


def diagram() -> str:
    """The table as a Mermaid state diagram; acts that leave the state are listed below it."""
    arrows = sorted(
        {
            f"    {_name(state)} --> {_name(row.to)}: {row.by.lower()} {row.deed}"
            + (f" [{row.guard}]" if row.guard else "")
            for row in TABLE
            if row.to is not None
            for state in row.states
        }
    )
    return "\n".join(["stateDiagram-v2", *arrows, f"    {State.CANCELLED} --> [*]"]) + "\n"


def _name(state: State) -> str:
    return "[*]" if state is State.NEW else state.value
