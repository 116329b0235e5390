"""A national system that asks machine to machine: searches in batches, at its node's endpoint.

A process of its own with its party's keys, database and line, as a node is. It keeps a ledger of
what it was promised in a file beside (``asked.ndjson``), and notes the end of each question in its
database, in the transaction of the answer. It judges neither.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from gateway.compose import parts, stop_signals
from gateway.endpoint import Endpoint, Outgoing, Received, Refusal
from gateway.errors import GatewayError
from gateway.exchange import mailboxes
from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.payload import (
    CountryCode,
    FirearmDescription,
    LegibilityCode,
    Marking,
    MarkingKindCode,
    PurposeCode,
    Search,
    SearchReasonCode,
    SearchRequest,
    SearchResponse,
)
from gateway.posting import Posting
from gateway.store import JournalLine, Undelivered, Unit
from keys import TrustError

LEDGER, ASKING = "asked.ndjson", "asking"
ENDED = "question.ended"
"""The journal's event at the end of a question; ``detail`` is how it ended."""
ANSWERED = "answered"
_BATCH = 100
_LEAST, _MOST = 20, 2_000
_QUICK_S, _SLOW_S = 2.0, 5.0
_BACK_OFF_S = 0.2


class Asker:
    """The desk of the answers, and what asks beside them while the file ``asking`` is there.

    So many questions are open as the exchange answers within a second or two: more on an idle
    machine, fewer on a busy one.
    """

    def __init__(self, home: Path) -> None:
        self._asking = home / ASKING
        self._ledger = (home / LEDGER).open("a", buffering=1)
        self._ended: list[str] = []
        self._since: dict[str, float] = {}
        self._most = _LEAST
        self._number = time.monotonic_ns()
        self._not_before = 0.0
        self._slowed = 0.0
        self.transact: Callable[[Callable[[Outgoing], list[str]]], list[str]] | None = None

    # --- the desk -----------------------------------------------------------------------------

    def handle(self, received: Received, unit: Unit, frame: Frame) -> list[Posting]:
        """An answer ends its question."""
        if isinstance(received.payload, SearchResponse) and received.in_reply_to is not None:
            self._note(unit, frame, received.in_reply_to, ANSWERED)
        return []

    def refused(self, refusal: Refusal, unit: Unit, frame: Frame) -> None:
        """A signed fault ends it too."""
        self._note(unit, frame, refusal.message_id, f"refused {refusal.fault.fault_code}")

    def undelivered(self, failure: Undelivered, unit: Unit, frame: Frame) -> None:
        """And so does its time."""
        self._note(unit, frame, failure.message_id, "undelivered")

    def tend(self, unit: Unit, frame: Frame) -> None:
        """Nothing waits here."""

    # --- beside the steps of the endpoint -----------------------------------------------------

    @property
    def busy(self) -> bool:
        """Never: answers ring."""
        return False

    def advance(self) -> None:
        """Writes down what ended, and asks as many more as may be open."""
        now = time.monotonic()
        if self._ended:
            self._write("end", self._ended, now)
            waits = [now - self._since.pop(each) for each in self._ended if each in self._since]
            self._ended = []
            if waits:
                self._adapt(statistics.median(waits), now)
        if now < self._not_before or self.transact is None or not self._asking.exists():
            return
        try:
            asked = self.transact(self._ask)
        except (GatewayError, TrustError):
            self._not_before = now + _BACK_OFF_S  # its database or its line is being broken
            return
        if asked:
            self._write("ok", asked, now)
            self._since.update(dict.fromkeys(asked, now))

    def _adapt(self, waited_s: float, now: float) -> None:
        """What waited through an outage comes in many parts, and tells of it once."""
        if waited_s < _QUICK_S:
            self._most = min(self._most + _BATCH // 2, _MOST)
        elif waited_s > _SLOW_S and now > self._slowed + _SLOW_S:
            self._most, self._slowed = max(self._most // 2, _LEAST), now

    def _ask(self, outgoing: Outgoing) -> list[str]:
        room = self._most - outgoing.unit.outbox.depth()
        if room < min(_BATCH, self._most) // 2:
            return []
        return [outgoing.post(self._question(outgoing.frame)) for _ in range(min(room, _BATCH))]

    def _question(self, frame: Frame) -> Posting:
        self._number += 1
        # As unlike one another as weapons' serials are: near ones would all be compared.
        serial = hashlib.blake2s(self._number.to_bytes(8, "big")).hexdigest()[:10].upper()
        return Posting(
            to=REGISTRY_PARTY,
            payload=SearchRequest(
                context=frame.context("SEARCH_REQUEST", purpose=PurposeCode.BORDER_CONTROL),
                search=Search(
                    search_id=frame.ids.search_id(frame.country),
                    reason_code=SearchReasonCode.BORDER_CHECK,
                    object_in_sight_indicator=True,
                    place_of_check_country=CountryCode(frame.country),
                    firearm=FirearmDescription(marking=(_legible(serial),)),
                    store_for_delayed_hit_indicator=False,
                ),
            ),
            lane=Lane.ROUTINE,
            answers=False,
        )

    def _note(self, unit: Unit, frame: Frame, question: str, how: str) -> None:
        unit.journal.add(JournalLine(at=frame.now, event=ENDED, message_id=question, detail=how))
        unit.after_commit(lambda: self._ended.append(question))

    def _write(self, what: str, ids: list[str], now: float) -> None:
        self._ledger.write(json.dumps({"t": now, what: ids}) + "\n")


def _legible(serial: str) -> Marking:
    return Marking(
        kind_code=MarkingKindCode.SERIAL,
        legibility_code=LegibilityCode.LEGIBLE,
        text_as_marked=serial,
    )


def main() -> None:
    """Asks until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    home: Path = parser.parse_args().home
    asker = Asker(home)
    with (
        parts(home, program="asker", queues=mailboxes) as made,
        stop_signals(made.link.wake) as stopping,
    ):
        endpoint: Endpoint = made.endpoint(asker)
        asker.transact = endpoint.transact
        made.log.info("process.started")
        with made.monitored(stopping.is_set) as asked:
            endpoint.run(asked, asker)


if __name__ == "__main__":
    main()
