"""The process of the transports: couriers, their ledger, and the watch on what comes back.

It holds no key of the party and opens no message: it sees native files alone, and it works in the
folders of a node as any other program of the national system would.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from watchfiles import watch

from gateway.adapter import find_adapter
from gateway.config import Settings
from gateway.errors import ConfigError
from gateway.log import Logger
from gateway.node import Folders
from gateway.occupancy import alone_in
from gateway.telemetry import Numbers, serving
from gateway.transports.courier import Courier
from gateway.transports.dock import Dock
from gateway.transports.ledger import Ledger
from gateway.transports.opening import check_transports, open_transport
from gateway.transports.watched import Watched

FOLDER = "transports"
_NOTICE_MS = 10


@contextmanager
def carrying(
    home: Path,
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    log: Logger,
    numbers: Numbers,
) -> Iterator[list[Courier]]:
    """Runs every transport of the settings until the block ends; probes answer meanwhile.

    Raises ``ConfigError``, ``HomeOccupiedError`` where another process carries already.
    """
    check_transports(settings, home)
    _silence()
    files = settings.files
    if files is None or len(settings.transport) == 0:
        raise ConfigError(
            "there is nothing to carry",
            place=f"{home}/iarms.toml",
            expected="at least one [[transport]]",
            remedy="config/transports shows each kind",
        )
    suffix = find_adapter(files.adapter).suffix
    folders = Folders(root=home / files.folder)
    with ExitStack() as stack:
        (home / FOLDER).mkdir(mode=0o700, exist_ok=True)
        stack.enter_context(alone_in(home / FOLDER))
        ledger = open_ledger(home)
        stack.callback(ledger.close)
        couriers: list[Courier] = []
        for each in settings.transport:
            dock = Dock(
                settings=each, folders=folders, ledger=ledger, suffix=suffix, clock=clock, log=log
            )
            transport = open_transport(each, home)
            courier = Courier(transport=transport, dock=dock, ledger=ledger, clock=clock, log=log)
            stack.callback(courier.stop)
            couriers.append(courier)
        watched = Watched(
            home=home, folders=folders, ledger=ledger, couriers=couriers, clock=clock,
            numbers=numbers,
        )  # fmt: skip
        place = stack.enter_context(
            serving(settings.telemetry.transports, watched.probe(), home=home)
        )
        if place is not None:
            log.info("telemetry.serving", at=place)
        for courier in couriers:
            courier.start()
        stack.enter_context(_watching(folders, couriers))
        yield couriers


def open_ledger(home: Path) -> Ledger:
    """The ledger of the transports that work in ``home``."""
    return Ledger(home / FOLDER / "ledger.db")


def _silence() -> None:
    """Libraries say nothing of their own on stderr: it holds our log, one JSON object a line."""
    for name in ("paramiko", "uvicorn", "urllib3"):
        logger = logging.getLogger(name)
        logger.addHandler(logging.NullHandler())
        logger.propagate = False


@contextmanager
def _watching(folders: Folders, couriers: list[Courier]) -> Iterator[None]:
    stopping = threading.Event()

    def look() -> None:
        for _ in watch(
            folders.outgoing,
            folders.set_aside,
            watch_filter=None,
            debounce=_NOTICE_MS,
            step=_NOTICE_MS,
            stop_event=stopping,
            recursive=False,
            raise_interrupt=False,
        ):
            for courier in couriers:
                courier.ring()

    watcher = threading.Thread(target=look, name="answers-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stopping.set()
        watcher.join(timeout=5)
