"""Keys in a PKCS#11 token (an HSM, a smart card, SoftHSM): made there, used there, never taken out.

The token holds the Ed25519 and X25519 keys; no PKCS#11 mechanism knows X-Wing, so the seed of a
hybrid key is encrypted by an AES key of the token and lies in memory while the process runs. It is
the third holder beside the sealed file and the agent (secret_half.py). PKCS#11 v3.0; docs/spec/
directory.md, clause 5.
"""

from __future__ import annotations

import functools
import hmac
import os
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import nacl.bindings
import nacl.exceptions
import pkcs11
from pkcs11 import KDF, Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11 import exceptions as problems

from keys.errors import (
    TokenAwayError,
    TokenError,
    TokenKeyError,
    TokenModuleError,
    TokenPinError,
    UnknownKeyError,
    WeakKeyError,
)
from keys.files import PRIVATE_MODE, write_new
from keys.hybrid import SEED_OCTETS, HybridKey
from keys.identity import Identity
from keys.points import Kid, Use, check_point, kid_of, raw_of, spki_ed25519, spki_of, spki_x25519
from keys.secret_half import SIGNATURE_OCTETS, weak_peer
from keys.token_file import TokenFile, TokenPlace, write_token_file

# RFC 8410 section 3: the OIDs of both curves, as CKA_EC_PARAMS.
_ED25519 = bytes.fromhex("06032b6570")
_X25519 = bytes.fromhex("06032b656e")
_POINT_HEAD = bytes.fromhex("0420")  # an OCTET STRING of 32 octets
_IV_OCTETS = 12
_TAG_BITS = 128
_SELF_TEST = b"iarms token self-test"
_SECRET_BITS = 256

_LOGINS: dict[str, bytes] = {}
"""By module, label and serial: which PIN this process logged in with, blurred."""

_PIN = (
    problems.PinIncorrect,
    problems.PinInvalid,
    problems.PinLenRange,
    problems.PinExpired,
    problems.PinLocked,
    problems.UserPinNotInitialized,
)


def make_in_token(
    place: TokenPlace, party: str, pin: bytes, *, random: Callable[[int], bytes]
) -> tuple[TokenFile, Identity]:
    """Make a party's signing and encryption keys in a token.

    Raises TokenModuleError, TokenAwayError, TokenPinError; TokenKeyError if it cannot make them.
    """
    half = TokenHalf(open_session(place, pin), random=random)
    content = TokenFile(
        party=party,
        place=place,
        signing=half.make_signing(party),
        encryption=(half.make_encryption(party),),
        wrapped=(),
    )
    return content, half.take_up(content)


def open_in_token(content: TokenFile, pin: bytes) -> Identity:
    """The identity whose keys a token holds; each key is tried before it is relied on.

    Raises TokenModuleError, TokenAwayError, TokenPinError, TokenKeyError.
    """
    return TokenHalf(open_session(content.place, pin), random=os.urandom).take_up(content)


class TokenHalf:
    """As ``SecretHalf``, by a session with a token; one request at a time."""

    def __init__(self, session: Any, *, random: Callable[[int], bytes]) -> None:
        self._session, self._random = session, random
        self._lock = threading.Lock()
        self._signing: Any = None
        self._agreeing: dict[Kid, Any] = {}
        self._hybrid: dict[Kid, HybridKey] = {}
        self._content: TokenFile | None = None

    def sign(self, octets: bytes) -> bytes:
        """As ``SecretHalf.sign``; TokenAwayError if the token does not answer."""
        with self._lock, _told("sign"):
            return bytes(self._signing.sign(octets, mechanism=Mechanism.EDDSA))

    def agree(self, kid: Kid, public: bytes) -> bytes:
        """As ``SecretHalf.agree``; TokenAwayError if the token does not answer."""
        key = self._agreeing.get(kid)
        if key is None:
            raise UnknownKeyError("The token holds no encryption key with this id.", value=str(kid))
        try:
            check_point("enc", public, place="ephemeral key")
        except WeakKeyError:
            raise weak_peer(public) from None
        with self._lock, _told("agree"):
            return _derived(key, public)

    def unseal(self, kid: Kid, sealed: bytes, info: bytes) -> bytes:
        """As ``SecretHalf.unseal``; in this process's memory, since no token knows X-Wing."""
        key = self._hybrid.get(kid)
        if key is None:
            raise UnknownKeyError("No hybrid key with this id is held.", value=str(kid))
        return key.unseal(sealed, info)

    def grow(self, file: Path, *, signing: bool, hybrid: bool) -> Identity:
        """Make further keys in the token, and a key file that names them before the old ones.

        ``signing``: a signing key and an X25519 key; ``hybrid``: a hybrid key. Raises
        CeremonyError if there is such a file already.
        """
        content = self._named
        if signing:
            content = replace(
                content,
                signing=self.make_signing(content.party),
                encryption=(self.make_encryption(content.party), *content.encryption),
            )
        if hybrid:
            seed = self.wrap(content.party, self._random(SEED_OCTETS))
            content = replace(content, wrapped=(seed, *content.wrapped))
        write_new(file, write_token_file(content), mode=PRIVATE_MODE)
        return TokenHalf(self._session, random=self._random).take_up(content)

    def shed(self, file: Path, over: Collection[str]) -> Identity:
        """Write the key file without the keys of these ids, then destroy them in the token.

        The file is durable first: were the machine to stop in between, a key would outlive its
        end, and none would be missed. Raises CeremonyError if there is such a file already.
        """
        content = self._named
        stay = tuple(each for each in content.encryption if _kid("enc", each) not in over)
        hybrids = dict(zip(self._hybrid, content.wrapped, strict=True))
        content = replace(
            content,
            encryption=stay,
            wrapped=tuple(seed for kid, seed in hybrids.items() if kid not in over),
        )
        kept = {_kid("sig", content.signing), *(_kid("enc", each) for each in stay)}
        write_new(file, write_token_file(content), mode=PRIVATE_MODE)
        with self._lock, _told("destroy a key"):
            for kid in set(over) - kept:
                named = {
                    Attribute.ID: kid.encode("ascii"), Attribute.LABEL: f"iarms {content.party}",
                }  # fmt: skip
                for each in list(self._session.get_objects(named)):
                    each.destroy()
        return TokenHalf(self._session, random=self._random).take_up(content)

    @property
    def _named(self) -> TokenFile:
        if self._content is None:
            raise TokenError("This token has not been opened.")
        return self._content

    def take_up(self, content: TokenFile) -> Identity:
        """Find the keys that a key file names and try each; TokenKeyError."""
        self.take_up_signing(content)
        for public in content.encryption:
            kid = kid_of(spki_x25519(public))
            self._agreeing[kid] = self._find(content, spki_x25519(public))
            self._check_agreeing(kid, public, content)
        hybrids = [HybridKey(self.unwrap(content, each)) for each in content.wrapped]
        self._hybrid = {kid_of(spki_of("enc", each.public)): each for each in hybrids}
        return Identity.held_by(
            self,
            party=content.party,
            signing_public=content.signing,
            encryption_publics=[*content.encryption, *(each.public for each in hybrids)],
        )

    def take_up_signing(self, content: TokenFile) -> None:
        """Find the signing key that a key file names and try it; TokenKeyError."""
        self._content = content
        self._signing = self._find(content, spki_ed25519(content.signing))
        _check_signing(self.sign(_SELF_TEST), content)

    def make_signing(self, party: str) -> bytes:
        """A new Ed25519 key in the token; the raw public half."""
        template = {Attribute.SIGN: True, Attribute.DERIVE: False}
        return self._make(party, _ED25519, MechanismFlag.SIGN | MechanismFlag.VERIFY, template)

    def make_encryption(self, party: str) -> bytes:
        """A new X25519 key in the token; the raw public half."""
        template = {Attribute.SIGN: False, Attribute.DERIVE: True}
        return self._make(party, _X25519, MechanismFlag.DERIVE, template)

    def _make(
        self, party: str, curve: bytes, may: MechanismFlag, template: dict[Attribute, Any]
    ) -> bytes:
        with self._lock, _told("make a key"):
            parameters = self._session.create_domain_parameters(
                KeyType.EC_EDWARDS, {Attribute.EC_PARAMS: curve}, local=True
            )
            public, private = parameters.generate_keypair(
                mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
                capabilities=may,
                store=True,
                label=f"iarms {party}",
                private_template={
                    Attribute.SENSITIVE: True,
                    Attribute.EXTRACTABLE: False,
                    Attribute.PRIVATE: True,
                    **template,
                },
            )
            point = bytes(public[Attribute.EC_POINT])
            raw = point.removeprefix(_POINT_HEAD) if len(point) > len(_POINT_HEAD) + 31 else point
            spki = spki_ed25519(raw) if curve == _ED25519 else spki_x25519(raw)
            check_point("sig" if curve == _ED25519 else "enc", raw, place="token")
            for half in (public, private):  # found again by the digest that its kid shows
                half[Attribute.ID] = kid_of(spki).encode("ascii")
            return raw_of("sig" if curve == _ED25519 else "enc", spki)

    def _find(self, content: TokenFile, spki: bytes) -> Any:
        kid = kid_of(spki)
        with self._lock, _told("find a key"):
            found = list(
                self._session.get_objects(
                    {
                        Attribute.CLASS: ObjectClass.PRIVATE_KEY,
                        Attribute.ID: kid.encode("ascii"),
                        Attribute.LABEL: f"iarms {content.party}",  # the file binds no name
                    }
                )
            )
        if len(found) != 1:
            raise _missing(content, str(kid), len(found))
        return found[0]

    def _check_agreeing(self, kid: Kid, public: bytes, content: TokenFile) -> None:
        scalar = self._random(32)
        ours = self.agree(kid, nacl.bindings.crypto_scalarmult_base(scalar))
        if ours != nacl.bindings.crypto_scalarmult(scalar, public):
            raise _another(content, str(kid))

    def wrap(self, party: str, seed: bytes) -> bytes:
        """A seed encrypted by a key that never leaves the token, made where there is none."""
        iv = self._random(_IV_OCTETS)
        with self._lock, _told("encrypt a seed"):
            found = self._wrapping(party)
            key = found[0] if found else self._make_wrapping(party)
            sealed = key.encrypt(seed, mechanism=Mechanism.AES_GCM, mechanism_param=_gcm(iv, party))
        return iv + bytes(sealed)

    def unwrap(self, content: TokenFile, wrapped: bytes) -> bytes:
        """The seed that ``wrap`` encrypted; TokenKeyError if this token did not."""
        iv, sealed = wrapped[:_IV_OCTETS], wrapped[_IV_OCTETS:]
        with self._lock, _told("decrypt a seed"):
            found = self._wrapping(content.party)
            if len(found) != 1:
                raise _missing(content, "the key that wraps seeds", len(found))
            try:
                seed = found[0].decrypt(
                    sealed, mechanism=Mechanism.AES_GCM, mechanism_param=_gcm(iv, content.party)
                )
            except (problems.EncryptedDataInvalid, problems.EncryptedDataLenRange,
                    problems.GeneralError) as problem:  # fmt: skip
                raise _another(content, "the key that wraps seeds") from problem
        return bytes(seed)

    def _wrapping(self, party: str) -> list[Any]:
        return list(
            self._session.get_objects(
                {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.LABEL: f"iarms {party} wrap"}
            )
        )

    def _make_wrapping(self, party: str) -> Any:
        return self._session.generate_key(
            KeyType.AES,
            _SECRET_BITS,
            store=True,
            label=f"iarms {party} wrap",
            capabilities=MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT,
            template={
                Attribute.SENSITIVE: True,
                Attribute.EXTRACTABLE: False,
                Attribute.PRIVATE: True,
            },
        )


def open_session(place: TokenPlace, pin: bytes) -> Any:
    """A session with a token; TokenModuleError, TokenAwayError, TokenPinError."""
    try:
        library = pkcs11.lib(place.module)
    except (problems.PKCS11Error, OSError) as problem:
        raise TokenModuleError(
            "The PKCS#11 module cannot be loaded.",
            place=place.module,
            value=str(problem)[:200],
            expected="the path of the shared library that came with the token",
            remedy="Install the token's driver, or give its path with --module.",
        ) from None
    try:
        token = library.get_token(token_label=place.label)
    except (problems.PKCS11Error, RuntimeError) as problem:
        raise TokenAwayError(
            "The token is not there.",
            place=place.module,
            value=place.label,
            expected="exactly one token of this label: " + ", ".join(_labels(library)),
            remedy="Connect it, or look at the label; `softhsm2-util --show-slots`.",
        ) from problem
    known_as = f"{place.module} {place.label} {token.serial!r}"
    try:
        session = token.open(user_pin=pin.decode("utf-8"), rw=True)
    except problems.UserAlreadyLoggedIn:
        # A login is the whole process's (PKCS#11 v3.0 5.6.8): the token does not ask again, we do.
        if not hmac.compare_digest(_LOGINS.get(known_as, b""), _blurred(pin)):
            raise _wrong_pin(place, "not the PIN of this process's login") from None
        return token.open(rw=True)
    except (*_PIN, UnicodeDecodeError) as problem:
        raise _wrong_pin(place, type(problem).__name__) from None
    except problems.PKCS11Error as problem:
        raise _away("open a session", problem) from problem
    _LOGINS[known_as] = _blurred(pin)
    return session


def _wrong_pin(place: TokenPlace, why: str) -> TokenPinError:
    return TokenPinError(
        "The token refuses this PIN.",
        place=place.label,
        value=why,
        expected="the user PIN; tokens lock themselves after a few wrong ones",
        remedy="Look it up before you try again; a locked PIN is unlocked by the SO PIN.",
    )


@functools.cache
def _salt() -> bytes:
    return os.urandom(32)


def _blurred(pin: bytes) -> bytes:
    """Enough to know a PIN again within this process."""
    return hmac.digest(_salt(), pin, "sha256")


def _labels(library: Any) -> list[str]:
    return sorted({str(each.label) for each in library.get_tokens() if each.label}) or ["none"]


def _kid(use: Use, public: bytes) -> str:
    return str(kid_of(spki_of(use, public)))


def _gcm(iv: bytes, party: str) -> Any:
    return pkcs11.GCMParams(iv, party.encode("ascii"), _TAG_BITS)


def _derived(key: Any, public: bytes) -> bytes:
    """The raw secret; the token hands it out because HKDF and the key wrap are ours."""
    secret = key.derive_key(
        KeyType.GENERIC_SECRET,
        _SECRET_BITS,
        mechanism=Mechanism.ECDH1_DERIVE,
        mechanism_param=(KDF.NULL, None, public),
        store=False,
        template={Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True},
    )
    try:
        return bytes(secret[Attribute.VALUE])
    finally:
        secret.destroy()


def _check_signing(signature: bytes, content: TokenFile) -> None:
    kid = str(kid_of(spki_ed25519(content.signing)))
    try:
        nacl.bindings.crypto_sign_open(signature + _SELF_TEST, content.signing)
    except nacl.exceptions.CryptoError:
        raise _another(content, kid) from None
    if len(signature) != SIGNATURE_OCTETS:
        raise _another(content, kid)


@contextmanager
def _told(what: str) -> Iterator[None]:
    """A token's failure as ours; nothing of what it was asked is told."""
    try:
        yield
    except problems.PKCS11Error as problem:
        raise _away(what, problem) from problem


def _away(what: str, problem: Exception) -> TokenAwayError:
    return TokenAwayError(
        f"The token did not {what}.",
        value=type(problem).__name__,
        expected="a token that is connected, logged in and knows Ed25519 and X25519",
        remedy="Connect it and start the process anew; what was to be signed or opened waits.",
    )


def _missing(content: TokenFile, what: str, count: int) -> TokenKeyError:
    return TokenKeyError(
        "The token does not hold the key that the key file names.",
        place=content.place.label,
        value=f"{what}: {count} found",
        expected="exactly one private object with this id",
        remedy="Connect the token in which the keys were made, or restore its backup; else enrol"
        " again with new keys.",
    )


def _another(content: TokenFile, what: str) -> TokenKeyError:
    return TokenKeyError(
        "The token holds another key under this id.",
        place=content.place.label,
        value=what,
        expected="the key whose public half the key file names",
        remedy="Connect the token in which the keys were made. Do not use this one.",
    )
