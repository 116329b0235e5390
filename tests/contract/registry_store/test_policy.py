"""The centre's policy: enforced and explained by one table, the refusing rule named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from registry_world import (
    BRAZIL,
    CUSTOMS,
    FRANCE,
    Centre,
    a_description,
    a_record,
    a_search,
    codes,
    frame_of,
)

from gateway.payload import (
    MessageTypeCode,
    PurposeCode,
    RecordResultCode,
    RecordTypeCode,
    SearchRequest,
    SearchResultCode,
)
from gateway.registry import (
    CaseRequiredError,
    Policy,
    PolicyError,
    PolicyFileError,
    read_policy,
    use_policy,
)
from gateway.store import Store

TRAFFICKED = RecordTypeCode.TRAFFICKED
TEXT = b"""
[[rule]]
name = "brazil-traffics"
parties = ["BRA-*"]
classes = ["TRAFFICKED"]
allow = true
because = "an agreement of 2024"

[[rule]]
name = "no-trafficked"
messages = ["REC_SUBMIT", "SEARCH_REQUEST"]
classes = ["TRAFFICKED"]
allow = false
because = "trafficked arms are for those who agreed"

[[rule]]
name = "customs-file-nothing"
parties = ["*-CUSTOMS"]
messages = ["REC_SUBMIT"]
allow = false
because = "customs search"
"""


@pytest.fixture(autouse=True)
def policy() -> Iterator[Policy]:
    made = read_policy(TEXT, "policy.toml")
    use_policy(made)
    yield made
    use_policy(Policy())


def test_the_first_rule_that_speaks_of_it_counts(policy: Policy) -> None:
    assert policy.decide(BRAZIL, "REC_SUBMIT", "TRAFFICKED").rule == "brazil-traffics"
    assert policy.decide(FRANCE, "REC_SUBMIT", "TRAFFICKED").rule == "no-trafficked"
    assert policy.decide(FRANCE, "REC_SUBMIT", "STOLEN").rule is None
    assert not policy.decide(CUSTOMS, "REC_SUBMIT").allowed


def test_a_message_that_a_rule_forbids_is_refused_and_the_rule_named(centre: Centre) -> None:
    with pytest.raises(PolicyError) as refused:
        centre.submit(a_record(owner=CUSTOMS))
    assert "customs-file-nothing" in str(refused.value.expected)


def test_a_search_without_a_case_is_refused_where_a_rule_wants_one(centre: Centre) -> None:
    rule = b"""
[[rule]]
name = "for-a-case"
messages = ["SEARCH_REQUEST"]
allow = true
case_required = true
because = "every question must be answerable for"
"""
    use_policy(read_policy(rule, "policy.toml"))
    context = frame_of(CUSTOMS).context("SEARCH_REQUEST", purpose=PurposeCode.BORDER_CONTROL)
    request = SearchRequest(context=context, search=a_search(a_description()))
    for case in (None, "  "):
        with pytest.raises(CaseRequiredError) as refused:
            centre.handle(replace(request, context=replace(context, case_reference=case)), CUSTOMS)
        assert refused.value.code == "registry.case-required"
        assert "for-a-case" in str(refused.value)
    assert centre.handle(
        replace(request, context=replace(context, case_reference="RTM-7")), CUSTOMS
    )


def test_a_record_of_a_class_that_a_rule_forbids_is_rejected(centre: Centre) -> None:
    result = centre.submit(a_record(record_type_code=TRAFFICKED))
    assert (result.result_code, codes(result)) == (RecordResultCode.REJECTED, ["NOT_PERMITTED"])
    assert "no-trafficked" in (result.finding[0].expected_text or "")


def test_a_class_that_a_party_may_not_see_is_as_if_there_were_none(store: Store) -> None:
    with store.unit() as unit:
        centre = Centre(unit=unit)
        absent = centre.search(a_search(a_description("QX998877")), CUSTOMS)
        record = a_record(text="ABC12345", owner=BRAZIL, record_type_code=TRAFFICKED)
        assert centre.submit(record).result_code is RecordResultCode.ACCEPTED
        hidden, notices = centre.search_all(a_search(a_description()), CUSTOMS)
        assert hidden.result_code is SearchResultCode.NO_HIT is absent.result_code
        assert (hidden.candidate, hidden.finding, notices) == ((), absent.finding, [])
        own = centre.search(a_search(a_description()), BRAZIL)
        assert [one.record_id for one in own.candidate] == [record.record_id]


def test_a_rule_that_can_never_apply_is_an_error() -> None:
    wrong = TEXT.replace(b'"TRAFFICKED"', b'"TRAFICKED"')
    with pytest.raises(PolicyFileError) as refused:
        read_policy(wrong, "policy.toml")
    assert "TRAFICKED" in str(refused.value)
    with pytest.raises(PolicyFileError):
        read_policy(b"[[rule]]\nname = 'x'\n", "policy.toml")


def test_the_example_policy_can_be_read() -> None:
    path = Path(__file__).parents[3] / "config" / "policy.toml"
    made = read_policy(path.read_bytes(), str(path))
    assert not made.decide(CUSTOMS, MessageTypeCode.REC_READ.value).allowed
