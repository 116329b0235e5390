"""Compiles a COBOL copybook to places in a record: levels, tables, what shares octets.

Levels 01 to 49; level 66 and 88 take no octet and are passed over, others are refused. A field is
called as COBOL calls it: by its name, or ``NAME OF GROUP`` where several have the name. It reads no
record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from adapters.engine.copybook_entry import Entry, Place, read_entry
from adapters.engine.copybook_text import sentences
from gateway.adapter import AdapterError

_OF_NO_OCTET = {66, 88}
"""The levels that name values or groups again."""
_LAST_LEVEL = 49
_FILLER = "FILLER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The places of one record, by the counts of the tables in it that vary."""

    name: str
    entry: Entry
    depending: tuple[str, ...]
    fixed: tuple[tuple[Place, ...], int]  # with every table at its greatest
    most: Mapping[str, int] = field(default_factory=dict)
    """The greatest count of each table that varies."""
    named: Mapping[str, Place] = field(default_factory=dict)
    """The places of ``fixed`` by name."""
    known: dict[tuple[int, ...], tuple[tuple[Place, ...], int]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def places(self, counts: Mapping[str, int]) -> tuple[tuple[Place, ...], int]:
        """The places and the length of a record whose tables have ``counts`` entries.

        A table that ``counts`` lacks is at its greatest.
        """
        if not self.depending:
            return self.fixed
        key = tuple(counts.get(name, self.most[name]) for name in self.depending)
        if key not in self.known:
            self.known[key] = _flat(self.entry, dict(zip(self.depending, key, strict=True)))
        return self.known[key]

    def counter(self, name: str, counts: Mapping[str, int]) -> Place | None:
        """Where the count ``name`` stands, once the tables before it have ``counts`` entries."""
        return next((place for place in self.places(counts)[0] if place.name == name), None)


def read_copybook(path: Path) -> Mapping[str, Layout]:
    """The layouts of every 01 entry in ``path``; raises ``AdapterError`` with the entry.

    A copybook that begins below level 01 is one record, called as its file is.
    """
    tops = _tree(path)
    if not tops:
        raise AdapterError("a copybook has entries", place=path.name)
    levels = {top.level for top in tops}
    if levels == {1}:
        twice = [name for name, count in Counter(top.name for top in tops).items() if count > 1]
        if twice:
            raise AdapterError(f"{twice[0]} stands twice", place=path.name)
        return {top.name: layout_of(top) for top in tops}
    if 1 in levels:
        raise AdapterError("what stands before the first 01 entry is of no record", place=path.name)
    record = Entry(level=1, name=path.stem.upper(), below=tops)
    return {record.name: layout_of(record)}


def _tree(path: Path) -> list[Entry]:
    tops: list[Entry] = []
    open_: list[Entry] = []
    for words in sentences(path):
        where = f"{path.parent.name}/{path.name}: {' '.join(words)}"
        if not words[0].isdecimal():
            raise AdapterError("an entry begins with its level", place=where)
        level = int(words[0])
        if level in _OF_NO_OCTET:
            continue
        if not 0 < level <= _LAST_LEVEL:
            raise AdapterError(f"level {level} is not read", place=where, expected="01 to 49")
        while open_ and open_[-1].level >= level:
            open_.pop()
        if open_ and open_[-1].place is not None:
            raise AdapterError(f"{open_[-1].name} has a picture and fields below it", place=where)
        entry = read_entry(words, where, open_[-1] if open_ else None)
        (open_[-1].below if open_ else tops).append(entry)
        open_.append(entry)
    for top in tops:
        _held(top, path)
    return tops


def _held(entry: Entry, path: Path) -> None:
    """Refuses what takes no octet where it should: all that follows would be moved."""
    if entry.place is None and not entry.below:
        raise AdapterError(
            f"{entry.name} has neither a picture nor fields below it",
            place=f"{path.parent.name}/{path.name}",
        )
    before: set[str] = set()
    for below in entry.below:
        if below.redefines and below.redefines not in before:
            raise AdapterError(
                f"{below.name} redefines {below.redefines}, which does not stand before it",
                place=f"{path.parent.name}/{path.name}",
            )
        before.add(below.name)
        _held(below, path)


def layout_of(entry: Entry) -> Layout:
    """The layout of one 01 entry; raises ``AdapterError`` where its tables cannot be counted."""
    _call(entry)
    most = {below.depending: below.occurs for below in _varying(entry)}
    _count_first(entry)
    if most and any(line[-1].boundary > 1 for line in _lines(entry, ())):
        raise AdapterError("SYNC is not read in a record whose tables vary", place=entry.name)
    fixed = _flat(entry, most)
    named = {place.name: place for place in fixed[0]}
    return Layout(
        name=entry.name, entry=entry, depending=tuple(most), fixed=fixed, most=most, named=named
    )


def _count_first(top: Entry) -> None:
    """Refuses a table whose count does not stand before it, once."""
    before: list[str] = []
    for line in _lines(top, ()):
        for entry in line:
            if entry.depending and entry.depending not in before:
                raise AdapterError(
                    f"no field {entry.depending} before {entry.name} says how often it occurs",
                    place=top.name,
                    expected="one of: " + ", ".join(before),
                )
        if line[-1].called and not any(entry.table for entry in line):
            before.append(line[-1].called)


def _varying(entry: Entry) -> Iterator[Entry]:
    if entry.depending:
        yield entry
    for below in entry.below:
        yield from _varying(below)


def _flat(entry: Entry, counts: Mapping[str, int]) -> tuple[tuple[Place, ...], int]:
    walk = _Walk(counts=counts)
    end = walk.add(entry, 0, "", "")
    return tuple(walk.places), end


def _call(top: Entry) -> None:
    """Gives each field its name: with as many groups as it takes to tell it from others."""
    by_name: dict[str, list[tuple[Entry, ...]]] = {}
    for line in _lines(top, ()):
        by_name.setdefault(line[-1].name, []).append(line)
    by_name.pop(_FILLER, None)
    for name, lines in by_name.items():
        for line in lines:
            words, rivals = [name], [other for other in lines if other is not line]
            for above in reversed(line[:-1]):
                apart = [each for each in rivals if above.name not in {of.name for of in each[:-1]}]
                if apart and above.name != _FILLER:
                    words.append(above.name)
                    rivals = [each for each in rivals if each not in apart]
            line[-1].called = "" if rivals else " OF ".join(words)


def _lines(entry: Entry, above: Sequence[Entry]) -> Iterator[tuple[Entry, ...]]:
    """Each elementary entry with those that it stands below."""
    line = (*above, entry)
    if entry.place is not None:
        yield line
    for below in entry.below:
        yield from _lines(below, line)


@dataclass(slots=True, kw_only=True)
class _Walk:
    """Lays entries out one behind the other."""

    counts: Mapping[str, int]
    places: list[Place] = field(default_factory=list)

    def add(self, entry: Entry, offset: int, index: str, group: str) -> int:
        """Adds the places of ``entry`` from ``offset``; returns where it ends."""
        times = self.counts[entry.depending] if entry.depending else entry.occurs
        for number in range(1, times + 1):
            at = index
            if entry.table:
                at = f"{index},{number}" if index else str(number)
            if entry.place is not None:
                self._place(entry, entry.place, offset, at, group)
                offset += entry.place.length
            else:
                offset = self._below(entry, offset, at, group)
        return offset

    def _place(self, entry: Entry, held: Place, offset: int, at: str, group: str) -> None:
        if offset % entry.boundary:
            raise AdapterError(
                f"{entry.name} is synchronized, and octets that fill up stand before it",
                place=f"octet {offset + 1}",
                remedy="write them as FILLER, and leave SYNC out",
            )
        if entry.called:
            name = f"{entry.called}({at})" if at else entry.called
            group = entry.name if entry.redefines else group
            self.places.append(replace(held, name=name, offset=offset, group=group))

    def _below(self, entry: Entry, offset: int, at: str, group: str) -> int:
        starts: dict[str, int] = {}
        ends = offset
        redefined = {below.redefines for below in entry.below if below.redefines}
        for below in entry.below:
            start = starts[below.redefines] if below.redefines else ends
            starts[below.name] = start
            chosen = bool(below.redefines) or below.name in redefined
            inner = below.name if chosen else group
            ends = max(ends, self.add(below, start, at, inner))
        return ends
