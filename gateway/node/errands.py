"""Sends a message that an officer had made, and keeps it until its answer is in.

It makes no message: the command that took the order did.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from gateway.endpoint import Outgoing
from gateway.errors import GatewayError
from gateway.ids import Lane
from gateway.payload import decode, message_type
from gateway.posting import Posting
from gateway.store import Errand, Timer

SEND = "officer.send"
"""The kind of errand; its first word names the clerk."""


class ErrandKindError(GatewayError):
    """This clerk sends, and does nothing else."""

    code: ClassVar[str] = "node.unknown-errand"


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """The body of the errand: ``octets`` is payload XML, ``subject`` what it is about."""

    recipient: str
    lane: Lane
    subject: str
    octets: bytes


class SendClerk:
    """A node's clerk for officers' messages; its answer names the message."""

    def carry_out(self, errand: Errand, outgoing: Outgoing) -> bytes:
        """Posts the message in the transaction that ends the errand."""
        if errand.kind != SEND:
            raise ErrandKindError(
                "this node does not do errands of this kind", value=errand.kind, expected=SEND
            )
        letter = msgspec.json.decode(errand.body, type=Letter)
        payload = decode(letter.octets)
        posting = Posting(to=letter.recipient, payload=payload, lane=letter.lane, answers=False)
        message_id = outgoing.post(posting)
        outgoing.unit.orders.add(
            now=outgoing.frame.now,
            officer=errand.actor,
            kind=message_type(payload),
            subject=letter.subject,
            recipient=letter.recipient,
            octets=letter.octets,
            message_id=message_id,
        )
        return msgspec.json.encode({"message_id": message_id})

    def fire(self, timer: Timer, outgoing: Outgoing) -> None:  # noqa: ARG002 - the clerk's protocol
        """A node sets no clock of this kind."""
        raise LookupError(f"nobody serves clocks of the kind {timer.kind}")
