"""Trace messages bent so that they hold to the rules of docs/spec/payload.md, clause 7.

It draws nothing: the values are given.
"""

import base64
import hashlib
from dataclasses import replace
from typing import Any

from gateway.payload import (
    ItemStatusCode,
    RestrictionReasonCode,
    TraceAck,
    TraceAckCode,
    TraceAttachment,
    TraceRejectionCode,
    TraceRequest,
)

_FREE = (ItemStatusCode.PROVIDED, ItemStatusCode.NOT_AVAILABLE)
CONTENT = b"a proof mark"


def obeying_trace_rules(message: Any) -> Any:
    """The same message, or one near it that a receiver accepts."""
    if hasattr(message, "trace_act"):
        act = message.trace_act
        seen = act.seen_act_number if act.seen_digest else 0
        digest = act.seen_digest if seen else None
        act = replace(act, seen_act_number=seen, seen_digest=digest)
        message = replace(message, trace_act=act)
    if isinstance(message, TraceRequest):
        question = message.trace_question
        wanted = tuple(dict.fromkeys(question.requested_information_code))
        question = replace(question, requested_information_code=wanted)
        context = replace(message.context, urgency_justification_text="a person in custody")
        return replace(message, trace_question=question, context=context)
    if isinstance(message, TraceAck):
        rejected = message.trace_ack_code is TraceAckCode.REJECTED
        reason = TraceRejectionCode.DUPLICATE if rejected else None
        return replace(message, trace_rejection_code=reason)
    if isinstance(message, TraceAttachment):
        return replace(
            message,
            size_quantity=len(CONTENT),
            content_digest=base64.b64encode(hashlib.sha256(CONTENT).digest()).decode(),
            content_part=(base64.b64encode(CONTENT).decode(),),
        )
    if getattr(message, "trace_answer", None) is not None:
        message = replace(message, trace_answer=_answer(message.trace_answer))
    if hasattr(message, "trace_link"):
        message = replace(message, trace_link=_links(message.trace_link))
    return message


def _answer(answer: Any) -> Any:
    items = {item.requested_information_code: _item(item) for item in answer.item_status}
    links = _links(answer.trace_link)
    return replace(answer, item_status=tuple(items.values()), trace_link=links)


def _item(item: Any) -> Any:
    free = item.item_status_code in _FREE
    reasons = () if free else (RestrictionReasonCode.JUDICIAL_ORDER,)
    return replace(item, restriction_reason_code=reasons)


def _links(links: Any) -> Any:
    return tuple(replace(link, sequence_number=n) for n, link in enumerate(links, start=1))
