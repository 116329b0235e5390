"""Where the key log lies in a trust folder, what it is called and whose keys sign it.

It proves nothing of what it reads (keylog.py, keylog_watch.py).
"""

from __future__ import annotations

from pathlib import Path

from keys.checkpoint import CHECKPOINT_LIMIT
from keys.errors import KeyLogError
from keys.growth import GROWTH_LIMIT, Growth, growth_file, growth_size_in, read_growth
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


def newest_growth(trust: Path) -> str | None:
    """The name of the longest growth in a folder whose checkpoint lies beside it."""
    try:
        names = {each.name for each in trust.iterdir()}
    except OSError:
        return None
    sizes = [size for each in names if (size := growth_size_in(each)) is not None]
    whole = [size for size in sizes if f"{growth_file(size)}.sig" in names]
    return growth_file(max(whole)) if whole else None


def read_growth_file(folder: Path, name: str) -> Growth | None:
    """A growth as it lies there, unproven; None where there is none or it is damaged."""
    try:
        with (folder / name).open("rb") as file:
            return read_growth(file.read(GROWTH_LIMIT + 1))
    except (OSError, KeyLogError):
        return None
