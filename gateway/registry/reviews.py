"""What time does to records: reviews are announced, what nobody confirms expires, ends are erased.

An owner's decision is a filing (see ``records``). Spans are those of docs/spec/registry.md 12.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from gateway.frame import Frame
from gateway.ids import Lane
from gateway.payload import (
    FirearmRecordSubmit,
    HitRevokeReasonCode,
    MessageTypeCode,
    PurposeCode,
    RecordStatusCode,
    ReviewDue,
    ReviewItem,
    ReviewNoticeCode,
    decode,
)
from gateway.posting import Posting
from gateway.registry.hitlife import Clocks
from gateway.registry.hitsteps import HitLife
from gateway.registry.lifecycle import Actor, transition
from gateway.registry.storage import stored
from gateway.store import Ageing, RecordEvent, Unit

S = RecordStatusCode
SWEEP, SUSPENSION = "registry.reviews", "registry.suspension"
ALL = "all"

EVERY = timedelta(hours=1)
ANNOUNCED_BEFORE = (timedelta(days=90), timedelta(days=30), timedelta(days=7))
GRACE = timedelta(days=30)
EXTENDABLE_FOR = timedelta(days=90)
SUSPENDED_LONGEST = timedelta(days=30)
KEPT_CLOSED = timedelta(days=365)
KEPT_CANCELLED = timedelta(days=30)
MOST_AT_ONCE = 200
_IN_REVIEW = (S.ACTIVE, S.HIT_PENDING, S.LOCATED, S.SUSPENDED)
_ERASED_AFTER = (
    (S.CLOSED, KEPT_CLOSED),
    (S.CANCELLED, KEPT_CANCELLED),
    (S.EXPIRED, EXTENDABLE_FOR),
)


def sweep(unit: Unit, frame: Frame, clocks: Clocks) -> list[Posting]:
    """Everything that is due today, in bounded pieces; sets the clock for the next look."""
    items: list[tuple[str, ReviewItem]] = []
    postings: list[Posting] = []
    reviewed = _announce(unit, frame, items)
    expired = _expire(unit, frame, clocks, items, postings)
    purged = _purge(unit, frame, items)
    full = max(reviewed, expired, purged) >= MOST_AT_ONCE
    due = frame.now + (timedelta(0) if full else EVERY)
    unit.timers.set(SWEEP, ALL, due=due, now=frame.now)
    return [*postings, *_notices(items, frame)]


def resume(record_id: str, unit: Unit, frame: Frame) -> list[Posting]:
    """The suspension has lasted as long as it may: the record is found again."""
    # (12.4) whatever its owner forgot
    record = unit.lives.find(record_id)
    if record is None or record.status != S.SUSPENDED:
        return []
    _lead(record, S.ACTIVE, unit, frame)
    return _notices([(record.owner_agency, _item(record, "RESUMED", S.ACTIVE))], frame)


def _announce(unit: Unit, frame: Frame, items: list[tuple[str, ReviewItem]]) -> int:
    today = frame.now.date()
    steps = [today + span for span in ANNOUNCED_BEFORE] + [today - timedelta(days=1)]
    found = unit.lives.to_review(steps, statuses=[s.value for s in _IN_REVIEW], most=MOST_AT_ONCE)
    for record in found:  # (12.1)
        told = max(number for number, step in enumerate(steps, 1) if record.review_date <= step)
        unit.lives.told(record.id, told, record.extended)
        kind = "REVIEW_OVERDUE" if told == len(steps) else "REVIEW_DUE"
        items.append((record.owner_agency, _item(record, kind, S(record.status))))
    return len(found)


def _expire(
    unit: Unit,
    frame: Frame,
    clocks: Clocks,
    items: list[tuple[str, ReviewItem]],
    postings: list[Posting],
) -> int:
    before = frame.now.date() - GRACE
    statuses = [S.ACTIVE.value, S.LOCATED.value]
    found = unit.lives.overdue(before, statuses=statuses, most=MOST_AT_ONCE)
    life = HitLife(unit=unit, frame=frame, clocks=clocks)
    for record in found:  # (12.2)
        _lead(record, S.EXPIRED, unit, frame)
        items.append((record.owner_agency, _item(record, "EXPIRED", S.EXPIRED)))
        reason = HitRevokeReasonCode.RECORD_EXPIRED
        postings += life.revoke(record.id, reason, only_open=True)
    return len(found)


def _purge(unit: Unit, frame: Frame, items: list[tuple[str, ReviewItem]]) -> int:
    most = 0
    for status, kept in _ERASED_AFTER:  # (12.5)
        found = unit.lives.ended(status.value, frame.now - kept, most=MOST_AT_ONCE)
        for record in found:
            purge(record, unit, frame)
            items.append((record.owner_agency, _item(record, "PURGED", S.PURGED)))
        most = max(most, len(found))
    return most


def purge(record: Ageing, unit: Unit, frame: Frame) -> None:
    """Erases the content of a record; a stub stays."""
    unit.lives.erase(record.id, frame.now)
    _note(record, "PURGED", unit, frame)


def _lead(record: Ageing, target: RecordStatusCode, unit: Unit, frame: Frame) -> None:
    if transition(S(record.status), target, Actor.REGISTRY) is None:
        raise LookupError(f"the registry leads no record from {record.status} to {target}")
    message = decode(unit.records.contents([record.id])[record.id])
    if not isinstance(message, FirearmRecordSubmit):
        raise TypeError(f"stored as {type(message).__name__}, not as a record")
    content = replace(message.firearm_record, status_code=target)
    row = stored(content, message.context, now=frame.now, recovery_date=None)
    unit.records.change([(record.id, row)])
    _note(record, target.value, unit, frame)


def _note(record: Ageing, event: str, unit: Unit, frame: Frame) -> None:
    unit.lives.note(
        RecordEvent(
            record_id=record.record_id,
            at=frame.now,
            actor=frame.party,
            event=event,
            version=record.version,
        )
    )


def _item(record: Ageing, kind: str, status: RecordStatusCode) -> ReviewItem:
    return ReviewItem(
        record_id=record.record_id,
        national_record_id=record.national_record_id,
        review_notice_code=ReviewNoticeCode(kind),
        status_code=status,
        version=record.version,
        review_date=record.review_date,
        extension_quantity=record.extended,
    )


def _notices(items: Sequence[tuple[str, ReviewItem]], frame: Frame) -> list[Posting]:
    """One message an owner."""
    by_owner: defaultdict[str, list[ReviewItem]] = defaultdict(list)
    for owner, item in items:
        by_owner[owner].append(item)
    return [
        Posting(
            to=owner,
            payload=ReviewDue(
                context=frame.context(
                    MessageTypeCode.REVIEW_DUE, purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST
                ),
                review_item=tuple(some),
            ),
            lane=Lane.BULK,
            answers=False,
        )
        for owner, some in by_owner.items()
    ]
