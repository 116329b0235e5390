"""Remembers what a function made of each value, as many as there is room for.

It does not know what is remembered, and never makes what nobody asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapters.engine.rows import SHORT_CHARACTERS

_REMEMBERED = 2_048  # a code table has fewer lines, and a national list of makes as well


class Memory(dict[Any, Any]):
    """``memory[value]`` is what ``make`` gives of ``value``; what ``make`` raises is raised.

    Types, makes and places come again and again; long values are not kept. When there is no more
    room it keeps what it has: where nearly every value is another, keeping costs and gains nothing.
    """

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: Any) -> Any:
        made = self._make(value)
        if len(self) < _REMEMBERED and len(value) <= SHORT_CHARACTERS:
            self[value] = made
        return made
