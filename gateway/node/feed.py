"""The items of one file as the intake takes them: of a short one at once, of a long one in pieces.

A long file is read on a thread of its own, a few pieces ahead and no more. It keeps nothing.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from gateway.adapter import Item

PIECE_ITEMS = 1_000  # keeps one transaction short, so that a hit need not wait for a big file
_PIECES_AHEAD = 3


class ItemFeed:
    """Pieces of at most ``PIECE_ITEMS`` items, in the order of the file."""

    def __init__(
        self, items: Iterator[Item], *, wake: Callable[[], None], close: Callable[[], None]
    ) -> None:
        self._items = items
        self._wake = wake
        self._close = close
        self._ready: queue.Queue[list[Item] | Exception] = queue.Queue(_PIECES_AHEAD)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._ended = False

    @property
    def ready(self) -> bool:
        """Whether ``take`` gives something at once; the first question starts the reading."""
        self._start()
        return self._ended or not self._ready.empty()

    def take(self) -> list[Item] | None:
        """The next piece, an empty one at the end; None while it is not read yet.

        Raises what the adapter raised: a defect of it.
        """
        self._start()
        if self._ended:
            return []
        try:
            piece = self._ready.get_nowait()
        except queue.Empty:
            return None
        if isinstance(piece, Exception):
            self._ended = True
            raise piece
        self._ended = not piece
        return piece

    def stop(self) -> None:
        """Reads no further."""
        self._stopping.set()
        self._ended = True
        if self._thread is None:
            self._close()

    def _start(self) -> None:
        if self._thread is None and not self._ended:
            self._thread = threading.Thread(target=self._read, name="file-reader", daemon=True)
            self._thread.start()

    def _read(self) -> None:
        try:
            while piece := list(islice(self._items, PIECE_ITEMS)):
                if not self._give(piece):
                    return
            self._give([])
        except Exception as error:  # noqa: BLE001 - told to whoever takes
            self._give(error)
        finally:
            self._close()

    def _give(self, piece: list[Item] | Exception) -> bool:
        while not self._stopping.is_set():
            try:
                self._ready.put(piece, timeout=0.5)
            except queue.Full:
                continue
            self._wake()
            return True
        return False


class ShortFeed:
    """The items of a file that was read at once."""

    ready = True

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._at = 0

    def take(self) -> list[Item]:
        """The next piece, an empty one at the end."""
        piece = list(self._items[self._at : self._at + PIECE_ITEMS])
        self._at += len(piece)
        return piece

    def stop(self) -> None:
        """Nothing is being read."""
