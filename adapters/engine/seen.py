"""Which references a file has filed already, however long the file is.

It keeps them in a table of SQLite's own that has no name: it is gone with the reading, and grows on
the disk and not in memory. It decides nothing.
"""

from __future__ import annotations

import sqlite3

_IN_MEMORY = 50_000  # an ordinary file never touches the disk


class Seen:
    """References and the places where each came first."""

    def __init__(self) -> None:
        self._few: dict[str, str] = {}
        self._many: sqlite3.Connection | None = None

    def known(self, reference: str, at: str) -> bool:
        """Whether ``reference`` came before; else ``at`` is where it came first.

        As ``first``, for the many that never did: where it was, ``first`` says.
        """
        if self._many is None and reference not in self._few and len(self._few) < _IN_MEMORY:
            self._few[reference] = at
            return False
        return self.first(reference, at) is not None

    def first(self, reference: str, at: str) -> str | None:
        """Where ``reference`` came before, or None: then ``at`` is where it came first."""
        if self._many is None:
            known = self._few.setdefault(reference, at)
            if len(self._few) > _IN_MEMORY:
                self._spill()
            return None if known is at else known
        added = self._many.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (reference, at))
        if added.rowcount:
            return None
        row = self._many.execute("SELECT at FROM seen WHERE reference = ?", (reference,)).fetchone()
        return str(row[0])

    def _spill(self) -> None:
        # Never committed: the file has no name, and nobody else can read it.
        self._many = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._many.execute("PRAGMA journal_mode = OFF")
        self._many.execute("PRAGMA synchronous = OFF")
        self._many.execute("PRAGMA cache_size = -16000")
        self._many.execute("CREATE TABLE seen (reference TEXT PRIMARY KEY, at TEXT) WITHOUT ROWID")
        self._many.execute("BEGIN")
        self._many.executemany("INSERT INTO seen VALUES (?, ?)", self._few.items())
        self._few = {}
