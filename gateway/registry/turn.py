"""Whose message is handled, with what at hand: what every rule of the registry is given.

It decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gateway.frame import Frame
from gateway.payload import Context, MessageTypeCode
from gateway.registry.hitlife import Clocks
from gateway.registry.records import Filing
from gateway.store import Unit


class Wanted(StrEnum):
    """What is to be sent for a filing: all, or less when its sender only filled a gap with it.

    Kept in place of the message id that a report would answer.
    """

    ALL = "ALL"
    NOTICES = "NOTICES"
    NOTHING = "NOTHING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A proven sender's turn in one transaction; without ``message_id`` nothing can wait."""

    sender: str
    unit: Unit
    frame: Frame
    clocks: Clocks
    message_id: str | None = None
    wanted: Wanted = Wanted.ALL

    def filing(self, context: Context) -> Filing:
        """A filing of the sender's under the head of its message."""
        return Filing(sender=self.sender, context=context, unit=self.unit, frame=self.frame)

    def answering(self, message_type: MessageTypeCode, asked: Context) -> Context:
        """The head of an answer: the asker's purpose, case and conversation."""
        return self.frame.context(
            message_type,
            purpose=asked.purpose_code,
            case_reference=asked.case_reference,
            conversation_id=asked.conversation_id,
            urgency=asked.urgency_justification_text,
        )
