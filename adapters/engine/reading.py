"""Reads one native file through a compiled adapter: every row becomes exactly one item.

It knows no single format; it writes nothing back.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from io import SEEK_END, BytesIO
from itertools import chain, islice, repeat
from typing import BinaryIO

from lxml import etree

from adapters.engine.checking import Candidate, check_bodies
from adapters.engine.clearing import cleared
from adapters.engine.codes import folded
from adapters.engine.delimited import parse_delimited
from adapters.engine.edifact import parse_edifact
from adapters.engine.json_tree import parse_json
from adapters.engine.mapping import REFERENCE, Given, KindMapping, Run
from adapters.engine.proving import ASKED_AGAIN, READ_AGAIN
from adapters.engine.quick import Quick, alike, never
from adapters.engine.record_source import parse_records
from adapters.engine.records import RecordFormat
from adapters.engine.rows import FILE_OCTETS, TREE_OCTETS, Cutting, Parsed, Row
from adapters.engine.seen import Seen
from adapters.engine.spec import Choice, Source, Spec
from adapters.engine.speech import Speech
from adapters.engine.tagged import parse_tagged
from adapters.engine.wide_text import last_octets
from adapters.engine.written_out import REFERENCE_CHARACTERS, Unsure
from adapters.engine.xml_tree import parse_xml
from gateway.adapter import Body, Issue, Item, Reading, Stream
from gateway.frame import Frame

KEYED_FORMS = frozenset({"tagged"})  # each item says by itself what it is
WHOLE_FORMS = frozenset({"json", "xml", "sheet", "edifact"})  # read whole, as trees
_LINE_ENDS = (b"", b"\n", b"\r")
_CLOCKS = timedelta(days=1)  # east of Greenwich it may already be tomorrow
_PIECE = 500  # rows held at once: as many as one validation takes
_WAITING = 20  # rows that wait for one which the schema is asked about, where such are few
_FIRST_PIECE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """All that reading needs, compiled."""

    spec: Spec
    kinds: Mapping[str, KindMapping]
    by_word: Mapping[str, KindMapping]  # by the folded local word that says what an item is
    speech: Speech
    stylesheet: etree.XSLT | None = None
    records: RecordFormat | None = None

    @property
    def first(self) -> KindMapping:
        """The first kind, which stands for an item that says of itself no known kind."""
        return next(iter(self.kinds.values()))

    def parse(self, native: BinaryIO) -> Parsed:  # noqa: PLR0911 - one return a form
        """The rows of ``native`` by the form that the adapter declares."""
        source = self.spec.source
        size = native.seek(0, SEEK_END)
        native.seek(0)
        most = TREE_OCTETS if source.form in WHOLE_FORMS else FILE_OCTETS
        if size > most:
            return Parsed(rows=(), issues=(self.speech.too_much("octets", size, most),))
        if source.ended and last_octets(native, source.encoding) not in _LINE_ENDS:
            at = self.speech.place("file")
            issue = self.speech.issue("TOTAL", at=at, what="the last line end", given=1, found=0)
            return Parsed(rows=(), issues=(issue,))
        match source.form:
            case "delimited":
                return parse_delimited(native, source, self.wanted(), self.speech)
            case "tagged":
                return parse_tagged(native, source, self.wanted(), self.speech)
            case "json":
                return parse_json(native.read(), source, self._members(), self.speech)
            case "xml":
                return parse_xml(native.read(), source, self.wanted(), self.speech, self.stylesheet)
            case "sheet":
                # Imported late: the reader of spreadsheets is a library that others do not need.
                from adapters.engine.sheet import parse_sheet  # noqa: PLC0415

                return parse_sheet(native.read(), source, self.wanted(), self.speech)
            case "edifact":
                return parse_edifact(native.read(), source, self._members(), self.speech)
            case _:
                if self.records is None:
                    raise TypeError("a reader of fixed records is made with their format")
                return parse_records(native, self.records)

    def _members(self) -> Mapping[str, frozenset[str]]:
        """The members that are read, by group ("" for the item itself)."""
        groups = {
            group.from_: frozenset(
                name
                for name in (group.times, *(field.from_ for field in group.field))
                if name is not None
            )
            for group in self.spec.group
        }
        return {"": self.wanted()} | groups

    def wanted(self) -> frozenset[str]:
        """Every column that the mapping, the rules or the items' heads read."""
        source = self.spec.source
        heads = (
            *(source.reference or "").split("+"),
            source.case,
            source.urgent.column if source.urgent else None,
            source.in_spite.column if source.in_spite else None,
        )
        kind = (source.kind,) if source.form not in KEYED_FORMS else ()
        mapped = (pipe.column for kinds in self.kinds.values() for pipe in kinds.part.pipes)
        skipped = (skip.column for skip in self.spec.skip)
        ruled = chain.from_iterable((rule.if_, *rule.need, *rule.refuse) for rule in self.spec.rule)
        return frozenset(
            name
            for name in chain(heads, kind, mapped, skipped, ruled)
            if name and name not in {REFERENCE, *source.same}
        ) | frozenset(chain(source.tags, *source.same.values()))

    def map_row(
        self, row: Row, run: Run, given: Mapping[str, Given]
    ) -> tuple[Item, KindMapping | None]:
        """``row`` as an item whose body is not yet held against the XSD."""
        if row.skipped:
            return self._item(row, "", self.first, skipped=row.skipped), None
        issues = list(row.issues)
        source = self.spec.source
        row = cleared(row)
        found_cells = bool(row.cells)
        row = _with_same(row, source)
        row, reference = _with_reference(row, source)
        if len(reference) > REFERENCE_CHARACTERS:
            issues.append(self._too_long(row, source.reference or "", reference))
            reference = reference[:REFERENCE_CHARACTERS]
        if not issues and (reason := self._skipped(row)):
            return self._item(row, reference, self.first, skipped=reason), None
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
        return self._item(row, reference, known, body=body, issues=tuple(issues)), mapping

    def _item(
        self,
        row: Row,
        reference: str,
        known: KindMapping,
        *,
        body: Body | None = None,
        issues: tuple[Issue, ...] = (),
        skipped: str = "",
    ) -> Item:
        source = self.spec.source
        return Item(
            number=row.number,
            at=row.at,
            reference=reference,
            raw=row.raw,
            body=body,
            issues=issues,
            urgent=known.kind.urgent or _chosen(row, source.urgent),
            purpose=known.purpose,
            case_reference=_text(row, source.case)[:REFERENCE_CHARACTERS] or None,
            skipped=skipped,
            in_spite=_chosen(row, source.in_spite),
        )

    def _skipped(self, row: Row) -> str:
        """Why the adapter's author declared that such an item is not sent, or nothing."""
        for skip in self.spec.skip:
            if folded(_text(row, skip.column)) in {folded(value) for value in skip.is_}:
                return skip.reason
        return ""

    def _too_long(self, row: Row, column: str, value: str) -> Issue:
        return self.speech.issue(
            "LENGTH", at=row.place(column), value=value, limit=REFERENCE_CHARACTERS
        )

    def _mapping_of(self, row: Row, issues: list[Issue]) -> KindMapping | None:
        """What ``row`` is by its own word; the only kind where there is one alone."""
        if not self.by_word:
            return self.first
        column = self.spec.source.kind or ""
        word = row.kind or _text(row, column)
        found = self.by_word.get(folded(word)) or self.by_word.get("*")
        if found is None:
            words = [word for kind in self.spec.kind for word in kind.when]
            issues.append(
                self.speech.issue("KIND", at=row.place(column), value=word, names=", ".join(words))
            )
        return found


def run_of(frame: Frame) -> Run:
    """The reading of one file by ``frame``."""
    return Run(frame=frame, today=(frame.now + _CLOCKS).date().isoformat())


def stream_native(reader: Reader, native: BinaryIO, frame: Frame, *, quick: bool = True) -> Stream:
    """Every item of ``native`` as it is asked for, each with its body or all of its issues.

    Without ``quick`` every row goes the explaining way, which gives the same items.
    """
    parsed = reader.parse(native)
    if parsed.issues:
        return Stream(items=iter(()), issues=parsed.issues)
    run = run_of(frame)
    given = {name: kind.given(frame) for name, kind in reader.kinds.items()}
    seen = Seen() if any(kind.once for kind in reader.spec.kind) else None
    reading = _Reading(reader=reader, run=run, given=given, seen=seen)
    if parsed.cutting is None or not quick:
        return Stream(items=reading.items(iter(parsed.rows)), issues=())
    return Stream(items=reading.quick_items(parsed.cutting), issues=())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """The reading of one file."""

    reader: Reader
    run: Run
    given: Mapping[str, Given]
    seen: Seen | None

    def items(self, rows: Iterator[Row]) -> Iterator[Item]:
        """A piece of rows at a time: parsed, mapped, held to the XSD together, and given on."""
        for most in _sizes():
            piece = list(islice(rows, most))
            if not piece:
                return
            candidates: list[Candidate] = []
            items = [self._explained(row, candidates) for row in piece]
            yield from self._checked(items, candidates)

    def quick_items(self, cutting: Cutting) -> Iterator[Item]:
        """The same; a row in which nothing is wrong by the function of its kind.

        One in some hundred is read both ways. Where they differ, which is a defect, nothing of the
        file is read the quick way any more.
        """
        reader, seen = self.reader, self.seen
        take = Quick(
            spec=reader.spec,
            kinds=reader.kinds,
            by_word=reader.by_word,
            cutting=cutting,
            run=self.run,
            given=self.given,
            prepared=lambda row: prepared(row, reader.spec.source),
        ).take()
        passed = 0
        items: list[Item] = []  # that wait for what the schema says of ``candidates``
        candidates: list[Candidate] = []
        sizes = _sizes()
        most = next(sizes)
        for cut in cutting.cuts:
            if isinstance(cut, Row):
                item = self._explained(cut, candidates)
            else:
                try:
                    item, once = take(cut)
                    passed += 1
                    if passed % READ_AGAIN == 0:
                        row = cutting.row(cut)
                        if not alike(item, reader.map_row(row, self.run, self.given)[0]):
                            warnings.warn(f"two ways of reading differ at {item.at}", stacklevel=2)
                            take = never
                        asked = passed % ASKED_AGAIN == 0
                        item = self._explained(row, candidates, vouched=asked)
                    elif once and seen is not None and seen.known(item.reference, item.at):
                        item = _once(item, seen, reader.speech)
                except Unsure:
                    item = self._explained(cutting.row(cut), candidates)
            if not candidates:
                yield item
                continue
            items.append(item)
            if len(items) >= most or len(items) >= _WAITING * len(candidates):
                yield from self._checked(items, candidates)
                items, candidates, most = [], [], next(sizes)
        yield from self._checked(items, candidates)

    def _explained(self, row: Row, candidates: list[Candidate], *, vouched: bool = False) -> Item:
        """The item of ``row``; a body that the schema is to be asked about is added."""
        item, mapping = self.reader.map_row(row, self.run, self.given)
        if item.body is None or mapping is None:
            return item
        if self.seen is not None and mapping.kind.once:
            item = _once(item, self.seen, self.reader.speech)
        proof = self.given[mapping.kind.name].proof
        if item.body is not None and (proof is None or not proof.holds() or vouched):
            candidates.append(
                Candidate(
                    row=row,
                    mapping=mapping,
                    body=item.body,
                    proof=proof,
                    slots=() if proof is None else proof.slots,
                    vouched=vouched or (proof is not None and proof.vouched),
                )
            )
        return item

    def _checked(self, items: list[Item], candidates: list[Candidate]) -> list[Item]:
        broken = check_bodies(candidates, self.run.frame)
        return [_without_body(item, broken) for item in items] if broken else items


def _sizes() -> Iterator[int]:
    """Of pieces: the first is short, so that the schema is soon asked about the first shapes."""
    yield _FIRST_PIECE
    yield from repeat(_PIECE)


def read_native(reader: Reader, native: bytes, frame: Frame) -> Reading:
    """Every item of ``native``, each with its body or all of its issues."""
    stream = stream_native(reader, BytesIO(native), frame)
    return Reading(items=tuple(stream.items), issues=stream.issues)


def _without_body(item: Item, broken: Mapping[int, list[Issue]]) -> Item:
    issues = broken.get(item.number)
    return item if issues is None else replace(item, body=None, issues=tuple(issues))


def _once(item: Item, seen: Seen, speech: Speech) -> Item:
    """Set aside the second row that files a reference which an earlier row has filed."""
    first = seen.first(item.reference, item.at)
    if first is None:
        return item
    issue = speech.issue("DUPLICATE", at=item.at, value=item.reference, first=first)
    return replace(item, body=None, issues=(issue,))


def prepared(row: Row, source: Source) -> Row:
    """``row`` with the cells that the adapter itself names, as fields read them."""
    return _with_reference(_with_same(row, source), source)[0]


def _with_reference(row: Row, source: Source) -> tuple[Row, str]:
    """The national reference, joined from its columns, also as a cell that fields can read."""
    columns = (source.reference or "").split("+")
    reference = "/".join(part for column in columns if (part := _text(row, column)))
    if len(columns) == 1:
        return row, reference
    return replace(row, cells={**row.cells, REFERENCE: reference}), reference


def _with_same(row: Row, source: Source) -> Row:
    """What the source may write under several names, under the adapter's own name for it."""
    told = {}
    for name, others in source.same.items():
        first = next((other for other in others if row.cells.get(other)), None)
        if first is not None:
            told[name] = first
    if not source.same:
        return row
    place = row.place

    def placed(column: str) -> str:
        return place(told.get(column, column))

    return replace(
        row, cells={**row.cells, **{name: row.cells[of] for name, of in told.items()}}, place=placed
    )


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
    if source.kind is None and source.form not in KEYED_FORMS:
        return {}
    return {folded(word): kinds[kind.name] for kind in spec.kind for word in kind.when}
