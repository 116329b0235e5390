"""Compiles what an adapter declares of its records, and parses a file of them.

Header and trailer are held against the items before the first of them is given on.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import ebcdic  # type: ignore[import-untyped]  # noqa: F401 - it registers code pages that Python lacks

from adapters.engine.copybook import Layout, read_copybook
from adapters.engine.copybook_entry import Entry, Place
from adapters.engine.line_source import held_encoding
from adapters.engine.record_totals import totals
from adapters.engine.record_values import FieldReader
from adapters.engine.record_ways import cutting_of
from adapters.engine.records import RecordFormat
from adapters.engine.rows import Parsed
from adapters.engine.spec import RecordKind, Source
from adapters.engine.speech import Speech
from gateway.adapter import AdapterError

_TEXTS = frozenset({"text", "zoned"})
_SIGNS_LEAST = 200  # octets that are a sign each: some pages leave a few out, as cp1252 five


def compile_records(
    source: Source, folder: Path, wanted: frozenset[str], speech: Speech
) -> RecordFormat:
    """The record format that ``source`` declares in ``folder``; raises ``AdapterError``."""
    listed = source.form == "fixed"
    lines = listed or source.records == "lines"
    encoding = _code_page(source)
    if lines:
        held_encoding(source)  # that ends lines as ASCII does
    layouts = _listed(source) if listed else read_copybook(folder / (source.copybook or ""))
    kinds = {word: kind for kind in source.record for word in kind.when}
    layouts = _used(source, layouts)
    if lines:
        _texts_only(layouts)
    known = {
        place.name
        for kind in source.record or (RecordKind(name=next(iter(layouts))),)
        if kind.role == "item"
        for place in layouts[kind.name].fixed[0]
    }
    asked = wanted | {choice.column for choice in source.choose.values()}
    missing = sorted(asked - known)
    if missing:
        raise AdapterError(
            f"no record has the field {missing[0]!r}",
            place="adapter.toml",
            expected="one of: " + ", ".join(sorted(known)),
            remedy="a field that several groups have is called NAME OF GROUP",
        )
    ascii_digits = "09".encode(encoding, "replace") == b"09"
    if ascii_digits and source.native is None:
        _without_own_numbers(layouts)
    return RecordFormat(
        source=source,
        fields=FieldReader(
            encoding=encoding, ascii=ascii_digits, lines=lines, native=source.native
        ),
        layouts=layouts,
        kinds=kinds,
        type_place=_type_place(source, layouts),
        speech=speech,
        wanted=wanted,
    )


def _used(source: Source, layouts: Mapping[str, Layout]) -> Mapping[str, Layout]:
    """The layouts that records of the file have."""
    used = [kind.name for kind in source.record] or list(layouts)
    unknown = sorted(set(used) - set(layouts))
    if unknown:
        raise AdapterError(
            f"there is no record {unknown[0]!r}",
            place="adapter.toml, [[source.record]]",
            expected="one of: " + ", ".join(layouts),
        )
    if len(set(used)) > 1 and not source.record:
        raise AdapterError(
            "nothing says which of several records one is",
            place="adapter.toml, [source]",
            expected=f"[[source.record]] for: {', '.join(used)}; and record_type",
        )
    return {name: layout for name, layout in layouts.items() if name in used}


def _type_place(source: Source, layouts: Mapping[str, Layout]) -> Place | None:
    """Where a record says what it is: in the same octets in each that says it."""
    if not source.record:
        return None
    found = {
        name: layout.named[source.record_type or ""]
        for name, layout in layouts.items()
        if (source.record_type or "") in layout.named
    }
    places = {(place.offset, place.length): place for place in found.values()}
    if len(places) != 1:
        raise AdapterError(
            f"the field {source.record_type!r} stands in different octets"
            if places
            else f"no record has the field {source.record_type!r}",
            place="adapter.toml, [source] record_type",
        )
    return next(iter(places.values()))


def _texts_only(layouts: Mapping[str, Layout]) -> None:
    """Refuses numbers that are no text in lines: an octet of them may look like a line's end."""
    for layout in layouts.values():
        for place in layout.fixed[0]:
            if place.kind not in _TEXTS:
                raise AdapterError(
                    f"the field {place.name} is {place.kind}, which no line can hold",
                    place="adapter.toml, [source] records",
                    expected='records = "fixed", "packed", "rdw" or "blocked"',
                )


def _without_own_numbers(layouts: Mapping[str, Layout]) -> None:
    """Refuses numbers in the own order of a machine that is no mainframe: none is declared."""
    for layout in layouts.values():
        for place in layout.fixed[0]:
            if place.native or place.kind == "float":
                raise AdapterError(
                    f"the field {place.name} is a number in the machine's own order",
                    place="adapter.toml, [source] native",
                    expected='native = "little" (of most machines that write ASCII) or "big"',
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
        entry = Entry(level=1, name=name)
        layouts[name] = Layout(
            name=name,
            entry=entry,
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
        known = [octet for octet in range(256) if _sign(octet, name)]
        if len(known) >= _SIGNS_LEAST:
            return name
    except (LookupError, UnicodeError):
        pass
    raise AdapterError(
        f"the code page {source.encoding!r} cannot be used",
        place="adapter.toml, [source] encoding",
        expected="a code page of one octet a sign, such as cp037, cp1147, iso-8859-1 or cp1252",
    )


def _sign(octet: int, name: str) -> bool:
    try:
        return len(bytes([octet]).decode(name)) == 1
    except UnicodeDecodeError:
        return False


def parse_records(native: BinaryIO, records: RecordFormat) -> Parsed:
    """The rows of ``native``, once header and trailer are found to be true."""
    speech = records.speech
    if next(records.records(native), None) is None:
        return Parsed(rows=(), issues=(speech.issue("EMPTY", at=speech.place("file")),))
    issues = totals(records, native)
    if issues:
        return Parsed(rows=(), issues=tuple(issues))
    return Parsed(rows=records.rows(native), issues=(), cutting=cutting_of(records, native))
