"""An identity signs and agrees; it shows no secret and refuses worthless points."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import nacl.exceptions
import nacl.signing
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from keys import (
    Identity,
    Kid,
    UnknownKeyError,
    WeakKeyError,
    check_point,
    kid_of,
    raw_of,
    spki_ed25519,
    spki_x25519,
)


def seeded(seed: str) -> Callable[[int], bytes]:
    stream = iter(range(10**6))
    return lambda n: hashlib.shake_256(f"{seed}/{next(stream)}".encode()).digest(n)


def test_generating_twice_from_the_same_randomness_gives_the_same_identity() -> None:
    assert Identity.generate("FRA-NCB", random=seeded("a")) == Identity.generate(
        "FRA-NCB", random=seeded("a")
    )
    assert Identity.generate("FRA-NCB", random=seeded("a")) != Identity.generate(
        "FRA-NCB", random=seeded("b")
    )


def test_a_signature_verifies_with_libsodium() -> None:
    one = Identity.generate("FRA-NCB", random=seeded("a"))
    signature = one.sign(b"octets")
    assert len(signature) == 64
    nacl.signing.VerifyKey(one.signing_public).verify(b"octets", signature)
    with pytest.raises(nacl.exceptions.BadSignatureError):
        nacl.signing.VerifyKey(one.signing_public).verify(b"octetz", signature)


def test_two_identities_agree_on_the_same_secret() -> None:
    one = Identity.generate("FRA-NCB", random=seeded("a"))
    two = Identity.generate("USA-NCB", random=seeded("b"))
    of_one, of_two = one.encryption_kids[0], two.encryption_kids[0]
    ours = one.agree(of_one, two.encryption_public(of_two))
    assert ours == two.agree(of_two, one.encryption_public(of_one))
    assert len(ours) == 32


def test_no_secret_shows_in_the_representation() -> None:
    one = Identity.generate("FRA-NCB", random=seeded("a"))
    seed, scalars = one.export_secrets()
    shown = repr(one) + str(one)
    for secret in (seed, *scalars):
        assert secret.hex() not in shown
        assert repr(secret) not in shown
    assert one.signing_kid in shown


def test_an_unknown_encryption_key_is_named() -> None:
    one = Identity.generate("FRA-NCB", random=seeded("a"))
    with pytest.raises(UnknownKeyError, match="holds no encryption key"):
        one.agree(Kid("x" * 43), bytes(32))
    with pytest.raises(UnknownKeyError):
        one.encryption_public(one.signing_kid)


@pytest.mark.parametrize("point", [bytes(32), b"\x01" + bytes(31), b"", bytes(31), bytes(33)])
def test_agreeing_with_a_worthless_point_is_refused(point: bytes) -> None:
    one = Identity.generate("FRA-NCB", random=seeded("a"))
    with pytest.raises(WeakKeyError):
        one.agree(one.encryption_kids[0], point)


def test_key_information_is_what_a_standard_library_writes() -> None:
    one = Identity.generate("FRA-NCB", random=seeded("a"))
    der = spki_ed25519(one.signing_public)
    loaded = load_der_public_key(der)
    assert isinstance(loaded, Ed25519PublicKey)
    assert loaded.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == der
    assert len(der) == 44
    kid = one.encryption_kids[0]
    der = spki_x25519(one.encryption_public(kid))
    assert isinstance(load_der_public_key(der), X25519PublicKey)
    assert kid_of(der) == kid
    assert len(kid) == 43
    assert raw_of("enc", der) == one.encryption_public(kid)
    with pytest.raises(WeakKeyError):
        raw_of("sig", der)


@pytest.mark.parametrize(
    ("use", "raw"),
    [
        ("sig", bytes(32)),
        ("sig", b"\x01" + bytes(31)),
        ("sig", b"\xec" + b"\xff" * 30 + b"\x7f"),
        ("enc", bytes(32)),
        ("enc", b"\x01" + bytes(31)),
        ("enc", b"\xec" + b"\xff" * 30 + b"\x7f"),
        ("enc", b"\xed" + b"\xff" * 30 + b"\x7f"),
        ("enc", b"\xee" + b"\xff" * 30 + b"\x7f"),
        ("enc", b"\x09" + bytes(30) + b"\x80"),
        ("enc", bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")),
        ("enc", bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")),
        ("enc", b"\x09"),
    ],
)
def test_a_point_of_small_order_or_odd_form_is_refused_with_its_place(use: str, raw: bytes) -> None:
    with pytest.raises(WeakKeyError) as refused:
        check_point("sig" if use == "sig" else "enc", raw, place="party FRA-NCB")
    assert refused.value.place == "party FRA-NCB"
