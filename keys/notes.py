"""What a process remembers beside the directory: keys relied on, revocations, recoveries seen.

It finds and keeps files; revocation.py verifies them, and continuity.py draws the conclusions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from keys.continuity import Known
from keys.directory import Directory
from keys.errors import DirectoryMemoryError, TrustError
from keys.files import PUBLIC_MODE, make_folder, replace, replace_signed
from keys.markup import instant, instant_text
from keys.revocation import NOTE_LIMIT, Recovery, Revocation, verify_recovery, verify_revocation
from keys.root import Root
from keys.signatures import SIGNATURE_FILE_LIMIT

KNOWN_FILE = "keys.known"
KEPT_FOLDER = "accepted"
_WRITE_AFTER = timedelta(seconds=10)
"""What a kept revocation would lead to again may wait as long, so that several are written once."""


class NoteFolder:
    """Revocations and recoveries from ``path``, and what was relied on, remembered in ``home``.

    A revocation that was accepted once is copied into ``home/accepted``, so that nobody brings a
    stolen key back by taking the file away.
    """

    def __init__(self, path: Path, home: Path) -> None:
        self.changed = True
        self.known: Known | None = None
        self._path = path
        self._home = home
        self._loaded = False
        self._revocations: dict[str, Revocation] = {}
        self._recoveries: dict[str, Recovery] = {}
        self._seen_at: dict[str, datetime] = {}
        self._tried: dict[str, int] = {}
        self._root_version = 0
        self._last_recovered: frozenset[str] = frozenset()
        self._newly_revoked: set[str] = set()
        self._unwritten: datetime | None = None
        self._unsettled: set[str] = set()

    @property
    def revocations(self) -> tuple[Revocation, ...]:
        """Every revocation in force, by name."""
        return tuple(self._revocations[name] for name in sorted(self._revocations))

    @property
    def recoveries(self) -> tuple[tuple[Recovery, datetime], ...]:
        """Every recovery that was announced, and when its keys begin to count."""
        return tuple(
            (each, self._seen_at[name] + each.notice)
            for name, each in sorted(self._recoveries.items())
        )

    def recovered(self, now: datetime) -> frozenset[str]:
        """The ids of keys whose recovery this reader has shown long enough."""
        return frozenset(
            kid for each, ready in self.recoveries if now >= ready for kid in each.kids
        )

    def holds(self, name: str) -> bool:
        """Whether a note of this name counts already and is written."""
        counts = name in self._revocations or name in self._recoveries
        return counts and name not in self._unsettled

    def settled(self, name: str) -> None:
        """What counts by this name is written."""
        self._unsettled.discard(name)

    def newly_revoked(self) -> frozenset[str]:
        """The parties of which revocations came since this was asked last."""
        found = frozenset(self._newly_revoked)
        self._newly_revoked.clear()
        return found

    def look(self, root: Root, directory: Directory, now: datetime) -> bool:
        """Take in new files; whether anything but revocations changed since the last judgement."""
        self._load()
        if self._unwritten is not None and not timedelta(0) <= now - self._unwritten < _WRITE_AFTER:
            self._write()
        if root.version != self._root_version:
            self._root_version = root.version
            self._tried.clear()
        for folder in (self._home / KEPT_FOLDER, self._path):
            for name, stamp in self._files(folder):
                if self._tried.get(name) != stamp and name not in self._revocations:
                    self._tried[name] = stamp
                    self._take(folder, name, root, directory, now)
        recovered = self.recovered(now)
        changed = self.changed or recovered != self._last_recovered
        self._last_recovered, self.changed = recovered, False
        return changed

    def take(self, name: str, note: Revocation | Recovery, now: datetime) -> None:
        """Take in a note that was verified; what it takes away counts from now on.

        It has to be written by whoever gives it; ``settled`` says when it is.
        """
        self._load()
        self._unsettled.add(name)
        if isinstance(note, Revocation):
            if name not in self._revocations:
                self._revocations[name] = note
                self._newly_revoked.add(note.party)
            return
        self._recoveries.setdefault(name, note)
        self.changed = True
        if name not in self._seen_at:
            self._seen_at[name] = now
            self._write()

    def remember(self, known: Known, now: datetime, *, at_once: bool = True) -> None:
        """Keep what was relied on, durably; DirectoryMemoryError if that fails.

        Not ``at_once`` where a kept revocation would lead to the same after a restart.
        """
        if known == self.known:
            return
        self.known = known
        self._unwritten = self._unwritten or now
        if at_once:
            self._write()

    def _take(
        self, folder: Path, name: str, root: Root, directory: Directory, now: datetime
    ) -> None:
        octets = _read(folder / name, NOTE_LIMIT)
        signature = _read(folder / f"{name}.sig", SIGNATURE_FILE_LIMIT)
        if octets is None or signature is None:
            self._tried.pop(name, None)
            return
        try:
            if name.startswith("revocation-"):
                self.take(name, verify_revocation(octets, signature, root, directory), now)
                self.keep(name, octets, signature)
            elif name not in self._recoveries:
                self.take(name, verify_recovery(octets, signature, root), now)
            self.settled(name)
        except DirectoryMemoryError:
            raise
        except TrustError:
            return  # a note that does not hold has no effect; files of others may lie here

    def keep(self, name: str, octets: bytes, signature: bytes) -> None:
        """Copy a revocation where nobody takes it away; DirectoryMemoryError if that fails."""
        kept = self._home / KEPT_FOLDER
        if (kept / name).exists():
            return
        try:
            make_folder(kept, private=False)
            replace_signed(kept / name, octets, signature, mode=PUBLIC_MODE)
        except OSError as problem:
            raise _memory(kept / name, str(problem.strerror)) from problem

    @staticmethod
    def _files(folder: Path) -> Iterator[tuple[str, int]]:
        try:
            names = sorted(
                each for each in folder.iterdir()
                if each.name.startswith(("revocation-", "recovery-")) and each.suffix == ".xml"
            )  # fmt: skip
        except OSError:
            return
        for each in names:
            try:
                yield each.name, each.stat().st_mtime_ns
            except OSError:
                continue

    def _load(self) -> None:
        if self._loaded:
            return
        path = self._home / KNOWN_FILE
        try:
            facts: dict[str, Any] = json.loads(path.read_text("ascii"))
            self.known = {
                str(party): {str(kid): None if may is None else bool(may)
                             for kid, may in kids.items()}
                for party, kids in facts["keys"].items()
            }  # fmt: skip
            self._seen_at = {
                str(name): instant(str(at)) for name, at in facts["recoveries"].items()
            }
        except FileNotFoundError:
            self.known = None  # the first directory ever, or the first by this version
        except (OSError, ValueError, KeyError, AttributeError) as problem:
            raise _memory(path, "it cannot be read") from problem
        self._loaded = True

    def _write(self) -> None:
        facts = {
            "keys": {party: dict(kids) for party, kids in (self.known or {}).items()},
            "recoveries": {name: instant_text(at) for name, at in self._seen_at.items()},
        }
        if self.known is None:
            return
        self._unwritten = None
        path = self._home / KNOWN_FILE
        line = json.dumps(facts, sort_keys=True, separators=(",", ":")) + "\n"
        try:
            replace(path, line.encode("ascii"), mode=PUBLIC_MODE)
        except OSError as problem:
            raise _memory(path, str(problem.strerror)) from problem


def _read(path: Path, limit: int) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError:
        return None


def _memory(path: Path, why: str) -> DirectoryMemoryError:
    return DirectoryMemoryError(
        f"What was remembered of keys cannot be kept or read: {why}.",
        place=str(path),
        expected="a file that this process may read and write",
        remedy="Make room or mend the rights; restore the file from where it is kept safe.",
    )
