"""Copies a whole database while it is in use, consistently, and puts a copy into an empty one.

SQLite is copied by its backup interface, PostgreSQL table by table in one snapshot. It encrypts
nothing: whoever keeps the copy does (``keys.archive``).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from gateway.store.metadata import METADATA

SQLITE_FILE = "database.sqlite"
TABLES_FILE = "tables.json"


def copy_out(engine: Engine, to: Path) -> list[Path]:
    """Writes a consistent copy into the folder ``to``; the files that it made."""
    if engine.dialect.name == "sqlite":
        return [copy_sqlite(Path(str(engine.url.database)), to / SQLITE_FILE)]
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        return _copy_tables(connection, to)


def level_of(folder: Path) -> str:
    """The migration that a copy was made at."""
    if (folder / TABLES_FILE).exists():
        return str(json.loads((folder / TABLES_FILE).read_bytes())["level"])
    with closing(sqlite3.connect(folder / SQLITE_FILE)) as copy:
        return str(copy.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def is_whole(folder: Path) -> bool:
    """Whether a copy of SQLite passes the database's own check; others are checked by loading."""
    if not (folder / SQLITE_FILE).exists():
        return (folder / TABLES_FILE).exists()
    with closing(sqlite3.connect(folder / SQLITE_FILE)) as copy:
        try:
            return bool(copy.execute("PRAGMA quick_check").fetchone()[0] == "ok")
        except sqlite3.DatabaseError:
            return False


def copy_in(engine: Engine, folder: Path) -> None:
    """Puts a copy of PostgreSQL into tables that are there and empty (of the copy's level)."""
    names: Sequence[str] = json.loads((folder / TABLES_FILE).read_bytes())["tables"]
    with engine.begin() as connection, _cursor(connection) as cursor:
        for name in names:
            with (folder / f"{name}.copy").open("rb") as source:
                columns = source.readline().decode().strip()
                with cursor.copy(
                    f"COPY {_quoted(name)} ({columns}) FROM STDIN (FORMAT binary)"
                ) as copy:
                    while piece := source.read(1 << 20):
                        copy.write(piece)
            _set_counters(cursor, name)


def copy_sqlite(path: Path, to: Path) -> Path:
    """Copies a SQLite database that may be in use into the new file ``to``."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(to)) as target:
        # In one step: a copy in pieces begins anew at every commit of another connection, and of a
        # busy database it never ended. In WAL mode writers do not wait for who reads.
        source.backup(target)
    return to


def _copy_tables(connection: Connection, to: Path) -> list[Path]:
    made = []
    with _cursor(connection) as cursor:
        cursor.execute("SELECT version_num FROM alembic_version")
        level = cursor.fetchone()[0]
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        there = {row[0] for row in cursor.fetchall()}
        # Those that others refer to come first, so that they can be filled in this order.
        names = [table.name for table in METADATA.sorted_tables if table.name in there]
        for name in names:
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
                " AND table_schema = current_schema() AND is_generated = 'NEVER'"
                " ORDER BY ordinal_position",
                (name,),
            )
            columns = ", ".join(_quoted(row[0]) for row in cursor.fetchall())
            path = to / f"{name}.copy"
            with (
                path.open("wb") as target,
                cursor.copy(f"COPY {_quoted(name)} ({columns}) TO STDOUT (FORMAT binary)") as copy,
            ):
                target.write(columns.encode() + b"\n")
                for piece in copy:
                    target.write(piece)
            made.append(path)
    tables = to / TABLES_FILE
    tables.write_text(json.dumps({"level": level, "tables": names}))
    return [*made, tables]


def _set_counters(cursor: Any, name: str) -> None:
    cursor.execute(
        "SELECT column_name, pg_get_serial_sequence(%s, column_name) AS counter"
        " FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = current_schema()",
        (_quoted(name), name),
    )
    for column, counter in cursor.fetchall():
        if counter is not None:
            cursor.execute(
                f"SELECT setval(%s, coalesce((SELECT max({_quoted(column)})"  # noqa: S608 - names of our own tables
                f" FROM {_quoted(name)}), 0) + 1, false)",
                (counter,),
            )


def _cursor(connection: Connection) -> Any:
    return connection.connection.cursor()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
