"""What a name of the standard means: a message, type, element, path or code.

It finds and gathers; how it is shown is the command's matter.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from rapidfuzz import fuzz, process

from gateway.errors import GatewayError
from gateway.payload.catalogue import Catalogue, Member, catalogue

# People leave the ending out: serial_status for SerialStatusCode.
_ENDINGS = re.compile(
    "(code|text|date|timestamp|indicator|quantity|measure|decimal|reference|country)$"
)
_POSITION = re.compile(r"\[[0-9]*\]")
_ALIKE_PERCENT = 60


class UnknownNameError(GatewayError):
    """The standard has nothing of this name."""

    code: ClassVar[str] = "payload.unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One meaning of a name. Fields that do not apply are empty.

    ``kind`` is ``message``, ``element``, ``attribute``, ``object``, ``code list``, ``value`` or
    ``code``; ``forms`` are regular expressions, of each of which the whole value matches one.
    """

    name: str
    kind: str
    meaning: str
    type_name: str = ""
    type_meaning: str = ""
    type_code: str = ""
    cardinality: str = ""
    code_list: str = ""
    maximum_length: int | None = None
    forms: tuple[tuple[str, ...], ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    members: tuple[Member, ...] = ()
    used_in: tuple[str, ...] = ()


def explain(name: str) -> tuple[Explanation, ...]:
    """Every meaning of ``name``, such as ``SerialStatusCode``, ``REMOVED_PUNCHED``,
    ``FirearmRecord.Firearm.Marking`` or, endings and steps left out,
    ``FirearmRecord.serial_status``.

    Raises :class:`UnknownNameError` with the nearest known name.
    """
    notes = catalogue()
    steps = [step for step in re.split(r"[./]", _POSITION.sub("", name)) if step]
    found = tuple(_path(notes, steps[0], steps[1:]) if len(steps) > 1 else _single(notes, steps))
    if not found:
        raise _unknown(notes, name)
    return found


def listing() -> tuple[Explanation, ...]:
    """Every message and every type, messages first, each group by name."""
    notes = catalogue()
    messages = [_of_type(notes, name) for name in sorted(notes.messages)]
    types = [_of_type(notes, name) for name in sorted(notes.types) if name not in notes.messages]
    return (*messages, *types)


def _single(notes: Catalogue, steps: list[str]) -> Iterator[Explanation]:
    """A type or message by its name, else elements of that name, else codes."""
    name = "".join(steps)
    if name in notes.types:
        yield _of_type(notes, name)
        return
    elements = list(_elements(notes, name))
    yield from elements
    for note in notes.types.values():
        if note.codes and name.upper() in note.codes and not elements:
            code = name.upper()
            yield Explanation(
                name=code,
                kind="code",
                meaning=note.codes[code],
                type_name=note.name,
                type_meaning=note.documentation,
                code_list=note.list_version,
            )
    for message in notes.messages.values():
        if message.type_code == name.upper():
            yield _of_type(notes, message.name)


def _elements(notes: Catalogue, name: str) -> Iterator[Explanation]:
    """Elements and attributes of that name; one for each of the types that they have."""
    named: dict[str, list[tuple[str, Member]]] = {}
    for note in notes.types.values():
        for member in note.members:
            if member.name == name or (name not in notes.types and _alike(member.name, name)):
                named.setdefault(member.type_name, []).append((note.name, member))
    for places in named.values():
        owner, member = places[0]
        used_in = tuple(f"{holder}.{each.name}" for holder, each in places)
        yield _of_member(notes, f"{owner}.{member.name}", member, used_in)


def _path(notes: Catalogue, first: str, steps: list[str]) -> Iterator[Explanation]:
    starts = [name for name in notes.types if name == first]
    starts = starts or [name for name in notes.types if _alike(name, first)]
    for start in starts:
        whole, type_name, member = start, start, None
        for step in steps:
            reached = _descend(notes, type_name, step)
            if reached is None:
                break
            path, member = reached
            whole, type_name = f"{whole}.{path}", member.type_name
        else:
            if member is not None:
                yield _of_member(notes, whole, member, ())


def _descend(notes: Catalogue, type_name: str, step: str) -> tuple[str, Member] | None:
    """The nearest member below the type that ``step`` may mean, with the path to it."""
    waiting = deque([("", type_name)])
    seen = {type_name}
    while waiting:
        path, holder = waiting.popleft()
        members = notes.types[holder].members
        exact = [member for member in members if member.name == step]
        for member in exact or [member for member in members if _alike(member.name, step)]:
            return f"{path}{member.name}", member
        for member in members:
            if member.type_name not in seen:
                seen.add(member.type_name)
                waiting.append((f"{path}{member.name}.", member.type_name))
    return None


def _alike(name: str, typed: str) -> bool:
    """Whether ``typed`` is ``name`` but for case, underscores and an ending left out."""
    whole, short = name.lower(), typed.replace("_", "").replace("@", "").lower()
    return bool(short) and short in (whole, _ENDINGS.sub("", whole))


def _of_type(notes: Catalogue, name: str) -> Explanation:
    note, message = notes.types[name], notes.messages.get(name)
    kind = "object" if note.composite or note.members else "value"
    if message is not None:
        kind = "message"
    elif note.codes:
        kind = "code list"
    return Explanation(
        name=name,
        kind=kind,
        meaning=note.documentation,
        type_code=message.type_code if message else "",
        code_list=note.list_version or (note.open_list and f"{note.open_list}, open"),
        maximum_length=_maximum_length(notes, name),
        forms=_forms(notes, name),
        codes=note.codes or {},
        members=note.members,
        used_in=tuple(f"{holder}.{member.name}" for holder, member in notes.uses(name)),
    )


def _of_member(
    notes: Catalogue, path: str, member: Member, used_in: tuple[str, ...]
) -> Explanation:
    note = notes.types[member.type_name]
    return Explanation(
        name=path,
        kind="attribute" if member.attribute else "element",
        meaning=member.documentation,
        type_name=note.name,
        type_meaning=note.documentation,
        cardinality=member.cardinality,
        code_list=note.list_version or (note.open_list and f"{note.open_list}, open"),
        maximum_length=_maximum_length(notes, note.name),
        forms=_forms(notes, note.name),
        codes=notes.codes(note.name) or {},
        members=note.members,
        used_in=used_in,
    )


def _maximum_length(notes: Catalogue, name: str) -> int | None:
    lengths = [note.maximum_length for note in notes.lineage(name)]
    return min((each for each in lengths if each is not None), default=None)


def _forms(notes: Catalogue, name: str) -> tuple[tuple[str, ...], ...]:
    lineage = notes.lineage(name)
    return tuple(tuple(p.pattern for p in note.patterns) for note in lineage if note.patterns)


def _unknown(notes: Catalogue, name: str) -> UnknownNameError:
    """An error that proposes the nearest name, looked for where the path went astray."""
    head, _, last = name.replace("/", ".").rpartition(".")
    known = {member.name for note in notes.types.values() for member in note.members}
    known |= set(notes.types)
    known |= {code for note in notes.types.values() for code in note.codes or ()}
    by_lower = {each.lower(): each for each in sorted(known)}
    near = process.extractOne(
        last.lower(), list(by_lower), scorer=fuzz.ratio, score_cutoff=_ALIKE_PERCENT
    )
    proposal = f"did you mean {by_lower[near[0]]}?" if near else "see `iarms schema list`"
    where = f" under {head}" if head else ""
    return UnknownNameError(
        f"the standard has no {last}{where}",
        value=name,
        expected="a message, type, element, path or code of the standard",
        remedy=proposal,
    )
