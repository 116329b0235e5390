"""Public keys as octets: their DER form, their ids, and which points are refused.

It does not know who owns a key, and holds no secret.
"""

from __future__ import annotations

import functools
import hashlib
from typing import Literal, NewType

import nacl.bindings
from pybase64 import urlsafe_b64encode

from keys.errors import WeakKeyError
from keys.hybrid import HYBRID_OCTETS, LATTICE_OCTETS, is_lattice_key
from keys.suites import Suite

Kid = NewType("Kid", str)
"""Key id: base64url(SHA-256(SPKI DER)) without padding, 43 characters (3-envelope 3.3)."""

Use = Literal["sig", "enc"]

RAW_OCTETS = 32
"""Length of a raw Ed25519 or X25519 public key."""

QUANTUM_OCTETS = 1952
"""Length of an ML-DSA-65 public key (FIPS 204, table 2)."""

# RFC 8410 section 4: SEQUENCE { SEQUENCE { OID 1.3.101.112 or .110 }, BIT STRING (32 octets) }.
_ED25519_PREFIX = bytes.fromhex("302a300506032b6570032100")
_X25519_PREFIX = bytes.fromhex("302a300506032b656e032100")
# The same with OID 1.3.6.1.4.1.62253.25722 and 1,216 octets (draft-connolly-cfrg-xwing-kem 5.8).
_HYBRID_PREFIX = bytes.fromhex("308204d4300d060b2b0601040183e62d81c87a038204c100")

_HEAD_OCTETS = len(_ED25519_PREFIX)

_P = 2**255 - 19
# Canonical u-coordinates of order 1, 2, 4 and 8 on Curve25519 and its twist (cr.yp.to/ecdh.html):
# an agreement with any of them gives zero, whatever the secret is.
_SMALL_ORDER_U = frozenset(
    {
        0,
        1,
        _P - 1,
        int.from_bytes(
            bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
            "little",
        ),
        int.from_bytes(
            bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
            "little",
        ),
    }
)

# The same of Ed25519: y of the points of order 1, 2, 4 and 8, whose x has either sign.
_SMALL_ORDER_Y = frozenset(
    {
        0,
        1,
        _P - 1,
        int.from_bytes(
            bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
            "little",
        ),
        int.from_bytes(
            bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
            "little",
        ),
    }
)
_TOP_BIT = 0x80
_NOT_CANONICAL = frozenset(range(_P, 2**255))
_REFUSED_U = frozenset(u.to_bytes(32, "little") for u in _SMALL_ORDER_U | _NOT_CANONICAL)
_REFUSED_Y = frozenset(
    (y | sign << 255).to_bytes(32, "little")
    for y in _SMALL_ORDER_Y | _NOT_CANONICAL
    for sign in (0, 1)
)


def spki_ed25519(public: bytes) -> bytes:
    """The 44-octet SubjectPublicKeyInfo of a raw Ed25519 public key (RFC 8410)."""
    return _ED25519_PREFIX + _raw(public)


def spki_x25519(public: bytes) -> bytes:
    """The 44-octet SubjectPublicKeyInfo of a raw X25519 public key (RFC 8410)."""
    return _X25519_PREFIX + _raw(public)


def spki_of(use: Use, public: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a raw public key for this use; its length tells the suite."""
    if use == "sig":
        return spki_ed25519(public)
    if len(public) == HYBRID_OCTETS:
        return _HYBRID_PREFIX + public
    return spki_x25519(public)


def suite_of(public: bytes) -> Suite:
    """The suite of a raw encryption key, which its length tells."""
    return Suite.HYBRID if len(public) == HYBRID_OCTETS else Suite.CLASSICAL


def raw_of(use: Use, spki: bytes) -> bytes:
    """The raw key inside a SubjectPublicKeyInfo; WeakKeyError if it is not one for this use."""
    is_hybrid = use == "enc" and len(spki) == len(_HYBRID_PREFIX) + HYBRID_OCTETS
    if is_hybrid and spki.startswith(_HYBRID_PREFIX):
        return spki[len(_HYBRID_PREFIX) :]
    prefix = _ED25519_PREFIX if use == "sig" else _X25519_PREFIX
    if len(spki) != len(prefix) + RAW_OCTETS or not spki.startswith(prefix):
        raise WeakKeyError(
            "This is not the DER form of the key that its use asks for.",
            value=spki.hex()[:32] + "…",
            expected=f"{prefix.hex()} and 32 octets ({'Ed25519' if use == 'sig' else 'X25519'})",
            remedy="Make the key again with `iarms party request`.",
        )
    return spki[len(prefix) :]


def kid_of(spki: bytes) -> Kid:
    """The id of a key: base64url(SHA-256(SPKI DER)), 43 characters."""
    return Kid(urlsafe_b64encode(hashlib.sha256(spki).digest()).rstrip(b"=").decode("ascii"))


def quantum_kid(public: bytes) -> Kid:
    """The id of a raw ML-DSA-65 key: its domain and the FIPS 204 octets, hashed as other ids."""
    if len(public) != QUANTUM_OCTETS:
        raise ValueError(f"an ML-DSA-65 key has {QUANTUM_OCTETS} octets, not {len(public)}")
    return kid_of(b"iarms-ml-dsa-65\x00" + public)


def is_plain(use: Use, public: bytes) -> bool:
    """What can be seen of a key without arithmetic on the curve; ``is_sound`` asks for the rest.

    Canonical, and not of small order; the lattice half of a hybrid key as FIPS 203 wants it.
    """
    if use == "sig":
        return len(public) == RAW_OCTETS and public not in _REFUSED_Y
    if len(public) == HYBRID_OCTETS:
        if not is_lattice_key(public[:LATTICE_OCTETS]):
            return False
        public = public[LATTICE_OCTETS:]
    return len(public) == RAW_OCTETS and public[-1] < _TOP_BIT and public not in _REFUSED_U


def plain_raw(use: Use, spki: bytes) -> bytes:
    """``raw_of`` and ``is_plain`` in one: the raw key; WeakKeyError, which says no more."""
    if use == "sig":
        public = spki[_HEAD_OCTETS:]
        is_one = spki.startswith(_ED25519_PREFIX) and len(public) == RAW_OCTETS
        if is_one and public not in _REFUSED_Y:
            return public
    elif spki.startswith(_X25519_PREFIX):
        public = spki[_HEAD_OCTETS:]
        if len(public) == RAW_OCTETS and public[-1] < _TOP_BIT and public not in _REFUSED_U:
            return public
    else:
        public = raw_of(use, spki)
        if is_plain(use, public):
            return public
    raise WeakKeyError("This is no key.")


def check_point(use: Use, public: bytes, *, place: str) -> None:
    """Refuse a point that makes signatures or agreements worthless (threat K12).

    Signing keys must be canonical and in the prime-order subgroup; encryption keys must be
    canonical u-coordinates that are not of small order, and the ML-KEM half of a hybrid key one
    that FIPS 203 allows. Raises WeakKeyError, naming ``place``.
    """
    if not is_sound(use, public):
        raise WeakKeyError(
            "This public key is a point that nobody can own a secret for.",
            place=place,
            value=public.hex()[:64],
            expected="a canonical point that is not of small order",
            remedy="Refuse the key and ask its owner for a new one by another way.",
        )


@functools.lru_cache(maxsize=8192)
def is_sound(use: Use, public: bytes) -> bool:
    """Whether ``check_point`` lets a key pass; remembered, since most keys stay for years."""
    if not is_plain(use, public):
        return False
    return use == "enc" or bool(nacl.bindings.crypto_core_ed25519_is_valid_point(public))


def _raw(public: bytes) -> bytes:
    if len(public) != RAW_OCTETS:
        raise ValueError(f"a raw public key has {RAW_OCTETS} octets, not {len(public)}")
    return public
