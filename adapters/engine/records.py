"""Cuts files of fixed records into rows, in EBCDIC by a copybook or in lines by a list of places.

Header and trailer are held against the items before the first of them is given on: a file that was
cut short is refused as a whole. It knows no field's meaning.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

import ebcdic  # type: ignore[import-untyped]  # noqa: F401 - it registers code pages that Python lacks

from adapters.engine.copybook import Entry as CopybookEntry
from adapters.engine.copybook import Layout, Place, layout_of, read_copybook
from adapters.engine.line_source import held_encoding, lines_of
from adapters.engine.memory import Memory
from adapters.engine.rows import CONTROL, Cut, Cutting, Parsed, Row, Shape
from adapters.engine.spec import RecordKind, Source
from adapters.engine.speech import Speech
from gateway.adapter import AdapterError, Issue

_AT_ONCE_OCTETS = 1024 * 1024
_SHAPES_MOST = 64  # of the records of one file that are only cut
_RDW_OCTETS = 4  # record descriptor word: length in two octets, two of zeros
_NEGATIVE, _POSITIVE = frozenset("bd"), frozenset("acef")
_OVERPUNCH = {sign: digit for digit, sign in enumerate("{ABCDEFGHI")} | {
    sign: -digit - 1 for digit, sign in enumerate("}JKLMNOPQR")
}
_NONE: Mapping[str, Sequence[Row]] = {}


@dataclass(frozen=True, slots=True)
class _Raw:
    """One record: its number and the place of its first octet (or its line), from 1."""

    number: int
    start: int
    octets: bytes
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFormat:
    """All that cutting one source needs, compiled."""

    source: Source
    encoding: str
    lines: bool
    layouts: Mapping[str, Layout]  # by the record's name
    kinds: Mapping[str, RecordKind]  # by the text that says which record it is
    type_place: Place | None
    speech: Speech
    wanted: frozenset[str]

    # --- records --------------------------------------------------------------------------------

    def records(self, native: BinaryIO) -> Iterator[_Raw]:
        """Every record of the file, a broken one at its end included."""
        native.seek(0)
        if self.lines:
            yield from self._line_records(native)
        elif self.source.records == "rdw":
            yield from self._described(native)
        elif self.source.records == "packed":
            yield from self._packed(native)
        else:
            yield from self._fixed(native)

    def _line_records(self, native: BinaryIO) -> Iterator[_Raw]:
        number = 0
        for line in lines_of(native, self.encoding):
            if not line.raw.strip(b" \x1a\0"):
                continue
            number += 1
            yield _Raw(number, line.number, line.raw, "" if not line.cut else "long")

    def _fixed(self, native: BinaryIO) -> Iterator[_Raw]:
        length = self.octets
        number = 0
        while piece := native.read(max(1, _AT_ONCE_OCTETS // length) * length):
            for at in range(0, len(piece), length):
                number += 1
                octets = piece[at : at + length]
                problem = "" if len(octets) == length else "short"
                yield _Raw(number, (number - 1) * length + 1, octets, problem)

    def _described(self, native: BinaryIO) -> Iterator[_Raw]:
        number, start = 0, 1
        while head := native.read(_RDW_OCTETS):
            number += 1
            length = int.from_bytes(head[:2], "big")
            body = native.read(max(0, length - _RDW_OCTETS)) if len(head) == _RDW_OCTETS else b""
            whole = len(body) + _RDW_OCTETS == length
            yield _Raw(number, start + _RDW_OCTETS, body, "" if whole else "short")
            if not whole:
                return
            start += length

    def _packed(self, native: BinaryIO) -> Iterator[_Raw]:
        """Records one behind the other, each as long as its own tables say."""
        held, number, start = b"", 0, 1
        while True:
            held += native.read(_AT_ONCE_OCTETS)
            if not held:
                return
            at = 0
            last = len(held) < _AT_ONCE_OCTETS
            while at < len(held) and (last or len(held) - at >= self.octets):
                number += 1
                octets = held[at : at + self.octets]
                length = self._length(octets)
                if length is None or length > len(octets):
                    yield _Raw(number, start, octets, "short")
                    return  # where the next one begins is not known any more
                yield _Raw(number, start, octets[:length])
                at += length
                start += length
            held = held[at:]
            if last and not held:
                return

    @property
    def octets(self) -> int:
        """The longest record."""
        return max(layout.fixed[1] for layout in self.layouts.values())

    def _length(self, octets: bytes) -> int | None:
        name = self._name(octets)
        layout = self.layouts.get(name) if name else None
        if layout is None:
            return None
        counts = self._counts(layout, octets)
        return None if counts is None else layout.places(counts)[1]

    def _name(self, octets: bytes) -> str | None:
        """The name of the layout that a record follows, by its type; None for an unknown type."""
        if self.type_place is None:
            return next(iter(self.layouts))
        kind = self.kinds.get(self._type(octets))
        return kind.name if kind else None

    def _type(self, octets: bytes) -> str:
        place = self.type_place
        if place is None:
            return ""
        held = octets[place.offset : place.offset + place.length]
        return held.decode(self.encoding, "replace").strip()

    def _counts(self, layout: Layout, octets: bytes) -> Mapping[str, int] | None:
        if not layout.depending:
            return {}
        most = layout.most
        counts: dict[str, int] = {}
        for name in layout.depending:
            text = self._value(layout.named[name], octets) if name in layout.named else None
            if not text or not text.isdecimal() or int(text) > most[name]:
                return None
            counts[name] = int(text)
        return counts

    # --- fields ---------------------------------------------------------------------------------

    def _value(self, place: Place, octets: bytes) -> str | None:
        """The text of one field, "" for a blank one; None where the octets are none of its kind."""
        return self._read(place, octets[place.offset : place.offset + place.length])

    def _read(self, place: Place, held: bytes) -> str | None:
        """The same of the octets of the field alone."""
        if len(held) < place.length and not self.lines:
            return None
        match place.kind:
            case "text":
                return _text(held, self.encoding)
            case "packed":
                return _packed(held, place)
            case "binary":
                number = int.from_bytes(held, "big", signed=bool(place.sign))
                return _number(number < 0, str(abs(number)), place)
            case _:
                return self._zoned(held, place)

    def _zoned(self, held: bytes, place: Place) -> str | None:
        text = held.decode(self.encoding, "replace")
        if not text.strip(" \0"):
            return ""
        negative = False
        if place.sign in {"before", "after"}:
            sign = text[0] if place.sign == "before" else text[-1]
            text = text[1:] if place.sign == "before" else text[:-1]
            if sign not in "+- ":
                return None
            negative = sign == "-"
        elif place.sign:
            at = 0 if place.sign == "leading" else len(held) - 1
            found = self._signed_digit(held[at], text[at])
            if found is None:
                return None
            negative, digit = found
            text = text[:at] + digit + text[at + 1 :]
        if not (text.isascii() and text.isdecimal()):
            return None
        return _number(negative, text, place)

    def _signed_digit(self, octet: int, letter: str) -> tuple[bool, str] | None:
        if self.lines:
            if letter in _OVERPUNCH:
                value = _OVERPUNCH[letter]
                return (value < 0, str(value if value >= 0 else -value - 1))
            return (False, letter) if letter.isdecimal() else None
        zone, digit = octet >> 4, octet & 0x0F
        if digit > 9 or zone not in {0xA, 0xB, 0xC, 0xD, 0xE, 0xF}:  # noqa: PLR2004 - a digit
            return None
        return zone in {0xB, 0xD}, str(digit)

    # --- rows -----------------------------------------------------------------------------------

    def rows(self, native: BinaryIO) -> Iterator[Row]:
        """One row for each record that is neither header nor trailer."""
        number = 0
        for raw in self.records(native):
            kind = self.kinds.get(self._type(raw.octets)) if self.type_place else None
            if kind is not None and kind.role != "item" and not raw.problem:
                continue
            number += 1
            yield self.row(raw, number)

    def cutting(self, native: BinaryIO) -> Cutting:
        """The same rows, cut and no more where nothing needs a second look."""
        shapes: list[Shape] = []
        form = "line" if self.lines else "record"
        said = self.speech.places[form]
        return Cutting(
            shapes=shapes,
            cuts=self._cuts(native, shapes),
            row=lambda cut: self.row(_Raw(cut[1][0], cut[1][1], cut[2]), cut[0]),
            at=(
                (lambda _, start: said.format(line=start[1]))
                if self.lines
                else (lambda _, start: said.format(number=start[0], byte=start[1]))
            ),
        )

    def _cuts(self, native: BinaryIO, shapes: list[Shape]) -> Iterator[Cut | Row]:
        number = 0
        kinds = self._kinds()
        type_at = _span(self.type_place)
        ways = {name: _Way.of(self, layout, shapes) for name, layout in self.layouts.items()}
        only = None if self.type_place else next(iter(ways.values()))
        for raw in self.records(native):
            octets = raw.octets
            kind = None if only is not None else kinds[octets[type_at]]
            if kind is not None and kind.role != "item" and not raw.problem:
                continue
            number += 1
            way = only if kind is None else ways[kind.name]
            cut = None if way is None or raw.problem else way.cut(octets)
            if cut is None:
                yield self.row(raw, number)
            else:
                cells, shape = cut
                yield number, (raw.number, raw.start), octets, cells, shape

    def _kinds(self) -> Memory:
        """The kind of a record by the octets of its type."""
        return Memory(lambda held: self.kinds.get(held.decode(self.encoding, "replace").strip()))

    def shape_of(
        self, layout: Layout, octets: bytes
    ) -> tuple[Shape, list[slice], range | None] | None:
        """How a record like ``octets`` is cut, and the lengths that lines of it may have; None
        where it cannot be told.
        """
        counts = self._counts(layout, octets)
        if counts is None:
            return None
        places, length = layout.places(counts)
        by_name = {place.name: place for place in places}
        for name in self.deciding(layout):
            if by_name.get(name) != layout.named[name]:
                return None  # what decides lies elsewhere in another record
        chosen = self._chosen(octets, places)
        read = [
            place
            for place in places
            if place.name in self.wanted and not (place.group and place.group not in chosen)
        ]
        shape = Shape(
            columns=tuple(place.name for place in read),
            texts=tuple(self._reading(place) for place in read),
        )
        if not self.lines:
            return shape, [_span(place) for place in read], None
        # As in ``_fits``: editors cut trailing blanks.
        least = max(place.offset for place in places) + 1 if self.source.trimmed else length
        return shape, [_span(place) for place in read], range(least, length + 1)

    def deciding(self, layout: Layout) -> list[str]:
        """The fields of ``layout`` that say how a record of it is cut."""
        choosing = (choice.column for choice in self.source.choose.values())
        names = (*layout.depending, *choosing)
        return [name for name in dict.fromkeys(names) if name in layout.named]

    def _reading(self, place: Place) -> Callable[[bytes], str | None]:
        """From the octets of a field to its text; None where they need a second look."""

        def read(held: bytes) -> str | None:
            text = self._read(place, held)
            return None if text is None or CONTROL.search(text) else text

        return read

    def row(self, raw: _Raw, number: int) -> Row:
        """One record as a row."""
        at = self._at(raw)
        name = self._name(raw.octets)
        if raw.problem or name is None:
            expected = f"{self.octets} octets" if name else ", ".join(sorted(self.kinds))
            held = _text(raw.octets[:80], self.encoding)
            issue = self.speech.issue("SYNTAX", at=at, value=held, detail=expected)
            return self._row(raw, number, at, {}, (), [issue])
        layout = self.layouts[name]
        counts = self._counts(layout, raw.octets)
        if counts is None:
            detail = f"{', '.join(layout.depending)}: {layout.most}"
            issue = self.speech.issue("SYNTAX", at=at, detail=detail)
            return self._row(raw, number, at, {}, (), [issue])
        places, length = layout.places(counts)
        issues: list[Issue] = []
        if self.lines and not self._fits(raw, places, length):
            issue = self.speech.issue(
                "SYNTAX", at=at, value=str(len(raw.octets)), detail=str(length)
            )
            return self._row(raw, number, at, {}, places, [issue])
        return self._row(raw, number, at, self._cells(raw, places, issues), places, issues)

    def _fits(self, raw: _Raw, places: Sequence[Place], length: int) -> bool:
        found = len(raw.octets)
        if found == length:
            return True
        if found > length:
            return not raw.octets[length:].strip()
        # Editors cut trailing blanks; a line that ends before its last field was cut by a fault.
        return self.source.trimmed and found > max(place.offset for place in places)

    def _cells(self, raw: _Raw, places: Sequence[Place], issues: list[Issue]) -> dict[str, str]:
        cells: dict[str, str] = {}
        octets = raw.octets
        chosen = self._chosen(octets, places)
        # A code page has one sign an octet: the record is decoded once, and its fields are cut out.
        whole = octets.decode(self.encoding, "replace")
        for place in places:
            if place.name not in self.wanted or (place.group and place.group not in chosen):
                continue
            end = place.offset + place.length
            if place.kind == "text" and (self.lines or end <= len(octets)):
                value: str | None = _trimmed(whole[place.offset : end])
            else:
                value = self._value(place, octets)
            if value is None:
                held = octets[place.offset : end]
                issues.append(
                    self.speech.issue(
                        "NUMBER",
                        at=self._field_at(raw, place),
                        value=f"x'{held.hex().upper()}'",
                        cell=place.name,
                        form="9" * place.digits,
                    )
                )
            elif place.kind == "text" and CONTROL.search(value):
                issues.append(
                    self.speech.issue(
                        "CHARACTER",
                        at=self._field_at(raw, place),
                        value=value,
                        cell=place.name,
                        encoding=self.source.encoding,
                    )
                )
            else:
                cells[place.name] = value
        return cells

    def _chosen(self, octets: bytes, places: Sequence[Place]) -> set[str]:
        """The groups that share octets and are meant in this record."""
        groups = {place.group for place in places if place.group}
        by_name = {place.name: place for place in places} if groups else {}
        chosen = set()
        for group in groups:
            choice = self.source.choose.get(group)
            if choice is None or (
                (place := by_name.get(choice.column)) is not None
                and (self._value(place, octets) or "") in choice.values
            ):
                chosen.add(group)
        return chosen

    def _at(self, raw: _Raw) -> str:
        if self.lines:
            return self.speech.place("line", line=raw.start)
        return self.speech.place("record", number=raw.number, byte=raw.start)

    def _field_at(self, raw: _Raw, place: Place) -> str:
        if self.lines:
            row = self.speech.place("line", line=raw.start)
            first, last = place.offset + 1, place.offset + place.length
            return self.speech.place("span", row=row, first=first, last=last, column=place.name)
        return self.speech.place(
            "recordfield", number=raw.number, byte=raw.start + place.offset, column=place.name
        )

    def _row(  # noqa: PLR0917 - the parts of a row
        self,
        raw: _Raw,
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

    def _placer(self, raw: _Raw, at: str, places: Sequence[Place]) -> Callable[[str], str]:
        def place(column: str) -> str:
            found = next((place for place in places if place.name == column), None)
            return at if found is None else self._field_at(raw, found)

        return place

    # --- header and trailer ---------------------------------------------------------------------

    def totals(self, native: BinaryIO) -> list[Issue]:
        """What header and trailer promise and the file does not hold."""
        roles = {kind.role for kind in self.kinds.values()}
        if not roles & {"header", "trailer"}:
            return []
        sums = {pair[1] for kind in self.kinds.values() for pair in kind.sum}
        items, found, trailer = 0, dict.fromkeys(sums, Decimal(0)), None
        first, last = None, None
        added = self._added(sums)
        kinds, type_at = self._kinds(), _span(self.type_place)
        for raw in self.records(native):
            kind = None if raw.problem else kinds[raw.octets[type_at]]
            role = kind.role if kind is not None else "item"
            first, last = first or role, role
            if role == "trailer" and kind is not None:
                trailer = (kind, raw)
            elif role == "item":
                items += 1
                for name, (span, amounts) in added.get(kind.name if kind else "", {}).items():
                    found[name] += amounts[raw.octets[span]]
        issues = []
        for role, seen in (("header", first), ("trailer", last)):
            if role in roles and seen != role:
                issues.append(
                    self.speech.issue(
                        "TOTAL", at=self.speech.place("file"), what=role, given=1, found=0
                    )
                )
        if trailer is not None:
            issues += self._held_against(trailer[0], trailer[1], items, found)
        return issues

    def _added(self, names: Collection[str]) -> dict[str, dict[str, tuple[slice, Memory]]]:
        """By the name of a record, where each field that is summed up lies, and its amount."""

        def amounts(place: Place) -> Memory:
            return Memory(lambda held: Decimal(self._read(place, held) or 0))

        return {
            name: {
                field: (_span(place), amounts(place))
                for field in names
                if (place := layout.named.get(field)) is not None
            }
            for name, layout in self.layouts.items()
        }

    def _held_against(
        self, kind: RecordKind, raw: _Raw, items: int, found: Mapping[str, Decimal]
    ) -> Iterator[Issue]:
        places = {place.name: place for place in self.layouts[kind.name].fixed[0]}
        wanted = [(name, Decimal(items)) for name in kind.count]
        wanted += [(name, found[of]) for name, of in kind.sum]
        for name, counted in wanted:
            given = self._value(places[name], raw.octets)
            if not given or Decimal(given) != counted:
                yield self.speech.issue(
                    "TOTAL",
                    at=self._field_at(raw, places[name]),
                    value=given or "",
                    cell=name,
                    what=name,
                    given=given or "-",
                    found=counted,
                )


def _span(place: Place | None) -> slice:
    return slice(0, 0) if place is None else slice(place.offset, place.offset + place.length)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How the records of one layout are cut: by the octets of the fields that decide."""

    deciding: Sequence[slice]
    known: Memory

    @classmethod
    def of(cls, records: RecordFormat, layout: Layout, shapes: list[Shape]) -> _Way:
        """The way of ``layout``; each shape that is met is added to ``shapes``."""
        deciding = [_span(layout.named[name]) for name in records.deciding(layout)]
        end = layout.fixed[1]
        at_of: dict[tuple[str, ...], int] = {}

        def known(held: tuple[bytes, ...]) -> tuple[int, list[slice], range | None] | None:
            octets = bytearray(end)
            for at, part in zip(deciding, held, strict=True):
                if len(part) != at.stop - at.start:
                    return None
                octets[at] = part
            found = records.shape_of(layout, bytes(octets))
            if found is None or (found[0].columns not in at_of and len(shapes) >= _SHAPES_MOST):
                return None
            shape, spans, lengths = found
            if shape.columns not in at_of:
                at_of[shape.columns] = len(shapes)
                shapes.append(shape)
            return at_of[shape.columns], spans, lengths

        return cls(deciding=deciding, known=Memory(known))

    def cut(self, octets: bytes) -> tuple[list[bytes], int] | None:
        """The octets of each field and which shape they have; None for a second look."""
        found = self.known[tuple([octets[at] for at in self.deciding])]
        if found is None:
            return None
        shape, spans, lengths = found
        if lengths is not None and len(octets) not in lengths:
            return None
        return [octets[span] for span in spans], shape


def _text(held: bytes, encoding: str) -> str:
    return _trimmed(held.decode(encoding, "replace"))


def _trimmed(text: str) -> str:
    text = text.rstrip(" ")
    return text.lstrip(" ") if text.strip("\0") else ""


def _packed(held: bytes, place: Place) -> str | None:
    if not held.strip(b"\0") or not held.strip(b"\x40"):
        return ""
    nibbles = held.hex()
    digits, sign = nibbles[:-1], nibbles[-1]
    if not digits.isdecimal() or sign not in _NEGATIVE | _POSITIVE:
        return None
    if len(digits) > place.digits and digits[0] != "0":
        return None  # the half octet that a number of even length does not use
    return _number(sign in _NEGATIVE, digits, place)


def _number(negative: bool, digits: str, place: Place) -> str:
    """Digits as a decimal text; a whole number without a sign keeps the zeros of a code."""
    digits = digits[-place.digits :].zfill(place.digits)
    if place.scale:
        whole, part = digits[: -place.scale], digits[-place.scale :]
        digits = f"{whole.lstrip('0') or '0'}.{part}"
    elif place.sign:
        digits = digits.lstrip("0") or "0"
    return f"-{digits}" if negative else digits


def compile_records(
    source: Source, folder: Path, wanted: frozenset[str], speech: Speech
) -> RecordFormat:
    """The record format that ``source`` declares in ``folder``; raises ``AdapterError``."""
    lines = source.form == "fixed"
    encoding = _code_page(source)
    if lines:
        held_encoding(source)  # that ends lines as ASCII does
    layouts = _listed(source) if lines else read_copybook(folder / (source.copybook or ""))
    kinds = {word: kind for kind in source.record for word in kind.when}
    used = {kind.name for kind in source.record} or set(layouts)
    unknown = used - set(layouts)
    if unknown:
        raise AdapterError(
            f"there is no record {min(unknown)!r}",
            place="adapter.toml, [[source.record]]",
            expected="one of: " + ", ".join(layouts),
        )
    layouts = {name: layout for name, layout in layouts.items() if name in used}
    type_place = None
    if source.record:
        type_place = next(
            (
                place
                for layout in layouts.values()
                for place in layout.fixed[0]
                if place.name == source.record_type
            ),
            None,
        )
        if type_place is None:
            raise AdapterError(
                f"no record has the field {source.record_type!r}",
                place="adapter.toml, [source] record_type",
            )
    known = {
        place.name
        for kind in source.record or (RecordKind(name=next(iter(layouts))),)
        if kind.role == "item"
        for place in layouts[kind.name].fixed[0]
    }
    missing = sorted(wanted - known)
    if missing:
        raise AdapterError(
            f"no record has the field {missing[0]!r}",
            place="adapter.toml",
            expected="one of: " + ", ".join(sorted(known)),
        )
    return RecordFormat(
        source=source,
        encoding=encoding,
        lines=lines,
        layouts=layouts,
        kinds=kinds,
        type_place=type_place,
        speech=speech,
        wanted=wanted,
    )


def _listed(source: Source) -> Mapping[str, Layout]:
    """Layouts from the places that ``[[source.layout]]`` lists."""
    layouts: dict[str, Layout] = {}
    names = list(dict.fromkeys(place.record for place in source.layout))
    for name in names:
        places = tuple(
            Place(
                name=place.name,
                offset=place.at - 1,
                length=place.length,
                kind="zoned" if place.digits else "text",
                digits=place.length if place.digits else 0,
                scale=place.scale,
            )
            for place in source.layout
            if place.record == name
        )
        end = max(place.offset + place.length for place in places)
        entry = layout_of(CopybookEntry(level=1, name=name))
        layouts[name] = Layout(
            name=name,
            entry=entry.entry,
            depending=(),
            fixed=(places, end),
            named={place.name: place for place in places},
        )
    if not layouts:
        raise AdapterError("no [[source.layout]] says where fields are", place="adapter.toml")
    return layouts


def _code_page(source: Source) -> str:
    try:
        name = codecs.lookup(source.encoding).name
        if len(bytes(range(256)).decode(name)) == 256:  # noqa: PLR2004 - one sign an octet
            return name
    except (LookupError, UnicodeError):
        pass
    raise AdapterError(
        f"the code page {source.encoding!r} cannot be used",
        place="adapter.toml, [source] encoding",
        expected="a code page of one octet a sign, such as cp037, cp500, cp1140 or cp1147",
    )


def parse_records(native: BinaryIO, records: RecordFormat) -> Parsed:
    """The rows of ``native``, once header and trailer are found to be true."""
    speech = records.speech
    if next(records.records(native), None) is None:
        return Parsed(rows=(), issues=(speech.issue("EMPTY", at=speech.place("file")),))
    issues = records.totals(native)
    if issues:
        return Parsed(rows=(), issues=tuple(issues))
    return Parsed(rows=records.rows(native), issues=(), cutting=records.cutting(native))
