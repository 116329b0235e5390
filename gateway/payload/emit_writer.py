"""Writes the Python source of the writers: from typed values to canonical XML.

The text that they write is its own exclusive canonical form (W3C xml-exc-c14n, without comments):
one default namespace on the root, start and end tags always, no white space between elements.
"""

from collections.abc import Iterator

from gateway.payload.schema_model import Composite, Field, Kind, Standard

_HEAD = '''"""Writers of the standard. GENERATED from schemas/xsd: change those, not this file.

Their output is its own exclusive canonical form. They check no value against the schema, but no
value can break out of its element: texts are escaped, and anything else is written by a format
that takes no text.
"""

from datetime import UTC, date, datetime
from typing import Any

from gateway.payload.generated_types import (
{imports})


def write_text(value: str) -> str:
    """A text with nothing that could be markup."""
    if "&" in value or "<" in value or ">" in value or "\\r" in value:
        value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return value.replace("\\r", "&#xD;")
    return value


def write_timestamp(value: datetime) -> str:
    """An instant in UTC, to the millisecond."""
    if value.tzinfo is UTC:
        return value.isoformat(timespec="milliseconds")[:-6] + "Z"
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    return value.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def write_date(value: date) -> str:
    """A day."""
    return value.isoformat() if type(value) is date else f"{value:%Y-%m-%d}"
'''

_MANY = 250  # elements

_CONVERT = {
    Kind.ENUM: "{value}._value_",
    Kind.TEXT: "write_text({value})",
    Kind.BOOLEAN: "'true' if {value} else 'false'",
    Kind.INTEGER: "{value}:d",
    Kind.DECIMAL: "{value}:f",
    Kind.TIMESTAMP: "write_timestamp({value})",
    Kind.DATE: "write_date({value})",
}


def emit_writer(standard: Standard) -> str:
    """The source of ``generated_writer.py``."""
    names = [each.name for each in standard.composites]
    imports = "".join(f"    {name},\n" for name in sorted([*names, "Part", "Payload"]))
    valued = frozenset(each.name for each in standard.composites if each.value is not None)
    messages = {name for name, _ in standard.messages}
    parts = frozenset(each.name for each in standard.composites if each.holds_text(messages))
    writers = [_writer(each, valued, parts) for each in standard.composites]
    tail = [_roots(standard), _parts(standard, parts)]
    return "\n\n".join([_HEAD.replace("{imports}", imports), *writers, *tail])


def _function(type_name: str) -> str:
    return f"_write_{type_name}"


def _writer(each: Composite, valued: frozenset[str], parts: frozenset[str]) -> str:
    """A function from a value to its content; with attributes, to what follows the tag's name."""
    lines = [f"def {_function(each.name)}(v: {each.name}) -> str:"]
    if each.name in parts:
        lines += [
            '    held: str | None = getattr(v, "held_text", None)',
            "    if held is not None:",
            "        return held",
        ]
    if each.value is not None:
        lines += _with_attributes(each, each.value)
        return "\n".join(lines) + "\n"
    started = False
    run = ""
    for field in each.children:
        if field.minimum == 1 and not field.repeated:
            run += _element(field, f"v.{field.name}", valued)
            continue
        if run or not started:
            lines.append(_append(run, started=started))
            started, run = True, ""
        lines += _looked_for(field, valued)
    if run:
        lines.append(_append(run, started=started))
    return "\n".join([*lines, "    return s"]) + "\n"


def _append(run: str, *, started: bool) -> str:
    text = f'f"{run}"' if run else '""'
    return f"    s += {text}" if started else f"    s = {text}"


def _looked_for(field: Field, valued: frozenset[str]) -> Iterator[str]:
    if field.maximum >= _MANY:
        # Written as one: a text of some hundred thousand characters would be moved for each item.
        yield "    s += ''.join(["
        yield f'        f"{_element(field, field.name, valued)}"'
        yield f"        for {field.name} in v.{field.name}"
        yield "    ])"
    elif field.repeated:
        yield f"    for {field.name} in v.{field.name}:"
        yield f'        s += f"{_element(field, field.name, valued)}"'
    else:
        yield f"    {field.name} = v.{field.name}"
        yield f"    if {field.name} is not None:"
        yield f'        s += f"{_element(field, field.name, valued)}"'


def _element(field: Field, value: str, valued: frozenset[str]) -> str:
    if field.kind is not Kind.OBJECT:
        return f"<{field.tag}>{{{_CONVERT[field.kind].format(value=value)}}}</{field.tag}>"
    written = f"{{{_function(field.type_name)}({value})}}"
    if field.type_name in valued:
        return f"<{field.tag}{written}</{field.tag}>"
    return f"<{field.tag}>{written}</{field.tag}>"


def _with_attributes(each: Composite, value: Field) -> Iterator[str]:
    yield '    s = ""'
    # Canonical XML sorts attributes by name.
    for field in sorted(each.attributes, key=lambda field: field.tag):
        if field.kind is not Kind.ENUM:
            raise ValueError(f"{each.name}/@{field.tag} is no closed code list")
        text = f"' {field.tag}=\"' + v.{field.name}._value_ + '\"'"
        if field.optional:
            yield f"    if v.{field.name} is not None:"
            yield f"        s += {text}"
        else:
            yield f"    s += {text}"
    yield f'    return f"{{s}}>{{{_CONVERT[value.kind].format(value="v." + value.name)}}}"'


def _parts(standard: Standard, parts: frozenset[str]) -> str:
    rows = "".join(
        f"    {each.name}: {_function(each.name)},\n"
        for each in standard.composites
        if each.name in parts
    )
    return (
        f"_PARTS: dict[type, Any] = {{\n{rows}}}\n\n\n"
        "def write_part(part: Part) -> str:\n"
        '    """What stands between the tags of ``part`` in canonical XML."""\n'
        "    content: str = _PARTS[type(part)](part)\n"
        "    return content\n"
    )


def _roots(standard: Standard) -> str:
    rows = "".join(
        f"    {name}: ('<{name} xmlns=\"{standard.namespace}\">', "
        f"{_function(name)}, '</{name}>'),\n"
        for name, _ in standard.messages
    )
    return (
        f"_WRITERS: dict[type, tuple[str, Any, str]] = {{\n{rows}}}\n\n\n"
        "def write_payload(payload: Payload) -> str:\n"
        '    """The canonical XML of ``payload``. Raises :class:`KeyError` for any other type."""\n'
        "    start, write, end = _WRITERS[type(payload)]\n"
        "    content: str = write(payload)\n"
        "    return start + content + end\n"
    )
