"""Answers searches: reads what is asked, finds candidates, grades, explains and logs them.

A single search is a batch of one. It raises no hits (see ``hits``) and changes no record.
"""

from __future__ import annotations

from collections import defaultdict
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
from gateway.registry.marks import zero_variants
from gateway.registry.matching import Match, judge
from gateway.registry.skeleton import forward_key, skeleton
from gateway.registry.storage import describe, read_record, serial_found, traits_found
from gateway.registry.weapons import (
    Mark,
    Serial,
    numbered_markings,
    read_traits,
    serials_of,
    texts_of,
)
from gateway.store import Asker, Found, LookupRow, Unit

MOST_ROWS = 2_000
"""Keys looked at for one search; above, it must be narrowed (6-registry 6.4 step 7)."""
MOST_SHOWN = 20
"""Candidates in one answer (standard 2.5)."""
SEARCHES_A_PROBE = 50
"""Searches whose candidates are found with one statement."""
HIT_GRADES = frozenset({GradeCode.A, GradeCode.B})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One search, or one firearm of a seizure; ``reference`` is the search's or seizure's id.

    ``location``, ``found`` and ``exhibit`` say where the firearm is, as far as the message does;
    ``contact`` whom the owner reaches about it.
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
    marks: tuple[Mark, ...]
    serials: tuple[Serial, ...]
    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ranked:
    """What a search found before the records are read; ``overflow`` when too much was found."""

    question: _Question
    shown: tuple[tuple[Found, Match], ...]
    more: int
    weak: int
    overflow: bool


class Lookup:
    """One party's searches in one message."""

    def __init__(self, *, sender: str, context: Context, unit: Unit, frame: Frame) -> None:
        self._asker = Asker(party=sender, country=country_of(sender))
        self._context = context
        self._unit = unit
        self._frame = frame

    def answer(self, searches: Sequence[Asked]) -> list[Answered]:
        """The answer to each search, in order; all are logged."""
        questions = [_question(asked) for asked in searches]
        ranked: list[_Ranked] = []
        for start in range(0, len(questions), SEARCHES_A_PROBE):
            ranked.extend(self._rank_all(questions[start : start + SEARCHES_A_PROBE]))
        ids = {row.id for one in ranked for row, _ in one.shown}
        contents = self._unit.records.contents(ids)
        records = {id_: read_record(octets) for id_, octets in contents.items()}
        answers = [self._answered(one, records) for one in ranked]
        self._unit.lookups.log(  # (9.1)
            [self._log_row(one, answer) for one, answer in zip(ranked, answers, strict=True)]
        )
        return answers

    def _rank_all(self, questions: Sequence[_Question]) -> list[_Ranked]:
        keys = {key for question in questions for key in question.keys}
        most = MOST_ROWS * len(questions) + 1
        rows = self._unit.lookups.by_keys(keys, self._asker, most=most)
        if len(rows) < most:
            by_key: defaultdict[int, list[Found]] = defaultdict(list)
            for row in rows:
                by_key[row.sk].append(row)
            return [_rank(question, by_key) for question in questions]
        if len(questions) == 1:
            return [_overflown(questions[0])]
        # One of them asks for too much: each alone, so that the others get their answer.
        return [ranked for question in questions for ranked in self._rank_all([question])]

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
            sk=ranked.question.serials[0].key.sk if ranked.question.serials else None,
            result=answer.result.result_code.value,
            record_ids=tuple(one.record_id for one in answer.result.candidate),
            weak=ranked.weak,
            test=context.test_indicator,
        )


def _question(asked: Asked) -> _Question:
    marks = numbered_markings(asked.firearm)
    serials = serials_of(marks)
    keys = dict.fromkeys(
        forward_key(skeleton(variant))
        for serial in serials
        for variant in zero_variants(serial.key.norm)
    )
    return _Question(asked=asked, marks=marks, serials=serials, keys=tuple(keys))


def _rank(question: _Question, by_key: dict[int, list[Found]]) -> _Ranked:
    rows = [row for key in question.keys for row in by_key.get(key, ())]
    if len(rows) > MOST_ROWS:
        return _overflown(question)
    asked = question.asked
    traits = read_traits(texts_of(asked.firearm))
    by_record: defaultdict[int, list[Found]] = defaultdict(list)
    for row in rows:
        by_record[row.id].append(row)
    judged: list[tuple[Found, Match]] = []
    for same in by_record.values():
        serials = tuple(serial_found(row) for row in same)
        match = judge(question.serials, traits, serials, traits_found(same[0]))
        if match is not None:
            judged.append((same[0], match))
    judged.sort(key=lambda pair: (-pair[1].score, pair[0].record_id))
    worst = asked.minimum_grade or GradeCode.D  # (9.4)
    good = [pair for pair in judged if pair[1].grade <= min(worst, GradeCode.D)]
    most = min(asked.max_results or MOST_SHOWN, MOST_SHOWN)
    return _Ranked(
        question=question,
        shown=tuple(good[:most]),
        more=max(len(good) - most, 0),
        weak=len(judged) - len(good),
        overflow=False,
    )


def _overflown(question: _Question) -> _Ranked:
    return _Ranked(question=question, shown=(), more=0, weak=0, overflow=True)


def _code(ranked: _Ranked) -> SearchResultCode:
    if not ranked.question.keys:  # (9.2)
        return SearchResultCode.NOT_SEARCHABLE
    if ranked.overflow:  # (9.3)
        return SearchResultCode.TOO_MANY
    if ranked.shown and ranked.shown[0][1].grade in HIT_GRADES:
        return SearchResultCode.HIT
    if ranked.more:
        return SearchResultCode.TOO_MANY
    return SearchResultCode.CANDIDATES if ranked.shown else SearchResultCode.NO_HIT


def _findings(ranked: _Ranked) -> Iterable[Finding]:
    searchable = bool(ranked.question.keys)
    severity = SeverityCode.WARNING if searchable else SeverityCode.ERROR
    for mark in ranked.question.marks:
        if mark.marks.unusable is not None:
            yield unusable_serial(mark, severity)
    if not ranked.question.marks:
        yield error(
            "SERIAL_MISSING",
            "a search needs a serial",
            path="Firearm/Marking",
            expected="a marking of kind SERIAL with its text",
            remedy="give the serial as marked; make, model and calibre alone are not searched yet",
        )
    if ranked.overflow or ranked.more:
        count = f"more than {MOST_ROWS} keys" if ranked.overflow else f"{ranked.more} more records"
        yield warning(
            "NARROW_THE_SEARCH",
            f"{count} resemble what was asked for",
            path="Firearm",
            remedy="give the make, the calibre and every character of the serial",
        )


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
