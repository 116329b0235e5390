"""Makes rows of fixed records, in EBCDIC by a copybook or in lines by a list of places.

Every field that does not read as its kind is told at its place. It knows no field's meaning, and
neither header nor trailer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from adapters.engine.copybook import Layout
from adapters.engine.copybook_entry import Place
from adapters.engine.record_cutting import (
    Raw,
    described_records,
    fixed_records,
    line_records,
    packed_records,
)
from adapters.engine.record_values import UNREADABLE, FieldReader, text_of, trimmed
from adapters.engine.rows import Row
from adapters.engine.spec import RecordKind, Source
from adapters.engine.speech import Speech
from gateway.adapter import Issue

_NONE: Mapping[str, Sequence[Row]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFormat:
    """All that cutting one source needs, compiled."""

    source: Source
    fields: FieldReader
    layouts: Mapping[str, Layout]  # by the record's name
    kinds: Mapping[str, RecordKind]  # by the text that says which record it is
    type_place: Place | None
    speech: Speech
    wanted: frozenset[str]

    @property
    def lines(self) -> bool:
        """Whether a record is a line."""
        return self.fields.lines

    @property
    def octets(self) -> int:
        """The longest record."""
        return max(layout.fixed[1] for layout in self.layouts.values())

    def records(self, native: BinaryIO) -> Iterator[Raw]:
        """Every record of the file, a broken one at its end included."""
        native.seek(0)
        if self.lines:
            return line_records(native, self.fields.encoding)
        if self.source.records in {"rdw", "blocked"}:
            return described_records(native, blocked=self.source.records == "blocked")
        if self.source.records == "packed":
            return packed_records(native, self.octets, self._length)
        return fixed_records(native, self.octets)

    def _length(self, octets: bytes) -> int | None:
        name = self.name_of(octets)
        layout = self.layouts.get(name) if name else None
        if layout is None:
            return None
        counts = self.counts(layout, octets)
        return None if counts is None else layout.places(counts)[1]

    def name_of(self, octets: bytes) -> str | None:
        """The name of the layout that a record follows, by its type; None for an unknown type."""
        if self.type_place is None:
            return next(iter(self.layouts))
        kind = self.kind_of(octets)
        return kind.name if kind else None

    def kind_of(self, octets: bytes) -> RecordKind | None:
        """What a record is by its type; None where records have no type, or for an unknown one."""
        place = self.type_place
        if place is None:
            return None
        return self.kind_called(octets[place.offset : place.offset + place.length])

    def kind_called(self, held: bytes) -> RecordKind | None:
        """The kind whose type is ``held``."""
        return self.kinds.get(held.decode(self.fields.encoding, "replace").strip())

    def counts(self, layout: Layout, octets: bytes) -> Mapping[str, int] | None:
        """How often each table that varies occurs; None where a count is none.

        A count may stand behind another table, whose own count moves it.
        """
        counts: dict[str, int] = {}
        for name in layout.depending:
            place = layout.counter(name, counts)
            text = self.fields.value(place, octets) if place is not None else None
            if not text or not text.isdecimal() or int(text) > layout.most[name]:
                return None
            counts[name] = int(text)
        return counts

    def rows(self, native: BinaryIO) -> Iterator[Row]:
        """One row for each record that is neither header nor trailer."""
        number = 0
        for raw in self.records(native):
            kind = self.kind_of(raw.octets)
            if kind is not None and kind.role != "item" and not raw.problem:
                continue
            number += 1
            yield self.row(raw, number)

    def row(self, raw: Raw, number: int) -> Row:
        """One record as a row."""
        at = self._at(raw)
        name = self.name_of(raw.octets)
        if raw.problem or name is None:
            expected = f"{self.octets} octets" if name else ", ".join(sorted(self.kinds))
            held = text_of(raw.octets[:80], self.fields.encoding)
            issue = self.speech.issue("SYNTAX", at=at, value=held, detail=expected)
            return self._row(raw, number, at, {}, (), [issue])
        layout = self.layouts[name]
        counts = self.counts(layout, raw.octets)
        if counts is None:
            detail = f"{', '.join(layout.depending)}: {layout.most}"
            issue = self.speech.issue("SYNTAX", at=at, detail=detail)
            return self._row(raw, number, at, {}, (), [issue])
        places, length = layout.places(counts)
        issues: list[Issue] = []
        if not self._fits(raw, places, length):
            issue = self.speech.issue(
                "SYNTAX", at=at, value=str(len(raw.octets)), detail=str(length)
            )
            return self._row(raw, number, at, {}, places, [issue])
        return self._row(raw, number, at, self._cells(raw, places, issues), places, issues)

    def _fits(self, raw: Raw, places: Sequence[Place], length: int) -> bool:
        found = len(raw.octets)
        if found == length:
            return True
        if found > length:
            # What follows the last field of a record that may have any length would be lost.
            if not self.lines and self.source.records == "fixed":
                return True
            return not raw.octets[length:].decode(self.fields.encoding, "replace").strip(" \0")
        if not self.lines:
            return True  # each field that is missing is told
        # Editors cut trailing blanks; a line that ends before its last field was cut by a fault.
        return self.source.trimmed and found > max(place.offset for place in places)

    def _cells(self, raw: Raw, places: Sequence[Place], issues: list[Issue]) -> dict[str, str]:
        cells: dict[str, str] = {}
        octets = raw.octets
        chosen = self.chosen(octets, places)
        # A code page has one sign an octet: the record is decoded once, and its fields are cut out.
        whole = octets.decode(self.fields.encoding, "replace")
        for place in places:
            if place.name not in self.wanted or (place.group and place.group not in chosen):
                continue
            end = place.offset + place.length
            if place.kind == "text" and (self.lines or end <= len(octets)):
                value: str | None = trimmed(whole[place.offset : end])
            else:
                value = self.fields.value(place, octets)
            if value is None:
                held = octets[place.offset : end]
                issues.append(
                    self.speech.issue(
                        "NUMBER",
                        at=self.field_at(raw, place),
                        value=f"x'{held.hex().upper()}'",
                        cell=place.name,
                        form="9" * place.digits,
                    )
                )
            elif place.kind == "text" and UNREADABLE.search(value):
                issues.append(
                    self.speech.issue(
                        "CHARACTER",
                        at=self.field_at(raw, place),
                        value=value,
                        cell=place.name,
                        encoding=self.source.encoding,
                    )
                )
            else:
                cells[place.name] = value
        return cells

    def chosen(self, octets: bytes, places: Sequence[Place]) -> set[str]:
        """The groups that share octets and are meant in this record."""
        groups = {place.group for place in places if place.group}
        by_name = {place.name: place for place in places} if groups else {}
        chosen = set()
        for group in groups:
            choice = self.source.choose.get(group)
            if choice is None or (
                (place := by_name.get(choice.column)) is not None
                and (self.fields.value(place, octets) or "") in choice.values
            ):
                chosen.add(group)
        return chosen

    def _at(self, raw: Raw) -> str:
        if self.lines:
            return self.speech.place("line", line=raw.start)
        return self.speech.place("record", number=raw.number, byte=raw.start)

    def field_at(self, raw: Raw, place: Place) -> str:
        """Where a field of a record stands in the file."""
        if self.lines:
            row = self.speech.place("line", line=raw.start)
            first, last = place.offset + 1, place.offset + place.length
            return self.speech.place("span", row=row, first=first, last=last, column=place.name)
        return self.speech.place(
            "recordfield", number=raw.number, byte=raw.start + place.offset, column=place.name
        )

    def _row(  # noqa: PLR0917 - the parts of a row
        self,
        raw: Raw,
        number: int,
        at: str,
        cells: Mapping[str, str],
        places: Sequence[Place],
        issues: list[Issue],
    ) -> Row:
        return Row(
            number=number,
            at=at,
            raw=raw.octets,
            kind="",
            cells=cells,
            place=self._placer(raw, at, places),
            groups=_NONE,
            issues=tuple(issues),
        )

    def _placer(self, raw: Raw, at: str, places: Sequence[Place]) -> Callable[[str], str]:
        def place(column: str) -> str:
            found = next((place for place in places if place.name == column), None)
            return at if found is None else self.field_at(raw, found)

        return place
