"""What a failed connection means, read from the words in which OpenSSL and the broker say it.

It opens no connection.
"""

from __future__ import annotations

from gateway.exchange.broker import BrokerSettings
from gateway.exchange.errors import (
    BrokerUnreachableError,
    CertificateRefusedError,
    ExchangeError,
    LimitReachedError,
    ServerNotTrustedError,
)

# TLS 1.3 tells the client of a refused certificate only after the handshake, so it comes as a lost
# stream with the alert's name in its text.
_SERVER_NOT_TRUSTED = ("CERTIFICATE_VERIFY_FAILED", "certificate verify failed")
_CERTIFICATE_REFUSED = (
    "ALERT_CERTIFICATE",  # required, revoked, expired, unknown
    "ALERT_UNKNOWN_CA",
    "ALERT_BAD_CERTIFICATE",
    "ALERT_ACCESS_DENIED",
)
_UNKNOWN_USER = ("ACCESS_REFUSED", "ProbableAuthenticationError", "ProbableAccessDeniedError")
_HANGS_UP = ("IncompatibleProtocolError",)
_HUNG_UP = ("Connection reset by peer", "Broken pipe", "EOF", "Stream connection lost")
_LIMIT_REACHED = ("connection limit", "maximum", "limit (")


def explain(text: str, settings: BrokerSettings) -> ExchangeError:
    """The error that ``text`` (of a failed or lost connection) stands for."""
    place = f"{settings.host}:{settings.port}"
    if _any_of(_SERVER_NOT_TRUSTED, text):
        return ServerNotTrustedError(
            "the broker's certificate is not trusted",
            place=place,
            value=text,
            expected=f"a certificate for {settings.host} from the authority in {settings.ca_file}",
            remedy="check the address and the CA file; do not switch the check off",
        )
    if _any_of(_LIMIT_REACHED, text):
        return LimitReachedError(
            "the broker grants this user no more connections",
            place=place,
            value=text,
            remedy="stop other processes of the same party, or wait until closed ones are counted",
        )
    if _any_of(_CERTIFICATE_REFUSED, text):
        return CertificateRefusedError(
            "the broker refused our client certificate",
            place=place,
            value=text,
            expected="a valid certificate of the broker's authority, its CN a user of the broker",
            remedy=f"check {settings.certificate_file}, and that the party is enrolled",
        )
    if _any_of(_UNKNOWN_USER, text):
        return CertificateRefusedError(
            "the broker does not know this party, or lets it into no virtual host",
            place=place,
            value=text,
            expected=f"{settings.certificate_file} names a user of the broker, who has permissions",
            remedy="at the centre: `iarms broker import` gives every enrolled party its user, "
            "permissions and queues again",
        )
    if _any_of(_HANGS_UP, text):
        return BrokerUnreachableError(
            "the broker hangs up on whoever comes: it starts, stops, or has lost its data",
            place=place,
            value=text,
            remedy="at the centre: `iarms broker status` says which, and what to do",
        )
    return BrokerUnreachableError(
        "the broker is out of reach",
        place=place,
        value=text or "no answer",
        remedy="is the broker running at this address? `iarms broker status` tells",
    )


def hung_up(text: str) -> bool:
    """Whether the broker ended a stream that stood, and gave no reason that reached us."""
    return _any_of(_HUNG_UP, text) and not _any_of(
        (*_SERVER_NOT_TRUSTED, *_LIMIT_REACHED, *_CERTIFICATE_REFUSED, *_UNKNOWN_USER), text
    )


def _any_of(words: tuple[str, ...], text: str) -> bool:
    return any(word in text for word in words)
