"""The Signature element at the end of an envelope: four constants around three slots.

It verifies nothing; it finds the slots without looking at anything else.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.envelope import template as form

_DIGEST_AT = len(form.SIGNATURE_START)
_VALUE_AT = _DIGEST_AT + form.DIGEST_LENGTH + len(form.SIGNATURE_VALUE_START)
_KID_AT = _VALUE_AT + form.SIGNATURE_LENGTH + len(form.SIGNATURE_KEY_START)
_END_AT = _KID_AT + form.KID_LENGTH

TAIL_LENGTH = _END_AT + len(form.SIGNATURE_END) + len(form.ENVELOPE_END)
"""Octets from ``<ds:Signature`` to the end of the envelope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """The three slots as they stand on the wire, in base64 and base64url."""

    digest64: bytes
    value64: bytes
    kid: bytes


def write_tail(tail: Tail) -> bytes:
    """The Signature element and the envelope's end tag."""
    return b"".join(
        (
            form.SIGNATURE_START,
            tail.digest64,
            form.SIGNATURE_VALUE_START,
            tail.value64,
            form.SIGNATURE_KEY_START,
            tail.kid,
            form.SIGNATURE_END,
            form.ENVELOPE_END,
        )
    )


def read_tail(octets: bytes) -> Tail | None:
    """The slots of a tail, or None where it is not word for word what ``write_tail`` makes."""
    tail = Tail(
        digest64=octets[_DIGEST_AT : _DIGEST_AT + form.DIGEST_LENGTH],
        value64=octets[_VALUE_AT : _VALUE_AT + form.SIGNATURE_LENGTH],
        kid=octets[_KID_AT:_END_AT],
    )
    return tail if write_tail(tail) == octets else None
