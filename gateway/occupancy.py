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
