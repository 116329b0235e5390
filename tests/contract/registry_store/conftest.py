"""The registry on both databases: every test here runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from registry_world import Centre

from gateway.store import Store


@pytest.fixture
def centre(store: Store) -> Iterator[Centre]:
    """The registry in a transaction that is committed at the end."""
    with store.unit() as unit:
        yield Centre(unit=unit)
