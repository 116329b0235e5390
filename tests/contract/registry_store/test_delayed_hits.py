"""A record that comes later answers older questions and meets older records."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

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
    pistol,
    serial,
)

from gateway import registry
from gateway.payload import (
    AccessModeCode,
    AccessRestriction,
    CountryCode,
    FirearmRecord,
    FirearmRecordSubmit,
    HitNotice,
    HitOriginCode,
    MarkingKindCode,
    PurposeCode,
    RecordStatusCode,
    SearchResultCode,
    validate,
)


def filed(
    centre: Centre, record: FirearmRecord, *, after: timedelta = timedelta(0)
) -> list[tuple[str, HitNotice]]:
    """The hit notices that filing ``record`` leads to."""
    context = frame_of(record.owner_agency_id).context("REC_SUBMIT", purpose=PurposeCode.ALERT)
    postings = registry.handle(
        FirearmRecordSubmit(context=context, firearm_record=record),
        sender=record.owner_agency_id,
        unit=centre.unit,
        frame=replace(frame_of(HUB), now=NOW + after),
    )
    assert all(validate(posting.payload) == () for posting in postings)
    return hits_in(postings)


def searched(centre: Centre, **changes: object) -> None:
    result = centre.search(a_search(a_description(), **changes))
    assert result.result_code is SearchResultCode.NO_HIT
    centre.unit.flush()


def test_a_kept_search_fires_when_the_record_arrives(centre: Centre) -> None:
    searched(centre)
    notices = dict(filed(centre, a_record()))
    assert set(notices) == {FRANCE, CUSTOMS}
    hit = notices[CUSTOMS].hit
    assert hit.hit_origin_code is HitOriginCode.SEARCH
    assert hit.grade_code == "A"
    # The same question again raises none: it was answered by that record.
    newer = a_record(version=2, circumstance_text="More")
    assert codes(centre.update(newer)) == []
    assert len(centre.unit.hits.all()) == 1


def test_every_serial_of_a_kept_search_waits_for_a_record(centre: Centre) -> None:
    asked = a_description(marking=(serial("ABC12345"), serial("KL8899001")))
    centre.search(a_search(asked))
    centre.unit.flush()
    slide = serial("KL8899001", kind_code=MarkingKindCode.SERIAL_COMPONENT)
    record = a_record(firearm=pistol("ZZ0011223", marking=(serial("ZZ0011223"), slide)))
    hit = dict(filed(centre, record))[CUSTOMS].hit
    assert hit.hit_origin_code is HitOriginCode.SEARCH


def test_a_search_sent_again_with_its_id_ends_or_renews_the_standing_one(centre: Centre) -> None:
    search = a_search(a_description())
    ended = replace(search, store_for_delayed_hit_indicator=False)
    for one in (search, ended):
        centre.search(one)
        centre.unit.flush()
    assert filed(centre, a_record()) == []
    centre.search(a_search(a_description("DEF67890")))
    centre.unit.flush()
    assert len(filed(centre, a_record("2", "DEF67890"))) == 2


def test_another_party_ends_no_search_of_ours(centre: Centre) -> None:
    search = a_search(a_description())
    centre.search(search)
    centre.search(replace(search, store_for_delayed_hit_indicator=False), sender=BRAZIL)
    centre.unit.flush()
    assert set(dict(filed(centre, a_record()))) == {FRANCE, CUSTOMS}


def test_a_seized_weapon_that_is_reported_stolen_later_is_a_hit(centre: Centre) -> None:
    centre.seize(a_seizure([pistol()]))
    centre.unit.flush()
    hit = dict(filed(centre, a_record()))[FRANCE].hit
    assert hit.hit_origin_code is HitOriginCode.SEIZURE
    assert hit.seizure_id is not None
    assert hit.item_id == "i1"


@pytest.mark.parametrize(("kept", "after"), [(False, timedelta(0)), (True, timedelta(days=91))])
def test_a_search_that_is_not_kept_or_is_too_old_stays_silent(
    centre: Centre, kept: bool, after: timedelta
) -> None:
    searched(centre, store_for_delayed_hit_indicator=kept)
    assert filed(centre, a_record(), after=after) == []


def test_a_record_that_the_searcher_may_not_see_stays_unseen(centre: Centre) -> None:
    searched(centre)
    hidden = AccessRestriction(country_code=CountryCode.NLD, access_mode_code=AccessModeCode.DENY)
    assert filed(centre, a_record(access_restriction=(hidden,))) == []


def test_a_record_that_is_found_again_answers_what_was_asked_meanwhile(centre: Centre) -> None:
    record = a_record()
    centre.submit(record)
    centre.change(a_change(record, RecordStatusCode.SUSPENDED))
    searched(centre)
    centre.change(a_change(record, RecordStatusCode.ACTIVE, base_version=2))
    assert len(centre.unit.hits.all()) == 1


def test_records_of_two_owners_are_kept_and_both_are_told(centre: Centre) -> None:
    centre.submit(a_record())
    notices = dict(filed(centre, a_record(owner=BRAZIL)))
    assert set(notices) == {FRANCE, BRAZIL}
    assert notices[FRANCE].hit.hit_origin_code is HitOriginCode.RECORD
    assert notices[FRANCE].hit.finder_agency_id == BRAZIL
    assert notices[BRAZIL].hit.search_id is None
    assert sum(centre.unit.records.count().values()) == 2
