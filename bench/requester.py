"""One requesting node, driven at a given rate or as fast as answers come; writes its latencies.

A process of its own, as a national node is: real keys, database, broker. A latency runs from the
instant a search was due (not from when this process got round to it) to its answer's commit.
"""

# ruff: noqa: ARG002 - a desk is given what its protocol says, and uses what it needs

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.questions import Flaw, questions
from gateway.compose import parts
from gateway.endpoint import Outgoing, Received, Refusal
from gateway.exchange import mailboxes
from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.payload import (
    CountryCode,
    FirearmDescription,
    PurposeCode,
    Search,
    SearchReasonCode,
    SearchRequest,
    SearchResponse,
)
from gateway.posting import Posting
from gateway.store import Undelivered, Unit

HIT_SHARE = 0.004  # about what iARMS sees: 5,000 hits in 1.4 million operations
_DRAIN_S = 30.0


class Stopwatch:
    """The requester's desk: notes when the answer to each search was committed."""

    def __init__(self) -> None:
        self.due: dict[str, float] = {}
        self.latencies_ms: list[float] = []

    def handle(self, received: Received, unit: Unit, frame: Frame) -> list[Posting]:
        """An answer to one of ours ends its clock, once it is durable."""
        asked = received.in_reply_to
        if isinstance(received.payload, SearchResponse) and asked in self.due:
            due = self.due.pop(asked)
            unit.after_commit(lambda: self._stop(due))
        return []

    def _stop(self, due: float) -> None:
        self.latencies_ms.append((time.monotonic() - due) * 1000)

    def refused(self, refusal: Refusal, unit: Unit, frame: Frame) -> None:
        raise RuntimeError(f"a search was refused: {refusal.fault.fault_code}")

    def undelivered(self, failure: Undelivered, unit: Unit, frame: Frame) -> None:
        raise RuntimeError("a search was never receipted")

    def tend(self, unit: Unit, frame: Frame) -> None:
        pass


def descriptions(records: int, seed: int, other: int) -> Iterator[FirearmDescription]:
    """Readings in the share of hits that a registry sees; without end."""
    drawn = list(questions(4_000, records, seed=seed, other=other))
    known = [q.description for q in drawn if q.flaw is Flaw.FORMAT]
    strangers = [q.description for q in drawn if q.flaw is Flaw.UNREGISTERED]
    period = round(1 / HIT_SHARE)
    number = 0
    while True:
        number += 1
        pool = known if number % period == 0 else strangers
        yield pool[number % len(pool)]


def request(description: FirearmDescription, frame: Frame) -> Posting:
    """A border check of one weapon."""
    return Posting(
        to=REGISTRY_PARTY,
        payload=SearchRequest(
            context=frame.context("SEARCH_REQUEST", purpose=PurposeCode.BORDER_CONTROL),
            search=Search(
                search_id=frame.ids.search_id(frame.country),
                reason_code=SearchReasonCode.BORDER_CHECK,
                object_in_sight_indicator=True,
                place_of_check_country=CountryCode(frame.country),
                firearm=description,
                store_for_delayed_hit_indicator=True,
            ),
        ),
        lane=Lane.URGENT,
        answers=False,
    )


def main() -> int:
    """Runs and writes one JSON document to stdout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--records", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--other", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--rate", type=float, default=0.0, help="a second; 0: as fast as it goes")
    parser.add_argument("--outstanding", type=int, default=200, help="at --rate 0")
    options = parser.parse_args()
    clock = Stopwatch()
    with parts(options.home, program="requester", queues=mailboxes) as made:
        endpoint = made.endpoint(clock)
        while not endpoint.up:
            endpoint.step(made.link.take(limit=100, timeout=timedelta(seconds=1)))
        source = descriptions(options.records, options.seed, options.other)
        next(source)  # drawn before the clock starts: making them takes seconds
        began, processor_s = time.monotonic(), time.process_time()
        asked = 0

        def ask(count: int) -> None:
            nonlocal asked
            first = asked

            def post(outgoing: Outgoing) -> list[str]:
                return [outgoing.post(request(next(source), outgoing.frame)) for _ in range(count)]

            now = time.monotonic()
            for number, message_id in enumerate(endpoint.transact(post), first):
                due = began + number / options.rate if options.rate else now
                clock.due[message_id] = due
            asked += count

        while (now := time.monotonic()) < began + options.seconds:
            if options.rate:
                wanted = int((now - began) * options.rate) + 1 - asked
                pause = max(began + (asked + max(wanted, 0)) / options.rate - now, 0.0)
            else:
                wanted, pause = options.outstanding - len(clock.due), 1.0
            if wanted > 0:
                ask(min(wanted, 100))
            wait = min(endpoint.wait(), timedelta(seconds=pause))
            endpoint.step(made.link.take(limit=100, timeout=wait))
        elapsed = time.monotonic() - began
        answered = len(clock.latencies_ms)
        end = time.monotonic() + _DRAIN_S
        while clock.due and time.monotonic() < end:
            endpoint.step(made.link.take(limit=100, timeout=endpoint.wait()))
        own_us = (time.process_time() - processor_s) / max(asked, 1) * 1e6
        json.dump(
            figures(clock, asked, answered, elapsed) | {"processor_us_a_search": round(own_us)},
            sys.stdout,
        )
    return 0


def figures(clock: Stopwatch, asked: int, answered: int, elapsed_s: float) -> dict[str, Any]:
    """What was reached."""
    ordered = sorted(clock.latencies_ms)

    def at(share: float) -> float:
        return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 1)

    return {
        "asked": asked,
        "answered_in_time": answered,
        "never_answered": len(clock.due),
        "searches_a_second": round(answered / elapsed_s, 1),
        "p50_ms": at(0.5),
        "p99_ms": at(0.99),
        "max_ms": at(1.0),
    }


if __name__ == "__main__":
    sys.exit(main())
