"""A weapon whose serial could not be read whole when it was recorded is found by whole serials."""

from __future__ import annotations

import pytest
from registry_world import BRAZIL, Centre, a_description, a_record, a_search, pistol, serial

from gateway.payload import GradeCode, LegibilityCode, SearchResultCode
from gateway.registry.upkeep import _step
from gateway.store import Unit


def partly(text: str, number: str = "1"):  # type: ignore[no-untyped-def] # as a_record gives it
    marking = serial(text, legibility_code=LegibilityCode.PARTIAL)
    return a_record(number, firearm=pistol(marking=(marking,)))


def verify(unit: Unit) -> int:
    _, wrong = _step(unit, after=0, most=50, write=False)
    return len(wrong)


@pytest.mark.parametrize("text", ["SAT4?512", "SAT4551?", "SAT455??", "??T45512", "nº SAT4?512*"])
def test_a_recorded_serial_with_unknown_characters_is_a_candidate_and_no_hit(
    centre: Centre, text: str
) -> None:
    filed = centre.submit(partly(text))
    assert [finding.finding_code for finding in filed.finding] == ["SERIAL_PATTERN"]
    result = centre.search(a_search(a_description("SAT45512")))
    assert result.result_code is SearchResultCode.CANDIDATES
    (candidate,) = result.candidate
    assert candidate.grade_code in {GradeCode.C, GradeCode.D}
    first = candidate.match_reason[0].reason_code
    assert first in {"SERIAL_PATTERN", "SERIAL_AFFIX", "SERIAL_MISREAD"}
    assert verify(centre.unit) == 0


def test_it_is_no_candidate_for_another_serial(centre: Centre) -> None:
    centre.submit(partly("SAT4?512"))
    for text in ("SAT45513", "SBT45512", "KXF45512", "SAT4512X9"):
        result = centre.search(a_search(a_description(text)))
        assert result.result_code is not SearchResultCode.HIT
        assert all(one.grade_code >= GradeCode.D for one in result.candidate), text


def test_it_is_no_twin_of_the_serial_without_those_characters(centre: Centre) -> None:
    centre.submit(partly("SAT4?512"))
    filed = centre.submit(a_record("2", "SAT4512"))
    assert [finding.finding_code for finding in filed.finding] == []
    assert centre.search(a_search(a_description("SAT4512")), BRAZIL).candidate


@pytest.mark.parametrize("text", ["S?T*", "?????4551?", "*"])
def test_of_too_little_there_is_no_key(centre: Centre, text: str) -> None:
    filed = centre.submit(partly(text))
    assert [finding.finding_code for finding in filed.finding] == ["SERIAL_PATTERN"]
    assert not centre.search(a_search(a_description("SAT45512"))).candidate
