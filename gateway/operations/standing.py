"""How a home stands: lanes, peers, ages, dead letters, directory, database, broker.

It judges nothing; ``diagnosis`` does. It changes nothing and needs no running process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from gateway.config import Settings
from gateway.exchange import QueueDepth
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.occupancy import halted_in, is_worked_in
from gateway.registry import derivation, indexed_to, use_tables
from gateway.store import (
    Heard,
    Letters,
    ReplicaLook,
    SchemaLevel,
    Store,
    Unit,
    Waiting,
    look_at_replica,
)
from keys import Directory

HEARD_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneStanding:
    """What waits for receipts in one lane; the times are None where nothing waits."""

    lane: Lane
    waiting: int
    oldest: datetime | None
    attempts: int
    expires_first: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerStanding:
    """One party as seen from here: what waits for it, what came from it within a day."""

    party: str
    waiting: int
    oldest: datetime | None
    received: int
    last_received: datetime | None
    missing: int
    """Numbered messages of it that never arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseStanding:
    """The database of a hub or node."""

    kind: str
    size_octets: int
    level: SchemaLevel
    replica: ReplicaLook | None = None
    """How the replica stands that searches are read from, where the settings name one."""
    old_keys: str | None = None
    """At the centre: how far the keys that other tables of words derived are derived anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything that is known of a home without asking its process."""

    party: str
    at: datetime
    is_running: bool
    halted: tuple[int, ...]
    """Processes of this folder that live and were halted."""
    directory: Directory | None
    database: DatabaseStanding | None
    lanes: tuple[LaneStanding, ...]
    peers: tuple[PeerStanding, ...]
    letters: tuple[Letters, ...]
    ahead: int
    """Messages that wait since they were dated ahead of the exchange's clock."""
    ahead_by: timedelta
    """How far the one that lies furthest ahead does."""
    failing: int
    items: Mapping[str, int]
    files: Mapping[str, int]
    last_sent: datetime | None
    last_received: datetime | None
    queues: tuple[QueueDepth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What the database says, read in one transaction."""

    waiting: list[Waiting]
    heard: list[Heard]
    gaps: dict[str, int]
    letters: list[Letters]
    ahead: int
    ahead_by: timedelta
    failing: int
    items: dict[str, int]
    files: dict[str, int]
    size_octets: int
    last_sent: datetime | None
    last_received: datetime | None
    old_keys: str | None


def take_standing(
    home: Path,
    settings: Settings,
    *,
    store: Store | None,
    directory: Directory | None,
    queues: Sequence[QueueDepth] = (),
    now: datetime,
) -> Standing:
    """How ``home`` stands at ``now``; ``store`` is opened for looking, None where there is none.

    Raises ``StoreError`` where the database cannot be read.
    """
    level = None if store is None else store.level()
    # Tables of another level may lack what the queries ask for.
    held = None
    if store is not None and level is not None and level.fits:
        held = _held(store, now, home if settings.party == REGISTRY_PARTY else None)
    return Standing(
        party=settings.party,
        at=now,
        is_running=is_worked_in(home),
        halted=halted_in(home),
        directory=directory,
        database=None
        if level is None
        else DatabaseStanding(
            kind=settings.database.partition(":")[0].partition("+")[0],
            size_octets=0 if held is None else held.size_octets,
            level=level,
            replica=look_at_replica(settings.database_replica, settings.database)
            if settings.database_replica
            else None,
            old_keys=None if held is None else held.old_keys,
        ),
        lanes=() if held is None else tuple(_lane(lane, held.waiting) for lane in Lane),
        peers=() if held is None else tuple(_peers(settings.party, held, directory)),
        letters=() if held is None else tuple(held.letters),
        ahead=0 if held is None else held.ahead,
        ahead_by=timedelta(0) if held is None else held.ahead_by,
        failing=0 if held is None else held.failing,
        items={} if held is None else held.items,
        files={} if held is None else held.files,
        last_sent=None if held is None else held.last_sent,
        last_received=None if held is None else held.last_received,
        queues=tuple(queues),
    )


def _held(store: Store, now: datetime, centre: Path | None) -> _Held:
    with store.unit() as unit:
        seen = unit.overview
        ahead, ahead_by = unit.outbox.ahead(now)
        return _Held(
            waiting=seen.waiting(),
            heard=seen.heard(now - HEARD_WITHIN),
            gaps=unit.inbox.gaps(),
            letters=seen.letters(),
            ahead=ahead,
            ahead_by=ahead_by,
            failing=seen.failing(),
            items=unit.intake.counts(),
            files=seen.files(),
            size_octets=seen.size_octets(),
            last_sent=seen.last_sent(),
            last_received=seen.last_received(),
            old_keys=None if centre is None else _old_keys(unit, centre),
        )


def _old_keys(unit: Unit, home: Path) -> str | None:
    use_tables(home / "tables")
    if unit.figures.derivation() == derivation() or unit.indexing.records() == 0:
        return None
    reached = indexed_to(unit)
    if reached is None:
        return "not begun"
    return f"up to number {reached} of {unit.indexing.newest()}"


def _lane(lane: Lane, waiting: Sequence[Waiting]) -> LaneStanding:
    of_lane = [each for each in waiting if each.lane is lane]
    return LaneStanding(
        lane=lane,
        waiting=sum(each.messages for each in of_lane),
        oldest=min((each.oldest for each in of_lane), default=None),
        attempts=max((each.attempts for each in of_lane), default=0),
        expires_first=min((each.expires_first for each in of_lane), default=None),
    )


def _peers(party: str, held: _Held, directory: Directory | None) -> list[PeerStanding]:
    heard = {each.sender: each for each in held.heard}
    names = {each.recipient for each in held.waiting} | set(heard) | set(held.gaps)
    if directory is not None:
        names |= set(directory.parties)
    return [
        PeerStanding(
            party=name,
            waiting=sum(each.messages for each in held.waiting if each.recipient == name),
            oldest=min((w.oldest for w in held.waiting if w.recipient == name), default=None),
            received=heard[name].messages if name in heard else 0,
            last_received=heard[name].last if name in heard else None,
            missing=held.gaps.get(name, 0),
        )
        for name in sorted(names - {party})
    ]
