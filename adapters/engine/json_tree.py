"""Cuts a JSON document into cases: plain members become cells, lists of objects become groups.

Places are JSON pointers (RFC 6901). It knows no member's meaning.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
from rapidfuzz import process

from adapters.engine.rows import CELL_CHARACTERS, CONTROL, FILE_CASES, Cell, Parsed, Row
from adapters.engine.spec import Source
from adapters.engine.speech import Speech
from gateway.adapter import Issue

_ENTRIES = 10_000  # in one list: more than any message of the standard holds
_BYTE = re.compile(r"byte (\d+)")


class _DoubledNameError(ValueError):
    """An object holds the same name twice: which one counts would be a guess."""


def parse_json(
    native: bytes, source: Source, wanted: Mapping[str, frozenset[str]], speech: Speech
) -> Parsed:
    """The cases of ``native``; ``wanted`` are the members read, by group ("" for the case)."""
    native = native.removeprefix(codecs.BOM_UTF8)
    if not native.strip():
        return Parsed(rows=(), issues=(speech.issue("EMPTY", at=speech.place("file")),))
    try:
        tree = _decoded(native)
    except (ValueError, RecursionError, msgspec.DecodeError) as error:
        return Parsed(rows=(), issues=(_unreadable(native, error, speech),))
    cases, pointer = _cases(tree, source.items)
    if cases is None:
        issue = speech.issue("JSON", at=pointer or "/", detail=f"a list at {pointer or '/'}")
        return Parsed(rows=(), issues=(issue,))
    if len(cases) > FILE_CASES:
        return Parsed(rows=(), issues=(speech.too_much("cases", len(cases), FILE_CASES),))
    cutter = _Cutter(source=source, wanted=wanted, speech=speech)
    octets = _octets(native, source.items)
    rows = [
        cutter.row(case, number, f"{pointer}/{number - 1}", "", raw)
        for number, (case, raw) in enumerate(zip(cases, octets, strict=True), start=1)
    ]
    return Parsed(rows=rows, issues=())


def _decoded(native: bytes) -> object:
    """The document as plain values, numbers as they were written; raises ``ValueError``."""
    msgspec.json.decode(native)  # strict UTF-8 and JSON, with the byte of the first fault
    return json.loads(
        native, object_pairs_hook=_unique, parse_float=str, parse_int=str, parse_constant=str
    )


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        doubled = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]  # add returns None on purpose
        raise _DoubledNameError(f"the name {doubled!r} comes twice in one object")
    return members


def _unreadable(native: bytes, error: Exception, speech: Speech) -> Issue:
    found = _BYTE.search(str(error))
    offset = int(found[1]) if found else 0
    before = native[:offset]
    return speech.issue(
        "JSON",
        at=speech.place(
            "byte", line=before.count(b"\n") + 1, byte=offset - (before.rfind(b"\n") + 1) + 1
        ),
        value=native[offset : offset + 40].decode("utf-8", "replace"),
        detail=str(error),
    )


def _cases(tree: object, items: str) -> tuple[list[object] | None, str]:
    """The list at the pointer ``items``, and where it was sought."""
    pointer = ""
    for name in items.split("/")[1:]:
        pointer += f"/{name}"
        if not isinstance(tree, dict) or name not in tree:
            return None, pointer
        tree = tree[name]
    return (tree, pointer) if isinstance(tree, list) else (None, pointer)


def _octets(native: bytes, items: str) -> list[bytes]:
    """The octets of each case as they stand in the document."""
    held: bytes | msgspec.Raw = native
    for name in items.split("/")[1:]:
        held = msgspec.json.decode(held, type=dict[str, msgspec.Raw])[name]
    return [bytes(raw) for raw in msgspec.json.decode(held, type=list[msgspec.Raw])]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What is collected while one object is walked."""

    cells: dict[str, Cell]
    groups: dict[str, list[Row]]
    issues: list[Issue]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cutter:
    """How one source's objects become rows."""

    source: Source
    wanted: Mapping[str, frozenset[str]]
    speech: Speech

    def row(self, case: object, number: int, pointer: str, group: str, raw: bytes = b"") -> Row:
        """One object as a row; ``group`` is the list that it stands in, "" for a case."""
        found = _Found(cells={}, groups={}, issues=[])
        if isinstance(case, dict):
            self._members(case, pointer, "", group, found)
        else:
            found.issues.append(self.speech.issue("SYNTAX", at=pointer, value=case, detail="{...}"))
        return Row(
            number=number,
            at=pointer,
            raw=raw,
            kind="",
            cells=found.cells,
            place=_placer(pointer),
            groups=found.groups,
            issues=tuple(found.issues),
        )

    def _members(
        self, members: Mapping[str, object], pointer: str, above: str, group: str, found: _Found
    ) -> None:
        for name, value in members.items():
            path = f"{above}{name}"
            at = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            if isinstance(value, dict) and not self._taken(path, group):
                self._members(value, at, f"{path}.", group, found)
            elif (form := self._other_type(path, value, group)) is not None:
                found.issues.append(
                    self.speech.issue("SYNTAX", at=at, value=value, cell=path, detail=form)
                )
            elif isinstance(value, list) and path in self.wanted and not group:
                self._entries(value, at, path, found)
            elif not self._known(path, group):
                found.issues.append(self._unknown(path, at, group))
            elif value is not None:
                found.cells[path] = self._cell(value, at, found.issues)

    def _entries(self, entries: list[object], at: str, path: str, found: _Found) -> None:
        found.groups[path] = [
            self.row(entry, number, f"{at}/{number - 1}", path)
            for number, entry in enumerate(entries[:_ENTRIES], start=1)
        ]
        if len(entries) > _ENTRIES:
            found.issues.append(
                self.speech.issue("LENGTH", at=at, value=len(entries), limit=_ENTRIES)
            )

    def _taken(self, path: str, group: str) -> bool:
        """Whether something is expected just here, and not further in."""
        return self._known(path, group) or (path in self.wanted and not group)

    def _other_type(self, path: str, value: object, group: str) -> str | None:
        """What should stand here where something of another JSON type does."""
        if value is None:
            return None
        inside = self.wanted.get(group, frozenset())
        if isinstance(value, dict):
            if path in self.source.ignore:
                return None
            return "[{...}, ...]" if path in self.wanted else "a text or a number"
        if any(name.startswith(f"{path}.") for name in inside) and path not in inside:
            return '{"...": ...}'
        if path in self.wanted and path and not isinstance(value, list):
            return "[{...}, ...]"
        return None

    def _known(self, path: str, group: str) -> bool:
        return path in self.wanted.get(group, frozenset()) or path in self.source.ignore

    def _unknown(self, path: str, at: str, group: str) -> Issue:
        known = sorted(self.wanted.get(group, frozenset()))
        near = process.extractOne(path, known, score_cutoff=60)
        return self.speech.issue(
            "FIELD",
            at=at,
            value=path,
            suggestion=near[0] if near else None,
            names=", ".join(known),
        )

    def _cell(self, value: object, at: str, issues: list[Issue]) -> Cell:
        if isinstance(value, list):
            parts = []
            for index, part in enumerate(value):
                held = self._cell(part, f"{at}/{index}", issues)
                parts.append(held if isinstance(held, str) else "")
            return tuple(part for part in parts if part.strip())
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str):
            issues.append(
                self.speech.issue("SYNTAX", at=at, value=value, detail="a text or a number")
            )
            return ""
        if CONTROL.search(value):
            issues.append(self.speech.issue("CHARACTER", at=at, value=value, encoding="utf-8"))
        if len(value) > CELL_CHARACTERS:
            issues.append(self.speech.issue("LENGTH", at=at, value=value, limit=CELL_CHARACTERS))
        return value


def _placer(pointer: str) -> Callable[[str], str]:
    return lambda path: f"{pointer}/{path.replace('.', '/')}" if path else pointer
