"""Writes CONTRL (ISO 9735-4) for interchanges of UN/EDIFACT, and a CUSRES for each message.

They are written in the syntax version and the character set of the interchange that they answer.
It decides nothing of what they tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.engine.edifact_syntax import (
    CHARACTER_SETS,
    Segment,
    SyntaxFault,
    encoding_of,
    released,
    segments_of,
)
from adapters.engine.texts import fitting
from gateway.adapter import Answer, Issue

# Code list 0085 of syntax errors: what is wrong with a segment or an element.
_ERRORS = {
    "REQUIRED": "13", "CODE": "14", "HELD": "14", "FIELD": "15", "CHARACTER": "21",
    "DUPLICATE": "26", "TOTAL": "29", "DOUBLED": "35", "LENGTH": "39",
}  # fmt: skip
_INVALID = "12"
_OTHER_REFERENCE = "28"  # of a header and its trailer
# Code list 0083; what is below is acknowledged as well, where it is not rejected.
_ACKNOWLEDGED, _REJECTED = "7", "4"
_SEGMENT_AT = re.compile(r"(\d+) ([A-Z]{3})\b")
_ELEMENT_AT = re.compile(r"\b([A-Z]{3})(?:\[[^\]]*\])?/(\d+)\.(\d+)$")
_SPLIT_AT = 70  # a component of FTX 4440 in the directories before D.96A
_DATED_WHOLE = 4  # the version of the syntax from which on a year has four digits
_STATUS = {
    "APPLIED": "1", "REFUSED": "2", "SET_ASIDE": "3", "HELD": "4", "SKIPPED": "5", "FAILED": "6",
}  # fmt: skip
# The same repertoire as ISO 646 with small letters: what is told has them.
_WRITTEN_AS = {"UNOA": "UNOB"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Came:
    """One message that is answered: the segments that stand around it."""

    answer: Answer
    lines: Sequence[str]
    interchange: Segment | None
    group: Segment | None
    header: Segment | None


def control_answers(
    answers: Sequence[Answer], now: datetime, told: Sequence[Sequence[str]]
) -> bytes:
    """CONTRL for the interchanges of ``answers``, then a CUSRES for each; ``told`` are their lines.

    A hit comes unasked: it has no interchange, and its CUSRES stands alone.
    """
    interchanges: dict[str, list[_Came]] = {}
    for answer, lines in zip(answers, told, strict=True):
        came = _came(answer, lines)
        interchanges.setdefault(came.interchange.raw if came.interchange else "", []).append(came)
    return b"".join(_interchange_back(entries, now) for entries in interchanges.values())


def _came(answer: Answer, lines: Sequence[str]) -> _Came:
    text = answer.raw.decode(encoding_of(answer.raw) or "utf-8", "replace")
    found: dict[str, Segment] = {}
    try:
        for segment in segments_of(text):
            if segment.tag not in {"UNB", "UNG", "UNH"}:
                break
            found[segment.tag] = segment
    except SyntaxFault:
        pass  # of what was kept of it no more can be told
    return _Came(
        answer=answer,
        lines=lines,
        interchange=found.get("UNB"),
        group=found.get("UNG"),
        header=found.get("UNH"),
    )


def _interchange_back(entries: Sequence[_Came], now: datetime) -> bytes:
    held = entries[0].interchange
    level, version = (held.value(1), held.value(1, 2)) if held else ("UNOW", "4")
    level = _WRITTEN_AS.get(level, level)
    whole = version.isdecimal() and int(version) >= _DATED_WHOLE
    sender, recipient = (_whole(held, 2), _whole(held, 3)) if held else ("", "")
    reference = released(held.value(5)) if held else "UNASKED"
    messages = [] if held is None else [_control(entries, reference, sender, recipient, whole)]
    encoding = CHARACTER_SETS.get(level, "utf-8")
    messages += [_customs_response(each.answer, each.lines, encoding) for each in entries]
    stamp = f"{now:%Y%m%d:%H%M}" if whole else f"{now:%y%m%d:%H%M}"
    out = [f"UNB+{level}:{version}+{recipient}+{sender}+{stamp}+{reference}A'"]
    for number, (head, *rest) in enumerate(messages, start=1):
        body = [f"UNH+{number}+{head}'", *rest]
        out += [*body, f"UNT+{len(body) + 1}+{number}'"]
    out.append(f"UNZ+{len(messages)}+{reference}A'")
    return ("\n".join(out) + "\n").encode(encoding, "replace")


def _whole(segment: Segment, element: int) -> str:
    """A composite element as it came, with its service signs released."""
    try:
        return ":".join(map(released, segment.elements[element - 1])).rstrip(":")
    except IndexError:
        return ""


def _control(
    entries: Sequence[_Came], reference: str, sender: str, recipient: str, whole: bool
) -> list[str]:
    """What of the interchange was read: by message, in their groups where it has any."""
    kind = "CONTRL:4:1:UN" if whole else "CONTRL:D:3:UN"
    out = [kind, f"UCI+{reference}+{sender}+{recipient}+{_ACKNOWLEDGED}'"]
    group: Segment | None = None
    for came in entries:
        if came.group is not None and came.group != group:
            group = came.group
            out.append(
                f"UCF+{released(group.value(5))}+{_whole(group, 2)}+{_whole(group, 3)}"
                f"+{_ACKNOWLEDGED}'"
            )
        if came.header is not None:
            out += _message_response(came.header, came.answer.issues)
    return out


def _message_response(header: Segment, issues: Sequence[Issue]) -> Iterator[str]:
    action = _REJECTED if issues else _ACKNOWLEDGED
    yield f"UCM+{released(header.value(1))}+{_whole(header, 2)}+{action}'"
    for issue in issues:
        segment, element = _SEGMENT_AT.search(issue.at), _ELEMENT_AT.search(issue.at)
        code = _ERRORS.get(issue.code, _INVALID)
        if "UNT 0062" in issue.expected:
            code = _OTHER_REFERENCE
        position = segment[1] if segment else "1"
        if element is None or segment is None or element[1] != segment[2]:
            # An element of a segment that is not there has no position.
            yield f"UCS+{position}+{code}'"
        else:
            yield f"UCS+{position}'"
            yield f"UCD+{code}+{int(element[2]) + 1}:{element[3]}'"


def _customs_response(answer: Answer, lines: Sequence[str], encoding: str) -> list[str]:
    """CUSRES (D.96B) with one free text a line: outcome, candidates, hits, or what is wrong."""
    reference = released(fitting(answer.reference, encoding))
    out = ["CUSRES:D:96B:UN", f"BGM+962+{reference}+11'", f"GIS+{_STATUS[answer.outcome.value]}'"]
    for line in (fitting(each, encoding) for each in lines):
        parts = [released(line[at : at + _SPLIT_AT]) for at in range(0, len(line), _SPLIT_AT)]
        out.extend(f"FTX+AAO+++{':'.join(parts[at : at + 5])}'" for at in range(0, len(parts), 5))
    return out
