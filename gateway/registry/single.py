"""One filing in a message of its own: its result, and what else it leads to.

It judges nothing (see ``records``) and keeps no turn (see ``batches``).
"""

from __future__ import annotations

from gateway.ids import Lane, country_of
from gateway.payload import (
    FirearmRecordResult,
    FirearmRecordStatusChange,
    FirearmRecordSubmit,
    FirearmRecordUpdate,
    MessageTypeCode,
    RecordResult,
)
from gateway.posting import Posting
from gateway.registry.records import Filed
from gateway.registry.turn import Turn
from gateway.store import Asker, Unit

Single = FirearmRecordSubmit | FirearmRecordUpdate | FirearmRecordStatusChange


def filed_in(payload: Single) -> Filed:
    """What ``payload`` files."""
    match payload:
        case FirearmRecordSubmit():
            return payload.firearm_record
        case FirearmRecordUpdate():
            return payload.record_update
        case FirearmRecordStatusChange():
            return payload.status_change


def file_single(payload: Single, turn: Turn) -> list[Posting]:
    """The answer first, then the words to others."""
    filing = turn.filing(payload.context)
    (result,) = filing.file([filed_in(payload)])
    return [answer_with(result, payload, turn), *filing.recalls(turn.clocks), *filing.hits()]


def answer_with(result: RecordResult, payload: Single, turn: Turn) -> Posting:
    """``result`` as the answer to ``payload``."""
    asked = payload.context
    context = turn.answering(MessageTypeCode.REC_RESULT, asked)
    return Posting(
        to=turn.sender,
        payload=FirearmRecordResult(context=context, record_result=result),
        lane=Lane.URGENT if asked.urgency_justification_text else Lane.ROUTINE,
        answers=True,
    )


def builds_on_more(payload: Single, *, sender: str, unit: Unit) -> bool:
    """Whether it was made from a record, or a version of one, that is not held yet."""
    match payload:
        case FirearmRecordSubmit():
            return False
        case FirearmRecordUpdate():
            wanted = payload.record_update.firearm_record.record_id
            version = payload.record_update.base_version
        case FirearmRecordStatusChange():
            wanted = payload.status_change.record_id
            version = payload.status_change.base_version
    held = unit.records.held({wanted}, Asker(party=sender, country=country_of(sender)))
    return not any(one.version >= version for one in held)
