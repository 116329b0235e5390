"""Which mapped values the schema need not be asked about again, within the reading of one file.

The first items of each shape are held to the whole schema. After that an item of the same shape,
each of whose values the schema has accepted in the same place or the simple type of that place
surely takes, is as valid as they; one in a thousand is held to the schema all the same. It finds
no fault: what it cannot vouch for goes to the schema, which says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from adapters.engine.targets import find_member, parse_path
from gateway.payload import form_test, leaf_type

Test = Callable[[Any], bool]

ASKED_AGAIN = 1_000  # one item of so many is held to the schema though nothing of it is new
READ_AGAIN = 250  # one of so many is read both ways; of each fourth of them the schema is asked
_VALUES_MOST = 20_000  # remembered in one place
_SHAPES_MOST = 5_000
_ELDEST_YEAR = 1000  # from which a year has four digits


class Proof:
    """What the schema has accepted of one kind of item in one file, slot by slot."""

    def __init__(self, tests: Sequence[Test]) -> None:
        self._tests = tests
        self._values: list[set[Any]] = [set() for _ in tests]
        self._shapes: set[tuple[Any, ...]] = set()
        self._places = tuple(zip(range(len(tests)), self._values, self._tests, strict=True))
        self._passed = 0
        self.forgetful: list[Callable[[], None]] = []
        """Called when nothing is known any more, for whoever remembers by it."""
        self.slots: Sequence[Any] = ()
        """Those of the item that was mapped last."""
        self.vouched = False
        """Whether the item that was mapped last is asked about although it is surely valid."""

    def holds(self) -> bool:
        """Whether the item that was mapped last is surely valid."""
        slots = self.slots
        self.vouched = False
        if shape_of(slots) not in self._shapes:
            return False
        for at, known, test in self._places:
            value = slots[at]
            if value is None or test(value):
                continue
            if value not in known or type(value) is Decimal:  # 9 and 9.0 are not written alike
                return False
        self._passed += 1
        self.vouched = self._passed % ASKED_AGAIN == 0
        return not self.vouched

    @property
    def shapes(self) -> Collection[tuple[Any, ...]]:
        """Those that the schema has accepted, as ``shape_of`` gives them."""
        return self._shapes

    def surely(self, at: int) -> Test:
        """Whether a value in the slot ``at`` need not be asked about."""
        test, known = self._tests[at], self._values[at]

        def sure(value: Any) -> bool:
            return test(value) or (value in known and type(value) is not Decimal)

        return sure

    def learn(self, slots: Sequence[Any]) -> None:
        """The schema has accepted an item with ``slots``."""
        if len(self._shapes) < _SHAPES_MOST:
            self._shapes.add(shape_of(slots))
        for value, known in zip(slots, self._values, strict=True):
            if value is not None and len(known) < _VALUES_MOST:
                known.add(value)

    def doubt(self) -> None:
        """The schema has refused what was vouched for: nothing is known any more."""
        self._shapes.clear()
        for known in self._values:
            known.clear()
        for forget in self.forgetful:
            forget()


def shape_of(slots: Sequence[Any]) -> tuple[Any, ...]:
    """Which slots are filled, and of lists how many values they hold."""
    return tuple([len(v) if type(v) is tuple else v is None for v in slots])


def tests_of(holds: type, paths: Sequence[str]) -> tuple[Test, ...]:
    """For the place of each path whether a value is surely one of its simple type."""
    return tuple(_test(holds, path) for path in paths)


@cache
def tidy_form(holds: type, path: str) -> Callable[[str], bool] | None:
    """Whether a printable text without blanks at its ends surely fits at ``path``; None where only
    the schema can say.
    """
    name = leaf_type(holds.__name__, [hop.name for hop in parse_path(path)])
    return form_test(name, tidy=True) if name else None


@cache
def _test(holds: type, path: str) -> Test:
    member = None
    hops = parse_path(path)
    for hop in hops:
        member = find_member(holds if member is None else member.holds, hop.name, path)
    held = str if member is None else member.holds
    single: Test = _never
    if issubclass(held, (bool, StrEnum)):
        single = _always
    elif issubclass(held, date):
        single = _of_four_digits
    elif name := leaf_type(holds.__name__, [hop.name for hop in hops]):
        single = _formed(held, form_test(name))

    def every(value: Any) -> bool:
        return all(map(single, value)) if type(value) is tuple else single(value)

    return every if member is not None and member.many else single


def _formed(held: type, fits: Callable[[str], bool] | None) -> Test:
    """The test of a value's text, in the form in which it is written."""
    if fits is None:
        return _never
    if issubclass(held, str):
        return fits
    if held is int:
        return lambda value: fits(f"{value:d}")
    return (lambda value: fits(f"{value:f}")) if held is Decimal else _never


def _always(_value: object) -> bool:
    return True


def _never(_value: object) -> bool:
    return False


def _of_four_digits(value: date) -> bool:
    return value.year >= _ELDEST_YEAR
