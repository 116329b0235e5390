"""Puts a judgement into reasons: what agreed, what was folded, what differs, what was not given.

It does not judge (see ``matching``). Codes are listed in docs/spec/registry.md, section 5.
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.payload import MatchOutcomeCode, MatchReason
from gateway.registry.comparing import Comparison
from gateway.registry.matching import (
    DEFAULT_THRESHOLDS,
    Likeness,
    Match,
    Pair,
    Thresholds,
)
from gateway.registry.slips import Slip

_SERIAL_PATH = "Firearm/Marking/TextAsMarked"
_OUTCOMES = {
    Comparison.DIFFERS: MatchOutcomeCode.DIFFERS,
    Comparison.NOT_GIVEN: MatchOutcomeCode.NOT_GIVEN,
    Comparison.NEAR: MatchOutcomeCode.FOLDED,
    Comparison.EQUAL: MatchOutcomeCode.AGREES,
}
_WORDS = {
    ("MAKE", Comparison.EQUAL): "the makes agree",
    ("MAKE", Comparison.NEAR): "the makes agree after folding: another spelling or a sister maker",
    ("MAKE", Comparison.NOT_GIVEN): "no make to compare on one side",
    ("MAKE", Comparison.DIFFERS): "the makes differ",
    ("CALIBRE", Comparison.EQUAL): "the calibres agree",
    ("CALIBRE", Comparison.NEAR): "the calibres can be one: same bore, or cartridges that pass "
    "for each other",
    ("CALIBRE", Comparison.NOT_GIVEN): "no calibre to compare on one side, or none that is known",
    ("CALIBRE", Comparison.DIFFERS): "the calibres differ",
    ("TYPE", Comparison.EQUAL): "the types agree",
    ("TYPE", Comparison.NEAR): "the types are often taken for each other",
    ("TYPE", Comparison.NOT_GIVEN): "no telling type on one side",
    ("TYPE", Comparison.DIFFERS): "the types differ",
    ("MODEL", Comparison.EQUAL): "the models agree",
    ("MODEL", Comparison.NEAR): "one model's name is part of the other's",
    ("MODEL", Comparison.NOT_GIVEN): "no model to compare on one side",
    ("MODEL", Comparison.DIFFERS): "the models are written differently; this does not count",
}
_ENDINGS = {
    Comparison.DIFFERS: "DIFFERS",
    Comparison.NOT_GIVEN: "NOT_GIVEN",
    Comparison.NEAR: "NEAR",
    Comparison.EQUAL: "AGREES",
}
_PATHS = {
    "MAKE": "Firearm/MakeIdentified",
    "CALIBRE": "Firearm/Calibre",
    "TYPE": "Firearm/FirearmTypeCode",
    "MODEL": "Firearm/ModelIdentified",
}


def explain(
    match: Match, *, thresholds: Thresholds = DEFAULT_THRESHOLDS
) -> tuple[MatchReason, ...]:
    """The reasons of ``match``, the serial's first."""
    agreement = match.agreement
    compared = (
        ("MAKE", agreement.make),
        ("CALIBRE", agreement.calibre),
        ("TYPE", agreement.type),
        ("MODEL", agreement.model),
    )
    return (
        *_serial_reasons(match.pair, thresholds),
        *(_compared(trait, comparison) for trait, comparison in compared),
    )


def _compared(trait: str, comparison: Comparison) -> MatchReason:
    return MatchReason(
        reason_code=f"{trait}_{_ENDINGS[comparison]}",
        outcome_code=_OUTCOMES[comparison],
        field_path=_PATHS[trait],
        message_text=_WORDS[trait, comparison],
    )


def _serial_reasons(pair: Pair, thresholds: Thresholds) -> Iterator[MatchReason]:
    yield _likeness(pair)
    if pair.symbols < thresholds.key_alone:
        yield _reason(
            "SERIAL_SHORT",
            MatchOutcomeCode.NOT_GIVEN,
            f"{pair.symbols} characters; below {thresholds.key_alone}, many weapons share a serial",
        )
    if not (pair.asked.main and pair.recorded.main):
        yield _reason(
            "SERIAL_OTHER_NUMBER",
            MatchOutcomeCode.FOLDED,
            "one of the numbers is a component's, an owner's or an alternative one",
        )
    if not (pair.asked.clear and pair.recorded.clear):
        yield _reason(
            "SERIAL_UNCLEAR",
            MatchOutcomeCode.FOLDED,
            "one of the numbers is marked as partly legible or altered",
        )


def _likeness(pair: Pair) -> MatchReason:
    code, outcome = _LIKENESS[pair.likeness]
    return _reason(code, outcome, _likeness_words(pair))


def _likeness_words(pair: Pair) -> str:
    match pair.likeness:
        case Likeness.EXACT:
            return "equal but for case, width and separators"
        case Likeness.ZEROS:
            return "equal but for leading zeros"
        case Likeness.SCRIPT:
            return (
                f"equal after writing one in Latin letters: asked {pair.asked.key.plain}, "
                f"recorded {pair.recorded.key.plain}"
            )
        case Likeness.LOOK_ALIKE | Likeness.LOOK_ALIKE_ZEROS:
            return _alignment(pair)
        case Likeness.PATTERN:
            asked = pair.pattern or pair.asked.key.norm
            words = f"asked {asked}, recorded {pair.recorded.key.norm}"
            return words + (f"; {pair.folds} known characters look alike" if pair.folds else "")
        case _:
            return _departed(pair)


def _alignment(pair: Pair) -> str:
    """Each folded character: "position 3: asked O, recorded 0"."""
    asked, recorded = pair.asked.key.norm, pair.recorded.key.norm
    words = ""
    if pair.likeness is Likeness.LOOK_ALIKE_ZEROS:
        asked, recorded = _tails(asked, recorded)
        words = "leading zeros apart; "
    places = (
        f"position {place}: asked {one}, recorded {other}"
        for place, (one, other) in enumerate(zip(asked, recorded, strict=True), start=1)
        if one != other
    )
    return f"look-alike characters: {words}{'; '.join(places)}"


_LIKENESS = {
    Likeness.EXACT: ("SERIAL_AGREES", MatchOutcomeCode.AGREES),
    Likeness.ZEROS: ("SERIAL_LEADING_ZEROS", MatchOutcomeCode.FOLDED),
    Likeness.SCRIPT: ("SERIAL_OTHER_SCRIPT", MatchOutcomeCode.FOLDED),
    Likeness.LOOK_ALIKE: ("SERIAL_LOOK_ALIKE", MatchOutcomeCode.FOLDED),
    Likeness.LOOK_ALIKE_ZEROS: ("SERIAL_LOOK_ALIKE", MatchOutcomeCode.FOLDED),
    Likeness.SLIP: ("SERIAL_MISREAD", MatchOutcomeCode.DIFFERS),
    Likeness.SLIPS: ("SERIAL_MISREAD", MatchOutcomeCode.DIFFERS),
    Likeness.AFFIX: ("SERIAL_AFFIX", MatchOutcomeCode.DIFFERS),
    Likeness.PATTERN: ("SERIAL_PATTERN", MatchOutcomeCode.FOLDED),
}
_SLIPS = {
    Slip.LOOK_ALIKE: "look-alike",
    Slip.NEAR_PAIR: "often mistaken",
    Slip.REPLACED: "another character",
    Slip.LOST: "lost in reading",
    Slip.ADDED: "added in reading",
    Slip.EXCHANGED: "exchanged",
    Slip.ZEROS: "leading zeros",
    Slip.BEGINNING: "a beginning that one of them lacks",
    Slip.UNKNOWN: "unknown in the record",
    Slip.ENDING: "an ending that one of them lacks",
}


def _departed(pair: Pair) -> str:
    """Each departure: "position 3: asked 8, recorded 3, often mistaken"."""
    return "; ".join(
        f"position {one.place}: asked {one.asked}, recorded {one.recorded}, {_SLIPS[one.slip]}"
        for one in pair.departures
    )


def _tails(asked: str, recorded: str) -> tuple[str, str]:
    length = min(len(asked), len(recorded))
    return (
        (asked, recorded) if len(asked) == len(recorded) else (asked[-length:], recorded[-length:])
    )


def _reason(code: str, outcome: MatchOutcomeCode, words: str) -> MatchReason:
    return MatchReason(
        reason_code=code,
        outcome_code=outcome,
        field_path=_SERIAL_PATH,
        message_text=words,
    )
