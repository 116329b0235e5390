"""Walks every field of an item step by step and says what of the source the message does not hold.

It is the slow way through the same steps that ``pipes`` compiled: for reports, never for traffic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from io import SEEK_SET
from typing import BinaryIO

import msgspec

from adapters.engine.checking import Candidate, check_bodies
from adapters.engine.codes import folded
from adapters.engine.mapping import REFERENCE, KindMapping, Part
from adapters.engine.pipes import Pipe
from adapters.engine.reading import Reader, prepared, run_of
from adapters.engine.rows import Row, shown
from adapters.engine.steps import Materials, NotFitting, Value, find_pipeline
from gateway.accounting import ItemAccount, Lookup, Loss, LossKind, Standing
from gateway.adapter import HELD
from gateway.frame import Frame

_FILLING = ("default", "const")
_CUTTING = ("extract", "round", "max")  # what they leave out is nowhere else in the message
_One = Callable[[Value, str], Value]


@dataclass(slots=True, kw_only=True)
class _Found:
    """The account of one item while it grows."""

    losses: list[Loss] = field(default_factory=list)
    lookups: list[Lookup] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accountant:
    """An adapter's reader together with the tables that its steps look into."""

    reader: Reader
    materials: Materials

    def standing(self) -> Standing:
        """What the mapping says of every item."""
        constants: dict[str, str] = {}
        given: dict[str, None] = {}
        paths: dict[str, None] = {}
        for mapping in self.reader.kinds.values():
            given.update(dict.fromkeys(path for path, _ in mapping.givers))
            for pipe in _pipes(mapping):
                if pipe.column is None:
                    constants[pipe.path] = str(pipe.constant)
                else:
                    paths[pipe.path] = None
        return Standing(
            unread=self.reader.spec.source.ignore,
            constants=tuple(constants.items()),
            given=tuple(given),
            paths=tuple(paths),
        )

    def account(self, native: BinaryIO, frame: Frame) -> Iterator[ItemAccount]:
        """One account an item."""
        reader = self._seeing(native)
        run = run_of(frame)
        given = {name: kind.given(frame) for name, kind in reader.kinds.items()}
        for row in reader.parse(native).rows:
            item, mapping = reader.map_row(row, run, given)
            ready = item.body is not None
            if item.body is not None and mapping is not None:
                candidate = Candidate(row=row, mapping=mapping, body=item.body)
                ready = not check_bodies([candidate], frame)
            found = _Found()
            if mapping is not None:
                seen = prepared(row, reader.spec.source)
                self._walk(mapping, seen, run.today, found)
            yield ItemAccount(
                number=item.number,
                at=item.at,
                reference=item.reference,
                ready=ready,
                losses=tuple(found.losses),
                lookups=tuple(found.lookups),
                filled=tuple(dict.fromkeys(found.filled)),
            )

    def _seeing(self, native: BinaryIO) -> Reader:
        """A reader that also sees the columns left unread, where the file has them all."""
        source = self.reader.spec.source
        if not source.ignore:
            return self.reader
        # What a form like ItemOwner/* leaves out has no name of its own to be seen under.
        forms = tuple(name for name in source.ignore if name.endswith("*"))
        wider = msgspec.structs.replace(source, tags=source.tags + source.ignore, ignore=forms)
        spec = msgspec.structs.replace(self.reader.spec, source=wider)
        seeing = replace(self.reader, spec=spec)
        usable = self.reader.records is None and not seeing.parse(native).issues
        native.seek(0, SEEK_SET)
        return seeing if usable else self.reader

    def _walk(self, mapping: KindMapping, row: Row, today: str, found: _Found) -> None:
        self._part(mapping.part, row, today, found, prefix="")
        read = self._read_by(mapping, row)
        for entries in mapping.entries:
            inside = {pipe.column for pipe in entries.part.pipes}
            for entry in row.groups.get(entries.source, ()):
                self._part(entries.part, entry, today, found, prefix=f"{entries.path}/")
                _unread(entry, inside, found)
        _unread(row, read, found)

    def _read_by(self, mapping: KindMapping, row: Row) -> set[str | None]:
        """The columns whose content the item's message, its id or its fate depends on."""
        spec = self.reader.spec
        source = spec.source
        read: set[str | None] = {pipe.column for pipe in mapping.part.pipes}
        read.update((source.reference or "").split("+"))
        read.update({source.kind, source.case, REFERENCE})
        named = frozenset(read)
        for name, others in source.same.items():
            read.add(name)  # the adapter's own name: no column
            if name in named:  # of several that are filled the first one counts
                read.update(other for other in others if _alike(row, other, name))
        if source.urgent is not None:
            read.add(source.urgent.column)
        read.update(skip.column for skip in spec.skip)
        read.update(rule.if_ for rule in spec.rule)
        return read

    def _part(self, part: Part, row: Row, today: str, found: _Found, *, prefix: str) -> None:
        asked: list[tuple[Pipe, _Found]] = []
        said: set[str | None] = set()  # columns whose text stands in the message, uncoded
        for pipe in part.pipes:
            if pipe.column is None:
                continue
            own = _Found()
            value = self._pipe(pipe, row, today, own, f"{prefix}{pipe.path}")
            if value is not None:
                found.filled.append(f"{prefix}{pipe.path}")
            if row.cells.get(pipe.column) and not (own.lookups or own.losses):
                said.add(pipe.column)  # as it stands, or with an issue of its own
            asked.append((pipe, own))
        for pipe, own in asked:
            carried = pipe.column in said and not all(lookup.found for lookup in own.lookups)
            if carried:
                # Such as a serial number that no table of reasons for having none lists: the
                # number itself is said, so nothing is lost.
                own.losses = [one for one in own.losses if one.kind is not LossKind.NOT_CODED]
                own.lookups = []
            found.losses += own.losses
            found.lookups += own.lookups

    def _pipe(self, pipe: Pipe, row: Row, today: str, found: _Found, path: str) -> Value:
        """The value that the steps of ``pipe`` leave; each step's loss is added to ``found``."""
        column = pipe.column or ""
        cell = row.cells.get(column)
        value: Value = (cell.strip() or None) if isinstance(cell, str) else cell
        todo = list(pipe.steps)
        if value is None:
            at = next((n for n, step in enumerate(todo) if _name(step) in _FILLING), None)
            if at is None:
                return None
            filling = todo[at].partition(":")[2]
            found.losses.append(_loss(LossKind.DEFAULTED, column, path, "", filling))
            value, todo = filling, todo[at + 1 :]
        for step in todo:
            try:
                after = self._one(step)(value, today)
            except NotFitting as answer:
                if _name(step) == "code":
                    self._look(step, value, found)
                    if answer.code == HELD:
                        found.losses.append(
                            _loss(LossKind.NOT_CODED, column, path, _text(value), "(held)")
                        )
                return None
            self._tell(step, (value, after), column, path, found)
            if after is None:
                return None
            value = after
        return value

    def _one(self, step: str) -> _One:
        return find_pipeline((step,), self.materials)

    def _look(self, step: str, value: Value, found: _Found) -> bool:
        """Notes what was looked up; whether the table lacks any of it."""
        name = step.partition(":")[2]
        table = self.materials.tables[name]
        missing = False
        for part in (value,) if isinstance(value, str) else value or ():
            known = table.find(part) is not None
            near = "" if known else table.near(part) or ""
            found.lookups.append(Lookup(table=name, value=shown(part), found=known, near=near))
            missing = missing or not known
        return missing

    def _tell(
        self, step: str, change: tuple[Value, Value], column: str, path: str, found: _Found
    ) -> None:
        before, after = change
        kind: LossKind | None = None
        if _name(step) == "code":
            kind = LossKind.NOT_CODED if self._look(step, before, found) else None
        elif _name(step) in _CUTTING and before != after:
            kind = LossKind.DROPPED
        elif _name(step) == "const":
            kind = LossKind.DROPPED if before != after else None
        if kind is not None:
            found.losses.append(_loss(kind, column, path, _text(before), _text(after)))


def _pipes(mapping: KindMapping) -> Iterator[Pipe]:
    yield from mapping.part.pipes
    for entries in mapping.entries:
        yield from entries.part.pipes


def _alike(row: Row, column: str, other: str) -> bool:
    """Whether two columns say the same, so that one of them can be left out without a loss."""
    return folded(_text(row.cells.get(column))) == folded(_text(row.cells.get(other)))


def _unread(row: Row, read: set[str | None], found: _Found) -> None:
    for name, cell in row.cells.items():
        value = _text(cell).strip()
        if value and name and name not in read:
            found.losses.append(_loss(LossKind.DROPPED, name, "", value, ""))


def _loss(kind: LossKind, column: str, path: str, value: str, became: str) -> Loss:
    return Loss(kind=kind, column=column, field=path, value=shown(value), became=shown(became))


def _name(step: str) -> str:
    return step.partition(":")[0]


def _text(value: Value) -> str:
    return value or "" if value is None or isinstance(value, str) else "; ".join(value)
