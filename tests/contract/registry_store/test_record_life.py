"""What time does to records, and who may read them whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
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
    codes,
    frame_of,
)

from gateway import registry
from gateway.payload import (
    AccessModeCode,
    AccessRestriction,
    ClosureReasonCode,
    CountryCode,
    PurposeCode,
    RecordBatchReport,
    RecordExtract,
    RecordRead,
    RecordResult,
    RecordStatusCode,
    ReviewConfirm,
    ReviewDecision,
    ReviewDecisionCode,
    ReviewDue,
    SearchReasonCode,
    validate,
)
from gateway.registry import Clocks, keep_reviewing

REVIEW = date(2024, 8, 1)


def days(centre: Centre, number: float) -> list[tuple[str, str]]:
    """What the registry's clocks tell owners by then."""
    now = NOW + timedelta(days=number)
    frame = replace(frame_of(HUB), now=now)
    keep_reviewing(centre.unit, frame)
    told: list[tuple[str, str]] = []
    for timer in centre.unit.timers.due(now):
        assert centre.unit.timers.take(timer)
        for posting in registry.due(timer, centre.unit, frame, Clocks()):
            assert validate(posting.payload) == ()
            if isinstance(posting.payload, ReviewDue):
                told += [
                    (posting.to, item.review_notice_code.value)
                    for item in posting.payload.review_item
                ]
    return told


def status(centre: Centre) -> str:
    (only,) = centre.unit.records.count()
    return only


def decided(centre: Centre, after: float = 0, **decision: Any) -> RecordResult:
    record_id = a_record().record_id
    message = ReviewConfirm(
        context=frame_of(FRANCE).context("REVIEW_CONFIRM", purpose=PurposeCode.ALERT),
        review_decision=(
            ReviewDecision(
                record_id=record_id,
                **{
                    "base_version": 1,
                    "review_decision_code": ReviewDecisionCode.EXTEND,
                    **decision,
                },
            ),
        ),
    )
    frame = replace(frame_of(HUB), now=NOW + timedelta(days=after))
    reply, *_ = registry.handle(message, sender=FRANCE, unit=centre.unit, frame=frame)
    assert validate(reply.payload) == ()
    assert isinstance(reply.payload, RecordBatchReport)
    return reply.payload.record_batch_result[0].record_result


def test_an_owner_is_told_three_times_before_and_once_after_the_review_date(
    centre: Centre,
) -> None:
    centre.submit(a_record(review_date=REVIEW))
    assert days(centre, 1) == []
    assert days(centre, 3) == [(FRANCE, "REVIEW_DUE")]
    assert days(centre, 4) == []
    assert days(centre, 63) == [(FRANCE, "REVIEW_DUE")]
    assert days(centre, 86) == [(FRANCE, "REVIEW_DUE")]
    assert days(centre, 93) == [(FRANCE, "REVIEW_OVERDUE")]
    assert days(centre, 94) == []


def test_what_nobody_confirms_expires_and_is_not_found(centre: Centre) -> None:
    centre.submit(a_record(review_date=REVIEW))
    assert (FRANCE, "EXPIRED") in days(centre, 123)
    assert status(centre) == "EXPIRED"
    assert centre.search(a_search(a_description())).candidate == ()


def test_an_expired_record_is_extended_and_found_again_and_that_is_counted(
    centre: Centre,
) -> None:
    centre.submit(a_record(review_date=REVIEW))
    days(centre, 123)
    result = decided(centre, after=130, review_date=date(2026, 1, 1))
    assert codes(result) == []
    assert result.version == 2
    (candidate,) = centre.search(a_search(a_description())).candidate
    assert candidate.record_id == a_record().record_id
    ageing = centre.unit.lives.find(a_record().record_id)
    assert ageing is not None
    assert ageing.extended == 1
    assert ageing.review_date == date(2026, 1, 1)
    assert [e.event for e in centre.unit.lives.events(a_record().record_id)] == [
        "EXPIRED",
        "EXTENDED",
    ]


@pytest.mark.parametrize("given", [None, date(2024, 5, 1), date(2031, 1, 1)])
def test_an_extension_goes_to_a_date_ahead_and_not_too_far(
    centre: Centre, given: date | None
) -> None:
    centre.submit(a_record(review_date=REVIEW))
    assert codes(decided(centre, review_date=given)) == ["REVIEW_DATE_WRONG"]


def test_a_decision_may_close_as_a_status_change_does(centre: Centre) -> None:
    centre.submit(a_record())
    closing = ReviewDecisionCode.CLOSE
    assert codes(decided(centre, review_decision_code=closing)) == ["CLOSURE_REASON_REQUIRED"]
    reason = ClosureReasonCode.CASE_DROPPED
    decided(centre, review_decision_code=closing, closure_reason_code=reason)
    assert status(centre) == "CLOSED"


def test_a_suspension_ends_by_itself(centre: Centre) -> None:
    record = a_record()
    centre.submit(record)
    centre.change(a_change(record, RecordStatusCode.SUSPENDED))
    assert days(centre, 29) == []
    assert days(centre, 30) == [(FRANCE, "RESUMED")]
    assert len(centre.search(a_search(a_description())).candidate) == 1


def test_an_ended_record_is_erased_to_a_stub(centre: Centre) -> None:
    record = a_record()
    centre.submit(record)
    reason = ClosureReasonCode.ENTERED_IN_ERROR
    centre.change(a_change(record, RecordStatusCode.CANCELLED, reason=reason))
    assert days(centre, 29) == []
    assert days(centre, 31) == [(FRANCE, "PURGED")]
    assert status(centre) == "PURGED"
    ageing = centre.unit.lives.find(record.record_id)
    assert ageing is not None
    assert ageing.national_record_id == record.record_id
    assert centre.unit.records.contents([ageing.id]) == {}
    assert codes(centre.submit(record)) == ["RECORD_NOT_OPEN"]


def test_what_is_erased_is_found_by_nothing_whatever_state_it_was_in(centre: Centre) -> None:
    record = a_record()
    centre.submit(record)
    ageing = centre.unit.lives.find(record.record_id)
    assert ageing is not None
    centre.unit.lives.erase(ageing.id, NOW)
    assert list(centre.unit.indexing.keys([ageing.id]).get(ageing.id, ())) == []
    assert centre.search(a_search(a_description())).candidate == ()


def read(centre: Centre, sender: str, **changes: Any) -> RecordExtract:
    said: dict[str, Any] = {
        "purpose": PurposeCode.CRIMINAL_INVESTIGATION,
        "case_reference": "C-1",
    } | changes
    message = RecordRead(
        context=frame_of(sender).context("REC_READ", **said),
        record_id=a_record().record_id,
        reason_code=SearchReasonCode.TRAFFICKING,
        justification_text="To compare the marks",
    )
    (reply,) = registry.handle(message, sender=sender, unit=centre.unit, frame=frame_of(HUB))
    assert validate(reply.payload) == ()
    assert isinstance(reply.payload, RecordExtract)
    return reply.payload


def refused(extract: RecordExtract) -> list[str]:
    assert extract.firearm_record is None
    return [finding.finding_code for finding in extract.finding]


def test_a_whole_record_is_given_to_who_was_shown_it_and_the_reason_is_kept(
    centre: Centre,
) -> None:
    rule = AccessRestriction(country_code=CountryCode.BRA, access_mode_code=AccessModeCode.DENY)
    centre.submit(a_record(circumstance_text="Burglary", access_restriction=(rule,)))
    assert refused(read(centre, CUSTOMS)) == ["RECORD_NOT_SHOWN"]
    centre.search(a_search(a_description()))
    centre.unit.flush()
    given = read(centre, CUSTOMS).firearm_record
    assert given is not None
    assert given.circumstance_text == "Burglary"
    assert given.access_restriction == ()
    own = read(centre, FRANCE).firearm_record
    assert own is not None
    assert own.access_restriction == (rule,)
    log = centre.unit.lives.accesses(given.record_id)
    assert [(a.asker, a.granted) for a in log] == [
        (CUSTOMS, False),
        (CUSTOMS, True),
        (FRANCE, True),
    ]
    assert {a.justification for a in log} == {"To compare the marks"}
    life = centre.unit.lives
    assert life.read_log(since=None, asker=None, most=10) == log[::-1]
    assert life.read_log(since=None, asker=CUSTOMS, most=1) == [log[1]]
    assert life.read_log(since=log[-1].at + timedelta(days=1), asker=None, most=10) == []


def test_a_hidden_record_and_none_are_answered_alike(centre: Centre) -> None:
    nothing = read(centre, BRAZIL)
    rule = AccessRestriction(country_code=CountryCode.BRA, access_mode_code=AccessModeCode.DENY)
    centre.submit(a_record(access_restriction=(rule,)))
    centre.search(a_search(a_description()), BRAZIL)
    hidden = read(centre, BRAZIL)
    assert hidden.finding == nothing.finding
    assert refused(hidden) == ["RECORD_NOT_SHOWN"]


def test_a_border_check_or_no_case_is_not_enough(centre: Centre) -> None:
    centre.submit(a_record())
    centre.search(a_search(a_description()))
    centre.unit.flush()
    border = read(centre, CUSTOMS, purpose=PurposeCode.BORDER_CONTROL, case_reference=None)
    assert refused(border) == ["CASE_REQUIRED", "PURPOSE_NOT_ENOUGH"]
