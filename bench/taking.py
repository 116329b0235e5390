"""A node's intake alone: folder watch, adapter, batches sealed into an outbox in SQLite.

Nothing is published: the broker is one in memory that nobody reads from. The party's keys are
drawn from a seed, so that a process that was killed and started anew has the same.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from gateway.adapter import Adapter
from gateway.config import Files
from gateway.endpoint import Endpoint, Station, Terms
from gateway.exchange import MemoryBroker, definitions, mailboxes
from gateway.ids import REGISTRY_PARTY
from gateway.node import Folders, FolderWatch, Intake, NodeDesk
from gateway.payload import ContactPoint
from gateway.store import Store
from keys import Directory, Identity, entry_for

PARTY = "BRA-NCB"
SENDS = frozenset({"REC_BATCH", "REC_SUBMIT", "RECEIPT"})
Clock = Callable[[], datetime]


def identities() -> dict[str, Identity]:
    """The party's keys and the registry's, the same in every process."""
    drawn = random.Random(1)  # noqa: S311 - keys of nobody
    return {
        name: Identity.generate(name, random=drawn.randbytes) for name in (PARTY, REGISTRY_PARTY)
    }


def directory_at(now: datetime, sends: frozenset[str] = SENDS) -> Directory:
    """A directory of both, of the day before ``now``."""
    issued = now - timedelta(days=1)
    return Directory(
        version=1,
        issued=issued,
        expires=issued + timedelta(days=40),
        digest=bytes(32),
        parties={
            name: entry_for(identity, sends=sends, valid_from=issued)
            for name, identity in identities().items()
        },
    )


def _clock() -> datetime:
    return datetime.now(UTC)


def intake_of(
    home: Path,
    store: Store,
    adapter: Adapter,
    clock: Clock = _clock,
    sends: frozenset[str] = SENDS,
) -> tuple[Endpoint, NodeDesk, FolderWatch, Intake]:
    """The party's endpoint, desk, watch and intake in ``home``."""
    directory = directory_at(clock(), sends)
    station = Station(
        party=PARTY,
        identity=identities()[PARTY],
        directory=lambda _: directory,
        clock=clock,
        random=os.urandom,
        system_id=home.name,
        contact=ContactPoint(contact_name="desk", available_always_indicator=True),
        test=True,
    )
    link = MemoryBroker(definitions([PARTY])).link(PARTY, consume=mailboxes(PARTY))
    link.start()
    log = structlog.wrap_logger(None, wrapper_class=structlog.make_filtering_bound_logger(50))
    folders = Folders(root=home / "files")
    desk = NodeDesk(adapter=adapter, folders=folders, log=log)
    endpoint = Endpoint(station=station, store=store, link=link, desk=desk, terms=Terms(), log=log)
    watch = FolderWatch(
        folders=folders,
        adapter=adapter,
        settle=timedelta(0),
        frame=lambda: station.frame(clock()),
        clock=clock,
        wake=lambda: None,
        log=log,
    )
    intake = Intake(
        watch=watch,
        folders=folders,
        adapter=adapter,
        desk=desk,
        settings=Files(adapter=adapter.name),
        endpoint=endpoint,
        log=log,
    )
    return endpoint, desk, watch, intake


def take_all(folders: Folders, watch: FolderWatch, intake: Intake) -> None:
    """Takes what lies in the folder until nothing does."""
    folders.make()
    watch.look()
    while any(folders.incoming.iterdir()) or intake.busy:
        intake.advance()
        if not intake.busy:
            time.sleep(0.002)  # the reader's thread has the next piece in a moment
