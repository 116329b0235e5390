"""One declared field as a function: the cell through its steps into a value of the standard.

Everything that can be known without a file is checked while compiling: columns are left to the
parser, code tables are held against the closed list that they fill.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from adapters.engine.codes import CodeTable
from adapters.engine.rows import SHORT_CHARACTERS, Cell, Row
from adapters.engine.spec import Field
from adapters.engine.speech import Speech
from adapters.engine.steps import Materials, NotFitting, Value, find_pipeline
from gateway.adapter import AdapterError, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipe:
    """A compiled field of one kind: where it reads, what it makes, and where that goes."""

    column: str | None
    path: str
    steps: tuple[str, ...]
    required: bool
    constant: Any
    run: Callable[[Value, str], Value]
    convert: Callable[[str], Any]
    form: str  # of what ``convert`` takes, in words
    speech: Speech
    many: bool  # whether its element may be repeated
    materials: Materials
    quick: dict[Cell, Any] | None  # what went well before, by cell; None where the day matters

    def take(self, row: Row, today: str, issues: list[Issue]) -> Any:
        """The value for the slot, or None; what is wrong with the cell is added to ``issues``."""
        if self.column is None:
            return self.constant
        cell = row.cells.get(self.column)
        if self.quick is not None and cell in self.quick:
            return self.quick[cell]
        before = len(issues)
        value = self._map(cell, row, today, issues)
        if len(issues) == before:
            self._remember(cell, value)
        return value

    def _remember(self, cell: Cell | None, value: Any) -> None:
        """Keep what went well: makes, types and places come again and again."""
        if self.quick is None or cell is None or len(cell) > SHORT_CHARACTERS:
            return
        if len(self.quick) < _REMEMBERED:
            self.quick[cell] = value

    def _map(self, cell: Cell | None, row: Row, today: str, issues: list[Issue]) -> Any:
        held: Value = cell.strip() or None if isinstance(cell, str) else cell
        try:
            value = self.run(held, today)
            if value is None:
                if self.required:
                    issues.append(self._issue(NotFitting("REQUIRED"), held, row))
                return None
            if isinstance(value, tuple) and not self.many:
                value = self._only(value)
            if isinstance(value, tuple):
                return tuple(self.convert(part) for part in value)
            return self.convert(value)
        except NotFitting as answer:
            issues.append(self._issue(answer, held, row))
        except ValueError:
            issues.append(self._issue(NotFitting("SCHEMA", detail=self.form), held, row))
        return None

    def _only(self, values: tuple[str, ...]) -> str:
        if len(values) > 1:
            raise NotFitting("DOUBLED", column=self.column or "")
        return values[0]

    def _issue(self, answer: NotFitting, held: Value, row: Row) -> Issue:
        return self.speech.issue(
            answer.code,
            at=row.place(self.column or ""),
            value="; ".join(held) if isinstance(held, tuple) else held or "",
            field=self.path,
            cell=self.column or "",
            suggestion=answer.suggestion,
            **answer.slots,
        )


_REMEMBERED = 20_000
_SHOWN = 12


def compile_pipe(
    field: Field,
    *,
    path: str,
    kind: str,
    held: type,
    many: bool,
    convert: Callable[[str], Any],
    materials: Materials,
    speech: Speech,
) -> Pipe:
    """``field`` for the kind of item called ``kind``; ``held`` is the type of its element."""
    place = f"[[field]] to = '{field.to}'"
    if (field.from_ is None) == (field.value is None):
        raise AdapterError(
            "a field has either 'from' or 'value'", place=place, value=str(field.from_)
        )
    constant: Any = None
    if field.value is not None:
        try:
            constant = convert(field.value)
        except ValueError as error:
            raise AdapterError(
                "a constant does not fit its element",
                place=place,
                value=field.value,
                expected=_members(held),
            ) from error
    try:
        run = find_pipeline(field.steps, materials)
    except AdapterError as error:
        error.place = place
        raise
    _hold_table_against(field, held, materials, place)
    required = field.required if isinstance(field.required, bool) else kind in field.required
    return Pipe(
        column=field.from_,
        path=path,
        steps=field.steps,
        required=required,
        constant=constant,
        run=run,
        convert=convert,
        form=_members(held),
        speech=speech,
        many=many,
        materials=materials,
        quick=None if "not-future" in field.steps else {},
    )


def _hold_table_against(field: Field, held: type, materials: Materials, place: str) -> None:
    """Refuse a code table whose standard values the closed list does not have."""
    if not issubclass(held, StrEnum) or not field.steps:
        return
    name, _, argument = field.steps[-1].partition(":")
    table = materials.tables.get(argument)
    if name != "code" or table is None:
        return
    known = {member.value for member in held}
    for standard in _standard_values(table):
        if standard not in known:
            raise AdapterError(
                f"{table.name} gives a code that {held.__name__} does not have",
                place=place,
                value=standard,
                expected=_members(held),
            )


def _standard_values(table: CodeTable) -> list[str]:
    values = list(table.local)
    return values if table.declared.other is None else [*values, table.declared.other]


def _members(held: type) -> str:
    if issubclass(held, StrEnum):
        values = [member.value for member in held]
        more = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
        return "one of: " + ", ".join(values[:_SHOWN]) + more
    return f"a value of the type {held.__name__}"
