"""Cuts records that are all alike by the octets of the few fields that decide how: the quick way.

What a record's fields hold is not looked at here; a record that cannot be cut so is a whole row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from adapters.engine.copybook import Layout
from adapters.engine.copybook_entry import Place
from adapters.engine.foreign_signs import UNSEEN
from adapters.engine.memory import Memory
from adapters.engine.record_cutting import Raw
from adapters.engine.record_values import UNREADABLE, FieldReader, text_of
from adapters.engine.records import RecordFormat
from adapters.engine.rows import Cut, Cutting, Row, Shape

_SHAPES_MOST = 64  # of the records of one file that are only cut


def span_of(place: Place | None) -> slice:
    """Where the octets of ``place`` are; nowhere for none."""
    return slice(0, 0) if place is None else slice(place.offset, place.offset + place.length)


def cutting_of(records: RecordFormat, native: BinaryIO) -> Cutting:
    """The rows of ``native``, cut and no more where nothing needs a second look."""
    shapes: list[Shape] = []
    said = records.speech.places["line" if records.lines else "record"]
    return Cutting(
        shapes=shapes,
        cuts=_cuts(records, native, shapes),
        row=lambda cut: records.row(Raw(cut[1][0], cut[1][1], cut[2]), cut[0]),
        at=(
            (lambda _, start: said.format(line=start[1]))
            if records.lines
            else (lambda _, start: said.format(number=start[0], byte=start[1]))
        ),
    )


def _cuts(records: RecordFormat, native: BinaryIO, shapes: list[Shape]) -> Iterator[Cut | Row]:
    number = 0
    kinds = Memory(records.kind_called)
    type_at = span_of(records.type_place)
    ways = {name: _Way.of(records, layout, shapes) for name, layout in records.layouts.items()}
    only = None if records.type_place else next(iter(ways.values()))
    for raw in records.records(native):
        octets = raw.octets
        kind = None if only is not None else kinds[octets[type_at]]
        if kind is not None and kind.role != "item" and not raw.problem:
            continue
        number += 1
        way = only if kind is None else ways[kind.name]
        cut = None if way is None or raw.problem else way.cut(octets)
        if cut is None:
            yield records.row(raw, number)
        else:
            cells, shape = cut
            yield number, (raw.number, raw.start), octets, cells, shape


def _shape_of(
    records: RecordFormat, layout: Layout, octets: bytes
) -> tuple[Shape, list[slice], range | None] | None:
    """How a record like ``octets`` is cut, and the lengths that it may have where they matter;
    None where it cannot be told.
    """
    counts = records.counts(layout, octets)
    if counts is None:
        return None
    places, length = layout.places(counts)
    by_name = {place.name: place for place in places}
    for name in _deciding(records, layout):
        if by_name.get(name) != layout.named[name]:
            return None  # what decides lies elsewhere in another record
    chosen = records.chosen(octets, places)
    read = [
        place
        for place in places
        if place.name in records.wanted and not (place.group and place.group not in chosen)
    ]
    shape = Shape(
        columns=tuple(place.name for place in read),
        texts=tuple(_reading(records, place) for place in read),
    )
    spans = [span_of(place) for place in read]
    if not records.lines:
        return (
            shape,
            spans,
            None if records.source.records == "fixed" else range(length, length + 1),
        )
    # As where lines are looked at again: editors cut trailing blanks.
    least = max(place.offset for place in places) + 1 if records.source.trimmed else length
    return shape, spans, range(least, length + 1)


def _deciding(records: RecordFormat, layout: Layout) -> list[str]:
    """The fields of ``layout`` that say how a record of it is cut."""
    choosing = (choice.column for choice in records.source.choose.values())
    names = (*layout.depending, *choosing)
    return [name for name in dict.fromkeys(names) if name in layout.named]


def _reading(records: RecordFormat, place: Place) -> Callable[[bytes], str | None]:
    """From the octets of a field to its text; None where they need a second look."""
    fields = records.fields
    if place.kind == "text" and not fields.lines:
        return _plain_reading(place, fields)

    def read(held: bytes) -> str | None:
        text = fields.read(place, held)
        if text is None or UNREADABLE.search(text) or (not text.isascii() and UNSEEN.search(text)):
            return None
        return text

    return read


def _plain_reading(place: Place, fields: FieldReader) -> Callable[[bytes], str | None]:
    """The same of a text, most of which are of ASCII and nothing but that."""
    encoding, length = fields.encoding, place.length

    def read(held: bytes) -> str | None:
        if len(held) < length:
            return None
        text = held.decode(encoding, "replace").strip(" ")
        if text.isascii() and text.isprintable():
            return text
        text = text_of(held, encoding)
        return None if UNREADABLE.search(text) or UNSEEN.search(text) else text

    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How the records of one layout are cut: by the octets of the fields that decide."""

    deciding: Sequence[slice]
    known: Memory

    @classmethod
    def of(cls, records: RecordFormat, layout: Layout, shapes: list[Shape]) -> _Way:
        """The way of ``layout``; each shape that is met is added to ``shapes``."""
        deciding = [span_of(layout.named[name]) for name in _deciding(records, layout)]
        end = layout.fixed[1]
        at_of: dict[tuple[str, ...], int] = {}

        def known(held: tuple[bytes, ...]) -> tuple[int, list[slice], range | None] | None:
            octets = bytearray(end)
            for at, part in zip(deciding, held, strict=True):
                if len(part) != at.stop - at.start:
                    return None
                octets[at] = part
            found = _shape_of(records, layout, bytes(octets))
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
