"""Hybrid keys: the draft's own vectors, a second lattice code, and every way they are refused."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import pytest

from keys import (
    INTERACTIVE,
    Identity,
    Recipient,
    Suite,
    UnknownKeyError,
    UnsealError,
    WeakKeyError,
    check_point,
    kid_of,
    load_identity,
    raw_of,
    save_identity,
    seal_to,
    spki_of,
)
from keys.hybrid import HYBRID_OCTETS, LATTICE_OCTETS, SEALED_OCTETS, HybridKey

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "vectors" / "envelope"))
from forge import hpke_seal, x_wing_encapsulate, x_wing_public

# draft-connolly-cfrg-xwing-kem-10, appendix C: seed, eseed, shared secret; the public key and the
# ciphertext by their SHA-256.
DRAFT = [
    (
        "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26",
        (
            "3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e2"
            "35b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2"
        ),
        "d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384",
        "2e816deebcd76c5c80d0cd2d174478871658e8e2ff42bc9d4a6e486372e856bb",
        "17cd532d657e44c897ca6583e548a5424fc70bf54f99515a4d2bcf99e3469f33",
    ),
    (
        "badfd6dfaac359a5efbb7bcc4b59d538df9a04302e10c8bc1cbf1a0b3a5120ea",
        (
            "17cda7cfad765f5623474d368ccca8af0007cd9f5e4c849f167a580b14aabdef"
            "aee7eef47cb0fca9767be1fda69419dfb927e9df07348b196691abaeb580b32d"
        ),
        "f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150",
        "c42ba5f8430d7d2c83739338203819f090e8303ce9c8b02107c272bfa5376916",
        "1661ea86d608a1924ba30840cb0a65f13ae051e3aec9cf0f064efc0bc92f2154",
    ),
    (
        "ef58538b8d23f87732ea63b02b4fa0f4873360e2841928cd60dd4cee8cc0d4c9",
        (
            "22a96188d032675c8ac850933c7aff1533b94c834adbb69c6115bad4692d8619"
            "f90b0cdf8a7b9c264029ac185b70b83f2801f2f4b3f70c593ea3aeeb613a7f1b"
        ),
        "953f7f4e8c5b5049bdc771d1dffada0dd961477d1a2ae0988baa7ea6898d893f",
        "6b080d6b84f095342092fa7a22423e58bd681397ad0ef00eac92bd254db4fa95",
        None,
    ),
]
KEY, INFO = bytes(range(32)), b"bound to this"
OWN = HybridKey(b"h" * 32)


@pytest.mark.parametrize("vector", DRAFT, ids=["1", "2", "3"])
def test_keys_and_secrets_are_those_of_the_draft(vector: tuple[str, ...]) -> None:
    seed, eseed, secret = (bytes.fromhex(each) for each in vector[:3])
    ours = HybridKey(seed)
    assert hashlib.sha256(ours.public).hexdigest() == vector[3]
    assert x_wing_public(seed) == ours.public
    found, enc = x_wing_encapsulate(ours.public, eseed)
    assert found == secret
    if vector[4] is not None:
        assert hashlib.sha256(enc).hexdigest() == vector[4]
    # The library's HPKE opens what our second writer sealed by the draft's shared secret.
    assert ours.unseal(hpke_seal(ours.public, KEY, INFO, eseed), INFO) == KEY


def test_what_is_sealed_opens_with_the_key_alone_and_for_its_info_alone() -> None:
    sealed = seal_to(OWN.public, KEY, INFO)
    assert len(sealed) == SEALED_OCTETS
    assert OWN.unseal(sealed, INFO) == KEY
    assert seal_to(OWN.public, KEY, INFO) != sealed
    for key, octets, info in (
        (HybridKey(b"i" * 32), sealed, INFO),
        (OWN, sealed, INFO + b"!"),
        (OWN, sealed[:-1], INFO),
        (OWN, sealed + b"x", INFO),
        (OWN, b"", INFO),
    ):
        with pytest.raises(UnsealError) as caught:
            key.unseal(octets, info)
        assert caught.value.__cause__ is None


@pytest.mark.parametrize("at", [0, 1087, 1088, 1119, 1120, 1151, 1167])
def test_a_flipped_bit_of_any_part_does_not_open(at: int) -> None:
    sealed = bytearray(seal_to(OWN.public, KEY, INFO))
    sealed[at] ^= 1
    with pytest.raises(UnsealError):
        OWN.unseal(bytes(sealed), INFO)


def test_nothing_is_sealed_to_what_is_no_key() -> None:
    lattice, point = OWN.public[:LATTICE_OCTETS], OWN.public[LATTICE_OCTETS:]
    for wrong in (lattice + bytes(32), b"\xff" * LATTICE_OCTETS + point, lattice, b""):
        with pytest.raises(ValueError, match=r"key|shared"):
            seal_to(wrong, KEY, INFO)


def test_a_hybrid_key_has_one_der_form_and_its_id() -> None:
    der = spki_of("enc", OWN.public)
    assert len(der) == 1240
    assert raw_of("enc", der) == OWN.public
    assert len(kid_of(der)) == 43
    for wrong in (
        der[:-1],
        der + b"x",
        bytes([der[0] ^ 1]) + der[1:],
        der.replace(b"\x81", b"\x82", 1),
    ):
        with pytest.raises(WeakKeyError):
            raw_of("enc", wrong)
    with pytest.raises(WeakKeyError):
        raw_of("sig", der)


def test_both_halves_of_a_hybrid_key_must_be_sound() -> None:
    lattice, point = OWN.public[:LATTICE_OCTETS], OWN.public[LATTICE_OCTETS:]
    check_point("enc", OWN.public, place="here")
    for wrong in (lattice + bytes(32), b"\xff" * LATTICE_OCTETS + point, OWN.public[:-1]):
        with pytest.raises(WeakKeyError):
            check_point("enc", wrong, place="here")


def test_an_identity_has_keys_of_both_suites_and_knows_which_is_which() -> None:
    own = Identity.generate("FRA-NCB", random=os.urandom, hybrid=True)
    classical, hybrid = own.encryption_kids
    assert own.suite(classical) is Suite.CLASSICAL
    assert own.suite(hybrid) is Suite.HYBRID
    assert own.suite("nobody's") is None
    assert (own.newest(Suite.CLASSICAL), own.newest(Suite.HYBRID)) == (classical, hybrid)
    public = own.encryption_public(hybrid)
    assert len(public) == HYBRID_OCTETS
    assert Recipient(party="FRA-NCB", kid=hybrid, public=public).suite is Suite.HYBRID
    assert own.unseal(hybrid, seal_to(public, KEY, INFO), INFO) == KEY
    with pytest.raises(UnknownKeyError, match="suite 2"):
        own.unseal(classical, bytes(SEALED_OCTETS), INFO)
    with pytest.raises(UnknownKeyError, match="suite 1"):
        own.agree(hybrid, bytes(32))
    assert own.export_hybrid()[0].hex() not in repr(own)


def test_hybrid_keys_survive_the_sealed_file(tmp_path: Path) -> None:
    own = Identity.generate("FRA-NCB", random=os.urandom, hybrid=True)
    save_identity(own, tmp_path / "k", b"p", random=os.urandom, cost=INTERACTIVE)
    again = load_identity(tmp_path / "k", b"p")
    assert again == own
    assert again.export_hybrid() == own.export_hybrid()
    assert again.export_secrets() == own.export_secrets()
