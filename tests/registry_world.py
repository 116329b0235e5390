"""Parties, frames, records and searches for tests of the registry; other suites may import it.

It decides nothing about what is tested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import count
from random import Random
from typing import Any

from gateway import registry
from gateway.frame import Frame
from gateway.ids import IdSource
from gateway.payload import (
    AcquisitionModeCode,
    ActionRequestedCode,
    Calibre,
    ClosureReasonCode,
    ContactPoint,
    CountryCode,
    Firearm,
    FirearmDescription,
    FirearmRecord,
    FirearmRecordResult,
    FirearmRecordStatusChange,
    FirearmRecordSubmit,
    FirearmRecordUpdate,
    FirearmTypeCode,
    HandlingCode,
    HitNotice,
    LegibilityCode,
    Location,
    Make,
    Marking,
    MarkingKindCode,
    MessageTypeCode,
    Payload,
    PurposeCode,
    RecordResult,
    RecordStatusCode,
    RecordTypeCode,
    RecordUpdate,
    Search,
    SearchReasonCode,
    SearchRequest,
    SearchResponse,
    SearchResult,
    SeizedFirearm,
    Seizure,
    SeizureNotice,
    SerialStatusCode,
    StatusChange,
    validate,
)
from gateway.posting import Posting
from gateway.store import Unit

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
HUB = "XPO-REGISTRY"
FRANCE = "FRA-NCB"
BRAZIL = "BRA-NCB"
CUSTOMS = "NLD-CUSTOMS"
_numbers = count(1)


def frame_of(party: str, *, seed: int | None = None) -> Frame:
    """The frame of ``party`` at ``NOW``; ids repeat only for an equal ``seed``."""
    random = Random(next(_numbers) if seed is None else seed)
    return Frame(
        party=party,
        country=party[:3],
        system_id="test",
        now=NOW,
        ids=IdSource(now=lambda: NOW, random=random.randbytes),
        pseudonym="officer-1",
        contact=office(party),
        test=True,
    )


def office(party: str) -> ContactPoint:
    return ContactPoint(contact_name=f"Office of {party}", available_always_indicator=True)


def serial(text: str, **changes: Any) -> Marking:
    """A legible serial on the weapon."""
    marking = Marking(
        kind_code=MarkingKindCode.SERIAL,
        legibility_code=LegibilityCode.LEGIBLE,
        text_as_marked=text,
    )
    return replace(marking, **changes)


def pistol(text: str = "ABC12345", *, make: str = "Glock", **changes: Any) -> Firearm:
    """A 9 mm pistol with this serial."""
    firearm = Firearm(
        firearm_type_code=FirearmTypeCode.PISTOL,
        make_identified=Make(make_text=make),
        calibre=(Calibre(calibre_text="9 mm"),),
        serial_status_code=SerialStatusCode.PRESENT,
        marking=(serial(text),),
    )
    return replace(firearm, **changes)


def a_record(
    number: str = "1", text: str = "ABC12345", *, owner: str = FRANCE, **changes: Any
) -> FirearmRecord:
    """A stolen pistol of ``owner``; ``changes`` go to the record, ``firearm`` among them."""
    record = FirearmRecord(
        record_id=frame_of(owner).record_id(number),
        national_record_id=number,
        owner_agency_id=owner,
        version=1,
        record_type_code=RecordTypeCode.STOLEN,
        status_code=RecordStatusCode.ACTIVE,
        firearm=pistol(text),
        event_date="2024-04-01",
        action_requested_code=ActionRequestedCode.SEIZE,
        contact_point=(office(owner),),
        entered_timestamp=NOW,
        review_date=date(2029, 4, 1),
        handling_code=(HandlingCode.H0,),
    )
    return replace(record, **changes)


def a_description(text: str | None = "ABC12345", **changes: Any) -> FirearmDescription:
    """A Glock pistol with this serial, as a searcher says it."""
    description = FirearmDescription(
        firearm_type_code=FirearmTypeCode.PISTOL,
        make_identified=Make(make_text="GLOCK"),
        calibre=(Calibre(calibre_text="9x19"),),
        marking=() if text is None else (serial(text),),
    )
    return replace(description, **changes)


def a_search(firearm: FirearmDescription, **changes: Any) -> Search:
    search = Search(
        search_id=frame_of(CUSTOMS).ids.search_id("NLD"),
        reason_code=SearchReasonCode.CUSTOMS_CONTROL,
        object_in_sight_indicator=True,
        place_of_check_country=CountryCode.NLD,
        firearm=firearm,
        store_for_delayed_hit_indicator=True,
    )
    return replace(search, **changes)


def a_seizure(firearms: Sequence[Firearm], **changes: Any) -> Seizure:
    seizure = Seizure(
        seizure_id=frame_of(CUSTOMS).ids.seizure_id("NLD"),
        seizing_agency_id=CUSTOMS,
        acquisition_mode_code=AcquisitionModeCode.SEIZED,
        seizure_timestamp=NOW,
        location=Location(country=CountryCode.NLD, locality_text="Rotterdam"),
        seized_firearm=tuple(
            SeizedFirearm(item_id=f"i{number}", firearm=firearm)
            for number, firearm in enumerate(firearms, start=1)
        ),
        legal_justification_text="Customs control",
        exhibit_reference="EX-1",
    )
    return replace(seizure, **changes)


def a_change(
    record: FirearmRecord,
    status: RecordStatusCode,
    *,
    base_version: int = 1,
    reason: ClosureReasonCode | None = None,
    recovery_date: str | None = None,
) -> StatusChange:
    return StatusChange(
        record_id=record.record_id,
        base_version=base_version,
        status_code=status,
        closure_reason_code=reason,
        recovery_date=recovery_date,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """The registry inside one transaction; every posting that it makes must be valid."""

    unit: Unit

    def handle(self, payload: Payload, sender: str) -> list[Posting]:
        postings = registry.handle(payload, sender=sender, unit=self.unit, frame=frame_of(HUB))
        for posting in postings:
            assert validate(posting.payload) == ()
        return postings

    def submit(self, record: FirearmRecord, sender: str = "") -> RecordResult:
        sender = sender or record.owner_agency_id
        context = frame_of(sender).context(MessageTypeCode.REC_SUBMIT, purpose=PurposeCode.ALERT)
        return self._result(FirearmRecordSubmit(context=context, firearm_record=record), sender)

    def update(
        self, record: FirearmRecord, *, base_version: int = 1, sender: str = ""
    ) -> RecordResult:
        sender = sender or record.owner_agency_id
        context = frame_of(sender).context(MessageTypeCode.REC_UPDATE, purpose=PurposeCode.ALERT)
        update = RecordUpdate(base_version=base_version, firearm_record=record)
        return self._result(FirearmRecordUpdate(context=context, record_update=update), sender)

    def change(self, change: StatusChange, sender: str = FRANCE) -> RecordResult:
        context = frame_of(sender).context(MessageTypeCode.REC_STATUS, purpose=PurposeCode.ALERT)
        payload = FirearmRecordStatusChange(context=context, status_change=change)
        return self._result(payload, sender)

    def search(self, search: Search, sender: str = CUSTOMS) -> SearchResult:
        return self.search_all(search, sender)[0]

    def search_all(
        self, search: Search, sender: str = CUSTOMS
    ) -> tuple[SearchResult, list[Posting]]:
        """The answer, and the notices that came with it."""
        context = frame_of(sender).context(
            MessageTypeCode.SEARCH_REQUEST, purpose=PurposeCode.BORDER_CONTROL
        )
        answer, *notices = self.handle(SearchRequest(context=context, search=search), sender)
        assert isinstance(answer.payload, SearchResponse)
        assert answer.answers
        return answer.payload.search_result, notices

    def seize(self, seizure: Seizure, sender: str = CUSTOMS) -> list[Posting]:
        context = frame_of(sender).context(
            MessageTypeCode.SEIZURE_NOTICE, purpose=PurposeCode.BORDER_CONTROL
        )
        return self.handle(SeizureNotice(context=context, seizure=seizure), sender)

    def _result(self, payload: Payload, sender: str) -> RecordResult:
        posting, *_ = self.handle(payload, sender)
        assert posting.to == sender
        assert isinstance(posting.payload, FirearmRecordResult)
        return posting.payload.record_result


def codes(result: RecordResult | SearchResult) -> list[str]:
    """The finding codes of a result."""
    return [finding.finding_code for finding in result.finding]


def hits_in(postings: Sequence[Posting]) -> list[tuple[str, HitNotice]]:
    """The hit notices among ``postings`` with their receivers."""
    return [(p.to, p.payload) for p in postings if isinstance(p.payload, HitNotice)]
