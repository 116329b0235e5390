"""Two gateways of one party on one PostgreSQL: whatever the other does between two statements,
numbers stay apart, changes are seen, and nothing is done twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from memory_world import MemoryWorld, Seat
from real_postgres import migrated_database
from registry_world import (
    CUSTOMS,
    FRANCE,
    Centre,
    a_record,
    a_seizure,
    frame_of,
    hits_in,
    pistol,
)

from gateway.ids import REGISTRY_PARTY, Lane
from gateway.payload import HitReceipt, MessageTypeCode, PurposeCode, RecordResultCode
from gateway.store import OutboxRow, Store, Unit

pytestmark = pytest.mark.real

DEADLINE_S = 120
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def url() -> Iterator[str]:
    with migrated_database() as database:
        yield database


def while_one_is_open(
    url: str, first: Callable[[Unit], Any], second: Callable[[Unit], Any]
) -> tuple[Any, Any]:
    """``first`` in a transaction that stays open until ``second`` waits for it, or is through."""
    with Store.open(url) as one, Store.open(url) as two, ThreadPoolExecutor(1) as pool:

        def other() -> Any:
            with two.unit() as unit:
                return second(unit)

        with one.unit() as unit:
            done = first(unit)
            unit.flush()
            started = pool.submit(other)
            wait_until_blocked_or_done(url, started)
        return done, started.result(timeout=DEADLINE_S)


def wait_until_blocked_or_done(url: str, started: Future[Any]) -> None:
    asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    deadline = time.monotonic() + DEADLINE_S
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as look:
        while not started.done():
            row = look.execute(asked).fetchone()
            if row is not None and row[0]:
                return
            assert time.monotonic() < deadline


def count_one(unit: Unit) -> int:
    return unit.outbox.next_seq("USA-NCB")


@pytest.mark.parametrize("before", [0, 3], ids=["the first", "a later one"])
def test_no_two_messages_of_a_pair_get_one_number(url, before):
    with Store.open(url) as store:
        for _ in range(before):
            with store.unit() as unit:
                count_one(unit)
    assert while_one_is_open(url, count_one, count_one) == (before + 1, before + 2)


def test_one_of_two_changes_from_one_version_is_refused(url):
    record = a_record()
    with Store.open(url) as store, store.unit() as unit:
        Centre(unit=unit).submit(record)

    def change(text: str) -> Callable[[Unit], Any]:
        changed = replace(record, circumstance_text=text, version=2)
        return lambda unit: Centre(unit=unit).update(changed, base_version=1)

    first, second = while_one_is_open(url, change("one"), change("other"))
    assert first.result_code is RecordResultCode.ACCEPTED
    assert second.result_code is RecordResultCode.VERSION_CONFLICT
    assert second.version == 2


def test_the_receipts_of_both_sides_of_a_hit_are_both_kept(url):
    with Store.open(url) as store, store.unit() as unit:
        centre = Centre(unit=unit)
        centre.submit(a_record())
        notices = dict(hits_in(centre.seize(a_seizure([pistol()]))))

    def receipt(party: str) -> Callable[[Unit], Any]:
        hit = notices[party].hit
        context = frame_of(party).context(
            MessageTypeCode.HIT_RECEIPT, purpose=PurposeCode.OBJECT_OF_POLICE_INTEREST
        )
        payload = HitReceipt(
            context=context,
            hit_id=hit.hit_id,
            hit_role_code=hit.hit_role_code,
            received_timestamp=AT,
        )
        return lambda unit: Centre(unit=unit).handle(payload, party)

    while_one_is_open(url, receipt(FRANCE), receipt(CUSTOMS))
    with Store.open(url) as store, store.unit() as unit:
        held = unit.hits.find(notices[FRANCE].hit.hit_id)
    assert held is not None
    assert held.state == "NOTIFIED"


def set_aside(unit: Unit) -> bool:
    return unit.deadletters.set_aside(
        b"octets", now=AT, source="relay:USA-NCB", code="x", reason="x", proven=False,
        sender=None, message_id=None, message_type=None,
    )  # fmt: skip


def test_a_letter_that_both_set_aside_is_one_letter(url):
    assert while_one_is_open(url, set_aside, set_aside) == (True, False)


def test_a_failure_that_both_count_is_counted_twice(url):
    both = while_one_is_open(
        url, lambda unit: unit.inbox.failed_again("d"), lambda unit: unit.inbox.failed_again("d")
    )
    assert both == (1, 2)


def test_a_letter_s_long_or_strange_source_and_reason_are_kept_as_far_as_they_fit(url):
    with Store.open(url) as store, store.unit() as unit:
        unit.deadletters.set_aside(
            b"octets", now=AT, source="relay:" + "x" * 500, code="y" * 500, reason="a\0b" * 9_000,
            proven=False, sender=None, message_id=None, message_type=None,
        )  # fmt: skip
        (letter,) = unit.deadletters.all()
    assert letter.source.startswith("relay:xxx")
    assert "\0" not in letter.reason


class SharedHub(MemoryWorld):
    """The registry twice, on one PostgreSQL; the others on SQLite."""

    shared = ""

    def url_of(self, seat: Seat) -> str:
        return self.shared if seat.party == REGISTRY_PARTY else super().url_of(seat)


def test_two_hubs_at_one_mailbox_have_each_effect_once_and_answer_it_once(url, tmp_path):
    SharedHub.shared = url
    with closing(SharedHub(tmp_path)) as world:
        play_two_hubs(world)


def play_two_hubs(world: SharedHub) -> None:
    hub = world.seats[REGISTRY_PARTY]
    second = replace(hub)
    world.start(second)
    world.seats["second"] = second
    world.settle()
    for number in range(12):
        world.ask("FRA-NCB", f"s{number}")
        if number % 4 == 3:
            world.broker.redeliver()
    world.crash(hub)
    world.until_quiet()
    assert sorted(world.effects(REGISTRY_PARTY)) == sorted(f"s{n}" for n in range(12))
    assert len(world.effects("FRA-NCB")) == 12
    world.pass_time(timedelta(seconds=20))
    assert len(world.effects("FRA-NCB")) == 12


def test_one_of_two_dates_anew_what_both_found(url: str) -> None:
    with Store.open(url) as store, store.unit() as unit:
        unit.outbox.add(
            OutboxRow(
                message_id="m",
                recipient=REGISTRY_PARTY,
                message_type="SEARCH_REQUEST",
                lane=Lane.ROUTINE,
                needs_receipt=True,
                in_reply_to=None,
                created=AT + timedelta(hours=1),
                expires=AT + timedelta(hours=9),
                attempts=1,
                next_try=AT,
                octets=b"early",
                content_key=b"k",
            )
        )
        unit.flush()
        refused = {"skew": timedelta(minutes=5), "again": AT}
        assert unit.outbox.refused_as_future("m", AT, **refused) == timedelta(hours=1)
        assert unit.outbox.any_refused(AT)
        (found,) = unit.outbox.dated_after(AT, after="", most=9)

    def date(octets: bytes) -> Callable[[Unit], bool]:
        return lambda unit: unit.outbox.dated_anew(found, octets, b"l", AT)

    assert while_one_is_open(url, date(b"one"), date(b"two")) == (True, False)
    with Store.open(url) as store, store.unit() as unit:
        (row,) = unit.outbox.due(AT, most=9)
        assert (row.octets, row.created, row.expires) == (b"one", AT, AT + timedelta(hours=8))
        assert unit.outbox.ahead(AT) == (0, timedelta(0))
        late = AT - timedelta(minutes=1)  # a refusal of the old one, told late
        assert unit.outbox.refused_as_future("m", late, **refused) == timedelta(0)
        assert unit.outbox.ahead(AT) == (0, timedelta(0))
