"""What a node knows of a record that its officers filed: the content, and the version that stands.

It follows from the orders and their answers alone. Whether the registry has heard more since, of a
file or of another node of the agency, nobody here knows until it says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.errors import GatewayError

if TYPE_CHECKING:
    from gateway.payload import (
        FirearmRecord,
        Payload,
        RecordExtract,
        RecordResult,
        ReviewDecision,
    )
    from gateway.store import Order

CHANGES = ("REC_SUBMIT", "REC_UPDATE", "REC_STATUS", "REVIEW_CONFIRM")
"""Orders that file a record or change it."""
_TOLD = (*CHANGES, "REC_READ")


class ChangedElsewhereError(GatewayError):
    """The registry holds a later content than the one that is known here."""

    code = "cli.record-changed-elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """``record`` is the content last known; ``version`` the newest that the registry told."""

    record: FirearmRecord
    version: int
    newest: bool
    """Whether ``record`` is the content of ``version``."""


def known_here(home: Path, record_id: str) -> Known:
    """What the node at ``home`` knows.

    Raises ``NotFoundError`` where no officer filed it or read it.
    """
    from gateway.cli.databases import open_database
    from gateway.cli.output import NotFoundError

    with open_database(home) as store, store.unit() as unit:
        known = known_of(unit.orders.history(record_id, kinds=_TOLD))
    if known is None:
        raise NotFoundError(
            f"no officer filed {record_id} from this node",
            remedy="see `iarms record list`; of a record that came in a file `iarms record read` "
            "gives the content, and it can be changed then",
        )
    return known


def content_to_change(home: Path, record_id: str) -> Known:
    """As ``known_here``, for who changes the content.

    Raises ``ChangedElsewhereError`` where a change would undo another that was made elsewhere.
    """
    known = known_here(home, record_id)
    if not known.newest:
        raise ChangedElsewhereError(
            f"the registry holds version {known.version} of {record_id}, which is not known here",
            value=str(known.record.version),
            expected=f"the content of version {known.version}, so that nothing in it is undone",
            remedy=f"`iarms record read {record_id}` fetches it; then give the change again",
        )
    return known


def known_of(orders: Iterable[Order]) -> Known | None:
    """What follows from ``orders`` about one record, the oldest first."""
    from gateway.payload import RecordExtract, decode

    known: Known | None = None
    for order in orders:
        if order.answer is None:
            continue
        answer, asked = decode(order.answer), decode(order.octets)
        if isinstance(answer, RecordExtract):
            known = _read(answer, asked, known)
        elif (result := result_of(answer)) is not None:
            known = _after(asked, result, known)
    return known


def result_of(answer: Payload) -> RecordResult | None:
    """What became of a filing or a change; None for an answer that says nothing of that."""
    from gateway.payload import FirearmRecordResult, RecordBatchReport

    match answer:
        case FirearmRecordResult():
            return answer.record_result
        case RecordBatchReport():
            return answer.record_batch_result[0].record_result
        case _:
            return None


def _read(extract: RecordExtract, asked: Payload, known: Known | None) -> Known | None:
    from gateway.payload import RecordRead

    record = extract.firearm_record
    if record is None or not isinstance(asked, RecordRead):
        return known
    if record.owner_agency_id != asked.context.sender_agency_id:
        return known
    return Known(record=record, version=record.version, newest=True)


def _after(asked: Payload, result: RecordResult, known: Known | None) -> Known | None:
    from gateway.payload import RecordResultCode

    if result.version is None:
        return known
    if result.result_code is RecordResultCode.VERSION_CONFLICT:
        if known is None or known.version == result.version:
            return known
        return replace(known, version=result.version, newest=False)
    if result.result_code not in {
        RecordResultCode.ACCEPTED,
        RecordResultCode.ACCEPTED_WITH_WARNINGS,
    }:
        return known
    content = _changed(asked, None if known is None else known.record)
    if content is None:
        return known
    whole = known is None or known.newest or _brings_content(asked)
    record = replace(content, version=result.version) if whole else content
    return Known(record=record, version=result.version, newest=whole)


def _brings_content(asked: Payload) -> bool:
    from gateway.payload import FirearmRecordSubmit, FirearmRecordUpdate

    return isinstance(asked, FirearmRecordSubmit | FirearmRecordUpdate)


def _changed(asked: Payload, record: FirearmRecord | None) -> FirearmRecord | None:
    """``record`` as it stands after ``asked`` was accepted."""
    from gateway.payload import (
        FirearmRecordStatusChange,
        FirearmRecordSubmit,
        FirearmRecordUpdate,
        ReviewConfirm,
    )

    match asked:
        case FirearmRecordSubmit(firearm_record=filed):
            return filed
        case FirearmRecordUpdate(record_update=change):
            return change.firearm_record
        case FirearmRecordStatusChange(status_change=step) if record is not None:
            return replace(record, status_code=step.status_code)
        case ReviewConfirm(review_decision=(decision,)) if record is not None:
            return _reviewed(record, decision)
        case _:
            return record


def _reviewed(record: FirearmRecord, decision: ReviewDecision) -> FirearmRecord:
    if decision.review_date is None:
        return record
    return replace(record, review_date=decision.review_date)
