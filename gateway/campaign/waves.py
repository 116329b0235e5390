"""A wave: several faults that touch different parts, each with its own beginning and end.

Each lives on a thread of its own, so that a command that takes a second keeps no other waiting. The
wave is over when all are healed and every party concerned has had an answer again.
"""

from __future__ import annotations

import random
import time
import traceback
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from gateway.campaign.faults import Fault, Injection
from gateway.campaign.outcome import Row
from gateway.campaign.site import PARTIES, Site, wait_for
from gateway.ids import REGISTRY_PARTY, RELAY_USER

_FLOW_S = 45.0
_LONG_S = 4.0
_WATCH_S = 0.05
_CENTRE = (REGISTRY_PARTY, RELAY_USER)


class Waves:
    """Draws waves from a seed and lets them break over one site."""

    def __init__(self, site: Site, rows: Mapping[str, Row], *, seed: int, together: int) -> None:
        self._site = site
        self._rows = rows
        self._random = random.Random(seed)  # noqa: S311 - a plan that can be drawn again
        self._together = together

    def draw(self, kinds: Sequence[Fault]) -> list[Fault]:
        """The least injected kinds first, as many as touch different parts.

        Those that stand long come together, so that the short ones need not wait for them.
        """
        pool = list(kinds)
        self._random.shuffle(pool)
        pool.sort(key=lambda kind: self._rows[kind.name].times)
        if not pool:
            return []
        is_long = pool[0].holds_s >= _LONG_S
        pool.sort(key=lambda k: (self._rows[k.name].times, (k.holds_s >= _LONG_S) != is_long))
        chosen: list[Fault] = []
        taken: set[str] = set()
        for kind in pool:
            if len(chosen) < self._together and not taken & kind.touches:
                chosen.append(kind)
                taken |= kind.touches
        return chosen

    def run(self, kinds: Sequence[Fault]) -> tuple[float, list[str]]:
        """Seconds to flow at the slowest party, and what could not be injected or healed."""
        in_flight = self._site.in_flight
        broken: list[str] = []
        injections = [(kind, self._injection(kind)) for kind in kinds]
        # What is published goes first: it needs the broker that others take away.
        for group in (True, False):
            lives = [(k, i) for k, i in injections if k.publishes == group]
            if lives:
                with ThreadPoolExecutor(max_workers=len(lives)) as threads:
                    for told in threads.map(lambda one: self._live(*one), lives):
                        broken += told
        healed = time.monotonic()
        for kind in kinds:
            row = self._rows[kind.name]
            row.times += 1
            row.in_flight += in_flight
        return self._flow(injections, healed), broken

    def _injection(self, kind: Fault) -> Injection:
        own = random.Random(self._random.random())  # noqa: S311 - as above
        return Injection(random=own, party=kind.party)

    def _live(self, kind: Fault, injection: Injection) -> list[str]:
        """From the injection to the healing, watching what has to be noticed."""
        broken = []
        names = (*_CENTRE, *PARTIES)
        injection.keep["offsets"] = {name: self._site.log_size(name) for name in names}
        try:
            kind.inject(self._site, injection)
        except Exception:  # noqa: BLE001 - told with the round; the others go on
            broken.append(f"{kind.name} could not be injected: {traceback.format_exc(limit=-3)}")
        stands = injection.keep["stands"] = time.monotonic()
        while time.monotonic() < stands + kind.holds_s:
            self._watch(kind, injection)
            time.sleep(_WATCH_S)
        self._watch(kind, injection)
        try:
            kind.heal(self._site, injection)
        except Exception:  # noqa: BLE001 - told with the round; the others must be healed
            broken.append(f"{kind.name} could not be healed: {traceback.format_exc(limit=-3)}")
        gap = injection.keep.get("gap_s")
        if isinstance(gap, float):
            self._rows[kind.name].gap.append(gap)
        return broken

    def _watch(self, kind: Fault, injection: Injection) -> None:
        if not kind.notice or "noticed" in injection.keep:
            return
        offsets = injection.keep["offsets"]
        names = PARTIES if injection.party not in offsets else (injection.party,)  # type: ignore[operator] # a dict
        for name in names:
            for line in self._site.log_events(name, offsets[name]):  # type: ignore[index] # as above
                if line.get("event") != "link.state":
                    continue
                told = line.get("blocked") if kind.notice == "blocked" else not line.get("up")
                if told:
                    spent = time.monotonic() - float(str(injection.keep["stands"]))
                    injection.keep["noticed"] = spent
                    self._rows[kind.name].noticed.append(max(spent, 0.0))
                    return

    def _flow(self, injections: Sequence[tuple[Fault, Injection]], healed: float) -> float:
        """Seconds from the last healing to an answer at each party that was concerned."""
        site, flowed = self._site, 0.0
        deadline = healed + _FLOW_S
        for kind, injection in injections:
            parties = [injection.party] if injection.party in site.clients else list(PARTIES)
            came = wait_for(
                lambda parties=parties: any(  # type: ignore[misc] # mypy sees no type in a lambda's default
                    site.clients[p].last_answer > healed for p in parties
                ),
                max(deadline - time.monotonic(), 0.1),
            )
            spent = _FLOW_S
            if came:
                answers = (site.clients[p].last_answer - healed for p in parties)
                spent = min(each for each in answers if each > 0)
            self._rows[kind.name].flow.append(spent)
            flowed = max(flowed, spent)
        return flowed
