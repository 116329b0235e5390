"""Why the relay does not carry a message; the numbers are clauses of docs/spec/exchange.md 4.

It does not decide what becomes of the message; ``carrier`` does.
"""

from __future__ import annotations

from gateway.errors import GatewayError


class RelayError(GatewayError):
    """The relay does not carry this message."""

    code = "relay.refused"


class WrongIngressError(RelayError):
    """(3) Signed by another party than the one whose ingress it came through.

    Nobody is told: the signer did not send it here.
    """

    code = "relay.wrong-ingress"
    answered = False


class UnknownPlaceError(RelayError):
    """(1) It lay in no party's ingress, or was handed back without a party's name."""

    code = "relay.unknown-place"
    answered = False


class WrongLaneError(RelayError):
    """(4) The signed priority is not the lane it came through."""

    code = "relay.wrong-lane"


class NotPermittedError(RelayError):
    """(5) The key directory does not let the sender send this type of message."""

    code = "relay.not-permitted"


class UnknownRecipientError(RelayError):
    """(6) A recipient is not in the key directory."""

    code = "relay.unknown-recipient"


class NotActiveYetError(RelayError):
    """(7) Sender or recipient is listed, and has not given its countersignature yet."""

    code = "relay.not-active"
    retryable = True
    answered = False


class NoMailboxError(RelayError):
    """(8) A recipient is in the key directory, but the broker has no mailbox for it (yet)."""

    code = "relay.no-mailbox"
    retryable = True


class MailboxFullError(RelayError):
    """(8) A recipient's mailbox took nothing for too long."""

    code = "relay.mailbox-full"
    retryable = True
