"""Reads one native file through a compiled adapter: every row becomes exactly one item.

It knows no single format; it writes nothing back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain

from adapters.engine.checking import Candidate, check_bodies
from adapters.engine.codes import folded
from adapters.engine.delimited import parse_delimited
from adapters.engine.json_tree import parse_json
from adapters.engine.mapping import Given, KindMapping, Run
from adapters.engine.rows import FILE_LINES, FILE_OCTETS, TREE_OCTETS, Parsed, Row
from adapters.engine.spec import Choice, Source, Spec
from adapters.engine.speech import Speech
from adapters.engine.tagged import parse_tagged
from gateway.adapter import Body, Issue, Item, Reading
from gateway.frame import Frame

REFERENCE = "#reference"  # the cell that holds a reference joined from several columns
_CLOCKS = timedelta(days=1)  # east of Greenwich it may already be tomorrow
_REFERENCE_CHARACTERS = 64  # the standard's Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """All that reading needs, compiled."""

    spec: Spec
    kinds: Mapping[str, KindMapping]
    by_word: Mapping[str, KindMapping]  # by the folded local word that says what an item is
    speech: Speech

    @property
    def first(self) -> KindMapping:
        """The first kind, which stands for an item that says of itself no known kind."""
        return next(iter(self.kinds.values()))

    def parse(self, native: bytes) -> Parsed:
        """The rows of ``native`` by the form that the adapter declares."""
        source = self.spec.source
        if (issue := self._too_large(native, source)) is not None:
            return Parsed(rows=(), issues=(issue,))
        match source.form:
            case "delimited":
                return parse_delimited(native, source, self.wanted(), self.speech)
            case "tagged":
                return parse_tagged(native, source, self.wanted(), self.speech)
            case "json":
                groups = {
                    group.from_: frozenset(field.from_ for field in group.field if field.from_)
                    for group in self.spec.group
                }
                return parse_json(native, source, {"": self.wanted()} | groups, self.speech)

    def _too_large(self, native: bytes, source: Source) -> Issue | None:
        """The issue of a file that would take more memory or time than a feed is worth."""
        most = TREE_OCTETS if source.form == "json" else FILE_OCTETS
        if len(native) > most:
            return self.speech.too_much("octets", len(native), most)
        lines = max(native.count(b"\n"), native.count(b"\r"))
        if source.form != "json" and lines > FILE_LINES:
            return self.speech.too_much("lines", lines, FILE_LINES)
        return None

    def wanted(self) -> frozenset[str]:
        """Every column that the mapping, the rules or the items' heads read."""
        source = self.spec.source
        heads = (
            *(source.reference or "").split("+"),
            source.case,
            source.urgent.column if source.urgent else None,
        )
        kind = (source.kind,) if source.form != "tagged" else ()
        mapped = (pipe.column for kinds in self.kinds.values() for pipe in kinds.part.pipes)
        ruled = chain.from_iterable((rule.if_, *rule.need, *rule.refuse) for rule in self.spec.rule)
        return frozenset(
            name for name in chain(heads, kind, mapped, ruled) if name not in {None, "", REFERENCE}
        ) | frozenset(source.tags)

    def map_row(
        self, row: Row, run: Run, given: Mapping[str, Given]
    ) -> tuple[Item, KindMapping | None]:
        """``row`` as an item whose body is not yet held against the XSD."""
        issues = list(row.issues)
        source = self.spec.source
        found_cells = bool(row.cells)
        row, reference = _with_reference(row, source)
        if len(reference) > _REFERENCE_CHARACTERS:
            issues.append(self._too_long(row, source.reference or "", reference))
            reference = reference[:_REFERENCE_CHARACTERS]
        body: Body | None = None
        mapping: KindMapping | None = None
        if found_cells or not issues:
            mapping = self._mapping_of(row, issues)
        if mapping is not None:
            # A row that its parser faulted is mapped as well, so that all issues are told at once.
            told = {issue.at for issue in issues}
            found: list[Issue] = []
            body = mapping.body(row, reference, run, given[mapping.kind.name], found)
            issues.extend(issue for issue in found if issue.at not in told)
            body = None if issues else body
        known = mapping or self.first
        item = Item(
            number=row.number,
            at=row.at,
            reference=reference,
            raw=row.raw,
            body=body,
            issues=tuple(issues),
            urgent=known.kind.urgent or _chosen(row, source.urgent),
            purpose=known.purpose,
            case_reference=_text(row, source.case)[:_REFERENCE_CHARACTERS] or None,
        )
        return item, mapping

    def _too_long(self, row: Row, column: str, value: str) -> Issue:
        return self.speech.issue(
            "LENGTH", at=row.place(column), value=value, limit=_REFERENCE_CHARACTERS
        )

    def _mapping_of(self, row: Row, issues: list[Issue]) -> KindMapping | None:
        """What ``row`` is by its own word; the only kind where there is one alone."""
        if not self.by_word:
            return self.first
        column = self.spec.source.kind or ""
        word = row.kind or _text(row, column)
        found = self.by_word.get(folded(word))
        if found is None:
            words = [word for kind in self.spec.kind for word in kind.when]
            issues.append(
                self.speech.issue("KIND", at=row.place(column), value=word, names=", ".join(words))
            )
        return found


def read_native(reader: Reader, native: bytes, frame: Frame) -> Reading:
    """Every item of ``native``, each with its body or all of its issues."""
    parsed = reader.parse(native)
    if parsed.issues:
        return Reading(items=(), issues=parsed.issues)
    run = Run(frame=frame, today=(frame.now + _CLOCKS).date().isoformat())
    given = {name: kind.given(frame) for name, kind in reader.kinds.items()}
    mapped = [reader.map_row(row, run, given) for row in parsed.rows]
    items = _only_once(mapped, reader.speech)
    candidates = [
        Candidate(row=row, mapping=mapping, body=item.body)
        for row, item, (_, mapping) in zip(parsed.rows, items, mapped, strict=True)
        if item.body is not None and mapping is not None
    ]
    broken = check_bodies(candidates, frame)
    return Reading(items=tuple(_without_body(item, broken) for item in items), issues=())


def _without_body(item: Item, broken: Mapping[int, list[Issue]]) -> Item:
    issues = broken.get(item.number)
    return item if issues is None else replace(item, body=None, issues=tuple(issues))


def _only_once(mapped: Sequence[tuple[Item, KindMapping | None]], speech: Speech) -> list[Item]:
    """Set aside the second row that files a reference which an earlier row has filed."""
    first: dict[str, str] = {}
    items = []
    for item, mapping in mapped:
        again = item
        if item.body is not None and mapping is not None and mapping.kind.once:
            if item.reference in first:
                issue = speech.issue(
                    "DUPLICATE", at=item.at, value=item.reference, first=first[item.reference]
                )
                again = replace(item, body=None, issues=(issue,))
            else:
                first[item.reference] = item.at
        items.append(again)
    return items


def _with_reference(row: Row, source: Source) -> tuple[Row, str]:
    """The national reference, joined from its columns, also as a cell that fields can read."""
    columns = (source.reference or "").split("+")
    reference = "/".join(part for column in columns if (part := _text(row, column)))
    if len(columns) == 1:
        return row, reference
    return replace(row, cells={**row.cells, REFERENCE: reference}), reference


def _text(row: Row, column: str | None) -> str:
    cell = row.cells.get(column, "") if column else ""
    return "; ".join(cell) if isinstance(cell, tuple) else cell.strip()


def _chosen(row: Row, choice: Choice | None) -> bool:
    if choice is None:
        return False
    return folded(_text(row, choice.column)) in {folded(value) for value in choice.values}


def words_of(
    spec: Spec, kinds: Mapping[str, KindMapping], source: Source
) -> Mapping[str, KindMapping]:
    """The local words that say what an item is; none where a source has one kind alone."""
    if source.kind is None and source.form != "tagged":
        return {}
    return {folded(word): kinds[kind.name] for kind in spec.kind for word in kind.when}
