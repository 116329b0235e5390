"""Gathers receipts and posts them, many to a message and one message a peer.

They wait in memory for a moment so that they ride together. A crash may forget them: a sender that
hears nothing repeats its message, and the inbox still knows the outcome. It decides no outcome.
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
    """Receipts owed to peers."""

    def __init__(self) -> None:
        self._owed: dict[str, list[tuple[Lane, ReceiptItem]]] = defaultdict(list)
        self.since: datetime | None = None  # when the oldest was owed

    def clock_set_back(self, now: datetime) -> None:
        """What is owed is owed since now at the latest."""
        if self.since is not None:
            self.since = min(self.since, now)

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

    def take_over(self, others: Receipts, now: datetime) -> None:
        """What a transaction came to owe, now that it is durable."""
        for peer, owed in others._owed.items():
            self._owed[peer].extend(owed)
            self.since = self.since or now

    def clear(self) -> None:
        """They are posted, and that is durable."""
        self._owed.clear()
        self.since = None

    def post(self, outgoing: Outgoing) -> None:
        """One message a peer, in the most urgent lane that it is owed on."""
        for peer, owed in self._owed.items():
            lane = min((lane for lane, _ in owed), key=_URGENCY.__getitem__)
            for start in range(0, len(owed), _ITEMS_MOST):
                items = tuple(item for _, item in owed[start : start + _ITEMS_MOST])
                outgoing.post(
                    Posting(to=peer, payload=Receipt(receipt_item=items), lane=lane, answers=False)
                )
