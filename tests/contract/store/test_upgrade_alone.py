"""A step that takes something away is refused while another process has the database open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from real_postgres import fresh_database, shared_postgres
from sqlalchemy import create_engine, text

from gateway.store import Store, StoreError
from gateway.store.migrations import upgrade

pytestmark = pytest.mark.real

FILED = (
    "INSERT INTO marking_key (id, firearm_id, position, reading, main, clear, norm, sk, rk,"
    " make_number, bore_number, owner_number, visibility_id)"
    " VALUES (90, 7, 1, 2, 1, 0, 'AB123', 5, 6, 17, 3, 1, 0)"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/old.db"
        return
    with fresh_database(shared_postgres()) as made:
        yield made


def test_the_search_table_is_not_made_anew_under_a_running_worker(url: str) -> None:
    old = create_engine(url)
    if url.startswith("sqlite"):
        with old.connect() as connection:
            connection.execute(text("PRAGMA journal_mode = WAL"))
    upgrade(old, "0019")
    with old.begin() as connection:
        connection.execute(text(FILED))
    with old.connect() as worker:
        worker.execute(text("SELECT count(*) FROM marking_key")).all()
        worker.rollback()
        with Store.open(url) as store, pytest.raises(StoreError, match="another process"):
            store.migrate()
        worker.execute(text("SELECT firearm_id FROM marking_key")).all()  # as it was
    old.dispose()
    with Store.open(url) as store:
        store.migrate()
        assert store.level().fits
    new = create_engine(url)
    with new.connect() as connection:
        (row,) = connection.execute(text("SELECT id, sk, rk, traits, marks, norm FROM marking_key"))
    new.dispose()
    assert tuple(row) == (7, 5, 6, 17 << 15 | 3, 1 << 4 | 2 << 2 | 1 << 1, "AB123")
