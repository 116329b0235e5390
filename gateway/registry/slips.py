"""Says which slips turn one serial into another, and how likely they are.

Pure. It grades nothing (see ``matching``) and looks for nothing (see ``neighbours``). The shares
are those of 6-registry 6.5; they are rounder than the error model that they are measured on.
"""

from __future__ import annotations

import math
import re
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter, ne
from typing import NamedTuple

from gateway.registry.neighbours import DOUBLE, LEAST_CORE, MOST_BEFORE, MOST_BEHIND, SINGLE
from gateway.registry.skeleton import skeleton


class Slip(StrEnum):
    """One way in which a reading departs from what is recorded."""

    LOOK_ALIKE = "LOOK_ALIKE"
    NEAR_PAIR = "NEAR_PAIR"
    REPLACED = "REPLACED"
    LOST = "LOST"  # recorded, not read
    ADDED = "ADDED"  # read, not recorded
    EXCHANGED = "EXCHANGED"
    ZEROS = "ZEROS"
    BEGINNING = "BEGINNING"  # several symbols before
    ENDING = "ENDING"
    UNKNOWN = "UNKNOWN"  # nobody could read it when the weapon was recorded


class Departure(NamedTuple):
    """A slip at ``place`` (from 1, in the reading), what was asked and what is recorded."""

    slip: Slip
    place: int
    asked: str
    recorded: str


class Reading(NamedTuple):
    """How a reading departs from a record; ``bits`` is log2 of its probability."""

    departures: tuple[Departure, ...]
    bits: float

    @property
    def slips(self) -> int:
        """Departures beyond look-alikes and leading zeros."""
        return len([one for one in self.departures if one.slip not in _FOLDED])


# 6-registry 6.7: pairs that are mistaken, less often than those of one class.
_PAIRS = (
    *("38", "17", "4A", "08", "56", "35", "68", "94", "90", "EF", "MN", "VY", "PR", "CG", "7T"),
    *("7Z", "YX", "HN", "KX", "PB", "RB", "DB", "WV", "CO", "13", "UV", "UJ", "CE", "CQ", "HM"),
)
_NEAR = frozenset(pair for pair in _PAIRS) | frozenset(pair[::-1] for pair in _PAIRS)
_FOLDED = (Slip.LOOK_ALIKE, Slip.ZEROS, Slip.UNKNOWN)
_DIGITS_AND_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_KINDS = {
    asked + recorded: (
        Slip.LOOK_ALIKE
        if skeleton(asked) == skeleton(recorded)
        else Slip.NEAR_PAIR
        if asked + recorded in _NEAR
        else Slip.REPLACED
    )
    for asked in _DIGITS_AND_LETTERS
    for recorded in _DIGITS_AND_LETTERS
}
_UNREAD = "?"
_KINDS |= {
    pair: Slip.UNKNOWN
    for symbol in _DIGITS_AND_LETTERS + _UNREAD
    for pair in (symbol + _UNREAD, _UNREAD + symbol)
}
_MATCH = math.log2(0.97)
_BITS = {
    Slip.LOOK_ALIKE: math.log2(0.010),
    Slip.NEAR_PAIR: math.log2(0.002),
    Slip.LOST: math.log2(0.004),
    Slip.EXCHANGED: math.log2(0.003),
    Slip.ZEROS: math.log2(0.04),
    Slip.BEGINNING: math.log2(0.004),
    Slip.ENDING: math.log2(0.004),
}
_ONLY_RECORDED = -1.0
_ONLY_READ = -3.0
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_YEAR_READ = -4.0  # the year of making is stamped beside the number of many a military weapon
_DIGIT_ONLY_READ = -5.0  # what stands before or behind by mistake is a word, seldom a number
# One in five replaced symbols becomes one of the other kind; three in five added ones are doubled.
_SAME_KIND, _DOUBLED = 0.8, 0.6
_REPLACED, _ADDED = 0.005, 0.003
_DIGITS, _LETTERS = 10, 26
_MOST_SLIPS = 2
_REPLACED_BITS = {
    (asked, recorded): math.log2(
        _REPLACED
        * (_SAME_KIND if asked is recorded else 1 - _SAME_KIND)
        / ((_DIGITS if asked else _LETTERS) - (asked is recorded))
    )
    for asked in (True, False)
    for recorded in (True, False)
}
_BITS[Slip.ADDED] = math.log2(_ADDED * (1 - _DOUBLED) / (_DIGITS + _LETTERS))
_ONE_LOST = 1
_DOUBLES = re.compile(f"(?={DOUBLE})")


def _unread_bits(asked: str) -> float:
    """What was asked where the record has an unknown character says nothing for either side."""
    return -math.log2(_DIGITS if asked.isdigit() else _LETTERS)


_PAIR_BITS = {
    pair: _unread_bits(pair[0])
    if kind is Slip.UNKNOWN
    else _REPLACED_BITS[pair[0].isdigit(), pair[1].isdigit()]
    if kind is Slip.REPLACED
    else _BITS[kind]
    for pair, kind in _KINDS.items()
}
_DOUBLED_BITS = math.log2(_ADDED * _DOUBLED)


_place = attrgetter("place")


@lru_cache(maxsize=4_096)  # a key is weighed to be put in its order, and again when it is judged
def read_as(asked: str, recorded: str) -> Reading | None:
    """How ``recorded`` (a norm) was read as ``asked``; None beyond two slips or an affix."""
    if asked == recorded:
        return Reading((), _MATCH * len(asked))
    zeros = asked[0] == "0" or recorded[0] == "0"
    if zeros and (found := _zeros(asked, recorded)) is not None:
        return found
    found = _same_length(asked, recorded) if len(asked) == len(recorded) else None
    if found is None or found.slips > 1:
        other = _shifted(asked, recorded)
        if other is not None and (found is None or other.bits > found.bits):
            found = other
        if DOUBLE in asked or DOUBLE in recorded:
            other = _as_one(asked, recorded)
            if other is not None and (found is None or other.bits > found.bits):
                found = other
    return found


def reading_bits(asked: str, recorded: str) -> float | None:
    """The ``bits`` of ``read_as``, without the departures where the commonest ones tell: most keys
    near a serial are weighed, and few of their records are ever shown."""
    if len(asked) == len(recorded):
        bits = _commonest_replaced(asked, recorded)
    elif len(asked) - len(recorded) > _ONE_LOST:
        bits = _commonest_affix(asked, recorded)
    elif asked[0] == "0" or recorded[0] == "0" or DOUBLE in asked or DOUBLE in recorded:
        bits = None
    else:
        bits = _commonest_moved(asked, recorded)
    if bits is not None:
        return bits
    found = read_as(asked, recorded)
    return None if found is None else found.bits


def _commonest_replaced(asked: str, recorded: str) -> float | None:
    """Of two norms of one length."""
    if asked == recorded:
        return _MATCH * len(asked)
    differing = [a + r for a, r in zip(asked, recorded, strict=True) if a != r]
    if len(differing) == 1:
        return _MATCH * (len(asked) - 1) + _PAIR_BITS[differing[0]]
    if len(differing) == _MOST_SLIPS:
        return _two_replaced(differing, asked, recorded)
    return None


def _commonest_moved(asked: str, recorded: str) -> float | None:
    """Of a symbol more or less, and of an ending."""
    more = len(recorded) - len(asked)
    at_an_end = (
        _ONE_LOST <= more <= MOST_BEHIND
        and len(asked) >= LEAST_CORE
        and (recorded.endswith(asked) or recorded.startswith(asked))
    )
    if at_an_end and more > _ONE_LOST:
        return _MATCH * len(asked) + (_BITS[Slip.ENDING] + _ONLY_RECORDED * more)
    if at_an_end:
        beside = recorded[:2] if recorded.endswith(asked) else recorded[-2:]
        # Of look-alikes either may be the lost one.
        alike = _KINDS[beside] is Slip.LOOK_ALIKE
        return None if alike else _MATCH * (len(asked) - 1) + _BITS[Slip.LOST]
    if more == _ONE_LOST and _one_inside(recorded, asked):
        return _MATCH * (len(asked) - 1) + _BITS[Slip.LOST]
    if more == -_ONE_LOST and _one_inside(asked, recorded):
        return _MATCH * (len(recorded) - 1) + _BITS[Slip.ADDED]
    return None


def _commonest_affix(asked: str, recorded: str) -> float | None:
    """Of several symbols that only the reading has, before or behind the very text recorded."""
    count = len(asked) - len(recorded)
    if len(recorded) < LEAST_CORE or count > MOST_BEFORE:
        return None
    folded, core = skeleton(asked), skeleton(recorded)
    if asked.endswith(recorded):
        slip, extra = Slip.BEGINNING, asked[:count]
        if folded.startswith(core) or not extra.strip("0"):  # it may be the ending, or zeros alone
            return None
    elif asked.startswith(recorded) and count <= MOST_BEHIND and not folded.endswith(core):
        slip, extra = Slip.ENDING, asked[-count:]
    else:
        return None
    digits = sum(map(str.isdigit, extra))
    bits = _BITS[slip] + _ONLY_READ * count + (_DIGIT_ONLY_READ - _ONLY_READ) * digits
    if _YEAR.fullmatch(extra):
        bits = _BITS[slip] + _YEAR_READ
    return _MATCH * len(recorded) + bits


def _two_replaced(pairs: list[str], asked: str, recorded: str) -> float | None:
    """The bits of two symbols that differ where one is a look-alike, or where the two have only
    changed places; None where more is to be thought of."""
    alike = [_KINDS[pair] is Slip.LOOK_ALIKE for pair in pairs]
    if alike[0] is not alike[1]:
        replaced = _PAIR_BITS[pairs[0]] + _PAIR_BITS[pairs[1]]
        return _MATCH * (len(asked) - _MOST_SLIPS) + replaced
    if alike[0] or pairs[0] != pairs[1][::-1]:
        return None
    place = next(at for at, (a, r) in enumerate(zip(asked, recorded, strict=True)) if a != r)
    if asked[place + 1] == recorded[place + 1]:
        return None
    return _MATCH * (len(asked) - 1) + _BITS[Slip.EXCHANGED]


def _one_inside(longer: str, shorter: str) -> bool:
    """Whether ``longer`` is ``shorter`` with one symbol more inside, and no other place for it:
    none of its neighbours looks like it."""
    for place, symbol in enumerate(shorter):
        extra = longer[place]
        if symbol != extra:
            return (
                place > 0
                and shorter[place:] == longer[place + 1 :]
                and _KINDS[symbol + extra] is not Slip.LOOK_ALIKE
                and _KINDS[longer[place - 1] + extra] is not Slip.LOOK_ALIKE
            )
    return False


def _as_one(asked: str, recorded: str) -> Reading | None:
    """Of two norms that differ in two letters side by side which look like the one that the other
    has in their place: "VV" for "W"."""
    if abs(len(asked) - len(recorded)) != 1:
        return None
    longer, shorter = (asked, recorded) if len(asked) > len(recorded) else (recorded, asked)
    core = skeleton(shorter)
    for found in _DOUBLES.finditer(longer):
        place = found.start()
        if skeleton(longer[:place] + SINGLE + longer[place + len(DOUBLE) :]) != core:
            continue
        read, held = (DOUBLE, SINGLE) if longer is asked else (SINGLE, DOUBLE)
        departures = _replaced(asked[:place], recorded[:place], 0)
        departures.append(Departure(Slip.NEAR_PAIR, place + 1, read, held))
        tail = len(shorter) - place - 1
        if tail:
            departures += _replaced(asked[-tail:], recorded[-tail:], len(asked) - tail)
        return _reading(departures, len(shorter))
    return None


def _zeros(asked: str, recorded: str) -> Reading | None:
    one, other = asked.lstrip("0"), recorded.lstrip("0")
    if len(asked) == len(recorded) or skeleton(one) != skeleton(other) or len(one) < LEAST_CORE - 1:
        return None
    departures = [Departure(Slip.ZEROS, 1, asked[: len(asked) - len(one)] or "-", "0")]
    departures += _replaced(one, other, len(asked) - len(one))
    return _reading(departures, len(one))


def _same_length(asked: str, recorded: str) -> Reading | None:
    differing = sum(map(ne, skeleton(asked), skeleton(recorded)))
    if differing > _MOST_SLIPS + 1:  # one exchange is two symbols
        return None
    departures = _replaced(asked, recorded, 0)
    exchanged = _exchange(asked, recorded, departures) if len(departures) > 1 else None
    found = _reading(exchanged or departures, len(asked))
    return found if found.slips <= _MOST_SLIPS else None


def _replaced(asked: str, recorded: str, offset: int) -> list[Departure]:
    return [
        Departure(_KINDS[a + r], offset + place, a, r)
        for place, (a, r) in enumerate(zip(asked, recorded, strict=True), start=1)
        if a != r
    ]


def _exchange(asked: str, recorded: str, departures: list[Departure]) -> list[Departure] | None:
    """The departures with one exchanged pair in the place of two replaced symbols."""
    for one, other in pairwise(departures):
        if other.place == one.place + 1 and one.asked == other.recorded:
            if skeleton(one.recorded) != skeleton(other.asked):
                continue
            at = one.place
            swapped = Departure(
                Slip.EXCHANGED, at, asked[at - 1 : at + 1], recorded[at - 1 : at + 1]
            )
            return [swapped, *(d for d in departures if d is not one and d is not other)]
    return None


def _shifted(asked: str, recorded: str) -> Reading | None:
    """One symbol lost or added, an affix, or two such slips."""
    found = [
        reading
        for reading in (_affix(asked, recorded), _moved(asked, recorded))
        if reading is not None
    ]
    return max(found, key=lambda reading: reading.bits, default=None)


def _affix(asked: str, recorded: str) -> Reading | None:
    more = len(asked) - len(recorded)
    if more == 0:
        return None
    longer, shorter = (asked, recorded) if more > 0 else (recorded, asked)
    count = abs(more)
    if len(shorter) < LEAST_CORE - 1 or count > MOST_BEFORE:
        return None
    folded, core = skeleton(longer), skeleton(shorter)
    if not (folded.startswith(core) or folded.endswith(core)):
        return None
    each = _ONLY_READ if more > 0 else _ONLY_RECORDED
    found: list[tuple[float, Departure, list[Departure]]] = []
    for slip, extra, rest, most in (
        (Slip.BEGINNING, longer[:count], longer[count:], MOST_BEFORE),
        (Slip.ENDING, longer[-count:], longer[:-count], MOST_BEHIND),
    ):
        if count > most or skeleton(rest) != core:
            continue
        place = 1 if slip is Slip.BEGINNING else len(rest) + 1
        one, other = (extra, "-") if more > 0 else ("-", extra)
        offset = count if slip is Slip.BEGINNING and more > 0 else 0
        pair = (rest, shorter) if more > 0 else (shorter, rest)
        folds = _replaced(pair[0], pair[1], offset)
        digits = sum(map(str.isdigit, extra)) if more > 0 else 0
        bits = _BITS[slip] + each * count + (_DIGIT_ONLY_READ - _ONLY_READ) * digits
        if more > 0 and _YEAR.fullmatch(extra):
            bits = _BITS[slip] + _YEAR_READ
        found.append((bits, Departure(slip, place, one, other), folds))
    if not found:
        return None
    bits, departure, folds = max(found, key=lambda each: each[0])
    if count == 1 and more > 0 and _is_doubled(departure, asked):
        bits = _DOUBLED_BITS
    inner = _reading(folds, len(shorter))
    return Reading((departure, *inner.departures), inner.bits + bits)


def _is_doubled(departure: Departure, asked: str) -> bool:
    place = departure.place - 1
    return departure.asked in (asked[place + 1 : place + 2], asked[max(place - 1, 0) : place])


def _moved(asked: str, recorded: str) -> Reading | None:
    more = len(asked) - len(recorded)
    if abs(more) > _MOST_SLIPS:
        return None
    one, other = skeleton(asked), skeleton(recorded)
    head = 0
    while head < min(len(one), len(other)) and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < min(len(one), len(other)) - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    middle, across = asked[head : len(asked) - tail], recorded[head : len(recorded) - tail]
    if max(len(middle), len(across)) <= 1 and more:
        departures = [_one_moved(middle, across, head)]
    else:
        aligned = _aligned(one, other)
        if aligned is None:
            return None
        return _reading(_departures(aligned, asked, recorded), min(len(asked), len(recorded)))
    doubled = departures[0].slip is Slip.ADDED and _is_doubled(departures[0], asked)
    departures += _replaced(asked[:head], recorded[:head], 0)
    if tail:
        departures += _replaced(asked[-tail:], recorded[-tail:], len(asked) - tail)
    found = _reading(departures, min(len(asked), len(recorded)))
    if doubled:
        bits = found.bits - _bits(departures[0]) + _DOUBLED_BITS
        return Reading(found.departures, bits)
    return found


def _one_moved(middle: str, across: str, head: int) -> Departure:
    if middle:
        return Departure(Slip.ADDED, head + 1, middle, "-")
    return Departure(Slip.LOST, head + 1, "-", across)


# An alignment in steps: (place in the reading, place in the record, how many of each).
_Step = tuple[int, int, int, int]


def _aligned(one: str, other: str) -> list[_Step] | None:
    """The fewest edits (at most two, exchanges included) from ``other`` to ``one``."""
    seen: dict[tuple[int, int], int] = {}

    def walk(i: int, j: int, left: int) -> list[_Step] | None:
        while i < len(one) and j < len(other) and one[i] == other[j]:
            i, j = i + 1, j + 1
        if i == len(one) and j == len(other):
            return []
        if left == 0 or seen.get((i, j), -1) >= left:
            return None
        seen[i, j] = left
        for step in _steps(one, other, i, j):
            rest = walk(step[0] + step[2], step[1] + step[3], left - 1)
            if rest is not None:
                return [step, *rest]
        return None

    for allowed in range(1, _MOST_SLIPS + 1):
        seen.clear()
        if (found := walk(0, 0, allowed)) is not None:
            return found
    return None


def _steps(one: str, other: str, i: int, j: int) -> list[_Step]:
    """The edits that may come next where the two begin to differ."""
    steps: list[_Step] = []
    read, held = one[i : i + 2], other[j : j + 2]
    if len(read) > 1 and read == held[::-1]:
        steps.append((i, j, 2, 2))
    if read and held:
        steps.append((i, j, 1, 1))
    if read:
        steps.append((i, j, 1, 0))
    if held:
        steps.append((i, j, 0, 1))
    return steps


def _departures(steps: list[_Step], asked: str, recorded: str) -> list[Departure]:
    found: list[Departure] = []
    i = j = 0
    for at, across, taken, given in [*steps, (len(asked), len(recorded), 0, 0)]:
        found += _replaced(asked[i:at], recorded[j:across], i)
        read, held = asked[at : at + taken], recorded[across : across + given]
        if taken > 1:
            found.append(Departure(Slip.EXCHANGED, at + 1, read, held))
        elif taken and given:
            found.append(Departure(_KINDS[read + held], at + 1, read, held))
        elif taken:
            found.append(Departure(Slip.ADDED, at + 1, read, "-"))
        elif given:
            found.append(Departure(Slip.LOST, at + 1, "-", held))
        i, j = at + taken, across + given
    return found


def _bits(departure: Departure) -> float:
    asked, recorded = departure.asked, departure.recorded
    if departure.slip is Slip.REPLACED:
        return _REPLACED_BITS[asked.isdigit(), recorded.isdigit()]
    if departure.slip is Slip.UNKNOWN:
        return _unread_bits(asked)
    return _BITS[departure.slip]


def _reading(departures: list[Departure], symbols: int) -> Reading:
    bits = _MATCH * max(symbols - len(departures), 0)
    bits += sum(map(_bits, departures))
    if len(departures) > 1:
        departures = sorted(departures, key=_place)
    return Reading(tuple(departures), bits)
