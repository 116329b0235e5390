"""The message standard as the generator needs it: classes, enumerations and fields in order.

It reads the XSDs with ``xmlschema`` and judges their conventions. It writes nothing and takes no
part at run time.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from xmlschema import XMLSchema10

from gateway.payload.names import field_name

CODE_LIST = "urn:iarms:exchange:code-list"
MESSAGE_TYPE = "urn:iarms:exchange:message-type"


class Kind(StrEnum):
    """How a value is held in Python."""

    OBJECT = "object"
    ENUM = "enum"
    TEXT = "str"
    BOOLEAN = "bool"
    INTEGER = "int"
    DECIMAL = "Decimal"
    TIMESTAMP = "datetime"
    DATE = "date"


# A simple type is held as its nearest ancestor of this table says, and else as text. Partial
# dates are text: three precisions have no common Python type.
_KIND_OF_TYPE = {
    "Indicator": Kind.BOOLEAN,
    "Integer": Kind.INTEGER,
    "Decimal": Kind.DECIMAL,
    "Timestamp": Kind.TIMESTAMP,
    "Date": Kind.DATE,
}


class SchemaConventionError(ValueError):
    """An XSD breaks a convention that the generated code relies on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A child element, an attribute, or the text of a type with attributes."""

    name: str
    tag: str
    kind: Kind
    type_name: str
    minimum: int
    maximum: int
    documentation: str

    @property
    def repeated(self) -> bool:
        """Whether the field holds a tuple."""
        return self.maximum > 1

    @property
    def optional(self) -> bool:
        """Whether the field may be ``None``."""
        return self.minimum == 0 and not self.repeated


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite:
    """A complex type: child elements, or a text (``value``) with attributes."""

    name: str
    documentation: str
    value: Field | None
    attributes: tuple[Field, ...]
    children: tuple[Field, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields in the order of the class."""
        own = () if self.value is None else (self.value,)
        return own + self.attributes + self.children

    def holds_text(self, messages: Collection[str]) -> bool:
        """Whether it is a part of messages, with elements, that may hold its canonical text."""
        return self.value is None and self.name not in messages

    @property
    def may_be_empty(self) -> bool:
        """Whether the schema alone would allow an element without content."""
        return self.value is None and all(child.minimum == 0 for child in self.children)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enumeration:
    """A closed code list: values with their documentation."""

    name: str
    documentation: str
    list_version: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """The whole schema, types before those that use them, and messages as (element, type code)."""

    namespace: str
    enumerations: tuple[Enumeration, ...]
    composites: tuple[Composite, ...]
    messages: tuple[tuple[str, str], ...]


def read_standard(path: Path) -> Standard:
    """Read ``payload.xsd`` with all that it includes. Raises :class:`SchemaConventionError`."""
    schema = XMLSchema10(str(path))
    enumerations, composites = [], []
    for name in sorted(map(str, schema.maps.types)):
        component: Any = schema.maps.types[name]
        if component.target_namespace != schema.target_namespace:
            continue
        if component.is_complex():
            composites.append(_composite(component))
        elif component.enumeration:
            enumerations.append(_enumeration(component))
    messages = tuple(
        (str(element.local_name), _appinfo(element, MESSAGE_TYPE))
        for element in schema.elements.values()
    )
    return Standard(
        namespace=str(schema.target_namespace),
        enumerations=tuple(enumerations),
        composites=tuple(_users_last(composites)),
        messages=tuple(sorted(messages)),
    )


def _composite(component: Any) -> Composite:
    name = _type_name(component)
    value = None
    if component.has_simple_content():
        value = _field(tag="value", xsd_type=component.content, at=component, minimum=1, maximum=1)
    children = () if value else tuple(_particles(component.content, optional=False))
    attributes = tuple(
        _field(
            tag=str(attribute.local_name),
            xsd_type=attribute.type,
            at=attribute,
            minimum=1 if attribute.use == "required" else 0,
            maximum=1,
        )
        for attribute in component.attributes.values()
    )
    return Composite(
        name=name,
        documentation=_documentation(component),
        value=value,
        attributes=attributes,
        children=children,
    )


def _particles(group: Any, *, optional: bool) -> Iterator[Field]:
    """The elements of a model group in order; in a choice or optional group each is optional."""
    optional = optional or group.model == "choice" or group.min_occurs == 0
    if group.max_occurs != 1:
        raise SchemaConventionError(f"a group of {group.parent} repeats; only elements may")
    for particle in group:
        if hasattr(particle, "model"):
            yield from _particles(particle, optional=optional)
            continue
        if particle.max_occurs is None:
            raise SchemaConventionError(f"{particle.local_name} has no upper bound")
        yield _field(
            tag=str(particle.local_name),
            xsd_type=particle.type,
            at=particle,
            minimum=0 if optional else particle.min_occurs,
            maximum=particle.max_occurs,
        )


def _field(*, tag: str, xsd_type: Any, at: Any, minimum: int, maximum: int) -> Field:
    type_name = _type_name(xsd_type)
    return Field(
        name=field_name(tag),
        tag=tag,
        kind=_kind(xsd_type),
        type_name=type_name,
        minimum=minimum,
        maximum=maximum,
        documentation=_documentation(at),
    )


def _kind(xsd_type: Any) -> Kind:
    if xsd_type.is_complex():
        return Kind.OBJECT
    if xsd_type.enumeration:
        return Kind.ENUM
    ancestor = xsd_type
    while ancestor is not None and ancestor.local_name not in _KIND_OF_TYPE:
        ancestor = ancestor.base_type
    return Kind.TEXT if ancestor is None else _KIND_OF_TYPE[str(ancestor.local_name)]


def _enumeration(component: Any) -> Enumeration:
    values = []
    for facet in component.elem.iterfind(".//{*}enumeration"):
        note = facet.find("./{*}annotation/{*}documentation")
        if note is None:
            raise SchemaConventionError(f"{component.local_name} {facet.get('value')}: no words")
        values.append((facet.get("value"), _flat(note.text)))
    return Enumeration(
        name=_type_name(component),
        documentation=_documentation(component),
        list_version=_appinfo(component, CODE_LIST),
        values=tuple(values),
    )


def _type_name(component: Any) -> str:
    if component.local_name is None:
        raise SchemaConventionError(f"{component.parent} has a type without a name")
    return str(component.local_name)


def _documentation(component: Any) -> str:
    annotation = component.annotation
    if annotation is None or not annotation.documentation:
        raise SchemaConventionError(f"{component.local_name} has no documentation")
    return _flat(annotation.documentation[0].text)


def _appinfo(component: Any, source: str) -> str:
    for note in component.annotation.appinfo if component.annotation else ():
        if note.get("source") == source:
            return _flat(note.text)
    raise SchemaConventionError(f"{component.local_name} has no appinfo {source}")


def _flat(text: str | None) -> str:
    return " ".join((text or "").split())


def _users_last(composites: list[Composite]) -> list[Composite]:
    """The same types, each after those that it uses. Raises on a cycle."""
    by_name = {composite.name: composite for composite in composites}
    order: dict[str, Composite] = {}

    def place(name: str, users: tuple[str, ...]) -> None:
        if name in users:
            raise SchemaConventionError(f"types use each other in a circle: {users} {name}")
        if name in order:
            return
        for field in by_name[name].fields:
            if field.kind is Kind.OBJECT:
                place(field.type_name, (*users, name))
        order[name] = by_name[name]

    for name in by_name:
        place(name, ())
    return list(order.values())
