"""The EncryptedData element: one EncryptedKey a recipient, then the ciphertext.

It writes and reads the form; it encrypts and decrypts nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, zip_longest
from typing import NamedTuple

from gateway.envelope import suite
from gateway.envelope import template as form
from gateway.envelope.header import Addressee

_INFO_LABEL = b"iarms-envelope-1\x00"


class WrappedKey(NamedTuple):
    """What one EncryptedKey carries: 32, 124, 44 and 40 octets."""

    salt: bytes
    info: bytes
    spki: bytes
    wrapped: bytes


class Body(NamedTuple):
    """The wrapped keys in the order of the header's recipients, and the ciphertext's base64."""

    keys: list[WrappedKey]
    sealed64: bytes


def info_start(header: bytes, spki: bytes) -> bytes:
    """What a wrapped key is bound to, but for the recipient's kid, which follows it: 81 octets."""
    return _INFO_LABEL + suite.sha256(header) + suite.sha256(spki)


def write_key(kid: bytes, salt: bytes, info: bytes, spki64: bytes, wrapped: bytes) -> bytes:
    """One EncryptedKey; all but the kid and the ephemeral key come as octets."""
    return _join(
        kid,
        suite.encode64_short(salt),
        suite.encode64_short(info),
        spki64,
        suite.encode64_short(wrapped),
    )


def read_body(octets: bytes, start: int, end: int, to: Sequence[Addressee]) -> Body | None:
    """The body between two places, or None where it is not word for word what ``seal`` makes.

    Each recipient of the header has its EncryptedKey, in this order, and all use one ephemeral
    key. The ciphertext's base64 is not yet checked. Raises ``SuiteError`` where another slot is
    not canonical base64.
    """
    at = start + len(form.BODY_START)
    if octets[start:at] != form.BODY_START:
        return None
    keys: list[WrappedKey] = []
    for addressee in to:
        key = _read_key(octets[at : at + _KEY_LENGTH], addressee.kid.encode())
        if key is None or (keys and key.spki != keys[0].spki):
            return None
        keys.append(key)
        at += _KEY_LENGTH
    content_at, content_end = at + len(form.CONTENT_START), end - len(form.BODY_END)
    if octets[at:content_at] != form.CONTENT_START or octets[content_end:end] != form.BODY_END:
        return None
    return Body(keys, octets[content_at:content_end])


def _read_key(octets: bytes, kid: bytes) -> WrappedKey | None:
    salt64, info64, spki64, wrapped64 = (
        octets[_SALT], octets[_INFO], octets[_SPKI], octets[_WRAPPED],
    )  # fmt: skip
    if octets != _join(kid, salt64, info64, spki64, wrapped64):
        return None
    spki = suite.decode64_short(spki64)
    if not spki.startswith(form.SPKI_X25519):
        return None
    decode = suite.decode64_short
    return WrappedKey(decode(salt64), decode(info64), spki, decode(wrapped64))


def _join(kid: bytes, salt64: bytes, info64: bytes, spki64: bytes, wrapped64: bytes) -> bytes:
    start, to_salt, to_info, to_spki, to_kid, to_wrapped, end = form.ENCRYPTED_KEY
    return b"".join(
        (
            start, kid, to_salt, salt64, to_info, info64, to_spki, spki64, to_kid, kid, to_wrapped,
            wrapped64, end,
        )
    )  # fmt: skip


def _slots() -> Iterator[slice]:
    """Where the slots of an EncryptedKey lie: its pieces and slots take turns."""
    turns = zip_longest(map(len, form.ENCRYPTED_KEY), form.ENCRYPTED_KEY_SLOTS, fillvalue=0)
    edges = list(accumulate(chain.from_iterable(turns)))
    return (slice(edges[i], edges[i + 1]) for i in range(0, len(edges) - 2, 2))


_, _SALT, _INFO, _SPKI, _, _WRAPPED = _slots()
_KEY_LENGTH = sum(map(len, form.ENCRYPTED_KEY)) + sum(form.ENCRYPTED_KEY_SLOTS)
