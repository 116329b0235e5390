"""A steady beat through one mailbox of the broker: how long nothing passed, to a few ms.

A national system sees answers by the file, which is too coarse for a gap of half a second. It sends
as the relay does and reads as a party does; what is not confirmed is sent again at once.
"""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import dataclass
from datetime import timedelta

from gateway.exchange import (
    OUT_EXCHANGE,
    BrokerSettings,
    Confirmed,
    Delivery,
    LinkState,
    RabbitLink,
    Unconfirmed,
    mailbox,
    mailbox_key,
)
from gateway.ids import Lane

_BEAT_S = 0.01
_MOST_OPEN = 200
_DRAIN = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """What passed between ``begin`` and ``end``; ``gap_s`` is the longest time without."""

    confirmed: int
    delivered: int
    lost: int
    """Confirmed and never delivered."""
    repeated: int
    """Delivered again because a confirm was lost on its way; a party knows a repetition."""
    confirm_gap_s: float
    delivery_gap_s: float


class Pulse:
    """Beats into ``party``'s mailbox from ``begin`` to ``end``."""

    def __init__(self, sender: BrokerSettings, reader: BrokerSettings, party: str) -> None:
        self._key = mailbox_key(party, Lane.ROUTINE)
        self._sender = RabbitLink(sender)
        self._reader = RabbitLink(reader, consume=[self.queue_of(party)])
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._send, name="pulse sends", daemon=True),
            threading.Thread(target=self._read, name="pulse reads", daemon=True),
        ]
        self._confirmed: dict[str, float] = {}
        self._delivered: dict[str, float] = {}
        self._repeated = 0

    @staticmethod
    def queue_of(party: str) -> str:
        """Where it beats."""
        return mailbox(party, Lane.ROUTINE)

    def begin(self, deadline_s: float) -> None:
        """Starts, and waits until it beats; TimeoutError when it does not."""
        self._sender.start()
        self._reader.start()
        for thread in self._threads:
            thread.start()
        end = time.monotonic() + deadline_s
        while not self._delivered:
            if time.monotonic() > end:
                raise TimeoutError("nothing passes through the broker")
            time.sleep(_BEAT_S)

    def end(self) -> Beat:
        """Ends when all that was confirmed is there, or after some seconds; what passed."""
        self._stopping.set()
        self._threads[0].join()
        until = time.monotonic() + 5.0
        while self._confirmed.keys() - self._delivered.keys() and time.monotonic() < until:
            time.sleep(_BEAT_S)
        self._sender.stop(_DRAIN)
        self._reader.stop(_DRAIN)
        self._threads[1].join()
        return Beat(
            confirmed=len(self._confirmed),
            delivered=len(self._delivered),
            lost=len(self._confirmed.keys() - self._delivered.keys()),
            repeated=self._repeated,
            confirm_gap_s=_longest(self._confirmed),
            delivery_gap_s=_longest(self._delivered),
        )

    def _send(self) -> None:
        number, again, waiting, up = 0, [], set[str](), False
        while not self._stopping.is_set():
            for event in self._sender.take(limit=1000, timeout=timedelta(seconds=_BEAT_S)):
                match event:
                    case LinkState():
                        up = event.up
                    case Confirmed(token=token):
                        waiting.discard(token)
                        self._confirmed[token] = time.monotonic()
                    case Unconfirmed(token=token):
                        again.append(token)
                    case _:
                        pass
            if not up:
                continue
            if len(waiting) < _MOST_OPEN:
                number += 1
                again.append(str(number))
            for token in again:
                waiting.add(token)
                self._sender.publish(
                    token=token,
                    exchange=OUT_EXCHANGE,
                    routing_key=self._key,
                    body=token.encode(),
                )
            again = []

    def _read(self) -> None:
        while True:
            taken = self._reader.take(limit=1000, timeout=timedelta(seconds=0.2))
            found = [each for each in taken if isinstance(each, Delivery)]
            for each in found:
                token = each.body.decode()
                if token in self._delivered:
                    self._repeated += 1
                self._delivered.setdefault(token, time.monotonic())
            self._reader.ack(found)
            if any(isinstance(each, LinkState) and each.detail == "stopped" for each in taken):
                return


def _longest(moments: dict[str, float]) -> float:
    ordered = sorted(moments.values())
    return max((b - a for a, b in itertools.pairwise(ordered)), default=0.0)
