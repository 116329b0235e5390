"""Where the key log lies in a trust folder, what it is called and whose keys sign it.

It proves nothing of what it reads (keylog.py, keylog_watch.py).
"""

from __future__ import annotations

from pathlib import Path

from keys.checkpoint import CHECKPOINT_LIMIT
from keys.root import RoleName, Root

LOG_FOLDER = "keylog"
ENTRIES_FILE = "entries"
CHECKPOINT_FILE = "checkpoint"
ENTRIES_LIMIT = 256 * 1024 * 1024
"""Octets of all leaves; 196 countries that rotate every year make less than 1 MB a year."""


def origin_of(anchor: Root) -> str:
    """The name of an exchange's log: no two exchanges share one."""
    return f"iarms.keylog/{anchor.digest.hex()[:32]}"


def log_keys(root: Root) -> frozenset[bytes]:
    """The raw keys that may sign checkpoints: the beacon's, or the directory officers' if none."""
    role = RoleName.BEACON if RoleName.BEACON in root.roles else RoleName.DIRECTORY
    return frozenset(root.officers[person].signing for person in root.roles[role].persons)


def read_note(trust: Path) -> bytes | None:
    """The newest checkpoint's octets in a folder, or None; a reader asks no more of them."""
    try:
        with (trust / LOG_FOLDER / CHECKPOINT_FILE).open("rb") as file:
            return file.read(CHECKPOINT_LIMIT + 1)
    except OSError:
        return None


def read_leaves(trust: Path) -> tuple[bytes, ...]:
    """The leaves in a folder as they lie there, unproven; none where there is no file."""
    try:
        with (trust / LOG_FOLDER / ENTRIES_FILE).open("rb") as file:
            return tuple(file.read(ENTRIES_LIMIT).splitlines())
    except OSError:
        return ()
