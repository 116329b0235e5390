"""Names the keys under which a misread serial may be recorded: one slip, two slips, lost affixes.

The neighbourhood is made of the question, so that a record needs no key but its own (6-registry
6.1). It reads no text (see ``marks``) and does not say how likely a slip is (see ``slips``).
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.registry.skeleton import CLASSES, LANE_BITS, LANES, lanes

LEAST_FOR_SLIPS = 4
"""Symbols from which a slip is sought: every three digits are one slip from all others."""
LEAST_CORE = 4
"""Symbols that must stay when an affix is taken off or thought on."""
MOST_BEFORE = 6
"""Symbols that a lost or foreign beginning has at most: a model code such as T1102 has five."""
MOST_BEHIND = 4
"""The same for an ending."""

_MASK = (1 << LANES * LANE_BITS) - 1
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


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Keys from ``low`` to ``high``, both included."""

    low: int
    high: int


def one_slip(folded: str) -> set[int]:
    """``sk`` of every skeleton one replaced, added, lost or exchanged symbol from ``folded``.

    About 55 a symbol; ``folded`` itself is among them.
    """
    found = _slipped(lanes(folded), len(folded))
    return found if len(folded) < LANES else {whole & _MASK for whole in found}


def two_slips(folded: str) -> set[int]:
    """``sk`` of every skeleton two slips from ``folded``: some 50,000 for eight symbols."""
    found: set[int] = set()
    for whole in _slipped(lanes(folded), len(folded)):
        found |= _slipped(whole, -(-whole.bit_length() // LANE_BITS))
    return found if len(folded) + 1 < LANES else {whole & _MASK for whole in found}


def without_affixes(folded: str) -> set[int]:
    """``sk`` of ``folded`` with up to six symbols less before or four less behind.

    A reading may begin with what is no part of the serial: a label, a model, a catalogue sign.
    """
    whole, length = lanes(folded), len(folded)
    spare = length - LEAST_CORE
    found = {
        whole & ((1 << LANE_BITS * (length - gone)) - 1) & _MASK
        for gone in range(1, min(spare, MOST_BEFORE) + 1)
    }
    found |= {(whole >> LANE_BITS * gone) & _MASK for gone in range(1, min(spare, MOST_BEHIND) + 1)}
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
    spans = []
    for more in range(1, min(most, LANES - length) + 1):
        start = whole << LANE_BITS * more
        spans.append(Span(start | _FIRST[more], start | _FIRST[more] * len(CLASSES)))
    return spans


def _slipped(whole: int, length: int) -> set[int]:
    found = {whole}
    for place in range(length + 1):
        at = _AT[place]
        shift = LANE_BITS * place
        low = whole & ((1 << shift) - 1)
        high = whole >> shift
        wider = high << shift + LANE_BITS | low
        found.update([wider | symbol for symbol in at])  # one was lost
        if place == length:
            break
        rest = high >> LANE_BITS
        replaced = rest << shift + LANE_BITS | low
        found.update([replaced | symbol for symbol in at])
        found.add(rest << shift | low)  # one was added
        if place + 1 < length:
            one, other = high & _LANE, rest & _LANE
            swapped = (rest >> LANE_BITS) << 2 * LANE_BITS | one << LANE_BITS | other
            found.add(swapped << shift | low)
    return found
