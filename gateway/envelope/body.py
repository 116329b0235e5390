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
from keys import Suite

_SPKI64_START = suite.encode64(form.SPKI_X25519)  # 12 octets: it ends on a base64 boundary
_INFO_LABEL = b"iarms-envelope-1\x00"
_HYBRID_INFO_LABEL = b"iarms-envelope-2\x00"


class WrappedKey(NamedTuple):
    """What one EncryptedKey carries; ``bound`` says whether its Info is the one recomputed here.

    That of a hybrid key has neither salt nor ephemeral key, and its Info is not on the wire.
    """

    salt: bytes
    spki: bytes
    wrapped: bytes
    info: bytes
    bound: bool


def info_start(header: bytes, spki: bytes) -> bytes:
    """What a wrapped key is bound to, but for the recipient's kid, which follows it: 81 octets."""
    return _INFO_LABEL + suite.sha256(header) + suite.sha256(spki)


def hybrid_info(header: bytes, kid: bytes) -> bytes:
    """What a key sealed to a hybrid key is bound to: 92 octets."""
    return _HYBRID_INFO_LABEL + suite.sha256(header) + kid


def write_hybrid_key(kid: bytes, sealed: bytes) -> bytes:
    """One EncryptedKey of suite 2."""
    return _join_hybrid(kid, suite.encode64(sealed))


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
    EncryptedKey, in this order, and all of suite 1 use one ephemeral key. That Info is right is not
    asked here. Raises ``SuiteError`` where a slot is not canonical base64.
    """
    at = start + len(form.BODY_START)
    if octets[start:at] != form.BODY_START:
        return None
    shared: _Shared | None = None
    keys = []
    for addressee in to:
        kid = addressee.kid.encode("ascii")
        if addressee.suite is Suite.HYBRID:
            key = _read_hybrid_key(octets[at : at + _HYBRID_LENGTH], kid, header)
            at += _HYBRID_LENGTH
        else:
            shared = shared or _read_shared(octets, at, header)
            if shared is None:
                return None
            key = _read_key(octets[at : at + _KEY_LENGTH], kid, shared)
            at += _KEY_LENGTH
        if key is None:
            return None
        keys.append(key)
    content_at, content_end = at + len(form.CONTENT_START), end - len(form.BODY_END)
    if octets[at:content_at] != form.CONTENT_START or octets[content_end:end] != form.BODY_END:
        return None
    sealed = suite.decode64(octets[content_at:content_end])
    return (keys, sealed) if len(sealed) >= suite.IV_OCTETS + suite.TAG_OCTETS else None


class _Shared(NamedTuple):
    """What all recipients of suite 1 have in common: the ephemeral key, and how Info starts."""

    spki64: bytes
    spki: bytes
    info: bytes


def _read_shared(octets: bytes, at: int, header: bytes) -> _Shared | None:
    spki64 = octets[at + _SPKI.start : at + _SPKI.stop]
    if not spki64.startswith(_SPKI64_START):
        return None
    spki = suite.decode64_short(spki64)
    return _Shared(spki64, spki, info_start(header, spki))


def _read_hybrid_key(octets: bytes, kid: bytes, header: bytes) -> WrappedKey | None:
    sealed64 = octets[_HYBRID_SEALED]
    if octets != _join_hybrid(kid, sealed64):
        return None
    sealed = suite.decode64(sealed64)
    if len(sealed) != suite.HYBRID_SEALED_OCTETS:
        return None
    return WrappedKey(b"", b"", sealed, hybrid_info(header, kid), bound=True)


def _join_hybrid(kid: bytes, sealed64: bytes) -> bytes:
    start, to_kid, to_sealed, end = form.HYBRID_KEY
    return b"".join((start, kid, to_kid, kid, to_sealed, sealed64, end))


def _read_key(octets: bytes, kid: bytes, shared: _Shared) -> WrappedKey | None:
    spki64, spki, info_starts = shared
    info = info_starts + kid
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
_HYBRID_LENGTH = sum(map(len, form.HYBRID_KEY)) + 2 * form.KID_LENGTH + form.HYBRID_SEALED_LENGTH
_HYBRID_END = _HYBRID_LENGTH - len(form.HYBRID_KEY[-1])
_HYBRID_SEALED = slice(_HYBRID_END - form.HYBRID_SEALED_LENGTH, _HYBRID_END)
