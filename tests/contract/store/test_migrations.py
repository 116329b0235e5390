"""What the migrations make is what the program's tables say, on both databases, however often."""

import multiprocessing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from real_postgres import fresh_database, shared_postgres
from sqlalchemy import create_engine

from gateway.store import Store
from gateway.store.metadata import METADATA

pytestmark = pytest.mark.real


def differences(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), METADATA)
    engine.dispose()
    return found


def migrated_twice(url):
    for _ in range(2):
        with Store.open(url) as store:
            store.migrate()
    return url


def test_migrations_make_the_tables_of_the_program_on_sqlite(tmp_path):
    assert differences(migrated_twice(f"sqlite:///{tmp_path}/store.db")) == []


def test_migrations_make_the_tables_of_the_program_on_postgresql():
    with fresh_database(shared_postgres()) as url:
        assert differences(migrated_twice(url)) == []


def migrate(url):
    with Store.open(url) as store:
        store.migrate()


def test_workers_that_begin_together_wait_for_one_another():
    processes = multiprocessing.get_context("fork")
    with fresh_database(shared_postgres()) as url:
        workers = [processes.Process(target=migrate, args=(url,)) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert [worker.exitcode for worker in workers] == [0, 0, 0]
        assert differences(url) == []
