"""A process in virtual time: it runs when something arrives or is due, and can end at any step.

What it does when it runs is the endpoint's and the relay's own code; here it is only driven.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime, timedelta

from gateway.simulation.agenda import Agenda
from gateway.simulation.crash import CrashError, Fuse
from gateway.simulation.ledger import Kind, Ledger
from gateway.simulation.line import Exchange, Line

_THINKING = timedelta(milliseconds=1)
_RESTART = timedelta(milliseconds=200)
_SECOND = timedelta(seconds=1)


class Process(ABC):
    """Boots, runs, crashes and boots again; ``line`` is its link while it lives."""

    def __init__(self, name: str, *, exchange: Exchange, ledger: Ledger) -> None:
        self.name = name
        self.fuse = Fuse()
        self.ledger = ledger
        self.line: Line | None = None
        self.down_for = _RESTART
        self.most_idle_rounds = 0
        """Rounds in one second for which nothing had arrived: a loop that spins has many."""
        self._idle_rounds = (exchange.agenda.now, 0)
        self._exchange = exchange
        self._agenda: Agenda = exchange.agenda
        self._due: datetime | None = None
        self._is_cut = False

    @property
    def alive(self) -> bool:
        """Whether it runs now."""
        return self.line is not None

    def boot(self) -> None:
        """Starts it, with nothing in memory."""
        if self.alive:
            return
        self.line = self.connect()
        self.line.held_back = self._is_cut
        self.start(self.line)
        self.line.start()
        self.look()

    def look(self) -> None:
        """It is to run in a moment."""
        self._run_at(self._agenda.now + _THINKING, traffic=True)

    def cut(self, noticed_after: timedelta) -> None:
        """The network between it and the broker is gone."""
        self._is_cut = True
        if self.line is not None:
            self.line.cut(noticed_after)

    def mend(self) -> None:
        """The network is back."""
        self._is_cut = False
        if self.line is not None:
            self.line.mend()

    def crash(self, why: str, *, own: bool = False) -> None:
        """It ends at once, and starts again after ``down_for``; ``own`` if nobody made it end."""
        if self.line is None:
            return
        self.ledger.write(Kind.CRASH, at=why, own=own)
        self.line.stop(timedelta(0))
        self.line = None
        self._due = None
        self.end()
        self._agenda.after(self.down_for, self.boot)

    def guarded(self, act: Callable[[], None]) -> None:
        """Does ``act``; where the fuse burns, the process ends."""
        try:
            act()
        except CrashError as crash:
            self.crash(str(crash))
        except Exception as defect:  # noqa: BLE001 - whatever it is, a real process would end of it
            self.crash(f"by itself: {defect!r}", own=True)

    # --- what the processes differ in ---------------------------------------------------------

    @abstractmethod
    def connect(self) -> Line:
        """A new line to the broker, not started."""

    @abstractmethod
    def start(self, line: Line) -> None:
        """Builds what lives in memory."""

    @abstractmethod
    def end(self) -> None:
        """Forgets what lived in memory."""

    @abstractmethod
    def step(self, line: Line) -> datetime | None:
        """One round; when it wants to run again without an event."""

    # --- parts --------------------------------------------------------------------------------

    def _run_at(self, when: datetime, *, traffic: bool) -> None:
        if self._due is not None and self._due <= when:
            return
        self._due = when
        self._agenda.at(when, lambda: self._run(when), traffic=traffic)

    def _run(self, when: datetime) -> None:
        if self._due != when:
            return  # it was asked for earlier since
        self._due = None
        self.guarded(self._round)

    def _round(self) -> None:
        if self.line is None:
            return
        if not self.line.has_arrivals:
            self._count_idle_round()
        again = self.step(self.line)
        if again is not None and self.alive:
            self._run_at(max(again, self._agenda.now + _THINKING), traffic=False)

    def _count_idle_round(self) -> None:
        since, count = self._idle_rounds
        if self._agenda.now - since > _SECOND:
            since, count = self._agenda.now, 0
        self._idle_rounds = (since, count + 1)
        self.most_idle_rounds = max(self.most_idle_rounds, count + 1)
