"""Folds a serial into the 60-bit integers that the search table is sorted by.

It does not clean text (see ``marks``) and does not say how alike two serials are.
"""

from __future__ import annotations

# 6-registry 6.1: symbols that worn stamping, handwriting and OCR exchange. U and V stay apart:
# the only such pair in the São Paulo data may be two weapons.
LOOK_ALIKES = ("0OQD", "1IL", "2Z", "5S", "6G", "8B")

LANES = 12  # 99.99 % of 28,627 usable serials have at most 12 symbols (6-registry 6.9)
LANE_BITS = 5
KEY_MASK = (1 << LANES * LANE_BITS) - 1
ZERO_LANE = 1
"""The lane value of a zero and its look-alikes."""

_SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FIRST_OF = {symbol: cls[0] for cls in LOOK_ALIKES for symbol in cls}
CLASSES = "".join(sorted({_FIRST_OF.get(symbol, symbol) for symbol in _SYMBOLS}))
"""The 27 symbols of a skeleton; a symbol's lane value is its place here, from 1."""
_FOLD = str.maketrans(_FIRST_OF)
# Lane value 0 means "no symbol here", so that longer skeletons sort after shorter ones. A lane is
# a digit to the base of 32, so that the interpreter's own reading of numbers packs them.
_BASE = 1 << LANE_BITS
_DIGITS = dict(zip(CLASSES, "123456789abcdefghijklmnopqr", strict=True))
_DIGIT = str.maketrans({symbol: _DIGITS[_FIRST_OF.get(symbol, symbol)] for symbol in _SYMBOLS})


def skeleton(norm: str) -> str:
    """``norm`` (A-Z, 0-9) with every symbol replaced by the first of its look-alikes."""
    return norm.translate(_FOLD)  # (2.8)


def forward_key(folded: str) -> int:
    """The last 12 symbols of a skeleton, the last one in the lowest lane: ``sk``.

    Sorts by length, then by prefix; never negative, below 2**60.
    """
    return int(folded[-LANES:].translate(_DIGIT), _BASE) if folded else 0  # (2.9)


def both_keys(norm: str) -> tuple[int, int]:
    """``sk`` and ``rk`` of a norm that is not empty."""
    digits = norm.translate(_DIGIT)
    return int(digits[-LANES:], _BASE), int(digits[:LANES][::-1], _BASE)


def lanes(folded: str) -> int:
    """All symbols of a skeleton, 5 bits each, the last one lowest; its low 60 bits are ``sk``."""
    return int(folded.translate(_DIGIT), _BASE) if folded else 0


def reversed_key(folded: str) -> int:
    """The first 12 symbols of a skeleton, the first one in the lowest lane: ``rk``.

    Sorts by length, then by suffix.
    """
    return forward_key(folded[:LANES][::-1])
