"""The secret half of one party: it signs, and it agrees on keys with whoever wrote to it.

It does not read or write files (keystore.py), does not care who holds the keys (secret_half.py)
and gives no secret away but to the key store.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

import nacl.bindings

from keys.errors import CeremonyError, UnknownKeyError
from keys.hybrid import HybridKey
from keys.points import Kid, kid_of, spki_ed25519, spki_of, spki_x25519, suite_of
from keys.secret_half import SECRET_OCTETS, HeldSecrets, SecretHalf
from keys.suites import Suite


@runtime_checkable
class GrowingHalf(SecretHalf, Protocol):
    """A holder of secrets that makes further ones itself."""

    def grow(self, file: Path, *, signing: bool, hybrid: bool) -> Identity:
        """Make a signing key and an X25519 key, or a hybrid key, or both; write a key file.

        The file names them before the old ones. Raises CeremonyError if there is one already.
        """
        ...

    def shed(self, file: Path, over: Collection[str]) -> Identity:
        """Destroy the keys of these ids, and write the key file that no longer names them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One party's signing key and its encryption keys: X25519, then hybrid, each newest first.

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
    def generate(
        cls, party: str, *, random: Callable[[int], bytes], hybrid: bool = False
    ) -> Identity:
        """A new identity from ``random(n)``, which must give n octets fit for keys.

        With ``hybrid`` it has a key of the suite HYBRID beside the X25519 key.
        """
        return cls.from_secrets(
            party,
            signing_seed=random(SECRET_OCTETS),
            encryption_secrets=[random(SECRET_OCTETS)],
            hybrid_seeds=[random(SECRET_OCTETS)] if hybrid else [],
        )

    @classmethod
    def from_secrets(
        cls,
        party: str,
        *,
        signing_seed: bytes,
        encryption_secrets: Iterable[bytes],
        hybrid_seeds: Iterable[bytes] = (),
    ) -> Identity:
        """The identity of a 32-octet Ed25519 seed, 32-octet X25519 secrets and X-Wing seeds.

        Of each kind the newest comes first.
        """
        public, secret = nacl.bindings.crypto_sign_seed_keypair(signing_seed)
        secrets: dict[Kid, bytes] = {}
        publics: dict[Kid, bytes] = {}
        for scalar in encryption_secrets:
            point = nacl.bindings.crypto_scalarmult_base(scalar)
            kid = kid_of(spki_x25519(point))
            secrets[kid] = scalar
            publics[kid] = point
        hybrids = {kid_of(spki_of("enc", key.public)): key for key in map(HybridKey, hybrid_seeds)}
        return cls.held_by(
            HeldSecrets(signing=secret, encryption=secrets, hybrid=hybrids),
            party=party,
            signing_public=public,
            encryption_publics=[*publics.values(), *(key.public for key in hybrids.values())],
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
        publics = {kid_of(spki_of("enc", each)): each for each in encryption_publics}
        return cls(
            party=party,
            signing_kid=kid_of(spki_ed25519(signing_public)),
            encryption_kids=tuple(publics),
            signing_public=signing_public,
            _encryption_publics=publics,
            _half=half,
        )

    @property
    def kids(self) -> tuple[Kid, ...]:
        """The ids of all keys: the signing key's first."""
        return self.signing_kid, *self.encryption_kids

    def sign(self, octets: bytes) -> bytes:
        """The 64-octet Ed25519 signature over ``octets`` (RFC 8032, pure)."""
        return self._half.sign(octets)

    def agree(self, kid: Kid, ephemeral_public: bytes) -> bytes:
        """The raw 32-octet X25519 shared secret of our key ``kid`` and a peer's public key.

        Raises UnknownKeyError if we hold no such key, WeakKeyError if the peer's point is of small
        order (RFC 7748 section 6.1) or has not 32 octets, KeyAgentError if the holder is away.
        """
        self._check_held(kid, Suite.CLASSICAL)
        return self._half.agree(kid, ephemeral_public)

    def unseal(self, kid: Kid, sealed: bytes, info: bytes) -> bytes:
        """The content key that was sealed to our hybrid key ``kid``, bound to ``info``.

        Raises UnknownKeyError if we hold no such key, UnsealError if it does not open,
        KeyAgentError if the holder is away.
        """
        self._check_held(kid, Suite.HYBRID)
        return self._half.unseal(kid, sealed, info)

    @property
    def grower(self) -> GrowingHalf | None:
        """Who makes further keys itself and shows none of them (a token); None if that is us."""
        return self._half if isinstance(self._half, GrowingHalf) else None

    def suite(self, kid: str) -> Suite | None:
        """The suite of our encryption key ``kid``; None if it is not ours."""
        public = self._encryption_publics.get(Kid(kid))
        return None if public is None else suite_of(public)

    def newest(self, suite: Suite) -> Kid | None:
        """Our newest encryption key of a suite; None if there is none."""
        return next((kid for kid in self.encryption_kids if self.suite(kid) is suite), None)

    def encryption_public(self, kid: Kid) -> bytes:
        """The raw public half of our encryption key ``kid``; UnknownKeyError if it is not ours."""
        try:
            return self._encryption_publics[kid]
        except KeyError:
            raise UnknownKeyError(
                f"{self.party} holds no encryption key with this id.", value=str(kid)
            ) from None

    def _check_held(self, kid: Kid, suite: Suite) -> None:
        if self.suite(kid) is not suite:
            held = (each for each in self.encryption_kids if self.suite(each) is suite)
            raise UnknownKeyError(
                f"{self.party} holds no encryption key of suite {suite:d} with this id.",
                value=str(kid),
                expected="one of " + (", ".join(held) or "none"),
                remedy="Load the key file that belongs to the directory in use.",
            )

    def export_secrets(self) -> tuple[bytes, tuple[bytes, ...]]:
        """The signing seed and the X25519 secrets, for the sealed key file and nothing else.

        Raises CeremonyError where another process or a token holds them: they never leave it.
        """
        half = self._held()
        return (half.signing[:SECRET_OCTETS], tuple(half.encryption.values()))

    def export_hybrid(self) -> tuple[bytes, ...]:
        """The seeds of the hybrid keys, newest first; as ``export_secrets``."""
        return tuple(key.seed for key in self._held().hybrid.values())

    def _held(self) -> HeldSecrets:
        if not isinstance(self._half, HeldSecrets):
            raise CeremonyError(
                "These keys are held elsewhere and cannot be taken out.",
                place=self.party,
                expected="the sealed key file itself",
                remedy="Run the command with the key file, where the key file lies.",
            )
        return self._half
