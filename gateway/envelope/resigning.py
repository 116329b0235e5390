"""Signing a sealed envelope anew under another key of its sender: only the last element changes.

For messages that wait while the key that signed them was stolen and revoked (docs/spec/trust.md 9).
It opens nothing: the sender itself cannot read what it sealed.
"""

from __future__ import annotations

import hashlib

from gateway.envelope import suite
from gateway.envelope import template as form
from gateway.envelope.signature import TAIL_LENGTH, read_tail, write_tail
from keys import Identity


def signing_kid_of(octets: bytes) -> str | None:
    """The id of the key that an envelope says it was signed with, unproven; None if it is none."""
    tail = read_tail(octets[-TAIL_LENGTH:])
    return None if tail is None else tail[2].decode("latin-1")


def sign_anew(octets: bytes, *, by: Identity) -> bytes:
    """The same header, number and content, signed by ``by``; ValueError for what is no envelope."""
    front_end = len(octets) - TAIL_LENGTH
    if front_end <= 0 or read_tail(octets[front_end:]) is None:
        raise ValueError("these octets do not end as an envelope does")
    front = octets[:front_end]
    state = hashlib.sha256(front)
    state.update(form.ENVELOPE_END)
    digest64 = suite.encode64_short(state.digest())
    value64 = suite.encode64_short(by.sign(form.signed_octets(digest64)))
    return front + write_tail(digest64, value64, by.signing_kid.encode())
