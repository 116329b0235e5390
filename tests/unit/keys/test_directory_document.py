"""A directory counts only as its officers signed it, in one form, in its time, going forward."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import xmlschema
from drawn import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from trust_roots import root_of

from keys import (
    Directory,
    DirectoryExpiredError,
    DirectoryForkError,
    DirectoryFormatError,
    DirectoryNotYetError,
    DirectoryRollbackError,
    DirectorySignatureError,
    DirectorySizeError,
    DirectorySuiteError,
    DuplicateKeyError,
    Identity,
    KeyEntry,
    KeyIdError,
    KeyState,
    Kid,
    PartyEntry,
    PartyKind,
    Root,
    Seen,
    Suite,
    WeakKeyError,
    entry_for,
    kid_of,
    load_directory,
    spki_ed25519,
    spki_of,
    spki_x25519,
)
from keys.documents import read_directory, write_directory
from keys.signatures import Signature, signed_octets, write_signatures
from keys.trusted import DIRECTORY_LIMIT

NOW = datetime(2026, 10, 20, 9, 26, 53, 120000, tzinfo=UTC)
LIFE = timedelta(days=30)


def identity(party: str, seed: int) -> Identity:
    return Identity.from_secrets(
        party, signing_seed=bytes([seed]) * 32, encryption_secrets=[bytes([seed + 100]) * 32]
    )


OFFICERS = [identity("XPO-CENTRE", seed) for seed in (1, 2, 3)]


def anchor_of(officers: list[Identity], threshold: int, suites: tuple[int, ...] = (1,)) -> Root:
    return root_of(
        [officer.signing_public for officer in officers],
        threshold=threshold,
        issued=NOW,
        enrolment=officers[0].encryption_public(officers[0].encryption_kids[0]),
        suites=suites,
    )


ANCHOR = anchor_of(OFFICERS[:2], 2)
ENTRIES = (
    entry_for(
        identity("FRA-NCB", 10),
        sends=frozenset({"REC_SUBMIT", "SEARCH_REQUEST"}),
        valid_from=NOW,
        kind=PartyKind.NCB,
        name="Bureau central national & <Lyon> — مكتب",
    ),
    entry_for(identity("NLD-CUSTOMS", 11), sends=frozenset({"SEIZURE_NOTICE"}), valid_from=NOW),
)


def document(**changes: Any) -> bytes:
    fields: dict[str, Any] = {
        "version": 1,
        "issued": NOW,
        "expires": NOW + LIFE,
        "previous": None,
        "parties": ENTRIES,
    }
    return write_directory(**(fields | changes))


def signed(
    octets: bytes, *, name: str = "directory-1.xml", by: list[Identity] | None = None
) -> bytes:
    digest = hashlib.sha256(octets).digest()
    return write_signatures(
        name,
        digest,
        [
            Signature(kid=each.signing_kid, value=each.sign(signed_octets(name, digest)))
            for each in (OFFICERS[:2] if by is None else by)
        ],
    )


def load(
    octets: bytes,
    signature: bytes | None = None,
    *,
    anchor: Root = ANCHOR,
    now: datetime = NOW,
    minimum_version: int = 0,
    seen: Seen | None = None,
) -> Directory:
    return load_directory(
        octets,
        signed(octets) if signature is None else signature,
        anchor,
        now=now,
        minimum_version=minimum_version,
        seen=seen,
    )


def test_a_signed_directory_says_who_may_speak() -> None:
    directory = load(document())
    france = directory.parties["FRA-NCB"]
    assert directory.version == 1
    assert directory.digest == hashlib.sha256(document()).digest()
    assert (france.country, france.kind) == ("FRA", PartyKind.NCB)
    assert france.name == ENTRIES[0].name
    key = identity("FRA-NCB", 10)
    found = directory.signer(key.signing_kid)
    assert found is not None
    assert found[0] == france
    assert found[1].may_sign(NOW)
    assert directory.signer(key.encryption_kids[0]) is None
    assert directory.recipient("FRA-NCB").kid == key.encryption_kids[0]
    assert directory.may_send("FRA-NCB", "REC_SUBMIT")
    assert not directory.may_send("FRA-NCB", "SEIZURE_NOTICE")
    assert not directory.may_send("XPO-NOBODY", "REC_SUBMIT")


def test_a_flipped_byte_anywhere_in_a_directory_is_refused_before_it_is_parsed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    octets = document()
    signature = signed(octets)

    def parse(*_: object, **__: object) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr("keys.documents.parse", parse)
    for position in range(len(octets)):
        altered = bytearray(octets)
        altered[position] ^= 0x01
        with pytest.raises(DirectorySignatureError):
            load(bytes(altered), signature)


def test_a_flipped_byte_anywhere_in_a_signature_file_is_refused() -> None:
    octets = document()
    signature = signed(octets)
    for position in range(len(signature)):
        for mask in (0x01, 0x20, 0x80):
            altered = bytearray(signature)
            altered[position] ^= mask
            with pytest.raises(DirectorySignatureError):
                load(octets, bytes(altered))


@given(st.data())
@settings(max_examples=examples(200), deadline=None)
def test_no_edit_of_a_signature_file_is_accepted(data: st.DataObject) -> None:
    octets = document()
    signature = signed(octets)
    start = data.draw(st.integers(0, len(signature)))
    end = data.draw(st.integers(start, min(len(signature), start + 40)))
    edited = signature[:start] + data.draw(st.binary(max_size=60)) + signature[end:]
    if edited != signature:
        with pytest.raises(DirectorySignatureError):
            load(octets, edited)


def test_the_writer_writes_its_own_exclusive_canonical_form() -> None:
    for octets in (document(), signed(document())):
        tree = etree.fromstring(octets)
        assert etree.tostring(tree, method="c14n", exclusive=True) == octets


def test_both_validators_accept_what_the_writer_writes() -> None:
    schema = xmlschema.XMLSchema("schemas/xsd/directory.xsd")
    schema.validate(document().decode())
    schema.validate(signed(document()).decode())


def test_a_foreign_key_a_doubled_signature_and_none_at_all_are_refused() -> None:
    octets = document()
    for signature in (signed(octets, by=OFFICERS[1:]), signed(octets, by=OFFICERS), b""):
        with pytest.raises(DirectorySignatureError):
            load(octets, signature)
    with pytest.raises(DirectorySignatureError):
        load(octets, signed(octets, by=[OFFICERS[0], OFFICERS[0]]))


def test_a_threshold_counts_different_keys() -> None:
    two_of_three = anchor_of(OFFICERS, 2)
    octets = document()
    assert load(octets, signed(octets, by=OFFICERS[:2]), anchor=two_of_three).version == 1
    for by in (OFFICERS[:1], [OFFICERS[0], OFFICERS[0]]):
        with pytest.raises(DirectorySignatureError):
            load(octets, signed(octets, by=by), anchor=two_of_three)


def test_an_officers_signature_cannot_be_moved_to_another_document() -> None:
    request = signed(document(), name="request-FRA-NCB.xml")
    with pytest.raises(DirectorySignatureError):
        load(document(), request)
    with pytest.raises(DirectoryFormatError, match="another version's name"):
        load(document(), signed(document(), name="directory-2.xml"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<Issued>", b"<Issued >"),
        (b"</Directory>", b"</Directory>\n"),
        (b"<Directory ", b"<?xml version='1.0'?><Directory "),
        (b"<Directory ", b"<!DOCTYPE Directory><Directory "),
        (b"<Issued>", b"<!-- x --><Issued>"),
        (b"<Issued>", b" <Issued>"),
        (b'suite="1"', b"suite='1'"),
        (b'suite="1"', b'suite="2"'),
        (b'suite="1"', b'suite="3"'),
        (b'suite="1"', b'suite="1" suiteSince="1"'),
        (b'suite="1"', b'suite="2" suiteSince="2"'),
        (b'use="enc"', b'suite="2" use="enc"'),
        (b'version="1"', b'version="01"'),
        (b'kind="NCB"', b'kind="KING"'),
        (b'country="FRA"', b'country="DEU"'),
        (b"2026-10-20T", b"2026-02-31T"),
        (b"</Issued>", b"</Issued><Extra></Extra>"),
    ],
)
def test_a_signed_document_in_another_form_is_refused(old: bytes, new: bytes) -> None:
    altered = document().replace(old, new, 1)
    assert altered != document()
    with pytest.raises(DirectoryFormatError):
        load(altered)


def test_parties_in_another_order_or_listed_twice_are_refused() -> None:
    octets = document()
    one, two = (document(parties=[each]) for each in ENTRIES)
    party = [each[each.index(b"<Party") : each.index(b"</Directory>")] for each in (one, two)]
    for body in (party[1] + party[0], party[0] + party[0]):
        altered = octets[: octets.index(b"<Party")] + body + b"</Directory>"
        with pytest.raises((DirectoryFormatError, DuplicateKeyError)):
            load(altered)


def test_an_oversized_directory_is_not_even_hashed() -> None:
    with pytest.raises(DirectorySizeError):
        load(b" " * (DIRECTORY_LIMIT + 1), b"")
    with pytest.raises(DirectorySizeError):
        load(document(), b" " * 140_000)


def test_a_directory_is_refused_from_its_expiry_on_and_before_its_issue() -> None:
    load(document(), now=NOW + LIFE - timedelta(milliseconds=1))
    with pytest.raises(DirectoryExpiredError):
        load(document(), now=NOW + LIFE)
    load(document(), now=NOW - timedelta(minutes=5))
    with pytest.raises(DirectoryNotYetError):
        load(document(), now=NOW - timedelta(minutes=5, milliseconds=1))


@pytest.mark.parametrize("life", [timedelta(0), timedelta(days=-1), timedelta(days=93)])
def test_an_impossible_life_is_refused(life: timedelta) -> None:
    with pytest.raises(DirectoryFormatError):
        load(document(expires=NOW + life))


def test_every_older_version_is_refused_as_a_rollback() -> None:
    octets = document()
    with pytest.raises(DirectoryRollbackError):
        load(octets, minimum_version=2)
    with pytest.raises(DirectoryRollbackError):
        load(octets, seen=Seen(version=51, digest=bytes(32)))


def test_another_history_is_refused_as_a_fork() -> None:
    octets = document()
    load(octets, seen=Seen(version=1, digest=hashlib.sha256(octets).digest()))
    with pytest.raises(DirectoryForkError):
        load(octets, seen=Seen(version=1, digest=bytes(32)))
    second = document(version=2, previous=hashlib.sha256(octets).digest())
    signature = signed(second, name="directory-2.xml")
    load(second, signature, seen=Seen(version=1, digest=hashlib.sha256(octets).digest()))
    with pytest.raises(DirectoryForkError):
        load(second, signature, seen=Seen(version=1, digest=bytes(32)))


def test_the_first_version_alone_has_no_previous() -> None:
    for octets, name in (
        (document(previous=bytes(32)), "directory-1.xml"),
        (document(version=2), "directory-2.xml"),
    ):
        with pytest.raises(DirectoryFormatError, match="Previous"):
            load(octets, signed(octets, name=name))


def with_key(entry: PartyEntry, key: KeyEntry) -> PartyEntry:
    return dataclasses.replace(entry, keys=(*entry.keys[1:], key))


def test_a_key_that_stands_at_two_places_is_refused() -> None:
    stolen = ENTRIES[0].keys[0]
    for party in (
        with_key(ENTRIES[1], stolen),
        dataclasses.replace(ENTRIES[0], keys=(*ENTRIES[0].keys, stolen)),
    ):
        others = [each for each in ENTRIES if each.party != party.party]
        with pytest.raises(DuplicateKeyError) as refused:
            load(document(parties=[party, *others]))
        assert stolen.kid == refused.value.value


def test_one_raw_point_for_both_uses_is_refused() -> None:
    signing, encryption = ENTRIES[1].keys
    both = dataclasses.replace(
        signing, public=encryption.public, kid=kid_of(spki_ed25519(encryption.public))
    )
    party = dataclasses.replace(ENTRIES[1], keys=(both, encryption))
    with pytest.raises((DuplicateKeyError, WeakKeyError)):
        load(document(parties=[party]))


def test_a_key_under_a_foreign_id_is_refused() -> None:
    key = dataclasses.replace(ENTRIES[0].keys[0], kid=Kid("A" * 43))
    with pytest.raises(KeyIdError):
        load(document(parties=[with_key(ENTRIES[0], key)]))


def test_a_small_order_point_is_refused() -> None:
    point = b"\x01" + bytes(31)
    key = dataclasses.replace(ENTRIES[0].keys[0], public=point, kid=kid_of(spki_ed25519(point)))
    with pytest.raises(WeakKeyError) as refused:
        load(document(parties=[with_key(ENTRIES[0], key)]))
    assert "FRA-NCB" in str(refused.value.place)


moments = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone itself
    max_value=datetime(2050, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone itself
    timezones=st.just(UTC),
).map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000))
names = st.none() | st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x2027, blacklist_categories=("Cc", "Cs")),
    min_size=1,
    max_size=40,
).filter(lambda name: "\xa0" not in name)


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[A-Z]{3}-[A-Z0-9]{1,20}", fullmatch=True),
            st.frozensets(st.from_regex(r"[A-Z][A-Z0-9_]{0,47}", fullmatch=True), max_size=5),
            names,
            moments,
            st.none() | moments,
        ),
        max_size=4,
        unique_by=lambda each: each[0],
    ),
    moments,
)
@settings(max_examples=examples(60), deadline=None)
def test_what_is_written_is_read_back(
    rows: list[tuple[str, frozenset[str], str | None, datetime, datetime | None]], issued: datetime
) -> None:
    parties = [
        entry_for(
            identity(party, 20 + number),
            sends=sends,
            name=name,
            valid_from=start,
            valid_until=until,
        )
        for number, (party, sends, name, start, until) in enumerate(rows)
    ]
    octets = document(parties=parties, issued=issued, expires=issued + LIFE)
    directory = read_directory(octets, place="here")
    in_order = {
        each.party: dataclasses.replace(
            each, keys=tuple(sorted(each.keys, key=lambda key: (key.use, key.kid)))
        )
        for each in parties
    }
    assert dict(directory.parties) == in_order
    assert (directory.issued, directory.expires) == (issued, issued + LIFE)


HYBRID_FRANCE = Identity.from_secrets(
    "FRA-NCB",
    signing_seed=b"f" * 32,
    encryption_secrets=[b"x" * 32],
    hybrid_seeds=[b"h" * 32],
)
HYBRID_ENTRY = entry_for(HYBRID_FRANCE, sends=frozenset({"SEARCH_REQUEST"}), valid_from=NOW)
BOTH = anchor_of(OFFICERS[:2], 2, suites=(1, 2))


def test_keys_of_both_suites_stand_side_by_side_and_the_directory_says_which_is_used() -> None:
    for suite, since in ((Suite.CLASSICAL, None), (Suite.HYBRID, 1)):
        octets = document(parties=[HYBRID_ENTRY], suite=suite, suite_since=since)
        directory = load(octets, anchor=BOTH)
        assert (directory.suite, directory.suite_since) == (suite, since)
        assert directory.recipient("FRA-NCB").suite is suite
        assert directory.parties["FRA-NCB"].keys == tuple(
            sorted(HYBRID_ENTRY.keys, key=lambda key: (key.use, key.kid))
        )


def test_a_suite_that_the_root_does_not_allow_is_refused() -> None:
    with pytest.raises(DirectorySuiteError) as caught:
        load(document(suite=Suite.HYBRID, suite_since=1))
    assert caught.value.value == "1 2"
    with pytest.raises(DirectorySuiteError):
        load(document(parties=[HYBRID_ENTRY]))
    with pytest.raises(DirectorySuiteError):
        load(document(), anchor=anchor_of(OFFICERS[:2], 2, suites=(2,)))


def test_a_retired_key_of_a_suite_that_was_given_up_may_stay_listed() -> None:
    keys = tuple(
        replace(key, state=KeyState.RETIRED) if key.suite is Suite.HYBRID else key
        for key in HYBRID_ENTRY.keys
    )
    load(document(parties=[replace(HYBRID_ENTRY, keys=keys)]))


def test_the_point_inside_a_hybrid_key_may_stand_nowhere_else() -> None:
    hybrid = next(key for key in HYBRID_ENTRY.keys if key.suite is Suite.HYBRID)
    point = hybrid.public[-32:]
    twin = replace(hybrid, public=point, kid=kid_of(spki_x25519(point)))
    entry = replace(ENTRIES[1], keys=(ENTRIES[1].keys[0], twin))
    with pytest.raises(DuplicateKeyError):
        load(document(parties=[HYBRID_ENTRY, entry]), anchor=BOTH)


def test_a_hybrid_key_of_worthless_halves_is_refused() -> None:
    hybrid = next(key for key in HYBRID_ENTRY.keys if key.suite is Suite.HYBRID)
    for public in (hybrid.public[:-32] + bytes(32), b"\xff" * 1184 + hybrid.public[-32:]):
        weak = replace(hybrid, public=public, kid=kid_of(spki_of("enc", public)))
        entry = replace(HYBRID_ENTRY, keys=(HYBRID_ENTRY.keys[0], weak))
        with pytest.raises(WeakKeyError):
            load(document(parties=[entry]), anchor=BOTH)


def test_a_hybrid_key_that_hides_its_suite_is_refused() -> None:
    octets = document(parties=[HYBRID_ENTRY])
    with pytest.raises(DirectoryFormatError):
        load(octets.replace(b' suite="2"', b""), anchor=BOTH)
