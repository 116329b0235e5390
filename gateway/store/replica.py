"""A streaming replica, from which searches read while it holds all that was accepted.

It decides nothing about a search and is never written to. Whatever it does (lag, end, hang), the
primary answers in its place: a search never fails for want of a replica.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, OperationalError

T = TypeVar("T")

CATCH_UP_MOST_S = 0.02
"""How long a batch of searches waits for the replica; a commit is there after about 1 ms."""
_CATCH_UP_STEP_S = 0.002
ANSWER_MOST_S = 1.0
"""A replica that answers later is cut off: one that hangs must not hold the searches."""
RETRY_S = 1.0
_CONNECT_S = 3
_OPTIONS = "-c jit=off -c default_transaction_read_only=on"
_FLUSHED = "SELECT pg_current_wal_flush_lsn()::text"
_CAUGHT_UP = (
    "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= CAST(%(flushed)s AS pg_lsn)"
)
_SYSTEM = "SELECT system_identifier FROM pg_control_system()"
_STATE = (
    "SELECT pg_is_in_recovery(), system_identifier, pg_last_wal_replay_lsn()::text"
    " FROM pg_control_system()"
)
_BEHIND = "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), CAST(%(replayed)s AS pg_lsn))"

OnChange = Callable[[bool, str], None]
"""Whether searches are read from the replica now, and why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaLook:
    """How a replica stands; ``away`` says why it cannot serve, "" where it can."""

    away: str
    behind_octets: int


class Replica:
    """One process's line to the replica; one thread asks, another one connects again."""

    def __init__(self, url: str, primary: str, on_change: OnChange) -> None:
        """It is reached for in the background; until it is there the primary answers."""
        self._engine = _engine(url)
        self._primary = _engine(primary)
        self._on_change = on_change
        self._ready: Connection | None = None
        self._closing = threading.Event()
        self._wanted = threading.Event()
        self._told: tuple[bool, str] | None = None
        self.answered = 0
        """Transactions whose searches the replica answered."""
        self.passed_over = 0
        """Those for which it had not yet what the primary had, or was away."""
        self._wanted.set()
        self._thread = threading.Thread(target=self._reach, name="replica", daemon=True)
        self._thread.start()

    def caught_up(self, primary: Connection) -> bool:
        """Whether it has everything that was committed at ``primary`` before this call."""
        replica = self._ready
        if replica is None:
            self.passed_over += 1
            return False
        flushed = primary.exec_driver_sql(_FLUSHED).scalar_one()
        end = time.monotonic() + CATCH_UP_MOST_S
        held = self._try(replica, lambda: _has(replica, flushed))
        while held is False and time.monotonic() < end:
            time.sleep(_CATCH_UP_STEP_S)
            held = self._try(replica, lambda: _has(replica, flushed))
        if held:
            self.answered += 1
        else:
            self.passed_over += 1
        return bool(held)

    def ask(self, question: Callable[[Connection], T]) -> T | None:
        """What the replica answers; None where it did not."""
        replica = self._ready
        return None if replica is None else self._try(replica, lambda: question(replica))

    def close(self) -> None:
        """Gives its connections back."""
        self._closing.set()
        self._wanted.set()
        self._thread.join(_CONNECT_S + 1)
        if self._ready is not None:
            self._ready.close()
            self._ready = None
        self._engine.dispose()
        self._primary.dispose()

    # --- parts --------------------------------------------------------------------------------

    def _try(self, replica: Connection, question: Callable[[], T]) -> T | None:
        try:
            with _within(replica, ANSWER_MOST_S):
                return question()
        except DBAPIError as error:
            # A replay may end a search ("conflict with recovery"): the primary is asked instead.
            if error.connection_invalidated or isinstance(error, OperationalError):
                self._lost(str(error.orig).strip())
            return None

    def _lost(self, why: str) -> None:
        replica, self._ready = self._ready, None
        if replica is not None:
            with suppress(Exception):
                replica.invalidate()
                replica.close()
        self._tell(up=False, why=why)
        self._wanted.set()

    def _tell(self, *, up: bool, why: str) -> None:
        if self._told != (up, why):
            self._told = (up, why)
            self._on_change(up, why)

    def _reach(self) -> None:
        """The other thread: it alone waits for connections."""
        while True:
            self._wanted.wait()
            if self._closing.is_set():
                return
            why = self._connect()
            if why:
                self._tell(up=False, why=why)
                self._closing.wait(RETRY_S)
            else:
                self._wanted.clear()
                self._tell(up=True, why="")

    def _connect(self) -> str:
        try:
            replica = self._engine.connect()
            try:
                away = _why_not(replica, self._primary)
            except BaseException:
                replica.invalidate()
                raise
            if away:
                replica.close()
                return away
        except DBAPIError as error:
            return str(error.orig).strip()
        self._ready = replica
        return ""


def look_at_replica(url: str, primary: str) -> ReplicaLook:
    """How the replica at ``url`` stands beside ``primary``; raises nothing for one that is away."""
    engine, other = _engine(url), _engine(primary)
    try:
        with closing(engine.connect()) as replica:
            away = _why_not(replica, other)
            replayed = replica.exec_driver_sql(_STATE).one()[2]
        if away:
            return ReplicaLook(away=away, behind_octets=0)
        with closing(other.connect()) as connection:
            behind = connection.exec_driver_sql(_BEHIND, {"replayed": replayed}).scalar_one()
    except DBAPIError as error:
        return ReplicaLook(away=str(error.orig).strip(), behind_octets=0)
    finally:
        engine.dispose()
        other.dispose()
    return ReplicaLook(away="", behind_octets=max(0, int(behind)))


def _why_not(replica: Connection, primary: Engine) -> str:
    """Why what answers there cannot stand for the primary, "" where it can."""
    is_replica, system, _ = replica.exec_driver_sql(_STATE).one()
    if not is_replica:
        return "it is no replica: it takes writing itself"
    with closing(primary.connect()) as connection:
        own = connection.exec_driver_sql(_SYSTEM).scalar_one()
    return "" if own == system else "it is a replica of another database server"


def _has(replica: Connection, flushed: str) -> bool:
    return bool(replica.exec_driver_sql(_CAUGHT_UP, {"flushed": flushed}).scalar_one())


def _engine(url: str) -> Engine:
    # Each statement for itself: a transaction that stays open would hold the replay up.
    return create_engine(
        url,
        connect_args={"options": _OPTIONS, "connect_timeout": _CONNECT_S},
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        pool_size=1,
        max_overflow=0,
    )


@contextmanager
def _within(connection: Connection, seconds: float) -> Iterator[None]:
    """Ends the connection's socket when the block takes longer: the driver waits for ever."""
    driver: Any = connection.connection.driver_connection
    with socket.socket(fileno=os.dup(driver.pgconn.socket)) as line:
        watch = threading.Timer(seconds, _cut, (line,))
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()


def _cut(line: socket.socket) -> None:
    with suppress(OSError):  # it was over just then
        line.shutdown(socket.SHUT_RDWR)
