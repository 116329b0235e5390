"""What is sealed opens again, for whom it was sealed and for nobody else."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from drawn import examples
from envelope_world import CONTENT, NOW, draft_of, draws, exchange
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import gateway.envelope.wrapper
from gateway.envelope import (
    MAX_CONTENT_OCTETS,
    MAX_ENVELOPE_OCTETS,
    MAX_RECIPIENTS,
    DirectoryAheadError,
    EnvelopeLimitError,
    EnvelopeRefusedError,
    ExpiredError,
    NotForMeError,
    Reason,
    UnusableRecipientKeyError,
    check_envelope,
    open_envelope,
    peek_header,
    seal,
)
from gateway.ids import Lane
from keys import Identity, Recipient

XSD = Path(__file__).resolve().parents[3] / "schemas" / "xsd" / "envelope.xsd"
PARTIES = exchange(9)
OTHERS = sorted(set(PARTIES.parties) - {"FRA-NCB"})

texts = st.text(st.characters(exclude_characters="<>&", exclude_categories=["Cs", "Cc"]))
contents = texts.map(lambda text: f"<Text>{text}</Text>".encode())
uuids = st.uuids().map(str)
instants = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.just(UTC),
)


@settings(max_examples=examples(150), deadline=None)
@given(
    content=contents,
    to=st.lists(st.sampled_from(OTHERS), min_size=1, unique=True),
    seq=st.integers(0, 10**15 - 1),
    message_id=uuids,
    in_reply_to=st.none() | uuids,
    lane=st.sampled_from(Lane),
    message_type=st.from_regex(r"[A-Z][A-Z0-9_]{0,31}", fullmatch=True),
    life=st.timedeltas(timedelta(milliseconds=1), timedelta(days=14)),
    version=st.integers(1, 17),
)
def test_what_is_sealed_opens_for_each_recipient(
    content: bytes, to: list[str], seq: int, life: timedelta, version: int, **draft: Any
) -> None:
    created = NOW
    octets = PARTIES.seal(
        content, to=to, seq=seq, created=created, expires=created + life,
        directory_version=version, **draft,
    )  # fmt: skip
    for party in OTHERS:
        if party not in to:
            with pytest.raises(NotForMeError):
                open_envelope(octets, PARTIES.parties[party], PARTIES.directory, now=NOW)
            continue
        opened = open_envelope(octets, PARTIES.parties[party], PARTIES.directory, now=NOW)
        assert opened.content == content
        header = opened.header
        assert [(addressee.party, addressee.seq) for addressee in header.to] == [
            (party, seq) for party in to
        ]
        assert header.sender == "FRA-NCB"
        assert header.created == created
        assert header.directory_version == version
        for name, value in draft.items():
            assert getattr(header, name) == value
    assert peek_header(octets) == check_envelope(octets, PARTIES.directory, now=NOW).header


def test_a_party_opens_nothing_that_names_another_beside_its_key() -> None:
    own = replace(
        PARTIES.directory.recipient("DEU-NCB"),
        party=next(each for each in OTHERS if each != "DEU-NCB"),
    )
    assert own.party != "DEU-NCB"
    octets = seal(
        CONTENT, draft_of(), by=PARTIES.parties["FRA-NCB"], to=[(own, 1)], random=draws("own")
    )
    with pytest.raises(NotForMeError):
        open_envelope(octets, PARTIES.parties["DEU-NCB"], PARTIES.directory, now=NOW)


@settings(max_examples=examples(40), deadline=None)
@given(content=contents, to=st.lists(st.sampled_from(OTHERS), min_size=1, unique=True))
def test_the_wire_form_is_the_canonical_form(content: bytes, to: list[str]) -> None:
    octets = PARTIES.seal(content, to=to)
    tree = etree.fromstring(octets).getroottree()
    assert etree.tostring(tree, method="c14n", exclusive=True, with_comments=True) == octets


@settings(max_examples=examples(200), deadline=None)
@given(created=instants)
def test_every_instant_that_can_be_written_is_read_back(created: datetime) -> None:
    octets = PARTIES.seal(created=created, expires=created + timedelta(days=1))
    header = peek_header(octets)
    assert header is not None
    assert header.created == created.replace(microsecond=created.microsecond // 1000 * 1000)


def test_the_envelope_is_valid_against_its_schema() -> None:
    if not XSD.exists():
        pytest.skip(f"no schema of the envelope's outer form: {XSD}")
    schema = etree.XMLSchema(etree.parse(XSD))
    for recipients in (1, 5):
        octets = PARTIES.seal(
            to=OTHERS[:recipients], in_reply_to="0197c0de-7a11-7d3a-9c52-2f6a4be1d000"
        )
        schema.assertValid(etree.fromstring(octets))


def test_three_hundred_recipients_fit_and_each_can_open() -> None:
    many = exchange(MAX_RECIPIENTS + 2)
    names = sorted(set(many.parties) - {"FRA-NCB"})
    octets = many.seal(to=names[:MAX_RECIPIENTS])
    assert len(octets) < 600_000
    for name in (names[0], names[150], names[MAX_RECIPIENTS - 1]):
        assert open_envelope(octets, many.parties[name], many.directory, now=NOW).content == CONTENT
    with pytest.raises(NotForMeError):
        open_envelope(octets, many.parties[names[-1]], many.directory, now=NOW)
    with pytest.raises(EnvelopeLimitError):
        many.seal(to=names)


def test_the_largest_payload_fits_an_envelope_with_all_recipients() -> None:
    many = exchange(MAX_RECIPIENTS + 2)
    names = sorted(set(many.parties) - {"FRA-NCB"})[:MAX_RECIPIENTS]
    content = b"<Text>" + b"x" * (MAX_CONTENT_OCTETS - 13) + b"</Text>"
    octets = many.seal(content, to=names)
    assert len(octets) <= MAX_ENVELOPE_OCTETS
    assert open_envelope(octets, many.parties[names[7]], many.directory, now=NOW).content == content
    with pytest.raises(EnvelopeLimitError):
        many.seal(content.replace(b"x", b"xx", 1), to=names[:1])


def test_two_sealings_share_nothing_but_what_they_say() -> None:
    france, to = PARTIES.parties["FRA-NCB"], [(PARTIES.directory.recipient("DEU-NCB"), 1)]
    one, two = (seal(CONTENT, draft_of(), by=france, to=to, random=os.urandom) for _ in range(2))
    for element in (b"dsig-more:Salt", b"dsig11:DEREncodedKeyValue", b"xenc:CipherValue"):
        assert _texts(one, element).isdisjoint(_texts(two, element)), element


def test_no_word_of_the_payload_stands_in_the_clear() -> None:
    content = b"<Text>" + b" ".join(b"WORD%d" % number for number in range(50)) + b"</Text>"
    octets = PARTIES.seal(content)
    assert b"WORD" not in octets
    assert b"Text" not in octets


def test_payloads_of_one_padding_step_have_one_length() -> None:
    lengths = {
        len(PARTIES.seal(b"<Text>" + b"x" * size + b"</Text>")) for size in range(0, 380, 19)
    }
    assert len(lengths) == 1


@pytest.mark.parametrize("length", [511, 512, 513, 65023, 65024, 65535, 65536, 65537, 70001])
def test_padding_fills_steps_below_64_kilobytes_and_none_above(length: int) -> None:
    content = b"<Text>" + b"x" * (length - 109 - 13) + b"</Text>"
    octets = PARTIES.seal(content)
    header = peek_header(octets)
    assert header is not None
    assert header.length == (-(-length // 512) * 512 if length < 65536 else length)
    opened = open_envelope(octets, PARTIES.parties["DEU-NCB"], PARTIES.directory, now=NOW)
    assert opened.content == content


@pytest.mark.parametrize(
    "content", [b"", b"x", b"<", b"<a", b"a/>", b" <a/>", b"<a/> ", b'<?xml version="1.0"?><a/>',
                b"<!DOCTYPE a><a/>", b"<!-- --><a/>", "\ufeff<a/>".encode()],
)  # fmt: skip
def test_what_is_no_element_is_not_sealed(content: bytes) -> None:
    with pytest.raises(ValueError, match="element"):
        PARTIES.seal(content)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("message_id", "0197C0DE-7A11-7D3A-9C52-2F6A4BE1D001"),
        ("message_id", 'x"><env:Y>'),
        ("message_id", ""),
        ("message_type", "hit notice"),
        ("message_type", "A" * 33),
        ("message_type", "HIT_NOTICE\n"),
        ("directory_version", 0),
        ("directory_version", 10**9),
        ("schema", "urn:x y"),
        ("schema", "http://x"),
        ("in_reply_to", "no"),
        ("created", datetime(2026, 10, 20)),  # noqa: DTZ001 - naive on purpose
        ("expires", datetime(2026, 10, 20, tzinfo=timezone(timedelta(hours=2)))),
    ],
)
def test_a_draft_outside_its_classes_cannot_be_made(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"draft|UTC"):
        draft_of(**{name: value})


@pytest.mark.parametrize(
    "life", [timedelta(0), timedelta(seconds=-1), timedelta(days=14, milliseconds=1)]
)
def test_a_life_outside_its_limits_is_not_sealed(life: timedelta) -> None:
    with pytest.raises(EnvelopeLimitError, match="would live"):
        PARTIES.seal(expires=NOW + life)


def test_a_trace_request_may_live_thirty_days() -> None:
    PARTIES.seal(message_type="TRACE_REQUEST", expires=NOW + timedelta(days=30))
    with pytest.raises(EnvelopeLimitError):
        PARTIES.seal(message_type="TRACE_REQUEST", expires=NOW + timedelta(days=31))


def test_nobody_and_one_twice_are_no_recipients() -> None:
    with pytest.raises(EnvelopeLimitError):
        PARTIES.seal(to=[])
    with pytest.raises(EnvelopeLimitError, match="twice"):
        PARTIES.seal(to=["DEU-NCB", "DEU-NCB"])


@pytest.mark.parametrize("seq", [-1, 10**15])
def test_a_sequence_number_that_no_header_can_hold_is_not_sealed(seq: int) -> None:
    with pytest.raises(ValueError, match="sequence number"):
        PARTIES.seal(seq=seq)


def test_nothing_is_sealed_to_a_small_order_key() -> None:
    good = PARTIES.directory.recipient("DEU-NCB")
    weak = Recipient(party=good.party, kid=good.kid, public=bytes(32))
    with pytest.raises(UnusableRecipientKeyError, match="DEU-NCB"):
        seal(CONTENT, draft_of(), by=PARTIES.parties["FRA-NCB"], to=[(weak, 1)], random=draws("w"))


def test_a_party_opens_with_any_of_its_encryption_keys() -> None:
    old, new = draws("old")(32), draws("new")(32)
    germany = Identity.from_secrets(
        "DEU-NCB", signing_seed=bytes(32), encryption_secrets=[new, old]
    )
    for kid in germany.encryption_kids:
        recipient = Recipient(party="DEU-NCB", kid=kid, public=germany.encryption_public(kid))
        octets = seal(
            CONTENT, draft_of(), by=PARTIES.parties["FRA-NCB"], to=[(recipient, 1)],
            random=draws("k"),
        )  # fmt: skip
        assert open_envelope(octets, germany, PARTIES.directory, now=NOW).content == CONTENT


def test_a_message_lives_from_created_to_expires_give_or_take_the_skew() -> None:
    octets = PARTIES.seal(expires=NOW + timedelta(hours=1))
    skew, instant = timedelta(minutes=5), timedelta(milliseconds=1)
    for now in (NOW - skew, NOW, NOW + timedelta(hours=1) + skew - instant):
        check_envelope(octets, PARTIES.directory, now=now)
    with pytest.raises(EnvelopeRefusedError) as caught:
        check_envelope(octets, PARTIES.directory, now=NOW - skew - instant)
    assert caught.value.reason is Reason.FUTURE
    with pytest.raises(ExpiredError) as expired:
        check_envelope(octets, PARTIES.directory, now=NOW + timedelta(hours=1) + skew)
    assert expired.value.answered
    assert expired.value.header is not None
    assert expired.value.header.message_id == draft_of().message_id


def test_a_newer_directory_is_worth_another_try() -> None:
    with pytest.raises(DirectoryAheadError) as caught:
        check_envelope(PARTIES.seal(directory_version=18), PARTIES.directory, now=NOW)
    assert caught.value.retryable
    assert not caught.value.answered


def test_a_refusal_names_the_header_only_when_its_sender_is_proven() -> None:
    octets = PARTIES.seal()
    with pytest.raises(EnvelopeRefusedError) as unproven:
        check_envelope(octets.replace(b"ROUTINE", b"BULK"), PARTIES.directory, now=NOW)
    assert unproven.value.header is None
    with pytest.raises(EnvelopeRefusedError) as proven:
        open_envelope(octets, PARTIES.parties["FRA-NCB"], PARTIES.directory, now=NOW)
    assert proven.value.reason is Reason.REFLECTED
    assert proven.value.header is not None


def test_an_opened_payload_does_not_show_in_a_log() -> None:
    opened = open_envelope(PARTIES.seal(), PARTIES.parties["DEU-NCB"], PARTIES.directory, now=NOW)
    assert "HitReceipt" not in repr(opened)


def test_peeking_finds_nothing_in_what_is_no_envelope() -> None:
    octets = PARTIES.seal()
    for other in (b"", b"<a/>", octets[:300], b" " + octets, octets.replace(b"env:To", b"env:CC")):
        assert peek_header(other) is None
    assert peek_header(octets[:1000]) is not None


def test_the_wrapper_adds_109_octets() -> None:
    assert gateway.envelope.wrapper.MAX_WRAPPER_OCTETS == MAX_CONTENT_OCTETS + 109


def test_a_header_cannot_be_changed() -> None:
    header = peek_header(PARTIES.seal())
    assert header is not None
    with pytest.raises(AttributeError):
        header.sender = "BRA-NCB"  # type: ignore[misc]  # that it cannot is the test
    with pytest.raises(AttributeError):
        replace(draft_of(), lane=Lane.BULK).lane = Lane.URGENT  # type: ignore[misc]  # likewise


def _texts(octets: bytes, element: bytes) -> set[bytes]:
    parts = octets.split(b"<" + element)[1:]
    return {part[part.index(b">") + 1 : part.index(b"<")] for part in parts}
