"""The EncryptedData element of received octets: one EncryptedKey a recipient, then the ciphertext.

It reads the form and decrypts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.envelope import template as form


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedKey:
    """What one EncryptedKey carries, as its base64 on the wire."""

    salt64: bytes
    info64: bytes
    spki64: bytes
    wrapped64: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The wrapped keys in the order of the header's recipients, and the ciphertext's base64."""

    keys: tuple[WrappedKey, ...]
    sealed64: bytes


def read_body(octets: bytes, start: int, end: int, kids: Iterable[str]) -> Body | None:
    """The body between two places, or None where it is not word for word what ``seal`` makes.

    ``kids`` are the recipients of the header: each has its EncryptedKey, in this order, and all
    use one ephemeral key. The ciphertext's base64 is still unproven.
    """
    at = start + len(form.BODY_START)
    if octets[start:at] != form.BODY_START:
        return None
    keys = []
    for kid in kids:
        match = form.ENCRYPTED_KEY_PATTERN.match(octets, at, end)
        if match is None:
            return None
        named, salt64, info64, spki64, wrapped64 = match.groups()
        keys.append(WrappedKey(salt64=salt64, info64=info64, spki64=spki64, wrapped64=wrapped64))
        if named != kid.encode("ascii") or spki64 != keys[0].spki64:
            return None
        at = match.end()
    content_at, content_end = at + len(form.CONTENT_START), end - len(form.BODY_END)
    if octets[at:content_at] != form.CONTENT_START or octets[content_end:end] != form.BODY_END:
        return None
    return Body(keys=tuple(keys), sealed64=octets[content_at:content_end])
