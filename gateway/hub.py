"""The centre's desk: which handler answers which payload.

It knows no rule of the registry; it only leads there.
"""

from __future__ import annotations

from gateway import registry
from gateway.endpoint import Received, Refusal
from gateway.frame import Frame
from gateway.log import Logger
from gateway.posting import Posting
from gateway.store import Undelivered, Unit


class HubDesk:
    """The registry's side of an endpoint."""

    def __init__(self, log: Logger) -> None:
        self._log = log

    def handle(self, received: Received, unit: Unit, frame: Frame) -> list[Posting]:
        """The registry's effect and answers."""
        return registry.handle(received.payload, sender=received.sender, unit=unit, frame=frame)

    def refused(self, refusal: Refusal, unit: Unit, frame: Frame) -> None:  # noqa: ARG002 - the desk's protocol
        """A party refused an answer or a notice of ours: for the operator to see."""
        self._log.error(
            "hub.refused",
            message_id=refusal.message_id,
            peer=refusal.sender,
            code=refusal.fault.fault_code,
        )

    def undelivered(self, failure: Undelivered, unit: Unit, frame: Frame) -> None:  # noqa: ARG002 - the desk's protocol
        """A party never receipted an answer or a notice of ours: for the operator to see."""
        self._log.error(
            "hub.undelivered",
            message_id=failure.message_id,
            peer=failure.recipient,
            type=failure.message_type,
        )

    def tend(self, unit: Unit, frame: Frame) -> None:
        """Nothing without a message yet."""
