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
from typing import BinaryIO

from watchfiles import watch

from gateway.adapter import Adapter, AdapterError, Issue, Item, Renewable, Stream, stream_of
from gateway.frame import Frame
from gateway.log import Logger
from gateway.node.carried import carried_of, salt_of
from gateway.node.feed import ItemFeed, ShortFeed
from gateway.node.folders import FileState, Folders, open_regular, unsettled_for

_LOOK_AGAIN = timedelta(seconds=10)  # a share that delivers no notices is still seen
_TRY_AGAIN = timedelta(seconds=5)
READY_MOST = 8  # files read and not yet taken: a backlog stays on the disk
_BEGUN_MOST = 32  # files open or waiting; each long one holds a descriptor
_SHORT_OCTETS = 4 * 1024 * 1024
"""A shorter file is read at once; a longer one piece by piece, behind the short ones."""
_HASHED_OCTETS = 1024 * 1024
_NOTICE_MS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenFile:
    """A finished file; ``digest`` is hexadecimal SHA-256 of its octets (carried: and its identity).

    With ``issues`` the file as a whole could not be read, and ``feed`` has no items.
    """

    path: Path
    state: FileState
    digest: str
    issues: tuple[Issue, ...]
    feed: ItemFeed | ShortFeed
    bodies: int | None  # messages to come of it; None where it is too long to know
    mapping: str = ""  # the version of the adapter's declarations that reads it

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
        self._refused = ""  # why the adapter's declarations of now are not taken
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
            if len(self._ready) >= READY_MOST or len(self._read) >= _BEGUN_MOST:
                break  # what is taken next makes us look again
            try:
                left = self._left_alone_for(path)
                # A transport puts its files there whole: nothing is to be waited for.
                settle = self._settle if carried_of(path.name) is None else timedelta(0)
                left = max(left, unsettled_for(path, settle, self._clock()))
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

    def _left_alone_for(self, path: Path) -> timedelta:
        """How long still, of what could not be kept; nothing once the clock was set back."""
        now = self._clock()
        left = self._later.get(path, now) - now
        return left if left <= _TRY_AGAIN else timedelta(0)

    def _take(self, path: Path) -> None:
        self._renew()
        source = open_regular(path)
        keep = False
        try:
            state = FileState.of(os.fstat(source.fileno()))
            digest = hashlib.sha256(salt_of(path.name))
            while piece := source.read(_HASHED_OCTETS):
                digest.update(piece)
            if state != FileState.of(os.fstat(source.fileno())):
                return  # somebody writes it after all; the notice of that makes us look again
            source.seek(0)
            mapping = self._adapter.version
            stream, read = self._stream(path, source, short=state.octets <= _SHORT_OCTETS)
            keep = read is None
            self._read.add(path)
            self._ready.append(
                TakenFile(
                    path=path,
                    state=state,
                    digest=digest.hexdigest(),
                    issues=stream.issues,
                    feed=(
                        ItemFeed(stream.items, wake=self._wake, close=source.close)
                        if read is None
                        else ShortFeed(read)
                    ),
                    bodies=(None if read is None else sum(item.body is not None for item in read)),
                    mapping=mapping,
                )
            )
        finally:
            if not keep:
                source.close()
        self._wake()

    def _renew(self) -> None:
        """Takes declarations that were changed and are sound; others never replace good ones."""
        if not isinstance(self._adapter, Renewable):
            return
        try:
            if self._adapter.renew():
                self._log.info("adapter.renewed", mapping=self._adapter.version)
                self._refused = ""
        except (AdapterError, OSError) as error:
            if str(error) != self._refused:  # once, not with each file
                self._log.error("adapter.not-renewed", reason=str(error))
            self._refused = str(error)

    def _stream(
        self, path: Path, source: BinaryIO, *, short: bool
    ) -> tuple[Stream, list[Item] | None]:
        """What the adapter makes of the file, and its items where they are read already."""
        try:
            stream = stream_of(self._adapter, source, self._frame())
            if short or stream.issues:
                return stream, list(stream.items)
        except Exception as error:  # noqa: BLE001 - a defect of one adapter must not stop the rest
            self._log.error("node.adapter-failed", file=path.name, exc_info=error)
            return Stream(items=iter(()), issues=(_defect(error),)), []
        return stream, None

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


def _defect(error: Exception) -> Issue:
    return Issue(
        code="ADAPTER_DEFECT",
        at="the whole file",
        field="",
        value="",
        expected="a file that the adapter can read",
        remedy=f"report this to whoever keeps the adapter: {type(error).__name__}",
    )
