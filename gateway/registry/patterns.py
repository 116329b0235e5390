"""Plans how a serial with unknown characters is sought: which spans of keys, what they show.

``?`` is one unknown character, ``#`` an unknown digit, ``@`` an unknown letter, ``[38]`` one of a
set, ``*`` none, one or several (6-registry 6.3 step 8). It runs no query.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from gateway.registry.skeleton import CLASSES, LANE_BITS, LANES, lanes, skeleton

LEAST_KNOWN = 3
"""Known characters that a pattern must have."""
SHORTEST = 4
"""Symbols of the shortest serial that a pattern is sought in."""
_MOST_SPANS = 26 * 27
_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ALL = frozenset(_DIGITS + _LETTERS)
_TOKEN = re.compile(r"\[[0-9A-Z]+\]|[?#@*0-9A-Z]")
# The cost of a span and of a row that a span passes over (6-registry 6.1), in rows.
_SPAN_COST = 2.5
_ROW_COST = 0.35
_SHARE_OF_LENGTH = 0.06
_ALTERNATIVES = 11


@dataclass(frozen=True, slots=True, order=True)
class Masked:
    """Keys from ``low`` to ``high`` whose bits under ``mask`` are ``value``."""

    low: int
    high: int
    mask: int
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be looked through: spans of ``sk`` and spans of ``rk``."""

    sk: tuple[Masked, ...]
    rk: tuple[Masked, ...]


@dataclass(frozen=True)
class Pattern:
    """A serial with unknown characters; each place holds the characters that it may be.

    ``None`` stands for a run of any length, nothing included.
    """

    text: str
    places: tuple[frozenset[str] | None, ...]

    @property
    def known(self) -> int:
        """Places that are known, or known to be one of a few that look alike."""
        return sum(place is not None and _class_of(place) is not None for place in self.places)

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """What a norm must match, look-alikes forgiven."""
        parts = []
        for place in self.places:
            if place is None:
                parts.append("[0-9A-Z]*")
            elif len(place) == 1:
                (symbol,) = place
                parts.append(f"([{_alike(symbol)}])")
            else:
                parts.append(f"[{''.join(sorted(place))}]")
        return re.compile("".join(parts))

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """The known symbols in order, as the groups of ``expression`` meet them."""
        return tuple(next(iter(p)) for p in self.places if p is not None and len(p) == 1)

    def folds(self, norm: str) -> int | None:
        """How many known characters of ``norm`` only look alike; None when it does not fit."""
        found = self.expression.fullmatch(norm)
        if found is None:
            return None
        if found.groups() == self.symbols:
            return 0
        return sum(a != b for a, b in zip(self.symbols, found.groups(), strict=True))


def read_pattern(text: str) -> Pattern | None:
    """The pattern in ``text``; None when it has no unknown character or too little is known."""
    plain = unicodedata.normalize("NFKC", text).upper()
    places: list[frozenset[str] | None] = []
    written: list[str] = []
    for token in _TOKEN.findall(plain):
        written.append(token)
        if token == "*":  # noqa: S105 - a sign, no secret
            if not places or places[-1] is not None:
                places.append(None)
        else:
            places.append(_meant(token))
    pattern = Pattern("".join(written), tuple(places))
    unknown = any(place is None or len(place) > 1 for place in places)
    return pattern if unknown and pattern.known >= LEAST_KNOWN else None


def plan(pattern: Pattern, *, records: int) -> Plan:
    """The spans that hold every serial that ``pattern`` may be, in a registry of ``records``."""
    sk: list[Masked] = []
    rk: list[Masked] = []
    for places in _lengths(pattern.places):
        if len(places) > LANES:  # both keys hold twelve symbols: either end will do
            forward, backward = places[-LANES:], places[:LANES][::-1]
        else:
            forward, backward = places, places[::-1]
        one, other = _spans(forward, records), _spans(backward, records)
        if one[0] <= other[0]:
            sk.extend(one[1])
        else:
            rk.extend(other[1])
    return Plan(sk=tuple(sorted(set(sk))), rk=tuple(sorted(set(rk))))


def _meant(token: str) -> frozenset[str]:
    match token[0]:
        case "?":
            return _ALL
        case "#":
            return frozenset(_DIGITS)
        case "@":
            return frozenset(_LETTERS)
        case "[":
            return frozenset(token[1:-1])
        case _:
            return frozenset(token)


def _alike(symbol: str) -> str:
    folded = skeleton(symbol)
    return "".join(sorted(one for one in _ALL if skeleton(one) == folded))


def _class_of(place: frozenset[str]) -> int | None:
    classes = {skeleton(symbol) for symbol in place}
    return lanes(classes.pop()) if len(classes) == 1 else None


def _lengths(
    places: tuple[frozenset[str] | None, ...],
) -> Iterable[tuple[frozenset[str], ...]]:
    """The pattern with every run of unknown length written out, up to twelve symbols in all."""
    runs = sum(place is None for place in places)
    certain = len(places) - runs
    if runs == 0:
        yield tuple(place for place in places if place is not None)
        return
    room = max(LANES - certain, 0)
    for lengths in product(range(room + 1), repeat=runs):
        if sum(lengths) > room or certain + sum(lengths) < SHORTEST:
            continue
        each = iter(lengths)
        out: list[frozenset[str]] = []
        for place in places:
            out.extend([_ALL] * next(each) if place is None else [place])
        yield tuple(out)


def _spans(places: tuple[frozenset[str], ...], records: int) -> tuple[float, list[Masked]]:
    """The cheapest spans over keys with these places, first place highest, and their cost."""
    length = len(places)
    classes = [_class_of(place) for place in places]
    mask = value = 0
    for place, known in enumerate(classes):
        if known is not None:
            shift = LANE_BITS * (length - 1 - place)
            mask |= (1 << LANE_BITS) - 1 << shift
            value |= known << shift
    unknown = [place for place, known in enumerate(classes) if known is None]
    best: tuple[float, int] = (math.inf, 0)
    for count in range(len(unknown) + 1):
        choices = math.prod(len(_choices(places[place])) for place in unknown[:count])
        if count and choices > _MOST_SPANS:
            break
        reach = unknown[count] if count < len(unknown) else length
        passed = records * _SHARE_OF_LENGTH * float(_ALTERNATIVES) ** -(reach - count)
        cost = choices * _SPAN_COST + _ROW_COST * passed
        best = min(best, (cost, count))
    cost, count = best
    reach = unknown[count] if count < len(unknown) else length
    heads = product(
        *(
            [known] if known is not None else _choices(places[place])
            for place, known in enumerate(classes[:reach])
        )
    )
    free = length - reach
    first = sum(1 << LANE_BITS * lane for lane in range(free))
    spans = []
    for head in heads:
        start = 0
        for lane in head:
            start = start << LANE_BITS | lane
        start <<= LANE_BITS * free
        spans.append(Masked(start | first, start | first * len(CLASSES), mask, value))
    return cost, spans


def _choices(place: frozenset[str]) -> list[int]:
    return sorted({lanes(skeleton(symbol)) for symbol in place})
