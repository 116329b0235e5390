"""The registry's errors: a message that the centre cannot serve.

What a record or a search lacks is no error: it is answered with findings.
"""

from gateway.errors import GatewayError


class RegistryError(GatewayError):
    """The registry does not serve this message."""

    code = "registry.not-served"


class ModeError(RegistryError):
    """A test message reached a live registry, or a live message one that is under test."""

    code = "registry.test-mode"
