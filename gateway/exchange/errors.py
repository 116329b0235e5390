"""What the carrier can refuse or fail at.

It does not hold refusals of single messages by the relay; those are ``gateway.relay``'s.
"""

from gateway.errors import GatewayError


class ExchangeError(GatewayError):
    """The broker refused or is out of reach."""

    code = "exchange.failed"
    answered = False


class BrokerUnreachableError(ExchangeError):
    """Nobody answers at the broker's address, or the connection broke."""

    code = "exchange.unreachable"
    retryable = True


class CertificateRefusedError(ExchangeError):
    """The broker did not accept our client certificate, or its name is no user there."""

    code = "exchange.certificate-refused"


class ServerNotTrustedError(ExchangeError):
    """The broker's own certificate is not from the pinned authority, or names another host."""

    code = "exchange.server-not-trusted"


class LimitReachedError(ExchangeError):
    """The user has as many connections or channels as the broker allows it."""

    code = "exchange.limit-reached"
    retryable = True


class BrokerInstallationError(ExchangeError):
    """RabbitMQ is not installed, or not in the form that a private node needs."""

    code = "exchange.not-installed"


class BrokerStartError(ExchangeError):
    """A private node did not come up."""

    code = "exchange.start-failed"


class BrokerDataLostError(ExchangeError):
    """A private node lives, and what it keeps on its disk was taken away beneath it."""

    code = "exchange.data-lost"


class BrokerCommandError(ExchangeError):
    """One of RabbitMQ's command line tools failed."""

    code = "exchange.command-failed"
