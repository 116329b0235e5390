"""The envelope: signs, encrypts, proves and decrypts what a message carries, in one fixed profile.

It parses no XML, does no I/O, keeps no state and chooses no algorithm. The profile is
docs/spec/envelope.md; nothing in settings or in a message loosens it.
"""

from gateway.envelope.errors import (
    DirectoryAheadError,
    EnvelopeError,
    EnvelopeLimitError,
    EnvelopeRefusedError,
    ExpiredError,
    FutureError,
    NotForMeError,
    Reason,
    UnusableRecipientKeyError,
)
from gateway.envelope.header import Addressee, Draft, Header, peek_header
from gateway.envelope.limits import (
    CLOCK_SKEW,
    LONG_LIFE,
    MAX_CONTENT_OCTETS,
    MAX_ENVELOPE_OCTETS,
    MAX_LIFE,
    MAX_RECIPIENTS,
    longest_life,
)
from gateway.envelope.opening import Checked, Opened, check_envelope, open_envelope
from gateway.envelope.redating import date_anew
from gateway.envelope.resigning import sign_anew, signing_kid_of
from gateway.envelope.sealing import seal
from gateway.envelope.wrapper import unwrap

__all__ = [
    "CLOCK_SKEW",
    "LONG_LIFE",
    "MAX_CONTENT_OCTETS",
    "MAX_ENVELOPE_OCTETS",
    "MAX_LIFE",
    "MAX_RECIPIENTS",
    "Addressee",
    "Checked",
    "DirectoryAheadError",
    "Draft",
    "EnvelopeError",
    "EnvelopeLimitError",
    "EnvelopeRefusedError",
    "ExpiredError",
    "FutureError",
    "Header",
    "NotForMeError",
    "Opened",
    "Reason",
    "UnusableRecipientKeyError",
    "check_envelope",
    "date_anew",
    "longest_life",
    "open_envelope",
    "peek_header",
    "seal",
    "sign_anew",
    "signing_kid_of",
    "unwrap",
]
