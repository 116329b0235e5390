"""Filing, updating and leading records, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from registry_world import (
    BRAZIL,
    CUSTOMS,
    FRANCE,
    Centre,
    a_change,
    a_description,
    a_record,
    a_search,
    codes,
    frame_of,
    pistol,
    serial,
)

from gateway.payload import (
    AccessModeCode,
    AccessRestriction,
    ClosureReasonCode,
    CountryCode,
    HandlingCode,
    MessageTypeCode,
    PurposeCode,
    RecordBatch,
    RecordBatchItem,
    RecordBatchReport,
    RecordResultCode,
    RecordStatusCode,
    RecordTypeCode,
    RecordUpdate,
    SerialStatusCode,
)
from gateway.store import Store

ACCEPTED = RecordResultCode.ACCEPTED
WARNED = RecordResultCode.ACCEPTED_WITH_WARNINGS
REJECTED = RecordResultCode.REJECTED
DUPLICATE = RecordResultCode.DUPLICATE
CONFLICT = RecordResultCode.VERSION_CONFLICT


def test_a_filed_record_is_found_in_its_first_version(centre: Centre) -> None:
    result = centre.submit(a_record())
    assert (result.result_code, result.version) == (ACCEPTED, 1)
    found = centre.search(a_search(a_description()))
    assert [candidate.record_id for candidate in found.candidate] == [a_record().record_id]


def test_the_same_record_again_is_a_duplicate_without_effect(centre: Centre) -> None:
    centre.submit(a_record())
    again = replace(a_record(), entered_timestamp=a_record().entered_timestamp.replace(hour=15))
    result = centre.submit(again)
    assert (result.result_code, result.version, result.finding) == (DUPLICATE, 1, ())
    assert centre.unit.records.count() == {"ACTIVE": 1}


def test_another_content_under_a_held_id_is_refused_naming_the_version(centre: Centre) -> None:
    centre.submit(a_record())
    result = centre.submit(a_record(event_date="2024-03-01"))
    assert (result.result_code, result.version) == (REJECTED, 1)
    assert codes(result) == ["RECORD_EXISTS"]


def test_one_weapon_filed_twice_by_its_owner_is_a_duplicate_naming_the_first(
    centre: Centre,
) -> None:
    centre.submit(a_record("1", "ABC 123-45"))
    result = centre.submit(a_record("2", "abc12345"))
    assert result.result_code is DUPLICATE
    assert result.record_id == a_record("1").record_id
    assert result.national_record_id == "1"
    assert codes(result) == ["DUPLICATE_OF_OWN"]
    assert centre.unit.records.count() == {"ACTIVE": 1}


def test_another_model_or_make_with_the_same_serial_is_no_duplicate(centre: Centre) -> None:
    centre.submit(a_record("1", firearm=pistol(model_identified="17")))
    other_model = centre.submit(a_record("2", firearm=pistol(model_identified="Delta")))
    assert other_model.result_code is WARNED
    assert codes(other_model) == ["RECORD_MATCH"]
    other_make = centre.submit(a_record("3", firearm=pistol(make="Beretta")))
    assert other_make.result_code is ACCEPTED


def test_a_look_alike_serial_is_no_duplicate(centre: Centre) -> None:
    centre.submit(a_record("1", "ABC12345"))
    assert centre.submit(a_record("2", "A8C12345")).result_code is ACCEPTED


def test_a_weapon_found_and_then_reported_stolen_are_two_records(centre: Centre) -> None:
    centre.submit(a_record("1", record_type_code=RecordTypeCode.RECOVERED_UNCLAIMED))
    result = centre.submit(a_record("2"))
    assert (result.result_code, codes(result)) == (WARNED, ["RECORD_MATCH"])


def test_another_owners_same_weapon_is_accepted_with_a_warning(centre: Centre) -> None:
    centre.submit(a_record("1"))
    result = centre.submit(a_record("7", owner=BRAZIL))
    assert (result.result_code, codes(result)) == (WARNED, ["RECORD_MATCH"])
    assert result.finding[0].value_text == a_record("1").record_id


def test_a_restricted_twin_of_another_owner_raises_no_warning(centre: Centre) -> None:
    rule = AccessRestriction(country_code=CountryCode.BRA, access_mode_code=AccessModeCode.DENY)
    centre.submit(a_record("1", access_restriction=(rule,)))
    result = centre.submit(a_record("7", owner=BRAZIL))
    assert (result.result_code, result.finding) == (ACCEPTED, ())


def test_a_record_of_another_owner_is_refused(centre: Centre) -> None:
    result = centre.submit(a_record(), sender=BRAZIL)
    assert result.result_code is REJECTED
    assert codes(result) == ["NOT_OWNER", "RECORD_ID_COUNTRY"]
    assert centre.unit.records.count() == {}


def test_all_faults_of_a_first_filing_are_told_at_once(centre: Centre) -> None:
    result = centre.submit(
        a_record(
            version=3,
            status_code=RecordStatusCode.SUSPENDED,
            event_date="2031",
            firearm=pistol(marking=()),
        )
    )
    assert codes(result) == [
        "SERIAL_REQUIRED",
        "EVENT_IN_FUTURE",
        "STATUS_NOT_ACTIVE",
        "VERSION_NOT_ONE",
    ]


def test_a_weapon_without_a_readable_serial_is_recorded(centre: Centre) -> None:
    firearm = pistol(marking=(), serial_status_code=SerialStatusCode.REMOVED_ABRADED)
    assert centre.submit(a_record(firearm=firearm)).result_code is ACCEPTED


def test_a_placeholder_serial_is_recorded_with_a_warning_and_never_found(centre: Centre) -> None:
    result = centre.submit(a_record(text="RASPADA"))
    assert (result.result_code, codes(result)) == (WARNED, ["SERIAL_PLACEHOLDER"])
    assert "REMOVED_ABRADED" in (result.finding[0].remedy_text or "")
    found = centre.search(a_search(a_description("RASPADA")))
    assert found.candidate == ()


def test_one_national_number_names_one_record(centre: Centre) -> None:
    centre.submit(a_record("1"))
    other = a_record("1", "ZZZ98765", record_id=frame_of(FRANCE).record_id("other"))
    result = centre.submit(other)
    assert (result.result_code, codes(result)) == (REJECTED, ["NATIONAL_ID_TAKEN"])


# Updates


def test_an_update_replaces_the_content_and_what_it_is_found_by(centre: Centre) -> None:
    centre.submit(a_record())
    result = centre.update(a_record(text="XYZ98765", version=2))
    assert (result.result_code, result.version) == (ACCEPTED, 2)
    assert centre.search(a_search(a_description("ABC12345"))).candidate == ()
    (candidate,) = centre.search(a_search(a_description("XYZ98765"))).candidate
    assert candidate.firearm.marking[0].text_as_marked == "XYZ98765"


def test_an_update_from_another_version_is_refused_with_both_named(centre: Centre) -> None:
    centre.submit(a_record())
    centre.update(a_record(version=2, event_date="2024-03-01"))
    result = centre.update(a_record(version=2, event_date="2024-02-01"))
    assert (result.result_code, result.version) == (CONFLICT, 2)
    (finding,) = result.finding
    assert (finding.finding_code, finding.value_text, finding.expected_text) == (
        "VERSION_CONFLICT",
        "1",
        "2",
    )


def test_only_the_owner_updates(centre: Centre) -> None:
    centre.submit(a_record())
    result = centre.update(a_record(version=2), sender=BRAZIL)
    assert (result.result_code, codes(result)) == (REJECTED, ["NOT_OWNER"])


def test_anothers_restricted_record_is_refused_as_if_it_did_not_exist(centre: Centre) -> None:
    rule = AccessRestriction(country_code=CountryCode.BRA, access_mode_code=AccessModeCode.DENY)
    centre.submit(a_record("1", access_restriction=(rule,)))
    hidden = centre.update(a_record("1", version=2), sender=BRAZIL)
    absent = centre.update(a_record("2", version=2), sender=BRAZIL)
    assert codes(hidden) == codes(absent) == ["RECORD_UNKNOWN"]
    assert hidden.version is None
    change = a_change(a_record("1"), RecordStatusCode.SUSPENDED)
    assert codes(centre.change(change, sender=BRAZIL)) == ["RECORD_UNKNOWN"]


def test_an_update_does_not_change_the_status_or_the_national_number(centre: Centre) -> None:
    centre.submit(a_record())
    result = centre.update(
        a_record(version=2, status_code=RecordStatusCode.CLOSED, national_record_id="9")
    )
    assert codes(result) == ["STATUS_BY_STATUS_CHANGE", "NATIONAL_ID_FIXED"]


# Status changes


def test_a_suspended_record_is_not_found_until_it_is_active_again(centre: Centre) -> None:
    record = a_record()
    centre.submit(record)
    suspended = centre.change(a_change(record, RecordStatusCode.SUSPENDED))
    assert (suspended.result_code, suspended.version) == (ACCEPTED, 2)
    assert centre.search(a_search(a_description())).candidate == ()
    centre.change(a_change(record, RecordStatusCode.ACTIVE, base_version=2))
    # The search that found nothing stayed, and fires: the record waits for its hit.
    (candidate,) = centre.search(a_search(a_description())).candidate
    assert candidate.status_code is RecordStatusCode.HIT_PENDING


def test_a_located_record_is_still_found_and_closes_with_a_recovery_date(centre: Centre) -> None:
    record = a_record()
    reason = ClosureReasonCode.RECOVERED_BY_HIT_THIS_SYSTEM
    centre.submit(record)
    centre.change(a_change(record, RecordStatusCode.LOCATED))
    (candidate,) = centre.search(a_search(a_description())).candidate
    assert candidate.status_code is RecordStatusCode.LOCATED
    closing = a_change(record, RecordStatusCode.CLOSED, base_version=2, reason=reason)
    assert codes(centre.change(closing)) == ["RECOVERY_DATE_REQUIRED"]
    closed = centre.change(replace(closing, recovery_date="2024-05-01"))
    assert (closed.result_code, closed.version) == (ACCEPTED, 3)
    assert centre.search(a_search(a_description())).candidate == ()


@pytest.mark.parametrize("status", [RecordStatusCode.PURGED, RecordStatusCode.HIT_PENDING])
def test_an_owner_cannot_take_the_registrys_steps(centre: Centre, status: RecordStatusCode) -> None:
    centre.submit(a_record())
    result = centre.change(a_change(a_record(), status))
    assert codes(result) == ["ILLEGAL_TRANSITION"]
    assert "SUSPENDED" in (result.finding[0].expected_text or "")


def test_cancelling_needs_a_reason_for_cancelling(centre: Centre) -> None:
    centre.submit(a_record())
    without = centre.change(a_change(a_record(), RecordStatusCode.CANCELLED))
    assert codes(without) == ["CLOSURE_REASON_REQUIRED"]
    wrong = a_change(a_record(), RecordStatusCode.CANCELLED, reason=ClosureReasonCode.DESTROYED)
    assert codes(centre.change(wrong)) == ["CLOSURE_REASON_WRONG"]


def test_the_same_status_change_again_has_no_effect(centre: Centre) -> None:
    centre.submit(a_record())
    change = a_change(a_record(), RecordStatusCode.SUSPENDED)
    centre.change(change)
    result = centre.change(change)
    assert (result.result_code, result.version) == (DUPLICATE, 2)


def test_a_closed_record_is_not_updated(centre: Centre) -> None:
    centre.submit(a_record())
    centre.change(a_change(a_record(), RecordStatusCode.CLOSED, reason=ClosureReasonCode.DESTROYED))
    result = centre.update(a_record(version=3), base_version=2)
    assert codes(result) == ["RECORD_NOT_OPEN"]


# Batches


def test_a_batch_has_one_result_an_item_in_order_as_if_each_came_alone(centre: Centre) -> None:
    first, second = a_record("1"), a_record("2", "DEF67890")
    update = RecordUpdate(base_version=1, firearm_record=a_record("2", "GHJ67890", version=2))
    items = (
        RecordBatchItem(item_id="a", firearm_record=first),
        RecordBatchItem(item_id="b", firearm_record=second),
        RecordBatchItem(item_id="c", record_update=update),
        RecordBatchItem(item_id="d", status_change=a_change(first, RecordStatusCode.SUSPENDED)),
        RecordBatchItem(item_id="e", firearm_record=first),
        RecordBatchItem(item_id="f", firearm_record=a_record("3", "ABC12345")),
        RecordBatchItem(item_id="g", firearm_record=a_record("4", "GHJ-67890")),
        RecordBatchItem(item_id="h", record_update=update),
        RecordBatchItem(item_id="i", firearm_record=a_record("5", owner=BRAZIL)),
    )
    context = frame_of(FRANCE).context(MessageTypeCode.REC_BATCH, purpose=PurposeCode.ALERT)
    (posting,) = centre.handle(RecordBatch(context=context, record_batch_item=items), FRANCE)
    report = posting.payload
    assert isinstance(report, RecordBatchReport)
    assert [one.item_id for one in report.record_batch_result] == list("abcdefghi")
    outcomes = [
        (one.record_result.result_code, one.record_result.version)
        for one in report.record_batch_result
    ]
    assert outcomes == [
        (ACCEPTED, 1),
        (ACCEPTED, 1),
        (ACCEPTED, 2),
        (ACCEPTED, 2),
        (DUPLICATE, 2),
        (ACCEPTED, 1),  # its twin is suspended
        (DUPLICATE, 2),  # the twin is the updated second
        (CONFLICT, 2),
        (REJECTED, None),
    ]
    assert centre.unit.records.count() == {"ACTIVE": 2, "SUSPENDED": 1}


def test_what_was_filed_is_there_in_the_next_transaction(store: Store) -> None:
    record = a_record(handling_code=(HandlingCode.H1_NO_COURT_WITHOUT_CONSENT,))
    with store.unit() as unit:
        Centre(unit=unit).submit(record)
    with store.unit() as unit:
        centre = Centre(unit=unit)
        assert centre.submit(record).result_code is DUPLICATE
        assert len(centre.search(a_search(a_description())).candidate) == 1


def test_a_transliteration_that_came_with_the_marking_is_a_way_to_find_it(
    centre: Centre,
) -> None:
    marking = serial("ВР 04571")  # noqa: RUF001 - Cyrillic letters are meant
    centre.submit(a_record(firearm=pistol(marking=(marking,), make="Izhmash")))
    for text in ("BP04571", "VR04571"):
        search = a_search(replace(a_description(text), make_identified=None))
        (candidate,) = centre.search(search, sender=CUSTOMS).candidate
        assert candidate.grade_code == "C"
