"""Shows every stage of one item, from its octets to the checks, as lines that a person can read.

It sends nothing; what became of the message afterwards is the node's to tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO

from adapters.engine.checking import Candidate, check_bodies
from adapters.engine.mapping import Given, KindMapping, Part, Run
from adapters.engine.reading import Reader, run_of
from adapters.engine.rows import Row, shown
from gateway.adapter import Issue, Item, Stage, message_of
from gateway.frame import Frame
from gateway.payload import encode


def trace_item(
    reader: Reader, source: BinaryIO, number: int, frame: Frame, encoding: str
) -> Sequence[Stage]:
    """The stages of item ``number`` of ``source``; none where there is no such item."""
    parsed = reader.parse(source)
    for row in parsed.rows:
        if row.number == number:
            return list(_stages(reader, row, frame, encoding))
    return []


def _stages(reader: Reader, row: Row, frame: Frame, encoding: str) -> Iterator[Stage]:
    run = run_of(frame)
    given: Mapping[str, Given] = {n: kind.given(frame) for n, kind in reader.kinds.items()}
    item, mapping = reader.map_row(row, run, given)
    octets = row.raw.decode(encoding, "backslashreplace").splitlines()
    yield Stage(name="raw", lines=tuple(octets) or ("",))
    yield Stage(name="split", lines=(f"item {row.number} at {row.at}, {len(row.raw)} octets",))
    yield Stage(name="parsed", lines=tuple(_cells(row)) or _told(row.issues))
    yield Stage(name="filtered", lines=(item.skipped or "to be sent",))
    if item.skipped:
        return
    if mapping is None:
        yield Stage(name="mapped", lines=_told(item.issues))
        return
    yield Stage(name="mapped", lines=tuple(_lineage(mapping, row, run)))
    if item.body is None:
        yield Stage(name="canonical", lines=("no body",))
        yield Stage(name="checked", lines=_told(item.issues))
        return
    yield Stage(name="canonical", lines=(_xml(item, frame),))
    broken = check_bodies([Candidate(row=row, mapping=mapping, body=item.body)], frame)
    if broken:
        item = replace(item, body=None, issues=tuple(broken[item.number]))
    yield Stage(name="checked", lines=_told(item.issues) or ("it holds to the standard",))


def _cells(row: Row) -> Iterator[str]:
    if row.kind:
        yield f"kind = {row.kind}"
    for name, cell in row.cells.items():
        if not name:  # columns left unread, of which the octets tell
            continue
        value = "; ".join(cell) if isinstance(cell, tuple) else cell
        yield f"{name} = '{shown(value)}' at {row.place(name)}"
    for name, entries in row.groups.items():
        for entry in entries:
            for line in _cells(entry):
                yield f"{name}[{entry.number}] {line}"


def _lineage(mapping: KindMapping, row: Row, run: Run) -> Iterator[str]:
    yield f"kind {mapping.kind.name}, a {mapping.kind.body}"
    yield from _part(mapping.part, row, run)
    for path, _ in mapping.givers:
        yield f"{path} <- the gateway"
    for entries in mapping.entries:
        for entry in row.groups.get(entries.source, ()):
            for line in _part(entries.part, entry, run):
                yield f"{entries.path}[{entry.number}]/{line}"


def _part(part: Part, row: Row, run: Run) -> Iterator[str]:
    for pipe in part.pipes:
        if pipe.column is None:
            yield f"{pipe.path} = {pipe.constant} <- constant"
            continue
        issues: list[Issue] = []
        value = pipe.take(row, run.today, issues)
        found = f"[{issues[0].code}]" if issues else value
        if found is not None:
            steps = f" | {' | '.join(pipe.steps)}" if pipe.steps else ""
            yield f"{pipe.path} = {found} <- {pipe.column}{steps}"


def _xml(item: Item, frame: Frame) -> str:
    message = message_of(item, frame)
    return "" if message is None else encode(message).decode()


def _told(issues: Sequence[Issue]) -> tuple[str, ...]:
    return tuple(
        f"{issue.at} [{issue.code}] '{issue.value}' expected: {issue.expected}; do: {issue.remedy}"
        for issue in issues
    )
