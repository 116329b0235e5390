"""Fingerprints: the short text by which people compare keys by another way than the network.

It does not decide whether two fingerprints were compared.
"""

from __future__ import annotations

import hashlib

from keys.points import spki_ed25519, spki_x25519

_DOMAIN = b"iarms-fingerprint-1\x00"
_GROUPS = 8
_DIGITS = 4


def fingerprint(party: str, signing: bytes, encryption: bytes) -> str:
    """The fingerprint of a party's two raw public keys, 8 groups of 4 hex digits.

    It is the first 128 bits of SHA-256(domain, 0, party, 0, both SPKI): who can make a second
    party with the same one must find a second preimage of 128 bits (4-trust 4.1, enrolment 3).
    """
    return grouped(fingerprint_octets(party, signing, encryption))


def fingerprint_octets(party: str, signing: bytes, encryption: bytes) -> bytes:
    """The SHA-256 whose first 128 bits are the fingerprint, for words and QR codes."""
    octets = party.encode("ascii") + b"\x00" + spki_ed25519(signing) + spki_x25519(encryption)
    return hashlib.sha256(_DOMAIN + octets).digest()


def grouped(digest: bytes) -> str:
    """The first 128 bits of a digest as 8 groups of 4 hex digits."""
    digits = digest.hex()
    return " ".join(digits[at : at + _DIGITS] for at in range(0, _GROUPS * _DIGITS, _DIGITS))
