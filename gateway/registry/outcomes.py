"""Words the results of filings: accepted, refused, repeated, in conflict.

It does not judge (see ``records``).
"""

from __future__ import annotations

from gateway.payload import (
    Finding,
    FirearmRecord,
    RecordResult,
    RecordResultCode,
    RecordStatusCode,
)
from gateway.registry.findings import error, warning
from gateway.registry.lifecycle import OPEN
from gateway.registry.twins import Twin

Findings = tuple[Finding, ...]


def accepted_code(findings: Findings) -> RecordResultCode:
    """The code of an item that counts."""
    if findings:
        return RecordResultCode.ACCEPTED_WITH_WARNINGS
    return RecordResultCode.ACCEPTED


def outcome(
    record_id: str, number: str, code: RecordResultCode, findings: Findings, version: int | None
) -> RecordResult:
    """A result as it stands."""
    return RecordResult(
        record_id=record_id,
        national_record_id=number,
        result_code=code,
        version=version,
        finding=findings,
    )


def result(
    record: FirearmRecord, code: RecordResultCode, findings: Findings, *, version: int | None
) -> RecordResult:
    """The result of an item that brought ``record``."""
    return outcome(record.record_id, record.national_record_id, code, findings, version)


def accepted(record: FirearmRecord, findings: Findings, *, version: int) -> RecordResult:
    """``record`` counts, in this version."""
    return result(record, accepted_code(findings), findings, version=version)


def refused(record: FirearmRecord, findings: Findings) -> RecordResult:
    """``record`` has no effect."""
    return result(record, RecordResultCode.REJECTED, findings, version=None)


def duplicate(record: FirearmRecord, twin: Twin) -> RecordResult:
    """``record`` has no effect: its owner holds the weapon as ``twin``, which the result names."""
    finding = warning(
        "DUPLICATE_OF_OWN",
        f"the same weapon is already on file as {twin.record_id}, "
        f"national number {twin.national_record_id}",
        path="FirearmRecord/RecordId",
        value=record.record_id,
        expected=twin.record_id,
        remedy="update that record, or correct the serial, make or model of this one",
    )
    return RecordResult(
        record_id=twin.record_id,
        national_record_id=twin.national_record_id,
        result_code=RecordResultCode.DUPLICATE,
        version=twin.version,
        finding=(finding,),
    )


def conflict(record_id: str, number: str, base_version: int, standing: int) -> RecordResult:
    """The change was made from another version than the one ``standing``."""
    finding = error(
        "VERSION_CONFLICT",
        f"the change was made from version {base_version}, but version {standing} stands",
        path="BaseVersion",
        value=base_version,
        expected=str(standing),
        remedy=f"make the change again from version {standing}",
    )
    code = RecordResultCode.VERSION_CONFLICT
    return outcome(record_id, number, code, (finding,), standing)


def not_open(status: RecordStatusCode) -> Finding:
    """The record's content is not changed in this status."""
    return error(
        "RECORD_NOT_OPEN",
        f"a record that is {status} is not changed",
        path="FirearmRecord/RecordId",
        value=status,
        expected=", ".join(one for one in RecordStatusCode if one in OPEN),
    )


def id_taken(record: FirearmRecord) -> Finding:
    """The id is another agency's; not whose."""
    return error(
        "RECORD_ID_TAKEN",
        "the id is not free",
        path="FirearmRecord/RecordId",
        value=record.record_id,
        remedy="file under another id",
    )


def national_id_taken(record: FirearmRecord, other: str) -> Finding:
    """The sender's number is held under another id."""
    return error(
        "NATIONAL_ID_TAKEN",
        f"the national number is already on file as {other}",
        path="FirearmRecord/NationalRecordId",
        value=record.national_record_id,
        expected=other,
        remedy="update that record, or give the new one its own number",
    )


def record_match(twin: Twin) -> Finding:
    """Another record may be of the same weapon."""
    return warning(
        "RECORD_MATCH",
        f"{twin.owner_agency} has what may be the same weapon on file as {twin.record_id} "
        f"({twin.record_type})",
        path="FirearmRecord/Firearm",
        value=twin.record_id,
        remedy="compare the weapons and speak with the other owner",
    )
