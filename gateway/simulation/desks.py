"""What the parties of a simulated world do with payloads, and what the observer notes of it.

The centre's rules are the registry's own (``HubDesk``); a country takes answers and receipts hits.
"""

from __future__ import annotations

from typing import Any

from gateway.endpoint import Desk, Received, Refusal, UnservedError
from gateway.frame import Frame
from gateway.ids import REGISTRY_PARTY, Lane
from gateway.payload import (
    FirearmRecordResult,
    HitNotice,
    HitReceipt,
    HitStatusNotice,
    Payload,
    PurposeCode,
    RecordBatch,
    RecordBatchReport,
    RecordResult,
    ReviewDue,
    SearchBatch,
    SearchBatchReport,
    SearchRequest,
    SearchResponse,
    SearchResult,
    SeizureNotice,
)
from gateway.posting import Posting
from gateway.simulation import firearms
from gateway.simulation.crash import Point
from gateway.simulation.disk import Disk
from gateway.simulation.ledger import Kind
from gateway.store import Undelivered, Unit

_STRONG = ("A", "B")  # grades that raise a hit


class CountryDesk:
    """A national system that takes answers and hits from the registry, and serves nobody else."""

    def handle(self, received: Received, unit: Unit, frame: Frame) -> list[Posting]:  # noqa: ARG002 - the desk's protocol
        """An answer is kept; a hit is receipted."""
        payload = received.payload
        answers = (FirearmRecordResult, RecordBatchReport, SearchResponse, SearchBatchReport)
        taken = (*answers, HitNotice, HitStatusNotice, ReviewDue)
        if received.sender != REGISTRY_PARTY or not isinstance(payload, taken):
            raise UnservedError(
                "a national node takes the registry's answers and hits",
                place="Header/Type",
                value=received.message_type,
            )
        if not isinstance(payload, HitNotice):
            return []
        receipt = HitReceipt(
            context=frame.context("HIT_RECEIPT", purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST),
            hit_id=payload.hit.hit_id,
            hit_role_code=payload.hit.hit_role_code,
            received_timestamp=frame.now.replace(microsecond=frame.now.microsecond // 1000 * 1000),
        )
        return [Posting(to=received.sender, payload=receipt, lane=Lane.URGENT, answers=True)]

    def refused(self, refusal: Refusal, unit: Unit, frame: Frame) -> None:
        """The observer notes it."""

    def undelivered(self, failure: Undelivered, unit: Unit, frame: Frame) -> None:
        """The observer notes it."""

    def tend(self, unit: Unit, frame: Frame) -> None:
        """Nothing waits here."""


class ObservedDesk:
    """Another desk, with an observer who notes each effect, and with handlers that may fail."""

    def __init__(self, inner: Desk, disk: Disk, attempts_most: int) -> None:
        self._attempts_most = attempts_most
        self._inner = inner
        self._disk = disk
        self._fail_next = self._poisoned = 0
        self._failing: dict[str, int] = {}
        self.failures = 0

    def poison(self, times: int, messages: int) -> None:
        """Each of the next ``messages`` that come makes its handler fail this often."""
        self._fail_next, self._poisoned = times, messages

    def heal(self) -> None:
        """No further message is poisoned."""
        self._poisoned = 0

    def handle(self, received: Received, unit: Unit, frame: Frame) -> list[Posting]:
        """As the inner desk does."""
        postings = self._inner.handle(received, unit, frame)
        self._disk.fuse.at(Point.HANDLED)
        self._fail(received)
        self._disk.note(
            Kind.EFFECT,
            sender=received.sender,
            message_id=received.message_id,
            type=received.message_type,
            reply_to=received.in_reply_to,
            op=_op_of(received.payload),
            **facts_of(received.payload),
            **_facts_of_answer(received, postings),
        )
        return postings

    def refused(self, refusal: Refusal, unit: Unit, frame: Frame) -> None:
        """As the inner desk does."""
        self._inner.refused(refusal, unit, frame)
        code = refusal.fault.fault_code
        self._disk.note(Kind.REFUSED, message_id=refusal.message_id, by=refusal.sender, code=code)

    def undelivered(self, failure: Undelivered, unit: Unit, frame: Frame) -> None:
        """As the inner desk does."""
        self._inner.undelivered(failure, unit, frame)
        self._disk.note(Kind.UNDELIVERED, message_id=failure.message_id, to=failure.recipient)

    def tend(self, unit: Unit, frame: Frame) -> None:
        """As the inner desk does."""
        self._inner.tend(unit, frame)

    def _fail(self, received: Received) -> None:
        message_id = received.message_id
        if self._poisoned and message_id not in self._failing:
            self._poisoned -= 1
            self._failing[message_id] = self._fail_next
        if self._failing.get(message_id, 0):
            self._failing[message_id] -= 1
            self.failures += 1
            # It happened, whatever becomes of the transaction.
            self._disk.ledger.write(
                Kind.FAILED,
                sender=received.sender,
                message_id=message_id,
                most=self._attempts_most,
            )
            raise RuntimeError("the handler fails, as it was told to")


def facts_of(payload: Payload) -> dict[str, Any]:  # noqa: PLR0911 - the table of payloads, one return each
    """What the checker wants to know of a payload; never a serial."""
    match payload:
        case FirearmRecordResult():
            return {"results": [_result(payload.record_result)]}
        case RecordBatchReport():
            of = [r.record_result for r in payload.record_batch_result]
            items = [r.item_id for r in payload.record_batch_result]
            return {"results": [_result(one) for one in of], "items": items}
        case SearchResponse():
            return {"found": [_found(payload.search_result)]}
        case SearchBatchReport():
            of_search = [r.search_result for r in payload.search_batch_result]
            items = [r.item_id for r in payload.search_batch_result]
            return {"found": [_found(one) for one in of_search], "items": items}
        case RecordBatch():
            return {"items": [item.item_id for item in payload.record_batch_item]}
        case SearchBatch():
            return {"items": [item.item_id for item in payload.search_batch_item]}
        case HitNotice(hit=hit):
            question = hit.seizure_id or hit.search_id
            item = hit.item_id if hit.seizure_id else None
            facts = {"hit": hit.hit_id, "role": hit.hit_role_code.value, "record": hit.record_id}
            sides = {"owner": hit.owner_agency_id, "finder": hit.finder_agency_id}
            return {
                **facts,
                **sides,
                "question": question,
                "item": item,
                "search": hit.search_id,
            }
        case HitReceipt():
            return {"hit": payload.hit_id, "role": payload.hit_role_code.value}
        case _:
            return {}


def _op_of(payload: Payload) -> str | None:
    context = getattr(payload, "context", None)
    return None if context is None else context.case_reference


def _facts_of_answer(received: Received, postings: list[Posting]) -> dict[str, Any]:
    """What the centre decided for a filing: the version chain is judged by it."""
    for posting in postings:
        if not posting.answers:
            continue
        if isinstance(posting.payload, FirearmRecordResult | RecordBatchReport):
            return {
                "decided": facts_of(posting.payload)["results"],
                "bases": _bases(received),
                "filed": _filed(received.payload),
            }
        if isinstance(posting.payload, SearchResponse | SearchBatchReport):
            return {
                "answered": facts_of(posting.payload)["found"],
                "sought": _sought(received.payload),
            }
    return {}


def _filed(payload: Payload) -> list[dict[str, Any]]:
    """What each item files: the weapon's token, its make and remark, or a status."""
    items = payload.record_batch_item if isinstance(payload, RecordBatch) else (payload,)
    return [_filed_item(item) for item in items]


def _filed_item(item: Any) -> dict[str, Any]:
    change = getattr(item, "status_change", None)
    if change is not None:
        return {"status": change.status_code.value}
    update = getattr(item, "record_update", None)
    record = item.firearm_record if update is None else update.firearm_record
    make = record.firearm.make_identified
    facts = {
        "weapon": firearms.token_of(record.firearm),
        "make": None if make is None else make.make_text,
        "remark": record.circumstance_text,
    }
    return facts if update is not None else facts | {"status": record.status_code.value}


def _sought(payload: Payload) -> list[str | None]:
    """The token of each weapon that is asked about."""
    match payload:
        case SearchRequest():
            return [firearms.token_of(payload.search.firearm)]
        case SearchBatch():
            return [firearms.token_of(item.search.firearm) for item in payload.search_batch_item]
        case SeizureNotice():
            return [firearms.token_of(item.firearm) for item in payload.seizure.seized_firearm]
        case _:
            return []


def _bases(received: Received) -> list[int]:
    """The version that each filed item was made from; 0 for a new record."""
    payload = received.payload
    if isinstance(payload, RecordBatch):
        filed = [(i.record_update, i.status_change) for i in payload.record_batch_item]
    else:
        update = getattr(payload, "record_update", None)
        filed = [(update, getattr(payload, "status_change", None))]
    changes = [update or change for update, change in filed]
    return [0 if change is None else change.base_version for change in changes]


def _result(result: RecordResult) -> dict[str, Any]:
    return {
        "record": result.record_id,
        "code": result.result_code.value,
        "version": result.version,
    }


def _found(result: SearchResult) -> dict[str, Any]:
    strong = [
        {"record": one.record_id, "owner": one.owner_agency_id}
        for one in result.candidate
        if one.grade_code.value in _STRONG
    ]
    return {"question": result.search_id, "code": result.result_code.value, "strong": strong}
