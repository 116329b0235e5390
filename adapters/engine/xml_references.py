"""Follows references inside an XML document as NIEM has them.

An empty element with the attribute ``ref``, or ``uri`` with a hash, of a ``structures`` namespace
stands for the one with that ``id``, and gets what that one holds. It reads nothing outside the
document, and knows no element's meaning.
"""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_COPIED_MOST = 200  # elements below one that is referred to: a whole report is no part of an item


@dataclass(slots=True)
class References:
    """What came of the references of a document."""

    again: set[etree._Element] = field(default_factory=set)
    """Items that only refer to another item, which is read where it stands."""
    lost: dict[etree._Element, str] = field(default_factory=dict)
    """Elements that refer to what is not there, is around them, or is too large to be a part."""


def follow(root: etree._Element, items: Collection[etree._Element]) -> References:
    """Put what is referred to in the place of what refers; ``items`` are told and not copied."""
    found = References()
    targets: dict[str, etree._Element] = {}
    referring: list[tuple[etree._Element, str]] = []
    for element in root.iter(etree.Element):
        said = _said(element)
        own = said.get("id") or said.get("uri", "").removeprefix("#")
        to = said.get("ref") or said.get("uri", "").removeprefix("#")
        if own and not _is_empty(element):
            targets.setdefault(own, element)
        if to and _is_empty(element):
            referring.append((element, to))
    held = set(items)
    for element, to in referring:
        target = targets.get(to)
        around = target is not None and target in set(element.iterancestors())
        if target is None or around or sum(1 for _ in target.iter()) > _COPIED_MOST:
            found.lost[element] = to
        elif element in held and target in held:
            found.again.add(element)
        else:
            element.text = target.text
            element.extend([deepcopy(child) for child in target])
    return found


def is_of_the_document(name: str, element: etree._Element) -> bool:
    """Whether an attribute says something of the document and not of what it tells about."""
    namespace = etree.QName(name).namespace or ""
    if namespace == _XSI:
        return etree.QName(name).localname != "nil" or _is_empty(element)
    return _is_structure(namespace)


def _said(element: etree._Element) -> dict[str, str]:
    names = ((etree.QName(str(name)), str(value)) for name, value in element.attrib.items())
    return {
        name.localname: value.strip()
        for name, value in names
        if _is_structure(name.namespace or "")
    }


def _is_structure(namespace: str) -> bool:
    # http://niem.gov/niem/structures/2.0, http://release.niem.gov/niem/structures/4.0/, and of 6
    # https://docs.oasis-open.org/niemopen/ns/model/structures/6.0/.
    return "niem" in namespace and "/structures/" in namespace


def _is_empty(element: etree._Element) -> bool:
    return len(element) == 0 and not (element.text or "").strip()
