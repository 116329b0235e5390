"""What a refused envelope raises, and the internal reason that only our own log may see.

It does not decide what happens to the message; the endpoint and the relay do.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from gateway.envelope.header import Header
from gateway.errors import GatewayError

REFUSED_TEXT = "the envelope is not acceptable"
"""All that a peer learns of a refusal: telling a forger which check failed would be an oracle."""


class Reason(StrEnum):
    """Which check refused (the clause numbers are those of docs/spec/envelope.md, section 5)."""

    SIZE = "size"  # (1)
    TEMPLATE = "template"  # (2)
    BASE64 = "base64"  # (2), (6)
    UNKNOWN_KEY = "unknown-key"  # (3)
    REVOKED_KEY = "revoked-key"  # (3)
    DIGEST = "digest"  # (4)
    SIGNATURE = "signature"  # (5)
    HEADER = "grammar-header"  # (6)
    ENCRYPTED_DATA = "grammar-encrypted-data"  # (6)
    SENDER = "sender"  # (7)
    KEY_VALIDITY = "key-validity"  # (3), (7)
    RECIPIENTS = "recipients"  # (7)
    SUITE = "suite"  # (7)
    LIFETIME = "lifetime"  # (7)
    FUTURE = "future"  # (7)
    REFLECTED = "reflected"  # (7)
    INFO = "info"  # (9)
    AGREEMENT = "agreement"  # (10)
    KEY_WRAP = "key-wrap"  # (10)
    DECRYPTION = "decryption"  # (10)
    COMMITMENT = "commitment"  # (11)
    WRAPPER = "wrapper"  # (11)


class EnvelopeError(GatewayError):
    """An envelope was not opened or not made.

    ``header`` is the header as its proven sender signed it, or None while nobody is proven.
    """

    code = "envelope.failed"
    answered = False

    def __init__(
        self, message: str, *, header: Header | None = None, expected: str | None = None
    ) -> None:
        super().__init__(message, expected=expected)
        self.header = header


class EnvelopeRefusedError(EnvelopeError):
    """A grammar or cryptographic check failed: one class and one text, whatever the check.

    ``reason`` is for our own log and for the test vectors. It never leaves the house.
    """

    code = "envelope.refused"

    def __init__(self, reason: Reason, *, header: Header | None = None) -> None:
        super().__init__(REFUSED_TEXT, header=header)
        self.reason = reason


class FutureError(EnvelopeRefusedError):
    """A proven sender made it at a time that has not come here (7): nothing but a clock is wrong.

    Told to the sender, who is proven and learns its own clock's error, no forger anything.
    """

    code = "envelope.future"
    answered = True
    retryable = True

    def __init__(self, header: Header) -> None:
        super().__init__(Reason.FUTURE, header=header)


class ExpiredError(EnvelopeError):
    """A proven sender's message came after its ``Expires`` (7)."""

    code = "envelope.expired"
    answered = True

    def __init__(self, header: Header, *, now: datetime) -> None:
        super().__init__(
            "the message came after the end of its life",
            header=header,
            expected=f"arrival before {header.expires.isoformat()}, not at {now.isoformat()}",
        )


class NotForMeError(EnvelopeError):
    """A proven sender's message names no encryption key of this identity (7)."""

    code = "envelope.not-for-me"

    def __init__(self, header: Header, *, party: str) -> None:
        super().__init__(
            "the message is not addressed to this party",
            header=header,
            expected=f"a To element with a current encryption key of {party}",
        )


class DirectoryAheadError(EnvelopeError):
    """The sender used a newer key directory than ours (3) (7): fetch it, then try again.

    ``header`` is None where the key is not known here yet, so that nobody is proven; ``version``
    is the one that the sender claims.
    """

    code = "envelope.directory-ahead"
    retryable = True

    def __init__(self, claimed: Header, *, version: int, proven: bool) -> None:
        super().__init__(
            "the sender used a newer key directory than ours",
            header=claimed if proven else None,
            expected=f"directory version at most {version}, not {claimed.directory_version}",
        )
        self.version = claimed.directory_version


class EnvelopeLimitError(EnvelopeError):
    """What was to be sealed does not fit an envelope (docs/spec/envelope.md, section 6)."""

    code = "envelope.limit"


class UnusableRecipientKeyError(EnvelopeError):
    """A recipient's public key is a small-order point: everybody knows its shared secrets."""

    code = "envelope.recipient-key"
