"""What a body holds that no native file says: ids, owner, contact, instants, from the frame.

An adapter overrides any of them by a ``[[field]]`` of its own; it does not map anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from gateway.frame import Frame
from gateway.payload import (
    ActionRequestedCode,
    CountryCode,
    FirearmRecord,
    HandlingCode,
    RecordStatusCode,
    RecordUpdate,
    Search,
    Seizure,
    StatusChange,
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
    "EnteredTimestamp": lambda frame, _: frame.now.replace(
        microsecond=frame.now.microsecond // 1000 * 1000
    ),
    "ReviewDate": _review_date,
    "HandlingCode": lambda _frame, _: (HandlingCode.H0,),
}
AUTOMATIC: Mapping[type, Mapping[str, Giver]] = {
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
