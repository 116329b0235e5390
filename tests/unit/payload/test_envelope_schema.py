"""The schema of the envelope's outer form accepts what we seal, in both validators."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree
from xmlschema import XMLSchema10

from gateway.envelope import Draft, seal
from gateway.ids import Lane
from gateway.payload import PAYLOAD_SCHEMA
from keys import Directory, Identity, entry_for
from schemas import schema_path

pytestmark = pytest.mark.unit

NOW = datetime(2026, 10, 20, 9, 26, 53, tzinfo=UTC)
SAMPLE = Path(__file__).parents[2] / "vectors" / "payload" / "HIT_NOTICE.xml"
NAMES = ["XPO-REGISTRY", "FRA-NCB", "NLD-CUSTOMS"]


@pytest.fixture(scope="module")
def schemas() -> tuple[etree.XMLSchema, XMLSchema10]:
    path = str(schema_path("envelope.xsd"))
    return etree.XMLSchema(etree.parse(path)), XMLSchema10(path)


def sealed(in_reply_to: str | None = None) -> bytes:
    parties = {name: Identity.generate(name, random=os.urandom) for name in NAMES}
    directory = Directory(
        version=17,
        issued=NOW - timedelta(days=1),
        expires=NOW + timedelta(days=29),
        digest=bytes(32),
        parties={
            name: entry_for(
                identity, sends=frozenset({"HIT_NOTICE"}), valid_from=NOW - timedelta(days=2)
            )
            for name, identity in parties.items()
        },
    )
    draft = Draft(
        message_id="0197c0de-7a11-7d3a-9c52-2f6a4be1d001",
        message_type="HIT_NOTICE",
        created=NOW,
        expires=NOW + timedelta(days=1),
        lane=Lane.URGENT,
        in_reply_to=in_reply_to,
        directory_version=17,
        schema=PAYLOAD_SCHEMA,
    )
    to = [(directory.recipient(name), number) for number, name in enumerate(NAMES[1:])]
    return seal(SAMPLE.read_bytes(), draft, by=parties[NAMES[0]], to=to, random=os.urandom)


@pytest.mark.parametrize("in_reply_to", [None, "0197c0de-7a11-7d3a-9c52-2f6a4be1d002"])
def test_what_we_seal_is_valid(
    in_reply_to: str | None, schemas: tuple[etree.XMLSchema, XMLSchema10]
) -> None:
    root = etree.fromstring(sealed(in_reply_to))
    gate, second = schemas
    assert gate.validate(root), gate.error_log
    assert second.is_valid(root)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'version="1.0"', b'version="1.1"'),
        (b"aes256-gcm", b"aes128-gcm"),
        (b"enveloped-signature", b"enveloped-signatures"),
        (b'URI=""', b'URI="#a"'),
        (b"<env:Priority>", b"<env:Subject>gun</env:Subject><env:Priority>"),
        (b"<env:Type>HIT", b"<env:Type>hit"),
        (b'seq="1"', b'seq="01"'),
    ],
)
def test_another_form_is_not(
    old: bytes, new: bytes, schemas: tuple[etree.XMLSchema, XMLSchema10]
) -> None:
    octets = sealed()
    assert old in octets
    root = etree.fromstring(octets.replace(old, new, 1))
    gate, second = schemas
    assert not gate.validate(root)
    assert not second.is_valid(root)


def test_the_wrapper_of_a_payload_is_valid(schemas: tuple[etree.XMLSchema, XMLSchema10]) -> None:
    wrapper = (
        b'<env:Payload xmlns:env="urn:iarms:exchange:envelope:1" salt="' + b"A" * 32 + b'">'
        + SAMPLE.read_bytes()
        + b" " * 100
        + b"</env:Payload>"
    )  # fmt: skip
    gate, second = schemas
    assert gate.validate(etree.fromstring(wrapper)), gate.error_log
    assert second.is_valid(etree.fromstring(wrapper))
