"""Hits that come after the question: a record arrives, and an older search or record meant it.

It answers no search (see ``lookup``); the notices are those of ``hits`` (docs/spec/registry.md 11).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from gateway.frame import Frame
from gateway.ids import country_of
from gateway.payload import (
    Context,
    FirearmDescription,
    FirearmRecord,
    GradeCode,
    HitOriginCode,
    MessageTypeCode,
    PurposeCode,
    RecordStatusCode,
    SearchReasonCode,
    SearchResult,
    SearchResultCode,
)
from gateway.posting import Posting
from gateway.registry.hits import raise_hits
from gateway.registry.lifecycle import SEARCHABLE
from gateway.registry.lookup import HIT_GRADES, Answered, Asked, Recognised
from gateway.registry.resembling import Terms
from gateway.registry.seeking import read_question, seek
from gateway.registry.storage import describe, read_record
from gateway.registry.weighing import figures_of
from gateway.store import Asker, KeptSearch, Unit

_YEAR = timedelta(days=365)
KEPT_FOR = {
    PurposeCode.WANTED_PERSON: _YEAR,
    PurposeCode.OBJECT_OF_POLICE_INTEREST: _YEAR,
    PurposeCode.CRIMINAL_INVESTIGATION: 3 * _YEAR,
    PurposeCode.ALERT: _YEAR,
    PurposeCode.IDENTIFICATION: _YEAR,
    PurposeCode.FORENSIC: 3 * _YEAR,
    PurposeCode.SECURITY_CHECK: timedelta(days=90),
    PurposeCode.BORDER_CONTROL: timedelta(days=90),
    PurposeCode.THREAT_ANALYSIS: timedelta(days=30),
}
"""How long a search may still be answered by a record that comes later, by its purpose."""

LONGEST_KEPT = max(KEPT_FOR.values())
MOST_FOR_ONE = 50
"""Kept searches that one record may answer; the newest count."""
_RECORDS_A_PROBE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A record that can be found from now on; ``matches``: ids of others that may be of it."""

    record: FirearmRecord
    matches: tuple[str, ...]


def delayed_hits(arrived: Sequence[Arrived], *, unit: Unit, frame: Frame) -> list[Posting]:
    """The notices for kept searches that these records answer."""
    postings: list[Posting] = []
    terms: Terms | None = None
    for start in range(0, len(arrived), _RECORDS_A_PROBE):
        found = [a for a in arrived[start : start + _RECORDS_A_PROBE] if _findable(a.record)]
        keys_of = {a.record.record_id: _keys(a.record) for a in found}
        keys = {key for some in keys_of.values() for key in some}
        kept = unit.lookups.kept(keys, since=frame.now - LONGEST_KEPT)
        if not kept:
            continue
        terms = terms or Terms(figures=unit.figures.current(frame.now, figures_of))
        by_key: defaultdict[int, list[KeptSearch]] = defaultdict(list)
        for search in kept:
            if search.at + KEPT_FOR[PurposeCode(search.purpose)] > frame.now:  # (11.1)
                by_key[search.sk].append(search)
        for one in found:
            meant = [s for key in keys_of[one.record.record_id] for s in by_key.get(key, ())]
            for search in meant[:MOST_FOR_ONE]:
                postings += _fire(search, one.record, terms, unit, frame)
    return postings


def record_hits(
    arrived: Sequence[Arrived], *, sender: str, context: Context, unit: Unit, frame: Frame
) -> list[Posting]:
    """The notices for records of others that may be of the same weapon as these."""
    met = [one for one in arrived if one.matches]
    if not met:
        return []
    terms = Terms(figures=unit.figures.current(frame.now, figures_of))
    postings: list[Posting] = []
    for one in met:
        asked = _asked_by_record(one.record)
        hits = tuple(
            hit
            for hit in _recognised(asked, sender, terms, unit)
            if hit.row.owner_agency != sender and hit.row.record_id in one.matches  # (11.3)
        )
        answers = [_answered(asked, hits, frame.now)]
        postings += raise_hits(answers, sender=sender, context=context, unit=unit, frame=frame)
    return postings


def _fire(
    search: KeptSearch, record: FirearmRecord, terms: Terms, unit: Unit, frame: Frame
) -> list[Posting]:
    asked = _asked_before(search)
    # (11.2) under the asker's own rights of today: a record that it may not see stays unseen
    hits = tuple(
        hit
        for hit in _recognised(asked, search.asker, terms, unit)
        if hit.row.record_id == record.record_id
    )
    if not hits:
        return []
    context = frame.context(
        MessageTypeCode.HIT_NOTICE,
        purpose=PurposeCode(search.purpose),
        case_reference=search.case_reference,
    )
    return raise_hits(
        [_answered(asked, hits, frame.now)],
        sender=search.asker,
        context=context,
        unit=unit,
        frame=frame,
    )


def _recognised(asked: Asked, asker: str, terms: Terms, unit: Unit) -> Iterator[Recognised]:
    question = read_question(asked.firearm, records=terms.records, near=False)
    (answer,) = seek([question], Asker(party=asker, country=country_of(asker)), unit, terms)
    strong = [(row, match) for row, match in answer.judged if match.grade in HIT_GRADES]
    contents = unit.records.contents([row.id for row, _ in strong])
    for row, match in strong:
        yield Recognised(row=row, match=match, record=read_record(contents[row.id]))


def _answered(asked: Asked, hits: tuple[Recognised, ...], now: datetime) -> Answered:
    result = SearchResult(
        search_id=asked.search_id, result_code=SearchResultCode.HIT, registry_timestamp=now
    )
    return Answered(asked=asked, result=result, hits=hits)


def _asked_before(search: KeptSearch) -> Asked:
    seizure = search.origin == HitOriginCode.SEIZURE
    return Asked(
        search_id=search.reference,
        item_id=search.item_id,
        origin=HitOriginCode(search.origin),
        reference=search.reference,
        firearm=msgspec.convert(msgspec.json.decode(search.query), FirearmDescription),
        reason=None if search.reason is None else SearchReasonCode(search.reason),
        object_in_sight=search.object_in_sight,
        keep=True,
        minimum_grade=GradeCode.B,
        max_results=None,
        location=None,
        found=search.at if seizure else None,
        exhibit=None,
        contact=(),
        late=True,
    )


def _asked_by_record(record: FirearmRecord) -> Asked:
    return Asked(
        search_id=record.record_id,
        item_id=None,
        origin=HitOriginCode.RECORD,
        reference=record.record_id,
        firearm=describe(record.firearm),
        reason=None,
        object_in_sight=False,
        keep=False,
        minimum_grade=GradeCode.B,
        max_results=None,
        location=record.event_location,
        found=None,
        exhibit=None,
        contact=record.contact_point,
    )


def _findable(record: FirearmRecord) -> bool:
    return RecordStatusCode(record.status_code) in SEARCHABLE


def _keys(record: FirearmRecord) -> AbstractSet[int]:
    return read_question(record.firearm, records=0, near=False).exact
