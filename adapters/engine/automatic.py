"""What a body holds that no native file says: ids, owner, contact, instants, from the frame.

An adapter overrides any of them by a ``[[field]]`` of its own; it does not map anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from gateway.frame import Frame
from gateway.payload import (
    ActionRequestedCode,
    AddressReasonCode,
    ConfirmationUrgencyCode,
    CountryCode,
    DispositionNotice,
    FirearmRecord,
    ForwardConsentCode,
    HandlingCode,
    HitClose,
    HitConfirmRequest,
    HitConfirmResponse,
    HitRevoke,
    HitSeizure,
    PurposeCode,
    RecordStatusCode,
    RecordUpdate,
    Search,
    Seizure,
    StatusChange,
    TraceAck,
    TraceCancel,
    TraceClarification,
    TraceClose,
    TraceComment,
    TraceCorrection,
    TraceForward,
    TraceInfo,
    TraceInfoRequest,
    TracePriorityCode,
    TraceReopen,
    TraceRequest,
    TraceResponse,
    TraceStatus,
)

Giver = Callable[[Frame, str], Any]  # of the frame and the national reference

OWN = frozenset({"RecordId", "SearchId", "SeizureId"})  # another for each item of a file

_REVIEW_YEARS = 5  # Rules on the Processing of Data: reviewed after five years at most
_LEAP_DAY = 29


def _review_date(frame: Frame, _reference: str) -> date:
    """Five years from now; 29 February becomes the 28th."""
    today = frame.now.date()
    day = min(today.day, _LEAP_DAY - 1) if today.month == 2 else today.day  # noqa: PLR2004 (February)
    return date(today.year + _REVIEW_YEARS, today.month, day)


def _now(frame: Frame, _reference: str) -> datetime:
    return frame.now.replace(microsecond=frame.now.microsecond // 1000 * 1000)


def _seizure_id(frame: Frame, reference: str) -> str:
    """The same id each time the same case is filed, as for records; drawn where there is none."""
    if not reference:
        return frame.ids.seizure_id(frame.country)
    return "Z" + frame.record_id(reference).removeprefix("R")


_RECORD: Mapping[str, Giver] = {
    "RecordId": lambda frame, reference: frame.record_id(reference),
    "OwnerAgencyId": lambda frame, _: frame.party,
    "Version": lambda _frame, _: 1,
    "StatusCode": lambda _frame, _: RecordStatusCode.ACTIVE,
    "ActionRequestedCode": lambda _frame, _: ActionRequestedCode.SEIZE,
    "ContactPoint": lambda frame, _: (frame.contact,),
    "EnteredTimestamp": _now,
    "ReviewDate": _review_date,
    "HandlingCode": lambda _frame, _: (HandlingCode.H0,),
}


def _head(message: str, purpose: PurposeCode) -> Mapping[str, Giver]:
    return {"Context": lambda frame, _: frame.context(message, purpose=purpose)}


def _act(message: str) -> Mapping[str, Giver]:
    """The head of a trace message; the node numbers it anew when it knows the case."""
    return {
        **_head(message, PurposeCode.CRIMINAL_INVESTIGATION),
        "TraceAct/ActNumber": lambda _frame, _: 1,
        "TraceAct/SeenActNumber": lambda _frame, _: 0,
    }


def _step(message: str) -> Mapping[str, Giver]:
    return _head(message, PurposeCode.OBJECT_OF_POLICE_INTEREST)


_ORDERS: Mapping[type, Mapping[str, Giver]] = {
    TraceRequest: {
        **_act("TRACE_REQUEST"),
        "TraceAct/TraceId": lambda frame, _: frame.ids.trace_id(frame.country),
        "TraceQuestion/ChainId": lambda frame, _: frame.ids.chain_id(frame.country),
        "TraceQuestion/TracePriorityCode": lambda _frame, _: TracePriorityCode.ROUTINE,
        "TraceQuestion/ForwardConsentCode": lambda _frame, _: ForwardConsentCode.ASK_FIRST,
        "TraceQuestion/TraceIllicitNature/RecoveryCountry": (
            lambda frame, _: CountryCode(frame.country)
        ),
        "TraceQuestion/ContactPoint": lambda frame, _: (frame.contact,),
    },
    TraceAck: _act("TRACE_ACK"),
    TraceInfoRequest: _act("TRACE_INFO_REQUEST"),
    TraceInfo: _act("TRACE_INFO"),
    TraceResponse: _act("TRACE_RESPONSE"),
    TraceComment: _act("TRACE_COMMENT"),
    TraceStatus: _act("TRACE_STATUS"),
    TraceCancel: _act("TRACE_CANCEL"),
    TraceClose: _act("TRACE_CLOSE"),
    TraceCorrection: _act("TRACE_CORRECTION"),
    TraceReopen: _act("TRACE_REOPEN"),
    TraceClarification: _act("TRACE_CLARIFICATION"),
    TraceForward: {
        **_act("TRACE_FORWARD"),
        # The node finds the office, and draws the id of the requester's next case.
        "ForwardTraceId": lambda frame, _: frame.ids.trace_id(frame.country),
        "ToAgencyId": lambda frame, _: frame.party,
        "AddressReasonCode": lambda _frame, _: AddressReasonCode.NEXT_IN_CHAIN,
    },
    HitConfirmRequest: {
        **_step("HIT_CONFIRM_REQUEST"),
        "ConfirmationUrgencyCode": lambda _frame, _: ConfirmationUrgencyCode.ROUTINE,
    },
    HitConfirmResponse: _step("HIT_CONFIRM_RESPONSE"),
    HitSeizure: {
        **_step("HIT_SEIZURE"),
        "SeizureTimestamp": _now,
        "Location/Country": lambda frame, _: CountryCode(frame.country),
    },
    DispositionNotice: {
        **_step("DISPOSITION_NOTICE"),
        "DispositionDate": lambda frame, _: frame.now.date(),
    },
    HitRevoke: _step("HIT_REVOKE"),
    HitClose: _step("HIT_CLOSE"),
}
AUTOMATIC: Mapping[type, Mapping[str, Giver]] = {
    **_ORDERS,
    FirearmRecord: _RECORD,
    RecordUpdate: {},
    StatusChange: {"RecordId": lambda frame, reference: frame.record_id(reference)},
    Search: {
        "SearchId": lambda frame, _: frame.ids.search_id(frame.country),
        "PlaceOfCheckCountry": lambda frame, _: CountryCode(frame.country),
        "ObjectInSightIndicator": lambda _frame, _: False,
        "StoreForDelayedHitIndicator": lambda _frame, _: True,
        "ContactPoint": lambda frame, _: (frame.contact,),
    },
    Seizure: {
        "SeizureId": _seizure_id,
        "SeizingAgencyId": lambda frame, _: frame.party,
        "ContactPoint": lambda frame, _: (frame.contact,),
    },
}
