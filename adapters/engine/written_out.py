"""Writes out what one kind's mapping does to a row in which nothing is wrong, as one function.

The source is put together from this file's own lines, numbers, and the names of the standard's
types and fields: no word of an adapter or of a native file is ever part of it, those are values in
the function's scope. It runs nothing and decides nothing: a row that the function does not vouch
for raises ``Unsure`` and is read the explaining way, by ``mapping``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from adapters.engine.build import Node, is_free
from adapters.engine.mapping import REFERENCE, KindMapping, is_own
from adapters.engine.rows import Shape
from adapters.engine.spec import Source, Spec
from adapters.engine.targets import members_of
from gateway.adapter import Item
from gateway.payload import Part, elements_of, hold_text, twin_of

REFERENCE_CHARACTERS = 64  # the standard's Reference
_REMEMBERED = 2_000  # different values of one element in one reading
_FEW = 6  # slots: an element that more of them fill is another in each row


class Unsure(Exception):  # noqa: N818 - the answer of a quick function, never shown as an error
    """The row is to be read the explaining way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOut:
    """The code of one kind for one order of columns, and what of its scope is alike in every file.

    ``code`` defines ``take``, from a cut to an item. What its scope must hold besides, for the
    reading of one file: ``m0``, ``m1``, ... from the cell in ``cells`` of the same number to the
    value of that slot and its canonical text; ``k0``, ... the constant values of the others in
    ``constant`` with ``sk0``, ... their texts; ``g0``, ... and ``sg0``, ... what the frame gives,
    and ``give0``, ... what gives an id in each row; ``h0``, ... a dict for each
    element in ``remembered``; ``t0``, ... from a cell to its text and ``c0``, ... from a cell that
    no field reads to nothing, both where cells are no texts yet; and ``shapes``, ``frame``, ``at``,
    ``skipped``, ``urgent``, ``in_spite``, ``ruled`` and ``lacking``. All may raise ``Unsure``.
    """

    code: CodeType
    scope: dict[str, Any]
    cells: dict[int, int]
    constant: tuple[int, ...]
    remembered: int
    tags: dict[int, str]  # the element of each slot, where its text is part of the body's


@dataclass(slots=True)
class _Page:
    """Lines that grow, with the scope that they refer to."""

    mapping: KindMapping
    constant: frozenset[int]
    functions: list[str] = field(default_factory=list)
    scope: dict[str, Any] = field(default_factory=dict)
    names: int = 0
    remembered: int = 0
    tags: dict[int, str] = field(default_factory=dict)

    def fresh(self) -> str:
        """A name that nothing has yet."""
        self.names += 1
        return f"x{self.names}"

    def slot(self, at: int) -> str:
        """What the value of a slot is called."""
        pipes = len(self.mapping.part.pipes)
        if at < pipes:
            return f"k{at}" if at in self.constant else f"v{at}"
        path, _ = self.mapping.givers[at - pipes]
        return f"o{at - pipes}" if is_own(path) else f"g{at - pipes}"

    def held(self, kind: type) -> str:
        """What a type is called in the scope."""
        name = kind.__name__
        self.scope[name], self.scope[f"{name}Twin"] = kind, twin_of(kind)
        return name


def write_out(mapping: KindMapping, shape: Shape, spec: Spec) -> WrittenOut | None:
    """``mapping`` for cuts of ``shape``; None for a kind that only the explaining way reads.

    Such are lists inside an item, and columns under several names.
    """
    strict = mapping.known is not None
    if mapping.entries or spec.source.same or (strict and "" in shape.columns):
        return None
    places = {name: at for at, name in enumerate(shape.columns) if name}
    cells = {
        slot: places.get(pipe.column, -1)
        for slot, pipe in enumerate(mapping.part.pipes)
        if pipe.column in places or pipe.column == REFERENCE
    }
    page = _Page(mapping, frozenset(range(len(mapping.part.pipes))) - cells.keys())
    lines = ["number, start, raw, cells, _ = cut"]
    text = "cells[{0}].strip()" if shape.texts is None else "t{0}(cells[{0}]).strip()"
    lines += _reference([text.format(at) for at in _places(spec.source.reference, places)])
    if spec.skip:
        lines.append("if skipped(cells): raise Unsure")
    if shape.texts is not None:
        lines += [f"c{at}[cells[{at}]]" for at in sorted(set(places.values()) - {*cells.values()})]
    lines += [f"v{slot}, sv{slot} = m{slot}[{_cell(at)}]" for slot, at in cells.items()]
    lines.append(f"if {_shape(page)} not in shapes: raise Unsure")
    if strict or mapping.checks:
        lines.append("ruled(cut)")
    for at, (path, _) in enumerate(mapping.givers):
        if is_own(path):  # an id, which is a text
            lines.append(f"o{at} = give{at}(reference)")
            tag = path.rpartition("/")[2]
            lines.append(f'so{at} = f"<{tag}>{{o{at}}}</{tag}>"')
    body = _element(page, mapping.part.built.tree, lines, holding=True).name
    lines.append(f"if lacking({body}): raise Unsure")
    case = next((text.format(at) for at in _places(spec.source.case, places)), '""')
    lines += _item(page, body, case, spec.source)
    source = "\n".join([*page.functions, "def take(cut):", *(f"    {line}" for line in lines)])
    page.scope |= {"Unsure": Unsure, "new": object.__new__, "hold": hold_text, "listed": _listed}
    return WrittenOut(
        code=compile(source, "<a mapping, written out>", "exec"),
        scope=page.scope,
        cells=cells,
        constant=tuple(sorted(page.constant)),
        remembered=page.remembered,
        tags=page.tags,
    )


def _places(columns: str | None, places: Mapping[str, int]) -> list[int]:
    """Where the columns of a joined name are; one that the file lacks is nowhere."""
    return [places[name] for name in (columns or "").split("+") if name in places]


def _reference(texts: list[str]) -> list[str]:
    """The lines that join the national reference."""
    if len(texts) > 1:
        joined = f'"/".join([text for text in ({", ".join(texts)}) if text])'
    else:
        joined = texts[0] if texts else '""'
    return [f"reference = {joined}", f"if len(reference) > {REFERENCE_CHARACTERS}: raise Unsure"]


def _cell(at: int) -> str:
    return "reference" if at < 0 else f"cells[{at}]"


def _shape(page: _Page) -> str:
    """As ``proving.shape_of`` gives it, of the slots that pipes fill."""
    parts = []
    for slot, pipe in enumerate(page.mapping.part.pipes):
        name = page.slot(slot)
        empty = f"{name} is None"
        parts.append(f"(len({name}) if type({name}) is tuple else {empty})" if pipe.many else empty)
    return f"({', '.join(parts)},)"


@dataclass(frozen=True, slots=True)
class _Made:
    """What a value is called, and the source of its canonical text, or None where that is left to
    the writer of messages.
    """

    name: str
    text: str | None


def _element(page: _Page, node: Node, lines: list[str], *, holding: bool = False) -> _Made:
    """Adds the lines that make the value of ``node``; ``holding`` lets it hold its text."""
    fields: dict[str, str] = {}
    for member in members_of(node.kind).values():
        fields[member.attribute] = "()" if member.many else "None"
    texts: dict[str, str | None] = {}
    tags = dict(elements_of(node.kind.__name__)) if issubclass(node.kind, Part) else {}
    for attribute, (member, slots) in node.leaves.items():
        names = [page.slot(slot) for slot in slots]
        whole = not member.many or (len(names) == 1 and names[0][0] in "go")  # given as it is
        fields[attribute] = names[0] if whole else f"listed({', '.join(names)})"
        if attribute in tags:
            page.tags |= dict.fromkeys(slots, tags[attribute])
            texts[attribute] = "".join(f"{{s{name}}}" for name in names)
    for attribute, entries in node.below.items():
        made = [
            _below(page, inner, lines, tags.get(attribute), free=is_free(entries, at))
            for at, (_, inner) in enumerate(entries)
        ]
        names = [each.name for each in made]
        if not entries[0][0].many:
            fields[attribute] = names[0]
        elif len(made) == 1:
            fields[attribute] = f"() if {names[0]} is None else ({names[0]},)"
        else:
            fields[attribute] = f"listed({', '.join(names)})"
        told = [each.text for each in made if each.text is not None]
        texts[attribute] = "".join(told) if len(told) == len(made) else None
    text = None
    if tags and None not in texts.values():
        text = "".join(texts.get(attribute) or "" for attribute in tags)
    name, kind = page.fresh(), page.held(node.kind)
    lines.append(f"{name} = new({kind}Twin)")
    lines += [f"{name}.{attribute} = {value}" for attribute, value in fields.items()]
    if holding and text is not None:
        lines.append(f'{name}.held_text = f"{text}"')
    lines.append(f"{name}.__class__ = {kind}")
    return _Made(name, text)


def _below(page: _Page, node: Node, lines: list[str], tag: str | None, *, free: bool) -> _Made:
    """An element inside another one: None where it may be away and nothing fills it."""
    name = page.fresh()
    inner: list[str] = []
    made = _remembered(page, node, inner) or _element(page, node, inner)
    inner.append(f"{name} = {made.name}")
    told = None
    if tag is not None and made.text is not None:
        told = f"{{s{name}}}"
        inner.append(f's{name} = f"<{tag}>{made.text}</{tag}>"')
    if not free:
        lines += inner
        return _Made(name, told)
    lines.append(f'{name}, s{name} = None, ""')
    live = [f"{page.slot(slot)} is not None" for slot in sorted(node.live)]
    if live:
        lines.append(f"if {' or '.join(live)}:")
        lines += [f"    {line}" for line in inner]
    return _Made(name, told)


def _remembered(page: _Page, node: Node, lines: list[str]) -> _Made | None:
    """The same value again for the same slots, where that is likely; None where it is not.

    Values are frozen, so many records may hold one: makes, calibres and places come again and
    again, and their canonical text with them.
    """
    slots = [page.slot(slot) for slot in node.slots()]
    if len(slots) > _FEW or node.holds_decimals() or any(name[0] == "o" for name in slots):
        return None
    varying = [name for name in slots if name[0] == "v"]
    key = varying[0] if len(varying) == 1 else f"({', '.join(varying)})"
    memory, page.remembered = f"h{page.remembered}", page.remembered + 1
    holding = issubclass(node.kind, Part)
    body: list[str] = []
    element = _element(page, node, body, holding=holding)
    made = element.name
    body.append(f"if len({memory}) < {_REMEMBERED}: {memory}[{key}] = {made}")
    given = varying
    if element.text is not None:  # put together of the texts of its slots, and no writer is asked
        given = [*varying, *(f"s{each}" for each in varying)]
    elif holding:
        body.append(f"hold({made})")
    page.functions += [
        f"def make_{memory}({', '.join(given)}):",
        *(f"    {line}" for line in body),
        f"    return {made}",
    ]
    name = page.fresh()
    lines.append(f"{name} = {memory}.get({key})")
    lines.append(f"if {name} is None: {name} = make_{memory}({', '.join(given)})")
    return _Made(name, f"{{{name}.held_text}}" if holding else None)


def _item(page: _Page, body: str, case: str, source: Source) -> list[str]:
    """The lines that make the item, and give it with whether its reference may come but once."""
    kind = page.mapping.kind
    urgent = "urgent(cells)" if source.urgent else "False"
    fields = {
        "number": "number", "at": "at(number, start)", "reference": "reference", "raw": "raw",
        "body": body, "issues": "()", "urgent": "True" if kind.urgent else urgent,
        "purpose": "purpose", "case_reference": f"{case}[:{REFERENCE_CHARACTERS}] or None",
        "skipped": '""', "in_spite": "in_spite(cells)" if source.in_spite else "False",
    }  # fmt: skip
    name = page.held(Item)
    page.scope["purpose"] = page.mapping.purpose
    return [
        f"item = new({name}Twin)",
        *(f"item.{attribute} = {value}" for attribute, value in fields.items()),
        f"item.__class__ = {name}",
        f"return item, {kind.once}",
    ]


def _listed(*held: Any) -> tuple[Any, ...]:
    """A repeated element: lists and single values in order, without what is away."""
    values: list[Any] = []
    for value in held:
        if isinstance(value, tuple):
            values.extend(value)
        elif value is not None:
            values.append(value)
    return tuple(values)
