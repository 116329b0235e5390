"""What the demo says, in words for a person."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.demo.wording import columns_of, counted, first_lines, table, verdicts
from gateway.payload import (
    Context,
    HandlingCode,
    MessageTypeCode,
    PurposeCode,
    SearchBatchReport,
    SearchBatchResult,
    SearchResult,
    SearchResultCode,
)

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_a_notice_in_columns_becomes_a_line_for_each_value():
    text = 'Marque;Motif;Lieu\r\nBERETTA;;"Rotterdam; quai 2"\r\n'
    assert list(columns_of(text)) == ["Marque  BERETTA", "Lieu    Rotterdam; quai 2"]
    assert list(columns_of("")) == []


def test_a_notice_in_another_form_is_shown_as_it_is():
    assert list(first_lines("HIT.\nSER/1.\n")) == ["HIT.", "SER/1."]


def test_columns_stand_under_each_other():
    assert list(table([("party", "sent"), ("FRA-NCB", "1")])) == ["party    sent", "FRA-NCB  1"]


def test_one_is_not_many():
    assert [counted(number, "item") for number in (0, 1, 2)] == ["0 items", "1 item", "2 items"]


@pytest.mark.parametrize("code", list(SearchResultCode))
def test_every_answer_to_a_seized_firearm_has_words(code):
    report = SearchBatchReport(
        context=Context(
            schema_version="1.0",
            message_type_code=MessageTypeCode.SEARCH_BATCH_REPORT,
            conversation_id="0198c5f0-0000-7000-8000-000000000000",
            sent_timestamp=NOW,
            urgency_justification_text=None,
            sender_agency_id="XPO-REGISTRY",
            sender_system_id="hub",
            acting_user_pseudonym="x",
            purpose_code=PurposeCode.CRIMINAL_INVESTIGATION,
            case_reference=None,
            handling_code=(HandlingCode.H0,),
            test_indicator=True,
            language_code=None,
        ),
        search_batch_result=(
            SearchBatchResult(
                item_id="A-1",
                search_result=SearchResult(
                    search_id="S-NLD-1",
                    result_code=code,
                    candidate=(),
                    weak_count=None,
                    registry_timestamp=NOW,
                    finding=(),
                ),
            ),
        ),
    )
    (line,) = verdicts(report)
    assert line.startswith("A-1: ")
    assert str(code) not in line or code is SearchResultCode.HIT
