"""Everything that is wrong with a payload that the schema has refused, in words for a person.

The verdict is libxml2's and has been given when this is called: libxml2 stops reading an element
at its first misplaced child, and a sender wants to hear of all problems at once.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from lxml import etree
from rapidfuzz import process

from gateway.payload.catalogue import Catalogue, Member, TypeNote, catalogue
from gateway.payload.errors import SchemaIssue
from gateway.payload.forms import ALIKE_PERCENT, broken_form

# A hostile batch could hold a million problems; nobody reads more than these.
MAX_ISSUES = 1000

_NAMESPACE = re.compile(r"\{[^}]*\}")
_SHOWN_CHARACTERS = 200


def diagnose(root: etree._Element) -> list[SchemaIssue]:
    """The first :data:`MAX_ISSUES` problems of a payload, in the order of the document."""
    notes = catalogue()
    name = _local(root)
    if name not in notes.messages:
        return [
            _issue(
                "UNEXPECTED",
                root,
                message=f"{name} is no message of the standard",
                expected=f"one of {', '.join(notes.messages)}",
                remedy="use a message of the standard",
            )
        ]
    return list(islice(_content(root, notes.types[name], notes), MAX_ISSUES))


def path_of(element: etree._Element) -> str:
    """Element names from the root, with a position where a sibling has the same name."""
    steps = []
    at: etree._Element | None = element
    while at is not None:
        steps.append(f"{_local(at)}{_position(at)}")
        at = at.getparent()
    return "/".join(reversed(steps))


def line_of(element: etree._Element) -> int:
    """The line of the element's start tag, counted from 1; 0 where the parser does not know."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 0


def _position(element: etree._Element) -> str:
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    alone = before == 0 and next(element.itersiblings(element.tag), None) is None
    return "" if alone else f"[{before + 1}]"


def _local(element: etree._Element) -> str:
    return _NAMESPACE.sub("", str(element.tag))


def _content(element: etree._Element, note: TypeNote, notes: Catalogue) -> Iterator[SchemaIssue]:
    attributes = {member.name: member for member in note.members if member.attribute}
    yield from _attributes(element, attributes)
    if note.composite:
        yield from _children(element, note, notes)
    elif len(element):
        yield _issue(
            "UNEXPECTED",
            element,
            message="elements stand inside a plain value",
            expected=note.documentation,
            remedy="remove what stands inside the value",
        )
    else:
        yield from _value(element, element.text or "", note.name)


def _attributes(element: etree._Element, known: dict[str, Member]) -> Iterator[SchemaIssue]:
    for name, value in element.attrib.items():
        member = known.get(str(name))
        if member is None:
            yield _issue(
                "ATTRIBUTE",
                element,
                attribute=str(name),
                value=str(value),
                message="the attribute is not allowed",
                expected=f"attributes: {', '.join(known) or 'none'}",
                remedy="remove the attribute",
            )
        else:
            yield from _value(element, str(value), member.type_name, attribute=member.name)
    for member in known.values():
        if member.minimum and member.name not in element.attrib:
            yield _issue(
                "ATTRIBUTE",
                element,
                attribute=member.name,
                message="the attribute is missing",
                expected=member.documentation,
                remedy="add the attribute",
            )


def _children(element: etree._Element, note: TypeNote, notes: Catalogue) -> Iterator[SchemaIssue]:
    """Order, number and content of the children, going on behind whatever is out of place."""
    order = {member.name: place for place, member in enumerate(note.members)}
    counts: Counter[str] = Counter()
    reached = 0
    if len(element) == 0:
        yield _empty(element, note)
    if _has_text(element):
        yield _issue(
            "UNEXPECTED",
            element,
            message="text stands between the elements",
            expected="elements only",
            remedy="remove the text",
        )
    for child in element:
        name = _local(child)
        if name not in order:
            yield _unknown(child, name, note)
            continue
        member = note.members[order[name]]
        counts[name] += 1
        if order[name] < reached:
            yield _misplaced(child, note.members[reached])
        elif counts[name] > member.maximum or _second_choice(member, counts):
            yield _too_many(child, member)
        reached = max(reached, order[name])
        yield from _content(child, notes.types[member.type_name], notes)
    yield from _missing(element, note, counts)


def _second_choice(member: Member, counts: Counter[str]) -> bool:
    return bool(member.choice) and sum(counts[name] for name in member.choice) > 1


def _has_text(element: etree._Element) -> bool:
    texts = (element.text, *(child.tail for child in element))
    return any(text is not None and text.strip(" \t\r\n") for text in texts)


def _missing(
    element: etree._Element, note: TypeNote, counts: Counter[str]
) -> Iterator[SchemaIssue]:
    told: set[frozenset[str]] = set()
    for member in note.members:
        if member.attribute:
            continue
        if member.choice:
            lacking = not any(counts[name] for name in member.choice) and member.choice not in told
            told.add(member.choice)
        elif member.together:
            lacking = counts[member.name] == 0 and any(counts[name] for name in member.together)
        else:
            lacking = counts[member.name] < member.minimum
        if lacking:
            names = " or ".join(sorted(member.choice)) or member.name
            yield _issue(
                "MISSING",
                element,
                message=f"{names} is missing",
                expected=f"{names}: {member.documentation}",
                remedy="add the element",
            )


def _value(
    element: etree._Element,
    value: str,
    type_name: str,
    *,
    attribute: str = "",
) -> Iterator[SchemaIssue]:
    """At most one issue: the first rule that ``value`` breaks."""
    broken = broken_form(value, type_name)
    if broken is not None:
        yield _issue(
            broken.code,
            element,
            attribute=attribute,
            value=value,
            message=broken.message,
            expected=broken.expected,
            remedy=broken.remedy,
        )


def _empty(element: etree._Element, note: TypeNote) -> SchemaIssue:
    return _issue(
        "EMPTY",
        element,
        message="the element has no content",
        expected=note.documentation,
        remedy="leave the element out, or say what is known",
    )


def _unknown(child: etree._Element, name: str, note: TypeNote) -> SchemaIssue:
    names = [member.name for member in note.members]
    found = process.extractOne(name, names, score_cutoff=ALIKE_PERCENT)
    return _issue(
        "UNEXPECTED",
        child,
        message=f"{note.name} has no element {name}",
        expected=f"the elements of {note.name}: {', '.join(names)}",
        remedy=f"did you mean {found[0]}?" if found else "remove the element",
    )


def _misplaced(child: etree._Element, reached: Member) -> SchemaIssue:
    return _issue(
        "UNEXPECTED",
        child,
        message=f"the element stands behind {reached.name}",
        expected=f"it stands before {reached.name}",
        remedy="write the elements in the order of the schema",
    )


def _too_many(child: etree._Element, member: Member) -> SchemaIssue:
    return _issue(
        "UNEXPECTED",
        child,
        message="the element stands once too often",
        expected=f"{member.name} {member.cardinality}",
        remedy="remove the element",
    )


def _issue(
    code: str,
    element: etree._Element,
    *,
    message: str,
    expected: str,
    remedy: str,
    value: str = "",
    attribute: str = "",
) -> SchemaIssue:
    path = path_of(element)
    return SchemaIssue(
        code=code,
        path=f"{path}/@{attribute}" if attribute else path,
        value=value[:_SHOWN_CHARACTERS],
        expected=expected.rstrip("."),
        line=line_of(element),
        remedy=remedy,
        message=message,
    )
