"""The weapons, records, searches and seizures that the clients of a simulated world speak of.

Few serials on purpose: records meet, searches hit, filings repeat. It sends nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from random import Random

from gateway.frame import Frame
from gateway.payload import (
    AcquisitionModeCode,
    ActionRequestedCode,
    Calibre,
    ContactPoint,
    CountryCode,
    Firearm,
    FirearmDescription,
    FirearmRecord,
    FirearmTypeCode,
    HandlingCode,
    LegibilityCode,
    Location,
    Make,
    Marking,
    MarkingKindCode,
    RecordStatusCode,
    RecordTypeCode,
    Search,
    SearchReasonCode,
    SeizedFirearm,
    Seizure,
    SerialStatusCode,
    StatusChange,
)

SERIALS = ("KX41873", "KX41878", "MB00219")
_MAKES = ("Glock", "Beretta", "Taurus")


def serial_of(random: Random) -> str:
    """One of the few serials."""
    return random.choice(SERIALS)


def token_of(firearm: Firearm | FirearmDescription) -> str | None:
    """Which of the few weapons this is, without its serial."""
    for mark in firearm.marking:
        if mark.text_as_marked in SERIALS:
            return f"w{SERIALS.index(mark.text_as_marked)}"
    return None


def a_record(frame: Frame, number: str, serial: str, random: Random) -> FirearmRecord:
    """A stolen pistol of the frame's party under its national ``number``."""
    return FirearmRecord(
        record_id=frame.record_id(number),
        national_record_id=number,
        owner_agency_id=frame.party,
        version=1,
        record_type_code=RecordTypeCode.STOLEN,
        status_code=RecordStatusCode.ACTIVE,
        firearm=_pistol(serial, random.choice(_MAKES)),
        event_date="2026-04-01",
        action_requested_code=ActionRequestedCode.SEIZE,
        contact_point=(_office(frame.party),),
        entered_timestamp=_whole(frame.now),
        review_date=date(2031, 4, 1),
        handling_code=(HandlingCode.H0,),
    )


def a_next_version(record: FirearmRecord, base_version: int, text: str) -> FirearmRecord:
    """``record`` with another remark, as the version after ``base_version``."""
    return replace(record, version=base_version + 1, circumstance_text=text)


def a_status_change(record: FirearmRecord, base_version: int) -> StatusChange:
    """``record`` is located."""
    return StatusChange(
        record_id=record.record_id,
        base_version=base_version,
        status_code=RecordStatusCode.LOCATED,
    )


def a_search(frame: Frame, serial: str, search_id: str | None = None) -> Search:
    """Who knows a pistol with this serial?"""
    return Search(
        search_id=search_id or frame.ids.search_id(frame.country),
        reason_code=SearchReasonCode.CUSTOMS_CONTROL,
        object_in_sight_indicator=True,
        place_of_check_country=CountryCode(frame.country),
        firearm=FirearmDescription(
            firearm_type_code=FirearmTypeCode.PISTOL,
            make_identified=Make(make_text="GLOCK"),
            calibre=(Calibre(calibre_text="9x19"),),
            marking=(_mark(serial),),
        ),
        store_for_delayed_hit_indicator=True,
    )


def a_seizure(frame: Frame, serials: tuple[str, ...]) -> Seizure:
    """Pistols with these serials are in hand."""
    return Seizure(
        seizure_id=frame.ids.seizure_id(frame.country),
        seizing_agency_id=frame.party,
        acquisition_mode_code=AcquisitionModeCode.SEIZED,
        seizure_timestamp=_whole(frame.now),
        location=Location(country=CountryCode(frame.country), locality_text="Harbour"),
        seized_firearm=tuple(
            SeizedFirearm(item_id=f"i{number}", firearm=_pistol(serial, "Glock"))
            for number, serial in enumerate(serials, start=1)
        ),
        legal_justification_text="Customs control",
    )


def _pistol(serial: str, make: str) -> Firearm:
    return Firearm(
        firearm_type_code=FirearmTypeCode.PISTOL,
        make_identified=Make(make_text=make),
        calibre=(Calibre(calibre_text="9 mm"),),
        serial_status_code=SerialStatusCode.PRESENT,
        marking=(_mark(serial),),
    )


def _mark(text: str) -> Marking:
    return Marking(
        kind_code=MarkingKindCode.SERIAL,
        legibility_code=LegibilityCode.LEGIBLE,
        text_as_marked=text,
    )


def _office(party: str) -> ContactPoint:
    return ContactPoint(contact_name=f"Office of {party}", available_always_indicator=True)


def _whole(instant: datetime) -> datetime:
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
