"""Takes out of a row what nobody sees in it: marks of direction, signs of no width.

They come with text that was copied from a page or written right to left. A number that is marked on
a weapon has none, and two cells that look alike are to be alike. What is seen it leaves alone.
"""

from __future__ import annotations

from dataclasses import replace

from adapters.engine.foreign_signs import seen
from adapters.engine.rows import Cell, Row


def cleared(row: Row) -> Row:
    """``row`` with its cells, its kind and its lists without such signs; most have none."""
    cells = {name: told for name, cell in row.cells.items() if (told := _cleared(cell)) is not cell}
    groups = {name: [cleared(entry) for entry in rows] for name, rows in row.groups.items()}
    if not cells and not groups and row.kind.isascii():
        return row
    return replace(row, cells={**row.cells, **cells}, groups=groups, kind=seen(row.kind))


def _cleared(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return cell if cell.isascii() else seen(cell)
    return cell if all(part.isascii() for part in cell) else tuple(map(seen, cell))
