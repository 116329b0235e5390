"""Carries between one transport and its dock: one thread brings in, another takes back.

It decides nothing about items. Whatever is unreachable is tried again, ever later; a doorbell ends
every wait.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from gateway.errors import GatewayError
from gateway.log import Logger
from gateway.transports.dock import Dock, Serving, Taken
from gateway.transports.ledger import Ledger
from gateway.transports.seam import (
    ConflictError,
    OversizedError,
    Parcel,
    Transport,
    TransportError,
    UnreachableError,
)

_LOOK_BACK = timedelta(seconds=10)  # a shared folder that delivers no notices is still seen
_FORGET_EACH = timedelta(hours=1)
WAYS = ("in", "out")
_LONGEST_STEP = timedelta(minutes=10)
"""One item at most goes over the line between two signs of life: 64 MiB by a slow line."""


class Turn:
    """When one way of a transport must have begun its next step; read from any thread."""

    def __init__(self, stopwatch: Callable[[], float]) -> None:
        self._stopwatch = stopwatch
        self._due = stopwatch() + _LONGEST_STEP.total_seconds()

    def begun(self) -> None:
        """A step begins now."""
        self.over(timedelta(0))

    def over(self, pause: timedelta) -> None:
        """The next step begins after ``pause`` at the latest."""
        self._due = self._stopwatch() + (pause + _LONGEST_STEP).total_seconds()

    @property
    def overdue_s(self) -> float:
        """Seconds since then; 0 before."""
        return max(0.0, self._stopwatch() - self._due)


class Courier:
    """Runs one transport until it is stopped."""

    def __init__(
        self,
        *,
        transport: Transport,
        dock: Dock,
        ledger: Ledger,
        clock: Callable[[], datetime],
        log: Logger,
        stopwatch: Callable[[], float] = monotonic,
    ) -> None:
        self._transport = transport
        self._dock = dock
        self._ledger = ledger
        self._clock = clock
        self._log = log
        self._stopping = threading.Event()
        self._answers = threading.Event()
        self._forgot = clock()
        self._turns = {way: Turn(stopwatch) for way in WAYS}
        self._threads = [
            threading.Thread(target=self._inward, name=f"{transport.name}-in", daemon=True),
            threading.Thread(target=self._outward, name=f"{transport.name}-out", daemon=True),
        ]

    def start(self) -> None:
        """Begins to carry."""
        self._dock.recover()
        if isinstance(self._transport, Serving):
            self._transport.serve(self._dock)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends the threads and lets go of the other side."""
        self._stopping.set()
        self._answers.set()
        self._transport.wake()
        for thread in self._threads:
            thread.join(timeout=10)
        self._transport.close()

    def ring(self) -> None:
        """The folders changed: there may be something to take back."""
        self._answers.set()

    @property
    def name(self) -> str:
        """As the settings call the transport."""
        return self._transport.name

    def overdue_s(self, way: str) -> float:
        """Seconds since ``in`` or ``out`` should have begun its next round; 0 while in time."""
        return self._turns[way].overdue_s

    # --- one round each -----------------------------------------------------------------------

    def bring_in(self) -> int:
        """Fetches, keeps and settles what is new; how many items were new.

        Raises ``UnreachableError``, ``TransportError``, ``OSError``.
        """
        new = 0
        for parcel in self._transport.fetch(self._dock):
            self._turns["in"].begun()
            new += self._take(parcel) is Taken.NEW
            self._transport.settle(parcel)
            if self._stopping.is_set():
                break
        return new

    def take_back(self) -> int:
        """Delivers what is to be delivered; how many files.

        Raises ``UnreachableError``, ``TransportError``, ``OSError``.
        """
        went = 0
        for dispatch in self._dock.dispatches():
            if self._stopping.is_set():
                break
            self._turns["out"].begun()
            try:
                self._transport.deliver(dispatch)
            except FileNotFoundError:
                self._log.warning(
                    "transport.answer-gone", transport=self._transport.name, file=dispatch.id
                )
            self._dock.delivered(dispatch)
            went += 1
        return went

    def _take(self, parcel: Parcel) -> Taken:
        try:
            return self._dock.take(parcel)
        except (ConflictError, OversizedError) as error:
            self._dock.refuse(parcel, error)
            return Taken.REFUSED

    # --- for ever -----------------------------------------------------------------------------

    def _inward(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            pause = self._tried(self.bring_in, "in", failures)
            if pause is None:
                failures = 0
                self._turns["in"].over(self._transport.look_each)
                self._transport.wait(self._transport.look_each)
            else:
                failures += 1
                self._turns["in"].over(pause)
                self._stopping.wait(pause.total_seconds())

    def _outward(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            # Cleared before the look: what appears during it is looked at again.
            self._answers.clear()
            pause = self._tried(self.take_back, "out", failures)
            if pause is None:
                failures = 0
                self._forget()
                self._turns["out"].over(_LOOK_BACK)
                self._answers.wait(_LOOK_BACK.total_seconds())
            else:
                failures += 1
                self._turns["out"].over(pause)
                self._stopping.wait(pause.total_seconds())

    def _forget(self) -> None:
        if self._clock() - self._forgot > _FORGET_EACH:
            self._forgot = self._clock()
            self._dock.forget_old()

    def _tried(self, work: Callable[[], int], way: str, failures: int) -> timedelta | None:
        """Does one round; how long to pause after a failure, None after none."""
        name = self._transport.name
        self._turns[way].begun()
        try:
            work()
        except (GatewayError, OSError) as error:
            self._trouble(error, way)
            asked = error.after if isinstance(error, UnreachableError) else None
            return asked or self._pause(failures)
        except Exception as error:  # noqa: BLE001 - one transport's defect must not end the others
            self._log.error("transport.defect", transport=name, way=way, exc_info=error)
            return self._pause(failures)
        if self._ledger.out_of_trouble(f"{name} {way}"):
            self._log.info("transport.restored", transport=name, way=way)
        return None

    def _trouble(self, error: GatewayError | OSError, way: str) -> None:
        told = error if isinstance(error, GatewayError) else TransportError(str(error))
        name = self._transport.name
        news = self._ledger.in_trouble(
            f"{name} {way}",
            told.code,
            message=str(told),
            remedy=told.remedy or "see docs/guides/transports.md",
            now=self._clock(),
        )
        if news:
            self._log.warning(
                "transport.trouble",
                transport=name,
                way=way,
                code=told.code,
                reason=str(told),
                place=told.place,
                value=told.value,
                remedy=told.remedy,
            )

    def _pause(self, failures: int) -> timedelta:
        settings = self._dock.settings
        return timedelta(
            seconds=min(settings.retry_first_s * 2.0 ** min(failures, 20), settings.retry_longest_s)
        )
