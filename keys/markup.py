"""How documents of trust are written, and read once their octets are known to be the signed ones.

It knows the namespace, the schema and the canonical form; it does not know what a document says.
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from importlib import resources
from typing import Any

from lxml import etree
from pybase64 import b64decode, b64encode

from keys.errors import TrustError
from keys.points import Kid, Use, kid_of, raw_of, spki_of

NAMESPACE = "urn:iarms:exchange:directory:1"
TRUST_NAMESPACE = "urn:iarms:exchange:trust:1"
_SCHEMAS = {NAMESPACE: "directory.xsd", TRUST_NAMESPACE: "trust.xsd"}


def instant_text(at: datetime) -> str:
    """An aware instant as ``2026-10-20T09:26:53.120Z``; ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def whole_milliseconds(at: datetime) -> datetime:
    """The instant that ``instant_text`` writes, in UTC."""
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)


def escaped(text: str) -> str:
    """Text as canonical XML writes it; control characters are outside the schema."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def text_of_octets(octets: bytes) -> str:
    """Base64 without line breaks."""
    return b64encode(octets).decode("ascii")


def public_key_markup(use: Use, public: bytes) -> str:
    """A PublicKey element."""
    return f"<PublicKey>{text_of_octets(spki_of(use, public))}</PublicKey>"


def spki_markup(element: str, use: Use, public: bytes) -> str:
    """An element that holds a key alone."""
    return f"<{element}>{text_of_octets(spki_of(use, public))}</{element}>"


def anchor_key_markup(element: str, use: Use, public: bytes) -> str:
    """An element of AnchorKeyType: a key under its own id."""
    kid = kid_of(spki_of(use, public))
    return f'<{element} kid="{kid}">{public_key_markup(use, public)}</{element}>'


def parse(
    octets: bytes,
    root: str,
    *,
    error: type[TrustError],
    place: str,
    namespace: str = NAMESPACE,
) -> etree._Element:
    """The tree of a document of trust: hardened parse, no DTD, the root asked for, the schema.

    Raises ``error`` naming ``place``. The caller has limited the size and verified the octets.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        tree = etree.fromstring(octets, parser)
    except etree.XMLSyntaxError as problem:
        raise error(
            f"This is not well-formed XML: {problem.msg}",
            place=place,
            expected=f"a {root} document",
            remedy="Get the file again from where it was published.",
        ) from None
    document: Any = tree.getroottree()  # lxml's stubs know neither docinfo's nor the log's members
    if document.docinfo.doctype:
        raise error(
            "A document type declaration is never allowed.",
            place=place,
            expected="no DOCTYPE",
            remedy="Do not use this file.",
        )
    schema = _schema(namespace)
    if tree.tag != f"{{{namespace}}}{root}" or not schema.validate(tree):
        log: Any = schema.error_log
        problems = [f"line {entry.line}: {entry.message}" for entry in log]
        raise error(
            f"This is not a {root} by the schema.",
            place=place,
            value="; ".join(problems[:5]) or str(tree.tag),
            expected=f"schemas/xsd/{_SCHEMAS[namespace]}",
            remedy="Get the file again from where it was published.",
        )
    return tree


def child(node: etree._Element, name: str) -> etree._Element | None:
    """The first child element of this name."""
    return node.find(_beside(node) + name)


def children(node: etree._Element, name: str) -> list[etree._Element]:
    """All child elements of this name, in order."""
    return node.findall(_beside(node) + name)


def text(node: etree._Element, name: str) -> str:
    """The text of a child that the schema requires."""
    found = child(node, name)
    if found is None or found.text is None:
        raise ValueError(f"{name} is missing")
    return found.text


def optional_text(node: etree._Element, name: str) -> str | None:
    """The text of a child, or None where it is absent."""
    return None if child(node, name) is None else text(node, name)


def attribute(node: etree._Element, name: str) -> str:
    """The value of an attribute that the schema requires."""
    return str(node.attrib[name])


def instant(value: str) -> datetime:
    """The instant of a timestamp that the schema has let through; ValueError for 31 February."""
    return datetime.fromisoformat(value)


def octets_of(value: str) -> bytes:
    """The octets of base64 that the schema has let through; ValueError if it is none."""
    return b64decode(value.encode("ascii"), validate=True)


def public_key(node: etree._Element, use: Use) -> tuple[Kid, bytes]:
    """The key id as written and the raw key of an element with ``kid`` and PublicKey."""
    return Kid(attribute(node, "kid")), raw_of(use, octets_of(text(node, "PublicKey")))


def _beside(node: etree._Element) -> str:
    """The node's own namespace as its children's names begin with it."""
    tag = str(node.tag)
    return tag[: tag.index("}") + 1]


@functools.cache
def _schema(namespace: str) -> etree.XMLSchema:
    octets = (resources.files("schemas") / "xsd" / _SCHEMAS[namespace]).read_bytes()
    return etree.XMLSchema(etree.fromstring(octets))
