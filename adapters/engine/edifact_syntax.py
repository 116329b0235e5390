"""Cuts UN/EDIFACT text into segments, elements and components by its service signs (ISO 9735-1).

It knows no envelope and no message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# ISO 9735-1 annex A: the character sets that UNB names, by what Python calls them.
CHARACTER_SETS = {
    "UNOA": "ascii", "UNOB": "ascii", "UNOC": "iso-8859-1", "UNOD": "iso-8859-2",
    "UNOE": "iso-8859-5", "UNOF": "iso-8859-7", "UNOG": "iso-8859-3", "UNOH": "iso-8859-4",
    "UNOI": "iso-8859-6", "UNOJ": "iso-8859-8", "UNOK": "iso-8859-9", "UNOW": "utf-8",
    "UNOY": "utf-8",
}  # fmt: skip
_DEFAULT = ":+.? '"
_SERVICE_OCTETS = 9


class SyntaxFault(Exception):  # noqa: N818 (caught where the interchange is cut)
    """The octets are no segments."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its number in its message, its first octet from 1, its elements."""

    tag: str
    elements: tuple[tuple[str, ...], ...]
    start: int
    raw: str

    def value(self, element: int, component: int = 1) -> str:
        """One component, both counted from 1; "" where there is none."""
        try:
            return self.elements[element - 1][component - 1]
        except IndexError:
            return ""


def segments_of(text: str, offset: int = 0) -> Iterator[Segment]:  # noqa: C901, PLR0912 - one branch a sign
    """The segments of ``text``; raises ``SyntaxFault`` where one is not ended."""
    signs = _DEFAULT
    at = 0
    if text.startswith("UNA"):
        signs = text[3:_SERVICE_OCTETS]
        at = _SERVICE_OCTETS
        if len(signs) < len(_DEFAULT):
            raise SyntaxFault("UNA")
    component, element, release, end = signs[0], signs[1], signs[3], signs[5]
    # ISO 9735-1:1998, syntax version 4: UNA names a sign that repeats an element, * without UNA.
    repeating = signs[4] if text.startswith("UNA") else "*"
    if repeating == " " or not re.match(r"\s*(?:UNA.{6}\s*)?UNB.UNO[A-Z].[4-9]", text, re.DOTALL):
        repeating = ""
    while True:
        while at < len(text) and text[at] in "\r\n \t":
            at += 1
        if at >= len(text):
            return
        start = at
        elements: list[list[str]] = [[""]]
        while True:
            if at >= len(text):
                raise SyntaxFault(text[start : start + 40])
            sign = text[at]
            if sign == release and release != " ":
                if at + 1 >= len(text):
                    raise SyntaxFault(text[start : start + 40])
                elements[-1][-1] += text[at + 1]
                at += 2
                continue
            at += 1
            if sign == end:
                break
            if sign == element:
                elements.append([""])
            elif sign == component:
                elements[-1].append("")
            elif sign == repeating:  # no profile has a place for a second value
                raise SyntaxFault(text[start : start + 40])
            elif sign not in "\r\n":
                elements[-1][-1] += sign
        tag = elements[0][0]
        if not re.fullmatch("[A-Z]{3}", tag):
            raise SyntaxFault(text[start:at])
        yield Segment(
            tag=tag,
            elements=tuple(tuple(parts) for parts in elements[1:]),
            start=offset + start + 1,
            raw=text[start:at],
        )


def encoding_of(native: bytes) -> str | None:
    """What UNB says of the characters; None where there is no UNB."""
    head = native.lstrip()[:200].decode("ascii", "replace")
    found = re.search(r"UNB[^A-Z](UNO[A-Z])", head)
    return CHARACTER_SETS.get(found[1]) if found else None


def released(text: str) -> str:
    """``text`` as one component: service characters are released (ISO 9735-1, 7.2), and the one
    that repeats an element in syntax 4.
    """
    return "".join(f"?{sign}" if sign in "+:'?*" else sign for sign in text)
