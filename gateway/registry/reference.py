"""Reads the tables of words that travel with the code: placeholders, makes, calibres.

Each table is a CSV file in ``data/`` whose every row names its source and the version it came in.
It does not know what the columns mean.
"""

from __future__ import annotations

import csv
from importlib.resources import files


def rows(name: str) -> list[dict[str, str]]:
    """All rows of ``data/{name}.csv`` by column name, in file order."""
    text = files("gateway.registry").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def several(cell: str) -> tuple[str, ...]:
    """The values of a cell that holds several, separated by ``|``."""
    return tuple(part for part in cell.split("|") if part)
