"""Which files are the core, and which tests speak of them.

It runs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """``files`` are relative to ``gateway/``; ``tests`` to ``tests/unit/``."""

    files: Sequence[str]
    tests: Sequence[str]


ROOMS: Mapping[str, Room] = {
    "endpoint": Room(
        files=(
            "endpoint/walk.py",
            "endpoint/acceptance.py",
            "endpoint/arrivals.py",
            "endpoint/departures.py",
            "endpoint/between.py",
            "endpoint/outgoing.py",
            "endpoint/receipts.py",
            "endpoint/replays.py",
            "endpoint/chores.py",
            "endpoint/patience.py",
            "endpoint/staleness.py",
            "endpoint/resigning.py",
            "endpoint/orders.py",
        ),
        tests=("walk",),
    ),
    "relay": Room(
        files=("relay/carrier.py", "relay/judgement.py", "relay/quota.py"), tests=("relay",)
    ),
    "exchange": Room(
        files=(
            "exchange/arrivals.py",
            "exchange/fairness.py",
            "exchange/backoff.py",
            "exchange/confirms.py",
            "exchange/unacked.py",
            "exchange/topology.py",
        ),
        tests=("exchange",),
    ),
    "envelope": Room(
        files=(
            "envelope/opening.py",
            "envelope/sealing.py",
            "envelope/header.py",
            "envelope/body.py",
            "envelope/signature.py",
            "envelope/wrapper.py",
            "envelope/suite.py",
            "envelope/resigning.py",
        ),
        tests=("envelope",),
    ),
    "store": Room(
        files=(
            "store/unit.py",
            "store/engine.py",
            "store/outbox.py",
            "store/inbox.py",
            "store/pairs.py",
            "store/deadletters.py",
            "store/timers.py",
            "store/errands.py",
            "store/evidence.py",
            "store/journal.py",
            "store/retention.py",
        ),
        tests=("walk", "exchange"),
    ),
    "posting": Room(files=("posting.py", "frame.py", "ids.py"), tests=("walk",)),
}


def path_of(file: str) -> Path:
    """Where a file of a room lies."""
    return ROOT / "gateway" / file


def module_of(file: str) -> str:
    """The module's name."""
    return "gateway." + file.removesuffix(".py").replace("/", ".")
