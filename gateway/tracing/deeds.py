"""What a trace message does to its case: payloads become deeds of the state machine.

It is pure, and it does not judge whether the deed may be done.
"""

from __future__ import annotations

from gateway.payload import (
    ForwardConsentCode,
    ItemStatusCode,
    Payload,
    ResponseKindCode,
    TraceAck,
    TraceAckCode,
    TraceAct,
    TraceAnswer,
    TraceAttachment,
    TraceCancel,
    TraceClarification,
    TraceClose,
    TraceComment,
    TraceCorrection,
    TraceForward,
    TraceInfo,
    TraceInfoRequest,
    TraceNoAnswer,
    TraceReceived,
    TraceReminder,
    TraceReopen,
    TraceRequest,
    TraceResponse,
    TraceStatus,
)
from gateway.tracing.machine import Deed

TracePayload = (
    TraceRequest
    | TraceReceived
    | TraceAck
    | TraceInfoRequest
    | TraceInfo
    | TraceResponse
    | TraceForward
    | TraceClarification
    | TraceComment
    | TraceStatus
    | TraceReminder
    | TraceNoAnswer
    | TraceCancel
    | TraceCorrection
    | TraceClose
    | TraceReopen
    | TraceAttachment
)
_PLAIN: dict[type, Deed] = {
    TraceRequest: Deed.REQUEST,
    TraceReceived: Deed.RECEIVED,
    TraceInfoRequest: Deed.ASK,
    TraceInfo: Deed.INFORM,
    TraceForward: Deed.FORWARD,
    TraceClarification: Deed.CLARIFY,
    TraceComment: Deed.COMMENT,
    TraceStatus: Deed.STATUS,
    TraceReminder: Deed.REMIND,
    TraceNoAnswer: Deed.STATE_NO_ANSWER,
    TraceCancel: Deed.CANCEL,
    TraceClose: Deed.CLOSE,
    TraceReopen: Deed.REOPEN,
    TraceAttachment: Deed.ATTACH,
}
_GIVEN_NOTHING = (ItemStatusCode.WITHHELD, ItemStatusCode.REFUSED)


def is_act(payload: Payload) -> bool:
    """Whether ``payload`` is an act of a trace case."""
    return isinstance(getattr(payload, "trace_act", None), TraceAct)


def act_of(payload: TracePayload) -> TraceAct:
    """Which case ``payload`` belongs to, and its place in it."""
    return payload.trace_act


def deed_of(payload: TracePayload) -> Deed:
    """What ``payload`` does."""
    match payload:
        case TraceAck():
            accepted = payload.trace_ack_code is TraceAckCode.ACCEPTED
            return Deed.ACCEPT if accepted else Deed.REJECT
        case TraceResponse():
            return _answering(payload.trace_answer)
        case TraceCorrection():
            return Deed.CORRECT if payload.trace_answer is None else Deed.CORRECT_ANSWER
        case _:
            return _PLAIN[type(payload)]


def consent_of(payload: TracePayload) -> bool | None:
    """What ``payload`` says about passing the request on; None where it says nothing."""
    match payload:
        case TraceRequest():
            code: ForwardConsentCode | None = payload.trace_question.forward_consent_code
        case TraceInfo():
            code = payload.forward_consent_code
        case _:
            code = None
    return None if code is None else code is ForwardConsentCode.FORWARD_ALLOWED


def answer_of(payload: Payload) -> TraceAnswer | None:
    """The answer in ``payload``, if it is one."""
    if isinstance(payload, (TraceResponse, TraceCorrection)):
        return payload.trace_answer
    return None


def _answering(answer: TraceAnswer) -> Deed:
    if answer.response_kind_code is ResponseKindCode.INTERIM:
        return Deed.ANSWER_INTERIM
    nothing = all(item.item_status_code in _GIVEN_NOTHING for item in answer.item_status)
    return Deed.ANSWER_RESTRICTED if nothing else Deed.ANSWER_FINAL
