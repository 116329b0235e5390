"""Canonical text of less than a message: an element, or a part that many messages share.

It is written by the same writers as ever. It knows no single part.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from gateway.payload.catalogue import catalogue
from gateway.payload.generated_types import Part
from gateway.payload.generated_writer import write_date, write_part, write_text, write_timestamp
from gateway.payload.names import field_name


def hold_text(part: Part) -> None:
    """Lets ``part`` hold its canonical text, for whoever puts one value into many messages.

    It is written once; the value is no other for it.
    """
    if getattr(part, "held_text", None) is None:
        object.__setattr__(part, "held_text", write_part(part))


@cache
def elements_of(type_name: str) -> tuple[tuple[str, str], ...]:
    """The fields of a type with the names of their elements, in the order of the schema."""
    note = catalogue().types[type_name]
    return tuple((field_name(member.name), member.name) for member in note.members)


def element_text(name: str, value: Any) -> str:
    """What a field with ``value`` puts into canonical XML: one element, several or none."""
    if value is None:
        return ""
    if type(value) is str:  # as most are
        return f"<{name}>{write_text(value)}</{name}>"
    if isinstance(value, tuple):
        return "".join([element_text(name, each) for each in value])
    return f"<{name}>{_content(value)}</{name}>"


def _content(value: Any) -> str:  # noqa: PLR0911 - one return a type
    match value:
        case Part():
            return write_part(value)
        case Enum():
            return str(value.value)
        case str():
            return write_text(value)
        case bool():
            return "true" if value else "false"
        case int():
            return f"{value:d}"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return write_timestamp(value)
        case date():
            return write_date(value)
        case _:
            raise TypeError(f"a {type(value).__name__} is no content of an element")
