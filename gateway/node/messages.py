"""Puts bodies into messages: one each, or many of a kind in a batch.

It sends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from gateway.adapter import HitOrder, Item, TraceOrder
from gateway.frame import Frame
from gateway.ids import Lane
from gateway.payload import (
    ConfirmationUrgencyCode,
    FirearmRecord,
    FirearmRecordStatusChange,
    FirearmRecordSubmit,
    FirearmRecordUpdate,
    HitConfirmRequest,
    HitConfirmResponse,
    Payload,
    PurposeCode,
    RecordBatch,
    RecordBatchItem,
    RecordUpdate,
    Search,
    SearchBatch,
    SearchBatchItem,
    SearchRequest,
    Seizure,
    SeizureNotice,
    StatusChange,
)

# Asked of each item of a long file; a case's orders go to another country, through the case.
_THROUGH_CASES = frozenset(get_args(TraceOrder))
_ALONE = frozenset((Seizure, *get_args(HitOrder)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One message and the numbers of the items in it; a batch's item ids are those numbers."""

    payload: Payload
    lane: Lane
    numbers: tuple[int, ...]
    batch: bool


def pack(items: Sequence[Item], frame: Frame, *, batch_most: int) -> list[Sending]:
    """Messages for the items that have a body, in their order.

    ``batch_most`` above 1 puts records, and searches, of one purpose together by as many; a
    seizure and an urgent search always go alone, so that they wait for nothing.
    """
    sendings: list[Sending] = []
    waiting: dict[tuple[bool, PurposeCode], list[Item]] = {}
    group: list[Item] = []
    alike: tuple[bool, PurposeCode] | None = None  # what the items of ``group`` have in common
    for item in items:
        kind = type(item.body)
        if item.body is None or kind in _THROUGH_CASES:
            continue
        if batch_most <= 1 or item.urgent or kind in _ALONE:
            sendings.append(_alone(item, frame))
            continue
        # Most items of a file are alike: only where one is not is its group looked up.
        searching, purpose = kind is Search, item.purpose
        if alike is None or alike[0] is not searching or alike[1] is not purpose:
            alike = (searching, purpose)
            group = waiting.setdefault(alike, [])
        group.append(item)
        if len(group) == batch_most:
            sendings.append(_together(group, frame))
            group.clear()
    sendings.extend(_together(group, frame) for group in waiting.values() if group)
    return sendings


def _alone(item: Item, frame: Frame) -> Sending:
    body = item.body
    lane = Lane.URGENT if item.urgent else Lane.ROUTINE
    match body:
        case FirearmRecord():
            context = frame.context("REC_SUBMIT", purpose=item.purpose)
            payload: Payload = FirearmRecordSubmit(context=context, firearm_record=body)
        case RecordUpdate():
            context = frame.context("REC_UPDATE", purpose=item.purpose)
            payload = FirearmRecordUpdate(context=context, record_update=body)
        case StatusChange():
            context = frame.context("REC_STATUS", purpose=item.purpose)
            payload = FirearmRecordStatusChange(context=context, status_change=body)
        case Search():
            context = frame.context(
                "SEARCH_REQUEST",
                purpose=item.purpose,
                case_reference=item.case_reference,
                urgency="object in sight" if item.urgent else None,
            )
            payload = SearchRequest(context=context, search=body)
        case Seizure():
            lane = Lane.URGENT
            context = frame.context(
                "SEIZURE_NOTICE",
                purpose=item.purpose,
                case_reference=item.case_reference,
                urgency="firearms in hand",
            )
            payload = SeizureNotice(context=context, seizure=body)
        case step if isinstance(step, HitOrder):
            urgent = item.urgent or _waited_for(step)
            lane = Lane.URGENT if urgent else Lane.ROUTINE
            payload = _step(step, frame, urgent=urgent)
        case _:
            raise ValueError("an item without a body is not sent")
    return Sending(payload=payload, lane=lane, numbers=(item.number,), batch=False)


def _waited_for(step: HitOrder) -> bool:
    """Whether somebody stands beside the firearm and waits for it."""
    if isinstance(step, HitConfirmRequest):
        return step.confirmation_urgency_code is ConfirmationUrgencyCode.URGENT
    return isinstance(step, HitConfirmResponse)


def _step(step: HitOrder, frame: Frame, *, urgent: bool) -> Payload:
    context = frame.context(
        step.context.message_type_code,
        purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST,
        urgency="the firearm or its holder is in sight" if urgent else None,
    )
    return replace(step, context=context)


def _together(items: Sequence[Item], frame: Frame) -> Sending:
    numbers = tuple(item.number for item in items)
    purpose = items[0].purpose
    if isinstance(items[0].body, Search):
        searches = tuple(
            SearchBatchItem(item_id=str(item.number), search=item.body)
            for item in items
            if isinstance(item.body, Search)
        )
        payload: Payload = SearchBatch(
            context=frame.context("SEARCH_BATCH", purpose=purpose), search_batch_item=searches
        )
    else:
        payload = RecordBatch(
            context=frame.context("REC_BATCH", purpose=purpose),
            record_batch_item=tuple(_batch_item(item) for item in items),
        )
    return Sending(payload=payload, lane=Lane.BULK, numbers=numbers, batch=True)


def _batch_item(item: Item) -> RecordBatchItem:
    name = str(item.number)
    match item.body:
        case FirearmRecord() as body:
            return RecordBatchItem(item_id=name, firearm_record=body)
        case RecordUpdate() as body:
            return RecordBatchItem(item_id=name, record_update=body)
        case StatusChange() as body:
            return RecordBatchItem(item_id=name, status_change=body)
        case _:
            raise ValueError("only records ride in a record batch")
