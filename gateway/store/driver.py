"""Hands a hot statement to the driver as it is, and takes the rows as the driver gives them.

What SQLAlchemy does around an execution costs more than a search's own statement (6-registry,
SQLAlchemy overhead). A fault of the driver becomes the one that SQLAlchemy would have raised, so
that nothing above can tell. It writes no statement and converts no value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def driver_rows(connection: Connection, statement: str, values: Mapping[str, Any]) -> Sequence[Any]:
    """All rows of ``statement``, written in the driver's own way.

    Raises SQLAlchemy's ``DBAPIError`` for what the driver refuses.
    """
    cursor = connection.connection.cursor()
    faults = connection.dialect.loaded_dbapi.Error
    try:
        cursor.execute(statement, values)
        return cursor.fetchall()
    except faults as error:
        lost = connection.dialect.is_disconnect(error, connection.connection, cursor)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement,
            None,
            error,
            faults,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=connection.dialect,
        ) from error
    finally:
        cursor.close()
