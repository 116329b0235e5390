"""Gives SQLite the memory that a large search table wants.

With 64 MiB a search near a serial among 10 million records read most of its pages from the
operating system and took twice as long (docs/adr/0150). PostgreSQL's memory is its operator's.
"""

from __future__ import annotations

import os

from sqlalchemy import Connection

LEAST_KIB = 65_536
"""What every connection has."""
_BYTES_A_KEY = 90
"""Of a key in the search table and its two indexes (64), and of what is read beside them."""
_SHARE = 4
"""No more than this part of the machine's memory."""


def cache_kib(keys: int, memory: int) -> int:
    """KiB of cache for a search table of ``keys`` on a machine with ``memory`` bytes."""
    return max(LEAST_KIB, min(keys * _BYTES_A_KEY, memory // _SHARE) // 1024)


def make_room(connection: Connection, keys: int) -> None:
    """Lets the cache of ``connection`` grow until the search table fits; it is used as needed."""
    if connection.dialect.name == "sqlite":
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        connection.exec_driver_sql(f"PRAGMA cache_size = -{cache_kib(keys, memory)}")
