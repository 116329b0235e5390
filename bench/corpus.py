"""Registries of a million invented records and more, made once and kept under ``.state/scale``.

Records and search keys stand as filing would write them, without XML and markings, which no
search reads before it shows a record; so ten million fit in 4 GB. It measures nothing but how long
the making took.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg

from bench.bulk import numbers_of
from bench.synthetic import NOW, Weapon, weapons
from gateway.registry.skeleton import forward_key, reversed_key, skeleton
from gateway.registry.weighing import shape_of
from gateway.store import Store
from gateway.store.metadata import micros
from gateway.store.registry_tables import firearm_record, marking_key
from gateway.store.search_rows import pack_marks, pack_traits
from tests.real_postgres import kept_postgres

SEED = 7
FOLDER = Path(__file__).parents[1] / ".state" / "scale"
_STEP = 50_000
_INSTANT = micros(NOW)
_RECORD = (
    *("id", "record_id", "owner_agency", "owner_country", "national_record_id", "type_code"),
    *("make_text", "calibre_text", "event_date", "version", "status", "record_type"),
    *("serial_status", "model_text", "review_date", "filed", "changed", "visibility_id"),
)
_SAME = (1, "ACTIVE", "STOLEN", "PRESENT", "", "2029-01-15", _INSTANT, _INSTANT, 0)
_KEY = ("id", "sk", "rk", "traits", "norm", "marks", "visibility_id")
_MARKS = pack_marks(position=1, reading=0, main=True, clear=True)
_INDEXED = ("sk", "rk")
_TABLES = (firearm_record, marking_key)
Progress = Callable[[str], None]
Row = tuple[Any, ...]


def corpus(records: int, *, folder: Path = FOLDER, progress: Progress = lambda _: None) -> Path:
    """A SQLite registry of ``records`` in ``folder``, made if it is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"part-{records}.db"
    done = folder / f"sqlite-{records}-{_layout()}.db"
    if done.exists():
        return done
    for old in folder.glob(f"{part.name}*"):
        old.unlink()
    began = time.perf_counter()
    with Store.open(f"sqlite:///{part}") as store:
        store.migrate()
    with closing(sqlite3.connect(part, isolation_level=None)) as connection:
        _fill_sqlite(connection, records, progress)
    _count(f"sqlite:///{part}", progress)
    part.rename(done)
    progress(f"{records:,} records made in {time.perf_counter() - began:.0f} s\n")
    return done


@contextmanager
def postgres_corpus(
    records: int, *, folder: Path = FOLDER, progress: Progress = lambda _: None
) -> Iterator[str]:
    """A running PostgreSQL server with the same: the URL of its database."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = "-c shared_buffers=512MB -c maintenance_work_mem=512MB -c max_wal_size=4GB"
    data = folder / f"postgresql-{records}-{_layout()}"
    for way in (folder, folder.parent):  # the server runs as another user where this is root
        way.chmod(way.stat().st_mode | 0o011)
    with kept_postgres(data, settings) as url:
        made = data / "corpus.made"
        if not made.exists():
            began = time.perf_counter()
            with Store.open(url) as store:
                store.migrate()
            server = url.replace("postgresql+psycopg", "postgresql")
            with psycopg.connect(server, autocommit=True) as connection:
                _fill_postgres(connection, records, progress)
            _count(url, progress)
            made.touch()
            progress(f"{records:,} records made in {time.perf_counter() - began:.0f} s\n")
        yield url


def _layout() -> str:
    """A name for how the two tables are laid out: another layout needs a registry made anew."""
    columns = [str(column) for table in _TABLES for column in table.columns]
    return sha256("|".join(columns).encode()).hexdigest()[:8]


def _fill_sqlite(connection: sqlite3.Connection, records: int, progress: Progress) -> None:
    for words in ("synchronous = OFF", "journal_mode = OFF", "cache_size = -400000"):
        connection.execute(f"PRAGMA {words}")
    for column in _INDEXED:
        connection.execute(f"DROP INDEX ix_marking_key_{column}")
    for done, of_records, of_keys in _rows(records):
        connection.execute("BEGIN")
        for table, names, rows in (
            ("firearm_record", _RECORD, of_records),
            ("marking_key", _KEY, of_keys),
        ):
            places = ", ".join("?" * len(names))
            connection.executemany(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})",  # noqa: S608 - our tables
                rows,
            )
        connection.execute("COMMIT")
        progress(f"{done:,} records")
    for column in _INDEXED:
        progress(f"index of {column}")
        connection.execute(f"CREATE INDEX ix_marking_key_{column} ON marking_key ({column})")
    connection.execute("PRAGMA journal_mode = WAL")


def _fill_postgres(connection: Any, records: int, progress: Progress) -> None:
    for column in _INDEXED:
        connection.execute(f"DROP INDEX ix_marking_key_{column}")
    for done, of_records, of_keys in _rows(records):
        for table, names, rows in (
            ("firearm_record", _RECORD, of_records),
            ("marking_key", _KEY, of_keys),
        ):
            into = f"COPY {table} ({', '.join(names)}) FROM STDIN"
            with connection.cursor() as cursor, cursor.copy(into) as copy:
                for row in rows:
                    copy.write_row(row)
        progress(f"{done:,} records")
    for column in _INDEXED:
        progress(f"index of {column}")
        connection.execute(
            f"CREATE INDEX ix_marking_key_{column} ON marking_key ({column}) INCLUDE (id)"
        )
    connection.execute(
        "SELECT setval(pg_get_serial_sequence('firearm_record', 'id'), max(id)) FROM firearm_record"
    )
    progress("vacuum")
    connection.execute("VACUUM (ANALYZE) firearm_record")
    connection.execute("VACUUM (ANALYZE) marking_key")


def _count(url: str, progress: Progress) -> None:
    progress("figures")
    with Store.open(url) as store, store.unit() as unit:
        unit.figures.refresh(shape_of)


def _rows(records: int) -> Iterator[tuple[int, list[Row], list[Row]]]:
    """How many were made so far, the rows of the next records and those of their keys."""
    source = weapons(records, SEED)
    done = 0
    while part := list(islice(source, _STEP)):
        yield done + len(part), *_rows_of(part, done + 1)
        done += len(part)


def _rows_of(part: Sequence[Weapon], first: int) -> tuple[list[Row], list[Row]]:
    records: list[Row] = []
    keys: list[Row] = []
    for id_, weapon in enumerate(part, first):
        number, owner, make, calibre, type_code, serial, event_date = weapon
        folded = skeleton(serial)
        country = owner[:3]
        # Ids in the order of numbers: their index is filled from end to end, and quickly.
        named = f"R-{country}-{id_:026d}"
        records.append(
            (id_, named, owner, country, number, type_code, make, calibre, event_date, *_SAME)
        )
        keys.append(
            (
                *(id_, forward_key(folded), reversed_key(folded)),
                *(pack_traits(*numbers_of(make, calibre, type_code)), serial, _MARKS, 0),
            )
        )
    return records, keys


def make(sizes: Iterable[int]) -> None:
    """Makes SQLite registries of these sizes."""
    for size in sizes:
        corpus(size, progress=print)
