"""The trail of acts on keys: who did what, to which octets, why and when.

One line of JSON an act, written durably in ``private/acts.jsonl``. It is for people who look back
and no evidence by itself: the key log is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keys.centre import CentreFolder
from keys.markup import instant_text, whole_milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Under whose login, when and why the acts inside are done."""

    at: datetime
    user: str
    why: str | None


_ACTING: ContextVar[Acting | None] = ContextVar("acting", default=None)


@contextmanager
def acting(*, at: datetime, user: str, why: str | None) -> Iterator[None]:
    """Everything done inside is noted with this login, time and reason."""
    token = _ACTING.set(Acting(at=at, user=user, why=why))
    try:
        yield
    finally:
        _ACTING.reset(token)


def note_act(folder: CentreFolder, act: str, **facts: object) -> None:
    """Add one line to the trail, durably."""
    by = _ACTING.get()
    told: dict[str, object] = {"act": act, **facts}
    if by is not None:
        told |= {"at": instant_text(whole_milliseconds(by.at)), "user": by.user}
        if by.why:
            told.setdefault("why", by.why)
    line = json.dumps(told, sort_keys=True, default=str) + "\n"
    handle = os.open(folder.trail, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def read_trail(folder: CentreFolder) -> list[dict[str, Any]]:
    """Every act, the oldest first; a line that was cut short by a power cut is told as such."""
    try:
        lines = folder.trail.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            facts = json.loads(line)
        except ValueError:
            facts = {"act": "unreadable", "line": line[:200]}
        found.append(
            facts if isinstance(facts, dict) else {"act": "unreadable", "line": line[:200]}
        )
    return found
