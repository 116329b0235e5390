"""Nothing hostile is interpreted, and every problem is told."""

from pathlib import Path

import pytest

from gateway.payload import (
    MAX_PAYLOAD_OCTETS,
    MESSAGE_TYPES,
    PayloadError,
    PayloadMarkupError,
    PayloadSizeError,
    decode,
    encode,
    message_type,
    validate,
)

pytestmark = pytest.mark.unit

VECTORS = Path(__file__).parents[2] / "vectors" / "payload"
SAMPLES = sorted(VECTORS.glob("*.xml"))
REQUEST = (VECTORS / "SEARCH_REQUEST.xml").read_bytes()
ROOT = b'<SearchRequest xmlns="urn:iarms:exchange:payload:1">'
BOMB = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
INSTANCE = b'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'


def with_change(old: bytes, new: bytes) -> bytes:
    assert old in REQUEST
    return REQUEST.replace(old, new, 1)


def codes(octets: bytes) -> list[tuple[str, str]]:
    with pytest.raises(PayloadError) as caught:
        decode(octets)
    return [(issue.code, issue.path) for issue in caught.value.issues]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_is_canonical_and_named_after_its_type(sample: Path) -> None:
    payload = decode(sample.read_bytes())
    assert encode(payload) == sample.read_bytes()
    assert message_type(payload) == sample.stem


def test_there_is_a_sample_of_every_message() -> None:
    assert {path.stem for path in SAMPLES} == set(MESSAGE_TYPES.values())


HOSTILE = {
    "doctype": b"<!DOCTYPE SearchRequest>" + REQUEST,
    "entity bomb": BOMB + with_change(b"Walther", b"&b;"),
    "doctype inside": with_change(b"<Context>", b"<!DOCTYPE a><Context>"),
    "external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + REQUEST,
    "unknown entity": with_change(b"Walther", b"&x;"),
    "comment": with_change(b"Walther", b"Wal<!-- -->ther"),
    "trailing comment": REQUEST + b"<!-- -->",
    "instruction": with_change(b"<Context>", b"<?php x?><Context>"),
    "declaration": b'<?xml version="1.0"?>' + REQUEST,
    "CDATA": with_change(b"Walther", b"<![CDATA[Walther]]>"),
    "byte order mark": b"\xef\xbb\xbf" + REQUEST,
    "UTF-16": REQUEST.decode().encode("utf-16"),
    "latin-1": with_change(b"Walther", "Wälther".encode("latin-1")),
    "NUL": with_change(b"Walther", b"Wal\0ther"),
    "control character": with_change(b"Walther", b"Wal&#x8;ther"),
    "second root": REQUEST + REQUEST,
    "truncated": REQUEST[:-1],
    "nothing": b"",
    "prefixed form": b'<p:SearchRequest xmlns:p="urn:iarms:exchange:payload:1"/>',
    "other namespace": REQUEST.replace(b"payload:1", b"payload:2", 1),
    "deep nesting": ROOT + b"<a>" * 400 + b"</a>" * 400 + b"</SearchRequest>",
    "declared type": with_change(
        b"<Context>", b"<Context " + INSTANCE + b' i:type="RecordUpdate">'
    ),
    "schema to load": with_change(
        b"<Context>",
        b"<Context " + INSTANCE + b' i:schemaLocation="urn:x file:///etc/passwd">',
    ),
    "nil": with_change(b"<Context>", b"<Context " + INSTANCE + b' i:nil="true">'),
    "namespace in passing": with_change(b"<Context>", b'<Context xmlns:x="urn:x">'),
    "XInclude": with_change(
        b"<Context>",
        b'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd"/><Context>',
    ),
}


@pytest.mark.parametrize("octets", HOSTILE.values(), ids=HOSTILE)
def test_hostile_markup_is_refused_as_markup(octets: bytes) -> None:
    with pytest.raises(PayloadMarkupError) as caught:
        decode(octets)
    assert caught.value.code == "payload.markup"
    assert caught.value.issues[0].code == "MARKUP"


def test_more_than_a_message_may_hold_is_refused_unread() -> None:
    with pytest.raises(PayloadSizeError):
        decode(b"\xff" * (MAX_PAYLOAD_OCTETS + 1))


def test_the_word_xmlns_in_a_text_is_no_declaration() -> None:
    decode(with_change(b"Walther", b"xmlns:x=1 xmlns="))


def test_an_unknown_element_is_refused_and_a_near_name_proposed() -> None:
    octets = with_change(b"<TextAsMarked>", b"<TextMarked>1</TextMarked><TextAsMarked>")
    with pytest.raises(PayloadError) as caught:
        decode(octets)
    (issue,) = caught.value.issues
    assert issue.path == "SearchRequest/Search/Firearm/Marking/TextMarked"
    assert (issue.code, issue.remedy) == ("UNEXPECTED", "did you mean TextAsMarked?")


def test_every_problem_is_told_and_not_only_the_first() -> None:
    octets = with_change(b"<SchemaVersion>1.0</SchemaVersion>", b"<SchemaVersion>9</SchemaVersion>")
    octets = octets.replace(b"<ReasonCode>CUSTOMS_CONTROL", b"<ReasonCode>CUSTOM_CONTROL")
    octets = octets.replace(b"<PlaceOfCheckCountry>NLD</PlaceOfCheckCountry>", b"")
    octets = octets.replace(b"<MaxResults>10", b"<MaxResults>21")
    octets = octets.replace(b"<MakeText>Walther", b"<MakeText>" + b"W" * 101)
    assert codes(octets) == [
        ("PATTERN", "SearchRequest/Context/SchemaVersion"),
        ("CODE", "SearchRequest/Search/ReasonCode"),
        ("LENGTH", "SearchRequest/Search/Firearm/MakeIdentified/MakeText"),
        ("PATTERN", "SearchRequest/Search/MaxResults"),
        ("MISSING", "SearchRequest/Search"),
    ]


def test_an_error_says_where_what_and_how_to_put_it_right() -> None:
    octets = with_change(b"<Search>", b"\n<Search>").replace(b"CUSTOMS_CONTROL", b"CUSTOM_CONTROL")
    with pytest.raises(PayloadError) as caught:
        decode(octets)
    error = caught.value
    assert error.place == "SearchRequest/Search/ReasonCode"
    assert error.value == "CUSTOM_CONTROL"
    assert error.expected is not None
    assert "CUSTOMS_CONTROL" in error.expected
    assert error.remedy == "did you mean CUSTOMS_CONTROL?"
    assert error.issues[0].line == 2


def test_a_description_that_describes_nothing_is_refused() -> None:
    start, end = REQUEST.index(b"<Firearm>") + 9, REQUEST.index(b"</Firearm>")
    for content in (b"", b" "):
        assert codes(REQUEST[:start] + content + REQUEST[end:]) == [
            ("EMPTY", "SearchRequest/Search/Firearm")
        ]


def test_the_context_names_the_message_that_it_stands_in() -> None:
    octets = with_change(b">SEARCH_REQUEST<", b">SEARCH_BATCH<")
    assert codes(octets) == [("TYPE", "SearchRequest/Context/MessageTypeCode")]


@pytest.mark.parametrize(
    "name",
    ["REC_BATCH", "REC_BATCH_REPORT", "SEARCH_BATCH", "SEARCH_BATCH_REPORT", "SEIZURE_NOTICE"],
)
def test_no_two_items_share_a_name(name: str) -> None:
    octets = (VECTORS / f"{name}.xml").read_bytes()
    octets = octets.replace(b"<ItemId>2</ItemId>", b"<ItemId>1</ItemId>")
    ((code, path),) = codes(octets)
    assert code == "REPEATED"
    assert path.endswith("[2]/ItemId")


def test_a_hostile_batch_is_not_told_a_million_problems() -> None:
    sample = (VECTORS / "SEARCH_BATCH.xml").read_bytes()
    start = sample.index(b"<SearchBatchItem>")
    end = sample.rindex(b"</SearchBatchItem>") + len(b"</SearchBatchItem>")
    octets = sample[:start] + b"<SearchBatchItem/>" * 20_000 + sample[end:]
    assert len(codes(octets)) == 1000


def test_a_valid_payload_has_no_issues() -> None:
    assert validate(decode(REQUEST)) == ()
