"""A machine-to-machine client as the campaign sees it: what its process was promised, what it got.

It reads the ledger that the asking process keeps beside its database, and at the judgement the
database's own journal; nothing here asks anything.
"""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable
from pathlib import Path

from gateway.campaign.asker import ASKING, ENDED, LEDGER
from gateway.store import Store, StoreError

_LOOK_S = 0.1
_KIND = "SEARCH_REQUEST"
_PAGE = 50_000


class Questions:
    """One asking process; the same to look at as a ``Client``, except that it files no record."""

    files_records = False

    def __init__(self, *, party: str, home: Path, open_store: Callable[[], Store]) -> None:
        self.party = party
        self._home = home
        self._open_store = open_store
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"questions {party}", daemon=True)
        self._offset = 0
        self._mark = 0
        self._open: dict[str, float] = {}
        self._promised: dict[str, float] = {}
        self._early: set[str] = set()
        self._posted: list[str] = []
        self._ends: dict[str, list[str]] = {}
        self.last_answer = 0.0

    def start(self) -> None:
        """Begins to read; the process asks nothing before ``go_on``."""
        self._thread.start()

    def go_on(self) -> None:
        """May ask."""
        (self._home / ASKING).touch()

    def pause(self) -> None:
        """Asks nothing new."""
        (self._home / ASKING).unlink(missing_ok=True)

    def stop(self) -> None:
        """Ends."""
        self.pause()
        self._stopping.set()
        self._thread.join(10)

    @property
    def in_flight(self) -> int:
        """Questions that were accepted and have no end, as the process told."""
        with self._lock:
            return len(self._open)

    def oldest(self) -> str:
        """A word on what has waited longest."""
        with self._lock:
            first = next(iter(self._open), None)
        return "" if first is None else f"{self.party} {first}"

    def look_again(self) -> None:
        """Takes from the database what a process that was killed could not tell."""
        with self._lock:
            wanted = bool(self._open)
        if not wanted:
            return
        try:
            self._read_on()
        except StoreError:
            return
        with self._lock:
            for question in self._ends:
                self._open.pop(question, None)

    def settle(self) -> tuple[dict[str, float], dict[str, list[str]], set[str]]:
        """Everything promised or committed since the last time, how it ended, what was promised.

        What was committed in a process that was killed before it was told is asked too: it may
        have any end, but it must have one.
        """
        self._read_on()
        posted, self._posted = self._posted, []
        ends, self._ends = self._ends, {}
        with self._lock:
            promised, self._promised = self._promised, {}
            self._open.clear()
            self._early.clear()
        return dict.fromkeys(posted, 0.0) | promised, ends, set(promised)

    def _read_on(self) -> None:
        """What the journal has gained since it was last read."""
        with self._open_store() as store, store.unit() as unit:
            while True:
                self._mark, lines = unit.journal.after(self._mark, most=_PAGE)
                for line in lines:
                    if line.message_id is None:
                        continue
                    if line.event == ENDED:
                        self._ends.setdefault(line.message_id, []).append(line.detail or "")
                    elif line.event == "message.posted" and line.message_type == _KIND:
                        self._posted.append(line.message_id)
                if len(lines) < _PAGE:
                    return

    def _run(self) -> None:
        for _ in itertools.count():
            if self._stopping.wait(_LOOK_S):
                return
            try:
                with (self._home / LEDGER).open("rb") as ledger:
                    ledger.seek(self._offset)
                    octets = ledger.read()
            except OSError:
                continue
            whole = octets[: octets.rfind(b"\n") + 1]
            self._offset += len(whole)
            for line in whole.splitlines():
                self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            told = json.loads(line)
        except ValueError:
            return  # a line that a kill cut in two
        at = float(told["t"])
        with self._lock:
            for question in told.get("ok", ()):
                self._promised[question] = at
                if question not in self._early:
                    self._open[question] = at
            for question in told.get("end", ()):
                if self._open.pop(question, None) is None:
                    self._early.add(question)
                self.last_answer = max(self.last_answer, at)
