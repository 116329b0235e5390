"""What a filing must hold to by itself: owner, ids, status, version and the rule of the serial.

It knows no other record (see ``records``). The clauses are those of docs/spec/registry.md 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from gateway.ids import country_of
from gateway.payload import (
    ClosureReasonCode,
    Finding,
    FirearmRecord,
    FirearmRecordSubmit,
    MarkingKindCode,
    MessageTypeCode,
    RecordStatusCode,
    ReviewDecision,
    SerialStatusCode,
    SeverityCode,
    StatusChange,
)
from gateway.registry.findings import error, unusable_serial, warning
from gateway.registry.lifecycle import LED_BY_REGISTRY, OPEN, Actor, Transition, targets, transition
from gateway.registry.policy import policy_in_force
from gateway.registry.weapons import Mark, numbered_markings

# Standard 2.5: with these the serial must be there.
_SERIAL_EXPECTED = frozenset(
    {
        SerialStatusCode.PRESENT,
        SerialStatusCode.PARTIAL,
        SerialStatusCode.RESTORED,
        SerialStatusCode.ALTERED,
    }
)
REVIEW_LONGEST = timedelta(days=5 * 366)
"""How far ahead a review may lie (RPD)."""
_CLOCKS = timedelta(days=1)  # east of us it may already be tomorrow


def record_findings(record: FirearmRecord, *, sender: str, now: datetime) -> tuple[Finding, ...]:
    """Everything wrong with ``record`` as content, whether it is filed or updated."""
    return (*_ownership(record, sender), *_serials(record), *_dates(record, now))


def submit_findings(record: FirearmRecord) -> tuple[Finding, ...]:
    """What only a first filing must hold to."""
    return tuple(_first_state(record))


def would_find(message: FirearmRecordSubmit) -> tuple[Finding, ...]:
    """What the registry would say of a first filing, as far as the record alone says it: before it
    is sent."""
    context, record = message.context, message.firearm_record
    found = record_findings(record, sender=context.sender_agency_id, now=context.sent_timestamp)
    return (*found, *submit_findings(record))


def update_findings(
    record: FirearmRecord, *, base_version: int, status: str, national_record_id: str
) -> tuple[Finding, ...]:
    """What only an update must hold to, given what stands under its id."""
    return tuple(_next_state(record, base_version, status, national_record_id))


def step_findings(
    change: StatusChange, status: RecordStatusCode
) -> tuple[Transition | None, tuple[Finding, ...]]:
    """The owner's step that ``change`` asks for from ``status``, and what is wrong with it."""
    step = transition(status, change.status_code, Actor.OWNER)
    if step is None:
        allowed = ", ".join(targets(status, Actor.OWNER)) or "none: the record is at its end"
        return None, (
            error(
                "ILLEGAL_TRANSITION",
                f"an owner cannot lead a record from {status} to {change.status_code}",
                path="StatusChange/StatusCode",
                value=change.status_code,
                expected=allowed,
            ),
        )
    return step, (*_reasons(change, step), *_recovery(change, step))


def not_permitted(record: FirearmRecord, sender: str, *, update: bool) -> Finding | None:
    """What the centre's policy has against a record of this class, by itself or in a batch."""
    kind = MessageTypeCode.REC_UPDATE if update else MessageTypeCode.REC_SUBMIT
    ruling = policy_in_force().decide(sender, kind.value, record.record_type_code.value)
    if ruling.allowed:  # (14.3)
        return None
    return error(
        "NOT_PERMITTED",
        f"the centre's policy does not let {sender} file this: {ruling.because}",
        path="FirearmRecord/RecordTypeCode",
        value=record.record_type_code,
        expected=f"what rule {ruling.rule} allows",
        remedy="ask the operator of the registry; `iarms policy explain` shows the rule",
    )


def extension_findings(
    decision: ReviewDecision, status: RecordStatusCode, now: datetime
) -> Iterator[Finding]:
    """What is wrong with an extension of a record in this state."""
    if status not in OPEN and status is not RecordStatusCode.EXPIRED:
        yield error(
            "ILLEGAL_TRANSITION",
            f"a record that is {status} is not extended",
            path="ReviewDecision/ReviewDecisionCode",
            value=status,
            expected=", ".join(one for one in RecordStatusCode if one in OPEN),
        )
    today = now.date()
    latest = today + REVIEW_LONGEST
    given = decision.review_date
    if given is None or not today < given <= latest:  # (12.3)
        yield error(
            "REVIEW_DATE_WRONG",
            "a record is extended to its next review",
            path="ReviewDecision/ReviewDate",
            value=given,
            expected=f"a date after {today}, at the latest {latest}",
        )


def _ownership(record: FirearmRecord, sender: str) -> Iterator[Finding]:
    if record.owner_agency_id != sender:  # (7.1)
        yield error(
            "NOT_OWNER",
            "a record is filed by its owner only",
            path="FirearmRecord/OwnerAgencyId",
            value=record.owner_agency_id,
            expected=sender,
            remedy="let the owner file it",
        )
    country = country_of(sender)
    if not record.record_id.startswith(f"R-{country}-"):  # (7.2)
        yield error(
            "RECORD_ID_COUNTRY",
            "the record's id names another country than its owner's",
            path="FirearmRecord/RecordId",
            value=record.record_id,
            expected=f"R-{country}-…",
            remedy="give ids of your own country",
        )


def _serials(record: FirearmRecord) -> Iterator[Finding]:
    marks = numbered_markings(record.firearm)
    serials = [mark for mark in marks if mark.marking.kind_code is MarkingKindCode.SERIAL]
    expected = record.firearm.serial_status_code in _SERIAL_EXPECTED
    if expected and not any(_says_something(mark) for mark in serials):  # (7.3)
        yield error(
            "SERIAL_REQUIRED",
            f"with serial status {record.firearm.serial_status_code} the serial must be given",
            path="FirearmRecord/Firearm/Marking",
            expected="a marking of kind SERIAL with its text",
            remedy="give the serial as marked, or the status that says why there is none",
        )
    for mark in marks:
        if mark.marks.unusable is not None and _says_something(mark):  # (7.4)
            yield unusable_serial(mark, SeverityCode.WARNING)


def _says_something(mark: Mark) -> bool:
    return bool(mark.text or mark.marking.transliterated_text)


def _dates(record: FirearmRecord, now: datetime) -> Iterator[Finding]:
    latest = (now + _CLOCKS).date().isoformat()
    if record.event_date > latest[: len(record.event_date)]:  # (7.5)
        yield error(
            "EVENT_IN_FUTURE",
            "the event lies in the future",
            path="FirearmRecord/EventDate",
            value=record.event_date,
            expected=f"at the latest {latest}",
        )


def _first_state(record: FirearmRecord) -> Iterator[Finding]:
    if record.status_code is not RecordStatusCode.ACTIVE:  # (7.6)
        yield error(
            "STATUS_NOT_ACTIVE",
            "a record begins as ACTIVE",
            path="FirearmRecord/StatusCode",
            value=record.status_code,
            expected="ACTIVE",
            remedy="file it as ACTIVE, then send a status change",
        )
    if record.version != 1:  # (7.7)
        yield error(
            "VERSION_NOT_ONE",
            "a record begins with version 1",
            path="FirearmRecord/Version",
            value=record.version,
            expected="1",
            remedy="send an update with its BaseVersion if the record is already held",
        )
    if record.closure_reason_code is not None:  # (7.8)
        yield error(
            "CLOSURE_REASON_UNEXPECTED",
            "an active record has no closure reason",
            path="FirearmRecord/ClosureReasonCode",
            value=record.closure_reason_code,
            expected="none",
        )


def _next_state(
    record: FirearmRecord, base_version: int, status: str, national_record_id: str
) -> Iterator[Finding]:
    if record.version not in {base_version, base_version + 1}:  # (7.9)
        yield error(
            "VERSION_NOT_NEXT",
            "the content's version follows the one it was made from",
            path="RecordUpdate/FirearmRecord/Version",
            value=record.version,
            expected=str(base_version + 1),
        )
    # A step of the registry reaches the owner's system later than its next update may leave it.
    led = status in LED_BY_REGISTRY and record.status_code is RecordStatusCode.ACTIVE
    if record.status_code != status and not led:  # (7.10)
        yield error(
            "STATUS_BY_STATUS_CHANGE",
            "an update does not change the status",
            path="RecordUpdate/FirearmRecord/StatusCode",
            value=record.status_code,
            expected=status,
            remedy="send a status change",
        )
    if record.national_record_id != national_record_id:  # (7.11)
        yield error(
            "NATIONAL_ID_FIXED",
            "a record keeps its national number",
            path="RecordUpdate/FirearmRecord/NationalRecordId",
            value=record.national_record_id,
            expected=national_record_id,
            remedy="cancel the record and file a new one",
        )


def _reasons(change: StatusChange, step: Transition) -> Iterator[Finding]:
    given = change.closure_reason_code
    if step.reasons and given not in step.reasons:  # (7.12)
        yield error(
            "CLOSURE_REASON_REQUIRED" if given is None else "CLOSURE_REASON_WRONG",
            f"a record becomes {step.target} for a reason",
            path="StatusChange/ClosureReasonCode",
            value=given,
            expected=", ".join(reason for reason in ClosureReasonCode if reason in step.reasons),
        )
    if not step.reasons and given is not None:
        yield warning(
            "CLOSURE_REASON_UNEXPECTED",
            "the reason was not kept: the record stays open",
            path="StatusChange/ClosureReasonCode",
            value=given,
            expected="none",
        )


def _recovery(change: StatusChange, step: Transition) -> Iterator[Finding]:
    if step.needs_recovery_date and change.recovery_date is None:  # (7.13)
        yield error(
            "RECOVERY_DATE_REQUIRED",
            "a located weapon's record is closed with the date of its recovery",
            path="StatusChange/RecoveryDate",
            expected="a date",
        )
