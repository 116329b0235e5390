"""The folders that a national system shares with its node, and safe moves between them.

It reads no content.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

_NAME_OCTETS = 200  # a file system takes 255, and numbers and suffixes are added
_SUFFIX_OCTETS = 16
# Names that writers use for files that are not finished.
_UNFINISHED = (".part", ".tmp", ".partial", ".filepart", ".crdownload", "~")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """``in`` is read, ``out`` is written; ``done`` and ``set-aside`` keep every original."""

    root: Path

    @property
    def incoming(self) -> Path:
        """Where the national system puts its files."""
        return self.root / "in"

    @property
    def outgoing(self) -> Path:
        """Where its answers and notices appear, each complete from the first instant."""
        return self.root / "out"

    @property
    def done(self) -> Path:
        """Originals that were taken in."""
        return self.root / "done"

    @property
    def set_aside(self) -> Path:
        """What could not be read, with the issues beside it."""
        return self.root / "set-aside"

    def make(self) -> None:
        """Creates what is missing."""
        for folder in (self.incoming, self.outgoing, self.done, self.set_aside):
            folder.mkdir(parents=True, exist_ok=True)

    def candidates(self) -> list[Path]:
        """Files that may be finished, oldest first; OSError when the folder cannot be read."""
        found: list[tuple[int, Path]] = []
        with os.scandir(self.incoming) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name.endswith(_UNFINISHED):
                    continue
                # One may be gone again between two looks: the writer's renaming does that.
                with suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        found.append((status.st_mtime_ns, Path(entry.path)))
        return [path for _, path in sorted(found)]

    def put(self, name: str, octets: bytes) -> Path:
        """Writes a file for the national system: complete, synced, then visible."""
        return write_durably(self.outgoing / name, octets)


def write_durably(target: Path, octets: bytes) -> Path:
    """``target`` appears whole or not at all, and survives a power cut."""
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    # Never what lies there: a link in a folder that others may write to leads anywhere.
    with part.open("xb") as out:
        out.write(octets)
        out.flush()
        os.fsync(out.fileno())
    part.replace(target)
    sync_folder(target.parent)
    return target


def open_regular(path: Path) -> BinaryIO:
    """Opens a file for reading, never what a link names; OSError for what is no regular file."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return os.fdopen(descriptor, "rb")


def move(source: Path, target: Path) -> None:
    """Moves within the shared folder, durably."""
    source.replace(target)
    sync_folder(target.parent)


def give_back(taken: Path, place: Path) -> None:
    """Puts a file back where it was found, or beside what lies there by now."""
    beside = place.with_name(fitting(f"{taken.stat().st_mtime_ns}-{place.name}"))
    try:
        os.link(taken, place)  # as rename, but it replaces nothing
        taken.unlink()
    except FileExistsError:
        taken.replace(beside)
    except OSError:  # a share without links
        taken.replace(beside if place.exists() else place)
    sync_folder(place.parent)


def sync_folder(folder: Path) -> None:
    """Makes names in ``folder`` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """Which file it is and how it stood: another one means that it was changed or replaced."""

    inode: int
    octets: int
    modified_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> FileState:
        """As the system says it."""
        return cls(inode=status.st_ino, octets=status.st_size, modified_ns=status.st_mtime_ns)


def fitting(name: str) -> str:
    """``name`` as text that every database and file system takes with something added to it.

    Octets that are no UTF-8 become U+FFFD; of a long name the middle goes and its suffix stays.
    """
    text = os.fsencode(name).decode("utf-8", "replace")
    if len(text.encode()) <= _NAME_OCTETS:
        return text
    suffix = Path(text).suffix.encode()[-_SUFFIX_OCTETS:]
    kept = text.encode()[: _NAME_OCTETS - len(suffix)] + suffix
    return kept.decode("utf-8", "ignore")


def modified(path: Path) -> datetime:
    """When the file was last written, in UTC."""
    return datetime.fromtimestamp(path.lstat().st_mtime, UTC)


def unsettled_for(path: Path, settle: timedelta, now: datetime) -> timedelta:
    """How long still to leave the file alone; zero when it is quiet and nobody writes it."""
    quiet = now - modified(path)
    if timedelta(0) <= quiet < settle:
        return settle - quiet
    return timedelta(0) if not _being_written(path) else settle


def _being_written(path: Path) -> bool:
    # The kernel grants a read lease only while nobody has the file open for writing; where leases
    # are not to be had (a network share, another owner's file), the quiet time alone decides.
    with open_regular(path) as source:
        try:
            fcntl.fcntl(source, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        fcntl.fcntl(source, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False
