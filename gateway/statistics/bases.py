"""What the tables that a party told were counted from: written down, and reckoned again.

The centre keeps no facts of its members' messages, so it writes down which rows of the registry it
counted when a table is made; a node's tables follow from its log up to their position.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from gateway.statistics.cells import Counts, span_of, told_before, told_cells
from gateway.statistics.errors import NotReproducedError
from gateway.statistics.facts import CountedBasis, pack, unpack
from gateway.statistics.folded import FoldedFacts
from gateway.statistics.knowing import KNOWN_BY, counted_with_knowers
from gateway.statistics.measures import measures
from gateway.store import Cell, FactLine, LoggedFacts, Narrowing, ToldTable, Unit

_KIND = "TOLD_TABLE"
Groups = Mapping[tuple[str | None, ...], Sequence[int]]
Parties = Mapping[str, Sequence[str]]


def write_basis(
    measure: str,
    period: str,
    *,
    columns: Sequence[str],
    groups: Groups,
    unit: Unit,
    now: datetime,
) -> tuple[int, str]:
    """Appends what was counted to the party's log; the log's position and head with it."""
    basis = CountedBasis(
        subject=f"{measure} {period}",
        at=now,
        columns=tuple(columns),
        groups=tuple((values, _packed(groups[values])) for values in sorted(groups, key=str)),
    )
    unit.facts.add(
        FactLine(
            at=now,
            direction="own",
            peer="",
            message_id=f"told {measure} {period}",
            message_type=_KIND,
            facts=pack([basis]),
        )
    )
    return unit.facts.head()


def numbers_of(packed: bytes) -> list[int]:
    """The numbers of the registry's rows in a group."""
    found, last = [], 0
    for step in msgspec.msgpack.decode(zlib.decompress(packed), type=list[int]):
        last += step
        found.append(last)
    return found


def verify_told(unit: Unit, parties: Parties, teller: str | None) -> int:
    """How many told tables there are, when every one of them can be reckoned again.

    ``parties`` are the columns of a measure that name a party which knows its own cases, ``teller``
    is the country that told. Raises
    ``NotReproducedError`` for the first that cannot.
    """
    checked = 0
    entries = list(unit.facts.log())
    for measure in measures():
        for table in unit.aggregates.tables(measure).values():
            if table.position == 0:
                continue  # of a centre, from before it wrote down what it counted
            told = unit.aggregates.cells(measure, table.period)
            if told not in _tables(table, entries, parties.get(measure, ()), teller):
                raise NotReproducedError(
                    "a told table does not follow from what it was counted from",
                    place=f"{measure} {table.period}",
                    value=str(table.position),
                    expected="the cells that its position of the log gives",
                    remedy="keep the database for whoever looks into it, and tell who was answered",
                )
            checked += 1
    return checked


def _tables(
    table: ToldTable,
    entries: Sequence[LoggedFacts],
    parties: Sequence[str],
    teller: str | None,
) -> Iterator[Mapping[Cell, int]]:
    """The cells that the rule leads to, and those that the rules before it led to."""
    columns, size = (*table.dimensions, *parties), len(table.dimensions)
    counts = _counted_again(table, entries, parties)
    yield told_cells(counts, columns, size, table.threshold, teller)
    if tuple(parties) == KNOWN_BY:
        # Before those were weighed that have a hit or a trace request about a case.
        counts = _counted_again(table, entries, ())
        yield told_cells(counts, table.dimensions, size, table.threshold, teller)
    yield told_before(counts, size, table.threshold)


def _counted_again(
    table: ToldTable, entries: Sequence[LoggedFacts], parties: Sequence[str]
) -> Counts:
    """The counts that the log gives at the table's position."""
    upto = [entry for entry in entries if entry.position <= table.position]
    if upto and upto[-1].line.message_type == _KIND:
        (basis,) = unpack(upto[-1].line.facts)
        if isinstance(basis, CountedBasis):
            return {values: len(numbers_of(packed)) for values, packed in basis.groups}
    start, end = span_of(table.period)
    time = Narrowing(column=measures()[table.measure].time, least=start, below=end)
    source = FoldedFacts(upto)
    if tuple(parties) == KNOWN_BY:
        return counted_with_knowers(source, table.measure, table.dimensions, time)
    return source.count(table.measure, (*table.dimensions, *parties), [time])


def _packed(numbers: Sequence[int]) -> bytes:
    steps = [later - earlier for earlier, later in zip([0, *numbers], numbers, strict=False)]
    return zlib.compress(msgspec.msgpack.encode(steps))
