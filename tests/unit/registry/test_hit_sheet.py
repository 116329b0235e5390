"""An officer compares two firearms on a screen or a sheet, and sees where their marks differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from registry_world import FRANCE, NOW, a_description, office, serial

from gateway.cli.hit_compared import compared, differing
from gateway.cli.hit_sheet import sheet_of, text_of
from gateway.payload import (
    ActionRequestedCode,
    Component,
    ComponentCode,
    GradeCode,
    Hit,
    HitOriginCode,
    HitRoleCode,
    HitStateCode,
    Make,
    MatchOutcomeCode,
    MatchReason,
    RecordTypeCode,
)
from gateway.store import NodeHit

pytestmark = pytest.mark.unit
DUE = datetime(2026, 1, 1, 12, 30, tzinfo=UTC)


def a_hit(recorded: str, found: str, **changes) -> Hit:
    hit = Hit(
        hit_id="H-XPO-1",
        hit_role_code=HitRoleCode.FINDER,
        hit_origin_code=HitOriginCode.SEARCH,
        grade_code=GradeCode.B,
        score_decimal=Decimal("0.9"),
        match_reason=(
            MatchReason(
                reason_code="MAKE_AGREES",
                outcome_code=MatchOutcomeCode.AGREES,
                field_path="Firearm/MakeIdentified",
                message_text="the makes agree",
            ),
        ),
        record_id="R-FRA-1",
        record_version=1,
        owner_agency_id=FRANCE,
        finder_agency_id="NLD-CUSTOMS",
        raised_timestamp=NOW,
        recorded_firearm=a_description(recorded, make_identified=Make(make_text="Glock")),
        found_firearm=a_description(found),
        record_type_code=RecordTypeCode.STOLEN,
        event_date="2024-04-01",
        action_requested_code=ActionRequestedCode.SEIZE,
        contact_point=(office(FRANCE),),
    )
    return replace(hit, **changes)


def at_home(state: HitStateCode = HitStateCode.RAISED, role: str = "FINDER") -> NodeHit:
    return NodeHit(
        hit_id="H-XPO-1",
        role=role,
        state=state.value,
        record_id="R-FRA-1",
        national_record_id=None,
        owner_agency=FRANCE,
        finder_agency="NLD-CUSTOMS",
        grade="B",
        raised=NOW,
        changed=NOW,
        due=DUE,
        notice=None,
    )


def marked(page: str) -> list[str]:
    return [mark.text for mark in html.fromstring(page).iter("mark")]


def test_only_the_characters_that_differ_are_marked():
    page = sheet_of(at_home(), a_hit("AB 12345", "a8-12345"), NOW)
    assert marked(page) == ["B", "8"]


def test_case_and_separators_are_no_difference():
    assert marked(sheet_of(at_home(), a_hit("AB 12345", "ab-1234 5"), NOW)) == []


def test_a_character_that_one_side_lacks_is_marked_at_the_other_alone():
    recorded, found = differing("AB12345", "AB1345")
    assert [piece.text for piece in recorded if not piece.same] == ["2"]
    assert all(piece.same for piece in found)


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_mark_is_shown_otherwise_than_it_was_written(one, other):
    assert tuple("".join(p.text for p in pieces) for pieces in differing(one, other)) == (
        one,
        other,
    )


def test_each_mark_stands_beside_the_one_most_like_it():
    slide = Component(component_code=ComponentCode.SLIDE, marking=(serial("ZZ999"),))
    hit = a_hit("AB12345", "ZZ998")
    recorded = replace(hit.recorded_firearm, component=(slide,))
    found = replace(hit.found_firearm, marking=(serial("ZZ998"), serial("AB1234S")))
    pairs = {
        (line.recorded, line.found)
        for line in compared(replace(hit, recorded_firearm=recorded, found_firearm=found))
    }
    assert {("AB12345", "AB1234S"), ("ZZ999", "ZZ998")} <= pairs


def test_the_terminal_has_a_sign_below_each_character_that_differs():
    lines = text_of(a_hit("AB 12345", "AB 13345"))
    at = next(n for n, line in enumerate(lines) if "AB 12345" in line)
    assert [c for c, below in zip(lines[at], lines[at + 1], strict=False) if below == "^"] == [
        "2",
        "3",
    ]


@pytest.mark.parametrize("state", HitStateCode)
def test_a_sheet_calls_a_hit_a_ground_for_action_only_once_its_owner_confirmed_it(state):
    page = sheet_of(at_home(state), a_hit("AB12345", "AB12345"), NOW)
    confirmed = {HitStateCode.CONFIRMED, HitStateCode.SEIZED, HitStateCode.DISPOSED}
    assert ("no ground for action" in page) == (state not in confirmed)


def test_a_sheet_names_the_clock_the_office_to_call_and_the_next_command_of_its_side():
    page = sheet_of(at_home(role="OWNER"), a_hit("AB12345", "AB12345"), NOW)
    told = html.fromstring(page).text_content()
    assert "answer due 2026-01-01 12:30Z" in told
    assert f"Office of {FRANCE}" in told
    assert "iarms hit confirm H-XPO-1" in told
    assert "iarms hit deny H-XPO-1" in told


def test_what_another_country_wrote_cannot_become_part_of_the_page():
    evil = '<script>alert("1")</script>'
    hit = a_hit("AB12345", "AB12345")
    found = replace(hit.found_firearm, model_marked=evil, marking=(serial("<b>12345"),))
    page = sheet_of(at_home(), replace(hit, found_firearm=found), NOW)
    tree = html.fromstring(page)
    assert not list(tree.iter("script"))
    assert not list(tree.iter("b"))
    assert evil in tree.text_content()


def test_a_sheet_fetches_nothing_from_elsewhere():
    tree = html.fromstring(sheet_of(at_home(), a_hit("AB12345", "AB12345"), NOW))
    assert not tree.xpath("//@src | //@href")
