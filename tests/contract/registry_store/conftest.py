"""The registry on both databases: every test here runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from real_postgres import fresh_database, private_postgres
from registry_world import Centre

from gateway.store import Store


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with private_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty migrated store."""
    if request.param == "sqlite":
        with Store.open(f"sqlite:///{tmp_path / 'registry.db'}") as opened:
            opened.migrate()
            yield opened
        return
    url = request.getfixturevalue("postgres_url")
    with fresh_database(url) as database, Store.open(database) as opened:
        opened.migrate()
        yield opened


@pytest.fixture
def centre(store: Store) -> Iterator[Centre]:
    """The registry in a transaction that is committed at the end."""
    with store.unit() as unit:
        yield Centre(unit=unit)
