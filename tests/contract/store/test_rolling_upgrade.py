"""A database changes in steps that the program before still understands (expand, then contract).

Old and new processes share one database while a centre is upgraded a process at a time. So a
migration adds; what the program before reads stays as it is, and what it writes stays welcome.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from memory_world import MemoryWorld
from real_postgres import fresh_database, shared_postgres
from sqlalchemy import Column, Engine, MetaData, Table, UniqueConstraint, create_engine

from gateway.ids import REGISTRY_PARTY
from gateway.store import Store, migrations
from gateway.store.migrations import upgrade

pytestmark = pytest.mark.real

# What the program before may not find again. (migration, table or column)
CONTRACTED = frozenset(
    {
        # The registry's search table, made anew and narrower: the centre's workers stop for it
        # together (docs/guides/operators.md, upgrades). It is derived; no node reads it.
        ("0020", "marking_key"),
    }
)


def revisions() -> list[str]:
    """All migrations, the oldest first."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    found = ScriptDirectory.from_config(config).walk_revisions()
    return [script.revision for script in found][::-1]


STEPS = list(zip(revisions(), revisions()[1:], strict=False))


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        made = create_engine(f"sqlite:///{tmp_path}/old.db")
        yield made
        made.dispose()
        return
    with fresh_database(shared_postgres()) as url:
        made = create_engine(url)
        yield made
        made.dispose()


SQLITE = """
SELECT tbl_name, group_concat(name || ': ' || coalesce(sql, '')) FROM
(SELECT * FROM sqlite_master WHERE type IN ('table', 'index') ORDER BY name) GROUP BY tbl_name
"""
POSTGRESQL = """
SELECT t.tablename,
  (SELECT json_agg(c ORDER BY c.ordinal_position) FROM information_schema.columns AS c
   WHERE c.table_schema = t.schemaname AND c.table_name = t.tablename)::text
  || (SELECT json_agg(i ORDER BY i.indexname) FROM pg_indexes AS i
   WHERE i.schemaname = t.schemaname AND i.tablename = t.tablename)::text
FROM pg_tables AS t WHERE t.schemaname = 'public'
"""


class Reader:
    """Reads the tables of a database; those that a step left alone are not read again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._said: dict[str, str] = {}
        self._tables: dict[str, Table] = {}

    def tables(self) -> dict[str, Table]:
        asked = SQLITE if self._engine.dialect.name == "sqlite" else POSTGRESQL
        with self._engine.connect() as connection:
            said = {str(name): str(text) for name, text in connection.exec_driver_sql(asked)}
        said.pop("alembic_version")
        changed = [name for name, text in said.items() if self._said.get(name) != text]
        found = MetaData()
        found.reflect(self._engine, only=changed, resolve_fks=False)
        known = self._tables | dict(found.tables)
        self._said, self._tables = said, {name: known[name] for name in said}
        return self._tables


def tables_of(engine: Engine) -> dict[str, Table]:
    return Reader(engine).tables()


def holds(now: Column[object], before: Column[object]) -> bool:
    """Whether a column still takes all that it took: the same type, as wide or wider."""
    if str(now.type) == str(before.type):
        return True
    wide, was = getattr(now.type, "length", None), getattr(before.type, "length", None)
    return type(now.type) is type(before.type) and was is not None and (wide or 1 << 30) >= was


def may_be_left_out(column: Column[object]) -> bool:
    """Whether an INSERT that does not know the column succeeds."""
    return bool(
        column.nullable
        or column.server_default is not None
        or column.computed is not None
        or column.identity is not None
    )


def test_each_step_adds_and_takes_nothing_from_the_program_before(engine):
    upgrade(engine, STEPS[0][0])
    reader = Reader(engine)
    old = reader.tables()
    old_keys = keys_in(old)
    for _, after in STEPS:
        upgrade(engine, after)
        new = reader.tables()
        new_keys = keys_in(new)
        for name, table in old.items():
            if (after, name) not in CONTRACTED:
                assert name in new, f"{after} drops {name}"
                compare(after, table, new[name])
                assert new_keys[name] <= old_keys[name], f"{after} adds a key to {name}"
        old, old_keys = new, new_keys


def compare(after: str, old: Table, new: Table) -> None:
    name = old.name
    for column in old.columns:
        if (after, f"{name}.{column.name}") in CONTRACTED:
            continue
        assert column.name in new.columns, f"{after} drops {name}.{column.name}"
        now = new.columns[column.name]
        assert holds(now, column), f"{after} retypes {name}.{column.name}"
        assert now.nullable or not column.nullable, f"{after} narrows {name}.{column.name}"
    fresh = [each for each in new.columns if each.name not in old.columns]
    assert [c.name for c in fresh if not may_be_left_out(c)] == [], f"{after} demands more"


def keys_in(tables: dict[str, Table]) -> dict[str, set[tuple[str, ...]]]:
    return {name: keys_of(table) for name, table in tables.items()}


def keys_of(table: Table) -> set[tuple[str, ...]]:
    unique = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    found = {tuple(column.name for column in each.columns) for each in unique}
    found |= {tuple(column.name for column in i.columns) for i in table.indexes if i.unique}
    return found | {tuple(column.name for column in table.primary_key.columns)}


def test_messages_in_flight_survive_the_upgrade_of_their_sender(tmp_path):
    """The sender's and the hub's tables are those of the step before; then both are upgraded."""
    world = MemoryWorld(tmp_path)
    world.settle()
    world.broker.cut()
    asked = [world.ask("FRA-NCB", f"in flight {number}") for number in range(20)]
    world.settle()
    before = STEPS[-1][0]
    for party in ("FRA-NCB", REGISTRY_PARTY):
        age(world, party, before)
        world.start(world.seats[party])  # as the new program starts: it migrates by itself
    world.broker.mend()
    world.until_quiet(timedelta(minutes=5))
    assert sorted(world.effects(REGISTRY_PARTY)) == sorted(f"in flight {n}" for n in range(20))
    assert len(world.effects("FRA-NCB")) == len(asked)
    for party in ("FRA-NCB", REGISTRY_PARTY):
        with Store.open(world.url_of(world.seats[party])) as store:
            assert store.level().fits
    world.close()


def age(world: MemoryWorld, party: str, level: str) -> None:
    """The party's database as the program before would have left it, with all its rows."""
    seat = world.seats[party]
    assert seat.link is not None
    assert seat.store is not None
    seat.link.stop(timedelta(0))
    seat.store.close()
    old = create_engine(f"sqlite:///{seat.database}.old")
    upgrade(old, level)
    with old.begin() as connection:
        connection.exec_driver_sql("ATTACH DATABASE ? AS new", (str(seat.database),))
        for name, table in tables_of(old).items():
            columns = ", ".join(f'"{c.name}"' for c in table.columns if c.computed is None)
            connection.exec_driver_sql(
                f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM new."{name}"'  # noqa: S608 - names of our own tables
            )
    old.dispose()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{seat.database}{suffix}").unlink(missing_ok=True)
    Path(f"{seat.database}.old").rename(seat.database)
