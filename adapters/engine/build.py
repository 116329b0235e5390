"""Compiles a set of target paths into one function that builds a payload value from a row's slots.

A slot is one mapped value, by position. It does not know where slots come from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from operator import itemgetter
from typing import Any

from adapters.engine.targets import Hop, Member, find_member, members_of, parse_path
from gateway.adapter import AdapterError
from gateway.payload import Part, hold_text

Slots = Sequence[Any]
Maker = Callable[[Slots], Any]
_Setter = Callable[[object, Any], None]
_REMEMBERED = 2_000  # different values of one element in one reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where one slot goes.

    ``constant`` ones never make an optional element appear; ``whole`` ones hold finished values
    of an element that has elements of its own.
    """

    path: str
    slot: int
    constant: bool
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A slot that must be filled when any slot of each of ``guards`` is."""

    slot: int
    guards: tuple[tuple[int, ...], ...]

    def open(self, slots: Slots) -> bool:
        """Whether the slot is needed and empty."""
        if slots[self.slot] is not None:
            return False
        return all(any(slots[at] is not None for at in guard) for guard in self.guards)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a set of targets compiles to."""

    make: Maker
    needs: tuple[Need, ...]
    tree: Node


@dataclass(slots=True, kw_only=True)
class Node:
    """An element that has fields of its own, while its paths are sorted into it."""

    kind: type
    path: str
    leaves: dict[str, tuple[Member, list[int]]] = field(default_factory=dict)
    nodes: dict[tuple[str, str | None], tuple[Member, Node]] = field(default_factory=dict)
    live: set[int] = field(default_factory=set)

    def attributes(self) -> set[str]:
        """What its paths fill."""
        return set(self.leaves) | {attribute for attribute, _ in self.nodes}

    @property
    def below(self) -> Mapping[str, Sequence[tuple[Member, Node]]]:
        """The elements inside it that have fields of their own, by attribute."""
        found: dict[str, list[tuple[Member, Node]]] = {}
        for (attribute, _), entry in self.nodes.items():
            found.setdefault(attribute, []).append(entry)
        return found

    def slots(self) -> list[int]:
        """Every slot that fills something of it, in order."""
        here = {slot for _, slots in self.leaves.values() for slot in slots}
        for _, below in self.nodes.values():
            here.update(below.slots())
        return sorted(here)

    def holds_decimals(self) -> bool:
        """Whether equal ones may be written differently, as 9 and 9.0 are."""
        return any(member.holds is Decimal for member, _ in self.leaves.values()) or any(
            below.holds_decimals() for _, below in self.nodes.values()
        )


def compile_targets(kind: type, targets: Sequence[Target]) -> Built:
    """The maker of ``kind`` from ``targets``.

    Raises ``AdapterError`` for an unknown path or a mandatory element that nothing fills.
    """
    root = Node(kind=kind, path="")
    for target in targets:
        _place(root, target)
    needs: list[Need] = []
    _hold_complete(root, (), needs)
    return Built(make=_maker(root), needs=tuple(needs), tree=root)


def _place(root: Node, target: Target) -> None:
    """Sort ``target`` into the tree."""
    node = root
    *above, last = parse_path(target.path)
    for hop in above:
        if not target.constant:
            node.live.add(target.slot)
        node = _below(node, hop, target.path)
    if not target.constant:
        node.live.add(target.slot)
    member = find_member(node.kind, last.name, target.path)
    if not (member.leaf or target.whole):
        raise not_a_value(target.path, member)
    _, slots = node.leaves.setdefault(member.attribute, (member, []))
    slots.append(target.slot)
    if len(slots) > 1 and not member.many:
        raise AdapterError(f"two fields fill {target.path}", place=target.path)


def not_a_value(path: str, member: Member) -> AdapterError:
    """What to say of a path that ends at an element with elements of its own."""
    return AdapterError(
        f"{path} is an element with elements of its own",
        place=path,
        expected="the path of one value: "
        + ", ".join(entry.attribute for entry in members_of(member.holds).values()),
    )


def _below(node: Node, hop: Hop, path: str) -> Node:
    member = find_member(node.kind, hop.name, path)
    if member.leaf:
        raise AdapterError(f"{hop.name} has no elements of its own", place=path)
    key = (member.attribute, hop.label)
    if key not in node.nodes:
        node.nodes[key] = (member, Node(kind=member.holds, path=f"{node.path}{hop.name}/"))
    return node.nodes[key][1]


def _hold_complete(node: Node, guards: tuple[tuple[int, ...], ...], needs: list[Need]) -> None:
    """Collect what must be filled; refuse what nothing can fill."""
    filled = node.attributes()
    for member in members_of(node.kind).values():
        if not (member.optional or member.attribute in filled):
            raise AdapterError(
                f"{node.kind.__name__} must have {member.attribute}, and no [[field]] gives it",
                place=node.path or node.kind.__name__,
                remedy=f"add a [[field]] with to = '{node.path}...' for it",
            )
    for member, slots in node.leaves.values():
        if not member.optional:
            needs.append(Need(slot=slots[0], guards=guards))
    seen: set[str] = set()
    by_attribute = Counter(member.attribute for member, _ in node.nodes.values())
    for member, below in node.nodes.values():
        # Of a repeated element that must be there, the only one is; of several that cells fill, any
        # may be, and that one is there is left to the schema.
        several = by_attribute[member.attribute] > 1 and bool(below.live)
        free = member.optional or several or member.attribute in seen
        seen.add(member.attribute)
        _hold_complete(below, (*guards, tuple(sorted(below.live))) if free else guards, needs)


def _maker(node: Node) -> Maker:
    """A function that makes the value of a node from the slots.

    It fills the slots of the type directly, as the generated reader does: the constructor of a
    frozen type with thirty fields costs more than all steps of its mapping.
    """
    kind = node.kind
    constant: list[tuple[_Setter, Any]] = [
        (_setter(kind, member.attribute), () if member.many else None)
        for member in members_of(kind).values()
        if member.attribute not in node.attributes()
    ]
    single: list[tuple[_Setter, int]] = []
    made: list[tuple[_Setter, Maker]] = []
    for attribute, (member, slots) in node.leaves.items():
        if member.many:
            made.append((_setter(kind, attribute), _listed(tuple(slots))))
        else:
            single.append((_setter(kind, attribute), slots[0]))
    for attribute, entries in node.below.items():
        made.append((_setter(kind, attribute), _element(entries)))

    def make(slots: Slots) -> Any:
        value: Any = object.__new__(kind)
        for put, held in constant:
            put(value, held)
        for put, at in single:
            put(value, slots[at])
        for put, inner in made:
            put(value, inner(slots))
        return value

    return make


def _setter(kind: type, attribute: str) -> _Setter:
    put: _Setter = getattr(kind, attribute).__set__
    return put


def _listed(at: tuple[int, ...]) -> Maker:
    """A repeated plain value: slots with lists and slots with one value, in order."""

    def listed(slots: Slots) -> tuple[Any, ...]:
        values: list[Any] = []
        for slot in at:
            held = slots[slot]
            if isinstance(held, tuple):
                values.extend(held)
            elif held is not None:
                values.append(held)
        return tuple(values)

    return listed


def is_free(entries: Sequence[tuple[Member, Node]], at: int) -> bool:
    """Whether the element ``at`` of ``entries`` may be away, for want of anything to fill it."""
    member, node = entries[at]
    return member.optional or at > 0 or (len(entries) > 1 and bool(node.live))


def _element(entries: Sequence[tuple[Member, Node]]) -> Maker:
    """One element, or a repeated one, each entry present when a live slot of it is."""
    makers = [_one(node, free=is_free(entries, at)) for at, (_, node) in enumerate(entries)]
    if not entries[0][0].many:
        return makers[0]

    def several(slots: Slots) -> tuple[Any, ...]:
        values = (make(slots) for make in makers)
        return tuple(value for value in values if value is not None)

    return several


def _one(node: Node, *, free: bool) -> Maker:
    make = _remembering(node)
    if not free:
        return make
    live = tuple(sorted(node.live))

    def optional(slots: Slots) -> Any:
        for at in live:
            if slots[at] is not None:
                return make(slots)
        return None

    return optional


def _remembering(node: Node) -> Maker:
    """The maker of a node that gives the same value again for the same slots.

    Values are frozen, so many records may hold one: makes, calibres and places come again and
    again. Where they do not, as serial numbers, nothing more is remembered after a while.
    """
    make = _maker(node)
    if node.holds_decimals():
        return make
    pick = itemgetter(*node.slots())
    held: dict[Any, Any] = {}
    asked = 0

    def remembered(slots: Slots) -> Any:
        nonlocal asked
        if asked < 0:
            return make(slots)
        key = pick(slots)
        found = held.get(key)
        if found is None:
            found = make(slots)
            asked += 1
            if asked > _REMEMBERED:
                asked = -1  # too many are another each time
                held.clear()
            else:
                held[key] = found
                if isinstance(found, Part):
                    hold_text(found)  # it will stand in many messages
        return found

    return remembered


def converter_for(held: type) -> Callable[[str], Any]:
    """From the text that the steps leave to the type of the standard; raises ``ValueError``."""
    return held if issubclass(held, StrEnum) else _CONVERTERS[held]


_TRUTH = {"true": True, "false": False}


def _indicator(text: str) -> bool:
    if text not in _TRUTH:
        raise ValueError("an indicator is true or false")
    return _TRUTH[text]


_CONVERTERS: Mapping[type, Callable[[str], Any]] = {
    bool: _indicator,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    Decimal: Decimal,
    int: int,
    str: str,
}
