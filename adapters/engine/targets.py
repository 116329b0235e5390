"""Paths of the standard (``Firearm/Marking[serial]/TextAsMarked``) held against its types.

It reads the types that ``gateway.payload`` offers and builds no value.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache

from adapters.engine.steps import near_words
from gateway.adapter import AdapterError

_STEP = re.compile(r"(?P<name>[A-Za-z0-9]+)(?:\[(?P<label>[a-z0-9-]+)\])?")
_LEAVES: tuple[type, ...] = (str, bool, int, Decimal, date)  # a datetime is a date


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One field of a payload type: what it holds, whether it must be there, whether many."""

    attribute: str
    holds: type
    optional: bool
    many: bool

    @property
    def leaf(self) -> bool:
        """Whether it holds a plain value and not a type with fields of its own."""
        return issubclass(self.holds, (*_LEAVES, StrEnum))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One step of a path: the element's name and the label of one of several."""

    name: str
    label: str | None


def parse_path(path: str) -> tuple[Hop, ...]:
    """The hops of ``path``; ``AdapterError`` where it is no path."""
    hops = []
    for words in path.split("/"):
        found = _STEP.fullmatch(words)
        if found is None:
            raise AdapterError(
                f"{path!r} is no path of the standard",
                value=path,
                expected="names as Firearm/Marking[serial]/TextAsMarked",
            )
        hops.append(Hop(name=found["name"], label=found["label"]))
    return tuple(hops)


def plain_name(name: str) -> str:
    """``MakeText`` and ``make_text`` as the same word, and ``HSCode`` as ``hs_code``."""
    return name.replace("_", "").lower()


@cache
def members_of(kind: type) -> Mapping[str, Member]:
    """The fields of a payload type by their plain name."""
    hints = typing.get_type_hints(kind)
    return {
        plain_name(entry.name): _member(
            entry.name, hints[entry.name], optional=entry.default is not dataclasses.MISSING
        )
        for entry in dataclasses.fields(kind)
    }


def _member(attribute: str, hint: object, *, optional: bool) -> Member:
    many = typing.get_origin(hint) is tuple
    held = typing.get_args(hint)[0] if many else hint
    if isinstance(held, types.UnionType):
        (held,) = (part for part in typing.get_args(held) if part is not type(None))
    if not isinstance(held, type):
        raise TypeError(f"{attribute} has a type that no adapter can fill: {hint}")
    return Member(attribute=attribute, holds=held, optional=optional, many=many)


def find_member(kind: type, name: str, path: str) -> Member:
    """The field ``name`` of ``kind``; ``AdapterError`` with a near name where there is none."""
    members = members_of(kind)
    found = members.get(plain_name(name))
    if found is None:
        known = {member.attribute: None for member in members.values()}
        raise AdapterError(
            f"{kind.__name__} has no element {name!r}{near_words(name, known)}",
            place=path,
            value=name,
            expected="a path of the standard; see 'iarms schema explain'",
        )
    return found


def knows_path(kind: type, path: str) -> bool:
    """Whether ``path`` leads from ``kind`` to an element of the standard."""
    held = kind
    hops = parse_path(path)
    for at, hop in enumerate(hops):
        if not dataclasses.is_dataclass(held):
            return False
        found = members_of(held).get(plain_name(hop.name))
        if found is None:
            return False
        if found.leaf and at < len(hops) - 1:
            return False
        held = found.holds
    return True
