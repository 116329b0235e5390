"""Answers searches: reads what is asked, finds candidates, grades, explains and logs them.

A single search is a batch of one. It raises no hits (see ``hits``) and changes no record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from gateway.frame import Frame
from gateway.ids import country_of
from gateway.payload import (
    Candidate,
    ContactPoint,
    Context,
    CountryCode,
    Finding,
    Firearm,
    FirearmDescription,
    FirearmRecord,
    GradeCode,
    HitOriginCode,
    Location,
    RecordStatusCode,
    SearchReasonCode,
    SearchResult,
    SearchResultCode,
    SeverityCode,
)
from gateway.registry.explanation import explain
from gateway.registry.findings import error, unusable_serial, warning
from gateway.registry.matching import Match
from gateway.registry.pacing import Pace
from gateway.registry.resembling import Terms
from gateway.registry.seeking import MOST_ROWS, Answer, Question, read_question, seek
from gateway.registry.storage import describe, read_record
from gateway.registry.weighing import figures_of
from gateway.store import Asker, Found, LookupRow, Unit

MOST_SHOWN = 20
"""Candidates in one answer (standard 2.5)."""
PACE = Pace()
HIT_GRADES = frozenset({GradeCode.A, GradeCode.B})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One search, or one firearm of a seizure; ``reference`` is the search's or seizure's id.

    ``location``, ``found`` and ``exhibit`` say where the firearm is, as far as the message does;
    ``contact`` whom the owner reaches about it. ``wide``: two slips are forgiven.
    ``late``: the record came after the question.
    """

    search_id: str
    item_id: str | None
    origin: HitOriginCode
    reference: str
    firearm: Firearm | FirearmDescription
    reason: SearchReasonCode | None
    object_in_sight: bool
    keep: bool
    minimum_grade: GradeCode | None
    max_results: int | None
    location: Location | None
    found: datetime | None
    exhibit: str | None
    contact: tuple[ContactPoint, ...]
    wide: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A record that was found, as it stands, and why."""

    row: Found
    match: Match
    record: FirearmRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A search and its result; ``hits`` are its candidates of grade A and B."""

    asked: Asked
    result: SearchResult
    hits: tuple[Recognised, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    asked: Asked
    read: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ranked:
    """What a search found before the records are read; ``overflow`` when too much was found."""

    question: _Question
    shown: tuple[tuple[Found, Match], ...]
    more: int
    weak: int
    overflow: bool
    narrowed: bool


class Lookup:
    """One party's searches in one message."""

    def __init__(
        self, *, sender: str, context: Context, unit: Unit, frame: Frame, pace: Pace | None = None
    ) -> None:
        """``pace`` hides how long the search itself took."""
        self._asker = Asker(party=sender, country=country_of(sender))
        self._context = context
        self._unit = unit
        self._frame = frame
        self._pace = pace or PACE

    def answer(self, searches: Sequence[Asked]) -> list[Answered]:
        """The answer to each search, in order; all are logged."""
        begun = self._pace.begin()
        terms = Terms(figures=self._unit.figures.current(self._frame.now, figures_of))
        questions = [
            _Question(asked=asked, read=_read(asked, records=terms.records)) for asked in searches
        ]
        read = [question.read for question in questions]
        found = seek(read, self._asker, self._unit, terms)
        ranked = [_ranked(one, answer) for one, answer in zip(questions, found, strict=True)]
        ids = {row.id for one in ranked for row, _ in one.shown}
        contents = self._unit.lookups.contents(ids)
        records = {id_: read_record(octets) for id_, octets in contents.items()}
        answers = [self._answered(one, records) for one in ranked]
        self._unit.lookups.log(  # (9.1)
            [self._log_row(one, answer) for one, answer in zip(ranked, answers, strict=True)]
        )
        if self._unit.lookups.hides(self._asker):  # (6.6)
            self._pace.hold(begun)
        return answers

    def _answered(self, ranked: _Ranked, records: dict[int, FirearmRecord]) -> Answered:
        recognised = [
            Recognised(row=row, match=match, record=records[row.id]) for row, match in ranked.shown
        ]
        result = SearchResult(
            search_id=ranked.question.asked.search_id,
            result_code=_code(ranked),
            candidate=tuple(_candidate(one) for one in recognised),
            weak_count=ranked.weak or None,
            registry_timestamp=self._frame.now,
            finding=tuple(_findings(ranked)),
        )
        hits = tuple(one for one in recognised if one.match.grade in HIT_GRADES)
        return Answered(asked=ranked.question.asked, result=result, hits=hits)

    def _log_row(self, ranked: _Ranked, answer: Answered) -> LookupRow:
        asked, context = answer.asked, self._context
        return LookupRow(
            at=self._frame.now,
            asker=self._asker.party,
            system_id=context.sender_system_id,
            pseudonym=context.acting_user_pseudonym,
            purpose=context.purpose_code.value,
            reason=None if asked.reason is None else asked.reason.value,
            case_reference=context.case_reference,
            origin=asked.origin.value,
            reference=asked.reference,
            item_id=asked.item_id,
            object_in_sight=asked.object_in_sight,
            keep=asked.keep,
            query=_query(asked.firearm),
            sk=ranked.question.read.first_key,
            further=ranked.question.read.further_keys,
            result=answer.result.result_code.value,
            record_ids=tuple(one.record_id for one in answer.result.candidate),
            weak=ranked.weak,
            test=context.test_indicator,
        )


def _read(asked: Asked, *, records: int) -> Question:
    if (asked.minimum_grade or GradeCode.D) <= GradeCode.B:
        # (9.4) Nothing near is ever more than C: a batch that asks for hits alone is spared it.
        return read_question(asked.firearm, records=records, near=False)
    read = read_question(asked.firearm, records=records)
    if not (asked.wide and wide_enough(read)):  # (9.11)
        return read
    return read_question(asked.firearm, records=records, wide=True)


def wide_enough(question: Question) -> bool:
    """Whether what is asked says enough beside the serial for two slips to be forgiven."""
    traits = question.asked.traits
    return bool(traits.makes) or (bool(traits.calibres) and traits.type_code is not None)


def _ranked(question: _Question, answer: Answer) -> _Ranked:
    asked = question.asked
    worst = asked.minimum_grade or GradeCode.D  # (9.4)
    good = [pair for pair in answer.judged if pair[1].grade <= min(worst, GradeCode.D)]
    most = min(asked.max_results or MOST_SHOWN, MOST_SHOWN)
    return _Ranked(
        question=question,
        shown=tuple(good[:most]),
        more=max(len(good) - most, 0),
        weak=len(answer.judged) - len(good) + len(answer.weaker),
        overflow=answer.overflow,
        narrowed=answer.narrowed,
    )


def _code(ranked: _Ranked) -> SearchResultCode:
    if not ranked.question.read.searchable:  # (9.2)
        return SearchResultCode.NOT_SEARCHABLE
    if ranked.overflow:  # (9.3)
        return SearchResultCode.TOO_MANY
    if ranked.shown and ranked.shown[0][1].grade in HIT_GRADES:
        return SearchResultCode.HIT
    if ranked.more:
        return SearchResultCode.TOO_MANY
    return SearchResultCode.CANDIDATES if ranked.shown else SearchResultCode.NO_HIT


def _findings(ranked: _Ranked) -> Iterable[Finding]:
    searchable = ranked.question.read.searchable
    severity = SeverityCode.WARNING if searchable else SeverityCode.ERROR
    for mark in ranked.question.read.marks:
        if mark.marks.unusable is not None and not ranked.question.read.sought(mark):
            yield unusable_serial(mark, severity)
    if not ranked.question.read.marks:
        yield error(
            "SERIAL_MISSING",
            "a search needs a serial",
            path="Firearm/Marking",
            expected="a marking of kind SERIAL with its text",
            remedy="give the serial as marked; make, model and calibre alone are not searched yet",
        )
    if ranked.question.asked.wide and not wide_enough(ranked.question.read):  # (9.11)
        yield warning(
            "WIDE_NEEDS_MORE",
            "too little is said beside the serial for two slips; one slip was looked for",
            path="Firearm",
            expected="the make, or calibre and type",
            remedy="give the make, or calibre and type, and search again",
        )
    if ranked.overflow or ranked.narrowed or ranked.more:
        yield warning(
            "NARROW_THE_SEARCH",
            _too_many(ranked),
            path="Firearm",
            remedy=_narrower(ranked.question),
        )


def _too_many(ranked: _Ranked) -> str:
    if ranked.overflow:
        return f"more than {MOST_ROWS} keys resemble what was asked for"
    if ranked.narrowed:
        return f"more than {MOST_ROWS} keys are near it; only equal serials were looked at"
    return f"{ranked.more} more records resemble what was asked for"


def _narrower(question: _Question) -> str:
    """What would help most with this question (9.3)."""
    traits = question.read.asked.traits
    missing = [
        name
        for name, given in (
            ("the make", traits.makes),
            ("the calibre", traits.calibres),
            ("the type", traits.type_code),
        )
        if not given
    ]
    if question.read.asked.patterns:
        missing.append("one more character of the serial, the first or the last best")
    else:
        missing.append("every character of the serial, prefix and suffix included")
    return f"give {', '.join(missing)}"


def _candidate(one: Recognised) -> Candidate:
    record = one.record
    return Candidate(
        record_id=record.record_id,
        grade_code=one.match.grade,
        score_decimal=one.match.score,
        match_reason=explain(one.match),
        owner_country=CountryCode(one.row.owner_country),
        owner_agency_id=record.owner_agency_id,
        record_type_code=record.record_type_code,
        status_code=RecordStatusCode(one.row.status),
        event_date=record.event_date,
        firearm=describe(record.firearm),
        caution_code=record.caution_code,
        action_requested_code=record.action_requested_code,
        contact_point=record.contact_point,
    )


def _query(firearm: Firearm | FirearmDescription) -> str:
    """What was asked, as JSON without what was not given; images are left out."""
    built = msgspec.to_builtins(replace(firearm, image=()))
    return msgspec.json.encode(_given(built)).decode()


def _given(value: object) -> object:
    if isinstance(value, dict):
        return {name: _given(part) for name, part in value.items() if part not in (None, [], ())}
    if isinstance(value, list | tuple):
        return [_given(part) for part in value]
    return value
