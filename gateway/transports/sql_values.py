"""What a foreign database's values become: cells of JSON, ranks, marks, and answers as flat lines.

It asks no database.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from gateway.transports.seam import TransportError


class TableError(TransportError):
    """A table, view or column is not as the settings or the answers need it."""

    code = "transport.table"


def flat(octets: bytes) -> list[dict[str, object]]:
    """The answers of a JSON file as flat lines: an answer's own members stand in each line."""
    try:
        tree = json.loads(octets)
    except ValueError:
        return []
    if not isinstance(tree, dict):
        return []
    lists = [value for value in tree.values() if isinstance(value, list)]
    if len(lists) != 1 or not all(isinstance(each, dict) for each in lists[0]):
        return []
    lines: list[dict[str, object]] = []
    for answer in lists[0]:
        own = {name: value for name, value in answer.items() if not isinstance(value, list | dict)}
        inner = [value for value in answer.values() if isinstance(value, list)]
        below = [each for value in inner for each in value if isinstance(each, dict)]
        for line in below or [{}]:
            plain = {n: v for n, v in line.items() if not isinstance(v, list | dict)}
            lines.append({name: _plain(value) for name, value in {**own, **plain}.items()})
    return lines


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str) else str(value)


def cell(value: Any) -> object:
    """A database's value as JSON holds it; numbers as they are written."""
    match value:
        case None | bool() | str():
            return value
        case datetime() | date() | time():
            return value.isoformat()
        case bytes() | memoryview():
            return bytes(value).hex()
        case _:
            return str(value)


def rank_of(at: Any) -> float:
    """A number that orders values of a sequence or change column."""
    match at:
        case datetime():
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
        case str():
            return rank_of(_read(at))
        case _:
            return float(at)


def _read(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise TableError(
            "the change column holds no instant",
            value=text[:40],
            expected="a timestamp, a number that grows, or text as 2026-11-22 14:05:09",
            remedy="name another column as change, or use sequence",
        ) from error


def earlier(text: str, seconds: float) -> str:
    """An instant as text, so much earlier and in the same form, so that texts compare rightly."""
    instant = _read(text) - timedelta(seconds=seconds)
    separator = text[10] if len(text) > len("2026-11-22") else " "
    return instant.isoformat(sep=separator, timespec="seconds")


def marked(at: Any) -> str:
    """A value of the ordering column as text that keeps its type."""
    match at:
        case datetime():
            return json.dumps({"instant": at.isoformat()})
        case str():
            return json.dumps({"text": at})
        case _:
            return json.dumps({"number": str(at)})


def unmarked(mark: str) -> Any:
    """The value that ``marked`` was given."""
    ((kind, value),) = json.loads(mark).items()
    match kind:
        case "instant":
            return datetime.fromisoformat(value)
        case "text":
            return value
        case _:
            return int(value) if value.lstrip("-").isdigit() else float(value)
