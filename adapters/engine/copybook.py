"""Compiles a COBOL copybook to places in a record: PICTURE, USAGE, SIGN, OCCURS, REDEFINES.

Levels 01 to 49 as in ISO/IEC 1989, DATA DIVISION entries; levels 66, 77 and SYNCHRONIZED are
refused, because nothing that an extract holds needs them. It reads no record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.adapter import AdapterError

_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|[^\s]+")
_FIXED_FORM = re.compile(r"^.{6}[ */\-dD]")
_REPEATED = re.compile(r"(.)\((\d+)\)")
_BINARY_OCTETS = ((4, 2), (9, 4), (18, 8))  # digits up to, and the octets that hold them
_USAGES = {
    "COMP": "binary", "COMP-4": "binary", "COMP-5": "binary", "BINARY": "binary",
    "COMPUTATIONAL": "binary", "COMPUTATIONAL-4": "binary", "COMP-3": "packed",
    "COMPUTATIONAL-3": "packed", "PACKED-DECIMAL": "packed", "DISPLAY": "display",
}  # fmt: skip
_VALUE_NAME = 88
"""The level that names a value of the entry before it and takes no octet."""
_EDITED = set("XAB90/ZV.,*+-$CRDS") | {"E"}
"""The signs of pictures whose every sign but V takes an octet."""
_NOISE = {"IS", "TIMES", "USAGE", "CHARACTER", "ON", "RIGHT", "ARE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One elementary field of a record: where it is and how its octets are read.

    ``kind`` is ``text``, ``zoned``, ``packed`` or ``binary``; ``sign`` is "" for none, else
    ``over`` (the last digit's zone), ``leading`` (the first digit's), or ``before`` and ``after``
    for a sign in an octet of its own.
    """

    name: str
    offset: int
    length: int
    kind: str = "text"
    digits: int = 0
    scale: int = 0
    sign: str = ""
    group: str = ""  # the redefining group that it is in, which may be chosen by another field


@dataclass(slots=True, kw_only=True)
class Entry:
    """One entry of a copybook, with what stands below it."""

    level: int
    name: str
    place: Place | None = None
    occurs: int = 1
    depending: str = ""
    redefines: str = ""
    usage: str = ""  # of a group: what its fields have that say none themselves
    sign: str = ""
    below: list[Entry] = field(default_factory=list)


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
        """The places and the length of a record whose tables have ``counts`` entries."""
        if not self.depending:
            return self.fixed
        key = tuple(counts[name] for name in self.depending)
        if key not in self.known:
            self.known[key] = _flat(self.entry, dict(zip(self.depending, key, strict=True)))
        return self.known[key]


def read_copybook(path: Path) -> Mapping[str, Layout]:
    """The layouts of every 01 entry in ``path``; raises ``AdapterError`` with the entry."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AdapterError(
            f"the copybook cannot be read: {error}", place=f"{path.parent.name}/{path.name}"
        ) from error
    tops: list[Entry] = []
    open_: list[Entry] = []
    for words in _sentences(text):
        level = int(words[0]) if words[0].isdecimal() else 0
        while open_ and level != _VALUE_NAME and open_[-1].level >= level:
            open_.pop()
        entry = _entry(words, path, open_[-1] if open_ else None)
        if entry is None:
            continue
        (open_[-1].below if open_ else tops).append(entry)
        open_.append(entry)
    if any(top.level != 1 for top in tops) or not tops:
        raise AdapterError("a copybook begins with an 01 entry", place=path.name)
    return {top.name: layout_of(top) for top in tops}


def layout_of(entry: Entry) -> Layout:
    """The layout of one 01 entry."""
    depending = tuple(dict.fromkeys(below.depending for below in _varying(entry)))
    most = {below.depending: below.occurs for below in _varying(entry)}
    fixed = _flat(entry, most)
    named = {place.name: place for place in fixed[0]}
    return Layout(
        name=entry.name, entry=entry, depending=depending, fixed=fixed, most=most, named=named
    )


def _varying(entry: Entry) -> Iterator[Entry]:
    if entry.depending:
        yield entry
    for below in entry.below:
        yield from _varying(below)


def _sentences(text: str) -> Iterator[list[str]]:
    """The entries, each as its words; comments and sequence numbers are left out."""
    lines = []
    for line in text.splitlines():
        code = line[6:72] if _FIXED_FORM.match(line) and not line[:6].strip(" 0123456789") else line
        if code.lstrip()[:1] in {"*", "/"} and code.strip() != "":
            continue
        lines.append(code.partition("*>")[0])
    words: list[str] = []
    for word in _TOKEN.findall("\n".join(lines)):
        plain = word.rstrip(".") if word[0] in "'\"" else word.rstrip(".").rstrip(",;")
        if plain:
            words.append(plain if word[0] in "'\"" else plain.upper())
        if word.endswith(".") and words:
            yield words
            words = []
    if words:
        yield words


def _entry(words: list[str], path: Path, above: Entry | None) -> Entry | None:  # noqa: C901, PLR0912 - one branch a clause
    place = f"{path.parent.name}/{path.name}: {' '.join(words)}"
    if not words[0].isdecimal():
        raise AdapterError("an entry begins with its level", place=place)
    level = int(words[0])
    if level == _VALUE_NAME:
        return None
    if level in {66, 77} or level > 49:  # noqa: PLR2004 - COBOL's last level
        raise AdapterError(f"level {level} is not read", place=place, expected="levels 01 to 49")
    clauses = [word for word in words[1:] if word not in _NOISE]
    keys = {"PIC", "PICTURE", "OCCURS", "REDEFINES", "VALUE", "SIGN", *_USAGES}
    name = clauses.pop(0) if clauses and clauses[0] not in keys else "FILLER"
    entry = Entry(level=level, name=name)
    picture, usage, sign, separate = "", "", "", False
    while clauses:
        word = clauses.pop(0)
        if word in {"PIC", "PICTURE"}:
            picture = clauses.pop(0)
        elif word in _USAGES:
            usage = _USAGES[word]
        elif word == "REDEFINES":
            entry.redefines = clauses.pop(0)
        elif word == "OCCURS":
            entry.occurs = int(clauses.pop(0))
            if clauses[:1] == ["TO"]:
                entry.occurs = int(clauses[1])
                del clauses[:2]
        elif word == "DEPENDING":
            entry.depending = clauses.pop(0)
        elif word == "INDEXED":
            del clauses[: 2 if clauses[:1] == ["BY"] else 1]
        elif word == "SIGN":
            continue
        elif word in {"LEADING", "TRAILING"}:
            sign = "leading" if word == "LEADING" else "over"
        elif word == "SEPARATE":
            separate = True
        elif word in {"VALUE", "VALUES"}:
            clauses.pop(0)
        elif word in {"JUST", "JUSTIFIED", "BLANK", "WHEN", "ZERO", "ZEROS", "ZEROES"}:
            continue
        else:
            raise AdapterError(
                f"the clause {word} is not read",
                place=place,
                expected="PIC, USAGE, SIGN, OCCURS, REDEFINES, VALUE",
            )
    if separate:
        sign = "before" if sign == "leading" else "after"
    entry.usage = usage or (above.usage if above else "")
    entry.sign = sign or (above.sign if above else "")
    if picture:
        entry.place = _place(name, picture, entry.usage or "display", entry.sign or "over", place)
    return entry


def _place(name: str, picture: str, usage: str, sign: str, where: str) -> Place:
    full = _REPEATED.sub(lambda found: found[1] * int(found[2]), picture)
    plain = full.removeprefix("S")
    if not set(plain) <= {"9", "V"} or not plain:
        if usage != "display":
            raise AdapterError(f"{picture} cannot be {usage}", place=where)
        unknown = sorted(set(full) - _EDITED)
        if unknown:  # P takes no octet, N and G two: a wrong length would move all that follows
            raise AdapterError(
                f"the picture {picture} is not read",
                place=where,
                value=", ".join(unknown),
                expected="X, A, 9, S, V and the signs of edited numbers; X(n) for others",
            )
        return Place(name=name, offset=0, length=len(full) - full.count("V"))
    before, _, after = plain.partition("V")
    digits, scale = len(before) + len(after), len(after)
    signed = sign if full.startswith("S") else ""
    if usage == "packed":
        length, kind = digits // 2 + 1, "packed"
    elif usage == "binary":
        length = next((octets for most, octets in _BINARY_OCTETS if digits <= most), 0)
        if not length:
            raise AdapterError(f"{picture} has more than 18 digits", place=where)
        kind = "binary"
    else:
        length, kind = digits + (signed in {"before", "after"}), "zoned"
    return Place(
        name=name, offset=0, length=length, kind=kind, digits=digits, scale=scale, sign=signed
    )


def _flat(entry: Entry, counts: Mapping[str, int]) -> tuple[tuple[Place, ...], int]:
    places: list[Place] = []
    end = _walk(entry, 0, "", "", counts, places)
    return tuple(places), end


def _walk(  # noqa: PLR0917 - the walk's whole state
    entry: Entry,
    offset: int,
    index: str,
    group: str,
    counts: Mapping[str, int],
    places: list[Place],
) -> int:
    """Adds the places of ``entry`` from ``offset``; returns where it ends."""
    times = counts[entry.depending] if entry.depending else entry.occurs
    repeated = entry.occurs > 1 or bool(entry.depending)
    for number in range(1, times + 1):
        at = f"{index},{number}" if index and repeated else (str(number) if repeated else index)
        if entry.place is not None:
            if entry.name != "FILLER":
                held = entry.place
                places.append(
                    Place(
                        name=f"{entry.name}({at})" if at else entry.name,
                        offset=offset,
                        length=held.length,
                        kind=held.kind,
                        digits=held.digits,
                        scale=held.scale,
                        sign=held.sign,
                        group=entry.name if entry.redefines else group,
                    )
                )
            offset += entry.place.length
            continue
        starts: dict[str, int] = {}
        ends = offset
        redefined = {below.redefines for below in entry.below if below.redefines}
        for below in entry.below:
            start = starts.get(below.redefines, offset) if below.redefines else ends
            starts[below.name] = start
            chosen = bool(below.redefines) or below.name in redefined
            inner = below.name if chosen else group
            ends = max(ends, _walk(below, start, at, inner, counts, places))
        offset = ends
    return offset
