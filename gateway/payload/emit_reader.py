"""Writes the Python source of the readers: from validated lxml elements to typed values.

The readers trust that the XSD has accepted the tree: children stand in the order of the schema,
so that each is met once and compared with the few names that may follow.
"""

from collections.abc import Iterator

from gateway.payload.schema_model import Composite, Field, Kind, Standard

_HEAD = '''"""Readers of the standard. GENERATED from schemas/xsd: change those, not this file.

They read trees that the XSD has accepted, and refuse only what it cannot: elements without
content.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from gateway.payload.generated_types import (
{imports})


class EmptyElementError(ValueError):
    """An element has no content; what is not known is left out."""

    def __init__(self, element: Any) -> None:
        super().__init__(element.tag)
        self.element = element


class _End:
    """Stands behind the last child, so that no reader asks whether there is one."""

    tag: Final = ""
    text: Final = ""


_END: Any = _End()
_read_timestamp = datetime.fromisoformat
_read_date = date.fromisoformat
'''

_CONVERT = {
    Kind.TEXT: "{text}",
    Kind.BOOLEAN: '{text} == "true"',
    Kind.INTEGER: "int({text})",
    Kind.DECIMAL: "Decimal({text})",
    Kind.TIMESTAMP: "_read_timestamp({text})",
    Kind.DATE: "_read_date({text})",
}


def emit_reader(standard: Standard) -> str:
    """The source of ``generated_reader.py``."""
    names = [each.name for each in standard.enumerations + standard.composites]
    imports = "".join(f"    {name},\n" for name in sorted([*names, "Payload"]))
    tables = "".join(
        f"{_table(name)}: dict[str, {name}] = {{code.value: code for code in {name}}}\n"
        for name in (each.name for each in standard.enumerations)
    )
    readers = [_reader(each, standard.namespace) for each in standard.composites]
    return "\n\n".join([_HEAD.replace("{imports}", imports) + tables, *readers, _roots(standard)])


def _table(name: str) -> str:
    return f"_{name}_OF"


def _function(type_name: str) -> str:
    return f"_read_{type_name}"


def _reader(each: Composite, namespace: str) -> str:
    lines = [f"def {_function(each.name)}(e: Any) -> {each.name}:"]
    if each.value is not None:
        lines += [f"    return {each.name}("]
        lines += [f"        {each.value.name}={_value(each.value, 'e')},"]
        lines += [f"        {field.name}={_attribute(field)}," for field in each.attributes]
        return "\n".join([*lines, "    )"]) + "\n"
    lines += ["    it = iter(e)", "    n = next(it, _END)"]
    if each.may_be_empty:
        lines += ["    if n is _END:", "        raise EmptyElementError(e)"]
    fresh = False  # whether t holds the tag of n
    for position, field in enumerate(each.children):
        last = position == len(each.children) - 1
        if field.minimum == 0 or field.repeated:
            if not fresh:
                lines.append("    t = n.tag")
            lines += _looked_for(field, namespace)
            fresh = True
        else:
            lines.append(f"    {field.name} = {_value(field, 'n')}")
            lines += [] if last else ["    n = next(it, _END)"]
            fresh = False
    lines.append(f"    return {each.name}(")
    lines += [f"        {field.name}={_collected(field)}," for field in each.children]
    return "\n".join([*lines, "    )"]) + "\n"


def _looked_for(field: Field, namespace: str) -> Iterator[str]:
    """An element that may be absent or repeated."""
    tag = f'"{{{namespace}}}{field.tag}"'
    step = ["        n = next(it, _END)", "        t = n.tag"]
    if field.repeated:
        yield f"    {field.name} = []" if field.minimum else f"    {field.name}: Any = ()"
        if not field.minimum:
            # Absent elements are the rule: they get no list.
            yield f"    if t == {tag}:"
            yield f"        {field.name} = []"
            step = [f"    {line}" for line in step]
            yield f"        while t == {tag}:"
            yield f"            {field.name}.append({_value(field, 'n')})"
        else:
            yield f"    while t == {tag}:"
            yield f"        {field.name}.append({_value(field, 'n')})"
    else:
        yield f"    {field.name} = None"
        yield f"    if t == {tag}:"
        yield f"        {field.name} = {_value(field, 'n')}"
    yield from step


def _value(field: Field, node: str) -> str:
    if field.kind is Kind.OBJECT:
        return f"{_function(field.type_name)}({node})"
    return _converted(field, f"{node}.text")


def _attribute(field: Field) -> str:
    text = f'e.get("{field.tag}")'
    if field.optional:
        return f"None if {text} is None else {_converted(field, text)}"
    return _converted(field, text)


def _converted(field: Field, text: str) -> str:
    if field.kind is Kind.ENUM:
        return f"{_table(field.type_name)}[{text}]"
    return _CONVERT[field.kind].format(text=text)


def _collected(field: Field) -> str:
    return f"tuple({field.name})" if field.repeated else field.name


def _roots(standard: Standard) -> str:
    rows = "".join(
        f'    "{{{standard.namespace}}}{name}": {_function(name)},\n'
        for name, _ in standard.messages
    )
    return (
        f"_READERS: dict[str, Any] = {{\n{rows}}}\n\n\n"
        "def read_payload(root: Any) -> Payload:\n"
        '    """The typed value of a validated root. Raises :class:`EmptyElementError`."""\n'
        "    payload: Payload = _READERS[root.tag](root)\n"
        "    return payload\n"
    )
