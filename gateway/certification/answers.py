"""Answers of every shape, made from the types of the standard alone, and a bad way of giving them.

They need not make sense: an adapter must be able to write down whatever a partner answers.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from random import Random
from typing import Any

from gateway.adapter import Answer, Issue, Outcome, Reply

REPLIES: tuple[type, ...] = typing.get_args(Reply)
_TEXTS = (
    "TZZ 100",
    "Ümlaut é ñ",
    "مسدس",
    "Жuк",
    "=1+1",
    'a;b,c|"d"',
    "line\nline",
    "x" * 600,
    "\N{BULLET}\x07",
    "",
)
_DEEPEST = 12


def specimen(kind: Any, random: Random, depth: int = 0) -> Any:
    """A value of the type ``kind``, with any of its optional parts."""
    origin = typing.get_origin(kind)
    if origin is tuple:
        count = random.randint(1, 2) if depth < _DEEPEST else 0
        return tuple(specimen(typing.get_args(kind)[0], random, depth + 1) for _ in range(count))
    if origin in {types.UnionType, typing.Union}:
        parts = typing.get_args(kind)
        if type(None) in parts and (depth >= _DEEPEST or random.random() < 0.4):  # noqa: PLR2004
            return None
        return specimen(random.choice([p for p in parts if p is not type(None)]), random, depth)
    if dataclasses.is_dataclass(kind):
        hints = _hints(typing.cast("type", kind))
        return typing.cast("Any", kind)(
            **{
                entry.name: specimen(hints[entry.name], random, depth + 1)
                for entry in dataclasses.fields(kind)
            }
        )
    if issubclass(kind, StrEnum):
        return random.choice(list(kind))
    return _plain(kind, random)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _plain(kind: type, random: Random) -> Any:  # noqa: PLR0911 - one return a type
    if kind is bool:
        return random.random() < 0.5  # noqa: PLR2004 - either
    if kind is int:
        return random.choice((0, 1, 7, 2_147_483_647))
    if kind is Decimal:
        return random.choice((Decimal("0.000"), Decimal("0.875"), Decimal("12345.6")))
    if kind is datetime:
        return datetime(2026, 2, random.randint(1, 28), 23, 59, 59, tzinfo=UTC)
    if kind is date:
        return date(2026, 2, random.randint(1, 28))
    if kind is bytes:
        return b"\x00\xff"
    return random.choice(_TEXTS)


def plain_answer(number: int, reference: str, outcome: Outcome, raw: bytes = b"") -> Answer:
    """An answer without the standard's part: what the node itself says of an item."""
    issue = Issue(
        code="CODE",
        at="here",
        field="Firearm/FirearmTypeCode",
        value="PISTOLX",
        expected="a value of the table",
        remedy="mend it",
        column="TYPE",
    )
    told = (issue,) if outcome in {Outcome.SET_ASIDE, Outcome.HELD} else ()
    return Answer(
        number=number, reference=reference, raw=raw, outcome=outcome, answer=None, issues=told
    )


def any_answer(random: Random, number: int) -> Answer:
    """An answer of any kind to an item that may never have been."""
    kind = random.choice(REPLIES)
    return Answer(
        number=random.choice((0, number, number + 1_000)),
        reference=random.choice(_TEXTS),
        raw=random.choice((b"", b"\xff\xfe\x00", b"A;B;C\n")),
        outcome=random.choice(list(Outcome)),
        answer=random.choice((None, specimen(kind, random))),
        issues=tuple(specimen(Issue, random) for _ in range(random.randint(0, 2))),
    )
