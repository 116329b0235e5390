"""Judges records whose serial is not the one asked for but may have been misread as it.

Pure. A slip, an affix or unknown characters raise candidates of grade C and D for a person to
look at, never a hit (docs/spec/registry.md 4.7); equal text is judged by ``matching``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple, Protocol

from gateway.payload import GradeCode
from gateway.registry.comparing import Agreement, Comparison, compare_texts, compare_traits
from gateway.registry.marks import strip_zeros
from gateway.registry.matching import (
    DEFAULT_THRESHOLDS,
    Likeness,
    Match,
    Pair,
    Thresholds,
    equal_pairs,
    judge_pairs,
    score_of,
)
from gateway.registry.patterns import Pattern
from gateway.registry.skeleton import skeleton
from gateway.registry.slips import Reading, Slip, read_as, reading_bits
from gateway.registry.weapons import Serial, Texts, Traits
from gateway.registry.weighing import (
    GENERAL,
    Figures,
    beside_bits,
    chance_bits,
    model_bits,
    pattern_chance_bits,
    type_bits,
)

_NO_NUMBER = -4.0  # one of them is not the weapon's own serial, or unclear
_SCRIPT_BITS = -3.0
_WORTH_COUNTING = 100_000  # keys below which a registry is young, not small
_CERTAIN_BITS = 60.0
_LAST_NUMBER = re.compile("([0-9]+)[A-Z]*$")
_FOLD_BITS = math.log2(0.010)  # 6-registry 6.5: within class


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked: serials, patterns, and what is compared beside them."""

    serials: tuple[Serial, ...]
    patterns: tuple[Pattern, ...]
    traits: Traits


class Beside(NamedTuple):
    """How what is beside the serial compares, and what that adds in bits."""

    agreement: Agreement
    bits: float


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the judgement turns on beside the two weapons."""

    figures: Figures = GENERAL
    thresholds: Thresholds = DEFAULT_THRESHOLDS

    @property
    def records(self) -> int:
        """About how many keys there are; what the thresholds reckon with before it is worth
        counting."""
        counted = self.figures.keys
        return counted if counted >= _WORTH_COUNTING else int(2**self.thresholds.registry_bits)

    @cached_property
    def before_bits(self) -> float:
        """log2 odds of one given record being meant before anything was read."""
        prior = self.thresholds.prior
        return math.log2(prior / (1 - prior)) - math.log2(self.records)


def assess(asked: Asked, recorded: Sequence[Serial], traits: Traits, terms: Terms) -> Match | None:
    """The judgement of one record, no rival considered; None when nothing resembles."""
    agreement = compare_traits(asked.traits, traits)
    beside = Beside(agreement, traits_bits(asked.traits, agreement, terms.figures))
    return assess_beside(asked, recorded, beside, terms)


def assess_beside(
    asked: Asked, recorded: Sequence[Serial], beside: Beside, terms: Terms
) -> Match | None:
    """As ``assess``, where it is known already how make, calibre, type and model compare."""
    agreement = beside.agreement
    equal = equal_pairs(asked.serials, recorded)
    weighed = _likeliest(asked, recorded, terms.figures)
    if weighed is None:
        return judge_pairs(equal, agreement, terms.thresholds) if equal else None
    bits = weighed.bits + beside.bits
    bits += terms.before_bits
    if equal:
        return judge_pairs(equal, agreement, terms.thresholds, bits)
    pair = weighed.pair()
    grade = _grade(probability(bits), pair, agreement, terms.thresholds)
    score = score_of(grade, bits)
    return Match(grade=grade, score=score, pair=pair, agreement=agreement, odds_bits=bits)


class Besides:
    """How the words of one weapon asked for compare with those of any number of others."""

    def __init__(self, asked: Texts, traits: Traits, figures: Figures) -> None:
        self._asked = asked
        make, bore = _numbers(traits)
        self._make_bits, self._calibre_bits = beside_bits(make, bore, figures)

    def of(self, recorded: Texts) -> Beside:
        """The same as ``traits_bits`` of what the tables read in the words of both."""
        agreement = compare_texts(self._asked, recorded)
        bits = self._make_bits[agreement.make] + self._calibre_bits[agreement.calibre]
        return Beside(agreement, bits + type_bits(agreement.type) + model_bits(agreement.model))


def settle(matches: Iterable[Match], terms: Terms) -> list[Match]:
    """The same matches, each held against the others: two likely candidates share the likelihood.

    What equal text made A or B stays so. Beside rivals or by chance a C may become a D, and what is
    no equal text may be less.
    """
    judged = list(matches)
    odds = [odds_of(match.odds_bits) for match in judged]
    total = 1.0 + sum(odds)
    return [settled(match, one / total, terms) for match, one in zip(judged, odds, strict=True)]


def odds_of(bits: float) -> float:
    """The odds whose log2 is ``bits``; nothing is surer than ``_CERTAIN_BITS``."""
    odds: float = 2.0 ** min(bits, _CERTAIN_BITS)
    return odds


def make_asked(asked: Asked) -> int:
    """The number of the make that was named first; 0 where none was, or none is known."""
    return asked.traits.makes[0].number if asked.traits.makes else 0


class RecordedKey(Protocol):
    """A recorded serial as far as evidence goes; ``plain`` only where it is not the norm."""

    @property
    def norm(self) -> str: ...
    @property
    def plain(self) -> str | None: ...
    @property
    def main(self) -> bool: ...
    @property
    def clear(self) -> bool: ...


def evidence_bits(
    asked: Asked,
    recorded: Iterable[RecordedKey],
    beside: Beside,
    terms: Terms,
    known: float | None = None,
) -> float | None:
    """The ``odds_bits`` of the judgement of a record that has no serial equal to one asked for;
    None where none resembles.

    ``known`` is the ``serial_evidence`` of one serial asked for and one recorded, where that is
    all there is and it was looked at already.
    """
    best = known
    if best is not None:
        (one,), (other,) = asked.serials, recorded
        if not (one.main and other.main and one.clear and other.clear):
            best += _NO_NUMBER
        return best + beside.bits + terms.before_bits
    make = make_asked(asked)
    for other in recorded:
        for one in asked.serials:
            bits = serial_evidence(one.key.norm, other.norm, terms.figures, make)
            if bits is not None:
                if not (one.main and other.main and one.clear and other.clear):
                    bits += _NO_NUMBER
                best = bits if best is None or bits > best else best
        for pattern in asked.patterns:
            folds = pattern.folds(other.norm)
            if folds is not None:
                bits = pattern_bits(pattern, other.norm) + _FOLD_BITS * folds
                if not (other.main and other.clear):
                    bits += _NO_NUMBER
                best = bits if best is None or bits > best else best
    return None if best is None else best + beside.bits + terms.before_bits


def equal_bits(asked: Asked, recorded: Sequence[Serial], beside: Beside, terms: Terms) -> float:
    """The ``odds_bits`` of the judgement of a record that has a serial equal to one asked for."""
    best: float | None = None
    make = make_asked(asked)
    for one in asked.serials:
        for other in recorded:
            bits = serial_evidence(one.key.norm, other.key.norm, terms.figures, make)
            if bits is not None:
                bits = _worth(one, other, bits)
                best = bits if best is None or bits > best else best
    for pattern in asked.patterns:
        for other in recorded:
            if (folds := pattern.folds(other.key.norm)) is not None:
                bits = pattern_bits(pattern, other.key.norm) + _FOLD_BITS * folds
                bits = _worth(other, other, bits)
                best = bits if best is None or bits > best else best
    return 0.0 if best is None else best + beside.bits + terms.before_bits


def cores_of(asked: Asked) -> AbstractSet[str] | None:
    """What is left of the serials asked for without look-alikes and leading zeros; None where one
    is in another script, of which more is to be compared."""
    if any(serial.key.plain != serial.key.norm for serial in asked.serials):
        return None
    return {core_of(serial.key.norm) for serial in asked.serials}


def may_be_equal(cores: AbstractSet[str] | None, norm: str, plain: str | None) -> bool:
    """Whether a recorded serial may be equal to one with these ``cores``, folds and zeros
    forgiven."""
    return cores is None or plain is not None or core_of(norm) in cores


def core_of(norm: str) -> str:
    """A norm without look-alikes and leading zeros."""
    return skeleton(norm).lstrip("0")


def serial_evidence(asked: str, recorded: str, figures: Figures, make: int) -> float | None:
    """The bits of ``serial_bits``, without how the one was read as the other."""
    bits = reading_bits(asked, recorded)
    return None if bits is None else bits - chance_bits(asked, figures, make)


def serial_bits(
    asked: str, recorded: str, figures: Figures, make: int = 0
) -> tuple[Reading, float] | None:
    """How the norm ``recorded`` was read as ``asked``, and log2 of how much likelier that is than
    the serial of a stranger said to be of ``make``; None when they do not resemble."""
    reading = read_as(asked, recorded)
    return None if reading is None else (reading, reading.bits - chance_bits(asked, figures, make))


def pattern_bits(pattern: Pattern, recorded: str) -> float:
    """log2 of how much likelier ``recorded`` fits ``pattern`` than a stranger's serial does."""
    return -pattern_chance_bits("".join(pattern.symbols), len(recorded))


def probability(bits: float) -> float:
    """Of log2 odds."""
    odds: float = 2.0 ** max(min(bits, _CERTAIN_BITS), -_CERTAIN_BITS)
    return odds / (1.0 + odds)


def traits_bits(asked: Traits, agreement: Agreement, figures: Figures) -> float:
    """What make, calibre, type and model add."""
    make, bore = _numbers(asked)
    makes, calibres = beside_bits(make, bore, figures)
    bits = makes[agreement.make] + calibres[agreement.calibre]
    return bits + type_bits(agreement.type) + model_bits(agreement.model)


def _numbers(asked: Traits) -> tuple[int, int]:
    """Of the make and the bore that were named first; 0 for none."""
    make = asked.makes[0].number if asked.makes else 0
    return make, asked.calibres[0].family if asked.calibres else 0


class _Weighed(NamedTuple):
    """Evidence in the serials alone; the pair itself is made only where it is needed."""

    bits: float
    pair: Callable[[], Pair]


def _likeliest(asked: Asked, recorded: Sequence[Serial], figures: Figures) -> _Weighed | None:
    """The best evidence of any two serials; None when none resemble."""
    best: _Weighed | None = None
    make = make_asked(asked)
    for one in asked.serials:
        for other in recorded:
            found = serial_bits(one.key.norm, other.key.norm, figures, make)
            if found is None:
                continue
            bits = _worth(one, other, found[1])
            if best is None or bits > best.bits:
                best = _Weighed(bits, partial(_slipped, one, other, found[0]))
    for pattern in asked.patterns:
        for other in recorded:
            folds = pattern.folds(other.key.norm)
            if folds is None:
                continue
            bits = pattern_bits(pattern, other.key.norm) + _FOLD_BITS * folds
            bits = _worth(other, other, bits)
            if best is None or bits > best.bits:
                best = _Weighed(bits, partial(_fitted, pattern, other, folds))
    return best


def _worth(asked: Serial, recorded: Serial, bits: float) -> float:
    if asked.key.plain != recorded.key.plain and asked.key.norm == recorded.key.norm:
        bits += _SCRIPT_BITS
    if not (asked.main and recorded.main and asked.clear and recorded.clear):
        bits += _NO_NUMBER
    return bits


def _slipped(asked: Serial, recorded: Serial, reading: Reading) -> Pair:
    kinds = {departure.slip for departure in reading.departures}
    if reading.slips > 1:
        likeness = Likeness.SLIPS
    elif Slip.UNKNOWN in kinds and not reading.slips:
        likeness = Likeness.PATTERN
    elif kinds & {Slip.BEGINNING, Slip.ENDING}:
        likeness = Likeness.AFFIX
    else:
        likeness = Likeness.SLIP
    norms = (serial.key.norm.replace("?", "") for serial in (asked, recorded))
    lengths = (len(strip_zeros(norm)) for norm in norms)
    return Pair(
        asked=asked,
        recorded=recorded,
        likeness=likeness,
        folds=sum(departure.slip is Slip.LOOK_ALIKE for departure in reading.departures),
        symbols=min(lengths),
        departures=reading.departures,
    )


def _fitted(pattern: Pattern, recorded: Serial, folds: int) -> Pair:
    return Pair(
        asked=recorded,
        recorded=recorded,
        likeness=Likeness.PATTERN,
        folds=folds,
        symbols=pattern.known,
        pattern=pattern.text,
    )


def _grade(share: float, pair: Pair, agreement: Agreement, thresholds: Thresholds) -> GradeCode:
    if share < thresholds.possible:  # (4.7.1)
        return GradeCode.E
    # (4.7.2)
    if share < thresholds.probable or _alone(pair, agreement, thresholds):
        return GradeCode.D
    return GradeCode.D if _siblings(pair, thresholds) else GradeCode.C  # (4.7.4)


def _siblings(pair: Pair, thresholds: Thresholds) -> bool:
    """Whether only the number differs, and by so little that it may be the next weapon's."""
    if [departure.slip for departure in pair.departures] != [Slip.REPLACED]:
        return False
    (departure,) = pair.departures
    norm = pair.asked.key.norm
    behind = _LAST_NUMBER.search(norm)
    if behind is None or not behind.start() < departure.place <= behind.end(1):
        return False
    if not departure.recorded.isdigit():
        return False
    apart = abs(int(departure.asked) - int(departure.recorded))
    for _ in range(behind.end(1) - departure.place):
        apart *= 10
    return apart <= thresholds.siblings


def _equal_text(match: Match, thresholds: Thresholds) -> float:
    """The probability from which equal text is C: a short one says little beside another make."""
    if _alone(match.pair, match.agreement, thresholds):
        return thresholds.equal_alone
    return thresholds.probable


def _alone(pair: Pair, agreement: Agreement, thresholds: Thresholds) -> bool:
    return pair.symbols < thresholds.key_alone and agreement.make < Comparison.NEAR


def settled(match: Match, share: float, terms: Terms) -> Match:
    """``match`` as it stands beside its rivals, of which it has this ``share``."""
    grade = match.grade
    if grade <= GradeCode.B:
        return match
    if match.pair.likeness < Likeness.LOOK_ALIKE_ZEROS:
        grade = _grade(share, match.pair, match.agreement, terms.thresholds)
    elif share >= _equal_text(match, terms.thresholds):  # (4.7.3)
        grade = GradeCode.C
    elif grade is GradeCode.C:
        grade = GradeCode.D
    if grade is match.grade:
        return match
    return match._replace(grade=grade, score=score_of(grade, match.odds_bits))
