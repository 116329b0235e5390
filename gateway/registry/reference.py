"""Reads the tables of words that travel with the code: placeholders, makes, calibres, forms of
serial numbers.

Each table is a CSV file in ``data/`` whose every row names its source and its version. Rows of an
administrator, of the same form, stand in a folder of theirs and come behind. It does not know what
the columns mean.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

TABLES = ("placeholders", "makes", "makes_ncic", "calibres", "scripts", "serial_forms")
_OF_KEYS = ("placeholders", "makes", "makes_ncic", "calibres", "scripts")
KEYS_VERSION = 6
"""Counted up when other keys are derived of the same rows (a test says when)."""
_own: list[Path] = []
_forget: list[Callable[[], None]] = []


def rows(name: str) -> list[dict[str, str]]:
    """All rows of ``data/{name}.csv`` by column name, in file order, then the administrator's."""
    found = shipped(name)
    for folder in _own:
        path = folder / f"{name}.csv"
        if path.exists():
            found += list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    return found


def shipped(name: str) -> list[dict[str, str]]:
    """The rows that came with the program."""
    text = files("gateway.registry").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def use_tables(folder: Path | None) -> None:
    """Reads the rows in ``folder`` too from now on; None: only what came with the program.

    Called where a process is put together. Keys that stand are not changed: ``reindex`` does that.
    """
    _own[:] = [] if folder is None else [folder]
    for forget in _forget:
        forget()


def forgets(forget: Callable[[], None]) -> None:
    """``forget`` drops what was made of the tables."""
    _forget.append(forget)


@cache
def derivation() -> int:
    """A number for how keys are derived now: the code's version of it, and all rows in use.

    Reckoned once: what is made of the tables does not change either before ``use_tables``.
    """
    words = sha256(str(KEYS_VERSION).encode())
    for table in _OF_KEYS:
        for row in rows(table):
            words.update(repr(sorted(row.items())).encode())
    return int.from_bytes(words.digest()[:7])


forgets(derivation.cache_clear)


def several(cell: str) -> tuple[str, ...]:
    """The values of a cell that holds several, separated by ``|``."""
    return tuple(part for part in cell.split("|") if part)
