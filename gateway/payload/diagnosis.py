"""Everything that is wrong with a payload that the schema has refused, in words for a person.

The verdict is libxml2's and has been given when this is called: libxml2 stops reading an element
at its first misplaced child, and a sender wants to hear of all problems at once.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from lxml import etree
from rapidfuzz import process

from gateway.payload.catalogue import Catalogue, Member, TypeNote, catalogue
from gateway.payload.errors import SchemaIssue
from gateway.payload.forms import ALIKE_PERCENT, broken_form

# A hostile batch could hold a million problems; nobody reads more than these.
MAX_ISSUES = 1000
# Elements that are looked at whether or not something is known to be wrong there, about 30 ms of
# work: of a batch of thousands with one fault only that one is looked for (docs/spec 3).
LOOKED_AT = 2_500

_STEP = re.compile(r"\[(\d+)\]")
_NAMESPACE = re.compile(r"\{[^}]*\}")
_SHOWN_CHARACTERS = 200


class Look:
    """What of a payload is looked at: its beginning, and wherever something is known to be wrong.

    ``faulty`` are elements in or under which it is; None: that is known of none.
    """

    def __init__(self, faulty: Iterable[etree._Element] | None) -> None:
        self._left = LOOKED_AT
        # Elements are kept, not counted by their number in memory: lxml makes and drops them.
        self._faulty: set[etree._Element] | None = None
        if faulty is not None:
            self._faulty = set()
            for element in faulty:
                at: etree._Element | None = element
                while at is not None and at not in self._faulty:
                    self._faulty.add(at)
                    at = at.getparent()

    def passes_over(self, element: etree._Element) -> bool:
        """Whether nothing is known to be wrong there and enough was looked at."""
        self._left -= 1
        return self._left < 0 and self._faulty is not None and element not in self._faulty


def at_paths(root: etree._Element, paths: Iterable[str | None]) -> Iterator[etree._Element]:
    """The elements at libxml2's paths (``/*/*[4]/*``), one for each; the root where it has none."""
    children: dict[etree._Element, list[etree._Element]] = {}  # lxml counts them at every look
    for path in islice(paths, MAX_ISSUES):
        element = root
        for step in (path or "").split("/")[2:]:
            place = _STEP.search(step)
            number = int(place[1]) if place else 1
            if element not in children:
                children[element] = list(element)
            if step.startswith("@") or number > len(children[element]):
                break
            element = children[element][number - 1]
        yield element


def without_content(root: etree._Element) -> Iterator[etree._Element]:
    """The elements that hold neither an element nor a text."""
    return (each for each in root.iter() if len(each) == 0 and not each.text)


def diagnose(
    root: etree._Element, faulty: Iterable[etree._Element] | None = None
) -> list[SchemaIssue]:
    """The first :data:`MAX_ISSUES` problems of a payload, in the order of the document.

    Of a large payload whose ``faulty`` elements are known, only those and the first
    :data:`LOOKED_AT` elements are looked at.
    """
    try:
        return _diagnose(root, Look(faulty))
    finally:
        _places.cache_clear()  # it would keep the tree


def _diagnose(root: etree._Element, look: Look) -> list[SchemaIssue]:
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
    return list(islice(_content(root, notes.types[name], notes, look), MAX_ISSUES))


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
    parent = element.getparent()
    return "" if parent is None else _places(parent)[element]


@cache
def _places(parent: etree._Element) -> dict[etree._Element, str]:
    """The positions of all children at once: one by one they would cost their number squared."""
    counts: Counter[object] = Counter()
    numbers: dict[etree._Element, int] = {}
    for child in parent:
        counts[child.tag] += 1
        numbers[child] = counts[child.tag]
    return {
        child: "" if counts[child.tag] == 1 else f"[{number}]" for child, number in numbers.items()
    }


def _local(element: etree._Element) -> str:
    return _NAMESPACE.sub("", str(element.tag))


def _content(
    element: etree._Element, note: TypeNote, notes: Catalogue, look: Look
) -> Iterator[SchemaIssue]:
    attributes = {member.name: member for member in note.members if member.attribute}
    yield from _attributes(element, attributes)
    if note.composite:
        yield from _children(element, note, notes, look)
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


def _children(
    element: etree._Element, note: TypeNote, notes: Catalogue, look: Look
) -> Iterator[SchemaIssue]:
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
        if not look.passes_over(child):
            yield from _content(child, notes.types[member.type_name], notes, look)
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
