"""Reads rows in which nothing is wrong by the functions that ``written_out`` writes, a kind each.

It vouches for a row only where every value is one that the schema surely takes and its shape one
that the schema has accepted in this file; any other raises ``Unsure``, and the explaining way reads
it. It knows no format, and it says nothing of what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from adapters.engine.automatic import Giver
from adapters.engine.codes import folded
from adapters.engine.mapping import BODIES, Given, KindMapping, Run
from adapters.engine.memory import Memory
from adapters.engine.pipes import Pipe
from adapters.engine.plain_values import plainly
from adapters.engine.proving import Test, tidy_form
from adapters.engine.rows import Cut, Cutting, Row, Shape
from adapters.engine.rules import firearm_in, lacks_serial
from adapters.engine.spec import Choice, Spec
from adapters.engine.steps import NotFitting
from adapters.engine.written_out import Unsure, WrittenOut, write_out
from gateway.adapter import Issue, Item
from gateway.payload import FirearmRecord, Part, element_text, hold_text

Take = Callable[[Cut], tuple[Item, bool]]
_DRAWN = ("search_id", "seizure_id")
_ORDERS_MOST = 16  # of columns, for which a kind is kept written out


@dataclass(frozen=True, slots=True, kw_only=True)
class Quick:
    """The reading of one file the quick way."""

    spec: Spec
    kinds: Mapping[str, KindMapping]
    by_word: Mapping[str, KindMapping]
    cutting: Cutting
    run: Run
    given: Mapping[str, Given]
    prepared: Callable[[Row], Row]

    def take(self) -> Take:
        """What makes of a cut its item, and whether its reference may come but once in a file.

        It raises ``Unsure`` for a row that is to be read the explaining way.
        """
        shapes = self.cutting.shapes
        if not isinstance(shapes, list):
            return self._take_of(shapes[0])
        takes: list[Take] = []

        def take(cut: Cut) -> tuple[Item, bool]:
            while cut[4] >= len(takes):
                takes.append(self._take_of(shapes[len(takes)]))
            return takes[cut[4]](cut)

        return take

    def _take_of(self, shape: Shape) -> Take:
        takes = {
            name: self._bound(kind, shape, self.given[name]) for name, kind in self.kinds.items()
        }
        by_word, column = self.by_word, self.spec.source.kind
        if not by_word:
            return takes[next(iter(takes))]
        if column is None or column not in shape.columns:
            return never
        at = shape.columns.index(column)
        text = _text(shape, at)

        def take_by(cell: Any) -> Take:
            found = by_word.get(folded(text(cell).strip())) or by_word.get("*")
            return never if found is None else takes[found.kind.name]

        by_cell = Memory(take_by)

        def take(cut: Cut) -> tuple[Item, bool]:
            chosen: Take = by_cell[cut[3][at]]
            return chosen(cut)

        return take

    def _bound(self, kind: KindMapping, shape: Shape, given: Given) -> Take:
        """The function of ``kind`` with all that it refers to in this file."""
        written = _written(kind, shape, self.spec)
        if written is None or given.proof is None:
            return never
        scope = dict(written.scope)
        try:
            scope |= self._slots(kind, written, shape, given)
        except Unsure:
            return never  # a column is not there that each item needs
        for at, value in enumerate(given.values):
            scope[f"g{at}"] = value
            tag = written.tags.get(len(kind.part.pipes) + at)
            scope[f"sg{at}"] = element_text(tag, value) if tag else ""
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, Part):
                    hold_text(part)
        scope |= {f"give{at}": self._giving(kind.givers[at][0], give) for at, give in given.own}
        scope |= {f"h{number}": {} for number in range(written.remembered)}
        source = self.spec.source
        scope |= {
            "shapes": given.proof.shapes,
            "at": self.cutting.at,
            "lacking": _lacking_record if kind.kind.body == "FirearmRecord" else _lacking,
            "skipped": self._skipping(shape),
            "urgent": _choosing(source.urgent, shape),
            "in_spite": _choosing(source.in_spite, shape),
            "ruled": self._ruling(kind),
        }
        # The source holds no word that is not the engine's own (``written_out``).
        exec(written.code, scope)  # noqa: S102
        take: Take = scope["take"]
        return take

    def _giving(self, path: str, give: Giver) -> Callable[[str], Any]:
        """What gives an id for a national reference."""
        frame = self.run.frame
        if path.rpartition("/")[2] == "RecordId":
            return frame.record_ids()
        return lambda reference: give(frame, reference)

    def _slots(
        self, kind: KindMapping, written: WrittenOut, shape: Shape, given: Given
    ) -> dict[str, Any]:
        """What makes the value of each slot, and reads the cells that no slot does."""
        proof, today = given.proof, self.run.today
        scope: dict[str, Any] = {}
        if proof is None:
            return scope
        for slot, pipe in enumerate(kind.part.pipes):
            if slot in written.cells:
                at = written.cells[slot]
                text = _itself if at < 0 else _text(shape, at)
                tag = written.tags.get(slot)
                told = _telling(pipe, proof.surely(slot), today, tag)
                fits = tidy_form(BODIES[kind.kind.body], pipe.path)
                memory = Memory(_after(text, plainly(pipe, fits, tag, told) or told))
                proof.forgetful.append(memory.clear)
                scope[f"m{slot}"] = memory
                continue
            constant = pipe.constant
            if pipe.column is not None:  # a column that this file has not
                constant = _value(pipe, proof.surely(slot), today)("")
            said = _told(lambda held: held, written.tags.get(slot))
            scope[f"k{slot}"], scope[f"sk{slot}"] = said(constant)
        for at in range(len(shape.columns) if shape.texts is not None else 0):
            scope[f"t{at}"] = _text(shape, at)
            scope[f"c{at}"] = Memory(_text(shape, at))
        return scope

    def _skipping(self, shape: Shape) -> Callable[[Sequence[Any]], bool]:
        chosen = [_choosing(Choice(skip.column, skip.is_), shape) for skip in self.spec.skip]
        return lambda cells: any(choose(cells) for choose in chosen)

    def _ruling(self, kind: KindMapping) -> Callable[[Cut], None]:
        """What one column asks of others, looked at as ever: by names."""

        def ruled(cut: Cut) -> None:
            row = self.prepared(self.cutting.row(cut))
            issues: list[Issue] = []
            kind.hold_rules(row, issues)
            if issues:
                raise Unsure

        return ruled


def alike(item: Item, other: Item) -> bool:
    """Whether two items are the same but for ids that are drawn for each anew."""
    for drawn in _DRAWN:
        if hasattr(item.body, drawn) and type(item.body) is type(other.body):
            body: Any = other.body
            other = replace(other, body=replace(body, **{drawn: getattr(item.body, drawn)}))
    return item == other and _text_of(item.body) == _text_of(other.body)


def _text_of(body: object) -> str:
    return element_text("Body", body) if isinstance(body, Part) else ""


def never(_cut: Cut) -> tuple[Item, bool]:
    """Leaves every row to the explaining way."""
    raise Unsure


def _written(kind: KindMapping, shape: Shape, spec: Spec) -> WrittenOut | None:
    key = (shape.columns, shape.texts is None)
    if key not in kind.written:
        if len(kind.written) >= _ORDERS_MOST:
            kind.written.clear()
        kind.written[key] = write_out(kind, shape, spec)
    found: WrittenOut | None = kind.written[key]
    return found


def _itself(cell: Any) -> str:
    text: str = cell
    return text


def _text(shape: Shape, at: int) -> Callable[[Any], str]:
    """The text of the cell ``at``; raises ``Unsure`` for octets that are none."""
    if shape.texts is None:
        return _itself
    found = shape.texts[at]

    def text(cell: Any) -> str:
        held = found(cell)
        if held is None:
            raise Unsure
        return held

    return text


def _converting(convert: Callable[[str], Any]) -> Callable[[str], Any]:
    """``convert``; of a closed list a look into a table, which is faster than to call its type."""
    if isinstance(convert, type) and issubclass(convert, StrEnum):
        codes: dict[str, Any] = {code.value: code for code in convert}
        return codes.__getitem__
    return convert


def _value(pipe: Pipe, surely: Test, today: str) -> Callable[[str], Any]:
    """From a cell's text to the value of the slot of ``pipe``, where that is surely valid."""
    run, convert = pipe.run, _converting(pipe.convert)

    def value(cell: str) -> Any:
        try:
            held = run(cell.strip() or None, today)
            if held is None:
                if pipe.required:
                    raise Unsure
                return None
            if isinstance(held, str):
                made = held if convert is str else convert(held)
            elif pipe.many:
                made = tuple([convert(part) for part in held])
            else:
                raise Unsure
        except (NotFitting, ValueError, KeyError):
            raise Unsure from None
        if not surely(made):
            raise Unsure
        return made

    return value


def _told(value: Callable[[Any], Any], tag: str | None) -> Callable[[Any], tuple[Any, str]]:
    """What ``value`` makes of a cell, and the element that it is in canonical XML."""

    def told(cell: Any) -> tuple[Any, str]:
        made = value(cell)
        return made, element_text(tag, made) if tag else ""

    return told


def _after(
    text: Callable[[Any], str], told: Callable[[str], tuple[Any, str]]
) -> Callable[[Any], tuple[Any, str]]:
    """``told`` of the text of a cell."""
    return told if text is _itself else lambda cell: told(text(cell))


def _telling(
    pipe: Pipe, surely: Test, today: str, tag: str | None
) -> Callable[[str], tuple[Any, str]]:
    """From a cell's text to the value of the slot of ``pipe`` and its element in canonical XML."""
    if pipe.convert is not str or pipe.many:
        return _told(_value(pipe, surely, today), tag)
    run, required = pipe.run, pipe.required

    def told(cell: str) -> tuple[Any, str]:
        # As the other way, in one function: most values that never came before are texts.
        try:
            held = run(cell.strip() or None, today)
        except (NotFitting, ValueError):
            raise Unsure from None
        if held is None and not required:
            return None, ""
        if not isinstance(held, str) or not surely(held):
            raise Unsure
        return held, element_text(tag, held) if tag else ""

    return told


def _choosing(choice: Choice | None, shape: Shape) -> Callable[[Sequence[Any]], bool]:
    """Whether a row's cell in the column of ``choice`` has one of its values."""
    if choice is None:
        return lambda _: False
    words = {folded(value) for value in choice.values}
    if choice.column not in shape.columns:
        held = "" in words
        return lambda _: held
    at = shape.columns.index(choice.column)
    text = _text(shape, at)
    memory = Memory(lambda cell: folded(text(cell).strip()) in words)
    return lambda cells: bool(memory[cells[at]])


def _lacking_record(record: FirearmRecord) -> bool:
    return lacks_serial(record.firearm, searching=False)


def _lacking(body: object) -> bool:
    firearm, searching = firearm_in(body)
    return firearm is not None and lacks_serial(firearm, searching=searching)
