"""The databases of the contract tests: each test gets one of its own, migrated, of either kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fresh_sqlite import put_fresh
from real_postgres import migrated_database

from gateway.store import Store

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.real)]


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database at the newest level: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        put_fresh(tmp_path / "store.db")
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    with migrated_database() as url:
        yield url


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """An empty store at the newest level."""
    with Store.open(database) as opened:
        yield opened
