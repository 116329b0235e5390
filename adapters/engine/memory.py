"""Remembers what a function made of each value, as many as there is room for.

It does not know what is remembered, and never makes what nobody asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapters.engine.rows import SHORT_CHARACTERS

_REMEMBERED = 4_096  # a code table has fewer lines, and a national list of makes as well


class Memory(dict[Any, Any]):
    """``memory[value]`` is what ``make`` gives of ``value``; what ``make`` raises is raised.

    Types, makes and places come again and again; long values are not kept. When there is no more
    room it begins anew, so that it costs little where every value is another.
    """

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: Any) -> Any:
        made = self._make(value)
        if len(value) <= SHORT_CHARACTERS:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[value] = made
        return made
