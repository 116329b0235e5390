"""Files, updates and leads records: who may do what, judged item by item, written at the end.

A single filing is a batch of one. It does not search for others (see ``lookup``), and what a
filing must hold to by itself stands in ``filings``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gateway.frame import Frame
from gateway.ids import country_of
from gateway.payload import (
    Context,
    Finding,
    FirearmRecord,
    HitRevokeReasonCode,
    RecordResult,
    RecordResultCode,
    RecordStatusCode,
    RecordUpdate,
    ReviewDecision,
    ReviewDecisionCode,
    SeverityCode,
    StatusChange,
)
from gateway.posting import Posting
from gateway.registry.delayed import Arrived, delayed_hits, record_hits
from gateway.registry.filings import (
    extension_findings,
    not_permitted,
    record_findings,
    step_findings,
    submit_findings,
    update_findings,
)
from gateway.registry.findings import error
from gateway.registry.hitlife import Clocks
from gateway.registry.hitsteps import HitLife
from gateway.registry.lifecycle import OPEN, SEARCHABLE
from gateway.registry.outcomes import (
    Findings,
    accepted,
    accepted_code,
    conflict,
    duplicate,
    id_taken,
    national_id_taken,
    not_open,
    outcome,
    record_match,
    refused,
    result,
)
from gateway.registry.reviews import SUSPENDED_LONGEST, SUSPENSION
from gateway.registry.storage import read_record, stored
from gateway.registry.twins import Twin, Twins
from gateway.store import Asker, Holding, RecordEvent, StoredRecord, Unit

_WITHDRAWN = frozenset({RecordStatusCode.CANCELLED, RecordStatusCode.CLOSED})
_CANCELLED = HitRevokeReasonCode.RECORD_CANCELLED
_CLOSED = HitRevokeReasonCode.RECORD_CLOSED

Filed = FirearmRecord | RecordUpdate | StatusChange | ReviewDecision


@dataclass(slots=True, kw_only=True)
class _State:
    """What stands under a record id as this batch goes on; ``id`` is None until it is written."""

    id: int | None
    owner: str
    national_record_id: str
    version: int
    status: RecordStatusCode
    visible: bool
    octets: bytes | None = None
    record: FirearmRecord | None = None
    recovery_date: str | None = None
    dirty: bool = False


class Filing:
    """One party's filings in one message, judged in their order and written together."""

    def __init__(self, *, sender: str, context: Context, unit: Unit, frame: Frame) -> None:
        self._sender = sender
        self._asker = Asker(party=sender, country=country_of(sender))
        self._context = context
        self._unit = unit
        self._frame = frame
        self._states: dict[str, _State] = {}
        self._national: dict[str, str] = {}
        self._twins = Twins(self._asker)
        self._withdrawn: dict[int, RecordStatusCode] = {}
        self._arrived: list[Arrived] = []

    def file(self, items: Sequence[Filed]) -> list[RecordResult]:
        """The result of each item, in order; what was accepted is written."""
        self._load(items)
        results = [self._judge(item) for item in items]
        self._write()
        return results

    def recalls(self, clocks: Clocks) -> list[Posting]:
        """The words to all sides of hits on records that these items withdrew."""
        life = HitLife(unit=self._unit, frame=self._frame, clocks=clocks)
        postings: list[Posting] = []
        for firearm_id, status in self._withdrawn.items():  # (10.10)
            cancelled = status is RecordStatusCode.CANCELLED
            reason = _CANCELLED if cancelled else _CLOSED
            postings += life.revoke(firearm_id, reason, only_open=not cancelled)
        return postings

    def hits(self) -> list[Posting]:
        """The notices of hits that these records are, for older searches and other records."""
        unit, frame = self._unit, self._frame
        return [
            *delayed_hits(self._arrived, unit=unit, frame=frame),
            *record_hits(
                self._arrived,
                sender=self._sender,
                context=self._context,
                unit=unit,
                frame=frame,
            ),
        ]

    def _judge(self, item: Filed) -> RecordResult:
        record = item.firearm_record if isinstance(item, RecordUpdate) else item
        if isinstance(record, FirearmRecord):
            finding = not_permitted(record, self._sender, update=record is not item)
            if finding is not None:
                return refused(record, (finding,))
        match item:
            case FirearmRecord():
                return self._submit(item)
            case RecordUpdate():
                return self._update(item)
            case StatusChange():
                return self._change_status(item)
            case ReviewDecision():
                return self._review(item)

    # Filing

    def _submit(self, record: FirearmRecord) -> RecordResult:
        findings = (
            *record_findings(record, sender=self._sender, now=self._frame.now),
            *submit_findings(record),
        )
        if _has_error(findings):
            return refused(record, findings)
        held = self._states.get(record.record_id)
        if held is not None:  # (7.14)
            return self._submit_again(record, held)
        if other := self._national.get(record.national_record_id):  # (7.15)
            return refused(record, (national_id_taken(record, other),))
        return self._accept_new(record, findings)

    def _submit_again(self, record: FirearmRecord, held: _State) -> RecordResult:
        if held.owner != self._sender:
            return refused(record, (id_taken(record),))
        if held.status is RecordStatusCode.PURGED:
            return refused(record, (not_open(held.status),))
        if _same_content(record, self._content(held)):
            return result(record, RecordResultCode.DUPLICATE, (), version=held.version)
        finding = error(
            "RECORD_EXISTS",
            f"the record is already held in version {held.version} with other content",
            path="FirearmRecord/RecordId",
            value=record.record_id,
            remedy=f"send an update with BaseVersion {held.version}",
        )
        return result(record, RecordResultCode.REJECTED, (finding,), version=held.version)

    def _accept_new(self, record: FirearmRecord, findings: Findings) -> RecordResult:
        own, others = self._twins.of(record)
        if own is not None:
            return duplicate(record, own)
        self._states[record.record_id] = _State(
            id=None,
            owner=self._sender,
            national_record_id=record.national_record_id,
            version=1,
            status=record.status_code,
            visible=True,
            record=record,
            dirty=True,
        )
        self._national[record.national_record_id] = record.record_id
        self._twins.add(record)
        self._arrived.append(_arrived(record, others))
        return accepted(record, (*findings, *map(record_match, others)), version=1)

    # Updating

    def _update(self, update: RecordUpdate) -> RecordResult:
        record = update.firearm_record
        held = self._states.get(record.record_id)
        if held is None or not self._may_change(held):
            return refused(record, (self._not_yours(record.record_id, held),))
        if update.base_version != held.version:  # (7.18)
            return conflict(
                record.record_id, record.national_record_id, update.base_version, held.version
            )
        if held.status not in OPEN:  # (7.19)
            return refused(record, (not_open(held.status),))
        findings = (
            *record_findings(record, sender=self._sender, now=self._frame.now),
            *update_findings(
                record,
                base_version=update.base_version,
                status=held.status,
                national_record_id=held.national_record_id,
            ),
        )
        if _has_error(findings):
            return refused(record, findings)
        own, others = self._twins.of(record)
        if own is not None:
            return duplicate(record, own)
        new = replace(record, version=held.version + 1, status_code=held.status)
        self._replace(held, new)
        self._arrived.append(_arrived(new, others))
        return accepted(record, (*findings, *map(record_match, others)), version=held.version)

    # Leading from state to state

    def _change_status(self, change: StatusChange) -> RecordResult:
        held = self._states.get(change.record_id)
        if held is None or not self._may_change(held):
            return RecordResult(
                record_id=change.record_id,
                result_code=RecordResultCode.REJECTED,
                finding=(self._not_yours(change.record_id, held),),
            )
        number = held.national_record_id
        if _was_done(change, held):  # (7.20)
            code = RecordResultCode.DUPLICATE
            return outcome(change.record_id, number, code, (), held.version)
        if change.base_version != held.version:
            return conflict(change.record_id, number, change.base_version, held.version)
        step, findings = step_findings(change, held.status)
        if step is None or _has_error(findings):
            code = RecordResultCode.REJECTED
            return outcome(change.record_id, number, code, findings, held.version)
        self._lead(held, change, keeps_reason=bool(step.reasons))
        code = accepted_code(findings)
        return outcome(change.record_id, number, code, findings, held.version)

    # Reviews

    def _review(self, decision: ReviewDecision) -> RecordResult:
        if decision.review_decision_code is not ReviewDecisionCode.EXTEND:
            closing = decision.review_decision_code is ReviewDecisionCode.CLOSE
            target = RecordStatusCode.CLOSED if closing else RecordStatusCode.CANCELLED
            return self._change_status(
                StatusChange(
                    record_id=decision.record_id,
                    base_version=decision.base_version,
                    status_code=target,
                    closure_reason_code=decision.closure_reason_code,
                    recovery_date=decision.recovery_date,
                )
            )
        held = self._states.get(decision.record_id)
        if held is None or not self._may_change(held):
            return RecordResult(
                record_id=decision.record_id,
                result_code=RecordResultCode.REJECTED,
                finding=(self._not_yours(decision.record_id, held),),
            )
        number = held.national_record_id
        if decision.base_version != held.version:
            return conflict(decision.record_id, number, decision.base_version, held.version)
        findings = tuple(extension_findings(decision, held.status, self._frame.now))
        if _has_error(findings) or decision.review_date is None:
            code = RecordResultCode.REJECTED
            return outcome(decision.record_id, number, code, findings, held.version)
        self._extend(held, decision.review_date)
        code = accepted_code(findings)
        return outcome(decision.record_id, number, code, findings, held.version)

    def _extend(self, held: _State, review_date: date) -> None:
        expired = held.status is RecordStatusCode.EXPIRED
        status = RecordStatusCode.ACTIVE if expired else held.status
        content = replace(
            self._content(held),
            version=held.version + 1,
            review_date=review_date,
            status_code=status,
        )
        self._replace(held, content)
        if expired:
            self._arrived.append(_arrived(content, ()))
        record = self._unit.lives.find(content.record_id)
        if record is not None:  # (12.3) an explicit act, counted
            self._unit.lives.told(record.id, 0, record.extended + 1)
            self._unit.lives.note(
                RecordEvent(
                    record_id=content.record_id,
                    at=self._frame.now,
                    actor=self._sender,
                    event="EXTENDED",
                    version=content.version,
                )
            )

    def _lead(self, held: _State, change: StatusChange, *, keeps_reason: bool) -> None:
        held.recovery_date = change.recovery_date
        timers, now = self._unit.timers, self._frame.now
        if change.status_code is RecordStatusCode.SUSPENDED:
            timers.set(SUSPENSION, change.record_id, due=now + SUSPENDED_LONGEST, now=now)
        elif held.status is RecordStatusCode.SUSPENDED:
            timers.stop(SUSPENSION, change.record_id)
        if change.status_code in _WITHDRAWN and held.id is not None:
            self._withdrawn[held.id] = change.status_code
        found_before = held.status in SEARCHABLE
        self._replace(
            held,
            replace(
                self._content(held),
                version=held.version + 1,
                status_code=change.status_code,
                closure_reason_code=change.closure_reason_code if keeps_reason else None,
            ),
        )
        if held.status in SEARCHABLE and not found_before:
            self._arrived.append(_arrived(self._content(held), ()))

    # What stands, and who may see it

    def _may_change(self, held: _State) -> bool:
        return held.owner == self._sender

    def _not_yours(self, record_id: str, held: _State | None) -> Finding:
        """Another's record; one that the sender may not see is as good as none."""
        if held is None or not held.visible:  # (6.4), (7.21)
            return error(
                "RECORD_UNKNOWN",
                "no such record",
                path="RecordId",
                value=record_id,
                remedy="file it first; ids are R-, the owner's country and 26 characters",
            )
        return error(
            "NOT_OWNER",
            "only the owner changes a record",
            path="RecordId",
            value=record_id,
            expected=held.owner,
            remedy="tell the owner through the contact point of the record",
        )

    def _content(self, held: _State) -> FirearmRecord:
        if held.record is None:
            if held.octets is None:
                raise LookupError("a held record without content")
            held.record = read_record(held.octets)
        return held.record

    def _replace(self, held: _State, record: FirearmRecord) -> None:
        self._twins.drop(record.record_id)
        if record.status_code in SEARCHABLE:
            self._twins.add(record)
        held.record = record
        held.version = record.version
        held.status = record.status_code
        held.dirty = True

    # Reading and writing

    def _load(self, items: Sequence[Filed]) -> None:
        """Everything that the items touch, in a handful of statements."""
        records = self._unit.records
        held = records.held({_record_id(item) for item in items}, self._asker)
        submitted = [item for item in items if isinstance(item, FirearmRecord)]
        numbers = {record.national_record_id for record in submitted}
        for holding in records.held_by_owner(numbers, self._asker):
            self._national[holding.national_record_id] = holding.record_id
        own = [holding.id for holding in held if holding.owner_agency == self._sender]
        contents = records.contents(own)
        for holding in held:
            self._states[holding.record_id] = _state(holding, contents.get(holding.id))
        updated = [item.firearm_record for item in items if isinstance(item, RecordUpdate)]
        self._twins.load([*submitted, *updated], self._unit)

    def _write(self) -> None:
        new: list[StoredRecord] = []
        changed: list[tuple[int, StoredRecord]] = []
        for state in self._states.values():
            if not state.dirty or state.record is None:
                continue
            row = stored(
                state.record,
                self._context,
                now=self._frame.now,
                recovery_date=state.recovery_date,
            )
            if state.id is None:
                new.append(row)
            else:
                changed.append((state.id, row))
        self._unit.records.add(new)
        self._unit.records.change(changed)


def _state(holding: Holding, octets: bytes | None) -> _State:
    return _State(
        id=holding.id,
        owner=holding.owner_agency,
        national_record_id=holding.national_record_id,
        version=holding.version,
        status=RecordStatusCode(holding.status),
        visible=holding.visible,
        octets=octets,
    )


def _arrived(record: FirearmRecord, others: Iterable[Twin]) -> Arrived:
    return Arrived(record=record, matches=tuple(twin.record_id for twin in others))


def _record_id(item: Filed) -> str:
    return item.firearm_record.record_id if isinstance(item, RecordUpdate) else item.record_id


def _same_content(one: FirearmRecord, held: FirearmRecord) -> bool:
    """Equal in all that the owner says of the weapon; what filing itself sets is left aside."""
    return one == replace(
        held,
        version=one.version,
        status_code=one.status_code,
        closure_reason_code=one.closure_reason_code,
        entered_timestamp=one.entered_timestamp,
        review_date=one.review_date,
    )


def _was_done(change: StatusChange, held: _State) -> bool:
    # No step leads from a state to itself, so the last change can only have been this one.
    return change.base_version == held.version - 1 and change.status_code is held.status


def _has_error(findings: Iterable[Finding]) -> bool:
    return any(finding.severity_code is SeverityCode.ERROR for finding in findings)
