"""The shapes of officers' orders in a trace case, and the message that each becomes.

It sends nothing and decides nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any

import msgspec

from gateway.envelope import peek_header
from gateway.ids import REGISTRY_PARTY
from gateway.payload import (
    AddressReasonCode,
    Context,
    CountryCode,
    Firearm,
    ForwardConsentCode,
    ImageViewCode,
    InquiryStatusCode,
    MissingItem,
    Payload,
    PriorSearch,
    RequestedInformationCode,
    RestrictionReasonCode,
    SearchResponse,
    SearchResultCode,
    SuppliedItem,
    TraceAck,
    TraceAckCode,
    TraceAct,
    TraceAnswer,
    TraceAttachment,
    TraceCancel,
    TraceCancelCode,
    TraceClarification,
    TraceClose,
    TraceComment,
    TraceCorrection,
    TraceDeadlineCode,
    TraceInfo,
    TraceInfoRequest,
    TraceLink,
    TraceOutcomeCode,
    TraceQuestion,
    TraceRejectionCode,
    TraceReminder,
    TraceReopen,
    TraceResponse,
    TraceStatus,
    decode,
)
from gateway.store import Outage, SealedCopy, Unit
from gateway.tracing import IncompleteOrderError, Running, TracePayload, digest_of

ATTACHMENT_MOST = 3 * 1024 * 1024
"""Octets of an attachment (docs/spec/tracing.md 6)."""

_PART = 65_536
_ACTOR_MOST = 64
_CLOCKS_APART = timedelta(minutes=5)
_ANSWER_TRAVELS = timedelta(days=1)


class _Order(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    trace_id: str


class Submission(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A request to send; the gateway draws its ids. ``continues`` names the case before it."""

    question: TraceQuestion
    to: str | None = None
    continues: str | None = None
    case_reference: str | None = None
    urgency: str | None = None
    search_message: str | None = None
    without_search: bool = False
    in_spite: bool = False


class Forwarding(_Order, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """To pass a request on to ``country``."""

    country: CountryCode
    to: str | None = None
    reason: AddressReasonCode | None = None
    text: str | None = None
    links: tuple[TraceLink, ...] = ()


class Accept(_Order, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """To work on it."""

    handler_reference: str | None = None
    expected: date | None = None
    text: str | None = None


class Reject(_Order, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Not to work on it."""

    reason: TraceRejectionCode
    text: str | None = None
    better_country: CountryCode | None = None


class Ask(_Order, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """To ask for what is missing."""

    missing: tuple[MissingItem, ...]
    by: date | None = None


class Inform(_Order, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """To supply it."""

    supplied: tuple[SuppliedItem, ...]
    firearm: Firearm | None = None
    consent: ForwardConsentCode | None = None


class Answering(_Order, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """To answer."""

    answer: TraceAnswer


class Said(_Order, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A text: a comment, a question for clarification, the reason to take a case up again."""

    text: str


class Status(_Order, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """How far it is."""

    status: InquiryStatusCode
    expected: date | None = None
    text: str | None = None


class Remind(_Order, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """To remind of the term that runs."""

    text: str | None = None


class Cancel(_Order, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """To take it back."""

    reason: TraceCancelCode
    text: str | None = None


class Correct(_Order, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """To correct a request or an answer."""

    text: str
    firearm: Firearm | None = None
    circumstances: str | None = None
    answer: TraceAnswer | None = None


class Close(_Order, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """To end it."""

    outcome: TraceOutcomeCode
    text: str | None = None


class Attach(_Order, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """To add a file; ``content`` is base64."""

    name: str
    media_type: str
    content: bytes
    view: ImageViewCode | None = None
    text: str | None = None


class Releasing(_Order, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """To release the answer of a register; ``withhold`` keeps items back, each with its reason."""

    withhold: dict[RequestedInformationCode, RestrictionReasonCode] = {}


class OutOfService(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """To announce an outage of the own office, or to ``end`` the one of this number."""

    starts: datetime | None = None
    ends: datetime | None = None
    will_forward: bool = True
    reason: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    end: int | None = None


def outage_of(wish: OutOfService, actor: str, now: datetime) -> Outage:
    """The outage that is announced; ``IncompleteOrderError`` where its times cannot be."""
    starts = wish.starts or now
    aware = starts.tzinfo is not None and wish.ends is not None and wish.ends.tzinfo is not None
    if not aware or wish.ends is None or wish.ends <= max(starts, now):
        raise IncompleteOrderError(
            "an outage ends after it begins, and not in the past",
            place="ends",
            value=str(wish.ends),
            expected="two instants with their offset from UTC",
            remedy="give --until, such as 2026-12-24T18:00+01:00",
        )
    return Outage(
        id=None,
        starts=starts,
        ends=wish.ends,
        will_forward=wish.will_forward,
        reason=wish.reason,
        announced=now,
        announced_by=actor[:_ACTOR_MOST],
    )


def _remind(wish: Remind, context: Context, place: TraceAct, run: Running | None) -> TracePayload:
    if run is None:
        raise IncompleteOrderError(
            "nothing is owed now", value=wish.trace_id, expected="a case whose clock runs"
        )
    return TraceReminder(
        context=context,
        trace_act=place,
        trace_deadline_code=TraceDeadlineCode(run.deadline),
        due_timestamp=run.due.replace(microsecond=run.due.microsecond // 1000 * 1000),
        reminder_number=1,
        escalated_indicator=False,
        reminder_text=wish.text,
    )


def _attach(wish: Attach, context: Context, place: TraceAct, run: Running | None) -> TracePayload:  # noqa: ARG001 - a builder's shape
    if len(wish.content) > ATTACHMENT_MOST:
        raise IncompleteOrderError(
            "the attachment is too large",
            place="content",
            value=f"{len(wish.content)} octets",
            expected=f"at most {ATTACHMENT_MOST} octets (3 MiB)",
            remedy="make the image smaller, or attach the document in parts",
        )
    text = base64.b64encode(wish.content).decode()
    return TraceAttachment(
        context=context,
        trace_act=place,
        file_name=wish.name,
        media_type=wish.media_type,
        size_quantity=len(wish.content),
        content_digest=base64.b64encode(hashlib.sha256(wish.content).digest()).decode(),
        view_code=wish.view,
        description_text=wish.text,
        content_part=tuple(text[at : at + _PART] for at in range(0, len(text), _PART)),
    )


Make = Callable[[Any, Context, TraceAct, Running | None], TracePayload]


def _plain(message: Callable[..., TracePayload], **fields: str) -> Make:
    """Builds ``message``; each field is the order's of that name, or a constant from its class."""

    def make(wish: Any, context: Context, place: TraceAct, run: Running | None) -> TracePayload:  # noqa: ARG001 - a builder's shape
        values = {name: getattr(wish, source) for name, source in fields.items()}
        return message(context=context, trace_act=place, **values)

    return make


def _ack(wish: Accept, context: Context, place: TraceAct, run: Running | None) -> TracePayload:  # noqa: ARG001 - a builder's shape
    return TraceAck(
        context=context,
        trace_act=place,
        trace_ack_code=TraceAckCode.ACCEPTED,
        explanation_text=wish.text,
        handler_reference=wish.handler_reference,
        expected_answer_date=wish.expected,
    )


def _reject(wish: Reject, context: Context, place: TraceAct, run: Running | None) -> TracePayload:  # noqa: ARG001 - a builder's shape
    return TraceAck(
        context=context,
        trace_act=place,
        trace_ack_code=TraceAckCode.REJECTED,
        trace_rejection_code=wish.reason,
        explanation_text=wish.text,
        better_country=wish.better_country,
    )


BUILDERS: Mapping[str, tuple[Any, str, Make]] = MappingProxyType(
    {
        "ack": (Accept, "TRACE_ACK", _ack),
        "reject": (Reject, "TRACE_ACK", _reject),
        "ask": (
            Ask,
            "TRACE_INFO_REQUEST",
            _plain(TraceInfoRequest, missing_item="missing", respond_by_date="by"),
        ),
        "inform": (
            Inform,
            "TRACE_INFO",
            _plain(
                TraceInfo,
                supplied_item="supplied",
                firearm="firearm",
                forward_consent_code="consent",
            ),
        ),
        "answer": (Answering, "TRACE_RESPONSE", _plain(TraceResponse, trace_answer="answer")),
        "comment": (Said, "TRACE_COMMENT", _plain(TraceComment, comment_text="text")),
        "clarify": (Said, "TRACE_CLARIFICATION", _plain(TraceClarification, question_text="text")),
        "reopen": (Said, "TRACE_REOPEN", _plain(TraceReopen, reason_text="text")),
        "status": (
            Status,
            "TRACE_STATUS",
            _plain(
                TraceStatus,
                inquiry_status_code="status",
                expected_answer_date="expected",
                status_text="text",
            ),
        ),
        "remind": (Remind, "TRACE_REMINDER", _remind),
        "cancel": (
            Cancel,
            "TRACE_CANCEL",
            _plain(TraceCancel, trace_cancel_code="reason", explanation_text="text"),
        ),
        "correct": (
            Correct,
            "TRACE_CORRECTION",
            _plain(
                TraceCorrection,
                correction_text="text",
                firearm="firearm",
                circumstance_text="circumstances",
                trace_answer="answer",
            ),
        ),
        "close": (
            Close,
            "TRACE_CLOSE",
            _plain(TraceClose, trace_outcome_code="outcome", close_text="text"),
        ),
        "attach": (Attach, "TRACE_ATTACHMENT", _attach),
    }
)


def decoded(body: bytes, shape: Any) -> Any:
    """The order in ``body``; ``IncompleteOrderError`` where it is not of this shape."""
    try:
        return msgspec.json.decode(body, type=shape, strict=False)
    except msgspec.ValidationError as error:
        text, _, place = str(error).partition(" - at ")
        codes = _codes_at(place.strip("`"), shape) if text.startswith("Invalid enum") else None
        what = "every element and code" if codes is None else "each"
        raise IncompleteOrderError(
            text,
            place=place.strip("`") or None,
            expected=", ".join(codes or ()) or "the order in the words of the standard",
            remedy=f"`iarms schema explain {'' if codes is None else codes.__name__}".rstrip()
            + f"` explains {what}",
        ) from error


def _codes_at(place: str, shape: Any) -> type[StrEnum] | None:
    """The list of codes that stands at ``place`` (``$.answer.item_status[...]``) of ``shape``."""
    found: Any = msgspec.inspect.type_info(shape)
    for name in (part.partition("[")[0] for part in place.split(".")[1:]):
        fields = {field.name: field.type for field in getattr(found, "fields", ())}
        found = _one_of(fields.get(name))
    codes = getattr(found, "cls", None)
    return codes if isinstance(codes, type) and issubclass(codes, StrEnum) else None


def _one_of(kind: Any) -> Any:
    """The type of what a list holds, and of what may be left out; else ``kind`` itself."""
    if isinstance(kind, msgspec.inspect.UnionType):
        given = (one for one in kind.types if not isinstance(one, msgspec.inspect.NoneType))
        return _one_of(next(given))
    inner = getattr(kind, "item_type", None)
    return kind if inner is None else _one_of(inner)


def prior_search(message_id: str, unit: Unit, *, in_spite: bool) -> PriorSearch:
    """The search that this node sent as ``message_id``, with the registry's signed answer.

    Raises ``IncompleteOrderError`` where it was not answered, and where it found something: a hit
    is led through the registry, unless the officer asks the other country in spite of it.
    """
    answer = _answer_to(message_id, unit)
    if not isinstance(answer, SearchResponse):
        raise IncompleteOrderError(
            "this node has no answered search of this message id",
            place="search_message",
            value=message_id,
            expected="the message id of a search that the registry answered",
            remedy="`iarms node items` and `iarms search list` show it beside each search",
        )
    result = answer.search_result
    if result.result_code is not SearchResultCode.NO_HIT and not in_spite:
        raise IncompleteOrderError(
            f"the search did not find nothing: {result.result_code}",
            place="search_message",
            value=message_id,
            expected=SearchResultCode.NO_HIT,
            remedy="lead the hit or describe the firearm better; or send it in spite (--in-spite)",
        )
    envelope = _envelope_of(message_id, result.registry_timestamp, unit)
    return PriorSearch(
        search_id=result.search_id,
        search_timestamp=result.registry_timestamp,
        search_result_code=result.result_code,
        message_id=None if envelope is None else envelope.message_id,
        message_digest=None if envelope is None else digest_of(envelope.octets),
    )


def _answer_to(message_id: str, unit: Unit) -> Payload | None:
    order = unit.orders.of_message(message_id)
    if order is not None and order.answer is not None:
        return decode(order.answer)
    answers = (item.answer for item in unit.intake.items_of_message(message_id))
    return next((decode(answer) for answer in answers if answer is not None), None)


def _envelope_of(message_id: str, answered: datetime, unit: Unit) -> SealedCopy | None:
    """The registry's envelope that answered ``message_id``, as long as it is kept."""
    since, until = answered - _CLOCKS_APART, answered + _ANSWER_TRAVELS
    for one in unit.evidence.came(REGISTRY_PARTY, since, until):
        header = peek_header(one.octets)  # proven when it came
        if header is not None and header.in_reply_to == message_id:
            return one
    return None
