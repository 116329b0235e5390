"""The one tree of errors that a person or a peer can be told about.

It does not hold wrong *calls*: those are ``TypeError`` and ``ValueError`` and crash.

The tree; each room adds its own leaves beside its code::

    GatewayError
    ├── ConfigError          config.*     a setting is missing, unknown or out of range
    ├── PayloadError         payload.*    the XML does not hold to the standard
    ├── EnvelopeError        envelope.*   an envelope was refused
    ├── ExchangeError        exchange.*   the broker refused or is out of reach
    ├── StoreError           store.*      the database refused or is out of reach
    ├── RegistryError        registry.*   the centre cannot serve this message
    ├── TracingError         tracing.*    an act of a trace case cannot be taken
    ├── AdapterError         adapter.*    a national format or its mapping is wrong
    └── NodeError            node.*       a home folder or a native file is unusable

``keys.TrustError`` carries the same attributes and stands beside the tree, because ``keys``
knows nothing of the gateway.
"""

from typing import ClassVar


class GatewayError(Exception):
    """An input, a peer or a part of the world was not as it must be.

    Class attributes say what happens next: ``code`` (``room.reason``, documented in
    ``docs/reference/errors.md``, never reused), ``retryable`` (the same again may succeed) and
    ``answered`` (the peer is told; an unproven sender never is).
    """

    code: ClassVar[str] = "gateway.failed"
    retryable: ClassVar[bool] = False
    answered: ClassVar[bool] = True

    def __init__(
        self,
        message: str,
        *,
        place: str | None = None,
        value: str | None = None,
        expected: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.value = value
        self.expected = expected
        self.remedy = remedy


class ConfigError(GatewayError):
    """A setting is missing, unknown or out of range."""

    code = "config.invalid"
    answered = False
