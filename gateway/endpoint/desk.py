"""What an endpoint asks of the hub's and the nodes' desks: answer a payload, learn of a failure.

It routes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from gateway.errors import GatewayError
from gateway.frame import Frame
from gateway.ids import Lane
from gateway.payload import Fault, Payload
from gateway.posting import Posting
from gateway.store import Undelivered, Unit


class EndpointError(GatewayError):
    """A message was proven and decoded, and still cannot be served."""

    code: ClassVar[str] = "endpoint.cannot-process"


class UnservedError(EndpointError):
    """This desk has no answer to this kind of message."""

    code: ClassVar[str] = "endpoint.not-served"


class TooOldError(EndpointError):
    """Nobody here remembers any more whether this message had its effect: it has none now."""

    code: ClassVar[str] = "endpoint.too-old"
    answered: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message of a proven sender, decoded; ``in_reply_to`` names ours, if it answers one.

    ``octets`` are those of its envelope and ``wrapper`` what its signed digest commits to: both
    together prove to anybody who said what. ``settled``: its sender kept it and sends it again; it
    has its effect and no answer, and where it is ``late`` nothing else is sent for it either.
    """

    message_id: str
    sender: str
    message_type: str
    lane: Lane
    in_reply_to: str | None
    payload: Payload
    octets: bytes = b""
    wrapper: bytes = b""
    settled: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A message of ours ended in a signed fault by ``sender``.

    ``late``: its addressee had receipted it, and refuses it after all (an act of a case that had to
    wait for those before it).
    """

    message_id: str
    sender: str
    fault: Fault
    late: bool = False


class Desk(Protocol):
    """What this party does with what it receives. Everything happens inside the given unit."""

    def handle(self, received: Received, unit: Unit, frame: Frame) -> list[Posting]:
        """The effect of ``received``, and what is to be sent for it.

        Raises a ``GatewayError`` for a message that cannot be served: the sender gets a fault.
        """

    def refused(self, refusal: Refusal, unit: Unit, frame: Frame) -> None:
        """A message of ours was refused for good."""

    def undelivered(self, failure: Undelivered, unit: Unit, frame: Frame) -> None:
        """A message of ours was never receipted and its time has passed."""

    def tend(self, unit: Unit, frame: Frame) -> None:
        """Now and then, in a unit of its own: what no message asks for."""
