"""Searches, restrictions, seizures and hits, on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from registry_world import (
    BRAZIL,
    CUSTOMS,
    FRANCE,
    NOW,
    Centre,
    a_description,
    a_record,
    a_search,
    a_seizure,
    codes,
    frame_of,
    hits_in,
    pistol,
)
from sqlalchemy import select

from gateway.ids import Lane
from gateway.payload import (
    AccessModeCode,
    AccessRestriction,
    CountryCode,
    FirearmTypeCode,
    GradeCode,
    HandlingCode,
    HitOriginCode,
    HitReceipt,
    HitRoleCode,
    Make,
    MatchOutcomeCode,
    MessageTypeCode,
    PurposeCode,
    SearchBatch,
    SearchBatchItem,
    SearchBatchReport,
    SearchRequest,
    SearchResultCode,
)
from gateway.registry import ModeError, seeking
from gateway.store.registry_tables import hit, lookup

A, B, C, D = GradeCode.A, GradeCode.B, GradeCode.C, GradeCode.D
NO_MAKE: dict[str, Any] = {"make_identified": None}


def deny(grantee: str) -> AccessRestriction:
    return _rule(grantee, AccessModeCode.DENY)


def allow(grantee: str) -> AccessRestriction:
    return _rule(grantee, AccessModeCode.ALLOW)


def _rule(grantee: str, mode: AccessModeCode) -> AccessRestriction:
    if "-" in grantee:
        return AccessRestriction(agency_id=grantee, access_mode_code=mode)
    return AccessRestriction(country_code=CountryCode(grantee), access_mode_code=mode)


# Grades


@pytest.mark.parametrize(
    ("recorded", "asked", "grade"),
    [
        ("ABC12345", "ABC12345", A),
        ("ABC12345", "abc-123 45", A),
        ("ABC12345", "A.B/C 12345", A),
        ("0012345678", "12345678", A),
        ("12345678", "0 12345678", A),
        ("ABC12345", "A8C12345", C),
        ("ABO12345", "AB012345", C),
        ("AB1234", "AB1234", B),
        ("SN 4711-0815", "47110815", A),
        ("1234 5678 (9012-3456)", "90123456", A),
    ],
)
def test_a_serial_is_graded_by_what_had_to_be_folded(
    centre: Centre, recorded: str, asked: str, grade: GradeCode
) -> None:
    centre.submit(a_record(text=recorded))
    (candidate,) = centre.search(a_search(a_description(asked))).candidate
    assert candidate.grade_code is grade


def test_a_folded_serial_is_a_candidate_and_never_a_hit(centre: Centre) -> None:
    centre.submit(a_record(text="ABO12345"))
    result, notices = centre.search_all(a_search(a_description("AB012345")))
    assert result.result_code is SearchResultCode.CANDIDATES
    assert notices == []
    reasons = {r.reason_code: r for r in result.candidate[0].match_reason}
    assert reasons["SERIAL_LOOK_ALIKE"].outcome_code is MatchOutcomeCode.FOLDED
    assert "position 3: asked 0, recorded O" in reasons["SERIAL_LOOK_ALIKE"].message_text
    assert reasons["MAKE_AGREES"].outcome_code is MatchOutcomeCode.AGREES
    assert reasons["CALIBRE_NEAR"].outcome_code is MatchOutcomeCode.FOLDED


@pytest.mark.parametrize(
    ("changes", "grade"),
    [
        ({}, A),
        (NO_MAKE, B),
        (NO_MAKE | {"calibre": ()}, B),
        (NO_MAKE | {"calibre": (), "firearm_type_code": None}, C),
        ({"firearm_type_code": FirearmTypeCode.SHOTGUN}, C),
        # D by the rules, but a stranger's serial is less likely than a make named wrongly (4.7.3)
        ({"make_identified": Make(make_text="Beretta")}, C),
    ],
)
def test_what_is_known_beside_the_serial_decides_the_grade(
    centre: Centre, changes: dict[str, Any], grade: GradeCode
) -> None:
    centre.submit(a_record())
    search = a_search(replace(a_description(), **changes))
    (candidate,) = centre.search(search).candidate
    assert candidate.grade_code is grade


def test_what_is_weaker_than_asked_for_is_counted_only(centre: Centre) -> None:
    centre.submit(a_record(text="ABO12345"))
    result = centre.search(a_search(a_description("AB012345"), minimum_grade_code=B))
    assert (result.result_code, result.candidate) == (SearchResultCode.NO_HIT, ())
    assert result.weak_count == 1


def test_who_asks_for_hits_alone_is_spared_what_is_near(centre: Centre) -> None:
    centre.submit(a_record(text="ABC12345"))
    near = a_description("ABC12346")
    assert centre.search(a_search(near, minimum_grade_code=B)).weak_count is None
    assert centre.search(a_search(near)).candidate


# Answers without candidates


def test_nothing_found_is_a_complete_answer(centre: Centre) -> None:
    search = a_search(a_description())
    result = centre.search(search)
    assert result.result_code is SearchResultCode.NO_HIT
    assert (result.search_id, result.registry_timestamp) == (search.search_id, NOW)
    assert (result.candidate, result.weak_count, result.finding) == ((), None, ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("unknown", "SERIAL_PLACEHOLDER"),
        ("sem numeração", "SERIAL_PLACEHOLDER"),
        ("00000", "SERIAL_ONE_SYMBOL"),
        ("1.23457E+11", "SERIAL_DAMAGED"),
        ("A?2*", "SERIAL_PATTERN"),
        (None, "SERIAL_MISSING"),
    ],
)
def test_what_cannot_be_searched_says_why(centre: Centre, text: str | None, code: str) -> None:
    result = centre.search(a_search(a_description(text)))
    assert result.result_code is SearchResultCode.NOT_SEARCHABLE
    assert codes(result) == [code]
    assert result.finding[0].remedy_text


def test_more_candidates_than_asked_for_say_how_to_narrow(centre: Centre) -> None:
    for number in range(4):
        firearm = pistol("12345", make=f"Maker{'ABCD'[number] * 4}", model_identified=str(number))
        centre.submit(a_record(str(number), firearm=firearm))
    search = a_search(replace(a_description("12345"), **NO_MAKE), max_results=3)
    result = centre.search(search)
    assert result.result_code is SearchResultCode.TOO_MANY
    assert len(result.candidate) == 3
    assert codes(result) == ["NARROW_THE_SEARCH"]


def test_a_serial_shared_by_too_many_does_not_hold_up_the_others_of_a_batch(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeking, "MOST_ROWS", 2)
    for number in range(8):
        firearm = pistol("12345", make=f"Maker{'ABCDEFGH'[number] * 4}")
        centre.submit(a_record(str(number), firearm=firearm))
    centre.submit(a_record("9", "DEF67890"))
    report = _batch(centre, ["12345", "DEF67890", "GHJ55555"])
    results = [one.search_result.result_code for one in report.search_batch_result]
    assert results == [
        SearchResultCode.TOO_MANY,
        SearchResultCode.HIT,
        SearchResultCode.NO_HIT,
    ]


def test_a_batch_answers_each_search_in_order(centre: Centre) -> None:
    centre.submit(a_record("1", "ABC12345"))
    centre.submit(a_record("2", "DEF67890"))
    report = _batch(centre, ["DEF67890", "nothing1", "ABC12345", "no serial"])
    assert [one.item_id for one in report.search_batch_result] == ["0", "1", "2", "3"]
    found = [
        [candidate.record_id for candidate in one.search_result.candidate]
        for one in report.search_batch_result
    ]
    assert found == [[a_record("2").record_id], [], [a_record("1").record_id], []]


@pytest.mark.parametrize("symbols", range(1, 5))
def test_a_serial_recorded_with_more_before_it_is_found(centre: Centre, symbols: int) -> None:
    record = a_record(text="QWXY"[:symbols] + "47110815")
    centre.submit(record)
    (candidate,) = centre.search(a_search(a_description("47110815"))).candidate
    assert candidate.record_id == record.record_id


def test_each_search_of_a_batch_finds_what_was_recorded_with_more_before_it(
    centre: Centre,
) -> None:
    records = [
        a_record("1", text="QWXY47110815"),
        a_record("2", text="QWX92837465"),
        a_record("3", text="Q55667788"),
    ]
    for record in records:
        centre.submit(record)
    report = _batch(centre, ["47110815", "92837465", "55667788"])
    found = [
        [candidate.record_id for candidate in one.search_result.candidate]
        for one in report.search_batch_result
    ]
    assert found == [[record.record_id] for record in records]


def _batch(centre: Centre, texts: list[str]) -> SearchBatchReport:
    items = tuple(
        SearchBatchItem(item_id=str(number), search=a_search(a_description(text)))
        for number, text in enumerate(texts)
    )
    context = frame_of(CUSTOMS).context(
        MessageTypeCode.SEARCH_BATCH, purpose=PurposeCode.BORDER_CONTROL
    )
    answer, *_ = centre.handle(SearchBatch(context=context, search_batch_item=items), CUSTOMS)
    assert isinstance(answer.payload, SearchBatchReport)
    assert (answer.lane, answer.answers) == (Lane.BULK, True)
    return answer.payload


def test_a_live_message_is_not_served_by_a_registry_under_test(centre: Centre) -> None:
    context = frame_of(CUSTOMS).context(
        MessageTypeCode.SEARCH_REQUEST, purpose=PurposeCode.BORDER_CONTROL
    )
    live = replace(context, test_indicator=False)
    with pytest.raises(ModeError, match="test messages only"):
        centre.handle(SearchRequest(context=live, search=a_search(a_description())), CUSTOMS)


# Restrictions


@pytest.mark.parametrize(
    ("rules", "handling", "asker", "seen"),
    [
        ((), HandlingCode.H0, CUSTOMS, True),
        ((), HandlingCode.OWNER_COUNTRY_ONLY, CUSTOMS, False),
        ((), HandlingCode.OWNER_COUNTRY_ONLY, FRANCE, True),
        ((), HandlingCode.OWNER_COUNTRY_ONLY, "FRA-CUSTOMS", True),
        ((deny("NLD"),), HandlingCode.H0, CUSTOMS, False),
        ((deny("NLD"),), HandlingCode.H0, BRAZIL, True),
        ((deny("NLD-CUSTOMS"),), HandlingCode.H0, CUSTOMS, False),
        ((deny("NLD-CUSTOMS"),), HandlingCode.H0, "NLD-NCB", True),
        ((allow("NLD"),), HandlingCode.H0, CUSTOMS, True),
        ((allow("NLD"),), HandlingCode.H0, BRAZIL, False),
        ((allow("NLD"), deny("NLD-CUSTOMS")), HandlingCode.H0, CUSTOMS, False),
        ((allow("NLD"), deny("NLD-CUSTOMS")), HandlingCode.H0, "NLD-NCB", True),
        ((deny("FRA-CUSTOMS"),), HandlingCode.H0, "FRA-CUSTOMS", False),
        ((deny("FRA"),), HandlingCode.H0, FRANCE, True),
    ],
)
def test_a_record_is_seen_by_whom_its_owner_lets_see_it(
    centre: Centre,
    rules: tuple[AccessRestriction, ...],
    handling: HandlingCode,
    asker: str,
    seen: bool,
) -> None:
    centre.submit(a_record(access_restriction=rules, handling_code=(handling,)))
    result = centre.search(a_search(a_description()), sender=asker)
    assert bool(result.candidate) is seen


def test_a_restricted_record_answers_as_if_absent(centre: Centre) -> None:
    centre.submit(a_record(access_restriction=(deny("NLD"),)))
    hidden, notices = centre.search_all(a_search(a_description("ABC12345")))
    absent = centre.search(a_search(a_description("XYZ98765")))
    assert replace(hidden, search_id="") == replace(absent, search_id="")
    assert notices == []
    assert centre.unit.connection.execute(select(hit)).all() == []


def test_a_changed_restriction_holds_at_once(centre: Centre) -> None:
    centre.submit(a_record())
    centre.update(a_record(version=2, access_restriction=(deny("NLD"),)))
    assert centre.search(a_search(a_description())).candidate == ()
    centre.update(a_record(version=3), base_version=2)
    assert len(centre.search(a_search(a_description())).candidate) == 1


# The log


def test_every_search_is_logged_with_who_why_what_and_the_answer(centre: Centre) -> None:
    centre.submit(a_record())
    search = a_search(a_description())
    centre.search(search)
    centre.search(a_search(a_description("unknown")))
    centre.unit.flush()
    first, second = centre.unit.connection.execute(select(lookup).order_by(lookup.c.id)).all()
    assert (first.asker, first.pseudonym) == (CUSTOMS, "officer-1")
    assert (first.purpose, first.reason) == ("BORDER_CONTROL", "CUSTOMS_CONTROL")
    assert (first.reference, first.result) == (search.search_id, "HIT")
    assert json.loads(first.record_ids) == [a_record().record_id]
    asked = json.loads(first.query)
    assert asked["marking"][0]["text_as_marked"] == "ABC12345"
    assert (second.result, second.sk, second.record_ids) == ("NOT_SEARCHABLE", None, "[]")


# Hits


def test_a_hit_tells_owner_and_searcher_at_once(centre: Centre) -> None:
    centre.submit(a_record())
    search = a_search(a_description("abc 12345"))
    result, notices = centre.search_all(search)
    assert result.result_code is SearchResultCode.HIT
    assert [(n.to, n.lane, n.answers) for n in notices] == [
        (FRANCE, Lane.URGENT, False),
        (CUSTOMS, Lane.URGENT, False),
    ]
    (_, to_owner), (_, to_finder) = hits_in(notices)
    assert to_owner.hit.hit_id == to_finder.hit.hit_id
    assert to_owner.hit.hit_role_code is HitRoleCode.OWNER
    assert to_finder.hit.hit_role_code is HitRoleCode.FINDER
    assert (to_owner.hit.national_record_id, to_finder.hit.national_record_id) == ("1", None)
    assert to_owner.hit.found_firearm.marking[0].text_as_marked == "abc 12345"
    assert to_owner.hit.search_id == search.search_id
    assert to_owner.hit.contact_point[0].contact_name == CUSTOMS
    assert to_finder.hit.contact_point[0].contact_name == f"Office of {FRANCE}"
    assert to_owner.context.urgency_justification_text


def test_the_same_search_again_tells_nobody_again(centre: Centre) -> None:
    centre.submit(a_record())
    search = a_search(a_description())
    centre.search_all(search)
    result, notices = centre.search_all(search)
    assert result.result_code is SearchResultCode.HIT
    assert notices == []


def test_an_owner_that_finds_its_own_weapon_is_told_once(centre: Centre) -> None:
    centre.submit(a_record())
    _, notices = centre.search_all(a_search(a_description()), sender=FRANCE)
    assert [(n.to, n.payload.hit.hit_role_code) for n in notices] == [(FRANCE, "OWNER")]  # type: ignore[union-attr] # all notices carry a hit


def test_a_seizure_searches_every_firearm_and_answers_each(centre: Centre) -> None:
    centre.submit(a_record("1", "ABC12345"))
    centre.submit(a_record("7", "GHJ55555", owner=BRAZIL))
    seizure = a_seizure([pistol("ABC12345"), pistol("DEF67890"), pistol("ghj 55555")])
    report, *notices = centre.seize(seizure)
    assert isinstance(report.payload, SearchBatchReport)
    results = {
        one.item_id: one.search_result.result_code for one in report.payload.search_batch_result
    }
    assert results == {
        "i1": SearchResultCode.HIT,
        "i2": SearchResultCode.NO_HIT,
        "i3": SearchResultCode.HIT,
    }
    told = [(to, notice.hit.item_id) for to, notice in hits_in(notices)]
    assert told == [(FRANCE, "i1"), (CUSTOMS, "i1"), (BRAZIL, "i3"), (CUSTOMS, "i3")]
    one = hits_in(notices)[0][1].hit
    assert one.hit_origin_code is HitOriginCode.SEIZURE
    assert (one.seizure_id, one.exhibit_reference) == (seizure.seizure_id, "EX-1")
    assert one.found_location == seizure.location
    assert one.found_timestamp == seizure.seizure_timestamp


def test_the_same_seizure_again_tells_nobody_again(centre: Centre) -> None:
    centre.submit(a_record())
    seizure = a_seizure([pistol()])
    assert len(centre.seize(seizure)) == 3
    assert len(centre.seize(seizure)) == 1


def test_a_hit_is_notified_when_both_sides_have_the_notice(centre: Centre) -> None:
    centre.submit(a_record())
    _, notices = centre.search_all(a_search(a_description()))
    hit_id = hits_in(notices)[0][1].hit.hit_id
    _receipt(centre, hit_id, HitRoleCode.OWNER, BRAZIL)
    _receipt(centre, hit_id, HitRoleCode.OWNER, CUSTOMS)
    assert _state(centre) == ("RAISED", None, None)
    _receipt(centre, hit_id, HitRoleCode.OWNER, FRANCE)
    assert _state(centre) == ("RAISED", NOW, None)
    _receipt(centre, hit_id, HitRoleCode.FINDER, CUSTOMS)
    assert _state(centre) == ("NOTIFIED", NOW, NOW)


def _receipt(centre: Centre, hit_id: str, role: HitRoleCode, sender: str) -> None:
    context = frame_of(sender).context(MessageTypeCode.HIT_RECEIPT, purpose=PurposeCode.ALERT)
    receipt = HitReceipt(context=context, hit_id=hit_id, hit_role_code=role, received_timestamp=NOW)
    assert centre.handle(receipt, sender) == []


def _state(centre: Centre) -> tuple[object, ...]:
    columns = (hit.c.state, hit.c.owner_received, hit.c.finder_received)
    return tuple(centre.unit.connection.execute(select(*columns)).one())


# Several makes


@pytest.mark.parametrize("make", ["Glock", "Beretta"])
def test_a_record_of_two_makes_is_found_misread_by_either(centre: Centre, make: str) -> None:
    two = replace(pistol("AB1234", make="Glock"), make_marked=Make(make_text="Beretta"))
    centre.submit(a_record(firearm=two))
    asked = replace(a_description("AB1834"), make_identified=Make(make_text=make))
    (candidate,) = centre.search(a_search(asked)).candidate
    assert candidate.grade_code is C
