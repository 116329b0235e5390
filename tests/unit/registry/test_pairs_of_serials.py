"""Serials as weapons carry them and as officers type them, judged as a person would judge them.

Each line of the file says how strong a pair may be graded at most and must be at least; ``-`` is
no candidate. The pair stands alone in the registry, so that nothing but the rules speaks.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gateway.payload import (
    Calibre,
    FirearmDescription,
    FirearmTypeCode,
    LegibilityCode,
    Make,
    Marking,
    MarkingKindCode,
)
from gateway.registry.resembling import Terms, assess, settle
from gateway.registry.seeking import Question, read_question
from gateway.registry.weapons import Serial, numbered_markings, read_traits, serials_of, texts_of

VECTORS = Path(__file__).parents[2] / "vectors" / "registry"
GRADES = "ABCDE-"


def _rows(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _weapon(serial: str, make: str, calibre: str, type_code: str) -> FirearmDescription:
    return FirearmDescription(
        firearm_type_code=FirearmTypeCode(type_code) if type_code else None,
        make_identified=Make(make_text=make) if make else None,
        calibre=(Calibre(calibre_text=calibre),) if calibre else (),
        marking=(
            Marking(
                kind_code=MarkingKindCode.SERIAL,
                legibility_code=LegibilityCode.LEGIBLE,
                text_as_marked=serial,
            ),
        ),
    )


def _reached(question: Question, serial: Serial) -> bool:
    """Whether the question's keys and spans lead to the recorded serial."""
    key = serial.key
    if key.sk in question.exact or key.sk in question.near:
        return True
    return any(
        span.low <= own <= span.high and own & span.mask == span.value
        for own, spans in ((key.sk, question.sk_spans), (key.rk, question.rk_spans))
        for span in spans
    )


def _grade(row: dict[str, str]) -> str:
    terms = Terms()
    asked = _weapon(row["asked_serial"], row["asked_make"], row["asked_calibre"], row["asked_type"])
    recorded = _weapon(row["serial"], row["make"], row["calibre"], row["type"])
    question = read_question(asked, records=terms.records)
    serials = serials_of(numbered_markings(recorded))
    reached = [serial for serial in serials if _reached(question, serial)]
    if not reached:
        return "-"
    match = assess(question.asked, reached, read_traits(texts_of(recorded)), terms)
    return "-" if match is None else settle([match], terms)[0].grade.value


def _departs(row: dict[str, str]) -> str | None:
    grade = _grade(row)
    if GRADES.index(row["most"]) <= GRADES.index(grade) <= GRADES.index(row["least"]):
        return None
    return f"{row['asked_serial']} against {row['serial']} is {grade}: {row['why']}"


@pytest.mark.parametrize("name", ["pairs.csv", "pairs_of_lists.csv", "pairs_of_makers.csv"])
def test_pairs_are_graded_as_a_person_would(name: str) -> None:
    assert [said for row in _rows(name) if (said := _departs(row))] == []


@pytest.mark.parametrize(
    ("name", "column"),
    [("pairs.csv", "least"), ("pairs_of_lists.csv", "most"), ("pairs_of_makers.csv", "least")],
)
def test_there_are_pairs_of_both_kinds(name: str, column: str) -> None:
    rows = _rows(name)
    assert len(rows) >= 100
    assert sum(row["least"] == "-" for row in rows) >= 20
    assert sum(row[column] in "AB" for row in rows) >= 40
