"""The algorithm suites by which messages are encrypted, as numbers that documents name.

It holds names alone: what a suite does is in hybrid.py and in the envelope.
"""

from __future__ import annotations

from enum import IntEnum


class Suite(IntEnum):
    """How a content key is sealed to a recipient; signatures are Ed25519 in both."""

    CLASSICAL = 1
    """X25519, HKDF-SHA-256, AES-256 key wrap."""
    HYBRID = 2
    """X-Wing (X25519 and ML-KEM-768), used by HPKE: whoever records it now opens it never."""
