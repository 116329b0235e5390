"""An officer's keys in a PKCS#11 token: the Ed25519 key made there and never taken out.

No mechanism of PKCS#11 v3.0 knows ML-DSA; the seed of that key is encrypted by an AES key of the
token and is in this process's memory while the officer signs, as with a party's hybrid keys. The
file says where the keys are and holds no secret in the clear; the PIN takes the passphrase's place.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from pybase64 import b64decode, b64encode

from keys.errors import KeyFileError, TokenKeyError
from keys.officer import SEED_OCTETS, Signer, signer_by
from keys.root import Officer
from keys.token import TokenHalf, open_session
from keys.token_file import TokenFile, TokenPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerFile:
    """What the file says: raw public key, and the ML-DSA-65 seed as the token encrypted it."""

    person: str
    organisation: str
    place: TokenPlace
    signing: bytes
    wrapped: bytes | None

    @property
    def in_token(self) -> TokenFile:
        """The keys as the token knows them."""
        return TokenFile(
            party=_owner(self.person),
            place=self.place,
            signing=self.signing,
            encryption=(),
            wrapped=() if self.wrapped is None else (self.wrapped,),
        )


def make_in_token(
    place: TokenPlace,
    person: str,
    organisation: str,
    pin: bytes,
    *,
    random: Callable[[int], bytes],
    quantum: bool,
) -> tuple[bytes, Signer]:
    """Make an officer's keys in a token; the octets of the file, and the signer.

    Raises TokenModuleError, TokenAwayError, TokenPinError, TokenKeyError.
    """
    half = TokenHalf(open_session(place, pin), random=random)
    content = OfficerFile(
        person=person,
        organisation=organisation,
        place=place,
        signing=half.make_signing(_owner(person)),
        wrapped=half.wrap(_owner(person), random(SEED_OCTETS)) if quantum else None,
    )
    return write_officer_file(content), _taken_up(half, content)


def open_in_token(octets: bytes, pin: bytes, *, place: str) -> Signer:
    """The officer whose keys a token holds; each is tried before it is relied on.

    Raises KeyFileError for a damaged file, and as ``make_in_token``.
    """
    content = read_officer_file(octets, place=place)
    return _taken_up(TokenHalf(open_session(content.place, pin), random=os.urandom), content)


def write_officer_file(content: OfficerFile) -> bytes:
    """One line of JSON, keys sorted, no blanks, ASCII."""
    fields = {
        "kind": "officer-token",
        "module": content.place.module,
        "organisation": content.organisation,
        "owner": content.person,
        "quantum": "" if content.wrapped is None else b64encode(content.wrapped).decode(),
        "sig": b64encode(content.signing).decode(),
        "token": content.place.label,
        "v": 1,
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def read_officer_file(octets: bytes, *, place: str) -> OfficerFile:
    """The content of such a file; KeyFileError if it is not in its one form."""
    try:
        fields = json.loads(octets)
        wrapped = b64decode(fields["quantum"], validate=True)
        content = OfficerFile(
            person=str(fields["owner"]),
            organisation=str(fields["organisation"]),
            place=TokenPlace(module=str(fields["module"]), label=str(fields["token"])),
            signing=b64decode(fields["sig"], validate=True),
            wrapped=wrapped or None,
        )
    except (ValueError, TypeError, KeyError) as problem:
        raise _damaged(place) from problem
    if write_officer_file(content) != octets:
        raise _damaged(place)
    return content


def _taken_up(half: TokenHalf, content: OfficerFile) -> Signer:
    half.take_up_signing(content.in_token)
    seed = None if content.wrapped is None else half.unwrap(content.in_token, content.wrapped)
    if seed is not None and len(seed) != SEED_OCTETS:
        raise TokenKeyError("The token's ML-DSA-65 seed is not one.", place=content.place.label)
    second = (
        None
        if seed is None
        else MLDSA65PrivateKey.from_seed_bytes(seed).public_key().public_bytes_raw()
    )
    officer = Officer(
        person=content.person,
        organisation=content.organisation,
        signing=content.signing,
        quantum=second,
    )
    return signer_by(officer, half.sign, quantum=seed)


def _owner(person: str) -> str:
    return f"officer.{person}"


def _damaged(place: str) -> KeyFileError:
    return KeyFileError(
        "The officer's key file is damaged: it is not as one of a token is written.",
        place=place,
        expected="the one line as it was written",
        remedy="Restore it from where it is kept safe; the keys in the token are not touched.",
    )
