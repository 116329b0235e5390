"""New rows of a national system's table come in as a JSON file; answers go into its outbox table.

It writes nothing but the outbox. It is the second and last place beside the store that knows
SQLAlchemy, and never sees the node's own database.
"""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    column,
    create_engine,
    event,
    insert,
    inspect,
    make_url,
    select,
    table,
)
from sqlalchemy.exc import DBAPIError, NoSuchTableError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.expression import TableClause

from gateway.transport_settings import Sql
from gateway.transports.doorbell import Bell, ringing_on_changes
from gateway.transports.seam import (
    Dispatch,
    DispatchKind,
    Memory,
    Parcel,
    TransportError,
    UnreachableError,
)
from gateway.transports.secrets import secret_in
from gateway.transports.sql_values import (
    TableError,
    cell,
    earlier,
    flat,
    marked,
    rank_of,
    unmarked,
)

_CONNECT_S = 10
_OWN = ("answer_id", "line", "kind", "source_row", "made", "told")
"""Columns of the outbox that the transport fills itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    part: str
    rank: float
    at: Any
    cells: dict[str, object]


class SqlTransport:
    """One source table and one outbox table in a database of the national system."""

    def __init__(self, settings: Sql, home: Path) -> None:
        self.settings = settings
        self.name = settings.name
        self._engine = _engine_of(settings, home)
        self._file = _file_of(settings, home)
        local = self._engine.dialect.name == "sqlite"
        self._place = f"{self.name}: {self._file if local else make_url(settings.url)}"
        self._bell = Bell()
        self._stopping = threading.Event()
        self._rung_by: threading.Thread | None = None

    @property
    def look_each(self) -> timedelta:
        """The longest time between two looks."""
        return timedelta(seconds=self.settings.look_each_s)

    # --- in -----------------------------------------------------------------------------------

    def fetch(self, memory: Memory) -> Iterator[Parcel]:
        """Rows not seen before, at most ``rows_most`` in a parcel, until there are none."""
        self._listen()
        while True:
            with self._asking() as connection:
                found = self._behind(connection, memory)
                found += self._ahead(connection, memory, self.settings.rows_most - len(found))
            if not found:
                return
            yield self._parcel(found, memory.mark())

    def settle(self, parcel: Parcel) -> None:
        """Nothing to tell: how far the table is read is remembered on our side."""

    def _behind(self, connection: Connection, memory: Memory) -> list[_Found]:
        """Rows that became visible behind the mark: committed late, or changed in one instant."""
        mark = memory.mark()
        if mark is None:
            return []
        at = unmarked(mark)
        order = self._order()
        below = self._below(at)
        memory.keep_mark(mark, rank_of(below))
        rows = self._rows(connection, and_(order >= below, order <= at), None)
        known = memory.known_parts([row.part for row in rows])
        return [row for row in rows if row.part not in known][: self.settings.rows_most]

    def _ahead(self, connection: Connection, memory: Memory, most: int) -> list[_Found]:
        mark = memory.mark()
        if most <= 0:
            return []
        where = None if mark is None else self._order() > unmarked(mark)
        return self._rows(connection, where, most)

    def _order(self) -> ColumnElement[Any]:
        return column(self.settings.sequence or self.settings.change or "")

    def _below(self, at: Any) -> Any:
        if self.settings.sequence is not None:
            return at - self.settings.overlap_rows
        back = self.settings.overlap_s
        match at:
            case datetime():
                return at - timedelta(seconds=back)
            case str():
                return earlier(at, back)
            case _:
                return at - back

    def _rows(
        self, connection: Connection, where: ColumnElement[bool] | None, most: int | None
    ) -> list[_Found]:
        order = self.settings.sequence or self.settings.change or ""
        names = list(dict.fromkeys((*self.settings.columns, self.settings.row, order)))
        query: Any = select(*(column(name) for name in names))
        query = query.select_from(_table(self.settings.table))
        query = query.where(column(order).is_not(None) if where is None else where)
        query = query.order_by(column(order), column(self.settings.row)).limit(most)
        rows = connection.execute(query).mappings().all()
        return [self._found(row, order) for row in rows]

    def _found(self, row: Any, order: str) -> _Found:
        at = row[order]
        part = str(row[self.settings.row])
        if self.settings.change is not None:
            part += f"@{cell(at)}"
        return _Found(
            part=part,
            rank=rank_of(at),
            at=at,
            cells={name: cell(row[name]) for name in self.settings.columns},
        )

    def _parcel(self, rows: Sequence[_Found], mark: str | None) -> Parcel:
        parts = tuple((row.part, row.rank) for row in rows)
        listed = "\0".join(part for part, _ in parts)
        newest = max((row.at for row in rows), key=rank_of)
        if mark is not None and rank_of(unmarked(mark)) > rank_of(newest):
            newest = unmarked(mark)
        octets = json.dumps(
            {self.settings.rows_in: [row.cells for row in rows]}, ensure_ascii=False, indent=1
        ).encode()
        return Parcel(
            identity=f"{self.settings.table} {sha256(listed.encode()).hexdigest()}",
            label=f"{self.settings.table}-{parts[0][0]}-{len(parts)}",
            octets=octets,
            parts=parts,
            mark=marked(newest),
        )

    # --- back ---------------------------------------------------------------------------------

    def deliver(self, dispatch: Dispatch) -> None:
        """Every line of the answer in one transaction, or none; known answers are passed over."""
        lines = self._lines(dispatch)
        outbox = _table(self.settings.outbox, *_OWN)
        with self._asking(begin=True) as connection:
            there = select(outbox.c.answer_id).where(outbox.c.answer_id == dispatch.id).limit(1)
            if connection.execute(there).first() is not None:
                return
            has = self._columns(self.settings.outbox)
            lacking = {name for line in lines for name in line} - has
            if lacking:
                raise self._lacks(self.settings.outbox, sorted(lacking))
            connection.execute(
                insert(_table(self.settings.outbox, *sorted(has))),
                [{name: line.get(name) for name in sorted(has)} for line in lines],
            )

    def _lines(self, dispatch: Dispatch) -> list[dict[str, object]]:
        octets = dispatch.octets()
        own = {
            "answer_id": dispatch.id,
            "kind": dispatch.kind.value,
            "made": dispatch.made.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            "source_row": None,
            "told": None,
        }
        told = _text_of(octets)
        answers = [] if dispatch.kind is DispatchKind.SET_ASIDE else flat(octets)
        if not answers:
            return [{**own, "line": 1, "told": told}]
        lines: list[dict[str, object]] = []
        for number, answer in enumerate(answers, start=1):
            row = self._source_row(answer, dispatch)
            lines.append({**answer, **own, "line": number, "source_row": row})
        return lines

    def _source_row(self, answer: dict[str, object], dispatch: Dispatch) -> str | None:
        number = str(answer.pop(self.settings.number_in, "") or "")
        if not number.isdigit() or not 0 < int(number) <= len(dispatch.parts):
            return None
        part = dispatch.parts[int(number) - 1]
        return part.rpartition("@")[0] if self.settings.change is not None else part

    # --- waiting ------------------------------------------------------------------------------

    def wait(self, longest: timedelta) -> None:
        """Until the database rings, or the time is over."""
        self._bell.wait(longest)

    def wake(self) -> None:
        """Ends ``wait``."""
        self._bell.ring()

    def _listen(self) -> None:
        if self._rung_by is not None and self._rung_by.is_alive():
            return
        if self._engine.dialect.name == "sqlite":
            self._rung_by = ringing_on_changes(
                self._file.parent, self._bell, self._stopping, beginning=self._file.name
            )
        elif self.settings.notify:
            self._rung_by = threading.Thread(
                target=self._notified, name=f"{self.name}-bell", daemon=True
            )
            self._rung_by.start()

    def _notified(self) -> None:
        # The database's own connection: SQLAlchemy has no word for LISTEN's notices.
        with suppress(SQLAlchemyError, Exception), self._engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.autocommit = True
            raw.execute(f'listen "{self.settings.notify}"')
            self._bell.ring()
            while not self._stopping.is_set():
                for _ in raw.notifies(timeout=1.0, stop_after=1):
                    self._bell.ring()
        # Lost: the next fetch listens again; until then look_each_s decides.

    # --- looking ------------------------------------------------------------------------------

    def check(self) -> None:
        """Both tables are there and have the columns that the settings name."""
        order = self.settings.sequence or self.settings.change or ""
        wanted = {*self.settings.columns, self.settings.row, order}
        for name, needed in ((self.settings.table, wanted), (self.settings.outbox, set(_OWN))):
            lacking = needed - self._columns(name)
            if lacking:
                raise self._lacks(name, sorted(lacking))

    def _columns(self, name: str) -> set[str]:
        schema, _, bare = name.rpartition(".")
        try:
            found = inspect(self._engine).get_columns(bare, schema=schema or None)
        except NoSuchTableError as error:
            raise TableError(
                "there is no such table or view, or this user may not see it",
                place=self._place,
                value=name,
                expected="a table or view",
                remedy="correct table and outbox in [[transport]], or make the table: "
                "docs/guides/transports.md has its form",
            ) from error
        except SQLAlchemyError as error:
            raise self._lost(error) from error
        return {str(each["name"]) for each in found}

    def _lacks(self, name: str, columns: Sequence[str]) -> TableError:
        adding = "; ".join(f'alter table {name} add column "{each}" text' for each in columns)
        return TableError(
            "a table lacks columns",
            place=f"{self.name}: table {name}",
            value=", ".join(columns),
            expected="every column that the settings and the adapter's [reply] name",
            remedy=adding if name == self.settings.outbox else "correct columns in [[transport]]",
        )

    def close(self) -> None:
        """Lets go of the database."""
        self._stopping.set()
        if self._rung_by is not None:
            self._rung_by.join(timeout=5)
        self._engine.dispose()

    @contextmanager
    def _asking(self, *, begin: bool = False) -> Iterator[Connection]:
        try:
            with self._engine.begin() if begin else self._engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self._lost(error) from error

    def _lost(self, error: SQLAlchemyError) -> TransportError:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        place = self._place
        if isinstance(error, DBAPIError) and _is_of_a_table(reason):
            return TableError(
                f"the database refuses the query: {reason}",
                place=place,
                expected="the tables and columns that [[transport]] names, with rights to them",
                remedy="correct table, columns and outbox, or grant the rights",
            )
        return UnreachableError(
            f"the database does not serve: {reason}",
            place=place,
            expected="a database that answers",
            remedy="start it, or correct url and password_file in [[transport]]",
        )


def _is_of_a_table(reason: str) -> bool:
    return any(
        words in reason
        for words in ("no such table", "no such column", "does not exist", "permission denied for")
    )


def _engine_of(settings: Sql, home: Path) -> Engine:
    url = make_url(settings.url)
    if url.drivername == "sqlite":
        # Never made by us: a mistyped name would be an empty database.
        # Opened anew each time: the file may be another one by now.
        file = _file_of(settings, home)
        made = create_engine(f"sqlite:///file:{file}?mode=rw&uri=true", poolclass=NullPool)
        event.listen(made, "connect", lambda raw, _: raw.execute("pragma busy_timeout = 10000"))
        return made
    if settings.password_file:
        url = url.set(password=secret_in(home, settings.password_file))
    return create_engine(
        url, pool_pre_ping=True, connect_args={"connect_timeout": _CONNECT_S}, pool_size=3
    )


def _file_of(settings: Sql, home: Path) -> Path:
    """A SQLite file, relative to the home folder."""
    return (home / (make_url(settings.url).database or "")).resolve()


def _table(name: str, *columns: str) -> TableClause:
    schema, _, bare = name.rpartition(".")
    return table(bare, *(column(each) for each in columns), schema=schema or None)


def _text_of(octets: bytes) -> str:
    """What a column of text can hold: a picture that belongs to a trace case goes as a data URL."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return "data:application/octet-stream;base64," + b64encode(octets).decode()
