"""What can be wrong with an act of a trace case, each with its remedy.

It decides nothing.
"""

from __future__ import annotations

from typing import ClassVar

from gateway.errors import GatewayError


class TracingError(GatewayError):
    """A trace message or order cannot be taken."""

    code: ClassVar[str] = "tracing.refused"


class IllegalTransitionError(TracingError):
    """The case is not in a state in which this side may do this; nothing was changed."""

    code: ClassVar[str] = "tracing.illegal-transition"


class NotAPartyError(TracingError):
    """Only the two parties of a case act in it."""

    code: ClassVar[str] = "tracing.not-a-party"


class ActMismatchError(TracingError):
    """The act's number is taken, or it claims to have seen what was never sent."""

    code: ClassVar[str] = "tracing.act-mismatch"


class UnknownCaseError(TracingError):
    """No case has this id here."""

    code: ClassVar[str] = "tracing.unknown"


class IncompleteOrderError(TracingError):
    """An order lacks something or has something that cannot be."""

    code: ClassVar[str] = "tracing.order-invalid"
