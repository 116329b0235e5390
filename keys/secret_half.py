"""What can be done with secret keys, whoever holds them, and the holder within this process.

The other holders are the key agent (agent_line.py) and whatever keeps keys in hardware. It reads
and writes no file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import nacl.bindings
import nacl.exceptions

from keys.errors import UnknownKeyError, WeakKeyError
from keys.hybrid import HybridKey
from keys.points import RAW_OCTETS, Kid

SECRET_OCTETS = 32
SIGNATURE_OCTETS = 64


class SecretHalf(Protocol):
    """Signs with one key and agrees with several, without showing any of them."""

    def sign(self, octets: bytes) -> bytes:
        """The 64-octet Ed25519 signature over ``octets`` (RFC 8032, pure)."""
        ...

    def agree(self, kid: Kid, public: bytes) -> bytes:
        """The raw X25519 secret (RFC 7748 6.1) of key ``kid`` and a peer's public key.

        Raises UnknownKeyError, or WeakKeyError for a peer's key that gives no secret.
        """
        ...

    def unseal(self, kid: Kid, sealed: bytes, info: bytes) -> bytes:
        """The content key that HPKE sealed to the hybrid key ``kid``, bound to ``info``.

        Raises UnknownKeyError or UnsealError.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSecrets:
    """Keys in this process's own memory: a 64-octet libsodium signing key, X25519 scalars, hybrids.

    Python cannot promise to wipe memory, so they live as long as the process.
    """

    signing: bytes = field(repr=False)
    encryption: Mapping[Kid, bytes] = field(repr=False)
    hybrid: Mapping[Kid, HybridKey] = field(repr=False, default_factory=dict)

    def sign(self, octets: bytes) -> bytes:
        """As ``SecretHalf.sign``."""
        return nacl.bindings.crypto_sign(octets, self.signing)[:SIGNATURE_OCTETS]

    def agree(self, kid: Kid, public: bytes) -> bytes:
        """As ``SecretHalf.agree``."""
        secret = self.encryption.get(kid)
        if secret is None:
            raise UnknownKeyError("No encryption key with this id is held.", value=str(kid))
        if len(public) != RAW_OCTETS:
            raise weak_peer(public)
        try:
            return nacl.bindings.crypto_scalarmult(secret, public)
        except nacl.exceptions.RuntimeError:
            raise weak_peer(public) from None

    def unseal(self, kid: Kid, sealed: bytes, info: bytes) -> bytes:
        """As ``SecretHalf.unseal``."""
        key = self.hybrid.get(kid)
        if key is None:
            raise UnknownKeyError("No hybrid key with this id is held.", value=str(kid))
        return key.unseal(sealed, info)


def weak_peer(public: bytes) -> WeakKeyError:
    """The refusal of a peer's key that gives no secret."""
    return WeakKeyError(
        "The peer's ephemeral key gives no secret.",
        value=public.hex()[:64],
        expected="a 32-octet X25519 point that is not of small order",
    )
