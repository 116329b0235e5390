"""Makes the answer to a large file beside the walk, so that a hit need not wait for it.

Its thread computes and touches nothing else; what it needs is read, and what it made is kept, in
short pieces between the steps of the walk.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.adapter import Adapter
from gateway.endpoint import Outgoing
from gateway.frame import Frame
from gateway.log import Logger
from gateway.node.results import compose
from gateway.store import NativeItem

LARGE = 1_000
"""Items of a file from which its answer takes longer than a hit should wait."""


@dataclass(slots=True, kw_only=True)
class _Reading:
    file_id: int
    items: list[NativeItem] = field(default_factory=list)


class LargeAnswers:
    """Answers in the making, one at a time, in the order in which they were wanted."""

    def __init__(self, adapter: Adapter, log: Logger) -> None:
        self._adapter = adapter
        self._log = log
        self._wanted: deque[int] = deque()
        self._known: set[int] = set()  # wanted, in the making, or not to be made
        self._reading: _Reading | None = None
        self._writer: threading.Thread | None = None
        self._made: deque[tuple[int, bytes]] = deque()

    def want(self, file_id: int) -> None:
        """The answer to this file, once; a file that still has open items is passed over."""
        if file_id not in self._known:
            self._known.add(file_id)
            self._wanted.append(file_id)

    @property
    def busy(self) -> bool:
        """Whether there is a next piece already."""
        if self._writer is not None and self._writer.is_alive():
            return False
        return bool(self._made or self._reading or self._wanted)

    def advance(self, outgoing: Outgoing) -> tuple[int, bytes] | None:
        """Does the next piece; a file's number and its answer when that is made."""
        if self._writer is not None and self._writer.is_alive():
            return None
        if self._made:
            return self._made[0]
        if self._reading is not None:
            self._read_on(self._reading, outgoing)
        elif self._wanted:
            self._reading = _Reading(file_id=self._wanted.popleft())
        return None

    def kept(self, file_id: int) -> None:
        """The answer is kept; it need not be made again."""
        self._made.popleft()
        self._known.discard(file_id)

    def _read_on(self, reading: _Reading, outgoing: Outgoing) -> None:
        intake = outgoing.unit.intake
        file = intake.file(reading.file_id)
        if file.open_items or file.state != "ACCEPTED":
            self._reading = None  # what ended its last item was undone: it is wanted again
            self._known.discard(file.id)
            return
        after = reading.items[-1].number if reading.items else 0
        page = intake.items_of_file(file.id, after=after, most=LARGE, round_=file.round)
        reading.items.extend(page)
        if len(page) < LARGE:
            self._reading = None
            self._writer = threading.Thread(
                target=self._write,
                args=(file.id, reading.items, outgoing.frame),
                name="large-answer",
                daemon=True,
            )
            self._writer.start()

    def _write(self, file_id: int, items: Sequence[NativeItem], frame: Frame) -> None:
        try:
            octets = self._adapter.write([compose(item) for item in items], frame)
        except Exception as error:  # noqa: BLE001 - a defect of one adapter must not end the node
            self._log.error("node.adapter-failed", file_id=file_id, exc_info=error)
            return
        self._made.append((file_id, octets))
