"""Writes the Python source of the payload's types. It reads no file and writes none."""

import textwrap
from collections.abc import Iterator

from gateway.payload.schema_model import Composite, Enumeration, Field, Kind, Standard

_HEAD = '''"""The types of the standard. GENERATED from schemas/xsd: change those, not this file.

Regenerate with ``python -m gateway.payload.generate``. Closed code lists are ``StrEnum``; an
optional element is ``None`` where absent; a repeated element is a tuple under its singular name.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Part:
    """What stands in messages and has elements of its own.

    Values never change, so a part that many messages share may hold its canonical text once it was
    written (:func:`gateway.payload.hold_text`). The text belongs to no field: a value that holds
    it is equal to one that does not, and what is made of it by ``replace`` or a copy holds none.
    """

    __slots__ = ("held_text",)
    held_text: str
'''


def emit_types(standard: Standard) -> str:
    """The source of ``generated_types.py``."""
    parts = [_HEAD]
    parts.extend(_enumeration(each) for each in standard.enumerations)
    messages = {name for name, _ in standard.messages}
    parts.extend(_composite(each, part=each.holds_text(messages)) for each in standard.composites)
    parts.append(_messages(standard))
    parts.append(_exports(standard))
    return "\n\n".join(parts)


def annotation(field: Field) -> str:
    """The Python type of ``field``."""
    plain = field.type_name if field.kind in (Kind.OBJECT, Kind.ENUM) else field.kind.value
    if field.repeated:
        return f"tuple[{plain}, ...]"
    return f"{plain} | None" if field.optional else plain


def _default(field: Field) -> str:
    if field.minimum > 0:
        return ""
    return " = ()" if field.repeated else " = None"


def _enumeration(each: Enumeration) -> str:
    lines = [f"class {each.name}(StrEnum):"]
    lines += _quoted(f"{each.documentation} Code list {each.list_version}.")
    lines.append("")
    for value, documentation in each.values:
        lines.append(f'    {value} = "{value}"')
        lines += _quoted(documentation)
    return "\n".join(lines) + "\n"


def _composite(each: Composite, *, part: bool) -> str:
    above = "(Part)" if part else ""
    lines = ["@dataclass(frozen=True, slots=True, kw_only=True)", f"class {each.name}{above}:"]
    lines += _quoted(each.documentation)
    lines.append("")
    for field in each.fields:
        lines.append(f"    {field.name}: {annotation(field)}{_default(field)}")
        lines += _quoted(f"{field.documentation}{_number(field)}")
    return "\n".join(lines) + "\n"


def _number(field: Field) -> str:
    return f" {field.minimum} to {field.maximum}." if field.repeated else ""


def _quoted(text: str) -> Iterator[str]:
    """``text`` as an indented docstring of lines of at most 100 characters."""
    escaped = text.replace("\\", "\\\\")
    lines = textwrap.wrap(f'"""{escaped}"""', 96)
    return (f"    {line}" for line in lines)


def _messages(standard: Standard) -> str:
    names = [name for name, _ in standard.messages]
    union = "\n    | ".join(names)
    table = "".join(f"    {name}: MessageTypeCode.{code},\n" for name, code in standard.messages)
    return (
        f"MESSAGE_TYPES: dict[type, MessageTypeCode] = {{\n{table}}}\n"
        f"\nPayload = (\n    {union}\n)\n"
    )


def _exports(standard: Standard) -> str:
    names = [each.name for each in standard.enumerations + standard.composites]
    listed = "".join(
        f'    "{name}",\n' for name in sorted([*names, "MESSAGE_TYPES", "Part", "Payload"])
    )
    return f"__all__ = [\n{listed}]\n"
