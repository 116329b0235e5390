"""Which processes work in a home folder: each holds a lock there as long as it lives.

A lock ends with its process, however that ends; nothing has to be cleaned up. It does not say
that a process does its work: ``/readyz`` does.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.errors import GatewayError

LOCK_FILE = "process.lock"
_MODE = 0o600
_LOCKS = Path("/proc/locks")
_INODE = 5
"""Which word of a line names device and inode."""


class HomeOccupiedError(GatewayError):
    """A process works in this home folder, or the folder is being restored."""

    code = "home.occupied"
    retryable = True
    answered = False


@contextmanager
def working_in(home: Path) -> Iterator[None]:
    """Says that a process works in ``home`` until the block ends; several may.

    Raises ``HomeOccupiedError`` while somebody restores the folder.
    """
    with _locked(home, fcntl.LOCK_SH, "the folder is being restored", "wait until it is done"):
        yield


@contextmanager
def alone_in(home: Path) -> Iterator[None]:
    """Keeps every process out of ``home`` until the block ends.

    Raises ``HomeOccupiedError`` while one works there.
    """
    with _locked(home, fcntl.LOCK_EX, "a process works in this folder", "stop it first"):
        yield


def is_worked_in(home: Path) -> bool:
    """Whether a process works in ``home`` now."""
    path = home / LOCK_FILE
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def halted_in(home: Path) -> tuple[int, ...]:
    """Processes that hold the lock of ``home`` and were halted (SIGSTOP, a debugger).

    Read from ``/proc``, as its manual page proc(5) writes it; empty where there is none.
    """
    try:
        inode = (home / LOCK_FILE).stat().st_ino
        lines = _LOCKS.read_text().splitlines()
    except OSError:
        return ()
    holders = {int(words[4]) for words in map(str.split, lines) if _is_on(words, inode)}
    return tuple(sorted(pid for pid in holders if _is_halted(pid)))


def _is_on(words: list[str], inode: int) -> bool:
    # "1: FLOCK  ADVISORY  READ 4711 fd:00:22 0 EOF"; one who waits has "->" after the number.
    return len(words) > _INODE and words[1] == "FLOCK" and words[_INODE].endswith(f":{inode}")


def _is_halted(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state in {"T", "t"}


@contextmanager
def _locked(home: Path, kind: int, why: str, remedy: str) -> Iterator[None]:
    path = home / LOCK_FILE
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _MODE)
    try:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HomeOccupiedError(why, place=str(home), remedy=remedy) from error
        yield
    finally:
        os.close(descriptor)
