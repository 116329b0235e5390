"""Names the keys under which a misread serial may be recorded: one slip, two slips, lost affixes.

The neighbourhood is made of the question, so that a record needs no key but its own (6-registry
6.1). It reads no text (see ``marks``) and does not say how likely a slip is (see ``slips``).
"""

from __future__ import annotations

from typing import NamedTuple

from gateway.registry.skeleton import CLASSES, KEY_MASK, LANE_BITS, LANES, forward_key, lanes

LEAST_FOR_SLIPS = 4
"""Symbols from which a slip is sought: every three digits are one slip from all others."""
LEAST_CORE = 4
"""Symbols that must stay when an affix is taken off or thought on."""
MOST_BEFORE = 6
"""Symbols that a lost or foreign beginning has at most: a model code such as T1102 has five."""
MOST_BEHIND = 4
"""The same for an ending."""
DOUBLE, SINGLE = "VV", "W"
"""Two letters side by side that look like one, which no fold of single symbols can say."""

_LANE = (1 << LANE_BITS) - 1
_LONGEST = 32 + 3  # symbols of the longest serial (see ``marks``), and those that slips add
_AT = tuple(
    tuple(symbol << LANE_BITS * place for symbol in range(1, len(CLASSES) + 1))
    for place in range(_LONGEST + 1)
)
"""Every symbol at every place."""
_FIRST = tuple(
    sum(1 << LANE_BITS * lane for lane in range(more))
    for more in range(max(MOST_BEFORE, MOST_BEHIND) + 1)
)
"""The first symbol so many times."""


_SAME_PLACE = 2
"""Symbols that one slip shifts or exchanges: so near, the order of two slips may count."""
_LEAST_FOR_EDGES = 6
"""Symbols from which few other serials share all but the last two, or all but the first two."""


class Span(NamedTuple):
    """Keys from ``low`` to ``high``, both included, whose bits under ``mask`` are ``value``."""

    low: int
    high: int
    mask: int = 0
    value: int = 0


class Near(NamedTuple):
    """Where the serials near one stand: under keys ``sk``, and in spans of ``sk`` and ``rk``."""

    keys: set[int]
    sk: list[Span]
    rk: list[Span]


def near(folded: str) -> Near:
    """Where every serial stands that is one slip from ``folded``, or longer by an affix.

    A slip in the first two or last two symbols leaves all such serials side by side in one of the
    two orders: one span in the place of 27 keys.
    """
    sk, rk = with_ending(folded), with_beginning(folded)
    length = len(folded)
    if not _LEAST_FOR_EDGES <= length < LANES:
        keys = one_slip(folded) if length >= LEAST_FOR_SLIPS else set()
    else:
        whole = lanes(folded)
        sk += _edge(whole)
        rk += _edge(lanes(folded[::-1]))
        keys = _slipped(whole, length, edge=2)
    if SINGLE in folded or DOUBLE in folded:
        keys |= one_for_two(folded)
    return Near(keys, sk, rk)


def one_for_two(folded: str) -> set[int]:
    """``sk`` of ``folded`` with a "VV" read as the "W" that it looks like, or the other way."""
    if len(folded) < LEAST_FOR_SLIPS:
        return set()
    return {
        forward_key(folded[:place] + other + folded[place + len(this) :])
        for this, other in ((DOUBLE, SINGLE), (SINGLE, DOUBLE))
        for place in range(len(folded))
        if folded.startswith(this, place)
    }


def one_slip(folded: str) -> set[int]:
    """``sk`` of every skeleton one replaced, added, lost or exchanged symbol from ``folded``.

    About 55 a symbol; ``folded`` itself is among them.
    """
    found = _slipped(lanes(folded), len(folded))
    return found if len(folded) < LANES else {whole & KEY_MASK for whole in found}


def two_slips(folded: str) -> set[int]:
    """``sk`` of every skeleton two slips from ``folded``: some 50,000 for eight symbols."""
    found: set[int] = set()
    for whole, place in _slips_at(lanes(folded), len(folded)).items():
        # Two slips are one set in either order: the second is sought before the first, or at it.
        length = -(-whole.bit_length() // LANE_BITS)
        found.update(_slipped(whole, length, last=place + _SAME_PLACE))
    return found if len(folded) + 1 < LANES else {whole & KEY_MASK for whole in found}


def without_affixes(folded: str) -> set[int]:
    """``sk`` of ``folded`` with up to six symbols less before or four less behind.

    A reading may begin with what is no part of the serial: a label, a model, a catalogue sign.
    """
    whole, length = lanes(folded), len(folded)
    spare = length - LEAST_CORE
    found = {
        whole & ((1 << LANE_BITS * (length - gone)) - 1) & KEY_MASK
        for gone in range(1, min(spare, MOST_BEFORE) + 1)
    }
    found |= {
        (whole >> LANE_BITS * gone) & KEY_MASK for gone in range(1, min(spare, MOST_BEHIND) + 1)
    }
    return found


def with_ending(folded: str) -> list[Span]:
    """Spans of ``sk`` that hold ``folded`` with one to four symbols more behind it."""
    return _longer(lanes(folded), len(folded), MOST_BEHIND)


def with_beginning(folded: str) -> list[Span]:
    """Spans of ``rk`` that hold ``folded`` with one to six symbols more before it."""
    return _longer(lanes(folded[::-1]), len(folded), MOST_BEFORE)


def _longer(whole: int, length: int, most: int) -> list[Span]:
    if length < LEAST_CORE:
        return []
    return [_any(whole, more) for more in range(1, min(most, LANES - length) + 1)]


def _edge(whole: int) -> list[Span]:
    """Spans of what differs from ``whole`` in one of the last two symbols, or has one more before
    the last."""
    last = whole & _LANE
    return [
        _any(whole >> LANE_BITS, 1),
        _any(whole >> 2 * LANE_BITS, 2, _LANE, last),
        _any(whole >> LANE_BITS, 2, _LANE, last),
    ]


def _any(head: int, symbols: int, mask: int = 0, value: int = 0) -> Span:
    start = head << LANE_BITS * symbols
    return Span(start | _FIRST[symbols], start | _FIRST[symbols] * len(CLASSES), mask, value)


def _slips_at(whole: int, length: int) -> dict[int, int]:
    """All keys one slip away, and the last place (from the right) at which a slip makes each."""
    found: dict[int, int] = {}
    for place in range(length + 1):
        found.update(dict.fromkeys(_slipped(whole, length, first=place, last=place), place))
    found[whole] = length
    return found


def _slipped(
    whole: int, length: int, *, edge: int = 0, first: int = 0, last: int | None = None
) -> set[int]:
    """All keys one slip away; no symbol replaced or lost among ``edge`` of them at either end, and
    none but at the places from ``first`` to ``last`` (from the right)."""
    found = {whole}
    for place in range(first, (length if last is None else min(length, last)) + 1):
        at = _AT[place]
        shift = LANE_BITS * place
        low = whole & ((1 << shift) - 1)
        high = whole >> shift
        if edge <= place <= length - edge:
            found.update(map((high << shift + LANE_BITS | low).__or__, at))  # one was lost
        if place == length:
            break
        rest = high >> LANE_BITS
        if edge <= place < length - edge:
            found.update(map((rest << shift + LANE_BITS | low).__or__, at))
        found.add(rest << shift | low)  # one was added
        if place + 1 < length:
            one, other = high & _LANE, rest & _LANE
            swapped = (rest >> LANE_BITS) << 2 * LANE_BITS | one << LANE_BITS | other
            found.add(swapped << shift | low)
    return found
