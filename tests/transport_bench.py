"""A node's folders with a stand-in for the node, and one transport: what its contract needs.

The stand-in tells files apart as the node does and answers with what it was given; the other side
of each transport is real and comes with its own file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import structlog

from gateway.node import Folders
from gateway.node.carried import salt_of
from gateway.transports import Courier, Dock, Ledger, Serving, Transport

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REFUSED = b"refuse me"


class CrashError(BaseException):
    """The process ended here."""


class Cut:
    """A transport whose process dies at a named call, once."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.at = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def _die(self, where: str) -> None:
        if self.at == where:
            self.at = ""
            raise CrashError

    def settle(self, parcel: Any) -> None:
        self._die("before settling")
        self._transport.settle(parcel)
        self._die("after settling")

    def deliver(self, dispatch: Any) -> None:
        self._die("before delivering")
        self._transport.deliver(dispatch)
        self._die("after delivering")


class Bench:
    """One transport, its dock, and a node that answers; ``restart`` is what a crash leads to."""

    def __init__(self, home: Path, settings: Any, opened: Callable[[], Transport]) -> None:
        self.home, self.settings, self._opened = home, settings, opened
        self.folders = Folders(root=home / "files")
        self.folders.make()
        self.now = START
        self.answered: list[bytes] = []  # every item that the node took in, once each
        self._digests: set[str] = set()
        self._number = 0
        self.start()

    def start(self) -> None:
        self.ledger = Ledger(self.home / "transports" / "ledger.db")
        self.transport = self._opened()
        self.cut = Cut(self.transport)
        log = structlog.get_logger()
        self.dock = Dock(
            settings=self.settings,
            folders=self.folders,
            ledger=self.ledger,
            suffix=".json",
            clock=lambda: self.now,
            log=log,
        )
        self.dock.recover()
        if isinstance(self.transport, Serving):
            self.transport.serve(self.dock)
        self.courier = Courier(
            transport=self.cut,  # type: ignore[arg-type]  # it passes on what it does not cut
            dock=self.dock,
            ledger=self.ledger,
            clock=lambda: self.now,
            log=log,
        )

    def stop(self) -> None:
        self.transport.wake()
        self.transport.close()
        self.ledger.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    # --- the node -------------------------------------------------------------------------------

    def node_works(self) -> None:
        """Takes what lies in ``in`` and answers each item with ``ack:`` and its octets."""
        for path in self.folders.candidates():
            octets = path.read_bytes()
            digest = hashlib.sha256(salt_of(path.name) + octets).hexdigest()
            if digest in self._digests:
                path.replace(self.folders.done / f"again-{digest[:8]}-{path.name}")
                continue
            self._digests.add(digest)
            self._number += 1
            if REFUSED in octets:
                told = self.folders.set_aside / f"{self._number}-{path.name}.issues.txt"
                told.write_text("line 1: HEADER\n")
                path.replace(self.folders.set_aside / f"{self._number}-{path.name}")
                continue
            self.answered.append(octets)
            path.replace(self.folders.done / f"{self._number}-{path.name}")
            stem = path.name.removesuffix(".json")
            self.folders.put(f"{stem}.{self._number}.answer.json", self.answer_to(octets))

    @staticmethod
    def answer_to(octets: bytes) -> bytes:
        return b"ack:" + octets

    def node_tells(self, name: str, octets: bytes) -> None:
        self.folders.put(name, octets)

    # --- rounds ---------------------------------------------------------------------------------

    def round(self) -> None:
        """In, through the node, and back."""
        self.courier.bring_in()
        self.node_works()
        self.courier.take_back()

    def dies(self, where: str) -> None:
        """A round in which the process ends at ``where``, and the start after it."""
        self.cut.at = where
        with suppress(CrashError):
            self.round()
        assert not self.cut.at, f"the transport never came {where}"
        self.restart()

    def incoming(self) -> list[str]:
        return sorted(path.name for path in self.folders.incoming.iterdir())


def until(holds: Callable[[], bool], seconds: float = 120) -> None:
    """Waits until something holds; fails after a deadline."""
    deadline = monotonic() + seconds
    waiter = __import__("threading").Event()
    while not holds():
        assert monotonic() < deadline
        waiter.wait(0.02)


SHORT = timedelta(seconds=0.05)
