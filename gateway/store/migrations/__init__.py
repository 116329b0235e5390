"""Brings a database's tables to this program's level, forward only.

It never goes back: a mistake is mended by the next migration.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData


def clear(engine: Engine) -> None:
    """Drops every table of ours: what is restored goes into an empty database."""
    with engine.begin() as connection:
        present = MetaData()
        present.reflect(connection)
        present.drop_all(connection)


def upgrade(engine: Engine, to: str = "head") -> None:
    """Applies the migrations up to ``to`` that ``engine``'s database has not seen."""
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
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
