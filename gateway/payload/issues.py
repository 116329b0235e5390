"""Turns libxml2's schema error log into issues with paths, values and what was expected.

It decides nothing: the verdict has been given when it is called.
"""

import re
from collections.abc import Iterable

from lxml import etree

from gateway.payload.errors import SchemaIssue

_NAMESPACE = re.compile(r"\{[^}]*\}")
_VALUE = re.compile(r"The value '(.*?)' ", re.DOTALL)
_NAMES = re.compile(r"Expected is (?:one of )?\( (.*?) \)")
_SHOWN_CHARACTERS = 200

# libxml2's names of what was violated, and the code and the remedy that we give it.
_RULES = {
    "SCHEMAV_CVC_ENUMERATION_VALID": ("CODE", "use a code of the list"),
    "SCHEMAV_CVC_PATTERN_VALID": ("PATTERN", "write the value in the form that is expected"),
    "SCHEMAV_CVC_MAXLENGTH_VALID": ("LENGTH", "shorten the value"),
    "SCHEMAV_CVC_MINLENGTH_VALID": ("LENGTH", "leave the element out where nothing is known"),
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": ("ATTRIBUTE", "remove the attribute"),
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": ("ATTRIBUTE", "remove the attribute"),
    "SCHEMAV_CVC_COMPLEX_TYPE_4": ("ATTRIBUTE", "add the attribute"),
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": ("UNEXPECTED", "remove the text between the elements"),
    "SCHEMAV_CVC_TYPE_3_1_2": ("UNEXPECTED", "remove what stands inside the value"),
    "SCHEMAV_CVC_ELT_1": ("UNEXPECTED", "use a message of the standard"),
}
_REPEATS_THE_FACET = "SCHEMAV_CVC_DATATYPE_VALID_1_2_1"


def issues_of(log: Iterable[etree._LogEntry], root: etree._Element) -> list[SchemaIssue]:
    """One issue for every violation in ``log``, in the order of the document.

    libxml2 says each refused value twice, by facet and by type: the second is left out.
    """
    issues: list[SchemaIssue] = []
    told: set[tuple[str, str]] = set()
    for entry in log:
        element = _element_at(root, entry.path)
        path = path_of(element)
        subject = (path, _attribute_in(entry.message))
        if entry.type_name == _REPEATS_THE_FACET and subject in told:
            continue
        if entry.type_name.endswith("_VALID"):
            told.add(subject)
        issues.append(_issue(entry, element, path))
    return issues


def path_of(element: etree._Element) -> str:
    """Element names from the root, with a position where a sibling has the same name."""
    steps = []
    at: etree._Element | None = element
    while at is not None:
        steps.append(f"{_local(at.tag)}{_position(at)}")
        at = at.getparent()
    return "/".join(reversed(steps))


def _position(element: etree._Element) -> str:
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    alone = before == 0 and next(element.itersiblings(element.tag), None) is None
    return "" if alone else f"[{before + 1}]"


def _element_at(root: etree._Element, path: str | None) -> etree._Element:
    found = root.getroottree().xpath(path) if path else [root]
    return found[0] if isinstance(found, list) and found else root


def _local(name: object) -> str:
    return _NAMESPACE.sub("", str(name))


def _attribute_in(message: str) -> str:
    match = re.search(r"attribute '([^']*)'", message)
    return match[1] if match else ""


def _issue(entry: etree._LogEntry, element: etree._Element, path: str) -> SchemaIssue:
    message = _NAMESPACE.sub("", entry.message)
    attribute = _attribute_in(message)
    code, remedy = _RULES.get(entry.type_name, ("INVALID", "see `iarms schema explain`"))
    if entry.type_name == "SCHEMAV_ELEMENT_CONTENT":
        code, remedy = _content_rule(message)
    return SchemaIssue(
        code=code,
        path=f"{path}/@{attribute}" if attribute else path,
        value=_value(message, element),
        expected=_expected(message, element, attribute),
        line=entry.line,
        remedy=remedy,
        message=_plain(message),
    )


def _content_rule(message: str) -> tuple[str, str]:
    if "Missing child" in message:
        return "MISSING", "add the element"
    return "UNEXPECTED", "remove the element, or put it where the standard has it"


def _value(message: str, element: etree._Element) -> str:
    match = _VALUE.search(message)
    if match is not None:
        return match[1][:_SHOWN_CHARACTERS]
    return (element.text or "").strip()[:_SHOWN_CHARACTERS]


def _expected(message: str, element: etree._Element, attribute: str) -> str:
    names = _NAMES.search(message)
    if names is not None:
        return names[1].replace("*", "any element")
    return "what the standard says"


def _plain(message: str) -> str:
    """libxml2's sentence without its prefix."""
    return re.sub(r"^Element '[^']*'(, attribute '[^']*')?: ", "", message).rstrip(".")
