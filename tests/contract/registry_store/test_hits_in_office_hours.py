"""Clocks of hits know the hours and outages that an owner announced, where priority allows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from registry_world import CUSTOMS, FRANCE, Centre, frame_of, office
from test_hit_life import Life, told

from gateway import registry
from gateway.payload import (
    AddresseeCode,
    Availability,
    OfficeHoursNotice,
    OfficeStateCode,
    PurposeCode,
    validate,
)
from gateway.registry.errors import OfficeHoursError

SATURDAY = datetime(2024, 6, 15, 10, tzinfo=UTC)
MONDAY = datetime(2024, 6, 17, 6, tzinfo=UTC)  # 8:00 in Paris
HOURS = ("1-5 08:00-18:00",)
DUTY = replace(office(FRANCE), contact_name="Duty officer", available_always_indicator=True)


def announce(life: Life, *, duty: bool = True, zone: str = "Europe/Paris") -> None:
    context = frame_of(FRANCE).context("OFFICE_HOURS", purpose=PurposeCode.ALERT)
    notice = OfficeHoursNotice(
        context=context,
        opening_span=HOURS,
        time_zone_name=zone,
        duty_officer=DUTY if duty else None,
    )
    assert validate(notice) == ()
    frame = replace(frame_of("XPO-REGISTRY"), now=life.now)
    assert registry.handle(notice, sender=FRANCE, unit=life.unit, frame=frame) == []


def on_saturday(centre: Centre, *, always: bool = False) -> Life:
    life = Life(centre, always=always)
    life.now = SATURDAY
    return life


def test_a_routine_request_waits_for_the_office_and_the_finder_is_told_at_once(
    centre: Centre,
) -> None:
    life = on_saturday(centre)
    announce(life)
    words = told(life.request("ROUTINE"))
    for word in words.values():
        assert word.answer_due_timestamp == MONDAY + timedelta(hours=1)
        assert word.office_state_code is OfficeStateCode.CLOSED
        assert word.office_opens_timestamp == MONDAY
        assert word.duty_officer == DUTY
        assert word.addressee_code is AddresseeCode.OFFICE
    assert life.pass_time(timedelta(days=1)) == []


def test_an_urgent_request_goes_to_the_duty_officer_at_once(centre: Centre) -> None:
    life = on_saturday(centre)
    announce(life)
    words = told(life.request("URGENT"))
    assert words[FRANCE].addressee_code is AddresseeCode.DUTY_OFFICER
    assert words[CUSTOMS].answer_due_timestamp == SATURDAY + timedelta(minutes=10)
    assert words[CUSTOMS].office_state_code is OfficeStateCode.CLOSED


def test_a_contact_of_the_record_that_answers_always_is_as_good_as_a_duty_officer(
    centre: Centre,
) -> None:
    life = on_saturday(centre, always=True)
    announce(life, duty=False)
    word = told(life.request("URGENT"))[FRANCE]
    assert word.answer_due_timestamp == SATURDAY + timedelta(minutes=10)
    assert word.addressee_code is AddresseeCode.DUTY_OFFICER


def test_an_urgent_request_that_nobody_can_take_is_asked_again_after_twelve_hours(
    centre: Centre,
) -> None:
    life = on_saturday(centre)
    announce(life, duty=False)
    due = told(life.request("URGENT"))[CUSTOMS].answer_due_timestamp
    assert due == SATURDAY + timedelta(hours=12)


def test_the_third_request_goes_to_the_duty_officer_and_waits_for_no_office(centre: Centre) -> None:
    life = on_saturday(centre)
    announce(life)
    life.request("ROUTINE")
    second = told(life.pass_time(MONDAY + timedelta(hours=1) - life.now))[FRANCE]
    assert second.answer_due_timestamp == MONDAY + timedelta(hours=2)
    assert second.office_state_code is OfficeStateCode.OPEN
    third = told(life.pass_time(timedelta(hours=1)))[FRANCE]
    assert third.addressee_code is AddresseeCode.DUTY_OFFICER
    lapsed = told(life.pass_time(timedelta(hours=1)))
    assert {word.hit_state_code.value for word in lapsed.values()} == {"LAPSED"}


def test_a_request_shortly_before_closing_goes_on_in_the_morning(centre: Centre) -> None:
    life = on_saturday(centre)
    life.now = MONDAY + timedelta(hours=9, minutes=30)
    announce(life)
    word = told(life.request("ROUTINE"))[CUSTOMS]
    assert word.office_state_code is OfficeStateCode.OPEN
    assert word.answer_due_timestamp == MONDAY + timedelta(days=1, minutes=30)


def test_clocks_stand_during_an_announced_outage(centre: Centre) -> None:
    life = on_saturday(centre, always=True)
    ends = SATURDAY + timedelta(hours=5)
    notice = Availability(
        context=frame_of(FRANCE).context("AVAILABILITY", purpose=PurposeCode.ALERT),
        outage_reference="1",
        begin_timestamp=SATURDAY - timedelta(hours=1),
        end_timestamp=ends,
        will_forward_indicator=True,
        reason_text=None,
    )
    frame = replace(frame_of("XPO-REGISTRY"), now=life.now)
    registry.handle(notice, sender=FRANCE, unit=life.unit, frame=frame)
    assert told(life.request("ROUTINE"))[CUSTOMS].answer_due_timestamp == ends + timedelta(hours=1)


def test_new_hours_take_the_place_of_the_old_ones(centre: Centre) -> None:
    life = on_saturday(centre)
    announce(life)
    announce(life, zone="Asia/Tokyo")
    word = told(life.request("ROUTINE"))[CUSTOMS]
    assert word.office_opens_timestamp == datetime(2024, 6, 16, 23, tzinfo=UTC)


def test_a_time_zone_that_nobody_knows_is_refused(centre: Centre) -> None:
    with pytest.raises(OfficeHoursError, match="Atlantis"):
        announce(on_saturday(centre), zone="Europe/Atlantis")
