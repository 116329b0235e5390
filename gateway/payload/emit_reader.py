"""Writes the Python source of the readers: from validated lxml elements to typed values.

The readers trust that the XSD has accepted the tree: children stand in the order of the schema,
so that each is met once and compared with the few names that may follow. They fill the slots of
the frozen values directly: the constructor that ``dataclass`` writes takes twice as long.
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


def _slot(owner: type, name: str) -> Any:
    return owner.__dict__[name].__set__


_END: Any = _End()
_new: Any = object.__new__
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


def _set(owner: Composite, field: Field, value: str) -> str:
    """The statement that fills one slot."""
    return f"_{owner.name}_{field.name}(v, {value})"


def _slots(each: Composite) -> str:
    return "".join(
        f'_{each.name}_{field.name} = _slot({each.name}, "{field.name}")\n' for field in each.fields
    )


def _reader(each: Composite, namespace: str) -> str:
    lines = [f"def {_function(each.name)}(e: Any) -> {each.name}:"]
    lines.append(f"    v: {each.name} = _new({each.name})")
    if each.value is not None:
        lines.append(f"    {_set(each, each.value, _value(each.value, 'e'))}")
        lines += [f"    {_set(each, field, _attribute(field))}" for field in each.attributes]
    else:
        lines += _from_children(each, namespace)
    return f"{_slots(each)}\n\n" + "\n".join([*lines, "    return v"]) + "\n"


def _from_children(each: Composite, namespace: str) -> Iterator[str]:
    yield "    it = iter(e)"
    yield "    n = next(it, _END)"
    if each.may_be_empty:
        yield "    if n is _END:"
        yield "        raise EmptyElementError(e)"
    tag_known = False  # whether t holds the tag of n
    for field in each.children:
        if field.minimum == 0 or field.repeated:
            if not tag_known:
                yield "    t = n.tag"
            yield from _looked_for(each, field, f'"{{{namespace}}}{field.tag}"')
            tag_known = True
        else:
            yield f"    {_set(each, field, _value(field, 'n'))}"
            if field is not each.children[-1]:
                yield "    n = next(it, _END)"
            tag_known = False


def _looked_for(each: Composite, field: Field, tag: str) -> Iterator[str]:
    """An element that may be absent or repeated."""
    yield f"    if t == {tag}:"
    if field.repeated:
        yield f"        {field.name} = []"
        yield f"        while t == {tag}:"
        yield f"            {field.name}.append({_value(field, 'n')})"
        yield "            n = next(it, _END)"
        yield "            t = n.tag"
        yield f"        {_set(each, field, f'tuple({field.name})')}"
    else:
        yield f"        {_set(each, field, _value(field, 'n'))}"
        yield "        n = next(it, _END)"
        yield "        t = n.tag"
    yield "    else:"
    yield f"        {_set(each, field, '()' if field.repeated else 'None')}"


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
