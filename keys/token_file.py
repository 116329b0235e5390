"""The key file of a party whose keys lie in a PKCS#11 token: where, and which; no secret.

It takes the sealed file's place under the same name; the token's PIN takes the passphrase's. It
speaks to no token (token.py).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from pybase64 import b64decode, b64encode

from keys.errors import KeyFileError

_KIND = b'"kind":"token"'


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPlace:
    """A token by its label, behind a PKCS#11 module (the path of a shared library)."""

    module: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFile:
    """What the file says; raw public keys, each kind newest first.

    ``wrapped`` are the X-Wing seeds, encrypted by a key that never leaves the token: 12 octets of
    nonce, ciphertext, tag.
    """

    party: str
    place: TokenPlace
    signing: bytes
    encryption: tuple[bytes, ...]
    wrapped: tuple[bytes, ...]


def is_token_file(octets: bytes) -> bool:
    """Whether a key file is one of a token, and not a sealed one."""
    return _KIND in octets.split(b"\n", 1)[0]


def write_token_file(content: TokenFile) -> bytes:
    """One line of JSON, keys sorted, no blanks, ASCII."""
    fields = {
        "enc": [_text(each) for each in content.encryption],
        "hyb": [_text(each) for each in content.wrapped],
        "kind": "token",
        "module": content.place.module,
        "owner": content.party,
        "sig": _text(content.signing),
        "token": content.place.label,
        "v": 1,
    }
    return _canonical(fields)


def read_token_file(octets: bytes, *, place: str) -> TokenFile:
    """The content of such a file; KeyFileError if it is not in its one form."""
    try:
        fields = json.loads(octets)
        content = TokenFile(
            party=str(fields["owner"]),
            place=TokenPlace(module=str(fields["module"]), label=str(fields["token"])),
            signing=b64decode(fields["sig"], validate=True),
            encryption=tuple(b64decode(each, validate=True) for each in fields["enc"]),
            wrapped=tuple(b64decode(each, validate=True) for each in fields["hyb"]),
        )
    except (ValueError, TypeError, KeyError) as problem:
        raise _damaged(place) from problem
    if write_token_file(content) != octets:
        raise _damaged(place)
    return content


def _canonical(fields: dict[str, object]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _damaged(place: str) -> KeyFileError:
    return KeyFileError(
        "The key file is damaged: it is not as a token's key file is written.",
        place=place,
        expected="the one line as it was written",
        remedy="Restore it from where it is kept safe; the keys in the token are not touched.",
    )


def _text(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
