"""Everything that this node holds about one firearm: a report of what, not of how many (R9).

It starts from a serial number or from the id of anything, and follows the ids from one to the next:
a hit names a record and a search, a trace request a chain and a seizure. It decides nothing and
shows no more than the node's own tables hold; records lie in the country's own system.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.frame import SCHEMA_VERSION
from gateway.statistics.dossier_tables import ABOUT, tables_of
from gateway.statistics.errors import NotFoundHereError
from gateway.statistics.reading import canonical_make
from gateway.statistics.reports import Origin, Report
from gateway.statistics.serials import series_of
from gateway.store import Narrowing, TraceFilter, Unit

_MOST = 500
"""Ids that are followed; more than that is a trade, not a firearm."""
_NOTE = (
    "Held at this node alone: what was filed, searched, seized, hit and traced through it. Nobody "
    "who is not of the case may see it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the dossier starts from: ids of any kind, and a serial number with its make."""

    ids: tuple[str, ...] = ()
    serial: str | None = None
    make: str | None = None


@dataclass(slots=True, kw_only=True)
class Known:
    """The subjects found, by state."""

    records: set[str] = field(default_factory=set)
    searches: set[str] = field(default_factory=set)
    seized: set[str] = field(default_factory=set)
    hits: set[str] = field(default_factory=set)
    traces: set[str] = field(default_factory=set)

    def size(self) -> int:
        """How many there are."""
        return sum(map(len, (self.records, self.searches, self.seized, self.hits, self.traces)))


def make_dossier(wanted: Wanted, unit: Unit, origin: Origin, now: datetime) -> Report:
    """The dossier, as a report whose tables hold what is known.

    Raises ``NotFoundHereError`` where nothing here is about it.
    """
    known = _started(wanted, unit)
    before = -1
    while before < known.size() < _MOST:
        before = known.size()
        _follow(known, unit)
    if not known.size():
        raise NotFoundHereError(
            "nothing at this node is about this firearm",
            value=" ".join((*wanted.ids, wanted.make or "", wanted.serial or "")).strip(),
            expected="a serial number, or the id of a record, search, seizure, hit, trace or chain",
            remedy="records are held by the national system and the registry: search there, too",
        )
    asked = [("id", wanted.ids)] if wanted.ids else []
    if wanted.serial is not None:
        asked.append(("serial", (f"{wanted.make or 'any make'} {wanted.serial}",)))
    return Report(
        name="dossier",
        number="R9",
        title="Dossier of one firearm",
        about=ABOUT,
        start=datetime(1900, 1, 1, tzinfo=now.tzinfo),
        end=now,
        extracted=now,
        filters=tuple(asked),
        standard=SCHEMA_VERSION,
        origin=origin,
        tables=tables_of(known, unit),
        caveat=_NOTE,
    )


def _started(wanted: Wanted, unit: Unit) -> Known:
    known = Known()
    for one in wanted.ids:
        known.traces.update(case.trace_id for case in unit.traces.chain(one))
        known.traces.update(case.trace_id for case in unit.traces.of_reference(one))
        known.seized.update(_subjects(unit, "seized", "seizure", (one,)))
        for state, found in _by_state(known):
            found.update(_subjects(unit, state, "subject", (one,)))
        if unit.traces.find(one) is not None:
            known.traces.add(one)
        if unit.node_hits.find(one) is not None:
            known.hits.add(one)
    if wanted.serial is not None:
        _by_serial(wanted.serial, wanted.make, known, unit)
    return known


def _by_serial(serial: str, make: str | None, known: Known, unit: Unit) -> None:
    made = None if make is None else canonical_make(make)
    cases = unit.traces.page(TraceFilter(serial=serial), most=_MOST)
    known.traces.update(
        case.trace_id for case in cases if made in {None, canonical_make(case.make)}
    )
    found = series_of(serial)
    if found is None:
        return
    narrowings = [
        Narrowing(column="serial_series", among=(found.series,)),
        Narrowing(column="serial_number", least=found.number, below=found.number + 1),
    ]
    if made is not None:
        narrowings.append(Narrowing(column="make", among=(made,)))
    known.seized.update(row[0] for row in unit.facts.rows("seized", ("subject",), narrowings))
    known.traces.update(row[0] for row in unit.facts.rows("traces", ("subject",), narrowings))


def _follow(known: Known, unit: Unit) -> None:
    """One step further along every id."""
    links = unit.facts.rows(
        "hits",
        ("subject", "record", "search", "seizure"),
        [Narrowing(column="subject", among=_some(known.hits))],
    )
    known.records.update(row[1] for row in links if row[1])
    known.searches.update(row[2] for row in links if row[2])
    seizures = {row[3] for row in links if row[3]} | {_seizure_of(one) for one in known.seized}
    traces = unit.facts.rows(
        "traces",
        ("subject", "chain", "seizure"),
        [Narrowing(column="subject", among=_some(known.traces))],
    )
    seizures |= {row[2] for row in traces if row[2]}
    chains = {row[1] for row in traces if row[1]}
    for trace_id in tuple(known.traces):
        case = unit.traces.find(trace_id)
        chains |= set() if case is None else {case.chain_id}
    for chain in chains:
        known.traces.update(case.trace_id for case in unit.traces.chain(chain))
    known.traces.update(_subjects(unit, "traces", "seizure", seizures))
    for column, values in (
        ("record", known.records),
        ("search", known.searches),
        ("seizure", seizures),
    ):
        known.hits.update(_subjects(unit, "hits", column, values))
    if not known.seized:
        # A seizure of many firearms is one of them; which one, only a serial number says.
        known.seized.update(_subjects(unit, "seized", "seizure", seizures))


def _seizure_of(subject: str) -> str:
    return subject.partition("#")[0]


def _subjects(unit: Unit, state: str, column: str, values: Iterable[str]) -> set[str]:
    wanted = _some(values)
    if not wanted:
        return set()
    found = unit.facts.rows(state, ("subject",), [Narrowing(column=column, among=wanted)])
    return {row[0] for row in found}


def _some(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(values))[:_MOST]


def _by_state(known: Known) -> Sequence[tuple[str, set[str]]]:
    return (
        ("records", known.records),
        ("searches", known.searches),
        ("seized", known.seized),
        ("hits", known.hits),
        ("traces", known.traces),
    )
