"""Who may look on while messages pass: what was posted and what was taken, in the same transaction.

A witness changes nothing of a message and sends nothing.
"""

from __future__ import annotations

from typing import Protocol

from gateway.frame import Frame
from gateway.payload import Payload
from gateway.store import Unit


class Witness(Protocol):
    """Sees each message of this party once, with its effect or not at all."""

    def posted(
        self, payload: Payload, *, message_id: str, to: str, unit: Unit, frame: Frame
    ) -> None:
        """``payload`` is decided and goes to ``to``."""

    def taken(
        self,
        payload: Payload,
        *,
        message_id: str,
        sender: str,
        in_reply_to: str | None,
        unit: Unit,
        frame: Frame,
    ) -> None:
        """``payload`` of the proven ``sender`` had its effect."""

    def refused(self, message_id: str, *, sender: str, unit: Unit, frame: Frame) -> None:
        """``sender`` refused a message of ours."""
