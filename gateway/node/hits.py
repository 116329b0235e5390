"""Keeps hits at home as the registry tells of them, and words what no native format can say.

It judges no step; the registry does, and this mirrors it.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from gateway.payload import (
    Hit,
    HitNotice,
    HitStateCode,
    HitStatus,
    HitStatusNotice,
    ReviewDue,
    encode,
)
from gateway.store import NodeHit, Unit


def keep_notice(notice: HitNotice, unit: Unit) -> bool:
    """A hit was raised; False where it was known (the registry was filled again from outboxes)."""
    hit = notice.hit
    return unit.node_hits.noticed(
        NodeHit(
            hit_id=hit.hit_id,
            role=hit.hit_role_code.value,
            state=HitStateCode.RAISED.value,
            record_id=hit.record_id,
            national_record_id=hit.national_record_id,
            owner_agency=hit.owner_agency_id,
            finder_agency=hit.finder_agency_id,
            grade=hit.grade_code.value,
            raised=hit.raised_timestamp,
            changed=hit.raised_timestamp,
            due=None,
            notice=encode(notice),
        )
    )


def keep_status(notice: HitStatusNotice, unit: Unit) -> None:
    """How a hit stands now."""
    status = notice.hit_status
    unit.node_hits.stands(
        NodeHit(
            hit_id=status.hit_id,
            role=status.hit_role_code.value,
            state=status.hit_state_code.value,
            record_id=status.record_id,
            national_record_id=status.national_record_id,
            owner_agency=status.owner_agency_id,
            finder_agency=status.finder_agency_id,
            grade=status.grade_code.value,
            raised=status.step_timestamp,
            changed=status.step_timestamp,
            due=status.answer_due_timestamp or status.promised_timestamp,
            notice=None,
        ),
        encode(notice),
    )


def plain_json(told: Hit | HitStatus | ReviewDue) -> bytes:
    """What is told, as JSON by the names of the standard: for formats without a form for it."""
    built = msgspec.to_builtins(told, enc_hook=_texts)
    given = {name: value for name, value in built.items() if value not in (None, [], ())}
    return msgspec.json.format(msgspec.json.encode(given), indent=2) + b"\n"


def file_name(status: HitStatus) -> str:
    """The name, without its ending, of the native file that tells of a step; one a step."""
    at = _compact(status.step_timestamp)
    step = status.hit_step_code.lower()
    return f"hit-{status.hit_id}-{status.hit_role_code.lower()}-{at}-{step}"


def _compact(instant: datetime) -> str:
    return instant.strftime("%Y%m%dT%H%M%S") + f"{instant.microsecond // 1000:03d}"


def _texts(value: object) -> str:
    return str(value)
