"""A store in SQLite's memory that hands the same statements to the driver by the shortest way.

SQLAlchemy compiles every statement as ever; what it does around each execution (two thirds of the
time of a simulated world) is left out. It opens no file and no server: production does not use it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import TracebackType
from typing import Any, ClassVar, NamedTuple, Self, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Dialect
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import DBAPIError

from gateway.store.engine import Store
from gateway.store.metadata import METADATA

_Values = Mapping[str, Any]
_Process = Callable[[Any], Any]
_REQUIRED = object()


class DirectStore(Store):
    """As ``Store``, in memory. Opened with ``sqlite://`` and nothing else."""

    _direct: _Direct | None = None

    def _held(self) -> Connection:
        if self._direct is None:
            self._direct = _Direct(super()._held())
        return cast("Connection", self._direct)

    def become(self, other: DirectStore) -> None:
        """The same tables and rows as ``other``; for a store that has none yet."""
        # Not `deserialize`: after it SQLite 3.40 crashed in statements prepared before.
        other.raw().backup(self.raw())

    def clear(self) -> None:
        """Takes away all rows. Another copy instead would have every statement prepared anew."""
        raw = self.raw()
        names = _tables()
        held = raw.execute(f"SELECT {', '.join(map(_holds_rows, names))}").fetchone()
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("BEGIN IMMEDIATE")
        for name, holds in zip(names, held, strict=True):
            if holds:
                raw.execute(f"DELETE FROM {name}")  # noqa: S608 - a name of ours
        raw.execute("COMMIT")
        raw.execute("PRAGMA foreign_keys = ON")
        self._held().info.clear()

    def raw(self) -> sqlite3.Connection:
        """The connection of the driver."""
        self._held()
        if self._direct is None:
            raise AssertionError("held a moment ago")
        return self._direct.raw


class _Answer(IteratorResult[Any]):
    """What a statement gave; ``rowcount`` as the driver tells it."""

    rowcount: int = -1


class _Expansion(NamedTuple):
    """A text for lists of certain lengths, and what stands in its places."""

    text: str
    places: list[tuple[str, _Process | None]]


class _Shape:
    """What all statements of one compiled text share: places, and how rows are read."""

    def __init__(self, compiled: Any, dialect: Dialect) -> None:
        self.text = str(compiled.string)
        self.processors: Mapping[str, _Process] = compiled._bind_processors  # noqa: SLF001 - no public way
        self.expands = bool(compiled.post_compile_params)
        binds = compiled.bind_names.items()
        self.lists = [name for bind, name in binds if bind in compiled.post_compile_params]
        self.expansions: dict[tuple[int, ...], _Expansion] = {}
        self.required = [name for bind, name in compiled.bind_names.items() if bind.required]
        self.places = [(name, self.processors.get(name)) for name in compiled.positiontup]
        self.rows: SimpleResultMetaData | None = None
        columns = compiled._result_columns  # noqa: SLF001 - as above
        if columns:
            read = [one.type._cached_result_processor(dialect, None) for one in columns]  # noqa: SLF001 - as above
            names = [one.keyname for one in columns]
            self.rows = SimpleResultMetaData(names, _processors=read if any(read) else None)


class _Statement:
    """One statement: its shape, and the values that it brings itself."""

    def __init__(self, compiled: Any, shape: _Shape, extracted: Any) -> None:
        self.shape = shape
        self._compiled = compiled
        self._held: dict[str, Any] = compiled.construct_params(
            None, extracted_parameters=extracted, escape_names=False, _check=False
        )
        self._held.update(dict.fromkeys(shape.required, _REQUIRED))

    def values(self, given: _Values) -> list[Any]:
        """The values of one execution in their places. Raises KeyError where one is missing."""
        held = self._held
        values = []
        for name, process in self.shape.places:
            value = given[name] if name in given else held[name]
            if value is _REQUIRED:
                raise KeyError(name)
            values.append(value if process is None else process(value))
        return values

    def expanded(self, given: _Values) -> tuple[str, list[Any]]:
        """Text and values where a list of values stands for one."""
        whole = {name: given.get(name, held) for name, held in self._held.items()}
        lengths = tuple(len(whole[name]) for name in self.shape.lists)
        made = self.shape.expansions.get(lengths)
        if made is None:
            made = self.shape.expansions[lengths] = self._expand(dict(whole))
        for name in self.shape.lists:
            whole.update((f"{name}_{at}", value) for at, value in enumerate(whole[name], 1))
        return made.text, [
            whole[name] if process is None else process(whole[name])
            for name, process in made.places
        ]

    def _expand(self, whole: dict[str, Any]) -> _Expansion:
        state = self._compiled._process_parameters_for_postcompile(whole)  # noqa: SLF001 - no public way
        processors = {**self.shape.processors, **state.processors}
        places = [(name, processors.get(name)) for name in state.positiontup]
        return _Expansion(state.statement, places)


class _Direct:
    """What the store's rooms use of a ``Connection``."""

    closed = invalidated = False
    # Shared by every connection of the process.
    _compiled: ClassVar[dict[Any, Any]] = {}
    _shapes: ClassVar[dict[Any, _Shape]] = {}
    _known: ClassVar[WeakKeyDictionary[Any, dict[Any, _Statement]]] = WeakKeyDictionary()

    def __init__(self, connection: Connection) -> None:
        self.info: dict[Any, Any] = {}
        self.dialect = connection.dialect
        self.raw = cast("sqlite3.Connection", connection.connection.driver_connection)
        self._inner = connection
        self._cursor = self.raw.cursor()

    @property
    def connection(self) -> sqlite3.Connection:
        """The driver's own."""
        return self.raw

    def begin(self) -> _Transaction:
        """A transaction for a ``with`` block."""
        return _Transaction(self.raw)

    def execute(self, statement: Any, given: _Values | Sequence[_Values] | None = None) -> _Answer:
        """As SQLAlchemy's, but for statements that SQLite answers at once."""
        many = isinstance(given, Sequence)
        first: _Values = given[0] if isinstance(given, Sequence) else given or {}
        plan = self._plan(statement, first, many=many)
        shape, cursor = plan.shape, self._cursor
        text = shape.text
        rows: list[Any] = []
        count = -1
        try:
            if isinstance(given, Sequence):
                if shape.rows is None:
                    cursor.executemany(text, [plan.values(one) for one in given])
                for one in given if shape.rows is not None else ():
                    rows += cursor.execute(text, plan.values(one)).fetchall()
            elif shape.expands:
                text, values = plan.expanded(first)
                cursor.execute(text, values)
            else:
                cursor.execute(text, plan.values(first))
            if not many and cursor.description is not None:
                rows = cursor.fetchall()
                if shape.rows is None:  # a text of our own: its columns are what it says
                    shape.rows = SimpleResultMetaData([one[0] for one in cursor.description])
            count = cursor.rowcount
        except sqlite3.Error as error:
            raise _as_sqlalchemy(text, error, self.dialect) from error
        answer = _Answer(shape.rows or _NO_ROWS, iter(rows))
        answer.rowcount = count
        return answer

    def exec_driver_sql(self, text: str, values: _Values | None = None) -> _Answer:
        """A statement as it stands."""
        cursor = self.raw.execute(text, values or {})
        names = [one[0] for one in cursor.description or ()]
        return _Answer(SimpleResultMetaData(names), iter(cursor.fetchall()))

    def close(self) -> None:
        """Gives the connection back."""
        self._cursor.close()
        self._inner.close()

    def _plan(self, statement: Any, first: _Values, *, many: bool) -> _Statement:
        plans = self._known.get(statement)
        if plans is None:
            plans = self._known[statement] = {}
        key = (many, *first)
        plan = plans.get(key)
        if plan is None:
            compiled, extracted, _, _ = statement._compile_w_cache(  # noqa: SLF001 - no public way
                self.dialect,
                compiled_cache=self._compiled,
                column_keys=sorted(first),
                for_executemany=many,
            )
            shape = self._shapes.get(compiled)
            if shape is None:
                shape = self._shapes[compiled] = _Shape(compiled, self.dialect)
            plan = plans[key] = _Statement(compiled, shape, extracted)
        return plan


class _Transaction:
    """BEGIN IMMEDIATE, and COMMIT or ROLLBACK in the end."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def __enter__(self) -> Self:
        self._raw.execute("BEGIN IMMEDIATE")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._raw.in_transaction:
            self._raw.execute("COMMIT" if kind is None else "ROLLBACK")

    def rollback(self) -> None:
        """Undoes everything so far."""
        self._raw.execute("ROLLBACK")


@cache
def _tables() -> tuple[str, ...]:
    return tuple(METADATA.tables)


def _holds_rows(name: str) -> str:
    return f"EXISTS (SELECT 1 FROM {name})"  # noqa: S608 - a name of ours


_NO_ROWS = SimpleResultMetaData([])


def _as_sqlalchemy(text: str, error: sqlite3.Error, dialect: Dialect) -> BaseException:
    return DBAPIError.instance(
        text, None, error, sqlite3.Error, hide_parameters=True, dialect=dialect
    )
