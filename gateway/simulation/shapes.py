"""What a fact of a ledger's line may be: text, a number, a list of what.

A line of a stranger's ledger that is otherwise formed is told with its place, so that no rule
stumbles over it. It judges no promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

import msgspec


class _Result(TypedDict):
    """Of one filed item."""

    record: str
    code: str
    version: int | None


class _Strong(TypedDict):
    """A record that was found for certain."""

    record: str
    owner: str


class _Found(TypedDict):
    """The answer to one question."""

    question: str
    strong: list[_Strong]


class _Filed(TypedDict, total=False):
    """What was filed of one record."""

    weapon: str
    make: str
    status: str
    remark: str | None


_TEXT = (
    *("message_id", "op", "to", "by", "sender", "type", "code", "digest", "what", "outcome"),
    *("lane", "kid", "reply_to", "how", "act", "at", "name", "queue", "state", "head", "peer"),
    *("record", "hit", "role", "owner", "finder", "question", "item", "search"),
)
_NUMBERS = (
    *("seq", "valid_ms", "count", "size", "most", "limit", "after_ms", "sent", "held"),
    *("missing", "gone", "ready", "lent", "version"),
)
_TRUTHS = ("may", "grantable", "at_rest", "own", "does")

_SHAPES: Mapping[str, Any] = {
    **dict.fromkeys(_TEXT, str | None),
    **dict.fromkeys(_NUMBERS, int | None),
    **dict.fromkeys(_TRUTHS, bool),
    **dict.fromkeys(("posted", "applied", "refused", "revoked", "differs"), list[str]),
    **dict.fromkeys(("results", "decided"), list[_Result]),
    **dict.fromkeys(("found", "answered"), list[_Found]),
    "filed": list[_Filed],
    "bases": list[int | None],
    "sought": list[str | None],
    "items": list[Any],
}
_RECEIPT_ITEMS = list[tuple[str, str, str | None]]
_MAY_BE_NONE = frozenset(
    {
        *("op", "reply_to", "lane", "digest", "kid", "message_id", "sender", "state", "item"),
        *("search", "version", "question"),
    }
)


def as_formed(kind: str, line: dict[str, Any]) -> str | None:
    """What is not formed as it should be in ``line``, or None. Numbers that name become text.

    ``message_id`` 17 is as good a name as "17"; the rules compare text.
    """
    wrong: list[str] = []
    for name, value in line.items():
        shape = _shape(kind, name)
        if shape is None:
            continue
        if name in _TEXT and isinstance(value, int) and not isinstance(value, bool):
            line[name] = str(value)
            continue
        if value is None and name not in _MAY_BE_NONE:
            wrong.append(f"{name} is null")
            continue
        try:
            msgspec.convert(value, shape)
        except msgspec.ValidationError as error:
            wrong.append(f"{name}: {error}")
    return "; ".join(wrong) or None


def _shape(kind: str, name: str) -> Any:
    if name == "items" and kind == "receipted":
        return _RECEIPT_ITEMS
    if name == "what" and kind == "cleartext":
        return None
    return _SHAPES.get(name)
