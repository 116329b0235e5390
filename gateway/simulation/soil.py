"""Puts a defect over production code in this process, and takes it away again.

It knows no defect: those stand in ``defects``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

Plant = Callable[["Soil"], None]
Original = Callable[..., Any]


class Soil:
    """Puts something over what is there, and remembers what that was."""

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any]] = []
        self._afterwards: list[Callable[[], None]] = []

    def over(self, place: str, make: Callable[[Original], Any]) -> None:
        """``place`` is ``module:Class.name`` or ``module:name``; ``make`` gets what stands."""
        module, _, path = place.partition(":")
        owner: Any = import_module(f"gateway.{module}" if module[0] != "/" else module[1:])
        *outer, name = path.split(".")
        for part in outer:
            owner = getattr(owner, part)
        held = vars(owner)[name]
        self._before.append((owner, name, held))
        bare: Any = held.__func__ if isinstance(held, staticmethod) else _plain(held)
        made = make(bare)
        setattr(
            owner, name, type(held)(made) if isinstance(held, staticmethod | property) else made
        )

    def forget(self, place: str) -> None:
        """Empties the cache ``place`` now and in the end: what it holds is made anew."""
        module, _, name = place.partition(":")
        cached = getattr(import_module(f"gateway.{module}"), name)
        cached.cache_clear()
        self._afterwards.append(cached.cache_clear)

    def clear(self) -> None:
        """Everything is as it was."""
        for act in self._afterwards:
            act()
        self._afterwards.clear()
        for owner, name, held in reversed(self._before):
            setattr(owner, name, held)
        self._before.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """``about`` says what is wrong; ``plant`` makes it so."""

    about: str
    plant: Plant


def _plain(held: Any) -> Any:
    return held.fget if isinstance(held, property) else held


def nothing(*_all: Any, **_named: Any) -> None:
    """Does nothing: what stood here is missing."""
