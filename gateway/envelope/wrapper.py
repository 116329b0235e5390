"""The salted, padded wrapper around the payload: what is encrypted and committed to.

It does not look into the payload beyond its first and last octet.
docs/spec/envelope.md, section 4.3.
"""

from __future__ import annotations

from gateway.envelope import suite
from gateway.envelope.limits import (
    MAX_CONTENT_OCTETS,
    PADDING_END_OCTETS,
    PADDING_STEP_OCTETS,
)
from gateway.envelope.template import NAMESPACE

SALT_OCTETS = 24
"""192 bits: nobody finds a payload by hashing guesses. Divisible by 3, so base64 has no padding."""

_START = b'<env:Payload xmlns:env="' + NAMESPACE + b'" salt="'
_START_END = b'">'
_END = b"</env:Payload>"
_SALT_END = len(_START) + 32  # base64 of 24 octets
_CONTENT_AT = _SALT_END + len(_START_END)

MAX_WRAPPER_OCTETS = _CONTENT_AT + MAX_CONTENT_OCTETS + len(_END)


def wrap(content: bytes, salt: bytes) -> bytes:
    """``content`` (one element, no declaration before it) in its wrapper.

    Raises ``ValueError`` for content that is not one element's octets.
    """
    if not _is_element(content):
        message = "the content must be the octets of one element, from its '<' to its '>'"
        raise ValueError(message)
    padding = b" " * _padding(len(content))
    return b"".join((_START, suite.encode64_short(salt), _START_END, content, padding, _END))


def unwrap(wrapper: bytes) -> bytes | None:
    """The content, or None where the wrapper is not word for word what ``wrap`` makes."""
    if not (
        wrapper.startswith(_START)
        and wrapper.startswith(_START_END, _SALT_END)
        and wrapper.endswith(_END)
    ):
        return None
    try:
        suite.decode64_short(wrapper[len(_START) : _SALT_END])
    except suite.SuiteError:
        return None
    padded = wrapper[_CONTENT_AT : -len(_END)]
    content = padded.rstrip(b" ")
    if len(padded) - len(content) != _padding(len(content)) or not _is_element(content):
        return None
    return content


def _padding(length: int) -> int:
    unpadded = _CONTENT_AT + length + len(_END)
    return -unpadded % PADDING_STEP_OCTETS if unpadded < PADDING_END_OCTETS else 0


def _is_element(content: bytes) -> bool:
    # "<?xml" and "<!DOCTYPE" could not stand inside the wrapper, so they may not stand in it.
    return content[:1] == b"<" and content[1:2].isalpha() and content.endswith(b">")
