"""Writes many rows at once by what the driver has for it: COPY on PostgreSQL, one prepared
statement on SQLite.

It decides nothing about the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

POURED_FROM = 50
"""Rows from which it is worth the extra statement that allots their numbers."""


def new_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """``count`` new numbers for rows of ``table``, nobody else's."""
    if connection.dialect.name == "postgresql":
        allotted = connection.execute(
            text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :n)"),
            {"name": table.name, "n": count},
        )
        return [int(row[0]) for row in allotted]
    # The one writer of SQLite holds its lock since BEGIN IMMEDIATE.
    newest = int(connection.execute(select(func.max(table.c.id))).scalar() or 0)
    return list(range(newest + 1, newest + 1 + count))


def pour(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes ``rows``, which name the same columns, into ``table``."""
    if not rows:
        return
    names = list(rows[0])
    prepared = _prepared(connection, table, names, rows)
    cursor = connection.connection.cursor()
    into = f"{table.name} ({', '.join(names)})"
    try:
        if connection.dialect.name == "sqlite":
            places = ", ".join("?" * len(names))
            cursor.executemany(f"INSERT INTO {into} VALUES ({places})", prepared)  # noqa: S608 - our tables
        else:
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in prepared:
                    copy.write_row(row)
    finally:
        cursor.close()


def _prepared(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> list[list[Any]]:
    """The values as the driver takes them, column by column as SQLAlchemy would bind them."""
    columns: list[list[Any]] = []
    for name in names:
        kind = table.c[name].type.dialect_impl(connection.dialect)
        process = kind.bind_processor(connection.dialect)
        values = [row[name] for row in rows]
        columns.append([process(value) for value in values] if process else values)
    return [list(row) for row in zip(*columns, strict=True)]
