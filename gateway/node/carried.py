"""The names of native files that a transport carried here: which transport, and which item of it.

It moves no file. The name alone leads an answer back to where its question came from, so nothing
else need be kept for that.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from gateway.node.folders import fitting

_KEY_DIGITS = 24  # 96 bits: no two items of a transport meet by chance
_LABEL_MOST = 60
# A file that was set aside whole keeps its number when somebody puts it back.
_FORM = re.compile(r"(?:\d+-)?([a-z][a-z0-9-]{0,30})_([0-9a-f]{24})_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Whose item a file is; ``key`` is 24 hexadecimal digits of the SHA-256 of its identity."""

    transport: str
    key: str


def key_of(identity: str) -> str:
    """The key of the item that its transport knows as ``identity``."""
    return hashlib.sha256(identity.encode()).hexdigest()[:_KEY_DIGITS]


def carried_name(transport: str, key: str, label: str, suffix: str) -> str:
    """The name under which an item is put into ``in``; ``label`` is for people."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", label).strip("-.")[:_LABEL_MOST] or "item"
    return fitting(f"{transport}_{key}_{plain}{suffix}")


def carried_of(name: str) -> Carried | None:
    """What the name of a native file, or of the answer to it, says; None for another's."""
    found = _FORM.match(name)
    return None if found is None else Carried(transport=found[1], key=found[2])


def salt_of(name: str) -> bytes:
    """What is hashed before the octets of a file of this name.

    Dropped files are told apart by their octets alone. Carried ones have an identity of their own:
    the same search asked twice, as two items, is asked twice.
    """
    carried = carried_of(name)
    return b"" if carried is None else f"{carried.transport}\0{carried.key}\0".encode()
