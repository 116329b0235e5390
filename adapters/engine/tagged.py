"""Cuts tagged text (``EG.ORI/DE0010000.SER/12345.``) into messages and fields, each with its place.

A message begins at a line that starts with a message key and a full stop; it ends before the next
one or a blank line. A full stop directly before a known tag and a stroke begins a field, so that a
free text may hold full stops. It knows no field's meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from rapidfuzz import process

from adapters.engine.line_source import held_encoding, lines_of
from adapters.engine.rows import CELL_CHARACTERS, CONTROL, MESSAGE_CHARACTERS, Parsed, Row, shown
from adapters.engine.spec import Source
from adapters.engine.speech import Speech
from adapters.engine.wide_text import narrow
from gateway.adapter import Issue

_BLOCK_OCTETS = 1024 * 1024  # a message that goes on longer is told in pieces, each an item
_KEY = re.compile(r"[A-Z]{2,4}(?=\.)")
# After a full stop alone, or with a line end between, every short word with a stroke is a tag; with
# a blank between, only a known tag is, so that a free text may go on.
_FIELD = re.compile(r"\.(?P<gap>\s*)(?P<tag>[A-Z0-9]{1,6})/")


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of one message: where it starts, its text, its octets, what cannot be decoded."""

    line: int
    text: str
    raw: bytes
    broken: int | None


def parse_tagged(
    native: BinaryIO, source: Source, wanted: frozenset[str], speech: Speech
) -> Parsed:
    """The messages of ``native``; ``wanted`` are the tags that the mapping reads."""
    encoding = held_encoding(source)
    read = narrow(native, source.encoding)
    if read is None:
        issue = speech.issue("ENCODING", at=speech.place("file"), encoding=source.encoding)
        return Parsed(rows=(), issues=(issue,))
    known = wanted | set(source.ignore)
    blocks = _blocks(read, encoding)
    first = next(blocks, None)
    if first is None:
        return Parsed(rows=(), issues=(speech.issue("EMPTY", at=speech.place("file")),))
    rows = (
        _message(number, block, known, source, speech)
        for number, block in enumerate(chain((first,), blocks), start=1)
    )
    return Parsed(rows=rows, issues=())


def _blocks(native: BinaryIO, encoding: str) -> Iterator[_Block]:
    """Every line that is not blank, in exactly one block."""
    held: list[tuple[int, bytes, str | None]] = []
    octets = 0
    for line in lines_of(native, encoding):
        blank = not line.raw.strip()
        if held and (
            blank
            or (line.text and _KEY.match(line.text.lstrip("\ufeff")))
            or octets > _BLOCK_OCTETS
        ):
            yield _block(held)
            held, octets = [], 0
        if not blank:
            octets += len(line.raw)
            held.append((line.number, line.raw, line.text))
    if held:
        yield _block(held)


def _block(held: Sequence[tuple[int, bytes, str | None]]) -> _Block:
    broken = next((number for number, _, text in held if text is None), None)
    return _Block(
        line=held[0][0],
        text="\n".join(text or "" for _, _, text in held).removeprefix("\ufeff"),
        raw=b"\n".join(raw for _, raw, _ in held),
        broken=broken,
    )


def _message(
    number: int, block: _Block, known: frozenset[str] | set[str], source: Source, speech: Speech
) -> Row:
    """One message; everything that is not a key, a field or a separator is an issue."""
    at = speech.place("message", line=block.line, number=number)
    place = _placer(speech, block, at)
    issues: list[Issue] = []
    cells: dict[str, str] = {}
    key = _KEY.match(block.text)
    if block.broken is not None:
        issues.append(
            speech.issue(
                "ENCODING", at=speech.place("line", line=block.broken), encoding=source.encoding
            )
        )
    elif len(block.text) > MESSAGE_CHARACTERS:
        issues.append(speech.issue("LENGTH", at=at, value=block.text, limit=MESSAGE_CHARACTERS))
    elif key is None:
        issues.append(
            speech.issue(
                "SYNTAX",
                at=at,
                value=block.text,
                detail="a message key and a full stop, such as EG.",
            )
        )
    else:
        cells = _fields(
            block,
            key.end() + 1,
            known=known,
            place=place,
            source=source,
            speech=speech,
            issues=issues,
        )
        issues.extend(_faulty(cells, place, source.encoding, speech))
    return Row(
        number=number,
        at=at,
        raw=block.raw,
        kind=key[0] if key else "",
        cells=cells,
        place=place,
        groups={},
        issues=tuple(issues),
    )


def _fields(
    block: _Block,
    start: int,
    *,
    known: frozenset[str] | set[str],
    place: Callable[[str], str],
    source: Source,
    speech: Speech,
    issues: list[Issue],
) -> dict[str, str]:
    """The fields by tag; an unknown or repeated tag and text outside a field are issues."""
    found = [
        field
        for field in _FIELD.finditer(block.text, start - 1)
        if field["tag"] in known or not field["gap"].strip("\n")
    ]
    cells: dict[str, str] = {}
    before = block.text[start : found[0].start()] if found else block.text[start:]
    if before.strip(" .\n"):
        issues.append(
            speech.issue("SYNTAX", at=place(""), value=before, detail="TAG/value.TAG/value.")
        )
    for at, field in enumerate(found):
        tag = field["tag"]
        end = found[at + 1].start() if at + 1 < len(found) else len(block.text)
        value = " ".join(block.text[field.end() : end].split()).removesuffix(".")
        where = speech.place("tag", column=tag, **_position(block, field.end() - len(tag) - 1))
        if tag not in known:
            near = process.extractOne(tag, sorted(known), score_cutoff=60)
            issues.append(
                speech.issue(
                    "FIELD",
                    at=where,
                    value=f"{tag}/{shown(value)}",
                    suggestion=near[0] if near else None,
                    names=", ".join(sorted(known)),
                )
            )
        elif tag in cells:
            issues.append(
                speech.issue("DOUBLED", at=where, value=f"{tag}/{shown(value)}", column=tag)
            )
        else:
            cells[tag] = value
            if tag not in source.texts and _FIELD.search(value):
                issues.append(
                    speech.issue("SYNTAX", at=where, value=value, detail="TAG/value.TAG/value.")
                )
    return cells


def _faulty(
    cells: Mapping[str, str], place: Callable[[str], str], encoding: str, speech: Speech
) -> Iterator[Issue]:
    for tag, value in cells.items():
        if CONTROL.search(value):
            yield speech.issue("CHARACTER", at=place(tag), value=value, encoding=encoding)
        if len(value) > CELL_CHARACTERS:
            yield speech.issue("LENGTH", at=place(tag), value=value, limit=CELL_CHARACTERS)


def _position(block: _Block, offset: int) -> dict[str, int]:
    """Line of the file and character of that line, both from 1, of an offset into the block."""
    before = block.text[:offset]
    return {
        "line": block.line + before.count("\n"),
        "character": offset - (before.rfind("\n") + 1) + 1,
    }


def _placer(speech: Speech, block: _Block, at: str) -> Callable[[str], str]:
    """The place of a field that the message has; the message's own place for one it lacks."""

    def place(tag: str) -> str:
        if not tag:
            return at
        found = re.search(rf"\.\s*({re.escape(tag)})/", block.text)
        if found is None:
            return speech.place("field", row=at, column=tag)
        return speech.place("tag", column=tag, **_position(block, found.start(1)))

    return place
