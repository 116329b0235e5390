"""What a node says of a record of its officers agrees with the registry, or says that it is old.

Officers file, change, extend and suspend; the agency's own system changes the same record by file,
of which the officers' node learns from the registry's answers alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

import pytest
from registry_world import FRANCE, NOW, Centre, a_change, a_record, frame_of

from gateway.cli.record_known import Known, known_of
from gateway.payload import (
    FirearmRecord,
    FirearmRecordStatusChange,
    FirearmRecordSubmit,
    FirearmRecordUpdate,
    MessageTypeCode,
    Payload,
    PurposeCode,
    RecordExtract,
    RecordRead,
    RecordStatusCode,
    RecordUpdate,
    ReviewConfirm,
    ReviewDecision,
    ReviewDecisionCode,
    SearchReasonCode,
    encode,
)
from gateway.store import Order

STATES = (RecordStatusCode.SUSPENDED, RecordStatusCode.ACTIVE)


@dataclass(slots=True, kw_only=True)
class Desk:
    """An officer's desk at a node: what was ordered about one record, and what was answered."""

    centre: Centre
    record_id: str
    orders: list[Order] = field(default_factory=list)

    @property
    def known(self) -> Known:
        found = known_of(self.orders)
        assert found is not None
        return found

    def order(self, payload: Payload) -> Payload:
        answer = self.centre.handle(payload, FRANCE)[0].payload
        number = len(self.orders) + 1
        order = Order(
            id=number,
            made=NOW,
            officer="officer",
            kind="",
            subject=self.record_id,
            recipient="XPO-REGISTRY",
            octets=encode(payload),
            state="ANSWERED",
            message_id=f"m-{number}",
            ended=NOW,
            answer=encode(answer),
        )
        self.orders.append(order)
        return answer


def context(kind: str):
    purpose = PurposeCode.CRIMINAL_INVESTIGATION
    return frame_of(FRANCE).context(MessageTypeCode(kind), purpose=purpose, case_reference="C-1")


def filed(record: FirearmRecord) -> Payload:
    return FirearmRecordSubmit(context=context("REC_SUBMIT"), firearm_record=record)


def updated(record: FirearmRecord, base: int, text: str) -> Payload:
    new = replace(record, version=base + 1, circumstance_text=text)
    change = RecordUpdate(base_version=base, firearm_record=new)
    return FirearmRecordUpdate(context=context("REC_UPDATE"), record_update=change)


def suspended(record: FirearmRecord, base: int, state: RecordStatusCode) -> Payload:
    change = a_change(record, state, base_version=base)
    return FirearmRecordStatusChange(context=context("REC_STATUS"), status_change=change)


def extended(record_id: str, base: int, year: int) -> Payload:
    decision = ReviewDecision(
        record_id=record_id,
        base_version=base,
        review_decision_code=ReviewDecisionCode.EXTEND,
        review_date=date(year, 4, 1),
    )
    return ReviewConfirm(context=context("REVIEW_CONFIRM"), review_decision=(decision,))


def read(record_id: str) -> Payload:
    return RecordRead(
        context=context("REC_READ"),
        record_id=record_id,
        reason_code=SearchReasonCode.TRAFFICKING,
        justification_text="to see what stands",
    )


def standing(centre: Centre, record_id: str) -> FirearmRecord:
    answer = centre.handle(read(record_id), FRANCE)[0].payload
    assert isinstance(answer, RecordExtract)
    assert answer.firearm_record is not None
    return answer.firearm_record


def desk_with(centre: Centre, number: str) -> Desk:
    record = a_record(number, f"KNOWN{number}77")
    desk = Desk(centre=centre, record_id=record.record_id)
    desk.order(filed(record))
    return desk


def test_an_extension_is_a_version_that_the_next_change_starts_from(centre):
    desk = desk_with(centre, "1")
    desk.order(extended(desk.record_id, 1, 2028))
    assert (desk.known.version, desk.known.newest) == (2, True)
    desk.order(updated(desk.known.record, desk.known.version, "in a hotel"))
    stands = standing(centre, desk.record_id)
    assert (stands.version, stands.review_date) == (3, date(2028, 4, 1))
    assert desk.known == Known(record=stands, version=3, newest=True)


def test_a_refused_change_is_not_taken_for_the_content(centre):
    desk = desk_with(centre, "1")
    centre.handle(updated(desk.known.record, 1, "by file"), FRANCE)
    desk.order(updated(desk.known.record, 1, "by hand"))
    assert (desk.known.version, desk.known.newest) == (2, False)
    assert desk.known.record.circumstance_text is None


def test_reading_the_record_brings_what_was_changed_elsewhere(centre):
    desk = desk_with(centre, "1")
    centre.handle(updated(desk.known.record, 1, "by file"), FRANCE)
    desk.order(suspended(desk.known.record, 1, RecordStatusCode.SUSPENDED))
    desk.order(read(desk.record_id))
    assert desk.known.newest
    assert desk.known.record.circumstance_text == "by file"


def test_a_record_that_came_in_a_file_is_known_once_it_was_read(centre):
    record = a_record("9", "KNOWN977")
    centre.submit(record)
    desk = Desk(centre=centre, record_id=record.record_id)
    desk.order(read(record.record_id))
    assert desk.known.record == standing(centre, record.record_id)


@pytest.mark.parametrize("seed", range(2))
def test_after_any_changes_what_is_called_the_newest_is_what_stands(centre, seed):
    random = Random(seed)
    desk = desk_with(centre, str(seed))
    for step in range(20):
        known = desk.known
        match random.randrange(6):
            case 0:
                desk.order(updated(known.record, known.version, f"by hand {step}"))
            case 1:
                desk.order(suspended(known.record, known.version, random.choice(STATES)))
            case 2:
                year = random.randint(2025, 2028)
                desk.order(extended(desk.record_id, known.version, year))
            case 3:
                desk.order(read(desk.record_id))
            case 4:
                stands = standing(centre, desk.record_id)
                centre.handle(updated(stands, stands.version, f"by file {step}"), FRANCE)
            case _:
                stale = max(1, known.version - 1)
                desk.order(updated(known.record, stale, f"too late {step}"))
        stands = standing(centre, desk.record_id)
        assert desk.known.version <= stands.version
        if desk.known.newest and desk.known.version == stands.version:
            assert desk.known.record == stands
