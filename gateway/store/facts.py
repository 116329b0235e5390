"""Keeps the log of facts and the states that it leads to, and counts over them.

It does not know what a fact means.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal_column,
    select,
    true,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store.derived import SOURCES, derive_values
from gateway.store.fact_tables import STATES, Meets, fact_head, fact_log
from gateway.store.metadata import Instant

EMPTY_HEAD = base64.b64encode(bytes(32)).decode()
_DIALECTS = {"sqlite": sqlite, "postgresql": postgresql}
_ONE = 1
_LIST = msgspec.json.Decoder(list[Any])
_SUBJECTS_AT_ONCE = 500
_LARGE = "records"
_PERIOD_ALONE = 1
"""Narrowings of a report that nothing filters: those are what indexes cover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """The facts of one message; ``facts`` is what the analysis wrote and alone can read."""

    at: datetime
    direction: str
    peer: str
    message_id: str
    message_type: str
    facts: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedFacts:
    """A line of the log at its place; ``head`` is the chain's digest up to and with it."""

    position: int
    head: str
    line: FactLine


class Narrowing(
    msgspec.Struct, frozen=True, kw_only=True, gc=False
):  # a report makes 100,000 of them
    """A condition on one column: one of ``among``, and from ``least`` to below ``below``."""

    column: str
    among: tuple[str | int | None, ...] | None = None
    least: Any = None
    below: Any = None
    longest: int | None = None
    """Characters that a text has at most."""
    also: tuple[str, str, Narrowing] | None = None
    """It stands in the column of that state, too, at a subject that meets the condition."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Microseconds from one instant of a subject to another; None where one of both is missing."""

    since: str
    until: str


def chained(head: str, line: FactLine) -> str:
    """The head of the chain after ``line``: SHA-256 over the one before, the id and the facts."""
    digest = hashlib.sha256(base64.b64decode(head))
    digest.update(f"{line.direction} {line.peer} {line.message_id}\n".encode())
    digest.update(hashlib.sha256(line.facts).digest())
    return base64.b64encode(digest.digest()).decode()


def met(how: Meets, earlier: Any, later: Any) -> Any:
    """What stands after ``later`` met ``earlier``."""
    if how is Meets.SUM:
        return (earlier or 0) + (later or 0)
    if how in {Meets.FIRST, Meets.DERIVED}:
        return later if earlier is None else earlier
    if how is Meets.LEAST and earlier is not None and later is not None:
        return min(earlier, later)
    return earlier if later is None else later


@cache
def state_columns(state: str) -> Mapping[str, Meets]:
    """The columns of ``state`` and how a later fact meets an earlier one."""
    return MappingProxyType(
        {
            column.name: column.info["meets"]
            for column in STATES[state].columns
            if not column.primary_key
        }
    )


@cache
def state_kinds(state: str) -> Mapping[str, type]:
    """What the columns of ``state`` hold: texts, whole numbers or instants."""
    return MappingProxyType(
        {
            column.name: datetime
            if isinstance(column.type, Instant)
            else int
            if isinstance(column.type, Integer)
            else str
            for column in STATES[state].columns
            if not column.primary_key
        }
    )


class Facts:
    """The facts inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lines: list[FactLine] = []
        self._states: dict[str, dict[str, dict[str, Any]]] = {}
        self._instead: dict[str, dict[str, dict[str, Any]]] = {}

    # --- writing ------------------------------------------------------------------------------

    def add(self, line: FactLine) -> None:
        """Appends ``line`` to the log."""
        self._lines.append(line)

    def meet(self, state: str, subject: str, values: Mapping[str, Any]) -> None:
        """Brings ``values`` to the row of ``subject``; each column meets what is there its way."""
        columns = STATES[state].columns
        rows = self._states.setdefault(state, {})
        row = rows.get(subject)
        if row is None:
            row = rows[subject] = {**dict.fromkeys(columns.keys()), "subject": subject}
        known = self._instead.get(state, {}).get(subject, {})
        for name, later in values.items():
            place = known if name in known else row
            place[name] = met(columns[name].info["meets"], place[name], later)

    def replace(self, state: str, subject: str, values: Mapping[str, Any]) -> None:
        """Puts ``values`` into the row of ``subject`` instead of what is there, None as well."""
        self.meet(state, subject, {})
        self._states[state][subject].update(dict.fromkeys(values))
        self._instead.setdefault(state, {}).setdefault(subject, {}).update(values)

    def flush(self) -> None:
        """Writes what was gathered."""
        states, self._states = self._states, {}
        instead, self._instead = self._instead, {}
        for state, rows in states.items():
            self._meet(STATES[state], list(rows.values()))
            replaced = instead.get(state, {})
            self._put(STATES[state], replaced)
            sources = SOURCES.get(state, frozenset())
            touched = {name for name, values in replaced.items() if not sources.isdisjoint(values)}
            touched |= {name for name, row in rows.items()
                        if any(row[source] is not None for source in sources)}  # fmt: skip
            self._derive(state, sorted(touched))
        lines, self._lines = self._lines, []
        if lines:
            self._append(lines)

    # --- reading ------------------------------------------------------------------------------

    def head(self) -> tuple[int, str]:
        """How far the log is, and the digest of all of it."""
        self.flush()
        wanted = select(fact_head.c.position, fact_head.c.head)
        row = self._connection.execute(wanted).one_or_none()
        return (0, EMPTY_HEAD) if row is None else (row.position, row.head)

    def log(self, *, after: int = 0, upto: int | None = None) -> Iterator[LoggedFacts]:
        """The log in its order."""
        self.flush()
        wanted = select(fact_log).where(fact_log.c.position > after)
        if upto is not None:
            wanted = wanted.where(fact_log.c.position <= upto)
        wanted = wanted.order_by(fact_log.c.position).execution_options(yield_per=1_000)
        for row in self._connection.execute(wanted):
            yield LoggedFacts(
                position=row.position,
                head=row.head,
                line=FactLine(
                    at=row.at,
                    direction=row.direction,
                    peer=row.peer,
                    message_id=row.message_id,
                    message_type=row.message_type,
                    facts=row.facts,
                ),
            )

    def of_message(self, message_id: str) -> bytes | None:
        """The facts of the message with this id, if it carried any."""
        self.flush()
        wanted = select(fact_log.c.facts).where(fact_log.c.message_id == message_id)
        found: bytes | None = self._connection.execute(wanted.limit(1)).scalar()
        return found

    def count(
        self, state: str, by: Sequence[str], narrowings: Sequence[Narrowing] = ()
    ) -> dict[tuple[Any, ...], int]:
        """How many subjects there are for each combination of the columns ``by``."""
        self.flush()
        table = STATES[state]
        columns = [table.c[name] for name in by]
        wanted: Select[Any] = select(*columns, func.count().label("n")).select_from(table)
        wanted = wanted.where(_conditions(table, narrowings)).group_by(*columns)
        return {tuple(row[:-1]): row[-1] for row in self._connection.execute(wanted)}

    def tally(
        self,
        state: str,
        by: Sequence[str],
        marks: Sequence[Sequence[Narrowing]],
        narrowings: Sequence[Narrowing] = (),
    ) -> dict[tuple[Any, ...], tuple[int, ...]]:
        """For each combination of the columns ``by``: how many subjects, and how many of them meet
        all of each of ``marks``."""
        self.flush()
        if state == _LARGE and len(narrowings) <= _PERIOD_ALONE:
            return self._tally_apart(state, by, marks, narrowings)
        table = STATES[state]
        columns = [table.c[name] for name in by]
        sums = [func.sum(case((_conditions(table, each), 1), else_=0)) for each in marks]
        wanted: Select[Any] = select(*columns, func.count(), *sums).select_from(table)
        wanted = wanted.where(_conditions(table, narrowings)).group_by(*columns)
        return {
            tuple(row[: len(by)]): tuple(int(n) for n in row[len(by) :])
            for row in self._connection.execute(wanted)
            if row[len(by)]
        }

    def rows(
        self,
        state: str,
        columns: Sequence[str],
        narrowings: Sequence[Narrowing] = (),
        *,
        ordered: bool = True,
    ) -> list[tuple[Any, ...]]:
        """The values of ``columns`` of every subject, by subject; unless ``ordered``, as they come,
        which spares the database a walk through the whole table in the order of its subjects."""
        self.flush()
        table = STATES[state]
        wanted = select(*[table.c[name] for name in columns])
        wanted = wanted.where(_conditions(table, narrowings))
        if ordered:
            wanted = wanted.order_by(table.c.subject)
        return [tuple(row) for row in self._connection.execute(wanted)]

    def gathered(
        self,
        state: str,
        by: Sequence[str],
        columns: Sequence[str | Span],
        narrowings: Sequence[Narrowing] = (),
    ) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
        """For each combination of ``by`` the values of ``columns`` of its subjects, in any order.

        Texts, numbers and spans alone. The database lists them: a row of its own for each of
        100,000 subjects costs more than all that is reckoned from them.
        """
        self.flush()
        table = STATES[state]
        keys = [table.c[name] for name in by]
        values = [_listed(table, one) for one in columns]
        sqlite = self._connection.dialect.name == "sqlite"
        # A list for each column, not one for each subject: those take three times as long to read.
        lists: list[ColumnElement[str]] = [
            type_coerce(func.json_group_array(each), Text)
            if sqlite
            else cast(func.json_agg(each), Text)
            for each in values
        ]
        wanted: Select[Any] = select(*keys, func.count(), *lists).select_from(table)
        wanted = wanted.where(_conditions(table, narrowings)).group_by(*keys)
        size = len(keys)
        return {
            tuple(row[:size]): list(zip(*map(_LIST.decode, row[size + 1 :]), strict=True))
            for row in self._connection.execute(wanted)
            if row[size]
        }

    def row(self, state: str, subject: str, columns: Sequence[str]) -> tuple[Any, ...] | None:
        """The values of ``columns`` of one subject; None where nothing was said of it."""
        self.flush()
        table = STATES[state]
        wanted = select(*[table.c[name] for name in columns]).where(table.c.subject == subject)
        found = self._connection.execute(wanted).first()
        return None if found is None else tuple(found)

    # --- parts --------------------------------------------------------------------------------

    def _meet(self, table: Table, rows: list[dict[str, Any]]) -> None:
        new = _DIALECTS[self._connection.dialect.name].insert(table)
        settled = {
            column.name: _settled(table, column.name, new.excluded[column.name])
            for column in table.columns
            if not column.primary_key
        }
        statement = new.on_conflict_do_update(index_elements=[table.c.subject], set_=settled)
        self._connection.execute(statement, rows)

    def _put(self, table: Table, replaced: Mapping[str, Mapping[str, Any]]) -> None:
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for subject, values in replaced.items():
            alike.setdefault(tuple(sorted(values)), []).append({"of": subject, **values})
        for names, rows in alike.items():
            change = update(table).where(table.c.subject == bindparam("of"))
            self._connection.execute(change.values({name: bindparam(name) for name in names}), rows)

    def _tally_apart(
        self,
        state: str,
        by: Sequence[str],
        marks: Sequence[Sequence[Narrowing]],
        narrowings: Sequence[Narrowing],
    ) -> dict[tuple[Any, ...], tuple[int, ...]]:
        # Each from an index that covers it, which together is far less than the table.
        marked = [self.count(state, by, (*narrowings, *each)) for each in marks]
        return {
            key: (count, *[each.get(key, 0) for each in marked])
            for key, count in self.count(state, by, narrowings).items()
            if count
        }

    def _derive(self, state: str, touched: Sequence[str]) -> None:
        """Makes what follows from other columns follow again in the rows of ``touched``."""
        sources = sorted(SOURCES.get(state, ()))
        table = STATES[state]
        made: list[dict[str, Any]] = []
        for at in range(0, len(touched), _SUBJECTS_AT_ONCE):
            some = table.c.subject.in_(touched[at : at + _SUBJECTS_AT_ONCE])
            wanted = select(table.c.subject, *[table.c[name] for name in sources]).where(some)
            made += [
                {
                    "of": row["subject"],
                    **derive_values(state, {name: row[name] for name in sources}),
                }
                for row in self._connection.execute(wanted).mappings()
            ]
        if made:
            change = update(table).where(table.c.subject == bindparam("of"))
            names = [name for name in made[0] if name != "of"]
            self._connection.execute(change.values({name: bindparam(name) for name in names}), made)

    def _append(self, lines: Sequence[FactLine]) -> None:
        first = {"id": _ONE, "position": 0, "head": EMPTY_HEAD}
        dialect = _DIALECTS[self._connection.dialect.name]
        wanted = select(fact_head.c.position, fact_head.c.head).with_for_update()
        row = self._connection.execute(wanted).one_or_none()
        if row is None:
            new = dialect.insert(fact_head).on_conflict_do_nothing()
            self._connection.execute(new, first)
            row = self._connection.execute(wanted).one()
        position, head = row.position, row.head
        written: list[dict[str, Any]] = []
        for line in lines:
            position, head = position + 1, chained(head, line)
            written.append(
                {
                    "position": position,
                    "at": line.at,
                    "direction": line.direction,
                    "peer": line.peer,
                    "message_id": line.message_id,
                    "message_type": line.message_type,
                    "facts": line.facts,
                    "head": head,
                }
            )
        self._connection.execute(insert(fact_log), written)
        self._connection.execute(update(fact_head).values(position=position, head=head))


def _settled(table: Table, name: str, later: ColumnElement[Any]) -> ColumnElement[Any]:
    earlier = table.c[name]
    match earlier.info["meets"]:
        case Meets.FIRST | Meets.DERIVED:
            return func.coalesce(earlier, later)
        case Meets.LAST:
            return func.coalesce(later, earlier)
        case Meets.LEAST:
            return case((earlier < later, earlier), else_=func.coalesce(later, earlier))
        case _:
            zero: ColumnElement[Any] = literal_column("0")
            return func.coalesce(earlier, zero) + func.coalesce(later, zero)


def _conditions(table: Table, narrowings: Sequence[Narrowing]) -> ColumnElement[bool]:
    found: list[ColumnElement[bool]] = [true()]
    for one in narrowings:
        column = table.c[one.column]
        if one.among is not None:
            found.append(_among(column, one.among))
        if one.least is not None:
            found.append(column >= one.least)
        if one.below is not None:
            found.append(column < one.below)
        if one.longest is not None:
            # As a literal: an index over the short ones is taken for no parameter.
            longest: ColumnElement[int] = literal_column(str(int(one.longest)))
            found.append(func.length(column) <= longest)
        if one.also is not None:
            state, name, condition = one.also
            other = STATES[state]
            found.append(column.in_(select(other.c[name]).where(_conditions(other, [condition]))))
    return and_(*found)


def _listed(table: Table, one: str | Span) -> ColumnElement[Any]:
    if isinstance(one, Span):
        until, since = (type_coerce(table.c[n], BigInteger) for n in (one.until, one.since))
        return until - since
    return table.c[one]


def _among(column: Column[Any], values: Sequence[str | int | None]) -> ColumnElement[bool]:
    known = [value for value in values if value is not None]
    if None not in values:
        return column.in_(known)
    # No list where nothing stands in it: an index over the empty ones is taken for no list.
    return column.in_(known) | column.is_(None) if known else column.is_(None)
