"""A stream of faults: each part of the system is broken and healed at its own pace, under load.

A part that was healed rests until its party has an answer again; then its next fault may come. What
takes the centre away (the broker, the relay, the registry) stops everybody, so such faults come
together, in storms, with calm between them in which messages flow. Each fault lives on a thread of
its own, so that a command that takes a second keeps no other waiting.
"""

from __future__ import annotations

import random
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.campaign.faults import NOT_INJECTED, Fault, Injection
from gateway.campaign.outcome import Row
from gateway.campaign.site import PARTIES, Site, wait_for
from gateway.ids import REGISTRY_PARTY, RELAY_USER

ENOUGH = 3
"""How often each kind is to come before any comes more often."""
_FLOW_S = 45.0
_CALM_S = 2.5
"""Between two storms, once messages flow again."""
_REST_S = 0.2
_LONGEST_REST_S = 5.0
"""A part is broken again after so long, even where its party had no answer yet."""
_LONGEST_STORM_S = 15.0
_STORM_HEALS_S = 6.0
"""What a broker takes to start, about: near the end none is taken away any more."""
_TICK_S = 0.1
_WATCH_S = 0.1
_CENTRE = frozenset(
    {"broker", "alarms"}
    | {REGISTRY_PARTY, f"line {REGISTRY_PARTY}", f"file {REGISTRY_PARTY}"}
    | {RELAY_USER, f"line {RELAY_USER}"}
)
_BROKER = "broker"


@dataclass(slots=True, kw_only=True, eq=False)
class _Life:
    """One injection: ``over`` once it is healed, ``flowed`` once messages pass again."""

    kind: Fault
    injection: Injection
    begun: float
    over: bool = False
    flowed: bool = False
    healed: float = 0.0
    broken: list[str] = field(default_factory=list)
    thread: threading.Thread | None = None


def _turn(times: int) -> int:
    """Each kind once; then who lacks least of enough, so that most come to have it."""
    return 0 if times == 0 else max(ENOUGH - times, 1)


class Stream:
    """Injects each kind once, then each often enough, until it is told to end."""

    def __init__(
        self, site: Site, kinds: Sequence[Fault], rows: Mapping[str, Row], *, seed: int, most: int
    ) -> None:
        self._site = site
        self._rows = rows
        self._random = random.Random(seed)  # noqa: S311 - a plan that can be drawn again
        self._most = most
        order = list(kinds)
        self._random.shuffle(order)
        self._kinds = order
        self._lives: list[_Life] = []
        self._rest: dict[str, float] = {}
        self._next_storm = 0.0
        self._stormy = False

    def run(self, until: float) -> tuple[list[str], list[str], int]:
        """Until ``until`` (monotonic), and until the last is healed and flows.

        Gives the names of what was injected, what could not be, and the most ops in flight.
        """
        injected: list[str] = []
        broken: list[str] = []
        in_flight = 0
        while True:
            now = time.monotonic()
            in_flight = max(in_flight, self._site.in_flight)
            held = {part for life in self._lives if not life.over for part in life.kind.touches}
            broken += self._site.look_after(but=held)
            if now < until:
                for kind in self._due(now, until - now):
                    self._begin(kind, now)
                    injected.append(kind.name)
            elif all(life.flowed for life in self._lives):
                break
            time.sleep(_TICK_S)
        broken += [word for life in self._lives for word in life.broken]
        for life in self._lives:
            if life.thread is not None:
                life.thread.join()
        self._lives = []
        return injected, broken, in_flight

    # --- what comes next ----------------------------------------------------------------------

    def _due(self, now: float, left_s: float) -> list[Fault]:
        """What may begin now."""
        living = [life for life in self._lives if not life.over]
        taken = {part for life in living for part in life.kind.touches}
        taken |= {part for part, end in self._rest.items() if now < end}
        publishing = any(life.kind.publishes for life in living)
        storm = self._is_storm(now)
        room = self._most - len(living)
        times = {kind.name: self._rows[kind.name].drawn for kind in self._kinds}
        # Who has had enough leaves the time to the others, and to the load.
        most = (
            ENOUGH if any(count < ENOUGH for count in times.values()) else max(times.values()) + 1
        )
        due: list[Fault] = []
        for kind in sorted(self._kinds, key=lambda kind: _turn(times[kind.name])):
            if len(due) >= room:
                break
            central = bool(kind.touches & _CENTRE)
            if (
                times[kind.name] >= most
                or kind.touches & taken
                or (central and not storm)
                or (_BROKER in kind.touches and publishing)
                or (kind.publishes and (storm or _BROKER in taken))
                or kind.holds_s + (_STORM_HEALS_S if central else 0.0) > left_s
            ):
                continue
            due.append(kind)
            taken |= kind.touches
        if storm and any(kind.touches & _CENTRE for kind in due):
            self._stormy = True
        return due

    def _is_storm(self, now: float) -> bool:
        """Whether what takes the centre away may begin; the calm starts when all of it flows."""
        raging = [
            life
            for life in self._lives
            if life.kind.touches & _CENTRE
            and not life.flowed
            and not (life.over and now > life.healed + _LONGEST_STORM_S)
        ]
        if raging:
            return False
        if self._stormy:
            self._stormy = False
            self._next_storm = now + _CALM_S
        return now >= self._next_storm

    def _begin(self, kind: Fault, now: float) -> None:
        own = random.Random(self._random.random())  # noqa: S311 - as above
        life = _Life(kind=kind, injection=Injection(random=own, party=kind.party), begun=now)
        row = self._rows[kind.name]
        row.drawn += 1
        row.in_flight += self._site.in_flight
        life.thread = threading.Thread(target=self._live, args=(life,), daemon=True)
        self._lives.append(life)
        life.thread.start()

    # --- a life -------------------------------------------------------------------------------

    def _live(self, life: _Life) -> None:
        """From the injection to the healing and the flow after it."""
        kind, injection = life.kind, life.injection
        watched = self._watched(kind)
        try:
            kind.inject(self._site, injection)
        except Exception:  # noqa: BLE001 - told with the round; the others go on
            life.broken.append(self._told(kind, "injected"))
        stands = time.monotonic()
        while time.monotonic() < stands + kind.holds_s:
            self._watch(kind, watched, stands)
            time.sleep(_WATCH_S)
        self._watch(kind, watched, stands)
        try:
            kind.heal(self._site, injection)
        except Exception:  # noqa: BLE001 - told with the round; the others must be healed
            life.broken.append(self._told(kind, "healed"))
        if NOT_INJECTED in injection.keep:
            self._rows[kind.name].void += 1
        gap = injection.keep.get("gap_s")
        if isinstance(gap, float):
            self._rows[kind.name].gap.append(gap)
        life.healed = healed = time.monotonic()
        if kind.publishes:
            life.over = life.flowed = True
            return
        # The part is its own again, but is left alone until its party has had an answer.
        for part in kind.touches:
            self._rest[part] = healed + _LONGEST_REST_S
        life.over = True
        self._flow(kind, injection, healed)
        if time.monotonic() < healed + _LONGEST_REST_S:
            for part in kind.touches:
                self._rest[part] = time.monotonic() + _REST_S
        life.flowed = True

    @staticmethod
    def _told(kind: Fault, what: str) -> str:
        return f"{kind.name} could not be {what}: {traceback.format_exc(limit=-3)}"

    def _watched(self, kind: Fault) -> dict[str, int]:
        """How far the logs are in which this kind must be noticed."""
        if not kind.notice:
            return {}
        names = PARTIES if kind.party not in self._site.world.names else (kind.party,)
        return {name: self._site.log_size(name) for name in names}

    def _watch(self, kind: Fault, watched: dict[str, int], stands: float) -> None:
        for name in tuple(watched):
            size = self._site.log_size(name)
            states = self._site.log_events(name, watched[name], "link.state")
            watched[name] = size
            for line in states:
                if line.get("blocked") if kind.notice == "blocked" else not line.get("up"):
                    self._rows[kind.name].noticed.append(max(time.monotonic() - stands, 0.0))
                    watched.clear()
                    return

    def _flow(self, kind: Fault, injection: Injection, healed: float) -> None:
        """Seconds from the healing to an answer at a party that was concerned."""
        site = self._site
        parties = [injection.party] if injection.party in site.clients else list(site.clients)
        came = wait_for(lambda: any(site.clients[p].last_answer > healed for p in parties), _FLOW_S)
        spent = _FLOW_S
        if came:
            spent = min(each for p in parties if (each := site.clients[p].last_answer - healed) > 0)
        self._rows[kind.name].flow.append(spent)
