"""What every element, type and code of the standard means, read from the annotations of the XSDs.

It serves people: diagnosis and ``iarms schema explain``. It judges no payload.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree

from schemas import schema_path

_XS = "{http://www.w3.org/2001/XMLSchema}"
_LIST = "urn:iarms:exchange:code-list"
_OPEN_LIST = "urn:iarms:exchange:open-code-list"
_MESSAGE = "urn:iarms:exchange:message-type"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A child element or an attribute of a type.

    ``choice`` names the members of which exactly one stands, ``together`` those that stand all
    or not at all; both include the member itself and are empty where neither applies.
    """

    name: str
    type_name: str
    documentation: str
    minimum: int
    maximum: int
    attribute: bool = False
    choice: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()

    @property
    def cardinality(self) -> str:
        """``1``, ``0..1``, ``0..40``; in a choice ``1 of A, B``."""
        if self.choice:
            return f"1 of {', '.join(sorted(self.choice))}"
        low, high = self.minimum, self.maximum
        return str(low) if low == high else f"{low}..{high}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeNote:
    """One named type; ``value_type`` names the form of its text where it has attributes beside.

    ``list_version`` is id and version of a closed code list, ``open_list`` the id of an open one.
    """

    name: str
    documentation: str
    base: str | None = None
    value_type: str | None = None
    patterns: tuple[re.Pattern[str], ...] = ()
    maximum_length: int | None = None
    codes: Mapping[str, str] | None = None
    list_version: str = ""
    open_list: str = ""
    members: tuple[Member, ...] = ()

    @property
    def composite(self) -> bool:
        """Whether it has child elements."""
        return self.base is None and self.value_type is None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageNote:
    """One message: a root element and the code that the routing header gives it."""

    name: str
    type_code: str
    documentation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The whole standard by name."""

    version: str
    types: Mapping[str, TypeNote]
    messages: Mapping[str, MessageNote]

    def lineage(self, type_name: str) -> Iterator[TypeNote]:
        """The simple type and those that it restricts, the nearest first."""
        name: str | None = type_name
        while name is not None and name in self.types:
            note = self.types[name]
            yield note
            name = note.value_type or note.base

    def codes(self, type_name: str) -> Mapping[str, str] | None:
        """The codes of a closed list, or ``None`` for any other type."""
        return next((note.codes for note in self.lineage(type_name) if note.codes), None)

    def uses(self, type_name: str) -> Iterator[tuple[str, Member]]:
        """Where the type is used: the name of the type that holds it, and as which member."""
        for note in self.types.values():
            for member in note.members:
                if member.type_name == type_name:
                    yield note.name, member


@cache
def catalogue() -> Catalogue:
    """The catalogue of ``payload.xsd``, read once."""
    types: dict[str, TypeNote] = {}
    messages: dict[str, MessageNote] = {}
    version = ""
    for root in _schemas(schema_path("payload.xsd")):
        version = root.get("version", version)
        for element in root:
            if element.tag == f"{_XS}simpleType":
                note = _simple_type(element)
                types[note.name] = note
            elif element.tag == f"{_XS}complexType":
                note = _complex_type(element)
                types[note.name] = note
            elif element.tag == f"{_XS}element":
                message = _message(element)
                messages[message.name] = message
    return Catalogue(version=version, types=types, messages=messages)


def _schemas(path: Path) -> Iterator[etree._Element]:
    """The root of ``path`` and of all that it includes, each once."""
    waiting, seen = [path], {path}
    while waiting:
        root = etree.parse(str(waiting.pop())).getroot()
        yield root
        for include in root.iterfind(f"{_XS}include"):
            included = path.parent / include.get("schemaLocation", "")
            if included not in seen:
                seen.add(included)
                waiting.append(included)


def _message(element: etree._Element) -> MessageNote:
    return MessageNote(
        name=element.get("name", ""),
        type_code=_appinfo(element, _MESSAGE),
        documentation=_documentation(element),
    )


def _simple_type(element: etree._Element) -> TypeNote:
    restriction = element.find(f"{_XS}restriction")
    assert restriction is not None  # noqa: S101 - the schemas are ours and a test reads them
    length = restriction.find(f"{_XS}maxLength")
    return TypeNote(
        name=element.get("name", ""),
        documentation=_documentation(element),
        base=restriction.get("base", ""),
        patterns=tuple(
            re.compile(each.get("value", "")) for each in restriction.iterfind(f"{_XS}pattern")
        ),
        maximum_length=None if length is None else int(length.get("value", "")),
        codes={
            each.get("value", ""): _documentation(each)
            for each in restriction.iterfind(f"{_XS}enumeration")
        },
        list_version=_appinfo(element, _LIST),
        open_list=_appinfo(element, _OPEN_LIST),
    )


def _complex_type(element: etree._Element) -> TypeNote:
    extension = element.find(f"{_XS}simpleContent/{_XS}extension")
    sequence = element.find(f"{_XS}sequence")
    members = [] if sequence is None else list(_members(sequence))
    if extension is not None:
        members += [_attribute(each) for each in extension.iterfind(f"{_XS}attribute")]
    return TypeNote(
        name=element.get("name", ""),
        documentation=_documentation(element),
        value_type=None if extension is None else extension.get("base"),
        members=tuple(members),
    )


def _members(group: etree._Element) -> Iterator[Member]:
    names = frozenset(each.get("name", "") for each in group.iterfind(f"{_XS}element"))
    choice = names if group.tag == f"{_XS}choice" else frozenset[str]()
    together = names if group.get("minOccurs") == "0" else frozenset[str]()
    for element in group:
        if element.tag in (f"{_XS}choice", f"{_XS}sequence"):
            yield from _members(element)
        elif element.tag == f"{_XS}element":
            yield Member(
                name=element.get("name", ""),
                type_name=element.get("type", ""),
                documentation=_documentation(element),
                minimum=0 if choice or together else int(element.get("minOccurs", "1")),
                maximum=int(element.get("maxOccurs", "1")),
                choice=choice,
                together=together,
            )


def _attribute(element: etree._Element) -> Member:
    return Member(
        name=element.get("name", ""),
        type_name=element.get("type", ""),
        documentation=_documentation(element),
        minimum=1 if element.get("use") == "required" else 0,
        maximum=1,
        attribute=True,
    )


def _documentation(element: etree._Element) -> str:
    text = element.findtext(f"{_XS}annotation/{_XS}documentation")
    return " ".join((text or "").split())


def _appinfo(element: etree._Element, source: str) -> str:
    return (element.findtext(f"{_XS}annotation/{_XS}appinfo[@source='{source}']") or "").strip()
