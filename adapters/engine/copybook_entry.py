"""Reads one entry of a COBOL copybook: its level, name and clauses, and the octets of its picture.

PICTURE, USAGE, SIGN, OCCURS, REDEFINES, SYNCHRONIZED as in ISO/IEC 1989, DATA DIVISION entries.
What would give a wrong length or a wrong number is refused. It knows no entry but this one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gateway.adapter import AdapterError

_REPEATED = re.compile(r"(.)\((\d+)\)")
_BINARY_OCTETS = ((4, 2), (9, 4), (18, 8))  # digits up to, and the octets that hold them
_USAGES = {
    "COMP": "binary", "COMP-4": "binary", "COMP-5": "native", "BINARY": "binary",
    "COMPUTATIONAL": "binary", "COMPUTATIONAL-4": "binary", "COMPUTATIONAL-5": "native",
    "COMP-3": "packed", "COMPUTATIONAL-3": "packed", "PACKED-DECIMAL": "packed",
    "COMP-1": "float", "COMPUTATIONAL-1": "float", "COMP-2": "double", "COMPUTATIONAL-2": "double",
    "DISPLAY": "display",
}  # fmt: skip
_FLOAT_OCTETS = {"float": 4, "double": 8}
_EDITED = set("XAB90/ZV.,*+-$CRD") | {"E"}
"""The signs of pictures whose every sign but V takes an octet."""
_NOISE = {"IS", "TIMES", "USAGE", "CHARACTER", "ON", "RIGHT", "ARE"}
_WITHOUT_EFFECT = {"JUST", "JUSTIFIED", "BLANK", "WHEN", "ZERO", "ZEROS", "ZEROES", "GLOBAL"}
_SYNCHRONIZED = {"SYNC", "SYNCHRONIZED"}
_KEYS = {
    "PIC", "PICTURE", "OCCURS", "REDEFINES", "VALUE", "VALUES", "SIGN", "LEADING", "TRAILING",
    "SEPARATE", "DEPENDING", "INDEXED", "ASCENDING", "DESCENDING", "GLOBAL", "EXTERNAL", "BLANK",
    "JUST", "JUSTIFIED", *_SYNCHRONIZED, *_USAGES,
}  # fmt: skip
_DIGITS_MOST = 38  # of any number that COBOL holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One elementary field of a record: where it is and how its octets are read.

    ``kind`` is ``text``, ``zoned``, ``packed``, ``binary`` or ``float``; ``sign`` is "" for none,
    else ``over`` (the last digit's zone), ``leading`` (the first digit's), or ``before`` and
    ``after`` for a sign in an octet of its own. ``scale`` are the digits after the point, below
    nothing where zeros follow the last digit (``999PP``). ``native`` is a binary number in the
    order of octets of the machine that wrote it (COMP-5).
    """

    name: str
    offset: int
    length: int
    kind: str = "text"
    digits: int = 0
    scale: int = 0
    native: bool = False
    sign: str = ""
    group: str = ""  # the redefining group that it is in, which may be chosen by another field


@dataclass(slots=True, kw_only=True)
class Entry:
    """One entry of a copybook, with what stands below it."""

    level: int
    name: str
    called: str = ""  # by the mapping; "" for what has no name of its own
    place: Place | None = None
    occurs: int = 1
    table: bool = False
    depending: str = ""
    redefines: str = ""
    usage: str = ""  # of a group: what its fields have that say none themselves
    sign: str = ""
    boundary: int = 1  # octets that its offset is a multiple of, where it is synchronized
    below: list[Entry] = field(default_factory=list)


def read_entry(words: list[str], where: str, above: Entry | None) -> Entry:
    """The entry that ``words`` declare, below ``above``; raises ``AdapterError`` at ``where``."""
    clauses = [word for word in words[1:] if word not in _NOISE]
    named = bool(clauses) and clauses[0] not in _KEYS
    entry = Entry(level=int(words[0]), name=clauses.pop(0) if named else "FILLER")
    found = _clauses(clauses, entry, where)
    sign = found.sign
    if found.separate:
        sign = "before" if sign == "leading" else "after"
    entry.usage = found.usage or (above.usage if above else "")
    entry.sign = sign or (above.sign if above else "")
    usage = entry.usage or "display"
    if found.picture:
        entry.place = _place(entry.name, found.picture, usage, entry.sign or "over", where)
        # With no S the sign has no octet, whatever compilers say: lengths would differ.
        if sign and not entry.place.sign:
            raise AdapterError("SIGN needs an S in the picture", place=where, value=found.picture)
    elif found.usage in _FLOAT_OCTETS:
        entry.place = Place(
            name=entry.name, offset=0, length=_FLOAT_OCTETS[found.usage], kind="float"
        )
    if found.synchronized and entry.place is not None and entry.place.kind in {"binary", "float"}:
        entry.boundary = 8 if found.usage == "double" else min(entry.place.length, 4)
    return entry


@dataclass(slots=True)
class _Found:
    picture: str = ""
    usage: str = ""
    sign: str = ""
    separate: bool = False
    synchronized: bool = False


def _clauses(clauses: list[str], entry: Entry, where: str) -> _Found:  # noqa: C901, PLR0912 - one branch a clause
    found = _Found()
    while clauses:
        word = clauses.pop(0)
        if word in {"PIC", "PICTURE"} and clauses:
            found.picture = clauses.pop(0)
        elif word in _USAGES:
            found.usage = _USAGES[word]
        elif word == "REDEFINES" and clauses:
            entry.redefines = clauses.pop(0)
        elif word == "OCCURS" and clauses:
            _times(clauses, entry, where)
        elif word == "DEPENDING" and clauses:
            entry.depending = clauses.pop(0)
            while clauses[:1] in (["OF"], ["IN"]) and len(clauses) > 1:
                entry.depending += f" OF {clauses[1]}"
                del clauses[:2]
        elif word in {"INDEXED", "ASCENDING", "DESCENDING", "VALUE", "VALUES"}:
            while clauses and clauses[0] not in _KEYS:
                clauses.pop(0)
        elif word in {"LEADING", "TRAILING"}:
            found.sign = "leading" if word == "LEADING" else "over"
        elif word == "SEPARATE":
            found.separate = True
        elif word in _SYNCHRONIZED:
            found.synchronized = True
        elif word not in _WITHOUT_EFFECT | {"SIGN"}:
            raise AdapterError(
                f"the clause {word} is not read",
                place=where,
                expected="PIC, USAGE, SIGN, OCCURS, REDEFINES, SYNC, VALUE",
            )
    return found


def _times(clauses: list[str], entry: Entry, where: str) -> None:
    counts = [clauses.pop(0)]
    if clauses[:1] == ["TO"] and len(clauses) > 1:
        counts.append(clauses[1])
        del clauses[:2]
    if not all(count.isdecimal() for count in counts):
        raise AdapterError(
            f"OCCURS {' TO '.join(counts)} is not read", place=where, expected="OCCURS 1 TO 9"
        )
    entry.occurs, entry.table = int(counts[-1]), True


def _place(name: str, picture: str, usage: str, sign: str, where: str) -> Place:
    full = _REPEATED.sub(lambda found: found[1] * int(found[2]), picture)
    plain = full.removeprefix("S")
    if re.fullmatch("P*V?P*9+V?|9*V?9*|9+P+V?", plain) and "9" in plain:
        return _number(name, plain, full.startswith("S"), usage, sign, where)
    if usage != "display":
        raise AdapterError(f"{picture} cannot be {usage}", place=where)
    unknown = sorted(set(full) - _EDITED)
    if unknown:  # P takes no octet, N and G two: a wrong length would move all that follows
        raise AdapterError(
            f"the picture {picture} is not read",
            place=where,
            value=", ".join(unknown),
            expected="X, A, 9, S, V, P and the signs of edited numbers; X(n) for others",
        )
    return Place(name=name, offset=0, length=len(full) - full.count("V"))


def _number(  # noqa: PLR0917 - what a picture of digits needs
    name: str, plain: str, signed: bool, usage: str, sign: str, where: str
) -> Place:
    """The place of a picture of digits, a point and positions that no octet holds (P)."""
    digits = plain.count("9")
    if digits > _DIGITS_MOST:
        raise AdapterError(f"the picture has {digits} digits", place=where)
    if plain.endswith(("P", "PV")):
        scale = -plain.count("P")
    elif plain.startswith(("P", "VP")):
        scale = plain.count("P") + digits
    else:
        scale = len(plain.partition("V")[2])
    held = sign if signed else ""
    if usage == "packed":
        length, kind = digits // 2 + 1, "packed"
    elif usage in {"binary", "native"}:
        length = next((octets for most, octets in _BINARY_OCTETS if digits <= most), 0)
        if not length:
            raise AdapterError(f"{plain} has more than 18 digits", place=where)
        kind = "binary"
    elif usage == "display":
        length, kind = digits + (held in {"before", "after"}), "zoned"
    else:
        raise AdapterError(f"{plain} cannot be {usage}", place=where)
    return Place(
        name=name,
        offset=0,
        length=length,
        kind=kind,
        digits=digits,
        scale=scale,
        sign=held,
        native=usage == "native",
    )
