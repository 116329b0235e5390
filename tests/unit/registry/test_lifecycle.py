"""The states of a record, held to the table of the standard."""

from __future__ import annotations

import pytest

from gateway.payload import ClosureReasonCode, RecordStatusCode
from gateway.registry.lifecycle import (
    OPEN,
    SEARCHABLE,
    TRANSITIONS,
    Actor,
    targets,
    transition,
)

S = RecordStatusCode
# Standard 2.6.1, row by row.
STANDARD = {
    ("ACTIVE", "SUSPENDED", "OWNER"),
    ("SUSPENDED", "ACTIVE", "OWNER"),
    ("SUSPENDED", "ACTIVE", "REGISTRY"),
    ("ACTIVE", "HIT_PENDING", "REGISTRY"),
    ("HIT_PENDING", "ACTIVE", "REGISTRY"),
    ("ACTIVE", "LOCATED", "OWNER"),
    ("ACTIVE", "LOCATED", "REGISTRY"),
    ("HIT_PENDING", "LOCATED", "OWNER"),
    ("HIT_PENDING", "LOCATED", "REGISTRY"),
    ("LOCATED", "ACTIVE", "OWNER"),
    ("LOCATED", "CLOSED", "OWNER"),
    ("ACTIVE", "CLOSED", "OWNER"),
    ("SUSPENDED", "CLOSED", "OWNER"),
    ("ACTIVE", "CANCELLED", "OWNER"),
    ("SUSPENDED", "CANCELLED", "OWNER"),
    ("HIT_PENDING", "CANCELLED", "OWNER"),
    ("HIT_PENDING", "CLOSED", "OWNER"),  # ours: its owner need not wait for the hit
    ("LOCATED", "CANCELLED", "OWNER"),
    ("ACTIVE", "EXPIRED", "REGISTRY"),
    ("LOCATED", "EXPIRED", "REGISTRY"),
    ("EXPIRED", "ACTIVE", "OWNER"),
    ("CLOSED", "PURGED", "REGISTRY"),
    ("CANCELLED", "PURGED", "REGISTRY"),
    ("EXPIRED", "PURGED", "REGISTRY"),
}


@pytest.mark.parametrize("actor", Actor)
@pytest.mark.parametrize("target", RecordStatusCode)
@pytest.mark.parametrize("source", RecordStatusCode)
def test_a_step_may_be_taken_exactly_when_the_standard_says_so(
    source: RecordStatusCode, target: RecordStatusCode, actor: Actor
) -> None:
    allowed = (source.value, target.value, actor.value) in STANDARD
    assert (transition(source, target, actor) is not None) is allowed
    assert (target in targets(source, actor)) is allowed


def test_no_step_leads_from_a_state_to_itself() -> None:
    assert all(step.source is not step.target for step in TRANSITIONS)


def test_ends_need_reasons_and_cancelling_takes_three_only() -> None:
    for step in TRANSITIONS:
        ends = step.target in {S.CLOSED, S.CANCELLED}
        assert bool(step.reasons) is ends
        if step.target is S.CANCELLED:
            assert step.reasons == {
                ClosureReasonCode.ENTERED_IN_ERROR,
                ClosureReasonCode.NOT_STOLEN,
                ClosureReasonCode.NOT_LOST,
            }
        assert step.needs_recovery_date is ((step.source, step.target) == (S.LOCATED, S.CLOSED))


def test_what_is_found_is_open_and_a_suspended_record_is_not_found() -> None:
    assert SEARCHABLE < OPEN
    assert {S.SUSPENDED} == OPEN - SEARCHABLE
