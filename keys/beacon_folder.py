"""Beacons in a trust folder, as a process takes them up.

It judges nothing itself (trust_set.py).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from keys.beacon import BEACON_FILE, BEACON_LIMIT
from keys.directory import Directory
from keys.root import Root
from keys.signatures import SIGNATURE_FILE_LIMIT
from keys.trust_set import TrustSet


class BeaconFolder:
    """The newest beacon of ``path``, going forward as long as the process lives."""

    def __init__(self, path: Path, root: Root) -> None:
        self._path = path
        self._set = TrustSet(root)
        self._last: tuple[bytes, bytes] | None = None

    def look(self, root: Root, now: datetime) -> None:
        """Take up a newer beacon; raises BeaconError or StaleBeaconError where there is none.

        Where ``root`` has no beacons nothing is asked for.
        """
        if root.version != self._set.root.version:
            self._set, self._last = TrustSet(root), None
        if not self._set.beacons_given:
            return
        found = read_beacon(self._path)
        if found is not None and found != self._last:
            self._set.update_beacon(*found, now=now)
            self._last = found
        self._set.check_fresh(now)

    def names(self, directory: Directory) -> bool:
        """Whether the beacon in force, if any is asked for, names this directory."""
        return self._set.is_named(directory)


def read_beacon(path: Path) -> tuple[bytes, bytes] | None:
    """The beacon's octets and signature in a folder, or None."""
    try:
        with (path / BEACON_FILE).open("rb") as file:
            octets = file.read(BEACON_LIMIT + 1)
        with (path / f"{BEACON_FILE}.sig").open("rb") as file:
            return octets, file.read(SIGNATURE_FILE_LIMIT + 1)
    except OSError:
        return None
