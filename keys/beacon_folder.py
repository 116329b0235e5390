"""Beacons in a trust folder, as a process takes them up and remembers them.

It judges nothing itself (trust_set.py).
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

from keys.beacon import BEACON_FILE, BEACON_LIMIT
from keys.directory import Directory
from keys.errors import BeaconError, DirectoryMemoryError, TrustError
from keys.files import PUBLIC_MODE, make_folder, replace_signed
from keys.root import Root
from keys.root_folder import ACCEPTED_FOLDER
from keys.signatures import SIGNATURE_FILE_LIMIT
from keys.trust_set import Freshness, TrustSet


class BeaconFolder:
    """The newest beacon of ``path``, going forward.

    The last one accepted is kept in ``home/accepted``, so that a restart takes nobody back.
    """

    def __init__(self, path: Path, root: Root, home: Path) -> None:
        self._path = path
        self._kept = home / ACCEPTED_FOLDER
        self._set = TrustSet(root)
        self._last: tuple[bytes, bytes] | None = None
        self._begun = False
        self._refused: tuple[bytes, bytes] | None = None
        self._refused_is_told = False

    @property
    def number(self) -> int:
        """The number of the beacon in force; 0 for none."""
        return 0 if self._set.beacon is None else self._set.beacon.version

    @property
    def issued(self) -> datetime | None:
        """When the beacon in force was given."""
        return None if self._set.beacon is None else self._set.beacon.issued

    def look(self, root: Root, now: datetime) -> None:
        """Take up a newer beacon; raises BeaconError or StaleBeaconError where none is fresh.

        Where ``root`` has no beacons nothing is asked for. One that is refused leaves the one
        that was, and is an alarm.
        """
        self._go_on_with(root)
        if not self._set.beacons_given:
            return
        found = read_beacon(self._path)
        if found is not None and found != self._last:
            try:
                self._take(found, now)
            except BeaconError as refusal:
                self._note_refused(found, refusal)
                if self._set.freshness(now) is not Freshness.FRESH:
                    raise
        self._set.check_fresh(now)

    def offer(self, found: tuple[bytes, bytes], root: Root, now: datetime) -> bool:
        """Take up a beacon that came otherwise; whether it is news. Raises BeaconError.

        It is put into the folder for every process that looks there.
        """
        self._go_on_with(root)
        if not self._set.beacons_given or found == self._last:
            return False
        before = self.number
        self._take(found, now)
        for alarm in self.alarms():
            raise alarm
        if self.number == before:
            return False
        _write(self._path, found)
        return True

    def alarms(self) -> list[TrustError]:
        """What a person has to hear, once: two beacons of one number, one that was refused."""
        found, self._set.alarms = self._set.alarms, []
        return found

    def freshness(self, now: datetime) -> Freshness:
        """How much may be done on what is trusted now."""
        return self._set.freshness(now)

    def _go_on_with(self, root: Root) -> None:
        if self._begun and root.version == self._set.root.version:
            return
        self._begun = True
        self._set, self._last = TrustSet(root), None
        kept = read_beacon(self._kept) if self._set.beacons_given else None
        if kept is not None:
            with contextlib.suppress(TrustError):  # by a key that was replaced
                self._set.remember_beacon(*kept)
                self._last = kept

    def _take(self, found: tuple[bytes, bytes], now: datetime) -> None:
        before = self.number
        self._set.update_beacon(*found, now=now)
        if self.number != before:
            self._remember(found)
        self._last = found

    def _note_refused(self, found: tuple[bytes, bytes], refusal: BeaconError) -> None:
        """Tell it once, at the second look: at the first it may be half written."""
        if found != self._refused:
            self._refused, self._refused_is_told = found, False
        elif not self._refused_is_told:
            self._refused_is_told = True
            self._set.alarms.append(refusal)

    def _remember(self, found: tuple[bytes, bytes]) -> None:
        try:
            make_folder(self._kept, private=False)
            _write(self._kept, found)
        except OSError as problem:
            raise DirectoryMemoryError(
                "The newest beacon cannot be remembered.",
                place=str(self._kept),
                value=problem.strerror,
                expected="a folder that this process may write",
                remedy="Make room or mend the rights; it is tried again by itself.",
            ) from problem

    @property
    def checkpoint(self) -> bytes | None:
        """The key log's checkpoint that the beacon in force carries."""
        return None if self._set.beacon is None else self._set.beacon.checkpoint

    def names(self, directory: Directory) -> bool:
        """Whether the beacon in force, if any is asked for, names this directory."""
        return self._set.is_named(directory)

    def is_behind(self, version: int, now: datetime) -> bool:
        """Whether a fresh beacon is in force that names an older directory than ``version``."""
        beacon = self._set.beacon
        return (
            beacon is not None
            and beacon.directory.version < version
            and self._set.freshness(now) is Freshness.FRESH
        )


def _write(folder: Path, found: tuple[bytes, bytes]) -> None:
    # A reader between both files sees a beacon that does not hold, and looks again.
    replace_signed(folder / BEACON_FILE, found[0], found[1], mode=PUBLIC_MODE)


def read_beacon(path: Path) -> tuple[bytes, bytes] | None:
    """The beacon's octets and signature in a folder, or None."""
    try:
        with (path / BEACON_FILE).open("rb") as file:
            octets = file.read(BEACON_LIMIT + 1)
        with (path / f"{BEACON_FILE}.sig").open("rb") as file:
            return octets, file.read(SIGNATURE_FILE_LIMIT + 1)
    except OSError:
        return None
