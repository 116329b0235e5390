"""How large, how many and how long: every limit of an envelope with its reason.

It enforces nothing. The numbers are those of docs/spec/envelope.md, section 6.
"""

from datetime import timedelta

MAX_ENVELOPE_OCTETS = 8 * 1024 * 1024
"""What a receiver holds in memory at once, and hashes before it knows the sender honest."""

MAX_CONTENT_OCTETS = 5 * 1024 * 1024
"""Its base64 (4/3) with the wrapped keys of 300 recipients still fits ``MAX_ENVELOPE_OCTETS``."""

MAX_HEADER_OCTETS = 64 * 1024
"""300 recipients need 40 kB at most; a parser of unproven octets looks no further."""

MAX_RECIPIENTS = 300
"""INTERPOL has 196 members; the rest leaves room for organisations and national entities."""

MAX_SEQ = 10**15 - 1
"""A number that every language's floating point still tells apart from its neighbours."""

MAX_LIFE = timedelta(days=14)
"""A replay is possible only within it, so message ids are kept that long (plus the skew)."""

LONG_LIFE = timedelta(days=30)
"""For trace requests, which people work on."""

LONG_LIVED_TYPES = frozenset({"TRACE_REQUEST"})

AHEAD_TYPES = frozenset({"TRUST_DOCUMENTS"})
"""What may name a newer directory than its reader's: it brings that directory."""

CLOCK_SKEW = timedelta(minutes=5)
"""How far the clocks of two countries may lie apart, in either direction."""

PADDING_STEP_OCTETS = 512
"""Lengths are rounded up to it: a short search and a long one look alike to who sees the line."""

PADDING_END_OCTETS = 64 * 1024
"""From here on the length of a batch tells little, and no padding is added."""


def longest_life(message_type: str) -> timedelta:
    """How far ``Expires`` may lie behind ``Created`` for a message of this type."""
    return LONG_LIFE if message_type in LONG_LIVED_TYPES else MAX_LIFE
