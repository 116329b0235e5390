"""Every measure by its name: what it means, over which state and time, and how it is computed.

The definitions are those of docs/spec/statistics.md; a number there is a number here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz import process

from gateway.statistics.errors import UnknownMeasureError
from gateway.statistics.tables import Cases, Column, Kind, Row, Scope, Source, Table, Value
from gateway.store import Narrowing, state_columns

Compute = Callable[["Measure", Source, Scope, tuple[str, ...]], Table]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure: ``time`` is the column of ``state`` that places a case in the period."""

    name: str
    number: str
    title: str
    definition: str
    state: str
    time: str
    compute: Compute
    by: tuple[str, ...] = ()
    """The dimensions that are used where none are asked for."""
    dimensions: tuple[str, ...] = ()
    """The dimensions that may be asked for."""

    def within(self, scope: Scope, *more: Narrowing) -> tuple[Narrowing, ...]:
        """What places a case of this measure in ``scope``."""
        columns = state_columns(self.state)
        chosen = tuple(one for one in scope.narrowings if one.column in columns)
        period = Narrowing(column=self.time, least=scope.start, below=scope.end)
        return (period, *chosen, *more)

    def cases(self, scope: Scope, *more: Narrowing) -> Cases:
        """The cases that ``within`` finds."""
        return Cases(state=self.state, narrowings=self.within(scope, *more))

    def behind(
        self, scope: Scope, names: Sequence[str], *more: Narrowing
    ) -> Callable[[Sequence[Any]], Cases]:
        """Gives the cases behind a row of which the columns ``names`` have the values given."""
        around = self.within(scope, *more)
        state = self.state

        def cases(values: Sequence[Any]) -> Cases:
            chosen = [
                Narrowing(column=name, among=(value,))
                for name, value in zip(names, values, strict=True)
            ]
            return Cases(state=state, narrowings=(*around, *chosen))

        return cases

    def table(
        self,
        columns: tuple[Column, ...],
        rows: list[Row],
        *,
        notes: tuple[str, ...] = (),
        picture: str | None = None,
    ) -> Table:
        """The figures of this measure."""
        return Table(
            name=self.name,
            title=self.title,
            definition=self.definition,
            columns=columns,
            rows=tuple(rows),
            notes=notes,
            picture=picture,
        )


_ALL: dict[str, Measure] = {}


def measure(**facts: Any) -> Callable[[Compute], Compute]:
    """Registers the function below it as the measure that ``facts`` describe."""

    def register(compute: Compute) -> Compute:
        made = Measure(compute=compute, **facts)
        if made.name in _ALL:
            raise ValueError(f"two measures are called {made.name}")
        _ALL[made.name] = made
        return compute

    return register


def measures() -> Mapping[str, Measure]:
    """Every measure by name, in the order of their numbers."""
    # The rules register themselves when they are imported; nobody needs them before.
    from gateway.statistics import (  # noqa: PLC0415
        counting,  # noqa: F401
        flows,  # noqa: F401
        intakes,  # noqa: F401
        outcomes,  # noqa: F401
        patterns,  # noqa: F401
        quality,  # noqa: F401
        runs,  # noqa: F401
        service,  # noqa: F401
        timing,  # noqa: F401
    )

    return _ALL


def measure_of(name: str) -> Measure:
    """The measure ``name``. Raises ``UnknownMeasureError`` where there is none."""
    known = measures()
    found = known.get(name)
    if found is not None:
        return found
    near = process.extractOne(name, list(known), score_cutoff=60)
    raise UnknownMeasureError(
        "there is no such measure" + (f"; did you mean {near[0]}?" if near else ""),
        value=name,
        expected=", ".join(known),
        remedy="`iarms report measures` explains each",
    )


def compute(name: str, source: Source, scope: Scope, by: tuple[str, ...] | None = None) -> Table:
    """The figures of the measure ``name``. Raises ``UnknownMeasureError`` for a name or dimension
    that there is not."""
    found = measure_of(name)
    wanted = found.by if by is None else by
    if unknown := [one for one in wanted if one not in found.dimensions and one not in found.by]:
        raise UnknownMeasureError(
            f"{name} cannot be told apart so",
            value=", ".join(unknown),
            expected=", ".join(found.dimensions) or "no dimension at all",
            remedy="choose among those",
        )
    return replace(found.compute(found, source, scope, wanted), by=wanted)


def label(value: Any) -> Value:
    """How a missing value reads."""
    return "(none)" if value is None else value


def labels(by: tuple[str, ...]) -> tuple[Column, ...]:
    """The columns of dimensions."""
    return tuple(Column(name=one, title=one.replace("_", " "), kind=Kind.LABEL) for one in by)


def counted(
    rule: Measure, source: Source, scope: Scope, by: tuple[str, ...], *more: Narrowing
) -> list[Row]:
    """A row for each combination of ``by``, the most frequent first, months in their order."""
    found = source.count(rule.state, by, rule.within(scope, *more))
    in_time = bool(by) and by[0].endswith("month")

    def order(item: tuple[tuple[Any, ...], int]) -> Any:
        key = tuple(str(label(value)) for value in item[0])
        return key if in_time else (-item[1], key)

    behind = rule.behind(scope, by, *more)
    return [
        Row(values=(*[label(value) for value in key], count), cases=behind(key))
        for key, count in sorted(found.items(), key=order)
    ]


COUNT = Column(name="count", title="count", kind=Kind.COUNT)
