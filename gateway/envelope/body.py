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

_SPKI64_START = suite.encode64(form.SPKI_X25519)  # 12 octets: it ends on a base64 boundary
_INFO_LABEL = b"iarms-envelope-1\x00"


class WrappedKey(NamedTuple):
    """What one EncryptedKey carries; ``bound`` says whether its Info is the one recomputed here."""

    salt: bytes
    spki: bytes
    wrapped: bytes
    info: bytes
    bound: bool


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


def read_body(
    octets: bytes, start: int, end: int, header: bytes, to: Sequence[Addressee]
) -> tuple[list[WrappedKey], bytes] | None:
    """The body between two places: the recipients' keys, and ``IV || ciphertext || tag``.

    None where it is not word for word what ``seal`` makes: each recipient of the header has its
    EncryptedKey, in this order, and all use one ephemeral key. That Info is right is not asked
    here. Raises ``SuiteError`` where a slot is not canonical base64.
    """
    at = start + len(form.BODY_START)
    if octets[start:at] != form.BODY_START:
        return None
    spki64 = octets[at + _SPKI.start : at + _SPKI.stop]
    if not spki64.startswith(_SPKI64_START):
        return None
    spki = suite.decode64_short(spki64)
    shared_info = info_start(header, spki)
    keys = []
    for addressee in to:
        kid = addressee.kid.encode("ascii")
        key = _read_key(octets[at : at + _KEY_LENGTH], kid, spki64, spki, shared_info + kid)
        if key is None:
            return None
        keys.append(key)
        at += _KEY_LENGTH
    content_at, content_end = at + len(form.CONTENT_START), end - len(form.BODY_END)
    if octets[at:content_at] != form.CONTENT_START or octets[content_end:end] != form.BODY_END:
        return None
    sealed = suite.decode64(octets[content_at:content_end])
    return (keys, sealed) if len(sealed) >= suite.IV_OCTETS + suite.TAG_OCTETS else None


def _read_key(
    octets: bytes, kid: bytes, spki64: bytes, spki: bytes, info: bytes
) -> WrappedKey | None:
    salt64, info64, wrapped64 = octets[_SALT], octets[_INFO], octets[_WRAPPED]
    if octets != _join(kid, salt64, info64, spki64, wrapped64):
        return None
    bound = info64 == suite.encode64_short(info)
    if not bound:
        suite.decode64_short(info64)
    decode = suite.decode64_short
    return WrappedKey(decode(salt64), spki, decode(wrapped64), info, bound)


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
