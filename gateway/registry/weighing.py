"""Weighs a reading: how much likelier it is of the recorded weapon than of one that nobody filed.

The odds are those of 6-registry 6.5: what would be read of this record, against how often a
stranger's serial reads like that by chance. Pure. It draws no line (see ``matching``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from gateway.registry.comparing import Comparison
from gateway.registry.skeleton import LOOK_ALIKES

_BEHIND_THE_TABLE = 1_000
"""Serials of the general table that stand behind a registry's own counts."""
_BEHIND_A_MAKE = 50
"""Serials of all makes that stand behind the counts of one."""
# Lengths of usable serials, in thousandths (Brady court records @7edf943, 583 serials; São Paulo
# @c824614: 3 to 12 symbols in 99.99 %).
_LENGTHS = {3: 5, 4: 20, 5: 60, 6: 170, 7: 330, 8: 205, 9: 150, 10: 35, 11: 12, 12: 8, 13: 3, 14: 2}
_RARE_LENGTH = 0.0005
_DIGITS_ONLY = 0.30
_ONE_BORDER = 0.55  # letters before or behind digits
_DIGIT_BITS, _LETTER_BITS = math.log2(10), math.log2(26)
# Symbols with a look-alike of the other kind: a letter like a digit, a digit like a letter.
_TURNING = frozenset(
    symbol
    for cls in LOOK_ALIKES
    for symbol in cls
    if any(other.isdigit() is not symbol.isdigit() for other in cls)
)
_KIND = str.maketrans("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ?", "D" * 10 + "L" * 27)
_WITHIN_CLASS, _LOST, _ADDED = 0.010, 0.004, 0.003
_MAKE_AGREES, _MAKE_NEAR, _MAKE_DIFFERS = 0.94, 0.30, 0.06
_CALIBRE_AGREES, _CALIBRE_DIFFERS = 0.95, 0.05
_CALIBRES = 30
_RARE_MAKE, _COMMON_CALIBRE = 1 / 300, 0.10
_TYPE_BITS = (-3.0, 0.0, 0.5, 0.9)
_MODEL_BITS = (-0.5, 0.0, 1.0, 2.0)


@dataclass(frozen=True, eq=False)
class Figures:
    """What a registry holds, counted: serials by shape ("LLDDDD"), makes and bores by number.

    Without counts the general tables stand for them.
    """

    shapes: Mapping[str, int] = field(default_factory=dict)
    makes: Mapping[int, int] = field(default_factory=dict)
    bores: Mapping[tuple[int, int], int] = field(default_factory=dict)
    """By make and bore."""
    forms: Mapping[tuple[int, str], int] = field(default_factory=dict)
    """Serials by make and shape: a maker numbers its weapons in few shapes."""
    keys: int = 0
    """Keys in all; 0 when never counted."""

    @cached_property
    def serials(self) -> int:
        """Serials counted."""
        return sum(self.shapes.values())

    @cached_property
    def weapons(self) -> int:
        """Weapons counted whose make is known."""
        return sum(self.makes.values())

    @cached_property
    def all_bores(self) -> dict[int, int]:
        """Weapons by bore."""
        found: dict[int, int] = {}
        for (_, bore), count in self.bores.items():
            found[bore] = found.get(bore, 0) + count
        return found

    @cached_property
    def calibres(self) -> int:
        """Weapons counted whose bore is known."""
        return sum(self.all_bores.values())

    @cached_property
    def of_make(self) -> dict[int, int]:
        """Serials by make."""
        found: dict[int, int] = {}
        for (make, _), count in self.forms.items():
            found[make] = found.get(make, 0) + count
        return found

    def share_of_shape(self, shape: str, make: int = 0) -> float:
        """How often a serial has this shape, of a weapon that is said to be of ``make``."""
        behind = _BEHIND_THE_TABLE * _general_share(shape)
        share = (self.shapes.get(shape, 0) + behind) / (self.serials + _BEHIND_THE_TABLE)
        if not make:
            return share
        counted = self.forms.get((make, shape), 0) + _BEHIND_A_MAKE * share
        of_make = counted / (self.of_make.get(make, 0) + _BEHIND_A_MAKE)
        return _MAKE_AGREES * of_make + (1 - _MAKE_AGREES) * share

    def share_of_make(self, number: int) -> float:
        """How often a weapon is of this make; a make beyond the table counts as a rare one."""
        if number == 0:
            return _RARE_MAKE
        behind = _BEHIND_THE_TABLE * _RARE_MAKE
        return (self.makes.get(number, 0) + behind) / (self.weapons + _BEHIND_THE_TABLE)

    def share_of_bore(self, bore: int, make: int | None) -> float:
        """How often a weapon, of this make where it is given, has this bore."""
        count, of = self.all_bores.get(bore, 0), self.calibres
        share = (count + 100 * _COMMON_CALIBRE) / (of + 100)
        if make:
            of_make = self.bores.get((make, bore), 0)
            return (of_make + 20 * share) / (self.makes.get(make, 0) + 20)
        return share


GENERAL = Figures()


def shape_of(norm: str) -> str:
    """``norm`` with L for a letter and D for a digit."""
    return norm.translate(_KIND)


@lru_cache(maxsize=4_096)
def chance_bits(norm: str, figures: Figures, make: int = 0) -> float:
    """log2 of how likely a stranger's weapon, said to be of ``make``, reads ``norm``, misreadings
    included.

    Without those a clean reading of a weapon that nobody filed would pass for a misreading of one
    that somebody did (6-registry 6.5: 26 % against 2.7 %).
    """
    share, turned = _shape_chance(shape_of(norm), figures, make)
    share += sum(turned[place] for place, symbol in enumerate(norm) if symbol in _TURNING)
    return math.log2(share)


@lru_cache(maxsize=16_384)  # a batch of lists from all the world names this many
def _shape_chance(shape: str, figures: Figures, make: int) -> tuple[float, tuple[float, ...]]:
    """The part of ``chance_bits`` that hangs on the shape alone, and what is to be added for each
    place where a look-alike of the other kind may stand: then it would be another shape."""
    density: float = 2.0 ** -_symbol_bits(shape)
    others, turned = _shapes_beside(shape)
    share = figures.share_of_shape(shape, make) * density
    for other, weight in others:
        share += figures.share_of_shape(other, make) * density * weight
    return share, tuple(
        figures.share_of_shape(other, make) * density * weight for other, weight in turned
    )


_Weighed = tuple[tuple[str, float], ...]


@lru_cache(maxsize=4_096)
def _shapes_beside(shape: str) -> tuple[_Weighed, _Weighed]:
    """The shapes that ``shape`` is when a symbol was added or lost, each once, and when the symbol
    at each place is of the other kind; with how often that happens."""
    others: dict[str, float] = {}
    turned = []
    for place, kind in enumerate(shape):
        before, behind = shape[:place], shape[place + 1 :]
        other, scale = ("D", 26 / 10) if kind == "L" else ("L", 10 / 26)
        turned.append((before + other + behind, scale * _WITHIN_CLASS))
        others[before + behind] = others.get(before + behind, 0.0) + _ADDED
    for place in range(len(shape) + 1):
        for kind in "DL":
            longer = shape[:place] + kind + shape[place:]
            others[longer] = others.get(longer, 0.0) + _LOST
    return tuple(others.items()), tuple(turned)


def pattern_chance_bits(known: str, length: int) -> float:
    """log2 of how likely a stranger's serial fits ``known`` characters among ``length``.

    A run of unknown length counts as no place.
    """
    share = _LENGTHS.get(length, 1) / 1000 * 0.5
    return math.log2(share) - _symbol_bits(shape_of(known))


def make_bits(compared: Comparison, asked: int, figures: Figures) -> float:
    """log2 of how much likelier the make is named of this weapon than of a stranger's."""
    if compared is Comparison.NOT_GIVEN:
        return 0.0
    share = figures.share_of_make(asked)
    if compared is Comparison.EQUAL:
        return math.log2(_MAKE_AGREES / share)
    return (
        math.log2(_MAKE_NEAR / share) if compared is Comparison.NEAR else math.log2(_MAKE_DIFFERS)
    )


def calibre_bits(compared: Comparison, bore: int, make: int | None, figures: Figures) -> float:
    """The same for the calibre, given the make."""
    return _calibre_bits(compared, figures.share_of_bore(bore, make))


def _calibre_bits(compared: Comparison, share: float) -> float:
    if compared is Comparison.NOT_GIVEN:
        return 0.0
    if compared is Comparison.DIFFERS:
        return min(math.log2(_CALIBRE_DIFFERS / _CALIBRES / share), -1.0)
    return max(math.log2(_CALIBRE_AGREES / share), 0.1)


@lru_cache(maxsize=16_384)
def beside_bits(
    make: int, bore: int, figures: Figures
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """``make_bits`` and ``calibre_bits`` for every comparison, of one make and bore asked for: all
    records near a serial are weighed by the same."""
    share = figures.share_of_bore(bore, make or None)
    return (_of_make(make, figures), tuple(_calibre_bits(each, share) for each in Comparison))


@lru_cache(maxsize=16_384)
def _of_make(make: int, figures: Figures) -> tuple[float, ...]:
    return tuple(make_bits(compared, make, figures) for compared in Comparison)


def type_bits(compared: Comparison) -> float:
    """The same for the type."""
    return _TYPE_BITS[compared]


def model_bits(compared: Comparison) -> float:
    """The same for the model."""
    return _MODEL_BITS[compared]


def _symbol_bits(shape: str) -> float:
    letters = shape.count("L")
    return letters * _LETTER_BITS + (len(shape) - letters) * _DIGIT_BITS


@lru_cache(maxsize=16_384)
def _general_share(shape: str) -> float:
    length = len(shape)
    thousandths = _LENGTHS.get(length)
    share = _RARE_LENGTH if thousandths is None else thousandths / 1000
    borders = shape.count("LD") + shape.count("DL")
    if borders == 0:
        return share * (_DIGITS_ONLY if "D" in shape else 0.001)
    if borders == 1:
        return share * _ONE_BORDER / (2 * max(length - 1, 1))
    return share * (1 - _DIGITS_ONLY - _ONE_BORDER) / float(2 ** max(length - 1, 1))


def figures_of(rows: list[tuple[str, str, int]]) -> Figures:
    """The figures that the store keeps as (kind, name, count)."""
    makes: dict[int, int] = {}
    bores: dict[tuple[int, int], int] = {}
    forms: dict[tuple[int, str], int] = {}
    shapes: dict[str, int] = {}
    keys = 0
    for kind, name, count in rows:
        match kind:
            case "SHAPE":
                shapes[name] = count
            case "MAKE":
                makes[int(name)] = count
            case "BORE":
                make, _, bore = name.partition(":")
                bores[int(make), int(bore)] = count
            case "FORM":
                make, _, shape = name.partition(":")
                forms[int(make), shape] = count
            case _:
                keys = count
    return Figures(shapes=shapes, makes=makes, bores=bores, forms=forms, keys=keys)
