"""The short way to SQLite's driver gives what SQLAlchemy's own way gives, to the octet."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from gateway.simulation import draw, live
from gateway.store import DirectStore, JournalLine, Store, StoreError

pytestmark = [pytest.mark.unit, pytest.mark.slow]

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def store():
    with DirectStore.open("sqlite://") as held:
        held.migrate()
        yield held


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 7, 25])
def test_a_world_is_the_same_octet_for_octet_through_sqlalchemy(seed, monkeypatch):
    direct = live(draw(seed)).line()
    monkeypatch.setattr(DirectStore, "_held", Store._held)
    monkeypatch.setattr(DirectStore, "raw", lambda self: self._held().connection.driver_connection)
    assert live(draw(seed)).line() == direct


def test_what_an_exception_ends_is_undone(store):
    def write():
        with store.unit() as unit:
            unit.journal.add(JournalLine(at=NOW, event="never"))
            unit.journal.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    with store.unit() as unit:
        assert unit.journal.lines() == []


def test_a_trial_leaves_nothing(store):
    with store.trial() as unit:
        unit.journal.add(JournalLine(at=NOW, event="never"))
    with store.unit() as unit:
        assert unit.journal.lines() == []


def test_a_refused_row_is_refused_as_sqlalchemy_does(store):
    with pytest.raises(IntegrityError), store.unit() as unit:
        unit.journal.add(JournalLine(at=NOW, event=None))


def test_a_database_that_cannot_be_used_is_told_as_elsewhere(store):
    store.raw().execute("DROP TABLE journal")
    with pytest.raises(StoreError), store.unit() as unit:
        unit.journal.add(JournalLine(at=NOW, event="never"))
