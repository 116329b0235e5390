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
    match pair.likeness:
        case Likeness.EXACT:
            words = "equal but for case, width and separators"
            return _reason("SERIAL_AGREES", MatchOutcomeCode.AGREES, words)
        case Likeness.ZEROS:
            words = "equal but for leading zeros"
            return _reason("SERIAL_LEADING_ZEROS", MatchOutcomeCode.FOLDED, words)
        case Likeness.SCRIPT:
            words = (
                f"equal after writing one in Latin letters: asked {pair.asked.key.plain}, "
                f"recorded {pair.recorded.key.plain}"
            )
            return _reason("SERIAL_OTHER_SCRIPT", MatchOutcomeCode.FOLDED, words)
        case Likeness.LOOK_ALIKE | Likeness.LOOK_ALIKE_ZEROS:
            return _reason("SERIAL_LOOK_ALIKE", MatchOutcomeCode.FOLDED, _alignment(pair))


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
