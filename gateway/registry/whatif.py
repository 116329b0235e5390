"""Tells what other thresholds would do on pairs that people have judged.

A pair is two descriptions and whether they were one weapon. It changes no setting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

from gateway.payload import (
    Calibre,
    FirearmDescription,
    FirearmTypeCode,
    GradeCode,
    LegibilityCode,
    Make,
    Marking,
    MarkingKindCode,
)
from gateway.registry.matching import DEFAULT_THRESHOLDS, Thresholds
from gateway.registry.patterns import read_pattern
from gateway.registry.resembling import Asked, Terms, assess, settle
from gateway.registry.weapons import numbered_markings, read_traits, serials_of, texts_of

COLUMNS = (
    *("asked_serial", "asked_make", "asked_calibre", "asked_type"),
    *("recorded_serial", "recorded_make", "recorded_calibre", "recorded_type", "same"),
)
"""Of a file of pairs; ``same`` is yes or no, types are codes of the standard, all may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A pair, and whether people found it to be one weapon."""

    asked: FirearmDescription
    recorded: FirearmDescription
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Pairs by grade ("-": nothing resembled) that are one weapon, and that are not."""

    same: Mapping[str, int]
    other: Mapping[str, int]

    def recall(self, worst: str) -> float:
        """The share of true pairs graded ``worst`` or better."""
        total = sum(self.same.values())
        return _upto(self.same, worst) / total if total else 0.0

    def precision(self, worst: str) -> float:
        """The share of pairs graded ``worst`` or better that are true."""
        right, wrong = _upto(self.same, worst), _upto(self.other, worst)
        return right / (right + wrong) if right + wrong else 0.0


def threshold_names() -> dict[str, float]:
    """Each threshold and its value."""
    return {field.name: getattr(DEFAULT_THRESHOLDS, field.name) for field in fields(Thresholds)}


def pair_of(row: Mapping[str, str]) -> Judged:
    """The pair in a row with the columns of ``COLUMNS``.

    Raises ``ValueError`` for a ``same`` that is neither yes nor no, or a type that is no code.
    """
    same = row["same"].strip().lower()
    if same not in {"yes", "no"}:
        raise ValueError(f"same is {row['same']!r}: expected yes or no")
    return Judged(
        asked=_description(row, "asked"), recorded=_description(row, "recorded"), same=same == "yes"
    )


def report(pairs: Iterable[Judged], changed: Mapping[str, float]) -> tuple[Report, Report]:
    """How the pairs are graded now, and with the thresholds ``changed``.

    Raises ``TypeError`` for a name that is no threshold.
    """
    known = tuple(pairs)
    now = DEFAULT_THRESHOLDS
    values = {name: type(getattr(now, name))(value) for name, value in changed.items()}
    return _graded(known, now), _graded(known, replace(now, **values))


def _graded(pairs: Iterable[Judged], thresholds: Thresholds) -> Report:
    counts = {True: Counter[str](), False: Counter[str]()}
    for pair in pairs:
        counts[pair.same][_grade(pair, Terms(thresholds=thresholds))] += 1
    return Report(same=dict(counts[True]), other=dict(counts[False]))


def _grade(pair: Judged, terms: Terms) -> str:
    marks = numbered_markings(pair.asked)
    patterns = (read_pattern(mark.text) for mark in marks if mark.marks.unusable == "PATTERN")
    asked = Asked(
        serials=serials_of(marks),
        patterns=tuple(pattern for pattern in patterns if pattern),
        traits=read_traits(texts_of(pair.asked)),
    )
    recorded = serials_of(numbered_markings(pair.recorded))
    match = assess(asked, recorded, read_traits(texts_of(pair.recorded)), terms)
    if match is None:
        return "-"
    (settled,) = settle([match], terms)
    return settled.grade.value


def _description(row: Mapping[str, str], side: str) -> FirearmDescription:
    make, calibre = row[f"{side}_make"].strip(), row[f"{side}_calibre"].strip()
    kind, serial = row[f"{side}_type"].strip(), row[f"{side}_serial"].strip()
    marking = Marking(
        kind_code=MarkingKindCode.SERIAL,
        legibility_code=LegibilityCode.LEGIBLE,
        text_as_marked=serial,
    )
    return FirearmDescription(
        firearm_type_code=FirearmTypeCode(kind) if kind else None,
        make_identified=Make(make_text=make) if make else None,
        calibre=(Calibre(calibre_text=calibre),) if calibre else (),
        marking=(marking,) if serial else (),
    )


def _upto(counts: Mapping[str, int], worst: str) -> int:
    return sum(counts.get(grade.value, 0) for grade in GradeCode if grade.value <= worst)
