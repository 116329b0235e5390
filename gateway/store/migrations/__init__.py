"""Brings a database's tables to this program's level, forward only.

It never goes back: a mistake is mended by the next migration.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, text

_LOCK = 0x6961726D73
"""The number of the advisory lock under which tables change ("iarms")."""


def clear(engine: Engine) -> None:
    """Drops every table of ours: what is restored goes into an empty database."""
    with engine.begin() as connection:
        present = MetaData()
        present.reflect(connection)
        present.drop_all(connection)


def upgrade(engine: Engine, to: str = "head") -> None:
    """Applies the migrations up to ``to`` that ``engine``'s database has not seen."""
    config = _config()
    with engine.connect() as connection, _alone(connection):
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        connection.commit()


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
    scripts = ScriptDirectory.from_config(_config())
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    return found, str(scripts.get_current_head()), found is None or found in known


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
