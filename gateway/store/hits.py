"""Queries of the registry."""

from sqlalchemy import Connection


class Hits:
    """Queries inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
