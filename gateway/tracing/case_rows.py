"""The rows that a case is kept in: made of what a message says, and read back as acts.

It applies nothing and queries nothing; see ``case_keeping``.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from gateway.frame import Frame
from gateway.payload import (
    Context,
    Firearm,
    MarkingKindCode,
    Payload,
    TraceDeadlineCode,
    TraceQuestion,
    TraceRequest,
    TraceTerms,
    decode,
    encode,
    message_type,
)
from gateway.posting import Sealed
from gateway.store import TraceActRow, TraceCase, Unit
from gateway.tracing.deeds import TracePayload, act_of, consent_of, deed_of
from gateway.tracing.machine import Act, Deed, Side, State
from gateway.tracing.office_calendar import calendar_of

TAKEN, HELD, REFUSED = "TAKEN", "HELD", "REFUSED"
_TEXT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """An act of the other side as it came: who sent it, and what proves that."""

    sender: str
    message_id: str
    octets: bytes
    wrapper: bytes


def opened_case(
    question: TraceQuestion, request: TraceRequest, side: Side, peer: str, frame: Frame
) -> TraceCase:
    """The case that ``request`` opens, before any act was applied."""
    nature = question.trace_illicit_nature
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
        **firearm_columns(question.firearm),
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


def firearm_columns(firearm: Firearm) -> dict[str, Any]:
    """What of a firearm the work list shows and is searched by."""
    serial = next(
        (m.text_as_marked for m in firearm.marking if m.kind_code is MarkingKindCode.SERIAL), ""
    )
    return {
        "firearm_type": firearm.firearm_type_code,
        "make": firearm.make_identified.make_text[:_TEXT],
        "model": (firearm.model_identified or "")[:_TEXT],
        "calibre": firearm.calibre[0].calibre_text[:_TEXT],
        "serial": (serial or "")[:_TEXT],
        "serial_status": firearm.serial_status_code,
        "manufacture_country": firearm.country_of_manufacture,
    }


def act_row(
    payload: TracePayload, trace_id: str, side: Side, sender: str, frame: Frame
) -> TraceActRow:
    """The row of an act of ``side``, without what it was sealed to."""
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
        earlier_digests=None,
        standing=TAKEN,
        void=False,
        content=encode(payload),
        envelope=None,
        wrapper=None,
    )


def as_arrived(row: TraceActRow, arrived: Arrived, standing: str) -> TraceActRow:
    """``row`` with what proves it."""
    return replace(
        row,
        message_id=arrived.message_id,
        digest=digest_of(arrived.octets),
        envelope=arrived.octets,
        wrapper=arrived.wrapper,
        standing=standing,
    )


def keeper(act_id: int, unit: Unit) -> Callable[[Sealed], None]:
    """Writes down what an act of ours was sealed to, once it is."""

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


def acts_of(rows: Sequence[TraceActRow]) -> list[Act]:
    """The acts of ``rows`` that are not kept ahead of a missing one."""
    return [act_of_row(row) for row in rows if row.standing != HELD]


def act_of_row(row: TraceActRow) -> Act:
    """The act as the state machine takes it."""
    act = Act(
        side=Side(row.side),
        number=row.number,
        seen=row.seen,
        deed=Deed(row.deed),
        at=row.at,
        consent=row.consent,
    )
    if not any(mark in row.content for mark in _TELLS[act.side].get(act.deed, ())):
        return act
    said: Any = decode(row.content)
    calendar = getattr(said, "office_calendar", None)
    terms = getattr(said, "trace_terms", None)
    return replace(
        act,
        opens=getattr(said, "office_opens_timestamp", None),
        calendar=None if calendar is None else calendar_of(calendar),
        deadline=getattr(said, "trace_deadline_code", None),
        terms=None if terms is None else _spans(terms),
    )


def reminded(
    rows: Sequence[TraceActRow], deadline: TraceDeadlineCode, since: datetime | None
) -> int:
    """How often the requester reminded of this term, ``since`` it was asked anew."""
    reminders = (r for r in rows if r.deed == Deed.REMIND and (since is None or r.at >= since))
    said = (decode(row.content) for row in reminders)
    return sum(1 for one in said if getattr(one, "trace_deadline_code", None) is deadline)


def _spans(terms: TraceTerms) -> tuple[timedelta, timedelta]:
    return (
        timedelta(seconds=terms.acknowledge_seconds_quantity),
        timedelta(seconds=terms.answer_seconds_quantity),
    )


# What of an act counts beside its deed: it is decoded only where its octets hold one of these.
_TELLS: Mapping[Side, Mapping[Deed, tuple[bytes, ...]]] = MappingProxyType(
    {
        Side.REQUESTER: {
            Deed.REQUEST: (b"<TraceTerms>",),
            Deed.STATE_NO_ANSWER: (b"<TraceDeadlineCode>",),
        },
        Side.RESPONDER: {
            Deed.RECEIVED: (b"<OfficeCalendar>", b"<OfficeOpensTimestamp>"),
            Deed.COMMENT: (b"<OfficeCalendar>",),
        },
    }
)


def conversation_of(rows: Sequence[TraceActRow]) -> str | None:
    """The conversation of the case's first message."""
    if not rows:
        return None
    first: Payload = decode(rows[0].content)
    context = getattr(first, "context", None)
    return context.conversation_id if isinstance(context, Context) else None


def id_of(row: TraceActRow) -> int:
    """Its number in the store; ValueError where it is not kept yet."""
    if row.id is None:
        raise ValueError("the act is not kept yet")
    return row.id
