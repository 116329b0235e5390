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
    """``files`` are relative to ``gateway/`` (``keys/`` to the root); ``tests`` to ``tests/``."""

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
            "endpoint/handing.py",
            "endpoint/disowning.py",
            "endpoint/trustpost.py",
            "endpoint/activity.py",
        ),
        tests=("unit/walk",),
    ),
    "relay": Room(
        files=("relay/carrier.py", "relay/judgement.py", "relay/quota.py"), tests=("unit/relay",)
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
        tests=("unit/exchange",),
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
        tests=("unit/envelope",),
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
        tests=("unit/walk", "unit/exchange"),
    ),
    "registry": Room(
        files=(
            "registry/desk.py",
            "registry/records.py",
            "registry/lifecycle.py",
            "registry/lookup.py",
            "registry/seeking.py",
            "registry/delayed.py",
            "registry/hits.py",
            "registry/hitlife.py",
            "registry/hitsteps.py",
            "registry/clocks.py",
            "registry/policy.py",
            "registry/batches.py",
            "registry/upkeep.py",
            "store/records.py",
            "store/recordlife.py",
            "store/lookups.py",
            "store/hits.py",
            "store/restrictions.py",
        ),
        tests=("unit/registry", "contract/registry_store"),
    ),
    "keys": Room(
        files=(
            "keys/directory.py",
            "keys/trusted.py",
            "keys/trust_set.py",
            "keys/beacon.py",
            "keys/quorum.py",
            "keys/signatures.py",
            "keys/revocation.py",
            "keys/lifecycle.py",
            "keys/continuity.py",
            "keys/succession.py",
            "keys/disownment.py",
        ),
        tests=("unit/keys",),
    ),
    "posting": Room(files=("posting.py", "frame.py", "ids.py"), tests=("unit/walk",)),
}


def path_of(file: str) -> Path:
    """Where a file of a room lies."""
    return ROOT / file if file.startswith(("keys/", "adapters/")) else ROOT / "gateway" / file


def module_of(file: str) -> str:
    """The module's name."""
    return ".".join(path_of(file).relative_to(ROOT).with_suffix("").parts)
