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

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.schema import CreateIndex, DropIndex

from bench.synthetic import NOW, Weapon, record_of, weapons
from gateway.ids import record_id
from gateway.payload import encode
from gateway.registry.skeleton import forward_key, reversed_key, skeleton
from gateway.registry.weapons import Texts, read_traits
from gateway.store import Store
from gateway.store.metadata import micros
from gateway.store.records import country_number
from gateway.store.registry_tables import firearm_record, marking, marking_key, record_content

ROWS_A_UNIT = 50_000
_TABLES = (firearm_record, record_content, marking, marking_key)
_REVIEW = "2029-01-15"
Row = dict[str, Any]


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


def rows_of(weapon: Weapon, id_: int) -> tuple[Row, Row, Row, Row]:
    """The rows of ``weapon`` in the four tables of a record, as filing would write them."""
    traits = read_traits(
        Texts(make=weapon.make, calibre=weapon.calibre, model="", type_code=weapon.type_code)
    )
    folded = skeleton(weapon.serial)
    country = weapon.owner[:3]
    record = {
        "id": id_,
        "record_id": record_id(weapon.owner, weapon.number),
        "owner_agency": weapon.owner,
        "owner_country": country,
        "national_record_id": weapon.number,
        "version": 1,
        "status": "ACTIVE",
        "record_type": "STOLEN",
        "type_code": weapon.type_code,
        "serial_status": "PRESENT",
        "make_text": weapon.make,
        "calibre_text": weapon.calibre,
        "model_text": "",
        "event_date": weapon.event_date,
        "review_date": _REVIEW,
        "filed": micros(NOW),
        "changed": micros(NOW),
        "closure_reason": None,
        "recovery_date": None,
        "visibility_id": 0,
    }
    content = {"firearm_id": id_, "octets": _content(weapon)}
    mark = {
        "firearm_id": id_,
        "position": 1,
        "kind": "SERIAL",
        "part": None,
        "raw_text": weapon.serial,
        "legibility": "LEGIBLE",
        "method": None,
        "unusable": None,
    }
    key = {
        "id": id_,
        "sk": forward_key(folded),
        "rk": reversed_key(folded),
        "firearm_id": id_,
        "position": 1,
        "reading": 0,
        "main": 1,
        "clear": 1,
        "make_number": traits.makes[0].number if traits.makes else 0,
        "bore_number": traits.calibres[0].family if traits.calibres else 0,
        "owner_number": country_number(country),
        "visibility_id": 0,
        "norm": weapon.serial,
        "plain": None,
    }
    return record, content, mark, key


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


def _content(weapon: Weapon) -> bytes:
    values = weapon._asdict() | {
        "record_id": record_id(weapon.owner, weapon.number),
        "make": escape(weapon.make),
        "calibre": escape(weapon.calibre),
    }
    return (_template() % values).encode()


def _insert_all(connection: Connection, part: Iterable[Weapon], first: int) -> None:
    rows = [rows_of(weapon, first + offset) for offset, weapon in enumerate(part)]
    for table, of_table in zip(_TABLES, zip(*rows, strict=True), strict=True):
        _insert(connection, table, of_table)


def _insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    names = [column.name for column in table.columns]
    values = (tuple(row[name] for name in names) for row in rows)
    cursor = connection.connection.cursor()
    into = f"{table.name} ({', '.join(names)})"
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(names))
        cursor.executemany(f"INSERT INTO {into} VALUES ({places})", values)  # noqa: S608 - names of our own tables
    else:
        with cursor.copy(f"COPY {into} FROM STDIN") as copy:  # type: ignore[attr-defined] # psycopg's own
            for row in values:
                copy.write_row(row)
    cursor.close()


def _settle(connection: Connection) -> None:
    """What a database would know by itself after a while: sequences and statistics."""
    if connection.dialect.name != "postgresql":
        return
    for table in (firearm_record, marking_key):
        newest = connection.execute(select(func.max(table.c.id))).scalar()
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, newest)))
    for table in _TABLES:
        connection.execute(text(f"ANALYZE {table.name}"))
