"""Searches read from a streaming replica: nothing accepted is missed, whatever becomes of it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from registry_world import Centre, a_description, a_record, a_search
from streaming_pair import Server, streaming_pair

from gateway.config import Broker, Settings
from gateway.operations import take_standing
from gateway.payload import SearchResultCode
from gateway.store import Store, StoreError, look_at_replica

pytestmark = pytest.mark.real

DEADLINE_S = 240.0
GRACE_S = 9.0  # the machine of the test may be busy


@dataclass(slots=True)
class Registry:
    """The registry's store, and what it was told of its replica."""

    store: Store
    told: list[tuple[bool, str]] = field(default_factory=list)
    filed: int = 0
    longest_s: float = 0.0

    @property
    def answered(self) -> int:
        assert self.store.replica is not None
        return self.store.replica.answered

    def file(self) -> str:
        self.filed += 1
        serial = f"QX{self.filed * 7919 % 1_000_000:06}Z"
        with self.store.unit() as unit:
            Centre(unit=unit).submit(a_record(str(self.filed), serial))
        return serial

    def finds(self, serial: str) -> bool:
        with self.store.unit() as unit:
            result = Centre(unit=unit).search(a_search(a_description(serial)))
        return result.result_code is SearchResultCode.HIT

    def run(self, until: Callable[[], bool]) -> int:
        """Files and searches what was filed a moment ago, until the condition; how many."""
        end, count = time.monotonic() + DEADLINE_S, 0
        while True:
            begun = time.monotonic()
            assert self.finds(self.file()), "a record that was accepted was not found"
            took = time.monotonic() - begun
            self.longest_s = max(self.longest_s, took)
            count += 1
            if until():
                return count
            assert time.monotonic() < end, self.told


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Server, Server]]:
    with streaming_pair() as made:
        yield made


def opened(pair: tuple[Server, Server]) -> Registry:
    first, second = pair
    registry = Registry(Store.open(first.url))
    registry.store.migrate()
    registry.store.read_from(second.url, lambda up, why: registry.told.append((up, why)))
    return registry


def test_kill_the_replica_then_halt_it_then_kill_the_primary(pair):
    """One story, for each part needs what the one before left behind."""
    first, second = pair
    registry = opened(pair)
    try:
        registry.run(lambda: registry.answered >= 20)
        assert registry.told[-1] == (True, "")
        with registry.store.unit() as unit:  # what only this transaction knows yet
            centre = Centre(unit=unit)
            centre.search(a_search(a_description("QX7Q7Q7")))
            centre.submit(a_record("own", "QX7Q7Q7"))
            found = centre.search(a_search(a_description("QX7Q7Q7")))
        assert found.result_code is SearchResultCode.HIT

        second.signal(signal.SIGKILL)
        registry.longest_s = 0.0
        registry.run(lambda: bool(registry.told) and not registry.told[-1][0])
        passed = registry.store.replica.passed_over
        registry.run(lambda: registry.store.replica.passed_over >= passed + 20)
        assert registry.longest_s < 1.0 + GRACE_S, "the flow stood still while the replica was gone"
        assert look_at_replica(second.url, first.url).away

        second.start()
        before = registry.answered
        registry.run(lambda: registry.answered >= before + 5)

        second.signal(signal.SIGSTOP)
        registry.run(lambda: not registry.told[-1][0])
        second.signal(signal.SIGCONT)
        before = registry.answered
        registry.run(lambda: registry.answered >= before + 5)
        assert look_at_replica(second.url, first.url).away == ""

        first.signal(signal.SIGKILL)
        with pytest.raises(StoreError) as caught:
            registry.run(lambda: False)
        assert caught.value.code == "store.unavailable"
    finally:
        registry.store.close()


def test_what_is_no_replica_is_not_read_from(pair, tmp_path):
    first, _ = pair
    first.stop()
    first.start()
    registry = Registry(Store.open(first.url))
    registry.store.migrate()
    registry.store.read_from(first.url, lambda up, why: registry.told.append((up, why)))
    try:
        registry.run(lambda: bool(registry.told))
        assert registry.told[0] == (False, "it is no replica: it takes writing itself")
        assert registry.answered == 0
        settings = Settings(
            party="XPO-REGISTRY",
            database=first.url,
            database_replica=first.url,
            broker=Broker(port=5671),
        )
        standing = take_standing(
            tmp_path, settings, store=registry.store, directory=None, now=datetime.now(UTC)
        )
        assert standing.database is not None
        assert standing.database.replica is not None
        assert "no replica" in standing.database.replica.away
    finally:
        registry.store.close()


def test_only_postgresql_has_a_replica(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    with pytest.raises(StoreError, match="only PostgreSQL"):
        store.read_from("postgresql+psycopg://x@/y", lambda *_: None)
