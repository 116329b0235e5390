"""Reads a report that was written as JSON, so that its figures can be compared with others.

What it reads proves nothing: the report says from which log it was made, and its maker proves that.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from gateway.statistics.errors import DefinitionError
from gateway.statistics.reports import Origin, Report
from gateway.statistics.tables import Column, Kind, Row, Table, Value


class _Period(msgspec.Struct):
    start: datetime = msgspec.field(name="from")
    before: datetime


class _Log(msgspec.Struct):
    position: int
    head: str


class _Table(msgspec.Struct):
    measure: str
    title: str
    definition: str
    notes: list[str]
    columns: list[Column]
    rows: list[list[Value]]


class _File(msgspec.Struct):
    name: str
    number: str
    title: str
    about: str
    party: str
    period: _Period
    filters: dict[str, list[str]]
    extracted: datetime
    standard: str
    log: _Log
    caveat: str
    tables: list[_Table]


def read_report(octets: bytes, place: Path) -> Report:
    """The report in ``octets``, as ``iarms report run --format json`` wrote it.

    Raises ``DefinitionError`` for anything else.
    """
    try:
        found = msgspec.json.decode(octets, type=_File)
    except msgspec.DecodeError as error:
        raise DefinitionError(
            f"this is no report: {error}",
            place=str(place),
            expected="a report that was written as JSON",
            remedy="`iarms report run NAME --out FILE.json` writes one",
        ) from error
    for number, table in enumerate(found.tables, 1):
        if any(len(row) != len(table.columns) for row in table.rows):
            raise DefinitionError(
                "a row has not a value for each column", place=f"{place} table {number}"
            )
    return Report(
        name=found.name,
        number=found.number,
        title=found.title,
        about=found.about,
        start=found.period.start,
        end=found.period.before,
        extracted=found.extracted,
        filters=tuple((name, tuple(values)) for name, values in found.filters.items()),
        standard=found.standard,
        origin=Origin(party=found.party, position=found.log.position, head=found.log.head),
        tables=tuple(_table(table) for table in found.tables),
        caveat=found.caveat,
    )


def _table(table: _Table) -> Table:
    return Table(
        name=table.measure,
        title=table.title,
        definition=table.definition,
        columns=tuple(Column(name=c.name, title=c.title, kind=Kind(c.kind)) for c in table.columns),
        rows=tuple(Row(values=tuple(row)) for row in table.rows),
        notes=tuple(table.notes),
    )
