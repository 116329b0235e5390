"""A party's messages with the registry as they really come: doubled, refused, corrected, expired.

Drawn from a seed and laid before a witness as an endpoint does; it expects nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from kept_messages import KeepingWitness

from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, IdSource
from gateway.payload import (
    AcquisitionModeCode,
    ActionRequestedCode,
    AddresseeCode,
    BallisticReference,
    BallisticSystemCode,
    Calibre,
    Candidate,
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
    GradeCode,
    HandlingCode,
    Hit,
    HitAnswerCode,
    HitNotice,
    HitOriginCode,
    HitRoleCode,
    HitStateCode,
    HitStatus,
    HitStatusNotice,
    HitStepCode,
    LegibilityCode,
    Location,
    LocationKindCode,
    Make,
    Marking,
    MarkingKindCode,
    OwnerCategoryCode,
    Payload,
    PurposeCode,
    RecordBatch,
    RecordBatchItem,
    RecordBatchReport,
    RecordBatchResult,
    RecordResult,
    RecordResultCode,
    RecordStatusCode,
    RecordTypeCode,
    RecordUpdate,
    ReviewConfirm,
    ReviewDecision,
    ReviewDecisionCode,
    ReviewDue,
    ReviewItem,
    ReviewNoticeCode,
    Routing,
    Search,
    SearchBatch,
    SearchBatchItem,
    SearchBatchReport,
    SearchBatchResult,
    SearchReasonCode,
    SearchRequest,
    SearchResponse,
    SearchResult,
    SearchResultCode,
    SeizedFirearm,
    Seizure,
    SeizureContextCode,
    SeizureNotice,
    SerialStatusCode,
    StatusChange,
    WideSearchRequest,
    YearOfManufacture,
)
from gateway.store import Unit

OURS, THEIRS = "FRA-NCB", "BEL-NCB"
MIDNIGHTS = (
    datetime(2024, 2, 29, tzinfo=UTC),
    datetime(2024, 3, 1, tzinfo=UTC),
    datetime(2025, 1, 1, tzinfo=UTC),
    datetime(2025, 3, 30, 1, tzinfo=UTC),
    datetime(2025, 10, 26, 1, tzinfo=UTC),
    datetime(2025, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
    datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC),
    datetime(2026, 3, 1, tzinfo=UTC),
)
DATES = (
    "2024-02-29", "2025-02-28", "2024-12-31", "2025-01-01", "2025-06-15", "2026-03-01",
    "2023", "2024", "2025-02", "2025-12",
)  # fmt: skip
MAKES = ("GLOCK", "Beretta", "UNKNOWN", "беретта", "=CMD()", "Fabrique Nationale", "צה״ל")
CALIBRES = ("9x19", "9 mm Para", ".45 ACP", "UNKNOWN", "12", "bizarre")
MODELS = ("17", " m92 ", None)
SERIALS = ("KRX471", "KRX472", "KRX474", "krx-475", "AB12", "PX100001Z", "PX100003Z", "NONE", "77")
_ELSEWHERE = "R-BEL-00000000000000000000000000"
_YEARS = (1850, 1898, 1899)
_WAY = Routing(origin_country=CountryCode.USA, destination_country=CountryCode.HND,
               transit_country=(CountryCode.MEX, CountryCode.GTM))  # fmt: skip
_CONTACT = ContactPoint(contact_name="desk", available_always_indicator=True)


class OddParty:
    """One country, its witness and its draws; the messages it says and takes are kept."""

    def __init__(self, unit: Unit, seed: int) -> None:
        self.unit = unit
        self.dice = Random(seed)
        self.beside = Random(seed + 1)
        """For what came later: the worlds of before stay what they were."""
        self.witness = KeepingWitness()
        self.now = MIDNIGHTS[0]
        self.records: list[tuple[FirearmRecord, str]] = []
        self.searches: list[Search] = []
        self.hits: list[Hit] = []
        self._ids = IdSource(now=lambda: self.now, random=self.dice.randbytes)

    # --- passing ------------------------------------------------------------------------------

    def frame(self) -> Frame:
        return Frame(
            party=OURS, country="FRA", system_id="test", now=self.now, ids=self._ids,
            pseudonym=self.dice.choice(("u-1", "u-2")), contact=_CONTACT, test=False,
        )  # fmt: skip

    def say(self, kind: str, payload: Any, purpose: PurposeCode | None = None, **more: Any) -> str:
        frame = self.frame()
        purpose = purpose or PurposeCode.OBJECT_OF_POLICE_INTEREST
        made = payload(context=frame.context(kind, purpose=purpose), **more)
        message_id = self._ids.message_id()
        self.witness.posted(
            made, message_id=message_id, to=REGISTRY_PARTY, unit=self.unit, frame=frame
        )
        return message_id

    def hear(self, kind: str, payload: Any, reply_to: str | None = None, **more: Any) -> None:
        frame = self.frame()
        context = frame.context(kind, purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST)
        made: Payload = payload(context=context, **more)
        self.witness.taken(
            made, message_id=self._ids.message_id(), sender=REGISTRY_PARTY,
            in_reply_to=reply_to, unit=self.unit, frame=frame,
        )  # fmt: skip

    def passes(self) -> None:
        """Time goes on; it likes midnights, ends of months and changes of clocks."""
        later = [each for each in MIDNIGHTS if each > self.now]
        if later and self.dice.random() < 0.04:
            self.now = self.dice.choice(later[:2])
        else:
            self.now += timedelta(seconds=self.dice.choice((0, 1, 59, 601, 3_600, 90_000, 900_000)))

    # --- things -------------------------------------------------------------------------------

    def firearm(self) -> Firearm:
        pick, beside = self.dice.choice, self.beside.choice
        status = pick(list(SerialStatusCode))
        serial = pick(SERIALS)
        marking = Marking(
            kind_code=MarkingKindCode.SERIAL, legibility_code=LegibilityCode.LEGIBLE,
            text_as_marked=serial,
        )  # fmt: skip
        return Firearm(
            firearm_type_code=pick((FirearmTypeCode.PISTOL, FirearmTypeCode.RIFLE)),
            make_identified=Make(make_text=pick(MAKES)),
            model_identified=pick(MODELS),
            calibre=(Calibre(calibre_text=pick(CALIBRES)),),
            serial_status_code=status,
            marking=(marking,) if pick((True, True, False)) else (),
            year_of_manufacture=beside((None, *[YearOfManufacture(value=n) for n in _YEARS])),
            country_of_manufacture=beside((None, CountryCode.USA, CountryCode.BEL)),
        )

    def described(self) -> FirearmDescription:
        whole = self.firearm()
        return FirearmDescription(
            firearm_type_code=self.dice.choice((None, whole.firearm_type_code)),
            make_identified=self.dice.choice((None, whole.make_identified)),
            calibre=self.dice.choice(((), whole.calibre)),
            serial_status_code=whole.serial_status_code,
            marking=whole.marking,
        )

    # --- records ------------------------------------------------------------------------------

    def record(self) -> FirearmRecord:
        pick = self.dice.choice
        national = f"N-{len(self.records)}"
        return FirearmRecord(
            record_id=self.frame().record_id(national), national_record_id=national,
            owner_agency_id=OURS, version=1,
            record_type_code=pick((RecordTypeCode.STOLEN, RecordTypeCode.LOST)),
            status_code=RecordStatusCode.ACTIVE, firearm=self.firearm(), event_date=pick(DATES),
            owner_category_code=pick((None, OwnerCategoryCode.PRIVATE, OwnerCategoryCode.DEALER)),
            batch_theft_reference=pick((None, "raid 1", "raid 2")),
            action_requested_code=ActionRequestedCode.SEIZE, contact_point=(_CONTACT,),
            entered_timestamp=self.now - timedelta(hours=pick((0, 5, 400, 4_000))),
            review_date=pick((date(2026, 3, 1), date(2026, 6, 1), date(2030, 1, 1))),
            handling_code=(HandlingCode.H0,),
        )  # fmt: skip

    def answer(self, record_id: str, message_id: str, *, in_batch: bool) -> None:
        """The registry's word, or none so far."""
        code = self.dice.choice((RecordResultCode.ACCEPTED,) * 6 + tuple(RecordResultCode))
        if self.dice.random() < 0.15:
            return
        result = RecordResult(record_id=record_id, result_code=code)
        if in_batch:
            one = RecordBatchResult(item_id=record_id, record_result=result)
            self.hear("REC_BATCH_REPORT", RecordBatchReport, message_id,
                      record_batch_result=(one,))  # fmt: skip
        else:
            self.hear("REC_RESULT", FirearmRecordResult, message_id, record_result=result)

    def files(self) -> None:
        record = self.record()
        self.records.append((record, record.record_id))
        if self.dice.random() < 0.3:
            item = RecordBatchItem(item_id=record.record_id, firearm_record=record)
            sent = self.say("REC_BATCH", RecordBatch, record_batch_item=(item,))
            self.answer(record.record_id, sent, in_batch=True)
        else:
            sent = self.say("REC_SUBMIT", FirearmRecordSubmit, firearm_record=record)
            self.answer(record.record_id, sent, in_batch=False)

    def files_again(self) -> None:
        old, record_id = self._one()
        entered = old.entered_timestamp
        record = replace(self.record(), record_id=record_id, entered_timestamp=entered)
        sent = self.say("REC_SUBMIT", FirearmRecordSubmit, firearm_record=record)
        self.answer(record_id, sent, in_batch=False)

    def updates(self) -> None:
        _, record_id = self._one()
        status = self.dice.choice((RecordStatusCode.ACTIVE, RecordStatusCode.ACTIVE,
                                   RecordStatusCode.LOCATED))  # fmt: skip
        record = replace(self.record(), record_id=record_id, status_code=status)
        change = RecordUpdate(base_version=1, firearm_record=record)
        if self.dice.random() < 0.3:
            item = RecordBatchItem(item_id=record_id, record_update=change)
            sent = self.say("REC_BATCH", RecordBatch, record_batch_item=(item,))
            self.answer(record_id, sent, in_batch=True)
        else:
            sent = self.say("REC_UPDATE", FirearmRecordUpdate, record_update=change)
            self.answer(record_id, sent, in_batch=False)

    def changes(self) -> None:
        _, record_id = self._one()
        pick = self.dice.choice
        status = pick((RecordStatusCode.CLOSED, RecordStatusCode.CLOSED, RecordStatusCode.ACTIVE,
                       RecordStatusCode.CANCELLED, RecordStatusCode.SUSPENDED))  # fmt: skip
        closes = status in {RecordStatusCode.CLOSED, RecordStatusCode.CANCELLED}
        change = StatusChange(
            record_id=record_id, base_version=1, status_code=status,
            closure_reason_code=pick(list(ClosureReasonCode)) if closes else None,
            recovery_date=pick((*DATES, None)) if closes else None,
        )  # fmt: skip
        sent = self.say("REC_STATUS", FirearmRecordStatusChange, status_change=change)
        self.answer(record_id, sent, in_batch=False)

    def reviews(self) -> None:
        _, record_id = self._one()
        pick = self.dice.choice
        decision = pick(list(ReviewDecisionCode))
        extends = decision is ReviewDecisionCode.EXTEND
        decided = ReviewDecision(
            record_id=record_id, base_version=1, review_decision_code=decision,
            review_date=pick((date(2031, 1, 1), date(2026, 3, 1))) if extends else None,
            closure_reason_code=None if extends else pick(list(ClosureReasonCode)),
            recovery_date=None if extends else pick((*DATES, None)),
        )  # fmt: skip
        sent = self.say("REVIEW_CONFIRM", ReviewConfirm, review_decision=(decided,))
        self.answer(record_id, sent, in_batch=True)

    def is_told_of_time(self) -> None:
        record, record_id = self._one()
        code, status = self.dice.choice(
            (
                (ReviewNoticeCode.EXPIRED, RecordStatusCode.EXPIRED),
                (ReviewNoticeCode.RESUMED, RecordStatusCode.ACTIVE),
                (ReviewNoticeCode.PURGED, RecordStatusCode.PURGED),
                (ReviewNoticeCode.REVIEW_OVERDUE, RecordStatusCode.ACTIVE),
                (ReviewNoticeCode.REVIEW_DUE, RecordStatusCode.HIT_PENDING),
            )
        )
        item = ReviewItem(
            record_id=record_id, national_record_id=record.national_record_id,
            review_notice_code=code, status_code=status, version=1,
            review_date=self.dice.choice((date(2026, 3, 1), date(2029, 1, 1))),
            extension_quantity=0,
        )  # fmt: skip
        self.hear("REVIEW_DUE", ReviewDue, review_item=(item,))

    def _one(self) -> tuple[FirearmRecord, str]:
        if not self.records or self.dice.random() < 0.05:
            self.files()
        return self.dice.choice(self.records)

    # --- searches -----------------------------------------------------------------------------

    def search(self) -> Search:
        pick = self.dice.choice
        return Search(
            search_id=self._ids.search_id("FRA"),
            reason_code=pick((SearchReasonCode.THEFT, SearchReasonCode.BORDER_CHECK)),
            object_in_sight_indicator=False,
            place_of_check_country=pick((CountryCode.FRA, CountryCode.REU)),
            firearm=self.described(), store_for_delayed_hit_indicator=True,
        )  # fmt: skip

    def found(self, search: Search) -> SearchResult:
        pick = self.dice.choice
        grades = [pick(list(GradeCode)) for _ in range(pick((0, 0, 1, 3)))]
        candidates = tuple(self._candidate(grade) for grade in grades)
        code = (
            SearchResultCode.CANDIDATES
            if candidates
            else pick(
                (
                    SearchResultCode.NO_HIT,
                    SearchResultCode.NOT_SEARCHABLE,
                    SearchResultCode.TOO_MANY,
                )
            )
        )
        return SearchResult(search_id=search.search_id, result_code=code, candidate=candidates,
                            registry_timestamp=self.now)  # fmt: skip

    def _candidate(self, grade: GradeCode) -> Candidate:
        return Candidate(
            record_id=_ELSEWHERE, grade_code=grade, score_decimal=Decimal(1),
            owner_country=CountryCode.BEL, owner_agency_id=THEIRS,
            record_type_code=RecordTypeCode.STOLEN, status_code=RecordStatusCode.ACTIVE,
            event_date="2020", firearm=self.described(),
            action_requested_code=ActionRequestedCode.SEIZE, contact_point=(_CONTACT,),
        )  # fmt: skip

    def searches_for(self) -> None:
        search = self.search()
        self.searches.append(search)
        purpose = self.dice.choice((PurposeCode.BORDER_CONTROL, PurposeCode.ALERT))
        kind = self.dice.random()
        if kind < 0.25:
            item = SearchBatchItem(item_id="1", search=search)
            sent = self.say("SEARCH_BATCH", SearchBatch, purpose, search_batch_item=(item,))
        elif kind < 0.4:
            sent = self.say("SEARCH_WIDE", WideSearchRequest, purpose, search=search)
        else:
            sent = self.say("SEARCH_REQUEST", SearchRequest, purpose, search=search)
        self.now += timedelta(milliseconds=self.dice.choice((0, 7, 130, 61_000)))
        if self.dice.random() < 0.1:
            return  # never answered
        result = self.found(search)
        if kind < 0.25:
            one = SearchBatchResult(item_id="1", search_result=result)
            self.hear("SEARCH_BATCH_REPORT", SearchBatchReport, sent, search_batch_result=(one,))
        else:
            self.hear("SEARCH_RESPONSE", SearchResponse, sent, search_result=result)

    # --- seizures -----------------------------------------------------------------------------

    def seizes(self, seizure_id: str | None = None) -> None:
        pick, beside = self.dice.choice, self.beside.choice
        country = pick(("FRA", "REU", "XXX"))
        part = "FR-59" if country == "FRA" and pick((0, 1)) else None
        place = Location(country=CountryCode(country), subdivision_code=part)
        items = tuple(
            SeizedFirearm(item_id=str(n), firearm=self.firearm())
            for n in range(1, pick((1, 1, 2, 4)) + 1)
        )
        shot = BallisticReference(value="B-1", system=BallisticSystemCode.IBIN)
        seizure = Seizure(
            seizure_id=seizure_id or self._ids.seizure_id("FRA"), seizing_agency_id=OURS,
            acquisition_mode_code=pick(list(AcquisitionModeCode)),
            seizure_timestamp=self.now - timedelta(hours=pick((0, 1, 30))),
            location=place, seized_firearm=items, legal_justification_text="a law",
            context_code=pick(((), (SeizureContextCode.TRAFFICKING,),
                               (SeizureContextCode.DRUGS, SeizureContextCode.HOMICIDE))),
            ballistic_reference=pick(((), (shot,))),
            location_kind_code=beside((None, LocationKindCode.MAIL_CENTRE, LocationKindCode.ROAD)),
            routing=beside((None, _WAY, replace(_WAY, departure_country=CountryCode.CAN))),
        )  # fmt: skip
        sent = self.say("SEIZURE_NOTICE", SeizureNotice, seizure=seizure)
        if pick((0, 1)):
            results = tuple(
                SearchBatchResult(item_id=item.item_id, search_result=self.found(self.search()))
                for item in items
            )
            self.hear("SEARCH_BATCH_REPORT", SearchBatchReport, sent, search_batch_result=results)

    # --- hits ---------------------------------------------------------------------------------

    def is_told_of_a_hit(self) -> None:
        pick = self.dice.choice
        ours = pick((True, False))
        origin = pick(list(HitOriginCode))
        hit = Hit(
            hit_id=self._ids.search_id("XPO").replace("Q-", "H-"),
            hit_role_code=pick(list(HitRoleCode)),
            hit_origin_code=origin, grade_code=pick((GradeCode.A, GradeCode.B)),
            score_decimal=Decimal(1), record_id=_ELSEWHERE, record_version=1,
            owner_agency_id=OURS if ours else THEIRS, finder_agency_id=pick((OURS, THEIRS)),
            search_id=self.searches[-1].search_id if self.searches else None,
            raised_timestamp=self.now - timedelta(seconds=pick((0, 2, 70))),
            recorded_firearm=self.described(), found_firearm=self.described(),
            record_type_code=pick((RecordTypeCode.STOLEN, RecordTypeCode.SMUGGLED)),
            event_date="2024", found_location=pick((None, Location(country=CountryCode.BEL))),
            action_requested_code=ActionRequestedCode.SEIZE, contact_point=(_CONTACT,),
            **self.late(origin),
        )  # fmt: skip
        self.hits.append(hit)
        self.hear("HIT_NOTICE", HitNotice, hit=hit)

    def late(self, origin: HitOriginCode) -> dict[str, Any]:
        if origin is HitOriginCode.RECORD:
            return {}
        return {"delayed_indicator": self.dice.choice((None, None, True))}

    def hit_goes_on(self) -> None:
        if not self.hits:
            return
        hit = self.dice.choice(self.hits)
        steps: list[tuple[HitStateCode, HitStepCode, HitAnswerCode | None]] = [
            (HitStateCode.CONFIRM_REQUESTED, HitStepCode.REQUEST, None),
            (HitStateCode.CONFIRM_REQUESTED, HitStepCode.REPEAT, None),
            (HitStateCode.MORE_TIME, HitStepCode.DELAY, HitAnswerCode.MORE_TIME),
            (HitStateCode.CONFIRMED, HitStepCode.CONFIRM, HitAnswerCode.CONFIRMED),
            (HitStateCode.NOT_CONFIRMED, HitStepCode.DENY, HitAnswerCode.NOT_CONFIRMED),
            (HitStateCode.LAPSED, HitStepCode.LAPSE, None),
            (HitStateCode.FALSE_HIT, HitStepCode.REFUTE, None),
            (HitStateCode.REVOKED, HitStepCode.REVOKE, None),
            (HitStateCode.SEIZED, HitStepCode.SEIZE, None),
        ]
        state, step, answer = self.dice.choice(steps)
        status = HitStatus(
            hit_id=hit.hit_id, hit_role_code=hit.hit_role_code, hit_state_code=state,
            hit_step_code=step, actor_agency_id=THEIRS,
            step_timestamp=self.now - timedelta(seconds=self.dice.choice((0, 1))),
            record_id=hit.record_id, owner_agency_id=hit.owner_agency_id,
            finder_agency_id=hit.finder_agency_id, grade_code=hit.grade_code,
            addressee_code=AddresseeCode.OFFICE, hit_answer_code=answer,
        )  # fmt: skip
        self.hear("HIT_STATUS", HitStatusNotice, hit_status=status)

    # --- a life -------------------------------------------------------------------------------

    def live(self, steps: int) -> None:
        """So many things happen."""
        doings = (
            self.files, self.files, self.files_again, self.updates, self.changes, self.changes,
            self.reviews, self.is_told_of_time, self.searches_for, self.searches_for, self.seizes,
            self.is_told_of_a_hit, self.hit_goes_on, self.hit_goes_on,
        )  # fmt: skip
        for _ in range(steps):
            self.dice.choice(doings)()
            self.passes()
