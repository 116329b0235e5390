"""No value can break out of its element, and a value of the wrong type is a wrong call."""

import copy
import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.payload import (
    FirearmRecordSubmit,
    HitReceipt,
    PayloadError,
    SearchResponse,
    decode,
    encode,
    hold_text,
    validate,
)

pytestmark = pytest.mark.unit

VECTORS = Path(__file__).parents[2] / "vectors" / "payload"
NAMESPACE = "{urn:iarms:exchange:payload:1}"


def receipt(**changes: Any) -> HitReceipt:
    payload = decode((VECTORS / "HIT_RECEIPT.xml").read_bytes())
    assert isinstance(payload, HitReceipt)
    return replace(payload, **changes)


# Everything that XML can hold at all; the schema refuses most of it.
xml_texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\t\n\r<>&\"']"),
    min_size=1,
).filter(lambda text: not any(c in text for c in "\ufffe\uffff"))


@settings(deadline=None)
@given(xml_texts)
def test_any_text_stays_in_its_element_and_keeps_the_form_canonical(text: str) -> None:
    octets = encode(receipt(hit_id=text))
    root = etree.fromstring(octets)
    assert root.findtext(f"{NAMESPACE}HitId") == text
    assert len(root) == 4
    assert etree.tostring(root, method="c14n", exclusive=True) == octets


@pytest.mark.parametrize("text", ["</HitId><HitId>", "<!-- -->", "&amp;", "]]>"])
def test_what_looks_like_markup_is_refused_as_a_value(text: str) -> None:
    (issue,) = validate(receipt(hit_id=text))
    assert (issue.code, issue.value) == ("PATTERN", text)


@pytest.mark.parametrize("text", ["a\0b", "a\x1fb", "\ufffe"])
def test_a_character_that_xml_cannot_hold_is_refused_at_the_latest_by_the_reader(text: str) -> None:
    with pytest.raises(PayloadError):
        decode(encode(receipt(hit_id=text)))


@pytest.mark.parametrize(
    "changes",
    [
        {"hit_id": None},
        {"hit_id": 7},
        {"hit_id": "\ud800"},
        {"hit_role_code": "OWNER"},
        {"hit_role_code": "<x/>"},
        {"received_timestamp": "2026-10-20T09:26:53Z"},
        {"received_timestamp": datetime(2026, 10, 20)},  # noqa: DTZ001 - the point of the case
        {"context": None},
    ],
    ids=str,
)
def test_a_value_of_another_type_is_a_wrong_call(changes: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError, AttributeError)):
        encode(receipt(**changes))


def test_what_is_no_message_is_a_wrong_call() -> None:
    with pytest.raises(KeyError):
        encode(receipt().context)  # type: ignore[arg-type] # the point of the case


def test_instants_of_other_zones_are_written_in_utc_to_the_millisecond() -> None:
    at = datetime(2026, 10, 20, 11, 26, 53, 120999, timezone(timedelta(hours=2)))
    read = decode(encode(receipt(received_timestamp=at)))
    assert isinstance(read, HitReceipt)
    assert read.received_timestamp == datetime(2026, 10, 20, 9, 26, 53, 120000, UTC)


def test_a_small_decimal_is_written_without_exponent() -> None:
    payload = decode((VECTORS / "SEARCH_RESPONSE.xml").read_bytes())
    assert isinstance(payload, SearchResponse)
    (candidate,) = payload.search_result.candidate
    small = replace(candidate, score_decimal=Decimal("1E-6"))
    result = replace(payload.search_result, candidate=(small,))
    assert b"<ScoreDecimal>0.000001<" in encode(replace(payload, search_result=result))


def test_a_part_that_holds_its_text_is_written_alike_and_is_no_other_value() -> None:
    plain, holding = (decode((VECTORS / "REC_SUBMIT.xml").read_bytes()) for _ in range(2))
    assert isinstance(plain, FirearmRecordSubmit)
    assert isinstance(holding, FirearmRecordSubmit)
    record = holding.firearm_record
    for part in (*record.contact_point, *record.firearm.marking, record.firearm, record):
        hold_text(part)
    assert encode(holding) == encode(plain)
    assert (holding, hash(holding), repr(holding)) == (plain, hash(plain), repr(plain))
    changed = replace(record, national_record_id="another & one")
    for copied in (copy.copy(record), pickle.loads(pickle.dumps(record)), changed):  # noqa: S301 - our own octets
        assert getattr(copied, "held_text", None) is None
    assert b"another &amp; one" in encode(replace(holding, firearm_record=changed))
