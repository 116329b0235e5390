"""Hits are led to their end: who may do what, when the clock fires, and who is told, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from registry_world import (
    BRAZIL,
    CUSTOMS,
    FRANCE,
    HUB,
    NOW,
    Centre,
    a_change,
    a_description,
    a_record,
    a_search,
    a_seizure,
    codes,
    frame_of,
    hits_in,
    office,
    pistol,
)

from gateway import registry
from gateway.payload import (
    AddresseeCode,
    ClosureReasonCode,
    ConfirmationUrgencyCode,
    CountryCode,
    DispositionCode,
    DispositionNotice,
    FalseHitReasonCode,
    FirearmRecordResult,
    FirearmRecordStatusChange,
    HitAnswerCode,
    HitClose,
    HitConfirmRequest,
    HitConfirmResponse,
    HitReceipt,
    HitRevoke,
    HitRoleCode,
    HitSeizure,
    HitStatus,
    HitStatusNotice,
    Location,
    PurposeCode,
    RecordStatusCode,
    validate,
)
from gateway.posting import Posting
from gateway.registry import Clocks
from gateway.registry.errors import HitPromiseError, HitUnknownError, IllegalStepError
from gateway.store import Asker


class Life:
    """One hit of a French record that Dutch customs found, with a clock that is told."""

    def __init__(self, centre: Centre, *, seized: bool = False, always: bool = True) -> None:
        self.centre = centre
        self.unit = centre.unit
        self.now = NOW
        self.clocks = Clocks()
        contact = replace(office(FRANCE), available_always_indicator=always)
        self.record = a_record(contact_point=(contact,))
        centre.submit(self.record)
        if seized:
            notices = hits_in(centre.seize(a_seizure([pistol()])))
        else:
            notices = hits_in(centre.search_all(a_search(a_description()))[1])
        self.hit_id = notices[0][1].hit.hit_id

    def say(self, kind: Any, sender: str, **said: Any) -> list[Posting]:
        name = {
            HitConfirmRequest: "HIT_CONFIRM_REQUEST",
            HitConfirmResponse: "HIT_CONFIRM_RESPONSE",
            HitRevoke: "HIT_REVOKE",
            HitSeizure: "HIT_SEIZURE",
            DispositionNotice: "DISPOSITION_NOTICE",
            HitClose: "HIT_CLOSE",
            HitReceipt: "HIT_RECEIPT",
        }[kind]
        context = frame_of(sender).context(name, purpose=PurposeCode.ALERT)
        message = kind(context=context, hit_id=self.hit_id, **said)
        assert validate(message) == ()
        return self._valid(
            registry.handle(
                message, sender=sender, unit=self.unit, frame=self._frame(), clocks=self.clocks
            )
        )

    def request(self, urgency: str = "URGENT", sender: str = CUSTOMS) -> list[Posting]:
        code = ConfirmationUrgencyCode(urgency)
        return self.say(HitConfirmRequest, sender, confirmation_urgency_code=code)

    def answer(
        self, answer: str, promised: datetime | None = None, sender: str = FRANCE
    ) -> list[Posting]:
        code = HitAnswerCode(answer)
        return self.say(
            HitConfirmResponse, sender, hit_answer_code=code, promised_timestamp=promised
        )

    def pass_time(self, span: timedelta) -> list[Posting]:
        """What the clocks that run out meanwhile have sent, in order."""
        postings: list[Posting] = []
        end = self.now + span
        while True:
            ahead = self.unit.timers.due(end)
            if not ahead:
                break
            self.now = max(self.now, ahead[0].due)
            assert self.unit.timers.take(ahead[0])
            frame = self._frame()
            postings += self._valid(registry.due(ahead[0], self.unit, frame, self.clocks))
        self.now = end
        return postings

    @property
    def state(self) -> str:
        held = self.unit.hits.find(self.hit_id)
        assert held is not None
        return held.state

    @property
    def record_status(self) -> str:
        return next(iter(self.unit.records.count()))

    def _frame(self) -> Any:
        return replace(frame_of(HUB), now=self.now)

    @staticmethod
    def _valid(postings: list[Posting]) -> list[Posting]:
        for posting in postings:
            assert validate(posting.payload) == ()
        return postings


def told(postings: list[Posting]) -> dict[str, HitStatus]:
    """Each receiver's word; nobody is told twice."""
    words = [(p.to, p.payload) for p in postings]
    assert len({to for to, _ in words}) == len(words)
    return {to: word.hit_status for to, word in words if isinstance(word, HitStatusNotice)}


def test_a_hit_is_led_from_the_request_to_its_end(centre: Centre) -> None:
    life = Life(centre)
    assert life.record_status == "HIT_PENDING"
    words = told(life.request())
    assert words[FRANCE].answer_due_timestamp == NOW + timedelta(minutes=10)
    assert [s.value for s in words[FRANCE].expected_step_code] == [
        "CONFIRM", "DENY", "DELAY", "REFUTE",
    ]  # fmt: skip
    assert words[FRANCE].national_record_id == "1"
    assert words[CUSTOMS].national_record_id is None
    assert told(life.answer("CONFIRMED"))[CUSTOMS].hit_answer_code is HitAnswerCode.CONFIRMED
    seized = life.say(
        HitSeizure,
        CUSTOMS,
        seizure_timestamp=NOW,
        location=Location(country=CountryCode.NLD),
        legal_justification_text="Customs law",
        exhibit_reference="EX-9",
    )
    assert told(seized)[FRANCE].exhibit_reference == "EX-9"
    assert life.record_status == "LOCATED"
    life.say(
        DispositionNotice,
        CUSTOMS,
        disposition_code=DispositionCode.RETURNED,
        disposition_date=date(2024, 6, 1),
    )
    life.say(HitClose, FRANCE)
    assert life.state == "CLOSED"
    assert life.pass_time(timedelta(days=30)) == []


def test_an_owner_that_says_nothing_is_asked_three_times_and_then_it_lapses(
    centre: Centre,
) -> None:
    life = Life(centre)
    life.request()
    assert life.pass_time(timedelta(minutes=9, seconds=59)) == []
    second = told(life.pass_time(timedelta(seconds=1)))
    assert second[FRANCE].request_number == 2
    assert second[FRANCE].addressee_code is AddresseeCode.OFFICE
    third = told(life.pass_time(timedelta(minutes=10)))
    assert third[FRANCE].addressee_code is AddresseeCode.DUTY_OFFICER
    assert third[CUSTOMS].addressee_code is AddresseeCode.OFFICE
    lapsed = told(life.pass_time(timedelta(minutes=10)))
    assert {word.hit_state_code.value for word in lapsed.values()} == {"LAPSED"}
    assert life.record_status == "ACTIVE"
    assert life.pass_time(timedelta(days=1)) == []
    # Late is better than never, and stays a lapse in the figures.
    life.answer("CONFIRMED")
    held = life.unit.hits.find(life.hit_id)
    assert held is not None
    assert held.state == "CONFIRMED"
    assert held.lapsed == NOW + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("urgency", "always", "span"),
    [
        ("ROUTINE", True, timedelta(hours=1)),
        ("URGENT", False, timedelta(hours=12)),
    ],
)
def test_the_clock_is_that_of_the_urgency_and_of_the_office(
    centre: Centre, urgency: str, always: bool, span: timedelta
) -> None:
    life = Life(centre, always=always)
    assert told(life.request(urgency))[FRANCE].answer_due_timestamp == NOW + span


def test_more_time_stops_the_clock_until_the_promised_instant(centre: Centre) -> None:
    life = Life(centre)
    life.request()
    promised = NOW + timedelta(hours=5)
    words = told(life.answer("MORE_TIME", promised))
    assert words[CUSTOMS].promised_timestamp == promised
    assert life.pass_time(timedelta(hours=4, minutes=59)) == []
    resumed = told(life.pass_time(timedelta(minutes=1)))
    assert resumed[FRANCE].request_number == 1
    assert resumed[FRANCE].answer_due_timestamp == promised + timedelta(minutes=10)
    assert life.state == "CONFIRM_REQUESTED"


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        ("MORE_TIME", None),
        ("MORE_TIME", timedelta(days=8)),
        ("MORE_TIME", timedelta(seconds=-1)),
        ("CONFIRMED", timedelta(hours=1)),
    ],
)
def test_a_promise_that_is_none_changes_nothing(
    centre: Centre, answer: str, after: timedelta | None
) -> None:
    life = Life(centre)
    life.request()
    with pytest.raises(HitPromiseError):
        life.answer(answer, None if after is None else NOW + after)
    assert life.state == "CONFIRM_REQUESTED"


def test_a_step_that_is_not_open_is_refused_with_those_that_are(centre: Centre) -> None:
    life = Life(centre)
    with pytest.raises(IllegalStepError) as refused:
        life.answer("CONFIRMED")
    assert refused.value.expected == "REFUTE"
    assert life.state == "RAISED"
    with pytest.raises(IllegalStepError):
        life.request(sender=FRANCE)


def test_to_others_the_hit_does_not_exist(centre: Centre) -> None:
    life = Life(centre)
    with pytest.raises(HitUnknownError) as stranger:
        life.request(sender=BRAZIL)
    life.hit_id = "H-XPO-01HWXXXXXXXXXXXXXXXXXXXXXX"
    with pytest.raises(HitUnknownError) as nothing:
        life.request()
    assert str(stranger.value) == str(nothing.value)


def test_the_same_step_again_is_answered_and_changes_nothing(centre: Centre) -> None:
    life = Life(centre)
    life.request()
    life.pass_time(timedelta(minutes=3))
    (again,) = life.request()
    assert again.to == CUSTOMS
    assert isinstance(again.payload, HitStatusNotice)
    assert again.payload.hit_status.answer_due_timestamp == NOW + timedelta(minutes=10)
    assert [event.step for event in life.unit.hits.events(life.hit_id)] == ["REQUEST"]


def test_a_confirmed_hit_of_a_seizure_is_seized(centre: Centre) -> None:
    life = Life(centre, seized=True)
    life.request()
    life.answer("CONFIRMED")
    assert life.state == "SEIZED"
    assert life.record_status == "LOCATED"


def test_a_false_hit_frees_the_record_and_counts_against_precision(centre: Centre) -> None:
    life = Life(centre)
    life.say(HitRevoke, CUSTOMS, false_hit_reason_code=FalseHitReasonCode.READING_ERROR)
    assert life.record_status == "ACTIVE"
    assert life.unit.hits.counts() == [("A", "FALSE_HIT", 1)]
    held = life.unit.hits.find(life.hit_id)
    assert held is not None
    assert held.reason == "READING_ERROR"


def test_a_cancelled_record_recalls_its_hits_from_both_sides(centre: Centre) -> None:
    life = Life(centre)
    life.request()
    change = a_change(life.record, RecordStatusCode.CANCELLED, reason=ClosureReasonCode.NOT_STOLEN)
    context = frame_of(FRANCE).context("REC_STATUS", purpose=PurposeCode.ALERT)
    _, *recalls = centre.handle(
        FirearmRecordStatusChange(context=context, status_change=change), FRANCE
    )
    words = told(recalls)
    assert set(words) == {FRANCE, CUSTOMS}
    assert {word.hit_state_code.value for word in words.values()} == {"REVOKED"}
    assert life.pass_time(timedelta(days=1)) == []


def closed(life: Life) -> list[Posting]:
    """What is sent when the owner closes the record of the hit, whatever came of it."""
    (held,) = life.unit.records.held({life.record.record_id}, Asker(party=FRANCE, country="FRA"))
    change = a_change(
        life.record,
        RecordStatusCode.CLOSED,
        base_version=held.version,
        reason=ClosureReasonCode.RECOVERED_OTHER_MEANS,
        recovery_date="2024-04-30",
    )
    context = frame_of(FRANCE).context("REC_STATUS", purpose=PurposeCode.ALERT)
    answer, *recalls = life.centre.handle(
        FirearmRecordStatusChange(context=context, status_change=change), FRANCE
    )
    assert isinstance(answer.payload, FirearmRecordResult)
    assert answer.payload.record_result.result_code.value.startswith("ACCEPTED")
    return recalls


def test_a_closed_record_recalls_the_hits_that_nobody_answered_and_no_other(centre: Centre) -> None:
    answered = Life(centre)
    answered.request()
    answered.answer("CONFIRMED")
    assert closed(answered) == []
    assert answered.state == "CONFIRMED"


def test_a_closed_record_recalls_a_hit_that_nobody_answered(centre: Centre) -> None:
    life = Life(centre)
    life.request()
    words = told(closed(life))
    assert {party: word.hit_state_code.value for party, word in words.items()} == {
        FRANCE: "REVOKED",
        CUSTOMS: "REVOKED",
    }


def test_an_owner_may_update_a_record_that_the_registry_led_on(centre: Centre) -> None:
    life = Life(centre)
    newer = replace(life.record, version=2, circumstance_text="Burglary")
    assert codes(centre.update(newer)) == []
    assert life.record_status == "HIT_PENDING"


def test_a_receipt_that_comes_late_takes_nothing_back(centre: Centre) -> None:
    life = Life(centre)
    life.request()
    for party, role in ((FRANCE, HitRoleCode.OWNER), (CUSTOMS, HitRoleCode.FINDER)):
        life.say(
            HitReceipt,
            party,
            hit_role_code=role,
            received_timestamp=NOW,
        )
    assert life.state == "CONFIRM_REQUESTED"
