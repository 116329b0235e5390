"""Judges how surely two descriptions are of one weapon: a grade A to E and a score.

Pure: values in, judgement out. It does not find candidates (``lookup``), put reasons into words
(``explanation``) or act on a grade (``hits``). The rules are docs/spec/registry.md, section 4.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from gateway.payload import GradeCode
from gateway.registry.comparing import Agreement, Comparison, compare_traits
from gateway.registry.marks import Key, strip_zeros
from gateway.registry.skeleton import skeleton
from gateway.registry.slips import Departure
from gateway.registry.weapons import Serial, Traits


class Likeness(IntEnum):
    """How two serials compare; a higher value never makes a grade worse."""

    SLIPS = 0  # two slips apart
    PATTERN = 1  # unknown characters were asked for, the known ones agree
    AFFIX = 2  # equal but for a beginning or an ending that one of them lacks
    SLIP = 3  # one symbol replaced, lost or added, or two exchanged
    LOOK_ALIKE_ZEROS = 4  # equal after folding look-alikes and leading zeros
    LOOK_ALIKE = 5  # equal after folding look-alikes
    SCRIPT = 6  # equal in A-Z and 0-9, but marked in another script
    ZEROS = 7  # equal but for leading zeros
    EXACT = 8  # equal but for case, width, accents and separators


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What the rules of grading turn on."""

    key_alone: int = 7
    """Symbols from which a serial carries a grade by itself (issue of the registry: "a serial
    alone is no key below seven characters")."""
    key_at_all: int = 4
    """Symbols below which it hardly tells anything: three digits are shared by thousands."""
    folds: int = 2
    """Look-alikes forgiven in one serial; number-plate systems are told not to allow more
    (6-registry 6.9, OCR equivalents)."""
    registry_bits: float = 20.5
    """log2 of the records a serial must tell apart: iARMS holds 1.5 million (6-registry 6.9)."""
    prior: float = 0.05
    """Share of the weapons asked for that are recorded: a seizure (6-registry 6.5). One for all
    purposes, so that the same question gets the same answer whoever asks."""
    probable: float = 0.15
    """Probability from which a candidate that is no equal text is C (6-registry 6.5 has 0.5; since
    makers' shapes are counted 0.15 gives more recall at fewer false alarms, measured by
    bench.quality on seeds that nothing was set by)."""
    equal_alone: float = 0.5
    """The same for equal text, folded or not, of fewer symbols than ``key_alone`` whose makes do
    not agree: little is known of it beside its text (6-registry 6.5)."""
    siblings: int = 20
    """Numbers apart up to which two weapons may be neighbours of one series: such are made, sold
    and stolen together, so that the neighbour is asked for as often as the number is misread."""
    possible: float = 0.1
    """Probability from which it is D; below, it is counted (6-registry 6.5)."""


DEFAULT_THRESHOLDS = Thresholds()


class Pair(NamedTuple):
    """The two serials of a match and how they compare."""

    asked: Serial
    recorded: Serial
    likeness: Likeness
    folds: int
    symbols: int
    departures: tuple[Departure, ...] = ()
    """How the one was read as the other, where that is more than folding."""
    pattern: str | None = None
    """What was asked for, where it had unknown characters."""


class Match(NamedTuple):
    """A judgement and what it rests on; ``score`` orders candidates, it is no probability.

    ``odds_bits`` is log2 of the odds of one weapon against a stranger's, no rival considered.
    """

    grade: GradeCode
    score: Decimal
    pair: Pair
    agreement: Agreement
    odds_bits: float = 0.0


# The score lies within its grade's band, so that ordering by score keeps the order of grades.
_BANDS = {
    GradeCode.A: (0.900, 0.999),
    GradeCode.B: (0.750, 0.899),
    GradeCode.C: (0.500, 0.749),
    GradeCode.D: (0.200, 0.499),
    GradeCode.E: (0.000, 0.199),
}
_GRADES = tuple(GradeCode)
_CANDIDATE = _GRADES.index(GradeCode.C)
_THOUSANDTHS = tuple(Decimal(number).scaleb(-3) for number in range(1_001))
_BITS_A_STEP = 4.0
# 6-registry 6.5: log2 of how much likelier the finding is for one weapon than for two.
_MAKE_BITS = (-4.0, 0.0, 3.0, 3.2)
_CALIBRE_BITS = (-4.3, 0.0, 1.2, 1.7)
_TYPE_BITS = (-3.0, 0.0, 0.5, 0.9)
_MODEL_BITS = (-0.5, 0.0, 1.0, 2.0)
_FOLD_BITS = -6.6  # "within class .010"
_ZEROS_BITS = -4.6  # "leading zero .04"
_SCRIPT_BITS = -3.0
_DIGIT_BITS = math.log2(10)
_LETTER_BITS = math.log2(26)


def judge(
    asked: Iterable[Serial],
    asked_traits: Traits,
    recorded: Iterable[Serial],
    recorded_traits: Traits,
    *,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> Match | None:
    """The best judgement over all pairs of serials; None when no pair resembles at all."""
    pairs = equal_pairs(asked, tuple(recorded))
    if not pairs:
        return None
    return judge_pairs(pairs, compare_traits(asked_traits, recorded_traits), thresholds)


def equal_pairs(asked: Iterable[Serial], recorded: Sequence[Serial]) -> list[Pair]:
    """All pairs of serials that are equal, folds allowed."""
    return [pair for one in asked for other in recorded if (pair := _pair(one, other))]


def judge_pairs(
    pairs: Sequence[Pair], agreement: Agreement, thresholds: Thresholds, odds_bits: float = 0.0
) -> Match:
    """The best judgement over ``pairs``, which are at least one."""
    matches = [_match(pair, agreement, thresholds, odds_bits) for pair in pairs]
    if len(matches) == 1:
        return matches[0]
    return max(matches, key=lambda match: (match.score, match.pair.likeness))


def compare_keys(asked: Key, recorded: Key) -> tuple[Likeness, int] | None:
    """How two serials compare and how many symbols were folded; None when they differ."""
    if asked.plain == recorded.plain:
        return Likeness.EXACT, 0
    if strip_zeros(asked.plain) == strip_zeros(recorded.plain):
        return Likeness.ZEROS, 0
    one, other = strip_zeros(asked.norm), strip_zeros(recorded.norm)
    if one == other:
        return Likeness.SCRIPT, 0
    if skeleton(asked.norm) == skeleton(recorded.norm):
        folds = sum(a != b for a, b in zip(asked.norm, recorded.norm, strict=True))
        return Likeness.LOOK_ALIKE, folds
    one, other = strip_zeros(skeleton(asked.norm)), strip_zeros(skeleton(recorded.norm))
    if one == other:
        tails = zip(asked.norm[-len(one) :], recorded.norm[-len(one) :], strict=True)
        return Likeness.LOOK_ALIKE_ZEROS, 1 + sum(a != b for a, b in tails)
    return None


def _pair(asked: Serial, recorded: Serial) -> Pair | None:
    compared = compare_keys(asked.key, recorded.key)
    if compared is None:
        return None
    symbols = len(strip_zeros(asked.key.plain))
    if recorded.key.plain != asked.key.plain:
        symbols = min(symbols, len(strip_zeros(recorded.key.plain)))
    return Pair(asked, recorded, *compared, symbols)


def _match(pair: Pair, agreement: Agreement, thresholds: Thresholds, odds_bits: float) -> Match:
    more, contradicts, bits = _beside(agreement)
    steps = _text_steps(pair, thresholds) + more
    # (4.4) what had to be folded or contradicts is never more than a candidate
    best = _CANDIDATE if contradicts or pair.likeness < Likeness.ZEROS else 0
    grade = _GRADES[min(max(steps, best), len(_GRADES) - 1)]
    bits += _evidence(pair) - thresholds.registry_bits
    return Match(grade, score_of(grade, bits), pair, agreement, odds_bits)


@lru_cache(maxsize=512)  # there are 256
def _beside(agreement: Agreement) -> tuple[int, bool, float]:
    """The steps that make, calibre and type cost, whether one contradicts, and their bits."""
    compared = (agreement.make, agreement.calibre, agreement.type)
    bits = (
        _MAKE_BITS[agreement.make]
        + _CALIBRE_BITS[agreement.calibre]
        + _TYPE_BITS[agreement.type]
        + _MODEL_BITS[agreement.model]
    )
    steps = _make_steps(agreement) + _conflict_steps(agreement)
    return steps, Comparison.DIFFERS in compared, bits


def _text_steps(pair: Pair, thresholds: Thresholds) -> int:
    steps = 0
    if pair.likeness < Likeness.ZEROS:  # (4.3.1)
        steps += 1
    if pair.likeness is Likeness.LOOK_ALIKE_ZEROS or pair.folds > thresholds.folds:  # (4.3.2)
        steps += 1
    if pair.symbols < thresholds.key_alone:  # (4.3.3)
        steps += 1
    if pair.symbols < thresholds.key_at_all:  # (4.3.4)
        steps += 1
    if not (pair.asked.main and pair.recorded.main):  # (4.3.5)
        steps += 1
    if not (pair.asked.clear and pair.recorded.clear):  # (4.3.6)
        steps += 1
    return steps


def _make_steps(agreement: Agreement) -> int:
    if agreement.make is Comparison.DIFFERS:  # (4.3.7)
        return 3
    if agreement.make is not Comparison.NOT_GIVEN:
        return 0
    supported = max(agreement.calibre, agreement.type) >= Comparison.NEAR
    return 1 if supported else 2  # (4.3.8), (4.3.9)


def _conflict_steps(agreement: Agreement) -> int:
    conflicts = (agreement.calibre, agreement.type).count(Comparison.DIFFERS)
    if not conflicts:
        return 0
    # (4.3.10) the first contradiction costs two grades, each further one costs one more
    first = 1 if agreement.make is Comparison.DIFFERS else 2
    return first + conflicts - 1


def _evidence(pair: Pair) -> float:
    bits = _information(pair.asked.key.plain)
    if pair.recorded.key.plain != pair.asked.key.plain:
        bits = min(bits, _information(pair.recorded.key.plain))
    if pair.likeness in {Likeness.ZEROS, Likeness.LOOK_ALIKE_ZEROS}:
        bits += _ZEROS_BITS
    if pair.likeness is Likeness.SCRIPT:
        bits += _SCRIPT_BITS
    return bits + pair.folds * _FOLD_BITS


@lru_cache(maxsize=16_384)
def _information(plain: str) -> float:
    bare = strip_zeros(plain)
    digits = sum(map(str.isdigit, bare))
    return digits * _DIGIT_BITS + (len(bare) - digits) * _LETTER_BITS


def score_of(grade: GradeCode, bits: float) -> Decimal:
    """The score of a match of ``grade`` whose evidence is ``bits``: within the grade's band."""
    low, high = _BANDS[grade]
    share = 1 / (1 + 2 ** (-bits / _BITS_A_STEP))
    # Cut to thousandths, exactly; a decimal's own way to do that takes ten times as long.
    above, below = (low + (high - low) * share).as_integer_ratio()
    return _THOUSANDTHS[1_000 * above // below]
