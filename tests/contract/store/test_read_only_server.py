"""A server that takes no writing is a database that is away, not a message that is wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from real_postgres import migrated_database

from gateway.store import JournalLine, Store, StoreError

pytestmark = pytest.mark.real

AT = datetime(2026, 11, 22, tzinfo=UTC)


def write(store: Store) -> None:
    with store.unit() as unit:
        unit.journal.add(JournalLine(at=AT, event="written"))


def make_read_only(url: str, *, on: bool) -> None:
    server = url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(server, autocommit=True) as connection:
        name = connection.info.dbname
        word = "on" if on else "off"
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(
            f"ALTER DATABASE {name} SET default_transaction_read_only = {word}".encode()
        )


def test_a_read_only_server_is_told_of_as_unusable_and_used_again_after():
    with migrated_database() as url:
        make_read_only(url, on=True)
        with Store.open(url) as store, pytest.raises(StoreError, match="read-only"):
            write(store)
        make_read_only(url, on=False)
        with Store.open(url) as store:
            write(store)
            with store.unit() as unit:
                assert [line.event for line in unit.journal.lines()] == ["written"]
