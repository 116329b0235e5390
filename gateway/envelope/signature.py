"""The Signature element at the end of an envelope: four constants around three slots.

It verifies nothing; it finds the slots without looking at anything else.
"""

from __future__ import annotations

from gateway.envelope import template as form

_DIGEST_AT = len(form.SIGNATURE_START)
_DIGEST_END = _DIGEST_AT + form.DIGEST_LENGTH
_VALUE_AT = _DIGEST_END + len(form.SIGNATURE_VALUE_START)
_VALUE_END = _VALUE_AT + form.SIGNATURE_LENGTH
_KID_AT = _VALUE_END + len(form.SIGNATURE_KEY_START)
_KID_END = _KID_AT + form.KID_LENGTH

TAIL_LENGTH = _KID_END + len(form.SIGNATURE_END) + len(form.ENVELOPE_END)
"""Octets from ``<ds:Signature`` to the end of the envelope."""


def write_tail(digest64: bytes, value64: bytes, kid: bytes) -> bytes:
    """The Signature element and the envelope's end tag."""
    return b"".join(
        (
            form.SIGNATURE_START,
            digest64,
            form.SIGNATURE_VALUE_START,
            value64,
            form.SIGNATURE_KEY_START,
            kid,
            form.SIGNATURE_END,
            form.ENVELOPE_END,
        )
    )


def read_tail(octets: bytes) -> tuple[bytes, bytes, bytes] | None:
    """The digest, the signature (both still base64) and the kid, or None.

    None means that the octets are not word for word what ``write_tail`` makes.
    """
    slots = octets[_DIGEST_AT:_DIGEST_END], octets[_VALUE_AT:_VALUE_END], octets[_KID_AT:_KID_END]
    return slots if write_tail(*slots) == octets else None
