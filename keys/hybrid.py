"""The hybrid encryption key: X-Wing (X25519 and ML-KEM-768) as HPKE uses it, from a 32-octet seed.

It makes the public half and opens what was sealed to it; sealing is the envelope's. Sources:
draft-connolly-cfrg-xwing-kem sections 5.2 and 5.5, RFC 9180 section 6.1 (base mode, one message),
FIPS 203. It reads no file and knows no party.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field

import nacl.bindings
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from keys.errors import UnsealError

SEED_OCTETS = 32
LATTICE_OCTETS = 1184
"""Length of an ML-KEM-768 encapsulation key (FIPS 203, table 3); the X25519 key follows it."""
HYBRID_OCTETS = LATTICE_OCTETS + 32
SEALED_OCTETS = 1088 + 32 + 32 + 16
"""Both encapsulations, then a 32-octet content key and its tag."""

_NUMBER_BITS, _MODULUS = 12, 3329
_NUMBERS_OCTETS = LATTICE_OCTETS - 32  # a seed of 32 octets follows them
_EACH_LANE = sum(1 << 24 * lane for lane in range(_NUMBERS_OCTETS * 8 // 24))
_LANES = _EACH_LANE * 0xFFF
_UP_TO_THE_CARRY = _EACH_LANE * ((1 << _NUMBER_BITS) - _MODULUS)
_CARRIES = _EACH_LANE << _NUMBER_BITS

_LATTICE_SEED_OCTETS = 64  # d and z of FIPS 203, algorithm 16
_SUITE = hpke.Suite(
    hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM
)  # KEM 0x647A, KDF 0x0001, AEAD 0x0002


@dataclass(frozen=True, slots=True)
class HybridKey:
    """The secret half; ``public`` are the 1,216 octets that the directory lists."""

    seed: bytes = field(repr=False)
    public: bytes = field(init=False, repr=False)
    _half: hpke.MLKEM768X25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_OCTETS:
            raise ValueError(f"a seed has {SEED_OCTETS} octets, not {len(self.seed)}")
        expanded = hashlib.shake_256(self.seed).digest(_LATTICE_SEED_OCTETS + 32)
        scalar = expanded[_LATTICE_SEED_OCTETS:]
        lattice = MLKEM768PrivateKey.from_seed_bytes(expanded[:_LATTICE_SEED_OCTETS])
        half = hpke.MLKEM768X25519PrivateKey(lattice, X25519PrivateKey.from_private_bytes(scalar))
        public = lattice.public_key().public_bytes_raw()
        public += nacl.bindings.crypto_scalarmult_base(scalar)
        object.__setattr__(self, "public", public)
        object.__setattr__(self, "_half", half)

    def unseal(self, sealed: bytes, info: bytes) -> bytes:
        """The content key in ``sealed``; UnsealError, which does not say what was wrong."""
        if len(sealed) != SEALED_OCTETS:
            raise unsealable()
        try:
            return _SUITE.decrypt(sealed, self._half, info)
        except (InvalidTag, ValueError):
            raise unsealable() from None


def seal_to(public: bytes, key: bytes, info: bytes) -> bytes:
    """``key`` (32 octets) sealed to a public half: 1,168 octets, bound to ``info``.

    The encapsulation's randomness is OpenSSL's own. Raises ValueError for a key that is none, and
    for a small-order point.
    """
    return _SUITE.encrypt(key, _opened(public), info)


def is_lattice_key(octets: bytes) -> bool:
    """Whether these are a key by FIPS 203 section 7.2: the length, and each number below 3,329.

    The 768 numbers of 12 bits are looked at in two halves, each in lanes of 24 bits: what is added
    carries into a lane's 13th bit exactly where a number is too large. OpenSSL asks the same and
    builds the matrix too, which costs forty times that.
    """
    if len(octets) != LATTICE_OCTETS:
        return False
    numbers = int.from_bytes(octets[:_NUMBERS_OCTETS], "little")
    halves = (numbers & _LANES, numbers >> _NUMBER_BITS & _LANES)
    return not any((half + _UP_TO_THE_CARRY) & _CARRIES for half in halves)


def unsealable() -> UnsealError:
    """The one refusal of whatever does not open."""
    return UnsealError(
        "What was sealed to this key does not open.",
        expected="octets that a sender sealed to this very key, for this very header",
        remedy="Nothing: the sender's receipt stays out, and the sender sends it again.",
    )


@functools.lru_cache(maxsize=1024)
def _opened(public: bytes) -> hpke.MLKEM768X25519PublicKey:
    """Remembered: expanding the matrix of a key costs as much as an encapsulation."""
    if len(public) != HYBRID_OCTETS:
        raise ValueError(f"a hybrid key has {HYBRID_OCTETS} octets, not {len(public)}")
    return hpke.MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public[:LATTICE_OCTETS]),
        X25519PublicKey.from_public_bytes(public[LATTICE_OCTETS:]),
    )
