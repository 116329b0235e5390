"""The secret half of one party: it signs, and it agrees on keys with whoever wrote to it.

It does not read or write files (keystore.py) and gives no secret away but to the key store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import nacl.bindings
import nacl.exceptions

from keys.errors import UnknownKeyError, WeakKeyError
from keys.points import RAW_OCTETS, Kid, kid_of, spki_ed25519, spki_x25519

SECRET_OCTETS = 32
SIGNATURE_OCTETS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One party's signing key and its encryption keys, the newest first.

    Two identities are equal when party and key ids are: the ids determine the secrets. Signing
    and encryption keys are separate and never converted into each other. Python cannot promise to
    wipe memory, so the secrets live as long as the process may keep them.
    """

    party: str
    signing_kid: Kid
    encryption_kids: tuple[Kid, ...]
    signing_public: bytes = field(repr=False)
    _signing_secret: bytes = field(repr=False, compare=False)
    _encryption_secrets: Mapping[Kid, bytes] = field(repr=False, compare=False)
    _encryption_publics: Mapping[Kid, bytes] = field(repr=False, compare=False)

    @classmethod
    def generate(cls, party: str, *, random: Callable[[int], bytes]) -> Identity:
        """A new identity from ``random(n)``, which must give n octets fit for keys."""
        return cls.from_secrets(
            party,
            signing_seed=random(SECRET_OCTETS),
            encryption_secrets=[random(SECRET_OCTETS)],
        )

    @classmethod
    def from_secrets(
        cls, party: str, *, signing_seed: bytes, encryption_secrets: Iterable[bytes]
    ) -> Identity:
        """The identity of a 32-octet Ed25519 seed and 32-octet X25519 secrets, newest first."""
        public, secret = nacl.bindings.crypto_sign_seed_keypair(signing_seed)
        secrets: dict[Kid, bytes] = {}
        publics: dict[Kid, bytes] = {}
        for scalar in encryption_secrets:
            point = nacl.bindings.crypto_scalarmult_base(scalar)
            kid = kid_of(spki_x25519(point))
            secrets[kid] = scalar
            publics[kid] = point
        return cls(
            party=party,
            signing_kid=kid_of(spki_ed25519(public)),
            encryption_kids=tuple(secrets),
            signing_public=public,
            _signing_secret=secret,
            _encryption_secrets=secrets,
            _encryption_publics=publics,
        )

    def sign(self, octets: bytes) -> bytes:
        """The 64-octet Ed25519 signature over ``octets`` (RFC 8032, pure)."""
        return nacl.bindings.crypto_sign(octets, self._signing_secret)[:SIGNATURE_OCTETS]

    def agree(self, kid: Kid, ephemeral_public: bytes) -> bytes:
        """The raw 32-octet X25519 shared secret of our key ``kid`` and a peer's public key.

        Raises UnknownKeyError if we hold no such key, WeakKeyError if the peer's point is of small
        order (RFC 7748 section 6.1) or has not 32 octets.
        """
        secret = self._encryption_secrets.get(kid)
        if secret is None:
            raise UnknownKeyError(
                f"{self.party} holds no encryption key with this id.",
                value=str(kid),
                expected="one of " + ", ".join(self.encryption_kids),
                remedy="Load the key file that belongs to the directory in use.",
            )
        if len(ephemeral_public) != RAW_OCTETS:
            raise _weak_peer(ephemeral_public)
        try:
            return nacl.bindings.crypto_scalarmult(secret, ephemeral_public)
        except nacl.exceptions.RuntimeError:
            raise _weak_peer(ephemeral_public) from None

    def encryption_public(self, kid: Kid) -> bytes:
        """The raw public half of our encryption key ``kid``; UnknownKeyError if it is not ours."""
        try:
            return self._encryption_publics[kid]
        except KeyError:
            raise UnknownKeyError(
                f"{self.party} holds no encryption key with this id.", value=str(kid)
            ) from None

    def export_secrets(self) -> tuple[bytes, tuple[bytes, ...]]:
        """The signing seed and the encryption secrets, for the sealed key file and nothing else."""
        return (
            self._signing_secret[:SECRET_OCTETS],
            tuple(self._encryption_secrets[kid] for kid in self.encryption_kids),
        )


def _weak_peer(public: bytes) -> WeakKeyError:
    return WeakKeyError(
        "The peer's ephemeral key gives no secret.",
        value=public.hex()[:64],
        expected="a 32-octet X25519 point that is not of small order",
    )
