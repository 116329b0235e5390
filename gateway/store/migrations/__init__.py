"""Brings a database's tables to this program's level, forward only.

It never goes back: a mistake is mended by the next migration.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, text

_LOCK = 0x6961726D73
"""The number of the advisory lock under which tables change ("iarms")."""


_TAKES_AWAY = frozenset({"0020"})
"""Steps that take something away which the program before them still reads."""


def clear(engine: Engine) -> None:
    """Drops every table of ours: what is restored goes into an empty database."""
    with engine.begin() as connection:
        present = MetaData()
        present.reflect(connection)
        present.drop_all(connection)


def upgrade(engine: Engine, to: str = "head") -> None:
    """Applies the migrations up to ``to`` that ``engine``'s database has not seen."""
    with engine.connect() as connection, _alone(connection):
        found = MigrationContext.configure(connection).get_current_revision()
        connection.rollback()
        if found == (_scripts().get_current_head() if to == "head" else to):
            return  # at nearly every start: Alembic would read all migrations to find that out
        if _ahead(found, to) & _TAKES_AWAY:
            _refuse_company(connection)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        connection.commit()


def _ahead(found: str | None, to: str) -> set[str]:
    """The migrations that will be applied to tables which are there already, at level ``found``."""
    if found is None:
        return set()
    if found not in {script.revision for script in _scripts().walk_revisions()}:
        return set()  # a newer program's: it is refused where the level is looked at
    wanted = _scripts().iterate_revisions(to, found)
    return {script.revision for script in wanted}


def _refuse_company(connection: Connection) -> None:
    """Raises ``StoreError`` while another process has the database open: it would go on reading
    and writing what is about to be taken away."""
    from gateway.store.engine import StoreError  # noqa: PLC0415 - the engine imports this room

    others = _others_on_postgresql if connection.dialect.name == "postgresql" else _others_on_sqlite
    if not others(connection):
        return
    raise StoreError(
        "another process works on this database, and this upgrade takes away what it reads",
        expected="no other process of the release before (docs/guides/operators.md, upgrades)",
        remedy="stop every other worker of it, and commands that run; then start this one again",
    )


def _others_on_postgresql(connection: Connection) -> bool:
    count = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    ).scalar_one()
    connection.rollback()
    return bool(count)


def _others_on_sqlite(connection: Connection) -> bool:
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("a database of SQLite is opened by sqlite3")
    if driver.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        return False
    try:  # nobody leaves the write-ahead log while another connection has it open
        driver.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError:
        return True
    driver.execute("PRAGMA journal_mode = WAL")
    return False


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Keeps other workers of the same database waiting, who begin with the same migrations.

    PostgreSQL ends the lock with the session, so a worker that dies here keeps nobody waiting.
    """
    if connection.dialect.name != "postgresql":
        yield  # SQLite is for one process
        return
    key = {"key": _LOCK}
    connection.execute(text("SELECT pg_advisory_lock(:key)"), key)
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
        connection.commit()


def level(engine: Engine) -> tuple[str | None, str, bool]:
    """The database's migration, this program's newest, and whether the program knows the first."""
    scripts = _scripts()
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    return found, str(scripts.get_current_head()), found is None or found in known


@cache
def _scripts() -> ScriptDirectory:
    """All migrations, read once a process."""
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
