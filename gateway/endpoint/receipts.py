"""Gathers the receipts of one transaction and posts them, one message a peer.

It does not decide outcomes.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from enum import StrEnum

from gateway.endpoint.outgoing import Outgoing
from gateway.ids import Lane
from gateway.payload import (
    Receipt,
    ReceiptItem,
    ReceiptLevelCode,
    ReceiptOutcomeCode,
)
from gateway.posting import Posting

_ITEMS_MOST = 1_000
_URGENCY = {Lane.URGENT: 0, Lane.ROUTINE: 1, Lane.BULK: 2}


class Outcome(StrEnum):
    """How a message ended here; stored, and told again to whoever repeats it."""

    APPLIED = "APPLIED"
    REFUSED = "REFUSED"


class Receipts:
    """Receipts owed to peers by the messages of one transaction."""

    def __init__(self) -> None:
        self._owed: dict[str, list[tuple[Lane, ReceiptItem]]] = defaultdict(list)

    def owe(
        self,
        peer: str,
        lane: Lane,
        *,
        message_id: str,
        outcome: Outcome,
        received: datetime,
        digest: str,
        fault_code: str | None = None,
    ) -> None:
        """``peer`` is to be told how ``message_id`` ended."""
        item = ReceiptItem(
            message_id=message_id,
            outcome_code=ReceiptOutcomeCode(outcome.value),
            level_code=ReceiptLevelCode.APPLICATION,
            received_timestamp=received.replace(microsecond=received.microsecond // 1000 * 1000),
            envelope_digest=digest,
            fault_code=fault_code,
        )
        self._owed[peer].append((lane, item))

    def post(self, outgoing: Outgoing) -> None:
        """One message a peer, in the most urgent lane that it is owed on."""
        for peer, owed in self._owed.items():
            lane = min((lane for lane, _ in owed), key=_URGENCY.__getitem__)
            for start in range(0, len(owed), _ITEMS_MOST):
                items = tuple(item for _, item in owed[start : start + _ITEMS_MOST])
                outgoing.post(
                    Posting(to=peer, payload=Receipt(receipt_item=items), lane=lane, answers=False)
                )
