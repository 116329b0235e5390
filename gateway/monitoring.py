"""Joins a process to its telemetry: what its probes look at, and when they are content.

It decides nothing about messages and looks only when it is asked.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway.config import Settings, database_url
from gateway.ids import RELAY_USER, Lane
from gateway.log import Logger
from gateway.store import Store, StoreError, Unit
from gateway.telemetry import Numbers, Probe, Pulse, serving
from keys import Directory, TrustError

_HELD_WITHIN_S = 35.0
"""What goes on waiting is told of each half minute; a message that is decided ends it at once."""
Gauges = dict[tuple[str, tuple[str, ...]], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A running process as its probes see it."""

    home: Path
    settings: Settings
    numbers: Numbers
    directory: Callable[[datetime], Directory]
    pulse: Pulse
    lagging: Callable[[Unit], Mapping[str, str]] | None = None
    """What of the database is behind, although messages are decided."""

    def probe(self) -> Probe:
        """The answers of ``/livez``, ``/readyz`` and ``/metrics``."""
        return Probe(
            alive=self.alive, ready=self.ready, metrics=self.metrics, degraded=self.degraded
        )

    def alive(self) -> dict[str, str]:
        """What says that only a restart helps."""
        if self.pulse.is_alive:
            return {}
        return {"loop": f"no turn for {self.pulse.age_s:.0f} s"}

    def ready(self) -> dict[str, str]:
        """What keeps messages from being decided or carried now; it may pass by itself."""
        wrong = self.alive()
        detail = self.numbers.link_detail
        if not self.numbers.link_is_up:
            wrong["link"] = detail or "the line to the broker is down or blocked"
        elif detail:
            wrong["mailboxes"] = detail
        holding = self.numbers.holding(_HELD_WITHIN_S)
        if holding:
            wrong["holding"] = f"{holding}: nothing can be decided, messages wait"
        try:
            self.directory(datetime.now(UTC))
        except TrustError as error:
            wrong["directory"] = error.code
        try:
            self._held(datetime.now(UTC))
        except StoreError as error:
            wrong["database"] = error.code
        return wrong

    def degraded(self) -> Mapping[str, str]:
        """What is done worse than it should be; it passes by itself, and nobody need be woken."""
        if self.lagging is None:
            return {}
        url = database_url(self.settings, self.home)
        with Store.open(url, looking=True) as store, store.unit() as unit:
            return self.lagging(unit)

    def metrics(self) -> bytes:
        """Everything countable."""
        now = datetime.now(UTC)
        gauges: Gauges = {
            ("iarms_loop_age_seconds", ()): self.pulse.age_s,
            ("iarms_disk_free_octets", ()): shutil.disk_usage(self.home).free,
            **self._of_directory(now),
        }
        if self.settings.party != RELAY_USER:
            try:
                gauges |= self._held(now)
                gauges["iarms_database_up", ()] = 1
            except StoreError:
                gauges["iarms_database_up", ()] = 0
        return self.numbers.render(gauges)

    def _of_directory(self, now: datetime) -> Gauges:
        version = left = 0.0
        try:
            directory = self.directory(now)
        except TrustError:
            pass  # the zeros say it
        else:
            version, left = directory.version, (directory.expires - now).total_seconds()
        return {
            ("iarms_directory_version", ()): version,
            ("iarms_directory_left_seconds", ()): left,
        }

    def _held(self, now: datetime) -> Gauges:
        if self.settings.party == RELAY_USER:
            return {}
        url = database_url(self.settings, self.home)
        with Store.open(url, looking=True) as store, store.unit() as unit:
            waiting = unit.overview.waiting()
            gauges: Gauges = {
                ("iarms_database_octets", ()): unit.overview.size_octets(),
                ("iarms_dead_letters", ()): unit.deadletters.count(),
            }
        for lane in Lane:
            of_lane = [each for each in waiting if each.lane is lane]
            ages = [(now - each.oldest).total_seconds() for each in of_lane]
            label = (lane.lower(),)
            gauges["iarms_outbox_messages", label] = sum(each.messages for each in of_lane)
            gauges["iarms_outbox_oldest_seconds", label] = max(ages, default=0.0)
        return gauges


@contextmanager
def monitored(
    home: Path,
    settings: Settings,
    *,
    numbers: Numbers,
    directory: Callable[[datetime], Directory],
    stopping: Callable[[], bool],
    log: Logger,
    lagging: Callable[[Unit], Mapping[str, str]] | None = None,
) -> Iterator[Callable[[], bool]]:
    """Serves the probes that the settings ask for; gives ``stopping`` as the loop is to ask it."""
    pulse = Pulse()
    watched = Watched(
        home=home,
        settings=settings,
        numbers=numbers,
        directory=directory,
        pulse=pulse,
        lagging=lagging,
    )
    with serving(settings.telemetry.listen, watched.probe(), home=home) as place:
        if place is not None:
            log.info("telemetry.serving", at=place)
        yield pulse.beating(stopping)
