"""What the demo says of answers, notices and counts, in words for a person.

It reads no file and knows no national format but that rows of text have columns.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from gateway.payload import Candidate, MatchOutcomeCode, SearchBatchReport, SearchResultCode

_VERDICTS = {
    SearchResultCode.HIT: "HIT",
    SearchResultCode.CANDIDATES: "candidate, for a person to judge",
    SearchResultCode.NO_HIT: "nobody reports it",
    SearchResultCode.TOO_MANY: "too many resemble it",
    SearchResultCode.NOT_SEARCHABLE: "not searchable",
}
_MOST_LINES = 40


def strong(text: str) -> str:
    """In bold; whoever prints it takes that away where no terminal is."""
    return f"\033[1m{text}\033[0m"


def counted(number: int, what: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def verdicts(report: SearchBatchReport) -> Iterator[str]:
    """A line for each firearm of a seizure, and one for each recorded firearm that resembles it."""
    for one in report.search_batch_result:
        result = one.search_result
        yield f"{one.item_id}: {_VERDICTS[result.result_code]}" + "".join(
            f" ({finding.message_text})" for finding in result.finding
        )
        yield from (f"     {_candidate(found)}" for found in result.candidate)


def columns_of(text: str, delimiter: str = ";") -> Iterator[str]:
    """A delimited text with a header as one line for each value that is there."""
    header, *rows = list(csv.reader(text.splitlines(), delimiter=delimiter)) or [[]]
    width = max(map(len, header), default=0)
    for row in rows:
        for name, value in zip(header, row, strict=False):
            if value:
                yield f"{name:{width}}  {value}"


def first_lines(text: str) -> Iterator[str]:
    """The beginning of a text in any other form."""
    yield from text.splitlines()[:_MOST_LINES]


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows in columns; the first is the header."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()


def _candidate(found: Candidate) -> str:
    firearm = found.firearm
    make = firearm.make_identified or firearm.make_marked
    serial = next((mark.text_as_marked for mark in firearm.marking if mark.text_as_marked), None)
    words = [make.make_text if make else None, firearm.model_identified, serial]
    doubts = [
        reason.message_text
        for reason in found.match_reason
        if reason.outcome_code in (MatchOutcomeCode.FOLDED, MatchOutcomeCode.DIFFERS)
    ]
    return (
        f"{found.owner_agency_id} reports {found.record_type_code.value.lower()}: "
        f"{' '.join(word for word in words if word)}; grade {found.grade_code}, "
        f"score {found.score_decimal}" + "".join(f"; {doubt}" for doubt in doubts)
    )
