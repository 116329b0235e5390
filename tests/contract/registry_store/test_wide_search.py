"""Two slips are forgiven to analysts: what is found so is a candidate, never a hit."""

from __future__ import annotations

from registry_world import CUSTOMS, Centre, a_description, a_record, a_search, frame_of, hits_in

from gateway import registry
from gateway.payload import (
    FirearmDescription,
    GradeCode,
    Make,
    PurposeCode,
    SearchResponse,
    SearchResult,
    WideSearchRequest,
    validate,
)

GLOCK = Make(make_text="Glock")


def ask(centre: Centre, firearm: FirearmDescription) -> tuple[SearchResult, int]:
    context = frame_of(CUSTOMS).context("SEARCH_WIDE", purpose=PurposeCode.FORENSIC)
    request = WideSearchRequest(context=context, search=a_search(firearm))
    assert validate(request) == ()
    postings = registry.handle(
        request, sender=CUSTOMS, unit=centre.unit, frame=frame_of("XPO-REGISTRY")
    )
    (answer,) = [p.payload for p in postings if isinstance(p.payload, SearchResponse)]
    return answer.search_result, len(hits_in(postings))


def test_two_slips_are_found_as_a_candidate_and_raise_no_hit(centre: Centre) -> None:
    centre.submit(a_record())
    twice = a_description("AXC1345", make_identified=GLOCK)  # ABC12345
    assert not centre.search(a_search(twice)).candidate
    found, hits = ask(centre, twice)
    assert [one.grade_code for one in found.candidate] in ([GradeCode.C], [GradeCode.D])
    assert hits == 0


def test_equal_serials_are_hits_as_in_any_search(centre: Centre) -> None:
    centre.submit(a_record())
    found, hits = ask(centre, a_description(make_identified=GLOCK))
    assert found.candidate[0].grade_code is GradeCode.A
    assert hits == 2


def test_without_make_or_calibre_and_type_one_slip_is_looked_for_and_that_is_said(
    centre: Centre,
) -> None:
    centre.submit(a_record())
    bare = a_description("AXC12345", make_identified=None, calibre=(), firearm_type_code=None)
    found, _ = ask(centre, bare)
    assert [finding.finding_code for finding in found.finding] == ["WIDE_NEEDS_MORE"]
