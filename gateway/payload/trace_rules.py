"""The rules of trace messages that XML Schema cannot hold (docs/spec/payload.md, clause 7).

It knows no state of a case: whether an act may be done now is the matter of ``gateway.tracing``.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence

from gateway.payload.errors import SchemaIssue
from gateway.payload.generated_types import (
    ItemStatus,
    ItemStatusCode,
    Payload,
    RestrictionReasonCode,
    TraceAck,
    TraceAckCode,
    TraceAnswer,
    TraceAttachment,
    TraceCorrection,
    TraceIntroduction,
    TracePriorityCode,
    TraceRejectionCode,
    TraceRequest,
    TraceResponse,
)

ATTACHMENT_MOST_OCTETS = 3 * 1024 * 1024
"""Its base64 with the context and the envelope's own base64 stays under 8 MiB."""

_PART = 65_536
_RESTRICTED = (ItemStatusCode.WITHHELD, ItemStatusCode.DELAYED, ItemStatusCode.REFUSED)


def broken_trace_rules(payload: Payload) -> Iterator[SchemaIssue]:
    """Every rule of a trace message that ``payload`` breaks; nothing for other messages."""
    name = type(payload).__name__
    act = getattr(payload, "trace_act", None)
    # (7.3) what was seen is named by its digest
    if act is not None and (act.seen_digest is None) != (act.seen_act_number == 0):
        yield _issue(
            f"{name}/TraceAct/SeenDigest",
            act.seen_digest or "",
            "a digest where SeenActNumber is above 0, and only there",
        )
    match payload:
        case TraceRequest():
            yield from _request(payload)
        case TraceAck():
            yield from _ack(payload)
        case TraceResponse():
            yield from _answer(f"{name}/TraceAnswer", payload.trace_answer)
        case TraceCorrection(trace_answer=TraceAnswer() as answer):
            yield from _answer(f"{name}/TraceAnswer", answer)
        case TraceAttachment():
            yield from _attachment(payload)
        case TraceIntroduction():
            yield from _sequence(f"{name}/TraceLink", payload.trace_link)
        case _:
            return


def content_of(attachment: TraceAttachment) -> bytes:
    """The octets of an attachment; ValueError where its parts are no base64."""
    return base64.b64decode("".join(attachment.content_part), validate=True)


def _request(request: TraceRequest) -> Iterator[SchemaIssue]:
    question = request.trace_question
    # (7.4) nothing is asked twice
    path = "TraceRequest/TraceQuestion/RequestedInformationCode"
    yield from _distinct(path, question.requested_information_code)
    # (7.5) urgency is justified
    urgent = question.trace_priority_code is TracePriorityCode.URGENT
    if urgent and request.context.urgency_justification_text is None:
        yield _issue(
            "TraceRequest/Context/UrgencyJustificationText", "", "why the request is urgent"
        )


def _ack(ack: TraceAck) -> Iterator[SchemaIssue]:
    # (7.6) a rejection says why, and only a rejection
    rejected = ack.trace_ack_code is TraceAckCode.REJECTED
    if rejected != (ack.trace_rejection_code is not None):
        yield _issue(
            "TraceAck/TraceRejectionCode",
            ack.trace_rejection_code or "",
            "a reason with REJECTED, and none with ACCEPTED",
        )
    if ack.trace_rejection_code is TraceRejectionCode.OTHER and ack.explanation_text is None:
        yield _issue("TraceAck/ExplanationText", "", "the other reason in words")


def _answer(path: str, answer: TraceAnswer) -> Iterator[SchemaIssue]:
    yield from _distinct(
        f"{path}/ItemStatus", [item.requested_information_code for item in answer.item_status]
    )
    for number, item in enumerate(answer.item_status, start=1):
        yield from _item(f"{path}/ItemStatus[{number}]", item)
    yield from _sequence(f"{path}/TraceLink", answer.trace_link)


def _item(path: str, item: ItemStatus) -> Iterator[SchemaIssue]:
    # (7.7) whoever withholds, delays or refuses says why; nobody else restricts
    if (item.item_status_code in _RESTRICTED) != bool(item.restriction_reason_code):
        yield _issue(
            f"{path}/RestrictionReasonCode",
            ", ".join(item.restriction_reason_code),
            "a reason with WITHHELD, DELAYED and REFUSED, and none with the others",
        )
    other = RestrictionReasonCode.OTHER in item.restriction_reason_code
    if other and item.explanation_text is None:
        yield _issue(f"{path}/ExplanationText", "", "the other reason in words")


def _attachment(attachment: TraceAttachment) -> Iterator[SchemaIssue]:
    # (7.8) the content is what it is said to be
    parts = attachment.content_part
    ragged = any(len(part) != _PART for part in parts[:-1])
    try:
        content = b"" if ragged else content_of(attachment)
    except ValueError:
        ragged, content = True, b""
    if ragged:
        yield _issue(
            "TraceAttachment/ContentPart",
            f"{len(parts)} parts",
            f"base64 cut into parts of {_PART} characters, the last one shorter",
        )
        return
    if len(content) > ATTACHMENT_MOST_OCTETS or len(content) != attachment.size_quantity:
        yield _issue(
            "TraceAttachment/SizeQuantity",
            str(attachment.size_quantity),
            f"the size of the content, {len(content)}, at most {ATTACHMENT_MOST_OCTETS}",
        )
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    if digest != attachment.content_digest:
        yield _issue("TraceAttachment/ContentDigest", attachment.content_digest, digest)


def _sequence(path: str, links: Sequence[object]) -> Iterator[SchemaIssue]:
    # (7.9) links are numbered in their order
    numbers: list[int] = [link.sequence_number for link in links]  # type: ignore[attr-defined] # every link has one
    if numbers != sorted(set(numbers)):
        yield _issue(f"{path}/SequenceNumber", ", ".join(map(str, numbers)), "rising numbers")


def _distinct(path: str, codes: Sequence[str]) -> Iterator[SchemaIssue]:
    for number, code in enumerate(codes, start=1):
        if code in codes[: number - 1]:
            yield _issue(f"{path}[{number}]", code, "each item once")


def _issue(path: str, value: str, expected: str) -> SchemaIssue:
    return SchemaIssue(
        code="RULE",
        path=path,
        value=value,
        expected=expected,
        line=0,
        remedy="see clause 7 of the standard",
        message="a rule of trace messages is broken",
    )
