"""A bell at a process's home: a command rings it after it has left an errand in the database.

It carries no word: what is asked stands in the database, so a bell that nobody hears loses nothing.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_NAME = "doorbell"
_NAME_MOST = 100  # octets that a socket's address holds, less a few


@contextmanager
def doorbell(home: Path, ring: Callable[[], None]) -> Iterator[None]:
    """Calls ``ring``, from a thread of its own, whenever somebody rings at ``home``.

    Only this user can reach it. Where no bell can be hung, errands are seen by the next look.
    """
    bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    with bell:
        if not _hang(bell, home):
            yield
            return
        stopping = threading.Event()

        def listen() -> None:
            while not stopping.is_set():
                bell.recv(16)
                ring()

        listener = threading.Thread(target=listen, name="doorbell", daemon=True)
        listener.start()
        try:
            yield
        finally:
            stopping.set()
            ring_at(home)
            listener.join(timeout=1)
            with contextlib.suppress(OSError):
                (home / _NAME).unlink()


def ring_at(home: Path) -> bool:
    """Rings once; whether somebody is at home to hear it."""
    with _near(home) as address, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        try:
            out.sendto(b"!", address)
        except OSError:
            return False
        return True


def _hang(bell: socket.socket, home: Path) -> bool:
    with _near(home) as address:
        try:
            with contextlib.suppress(FileNotFoundError):
                (home / _NAME).unlink()  # of a process that was killed
            before = os.umask(0o177)
            try:
                bell.bind(address)
            finally:
                os.umask(before)
        except OSError:
            return False
        return True


@contextmanager
def _near(home: Path) -> Iterator[str]:
    """An address short enough for a socket, however deep ``home`` lies."""
    address = str(home.absolute() / _NAME)
    if len(os.fsencode(address)) <= _NAME_MOST:
        yield address
        return
    folder = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{_NAME}"
    finally:
        os.close(folder)
