"""Opens the database and keeps its promises: durable commits, one writer, statements in turn.

It holds no query.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError

from gateway.errors import GatewayError
from gateway.store.copying import SQLITE_FILE, copy_in, copy_out, is_whole, level_of
from gateway.store.replica import OnChange, Replica
from gateway.store.room import LEAST_KIB
from gateway.store.unit import Unit

_SQLITE_FULL = 2  # https://www.sqlite.org/pragma.html#pragma_synchronous
BUSY_TIMEOUT_MS = 10_000  # another process (a command, a backup) may hold the write lock this long


class StoreError(GatewayError):
    """The database refused, is out of reach, or is not at the level this program needs."""

    code = "store.unavailable"
    retryable = True


class StoreConflictError(StoreError):
    """Another worker on this database committed first; what it did is seen at the next try."""

    code = "store.conflict"


class StoreDamagedError(StoreError):
    """What the database has on its disk is not what it wrote there."""

    code = "store.damaged"


class StoreReplacedError(StoreError):
    """The file that this process writes to is not the one in its place any more."""

    code = "store.replaced"


_CONFLICTS = frozenset({"23505", "40001", "40P01"})
"""PostgreSQL's words for it: unique_violation, serialization_failure, deadlock_detected."""
_DAMAGED = frozenset({"XX001", "XX002"})  # data_corrupted, index_corrupted
_SQLITE_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PRIMARY_CODE = 0xFF  # https://www.sqlite.org/rescode.html: the rest says more of the same


@dataclass(frozen=True, slots=True)
class SchemaLevel:
    """The migration that a database is at (None: no tables yet) and the program's newest one."""

    found: str | None
    needed: str
    is_known: bool
    """Whether this program knows the migration found: an older program may not."""

    @property
    def fits(self) -> bool:
        """The tables are as the program writes them."""
        return self.found == self.needed


class Store:
    """One database, used by one thread; ``unit()`` is the only way to its tables."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.replica: Replica | None = None
        """From which searches are read, where there is one."""
        self._connection: Connection | None = None
        self._file: Path | None = None
        self._opened: tuple[int, int] | None = None

    @classmethod
    def open(cls, url: str, *, looking: bool = False) -> Self:
        """A store at ``url`` (``sqlite:///FILE`` or ``postgresql+psycopg://…``); not migrated yet.

        ``looking`` opens it for reading alone: it waits for no writer and no writer waits for it.
        Raises ``StoreError`` for a database kind that is not served.
        """
        parsed = make_url(url)
        # Parameters are hidden: a failed statement is logged, and no serial may be.
        if parsed.get_backend_name() == "sqlite":
            if parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(
                parsed, connect_args={"check_same_thread": False}, hide_parameters=True
            )
            event.listen(engine, "connect", _sqlite_looking if looking else _sqlite_settings)
            event.listen(engine, "begin", _begin if looking else _begin_immediate)
        elif parsed.get_backend_name() == "postgresql":
            # Compiling a statement takes longer than any of ours runs: a batch of searches took
            # three times as long.
            options = "-c jit=off" + (" -c default_transaction_read_only=on" if looking else "")
            engine = create_engine(parsed, connect_args={"options": options}, hide_parameters=True)
        else:
            raise StoreError(
                "this kind of database is not served",
                value=parsed.get_backend_name(),
                expected="sqlite or postgresql",
                remedy="give a URL such as sqlite:///var/node.db",
            )
        store = cls(engine)
        if parsed.get_backend_name() == "sqlite" and parsed.database and not looking:
            store._file = Path(parsed.database)
        return store

    def read_from(self, url: str, on_change: OnChange) -> None:
        """Searches are read from the streaming replica at ``url`` whenever it has everything.

        ``on_change`` is told, from another thread too, whether it serves. Raises ``StoreError``
        for a database that has no such thing.
        """
        if self._engine.dialect.name != "postgresql":
            raise StoreError(
                "only PostgreSQL has a streaming replica",
                value=self._engine.dialect.name,
                remedy="leave database_replica out, or take PostgreSQL as the database",
            )
        primary = self._engine.url.render_as_string(hide_password=False)
        self.replica = Replica(url, primary, on_change)

    def migrate(self) -> None:
        """Brings the tables to this program's level (forward only); cheap when they are there."""
        from gateway.store.migrations import upgrade  # noqa: PLC0415 - Alembic is slow to import

        with self._faults():
            upgrade(self._engine)

    def copy_out(self, folder: Path) -> list[Path]:
        """Writes a consistent copy into ``folder`` while others write; the files that it made."""
        with self._faults():
            return copy_out(self._engine, folder)

    def copy_in(self, folder: Path, *, level: str, replace: bool) -> None:
        """Puts a copy of PostgreSQL into this database; ``replace`` empties it before.

        Raises ``StoreError`` where there are tables already and ``replace`` is not given.
        """
        from gateway.store.migrations import clear, upgrade  # noqa: PLC0415 - as in migrate

        with self._faults():
            if self.level().found is not None:
                if not replace:
                    raise StoreError(
                        "the database is not empty",
                        expected="an empty database",
                        remedy="make another one, or say --replace",
                    )
                clear(self._engine)
            upgrade(self._engine, level)
            copy_in(self._engine, folder)

    @staticmethod
    def level_of_copy(folder: Path) -> str:
        """The migration that a copy was made at."""
        return level_of(folder)

    @staticmethod
    def is_whole_copy(folder: Path) -> bool:
        """Whether a copy passes the database's own check."""
        return is_whole(folder)

    @staticmethod
    def sqlite_copy(folder: Path) -> Path:
        """The file of a copy of SQLite."""
        return folder / SQLITE_FILE

    def level(self) -> SchemaLevel:
        """Which migration the tables are at, and which one this program needs."""
        from gateway.store.migrations import level  # noqa: PLC0415 - as above

        with self._faults():
            return SchemaLevel(*level(self._engine))

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """One transaction: committed at the end of the block, undone by any exception.

        Raises ``StoreError`` when the database is out of reach; nothing was done then.
        """
        with self._faults():
            connection = self._held()
            with connection.begin():
                unit = Unit(connection, self.replica)
                yield unit
                unit.flush()
                self._see_its_place()
        unit.committed()

    @contextmanager
    def trial(self) -> Iterator[Unit]:
        """A transaction whose effects are undone at the end of the block: for dry runs."""
        with self._faults():
            connection = self._held()
            with connection.begin() as transaction:
                unit = Unit(connection)
                yield unit
                unit.flush()
                transaction.rollback()

    def syncs(self) -> bool:
        """Whether a commit is on the disk before it is told: what every receipt relies on."""
        with self.unit() as unit:
            setting = unit.connection.dialect.name == "postgresql"
            asked = "SHOW synchronous_commit" if setting else "PRAGMA synchronous"
            held = str(unit.connection.exec_driver_sql(asked).scalar_one())
        return held != "off" if setting else int(held) >= _SQLITE_FULL

    def close(self) -> None:
        """Gives the connection back."""
        if self.replica is not None:
            self.replica.close()
            self.replica = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _held(self) -> Connection:
        # Holding the connection saves a pool checkout a message (6-registry: 38 against 81 µs).
        if self._connection is None or self._connection.closed or self._connection.invalidated:
            if self._connection is not None:
                self._connection.close()
            self._connection = self._engine.connect()
            self._opened = self._opened or _in_place(self._file)
        return self._connection

    def _see_its_place(self) -> None:
        """Commits nothing into a file that was moved away, deleted or replaced under us.

        The system would take it, and the next start would find another file there.
        """
        if self._opened is None or self._opened == _in_place(self._file):
            return
        raise StoreReplacedError(
            "the database file was replaced or taken away while this process works with it",
            place=str(self._file),
            expected="the file that the process has opened",
            remedy="stop the process; put the newest copy back (`iarms restore`, never by copying"
            " over it), and start it again: peers send what came since again",
        )

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) in _CONFLICTS:
                raise StoreConflictError(
                    f"another worker was first: {error.orig}", remedy="try again"
                ) from error
            if _is_damage(error):
                raise StoreDamagedError(
                    f"the database is damaged: {error.orig}",
                    remedy="stop the process, keep what is left of the database aside, and put the"
                    " newest copy back (`iarms restore`): peers send what came since again",
                ) from error
            # PostgreSQL's word for a server that takes no writing (a standby, a full quota) is an
            # internal error; like an operational one it says nothing about the message.
            of_database = isinstance(error, OperationalError | InternalError)
            if error.connection_invalidated or of_database:
                if error.connection_invalidated and self._connection is not None:
                    self._connection.close()
                    self._connection = None
                raise StoreError(
                    f"the database cannot be used: {error.orig}",
                    remedy="see that it runs, has room and may be written; then try again",
                ) from error
            raise


def _is_damage(error: DBAPIError) -> bool:
    number = getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY_CODE
    return number in _SQLITE_DAMAGED or getattr(error.orig, "sqlstate", None) in _DAMAGED


def _sqlite_settings(connection: sqlite3.Connection, record: Any) -> None:  # noqa: ARG001 - SQLAlchemy's signature
    connection.isolation_level = None  # this program says BEGIN itself
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    # NORMAL lost every acknowledged commit in a power cut; FULL lost none (5-delivery 5.7).
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA cache_size = -{LEAST_KIB}")
    cursor.close()


def _sqlite_looking(connection: sqlite3.Connection, record: Any) -> None:  # noqa: ARG001 - SQLAlchemy's signature
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    # A read that later writes would otherwise find the lock taken and its snapshot old.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _in_place(file: Path | None) -> tuple[int, int] | None:
    """Which file lies at this path: its device and its number there."""
    if file is None:
        return None
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
