"""Looks a firearm up without a trace: for a national copy, opened for reading alone.

A country that keeps its own records in a store of this layout gets the registry's grades and
reasons for them (docs/spec/registry.md, beginning). It logs nothing and raises no hit; the
centre's searches do both (see ``lookup``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.ids import country_of
from gateway.payload import Firearm, FirearmDescription, GradeCode, MatchReason
from gateway.registry.explanation import explain
from gateway.registry.resembling import Terms
from gateway.registry.seeking import read_question, seek
from gateway.registry.weighing import figures_of
from gateway.store import Asker, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A record that may be of the firearm asked for: grade, score (0 to 0.999) and reasons."""

    record_id: str
    grade: GradeCode
    score: float
    reasons: tuple[MatchReason, ...]


def consult(
    firearm: Firearm | FirearmDescription, *, party: str, unit: Unit, now: datetime
) -> list[Verdict]:
    """The verdicts of grade A to D on the records that ``party`` may see, likeliest first.

    Works in a transaction that may only read.
    """
    terms = Terms(figures=unit.figures.current(now, figures_of))
    question = read_question(firearm, records=terms.records)
    (answer,) = seek([question], Asker(party=party, country=country_of(party)), unit, terms)
    return [
        Verdict(
            record_id=row.record_id,
            grade=match.grade,
            score=float(match.score),
            reasons=tuple(explain(match)),
        )
        for row, match in answer.judged
        if match.grade <= GradeCode.D
    ]
