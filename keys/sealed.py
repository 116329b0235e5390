"""Secrets at rest: one header line and one line of ciphertext, opened by a passphrase.

The format is clause 5 of ``docs/spec/directory.md`` (4-trust "Keys at rest"). It does no file
I/O (keystore.py) and does not know what the secrets are for.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import nacl.bindings
import nacl.exceptions
import nacl.pwhash.argon2id
from pybase64 import b64decode, b64encode

from keys.errors import KeyFileCostError, KeyFileError, PassphraseError

MEBI = 1024 * 1024
SALT_OCTETS = 16
NONCE_OCTETS = 24
KEY_OCTETS = 32
CHECK_OCTETS = 32

MEMORY_FLOOR = 64 * MEBI
"""Less lets an attacker try many passphrases at once (RFC 9106 section 4, second choice)."""
MEMORY_CEILING = 1024 * MEBI
"""More would let a planted file exhaust the machine."""
OPS_FLOOR = 2
OPS_CEILING = 8

FILE_LIMIT = 64 * 1024
"""Octets of a key file; a real one has about 1 kB."""


class SecretKind(StrEnum):
    """What a sealed file holds; one kind is never taken for another."""

    IDENTITY = "identity"
    ANCHOR = "anchor"
    ENROLMENT = "enrolment"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one guess at a passphrase costs: Argon2id passes and octets of memory."""

    ops: int
    memory: int


INTERACTIVE = Cost(ops=2, memory=64 * MEBI)
MODERATE = Cost(ops=3, memory=256 * MEBI)
SENSITIVE = Cost(ops=4, memory=1024 * MEBI)
COSTS: Mapping[str, Cost] = {
    "interactive": INTERACTIVE,
    "moderate": MODERATE,
    "sensitive": SENSITIVE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What a sealed file holds: whose, of which kind, under which key ids, and the octets."""

    kind: SecretKind
    owner: str
    kids: tuple[str, ...]
    octets: bytes = field(repr=False)


def seal_secrets(
    content: Secrets, passphrase: bytes, *, cost: Cost, random: Callable[[int], bytes]
) -> bytes:
    """The octets of a key file that ``passphrase`` opens.

    Raises KeyFileCostError for a cost outside the bounds, ValueError for an empty passphrase.
    """
    if not passphrase:
        raise ValueError("an empty passphrase protects nothing")
    _check_cost(cost)
    salt, nonce = random(SALT_OCTETS), random(NONCE_OCTETS)
    key, check = _derive(passphrase, salt, cost)
    header = _canonical(
        {
            "aead": {"name": "xchacha20poly1305", "nonce": _text(nonce)},
            "check": _text(check),
            "kdf": {
                "mem": cost.memory,
                "name": "argon2id",
                "ops": cost.ops,
                "salt": _text(salt),
            },
            "kids": list(content.kids),
            "kind": content.kind.value,
            "owner": content.owner,
            "v": 1,
        }
    )
    sealed = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        content.octets, header, nonce, key
    )
    return header + b"\n" + b64encode(sealed) + b"\n"


def open_secrets(octets: bytes, passphrase: bytes, *, kind: SecretKind, place: str) -> Secrets:
    """The secrets of a key file.

    Raises KeyFileError for a truncated, altered or foreign file, KeyFileCostError for a cost
    outside the bounds (before any of it is spent), PassphraseError for a wrong passphrase.
    """
    first, ciphertext = _split(octets, place)
    header = _read_header(first, place)
    _check_cost(header.cost, place)
    if header.kind is not kind:
        raise KeyFileError(
            "This key file holds another kind of secret.",
            place=place,
            value=header.kind.value,
            expected=kind.value,
            remedy="Give the path of the right file.",
        )
    key, check = _derive(passphrase, header.salt, header.cost)
    # Compared before decrypting: the AEAD commits to no key, the check does.
    if not hmac.compare_digest(check, header.check):
        raise PassphraseError(
            "The passphrase does not open this key file.",
            place=place,
            expected="the passphrase it was sealed with, and an unaltered first line",
            remedy="Try the passphrase again; else restore the file from where it is kept safe.",
        )
    try:
        plain = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            ciphertext, first, header.nonce, key
        )
    except nacl.exceptions.CryptoError:
        raise _damaged(place, "the ciphertext does not belong to the header") from None
    return Secrets(kind=kind, owner=header.owner, kids=header.kids, octets=plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    kind: SecretKind
    owner: str
    kids: tuple[str, ...]
    cost: Cost
    salt: bytes
    nonce: bytes
    check: bytes


def _split(octets: bytes, place: str) -> tuple[bytes, bytes]:
    lines = octets.split(b"\n")
    if len(octets) > FILE_LIMIT or len(lines) != 3 or lines[2]:  # noqa: PLR2004 - two lines, each ended
        raise _damaged(place, "it does not have exactly two lines")
    return lines[0], _octets(lines[1], place)


def _read_header(first: bytes, place: str) -> _Header:
    try:
        fields: dict[str, Any] = json.loads(first)
        if _canonical(fields) != first:
            raise _damaged(place, "the header is not canonical JSON")
        kdf, aead = fields["kdf"], fields["aead"]
        if (fields["v"], kdf["name"], aead["name"]) != (1, "argon2id", "xchacha20poly1305"):
            raise _damaged(place, "its version or algorithms are unknown")
        header = _Header(
            kind=SecretKind(fields["kind"]),
            owner=str(fields["owner"]),
            kids=tuple(str(kid) for kid in fields["kids"]),
            cost=Cost(ops=_number(kdf["ops"]), memory=_number(kdf["mem"])),
            salt=_octets(kdf["salt"].encode(), place),
            nonce=_octets(aead["nonce"].encode(), place),
            check=_octets(fields["check"].encode(), place),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise _damaged(place, "the header cannot be read") from problem
    lengths = (len(header.salt), len(header.nonce), len(header.check))
    if lengths != (SALT_OCTETS, NONCE_OCTETS, CHECK_OCTETS):
        raise _damaged(place, "the salt, the nonce or the check has a wrong length")
    return header


def _derive(passphrase: bytes, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
    octets = nacl.pwhash.argon2id.kdf(
        KEY_OCTETS + CHECK_OCTETS, passphrase, salt, opslimit=cost.ops, memlimit=cost.memory
    )
    return octets[:KEY_OCTETS], octets[KEY_OCTETS:]


def _check_cost(cost: Cost, place: str | None = None) -> None:
    if not (OPS_FLOOR <= cost.ops <= OPS_CEILING and MEMORY_FLOOR <= cost.memory <= MEMORY_CEILING):
        raise KeyFileCostError(
            "The Argon2id cost is outside the bounds.",
            place=place,
            value=f"ops {cost.ops}, mem {cost.memory}",
            expected=f"ops {OPS_FLOOR} to {OPS_CEILING}, mem {MEMORY_FLOOR} to {MEMORY_CEILING}",
            remedy="Do not open it; a file that this program wrote keeps the bounds.",
        )


def _damaged(place: str, why: str) -> KeyFileError:
    return KeyFileError(
        f"The key file is damaged: {why}.",
        place=place,
        expected="the two lines as they were written",
        remedy="Restore the file from where it is kept safe, or enrol again with new keys.",
    )


def _canonical(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _number(value: object) -> int:
    if type(value) is not int:
        raise TypeError("not a whole number")
    return value


def _text(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")


def _octets(text: bytes, place: str) -> bytes:
    try:
        octets = b64decode(text, validate=True)
    except ValueError:
        raise _damaged(place, "its base64 cannot be read") from None
    if b64encode(octets) != text:
        raise _damaged(place, "its base64 is not canonical")
    return octets
