"""The same standard bound by xsdata, for comparison; imported only where xsdata is installed.

The classes are made from the catalogue with every simple value a plain text, which spares xsdata
the conversions that ours does: its figures are a lower bound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, make_dataclass
from typing import Any

from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler
from xsdata.formats.dataclass.serializers import XmlSerializer

from gateway.payload import PAYLOAD_SCHEMA
from gateway.payload.catalogue import Member, catalogue
from gateway.payload.names import field_name


def xsdata_binding(
    octets: bytes,
) -> tuple[Callable[[bytes], object], Callable[[object], str], object]:
    """A parser, a serialiser and the value of ``octets``, which is a FirearmRecordSubmit."""
    root = _class("FirearmRecordSubmit", {})
    context = XmlContext()
    parser = XmlParser(context=context, handler=LxmlEventHandler)
    serialiser = XmlSerializer(context=context)

    def parse(text: bytes) -> object:
        return parser.from_bytes(text, root)

    def write(value: object) -> str:
        return serialiser.render(value, ns_map={None: PAYLOAD_SCHEMA})

    return parse, write, parse(octets)


def _class(name: str, made: dict[str, Any]) -> Any:
    if name in made:
        return made[name]
    note = catalogue().types[name]
    if note.base is not None:
        return str
    fields: list[Any] = [_field(member, made) for member in note.members]
    if note.value_type is not None:
        fields.insert(0, ("value", str, field(default="", metadata={})))
    meta = type("Meta", (), {"namespace": PAYLOAD_SCHEMA})
    made[name] = make_dataclass(name, fields, namespace={"Meta": meta}, kw_only=True)
    return made[name]


def _field(member: Member, made: dict[str, Any]) -> tuple[str, Any, Any]:
    kind = _class(member.type_name, made)
    metadata = {"name": member.name, "type": "Attribute" if member.attribute else "Element"}
    if not member.attribute:
        metadata["namespace"] = PAYLOAD_SCHEMA
    if member.maximum > 1:
        return field_name(member.name), list[kind], field(default_factory=list, metadata=metadata)
    return field_name(member.name), kind | None, field(default=None, metadata=metadata)
