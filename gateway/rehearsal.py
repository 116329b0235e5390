"""Reads one native file by two versions of a mapping and says, item by item, what would change.

It activates nothing and sends nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from enum import StrEnum
from io import BytesIO
from itertools import zip_longest

from gateway.adapter import Adapter, Item, message_of, stream_of
from gateway.frame import Frame
from gateway.payload import encode

# Drawn anew at each reading: another value there is no other meaning.
_DRAWN = re.compile(r"<(SearchId|ConversationId|SentTimestamp|EnteredTimestamp)>[^<]*</\1>")


class Change(StrEnum):
    """What a new mapping does to one item."""

    SAME = "SAME"
    CHANGED = "CHANGED"
    NOW_READY = "NOW_READY"
    NO_LONGER_READY = "NO_LONGER_READY"
    OTHER_ISSUES = "OTHER_ISSUES"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """One item under both versions; ``lines`` is the difference of its canonical XML or issues."""

    number: int
    at: str
    reference: str
    change: Change
    lines: tuple[str, ...]


def rehearse(old: Adapter, new: Adapter, native: bytes, frame: Frame) -> Iterator[ItemChange]:
    """Every item of ``native`` by ``old`` and by ``new``; item 0 stands for the file as a whole."""
    before = stream_of(old, BytesIO(native), frame)
    after = stream_of(new, BytesIO(native), frame)
    if before.issues or after.issues:
        told = [[f"[{i.code}] {i.at}" for i in stream.issues] for stream in (before, after)]
        if told[0] != told[1]:
            yield ItemChange(
                number=0,
                at="the whole file",
                reference="",
                change=_of_files(before_bad=bool(told[0]), after_bad=bool(told[1])),
                lines=_difference(*told),
            )
        return
    for one, other in zip_longest(before.items, after.items):
        yield _compared(one, other, frame)


def _of_files(*, before_bad: bool, after_bad: bool) -> Change:
    if before_bad and after_bad:
        return Change.OTHER_ISSUES
    return Change.NOW_READY if before_bad else Change.NO_LONGER_READY


def _compared(one: Item | None, other: Item | None, frame: Frame) -> ItemChange:
    told = [_told(item, frame) for item in (one, other)]
    ready = [item is not None and item.body is not None for item in (one, other)]
    if told[0] == told[1]:
        change = Change.SAME
    elif all(ready):
        change = Change.CHANGED
    elif any(ready):
        change = Change.NO_LONGER_READY if ready[0] else Change.NOW_READY
    else:
        change = Change.OTHER_ISSUES
    item = other or one
    if item is None:
        raise TypeError("zip_longest gives at least one item")
    return ItemChange(
        number=item.number,
        at=item.at,
        reference=item.reference,
        change=change,
        lines=() if change is Change.SAME else _difference(*told),
    )


def _told(item: Item | None, frame: Frame) -> list[str]:
    if item is None:
        return ["no such item"]
    if item.skipped:
        return [f"not sent: {item.skipped}"]
    message = message_of(item, frame)
    if message is None:
        return [
            f"[{issue.code}] {issue.column or issue.field} at {issue.at}" for issue in item.issues
        ]
    plain = _DRAWN.sub(r"<\1/>", encode(message).decode())
    return plain.replace("><", ">\n<").splitlines()


def _difference(before: list[str], after: list[str]) -> tuple[str, ...]:
    lines = unified_diff(before, after, lineterm="", n=0)
    return tuple(line for line in lines if not line.startswith(("---", "+++", "@@")))
