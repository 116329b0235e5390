"""Loads an invented registry straight into the tables, row for row as filing it would.

A test holds it to that. It goes around the registry's rules and is for measurements only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape

from sqlalchemy import Connection, func, select, text
from sqlalchemy.schema import CreateIndex, DropIndex

from bench.synthetic import NOW, Weapon, record_of, weapons
from gateway.ids import record_id
from gateway.payload import encode
from gateway.registry.skeleton import forward_key, reversed_key, skeleton
from gateway.registry.weapons import Texts, read_traits
from gateway.store import Store
from gateway.store.metadata import micros
from gateway.store.registry_tables import firearm_record, marking, marking_key, record_content
from gateway.store.search_rows import pack_marks, pack_traits

ROWS_A_UNIT = 50_000
_TABLES = (firearm_record, record_content, marking, marking_key)
Row = tuple[Any, ...]


def load_synthetic(
    store: Store,
    count: int,
    seed: int,
    *,
    owners: Sequence[str] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> float:
    """Puts ``count`` weapons of ``seed`` into a migrated ``store``; the seconds it took.

    ``owners`` are the parties that file them (196 central bureaus unless given).
    """
    began = time.perf_counter()
    indexes = sorted(marking_key.indexes, key=lambda index: str(index.name))
    with store.unit() as unit:
        newest = unit.connection.execute(select(func.max(firearm_record.c.id))).scalar()
        for index in indexes:
            unit.connection.execute(DropIndex(index))
    done = 0
    source = weapons(count, seed, owners)
    while part := list(islice(source, ROWS_A_UNIT)):
        with store.unit() as unit:
            _insert_all(unit.connection, part, (newest or 0) + done + 1)
        done += len(part)
        progress(done)
    with store.unit() as unit:
        for index in indexes:
            unit.connection.execute(CreateIndex(index))
        _settle(unit.connection)
    return time.perf_counter() - began


# Each table's columns in the order of the tuples that ``rows_of`` makes.
_COLUMNS = (
    (
        *("id", "record_id", "owner_agency", "owner_country", "national_record_id", "type_code"),
        *("make_text", "calibre_text", "event_date", "version", "status", "record_type"),
        *("serial_status", "model_text", "review_date", "filed", "changed", "visibility_id"),
    ),
    ("firearm_id", "octets"),
    ("firearm_id", "raw_text", "position", "kind", "legibility"),
    ("id", "sk", "rk", "norm", "traits", "marks", "visibility_id"),
)
_INSTANT = micros(NOW)
_RECORD = (1, "ACTIVE", "STOLEN", "PRESENT", "", "2029-01-15", _INSTANT, _INSTANT, 0)
_MARK = (1, "SERIAL", "LEGIBLE")
_KEY = (pack_marks(position=1, reading=0, main=True, clear=True), 0)


def rows_of(weapon: Weapon, id_: int) -> tuple[Row, Row, Row, Row]:
    """The rows of ``weapon`` in the four tables of a record, as filing would write them."""
    number, owner, make, calibre, type_code, serial, event_date = weapon
    named = record_id(owner, number)
    country = owner[:3]
    folded = skeleton(serial)
    return (
        (id_, named, owner, country, number, type_code, make, calibre, event_date, *_RECORD),
        (id_, _content(weapon, named)),
        (id_, serial, *_MARK),
        (
            *(id_, forward_key(folded), reversed_key(folded), serial),
            *(pack_traits(*numbers_of(make, calibre, type_code)), *_KEY),
        ),
    )


@cache
def numbers_of(make: str, calibre: str, type_code: str) -> tuple[int, int]:
    traits = read_traits(Texts(make=make, calibre=calibre, model="", type_code=type_code))
    return (
        traits.makes[0].number if traits.makes else 0,
        traits.calibres[0].family if traits.calibres else 0,
    )


@cache
def _template() -> str:
    """A record's XML with named places where weapons differ."""
    sample = Weapon(
        number="@number@",
        owner="ZZZ-OWNER",
        make="@make@",
        calibre="@calibre@",
        type_code="PISTOL",
        serial="@serial@",
        event_date="@event@",
    )
    xml = encode(record_of(sample)).decode().replace("%", "%%")
    places = {
        record_id(sample.owner, sample.number): "record_id",
        ">PISTOL<": "type_code",
        sample.owner: "owner",
        sample.number: "number",
        sample.make: "make",
        sample.calibre: "calibre",
        sample.serial: "serial",
        sample.event_date: "event_date",
    }
    for value, name in places.items():
        if value not in xml:
            raise ValueError(f"the sample does not show its {name}")
        place = f">%({name})s<" if value.startswith(">") else f"%({name})s"
        xml = xml.replace(value, place)
    return xml


def _content(weapon: Weapon, named: str) -> bytes:
    values = {
        "record_id": named,
        "number": weapon.number,
        "owner": weapon.owner,
        "make": escape(weapon.make),
        "calibre": escape(weapon.calibre),
        "type_code": weapon.type_code,
        "serial": weapon.serial,
        "event_date": weapon.event_date,
    }
    return (_template() % values).encode()


def _insert_all(connection: Connection, part: Iterable[Weapon], first: int) -> None:
    rows = [rows_of(weapon, first + offset) for offset, weapon in enumerate(part)]
    for table, names, of_table in zip(_TABLES, _COLUMNS, zip(*rows, strict=True), strict=True):
        _insert(connection, f"{table.name} ({', '.join(names)})", of_table)


def _insert(connection: Connection, into: str, rows: Sequence[Row]) -> None:
    cursor = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(rows[0]))
        cursor.executemany(f"INSERT INTO {into} VALUES ({places})", rows)  # noqa: S608 - our tables
    else:
        with cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    cursor.close()


def _settle(connection: Connection) -> None:
    """What a database would know by itself after a while: sequences and statistics."""
    if connection.dialect.name != "postgresql":
        return
    newest = connection.execute(select(func.max(firearm_record.c.id))).scalar()
    sequence = func.pg_get_serial_sequence(firearm_record.name, "id")
    connection.execute(select(func.setval(sequence, newest)))
    for table in _TABLES:
        connection.execute(text(f"ANALYZE {table.name}"))
