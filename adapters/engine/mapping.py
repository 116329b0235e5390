"""Compiles the fields of each kind of item once, and maps rows to bodies with all their issues.

It parses nothing and checks nothing against the XSD: the parsers and ``checking`` do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, get_args

from adapters.engine.automatic import AUTOMATIC, OWN, Giver
from adapters.engine.build import Built, Need, Target, compile_targets, converter_for, not_a_value
from adapters.engine.pipes import Pipe, compile_pipe
from adapters.engine.proving import Proof, Test, tests_of
from adapters.engine.rows import Cell, Row
from adapters.engine.rules import Check, compile_rule, firearm_in, lacks_serial
from adapters.engine.spec import Field, Group, Kind, Spec
from adapters.engine.speech import Speech
from adapters.engine.steps import Materials
from adapters.engine.targets import Member, find_member, knows_path, parse_path
from gateway.adapter import AdapterError, Body, Issue
from gateway.frame import Frame
from gateway.payload import FirearmRecord, PurposeCode, RecordUpdate, TraceRequest

BODIES: Mapping[str, type] = {kind.__name__: kind for kind in get_args(Body)}
_IN_A_REQUEST = "TraceQuestion/"  # where the fields of a firearm are in a trace request
_RECORD = "FirearmRecord/"  # inside an update, where the paths of a record's fields start
_ALIKE_MOST = 1_000  # firearms of one seizure
REFERENCE = "#reference"  # the cell that holds a reference joined from several columns
_SERIAL_PATH = "TextAsMarked"


@dataclass(frozen=True, kw_only=True)
class Part:
    """Pipes, and the maker that they fill together with what the caller appends to their slots."""

    pipes: tuple[Pipe, ...]
    built: Built
    speech: Speech

    @cached_property
    def quick(self) -> tuple[tuple[Pipe, str | None, dict[Cell, Any]], ...]:
        """Each pipe with its column and what it remembers: what the common case needs."""
        return tuple(
            (pipe, pipe.column, {} if pipe.quick is None else pipe.quick) for pipe in self.pipes
        )

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """What pipes must fill; the rest comes from the frame and is always there."""
        return tuple(need for need in self.built.needs if need.slot < len(self.pipes))

    def slots(self, row: Row, today: str, issues: list[Issue]) -> list[Any]:
        """Every pipe's value, with an issue for every bad cell and every missing one."""
        before = len(issues)
        cells = row.cells
        slots: list[Any] = []
        for pipe, column, quick in self.quick:
            if column is None:
                slots.append(pipe.constant)
                continue
            try:
                slots.append(quick[cells[column]])
            except KeyError:  # not seen before, or not there
                slots.append(pipe.take(row, today, issues))
        if len(issues) == before:
            for need in self.needs:
                if slots[need.slot] is None and need.open(slots):
                    break
            else:
                return slots
        return self._with_missing(slots, before, row, issues)

    def _with_missing(
        self, slots: list[Any], before: int, row: Row, issues: list[Issue]
    ) -> list[Any]:
        """``slots``, with an issue for each that must be filled and is not."""
        told = {issue.field for issue in issues[before:]}
        for need in self.needs:
            if need.open(slots):
                pipe = self.pipes[need.slot]
                if pipe.path not in told:
                    issues.append(
                        self.speech.issue(
                            "REQUIRED",
                            at=row.place(pipe.column or ""),
                            value=_shown_cell(row, pipe.column),
                            field=pipe.path,
                            cell=pipe.column or "",
                        )
                    )
        return slots

    def check_serial(self, made: object, row: Row, issues: list[Issue]) -> None:
        """Add an issue where a firearm has no serial number though it must."""
        firearm, searching = firearm_in(made)
        if firearm is None or not lacks_serial(firearm, searching=searching):
            return
        pipe = next((pipe for pipe in self.pipes if pipe.path.endswith(_SERIAL_PATH)), None)
        column = (pipe.column if pipe else None) or ""
        issues.append(
            self.speech.issue(
                "SERIAL",
                at=row.place(column),
                value=row.cells.get(column, ""),
                field=pipe.path if pipe else "",
                cell=column,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """A ``[[group]]``: a list of rows inside a row that becomes a repeated element."""

    source: str
    path: str
    part: Part
    required: bool
    times: str | None

    def take(self, row: Row, today: str, issues: list[Issue]) -> tuple[Any, ...]:
        """One element for each entry; all issues of all entries."""
        entries = row.groups.get(self.source, ())
        if not entries and self.required:
            issues.append(
                self.part.speech.issue(
                    "REQUIRED", at=row.place(self.source), field=self.path, cell=self.source
                )
            )
        made = []
        for entry in entries:
            own: list[Issue] = list(entry.issues)
            slots = self.part.slots(entry, today, own)
            count = self._count(entry, own)
            if not own:
                element = self.part.built.make(slots)
                self.part.check_serial(element, entry, own)
                made += [element] if self.times is None else _alike(element, count)
            issues.extend(own)
        return tuple(made)

    def _count(self, entry: Row, issues: list[Issue]) -> int:
        """How many alike elements ``entry`` stands for."""
        if self.times is None:
            return 1
        text = _shown_cell(entry, self.times)
        if text.isdecimal() and 0 < int(text) <= _ALIKE_MOST:
            return int(text)
        issues.append(
            self.part.speech.issue(
                "NUMBER",
                at=entry.place(self.times),
                value=text,
                field=self.path,
                cell=self.times,
                form=f"1 - {_ALIKE_MOST}",
            )
        )
        return 0

    def entry_of(self, row: Row, number: int) -> Row:
        """The entry that the element ``number``, from 1, was made of."""
        for entry in row.groups[self.source]:
            number -= self._count(entry, [])
            if number <= 0:
                return entry
        return row

    def columns(self) -> list[tuple[str, str]]:
        """Each path inside the element with the member that fills it."""
        return _columns(self.part.pipes)


def _alike(element: Any, count: int) -> list[Any]:
    """``count`` elements as ``element``, each with a name of its own."""
    return [replace(element, item_id=f"{element.item_id}.{at}") for at in range(1, count + 1)]


def _shown_cell(row: Row, column: str | None) -> str:
    """What a cell holds that gave nothing: a text that no step could use is still worth telling."""
    cell = row.cells.get(column or "", "")
    return "; ".join(cell) if isinstance(cell, tuple) else cell.strip()


def _columns(pipes: Sequence[Pipe]) -> list[tuple[str, str]]:
    return [(pipe.path, pipe.column) for pipe in pipes if pipe.column is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The reading of one file: by whom, and the last day that is not in the future."""

    frame: Frame
    today: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the frame gives to the bodies of one kind in one file, by position."""

    values: Sequence[Any]
    own: Sequence[tuple[int, Giver]]
    proof: Proof | None


def is_own(path: str) -> bool:
    """Whether the frame gives another value in each item of a file."""
    return path.rpartition("/")[2] in OWN


@dataclass(frozen=True, slots=True, kw_only=True)
class KindMapping:
    """One kind of item, compiled."""

    kind: Kind
    purpose: PurposeCode
    part: Part
    givers: tuple[tuple[str, Giver], ...]
    entries: tuple[Entries, ...]
    checks: tuple[Check, ...]
    tests: tuple[Test, ...]
    known: frozenset[str] | None  # the only cells that may be filled, where the source is strict
    written: dict[object, Any]
    """What ``quick`` has written out of it, by the columns of files."""

    def given(self, frame: Frame) -> Given:
        """What the frame says in every body of a file, with the makers of what it says in one."""
        values = [None if is_own(path) else give(frame, "") for path, give in self.givers]
        own = [(at, give) for at, (path, give) in enumerate(self.givers) if is_own(path)]
        # What a list inside an item holds is not in the slots: such items are always checked whole.
        proof = None if self.entries else Proof(self.tests)
        return Given(values=values, own=own, proof=proof)

    def body(
        self, row: Row, reference: str, run: Run, given: Given, issues: list[Issue]
    ) -> Body | None:
        """The body of ``row``, or None with all that is wrong in it added to ``issues``."""
        slots = self.part.slots(row, run.today, issues)
        lists = [entries.take(row, run.today, issues) for entries in self.entries]
        self.hold_rules(row, issues)
        if issues:
            return None
        first = len(slots)
        if given.proof is not None:
            given.proof.slots = tuple(slots)
        slots += given.values
        for at, give in given.own:
            slots[first + at] = give(run.frame, reference)
        slots += lists
        made: Body = self.part.built.make(slots)
        self.part.check_serial(made, row, issues)
        return None if issues else made

    def hold_rules(self, row: Row, issues: list[Issue]) -> None:
        """Adds what a column's value asks of the others, and what no field would take up."""
        for check in self.checks:
            check(row, issues)
        self._refuse_lists(row, issues)
        if self.known is not None:
            self._refuse_cells(row, self.known, issues)

    def _refuse_lists(self, row: Row, issues: list[Issue]) -> None:
        """A list that items of this kind do not have would be lost unseen."""
        own = {entries.source for entries in self.entries}
        for source, entries in row.groups.items():
            if entries and source not in own:
                issues.append(
                    self.part.speech.issue(
                        "UNWANTED",
                        at=row.place(source),
                        value=f"[{len(entries)}]",
                        cell=source,
                        given=self.kind.name,
                    )
                )

    def _refuse_cells(self, row: Row, known: frozenset[str], issues: list[Issue]) -> None:
        """A value that items of this kind have no field for would be lost unseen."""
        for column, cell in row.cells.items():
            if cell and column not in known:
                issues.append(
                    self.part.speech.issue(
                        "UNWANTED",
                        at=row.place(column),
                        value=_shown_cell(row, column),
                        cell=column,
                        given=self.kind.name,
                    )
                )

    def columns(self) -> list[tuple[str, str]]:
        """Each path of the standard with the column that fills it."""
        return _columns(self.part.pipes)


def compile_kind(spec: Spec, kind: Kind, materials: Materials, speech: Speech) -> KindMapping:
    """All that ``spec`` declares for ``kind``; raises ``AdapterError`` for what cannot be."""
    holds = BODIES[kind.body]
    pipes = [
        _pipe(field, holds, path, kind=kind, materials=materials, speech=speech)
        for field in spec.field
        if (path := _path_for(field, kind, holds)) is not None
    ]
    filled = {pipe.path for pipe in pipes}
    groups = [
        group
        for group in spec.group
        if knows_path(holds, group.to) and (group.kinds is None or kind.name in group.kinds)
    ]
    givers = [
        (path, give)
        for path, give in _automatic(holds)
        if path not in filled and _free(path, filled)
    ]
    whole = [*(path for path, _ in givers), *(group.to for group in groups)]
    targets = [
        Target(path=pipe.path, slot=slot, constant=pipe.column is None)
        for slot, pipe in enumerate(pipes)
    ]
    targets += [
        Target(path=path, slot=len(pipes) + at, constant=True, whole=True)
        for at, path in enumerate(whole)
    ]
    return KindMapping(
        kind=kind,
        purpose=_purpose(kind),
        part=Part(pipes=tuple(pipes), built=compile_targets(holds, targets), speech=speech),
        givers=tuple(givers),
        entries=tuple(_entries(group, kind, holds, materials, speech) for group in groups),
        known=_known(spec, pipes) if spec.source.strict else None,
        tests=tests_of(holds, [pipe.path for pipe in pipes]),
        written={},
        checks=tuple(
            compile_rule(rule, speech)
            for rule in spec.rule
            if rule.kinds is None or kind.name in rule.kinds
        ),
    )


def _known(spec: Spec, pipes: Sequence[Pipe]) -> frozenset[str]:
    """The columns that are read of an item with ``pipes``, or of every item."""
    source = spec.source
    heads = {source.kind, source.case, *(source.reference or "").split("+"), REFERENCE}
    choices = {choice.column for choice in (source.urgent, source.in_spite) if choice}
    same = {other for others in source.same.values() for other in others}
    columns = heads | choices | same | {pipe.column for pipe in pipes}
    return frozenset(column for column in columns if column)


def _purpose(kind: Kind) -> PurposeCode:
    if kind.purpose not in PurposeCode.__members__:
        raise AdapterError(
            f"there is no purpose {kind.purpose!r}",
            place=f"[[kind]] name = '{kind.name}'",
            value=kind.purpose,
            expected="one of: " + ", ".join(PurposeCode.__members__),
        )
    return PurposeCode[kind.purpose]


def _free(path: str, filled: set[str]) -> bool:
    """Whether no field fills something inside ``path``, such as a contact of the adapter's own."""
    inside = (path + "/", path + "[")
    return not any(known.startswith(inside) for known in filled)


def _automatic(holds: type) -> Sequence[tuple[str, Giver]]:
    """The paths that the frame fills in a body of the type ``holds``, and how."""
    own = [(path, give) for path, give in AUTOMATIC[holds].items()]
    if holds is RecordUpdate:
        own += [(_RECORD + path, give) for path, give in AUTOMATIC[FirearmRecord].items()]
    return own


def _path_for(field: Field, kind: Kind, holds: type) -> str | None:
    """The path of ``field`` in a body of ``kind``, or None where it does not concern the kind."""
    path = field.to
    if path.startswith("/"):
        path = path[1:]
    elif holds is RecordUpdate:
        path = _RECORD + path
    elif holds is TraceRequest and path.startswith("Firearm/"):
        path = _IN_A_REQUEST + path
    if field.kinds is not None:
        return path if kind.name in field.kinds else None
    return path if knows_path(holds, path) else None


def _pipe(
    field: Field, holds: type, path: str, *, kind: Kind, materials: Materials, speech: Speech
) -> Pipe:
    member = _leaf(holds, path)
    leaf = member.holds
    return compile_pipe(
        field,
        path=path,
        kind=kind.name,
        held=leaf,
        many=member.many,
        convert=converter_for(leaf),
        materials=materials,
        speech=speech,
    )


def _leaf(holds: type, path: str) -> Member:
    """The field at the end of ``path``; ``AdapterError`` where it is not one value."""
    member: Member | None = None
    for hop in parse_path(path):
        member = find_member(holds if member is None else member.holds, hop.name, path)
    if member is None or not member.leaf:
        raise not_a_value(path, member) if member else AdapterError("an empty path", place=path)
    return member


def _entries(
    group: Group, kind: Kind, holds: type, materials: Materials, speech: Speech
) -> Entries:
    element = holds
    for hop in parse_path(group.to):
        element = find_member(element, hop.name, group.to).holds
    pipes = [
        _pipe(field, element, field.to, kind=kind, materials=materials, speech=speech)
        for field in group.field
    ]
    targets = [
        Target(path=pipe.path, slot=slot, constant=pipe.column is None)
        for slot, pipe in enumerate(pipes)
    ]
    part = Part(pipes=tuple(pipes), built=compile_targets(element, targets), speech=speech)
    return Entries(
        source=group.from_, path=group.to, part=part, required=group.required, times=group.times
    )


def compile_mapping(spec: Spec, materials: Materials, speech: Speech) -> Mapping[str, KindMapping]:
    """Every kind of item by its name; a field that no kind knows is refused with a near name."""
    compiled = {kind.name: compile_kind(spec, kind, materials, speech) for kind in spec.kind}
    for field in spec.field:
        kinds = [kind for kind in spec.kind if _path_for(field, kind, BODIES[kind.body])]
        if not kinds:
            # Following the path in the first kind says where it goes wrong, and what is near.
            first = next((k for k in spec.kind if k.body != "StatusChange"), spec.kind[0])
            _leaf(BODIES[first.body], field.to.removeprefix("/"))
    return compiled
