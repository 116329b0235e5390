"""The secret half of one party: it signs, and it agrees on keys with whoever wrote to it.

It does not read or write files (keystore.py), does not care who holds the keys (secret_half.py)
and gives no secret away but to the key store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import nacl.bindings

from keys.errors import CeremonyError, UnknownKeyError
from keys.points import Kid, kid_of, spki_ed25519, spki_x25519
from keys.secret_half import SECRET_OCTETS, HeldSecrets, SecretHalf


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One party's signing key and its encryption keys, the newest first.

    Two identities are equal when party and key ids are: the ids determine the secrets. Signing
    and encryption keys are separate and never converted into each other. Whoever holds the secrets,
    this process or another, is the same to whoever uses them.
    """

    party: str
    signing_kid: Kid
    encryption_kids: tuple[Kid, ...]
    signing_public: bytes = field(repr=False)
    _encryption_publics: Mapping[Kid, bytes] = field(repr=False, compare=False)
    _half: SecretHalf = field(repr=False, compare=False)

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
        return cls.held_by(
            HeldSecrets(signing=secret, encryption=secrets),
            party=party,
            signing_public=public,
            encryption_publics=publics.values(),
        )

    @classmethod
    def held_by(
        cls,
        half: SecretHalf,
        *,
        party: str,
        signing_public: bytes,
        encryption_publics: Iterable[bytes],
    ) -> Identity:
        """The identity of raw public keys, newest first, whose secrets ``half`` holds."""
        publics = {kid_of(spki_x25519(each)): each for each in encryption_publics}
        return cls(
            party=party,
            signing_kid=kid_of(spki_ed25519(signing_public)),
            encryption_kids=tuple(publics),
            signing_public=signing_public,
            _encryption_publics=publics,
            _half=half,
        )

    def sign(self, octets: bytes) -> bytes:
        """The 64-octet Ed25519 signature over ``octets`` (RFC 8032, pure)."""
        return self._half.sign(octets)

    def agree(self, kid: Kid, ephemeral_public: bytes) -> bytes:
        """The raw 32-octet X25519 shared secret of our key ``kid`` and a peer's public key.

        Raises UnknownKeyError if we hold no such key, WeakKeyError if the peer's point is of small
        order (RFC 7748 section 6.1) or has not 32 octets, KeyAgentError if the holder is away.
        """
        if kid not in self._encryption_publics:
            raise UnknownKeyError(
                f"{self.party} holds no encryption key with this id.",
                value=str(kid),
                expected="one of " + ", ".join(self.encryption_kids),
                remedy="Load the key file that belongs to the directory in use.",
            )
        return self._half.agree(kid, ephemeral_public)

    def encryption_public(self, kid: Kid) -> bytes:
        """The raw public half of our encryption key ``kid``; UnknownKeyError if it is not ours."""
        try:
            return self._encryption_publics[kid]
        except KeyError:
            raise UnknownKeyError(
                f"{self.party} holds no encryption key with this id.", value=str(kid)
            ) from None

    def export_secrets(self) -> tuple[bytes, tuple[bytes, ...]]:
        """The signing seed and the encryption secrets, for the sealed key file and nothing else.

        Raises CeremonyError where another process or a token holds them: they never leave it.
        """
        if not isinstance(self._half, HeldSecrets):
            raise CeremonyError(
                "These keys are held elsewhere and cannot be taken out.",
                place=self.party,
                expected="the sealed key file itself",
                remedy="Run the command with the key file, where the key file lies.",
            )
        return (
            self._half.signing[:SECRET_OCTETS],
            tuple(self._half.encryption[kid] for kid in self.encryption_kids),
        )
