"""Two suites side by side: what is sealed to whom, and what a directory lets pass."""

from __future__ import annotations

from dataclasses import replace

import pytest
from envelope_world import CONTENT, NOW, Exchange, draft_of, draws
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.envelope import (
    EnvelopeRefusedError,
    Reason,
    UnusableRecipientKeyError,
    check_envelope,
    open_envelope,
    seal,
    sign_anew,
)
from keys import (
    Directory,
    Identity,
    KeyState,
    NoUsableKeyError,
    PartyEntry,
    Recipient,
    Suite,
    entry_for,
)
from schemas import schema_path

NAMES = ("FRA-NCB", "DEU-NCB", "BRA-NCB", "NLD-CUSTOMS")
PARTIES = {
    name: Identity.generate(name, random=draws(name), hybrid=name != "NLD-CUSTOMS")
    for name in NAMES
}
SCHEMA = etree.XMLSchema(etree.parse(str(schema_path("envelope.xsd"))))


def directory(
    version: int = 17, suite: Suite = Suite.CLASSICAL, since: int | None = None
) -> Directory:
    return Directory(
        version=version,
        issued=NOW,
        expires=NOW.replace(year=2027),
        digest=bytes(32),
        parties={
            name: entry_for(
                each, sends=frozenset({"HIT_NOTICE"}), valid_from=NOW.replace(year=2025)
            )
            for name, each in PARTIES.items()
        },
        suite=suite,
        suite_since=since,
    )


HYBRID = directory(20, Suite.HYBRID, 18)


def by_suite(party: str, suite: Suite) -> Recipient:
    own = PARTIES[party]
    kid = own.newest(suite)
    assert kid is not None
    return Recipient(party=party, kid=kid, public=own.encryption_public(kid))


def sealed(*to: Recipient, version: int = 17) -> bytes:
    return seal(
        CONTENT,
        draft_of(directory_version=version),
        by=PARTIES["FRA-NCB"],
        to=[(each, number) for number, each in enumerate(to)],
        random=draws("s"),
    )


def refusal(octets: bytes, by: Directory, party: str = "DEU-NCB") -> Reason:
    with pytest.raises(EnvelopeRefusedError) as caught:
        open_envelope(octets, PARTIES[party], by, now=NOW)
    return caught.value.reason


@settings(max_examples=20, deadline=None)
@given(suites=st.lists(st.sampled_from(Suite), min_size=2, max_size=2))
def test_each_recipient_opens_by_its_own_suite(suites: list[Suite]) -> None:
    octets = sealed(by_suite("DEU-NCB", suites[0]), by_suite("BRA-NCB", suites[1]))
    for party in ("DEU-NCB", "BRA-NCB"):
        opened = open_envelope(octets, PARTIES[party], directory(), now=NOW)
        assert opened.content == CONTENT
        assert [to.suite for to in opened.header.to] == suites
    assert SCHEMA.validate(etree.fromstring(octets)), SCHEMA.error_log


def test_an_envelope_of_suite_1_is_octet_for_octet_what_it_was() -> None:
    plain = Exchange(parties=PARTIES, directory=directory()).seal()
    assert b"suite" not in plain
    assert b"hpke" not in plain


def test_the_directory_chooses_the_key_to_seal_to() -> None:
    germany = PARTIES["DEU-NCB"]
    assert directory().recipient("DEU-NCB").kid == germany.newest(Suite.CLASSICAL)
    assert HYBRID.recipient("DEU-NCB").kid == germany.newest(Suite.HYBRID)
    with pytest.raises(NoUsableKeyError) as caught:
        HYBRID.recipient("NLD-CUSTOMS")
    assert "suite 2" in str(caught.value.expected)


def test_a_party_with_a_hybrid_key_alone_gets_it_under_suite_1_too() -> None:
    base = directory()
    germany = base.parties["DEU-NCB"]
    retiring = tuple(
        replace(key, state=KeyState.RETIRING)
        if key.use == "enc" and key.suite is Suite.CLASSICAL
        else key
        for key in germany.keys
    )
    parties: dict[str, PartyEntry] = {**base.parties, "DEU-NCB": replace(germany, keys=retiring)}
    assert replace(base, parties=parties).recipient("DEU-NCB").suite is Suite.HYBRID


def test_who_knew_that_suite_2_is_asked_for_may_not_seal_by_suite_1() -> None:
    classical = by_suite("DEU-NCB", Suite.CLASSICAL)
    for version in (18, 19, 20):
        assert refusal(sealed(classical, version=version), HYBRID) is Reason.SUITE
    for version in (1, 17):
        octets = sealed(classical, version=version)
        assert open_envelope(octets, PARTIES["DEU-NCB"], HYBRID, now=NOW).content == CONTENT


def test_a_relay_refuses_a_downgrade_without_any_decryption_key() -> None:
    octets = sealed(by_suite("DEU-NCB", Suite.CLASSICAL), version=18)
    with pytest.raises(EnvelopeRefusedError) as caught:
        check_envelope(octets, HYBRID, now=NOW)
    assert caught.value.reason is Reason.SUITE


def test_one_recipient_of_suite_1_downgrades_the_whole() -> None:
    octets = sealed(
        by_suite("DEU-NCB", Suite.HYBRID), by_suite("BRA-NCB", Suite.CLASSICAL), version=18
    )
    assert refusal(octets, HYBRID) is Reason.SUITE


def test_back_to_suite_1_what_was_sealed_by_suite_2_still_opens() -> None:
    octets = sealed(by_suite("DEU-NCB", Suite.HYBRID), version=18)
    back = directory(21)
    assert open_envelope(octets, PARTIES["DEU-NCB"], back, now=NOW).content == CONTENT


def test_signing_anew_keeps_the_hybrid_body() -> None:
    octets = sign_anew(sealed(by_suite("DEU-NCB", Suite.HYBRID)), by=PARTIES["FRA-NCB"])
    assert open_envelope(octets, PARTIES["DEU-NCB"], directory(), now=NOW).content == CONTENT


def test_nothing_is_sealed_to_a_worthless_hybrid_key() -> None:
    good = by_suite("DEU-NCB", Suite.HYBRID)
    for public in (good.public[:-32] + bytes(32), b"\xff" * 1184 + good.public[-32:]):
        weak = Recipient(party=good.party, kid=good.kid, public=public)
        with pytest.raises(UnusableRecipientKeyError, match="DEU-NCB"):
            sealed(weak)


def test_no_octet_of_a_hybrid_envelope_can_be_changed() -> None:
    octets = sealed(by_suite("DEU-NCB", Suite.HYBRID))
    for at in range(0, len(octets), 7):
        changed = octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :]
        with pytest.raises(EnvelopeRefusedError):
            open_envelope(changed, PARTIES["DEU-NCB"], directory(), now=NOW)
