"""Countries' notes about the next root in a trust folder, and how long they have been enough.

It judges no note (succession.py); it counts them, and remembers since when.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from keys.chain import root_file
from keys.directory import Directory
from keys.errors import DirectoryMemoryError, SuccessionError, TrustError
from keys.files import PUBLIC_MODE, replace
from keys.markup import instant, instant_text
from keys.revocation import NOTE_LIMIT
from keys.root import Root
from keys.root_document import ROOT_LIMIT
from keys.signatures import SIGNATURE_FILE_LIMIT
from keys.succession import (
    SUCCESSION_NOTICE,
    Succession,
    announced,
    countries_for,
    countries_needed,
    succeeding_root,
    verify_succession,
)
from keys.trusted import DIRECTORY_LIMIT, directory_file, verify_directory, version_in

MEMORY_FILE = "root.successions"
_MOST_NOTES = 1_024
_MOST_VERSIONS = 32


class SuccessionFolder:
    """What ``home`` remembers: since when enough countries agreed on a root, and what was taken."""

    def __init__(self, path: Path, home: Path) -> None:
        self._path, self._file = path, home / MEMORY_FILE
        self._told: set[bytes] = set()
        self._looked: tuple[object, ...] | None = None
        self._counts_from: datetime | None = None

    def is_taken(self, octets: bytes) -> bool:
        """Whether this root was followed because of the countries."""
        return bool(self._memory().get(sha256(octets).hexdigest(), {}).get("taken"))

    def look(
        self, current: Root, directory: Directory, now: datetime
    ) -> tuple[bool, SuccessionError | None]:
        """Whether a root may be followed from now on, and what is to be told, once.

        Raises DirectoryMemoryError if the memory cannot be read or written.
        """
        octets = _read(self._path / root_file(current.version + 1), ROOT_LIMIT)
        if octets is None or self.is_taken(octets):
            return False, None
        stamp = (self._path.stat().st_mtime_ns, current.digest, directory.digest)
        waits = self._counts_from is None or now < self._counts_from
        if stamp == self._looked and waits:
            return False, None  # every note of some hundred countries, each second, is too much
        self._looked, self._counts_from = stamp, None
        signature = _read(
            self._path / f"{root_file(current.version + 1)}.sig", SIGNATURE_FILE_LIMIT
        )
        try:
            root = succeeding_root(current, octets, signature or b"")
        except TrustError:
            return False, None
        needed = countries_needed(directory)
        agreed = countries_for(root.digest, notes_in(self._path, current.version + 1, directory))
        if len(agreed) < needed:
            return False, None
        memory = self._memory()
        key = root.digest.hex()
        seen = instant(str(memory[key]["seen"])) if key in memory else now
        counts_from = self._counts_from = seen + SUCCESSION_NOTICE
        if key not in memory or now >= counts_from:
            memory[key] = {"seen": instant_text(seen), "taken": now >= counts_from}
            self._write(memory)
        told = None
        if root.digest not in self._told:
            self._told.add(root.digest)
            told = announced(root, len(agreed), needed, counts_from)
        return now >= counts_from, told

    def _memory(self) -> dict[str, dict[str, object]]:
        try:
            facts = json.loads(self._file.read_text("ascii"))
            return {str(key): dict(value) for key, value in facts.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError, TypeError) as problem:
            raise _unkept(self._file, "it cannot be read") from problem

    def _write(self, memory: dict[str, dict[str, object]]) -> None:
        line = json.dumps(memory, sort_keys=True, separators=(",", ":")) + "\n"
        try:
            replace(self._file, line.encode("ascii"), mode=PUBLIC_MODE)
        except OSError as problem:
            raise _unkept(self._file, str(problem.strerror)) from problem


def countries_agreed(trust: Path, current: Root, octets: bytes) -> bool:
    """Whether a folder's notes make these octets the next root, by a directory that lies here.

    For the centre and for whoever looks at an old folder. A reader has its own directory and its
    own notice (``SuccessionFolder``).
    """
    digest = sha256(octets).digest()
    if not any(True for _ in trust.glob(f"succession-*-{current.version + 1}.xml")):
        return False
    versions = (version_in(each.name) for each in trust.iterdir())
    for version in sorted((found for found in versions if found), reverse=True)[:_MOST_VERSIONS]:
        name = directory_file(version)
        document = _read(trust / name, DIRECTORY_LIMIT)
        signature = _read(trust / f"{name}.sig", SIGNATURE_FILE_LIMIT)
        try:
            directory = verify_directory(document or b"", signature or b"", current)
        except TrustError:
            continue
        notes = notes_in(trust, current.version + 1, directory)
        if len(countries_for(digest, notes)) >= countries_needed(directory):
            return True
    return False


def notes_in(path: Path, version: int, directory: Directory) -> Iterator[Succession]:
    """The countries' notes about root ``version`` that hold."""
    for file in sorted(path.glob(f"succession-*-{version}.xml"))[:_MOST_NOTES]:
        octets = _read(file, NOTE_LIMIT)
        signature = _read(file.with_name(f"{file.name}.sig"), SIGNATURE_FILE_LIMIT)
        try:
            note = verify_succession(octets or b"", signature or b"", directory)
        except TrustError:
            continue
        if note.root.version == version:
            yield note


def _read(path: Path, limit: int) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError:
        return None


def _unkept(path: Path, why: str) -> DirectoryMemoryError:
    return DirectoryMemoryError(
        f"What was remembered of the countries' notes cannot be kept or read: {why}.",
        place=str(path),
        expected="a file that this process may read and write",
        remedy="Make room or mend the rights; restore the file from where it is kept safe.",
    )
