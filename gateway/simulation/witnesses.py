"""Notes what an endpoint tells its peers of its own accord: statements and receipts.

It stands beside the desk, in the same transaction, and changes nothing. It judges nothing.
"""

from __future__ import annotations

from gateway.frame import Frame
from gateway.payload import DeliveryStatement, Payload, Receipt
from gateway.simulation.disk import Disk
from gateway.simulation.ledger import Kind
from gateway.store import Unit


class Listener:
    """See ``gateway.endpoint.Witness``; what it hears stands in the ledger of ``disk``."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    def posted(
        self,
        payload: Payload,
        *,
        message_id: str,  # noqa: ARG002 - the witness's protocol
        to: str,
        unit: Unit,  # noqa: ARG002 - likewise
        frame: Frame,  # noqa: ARG002 - likewise
    ) -> None:
        """A statement's numbers, and which messages a receipt names."""
        match payload:
            case DeliveryStatement():
                self._disk.note(
                    Kind.STATED,
                    to=to,
                    sent=payload.sent_number,
                    held=payload.held_number,
                    missing=payload.missing_quantity,
                    gone=payload.gone_quantity,
                )
            case Receipt():
                items = [
                    [one.message_id, one.outcome_code.value, one.envelope_digest]
                    for one in payload.receipt_item
                ]
                self._disk.note(Kind.RECEIPTED, to=to, items=items)
            case _:
                pass

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
        """The desk's observer has noted it."""

    def refused(self, message_id: str, *, sender: str, unit: Unit, frame: Frame) -> None:
        """The desk's observer has noted it."""
