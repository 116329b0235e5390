"""Watches the incoming folder on threads of its own and reads each finished file once.

It sends nothing and touches no database: what it read waits until the endpoint takes it.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watchfiles import watch

from gateway.adapter import Adapter, Issue, Reading
from gateway.frame import Frame
from gateway.log import Logger
from gateway.node.folders import FileState, Folders, open_regular, unsettled_for

_LOOK_AGAIN = timedelta(seconds=10)  # a share that delivers no notices is still seen
_TRY_AGAIN = timedelta(seconds=5)
READY_MOST = 8  # files read and not yet taken: a backlog stays on the disk
_MOST_OCTETS = 256 * 1024 * 1024
"""Above what any adapter takes, and below what would fill the machine's memory."""
_NOTICE_MS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenFile:
    """A finished file as it was read; ``digest`` is hexadecimal SHA-256 of its octets."""

    path: Path
    state: FileState
    digest: str
    reading: Reading

    @property
    def modified(self) -> datetime:
        """When it was last written, in UTC."""
        return datetime.fromtimestamp(self.state.modified_ns / 1e9, UTC)


class FolderWatch:
    """Finished files, read by the adapter, in the order in which they were finished."""

    def __init__(
        self,
        *,
        folders: Folders,
        adapter: Adapter,
        settle: timedelta,
        frame: Callable[[], Frame],
        clock: Callable[[], datetime],
        wake: Callable[[], None],
        log: Logger,
    ) -> None:
        self._folders = folders
        self._adapter = adapter
        self._settle = settle
        self._frame = frame
        self._clock = clock
        self._wake = wake
        self._log = log
        self._stopping = threading.Event()
        self._ready: deque[TakenFile] = deque()
        self._read: set[Path] = set()  # read and not yet moved away
        self._later: dict[Path, datetime] = {}  # not to be read again before
        self._changed = threading.Event()
        self._threads = [
            threading.Thread(target=self._watch_folder, name="folder-notices", daemon=True),
            threading.Thread(target=self._read_files, name="folder-reader", daemon=True),
        ]

    def start(self) -> None:
        """Begins to watch."""
        self._folders.make()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends the threads."""
        self._stopping.set()
        self._changed.set()
        for thread in self._threads:
            thread.join(timeout=5)

    def next(self) -> TakenFile | None:
        """The next finished file, or None."""
        if not self._ready:
            return None
        self._changed.set()
        return self._ready.popleft()

    @property
    def waiting(self) -> bool:
        """Whether a finished file waits."""
        return bool(self._ready)

    def moved(self, path: Path) -> None:
        """The endpoint has moved it; what lies under this name now is another file."""
        self._read.discard(path)
        self._changed.set()

    def read_later(self, path: Path) -> None:
        """The endpoint could not keep it now; it is read again after a while."""
        self._later[path] = self._clock() + _TRY_AGAIN
        self._read.discard(path)
        self._changed.set()

    def look(self) -> timedelta | None:
        """Reads what is finished; how long until something may be, or None for no idea."""
        waits: list[timedelta] = []
        try:
            found = self._folders.candidates()
        except OSError as error:
            self._log.error("node.unreadable", file=self._folders.incoming.name, reason=str(error))
            return _TRY_AGAIN
        for path in found:
            if path in self._read:
                continue
            if len(self._ready) >= READY_MOST:
                break  # what is taken next makes us look again
            try:
                left = self._later.get(path, self._clock()) - self._clock()
                left = max(left, unsettled_for(path, self._settle, self._clock()))
                if left > timedelta(0):
                    waits.append(left)
                    continue
                self._later.pop(path, None)
                self._take(path)
            except FileNotFoundError:
                continue  # renamed or taken away between two looks
            except OSError as error:
                self._log.error("node.unreadable", file=path.name, reason=str(error))
                waits.append(_TRY_AGAIN)
        return min(waits, default=None)

    def _take(self, path: Path) -> None:
        with open_regular(path) as source:
            state = FileState.of(os.fstat(source.fileno()))
            octets = source.read(_MOST_OCTETS + 1)
            if state != FileState.of(os.fstat(source.fileno())):
                return  # somebody writes it after all; the notice of that makes us look again
        self._read.add(path)
        self._ready.append(
            TakenFile(
                path=path,
                state=state,
                digest=hashlib.sha256(octets).hexdigest(),
                reading=self._reading(path, octets),
            )
        )
        self._wake()

    def _reading(self, path: Path, octets: bytes) -> Reading:
        if len(octets) > _MOST_OCTETS:
            return Reading(items=(), issues=(_TOO_LARGE,))
        try:
            return self._adapter.read(octets, self._frame())
        except Exception as error:  # noqa: BLE001 - a defect of one adapter must not stop the rest
            self._log.error("node.adapter-failed", file=path.name, exc_info=error)
            return Reading(items=(), issues=(_defect(error),))

    def _read_files(self) -> None:
        while not self._stopping.is_set():
            # Cleared before the look: what changes during it is looked at again.
            self._changed.clear()
            pause = self.look() or _LOOK_AGAIN
            self._changed.wait(pause.total_seconds())

    def _watch_folder(self) -> None:
        for _ in watch(
            self._folders.incoming,
            watch_filter=None,
            debounce=_NOTICE_MS,
            step=_NOTICE_MS,
            stop_event=self._stopping,
            recursive=False,
            raise_interrupt=False,
        ):
            self._changed.set()


_TOO_LARGE = Issue(
    code="SIZE",
    at="the whole file",
    field="",
    value="",
    expected=f"at most {_MOST_OCTETS} octets",
    remedy="divide the file",
)


def _defect(error: Exception) -> Issue:
    return Issue(
        code="ADAPTER_DEFECT",
        at="the whole file",
        field="",
        value="",
        expected="a file that the adapter can read",
        remedy=f"report this to whoever keeps the adapter: {type(error).__name__}",
    )
