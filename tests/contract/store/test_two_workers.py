"""Two workers on one database that take the same message: the second is told that it was second."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from real_postgres import migrated_database

from gateway.store import Store, StoreConflictError, Taken

pytestmark = pytest.mark.real

TAKEN = Taken(
    sender="FRA-NCB",
    message_id="1",
    message_type="REC_SUBMIT",
    seq=1,
    received=datetime(2025, 1, 1, tzinfo=UTC),
    outcome="APPLIED",
    fault_code=None,
    digest="1",
    answer_id=None,
)


def test_the_second_to_commit_a_message_is_told_so():
    with (
        migrated_database() as url,
        Store.open(url) as first,
        Store.open(url) as second,
    ):
        take(first, TAKEN)
        with pytest.raises(StoreConflictError):
            take(second, TAKEN)
        take(second, replace(TAKEN, message_id="2"))


def take(store, taken):
    with store.unit() as unit:
        unit.inbox.add(taken, b"sealed")
