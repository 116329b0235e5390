"""The campaign: rounds of load, faults, healing, quiet and judgement, until the time is over.

A round injects several faults that touch different parts, for real ones come together too. What a
round breaks is charged to each of its kinds; its seed, faults and logs are kept.
"""

from __future__ import annotations

import random
import shutil
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gateway.campaign.evidence import Marks, gather
from gateway.campaign.faults import Fault, Injection
from gateway.campaign.site import PARTIES, Site, wait_for
from gateway.campaign.verdict import Verdict, judge
from gateway.ids import REGISTRY_PARTY, RELAY_USER
from gateway.simulation import Kind, Shelf

QUIET_S = 90.0
_FLOW_S = 45.0
_WARM_S = 20.0
_TOGETHER = 6
_CENTRE = (REGISTRY_PARTY, RELAY_USER)


@dataclass(slots=True, kw_only=True)
class Row:
    """What is known of one kind; times in seconds, the worst seen."""

    kind: str
    about: str
    times: int = 0
    in_flight: int = 0
    lost: int = 0
    doubled: int = 0
    noticed: list[float] = field(default_factory=list)
    flow: list[float] = field(default_factory=list)
    quiet: list[float] = field(default_factory=list)
    left_out: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round's line."""

    number: int
    kinds: tuple[str, ...]
    in_flight: int
    flow_s: float
    quiet_s: float
    verdict: Verdict

    def line(self) -> str:
        """As it is told while the campaign runs."""
        v = self.verdict
        word = "ok" if not v.problems else "BROKEN"
        return (
            f"round {self.number:>3} {word:<6} in-flight={self.in_flight:<4} ops={v.ops:<5} "
            f"failed={v.failed:<3} messages={v.messages:<6} lost={v.lost} doubled={v.doubled} "
            f"flow={self.flow_s:.1f}s quiet={self.quiet_s:.1f}s  {' '.join(self.kinds)}"
        )


@dataclass(slots=True, kw_only=True)
class Outcome:
    """The whole campaign."""

    seed: int
    rows: dict[str, Row]
    rounds: list[Round] = field(default_factory=list)
    messages: int = 0
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether every promise was kept."""
        return not any(one.verdict.problems for one in self.rounds)


class Campaign:
    """Rounds on one site, drawn from a seed."""

    def __init__(
        self,
        site: Site,
        kinds: Sequence[Fault],
        *,
        seed: int,
        keep: Path,
        say: Callable[[str], None],
        together: int = _TOGETHER,
    ) -> None:
        self._site = site
        self._random = random.Random(seed)  # noqa: S311 - a plan that can be drawn again
        self._keep = keep
        self._say = say
        self._together = together
        self._marks = Marks()
        self._records = 0
        self._lines_kept = 0
        self.outcome = Outcome(
            seed=seed, rows={k.name: Row(kind=k.name, about=k.about) for k in kinds}
        )
        self._kinds: list[Fault] = []
        for kind in kinds:
            reason = kind.needs(site)
            if reason is None:
                self._kinds.append(kind)
            else:
                self.outcome.rows[kind.name].left_out = reason

    def run(self, seconds: float) -> Outcome:
        """Rounds until the time is over; the last one is finished. Stops at a world not at rest."""
        begun = time.monotonic()
        number = 0
        while self._kinds and time.monotonic() - begun < seconds:
            number += 1
            one = self._round(number, self._draw())
            self.outcome.rounds.append(one)
            self.outcome.messages += one.verdict.messages
            self._say(one.line())
            if one.verdict.problems:
                self._keep_evidence(one)
                if any("I10" in each for each in one.verdict.problems):
                    break
        self.outcome.seconds = time.monotonic() - begun
        return self.outcome

    # --- a round ------------------------------------------------------------------------------

    def _draw(self) -> list[Fault]:
        """The least injected kinds first, as many as touch different parts."""
        pool = list(self._kinds)
        self._random.shuffle(pool)
        pool.sort(key=lambda kind: self.outcome.rows[kind.name].times)
        chosen: list[Fault] = []
        taken: set[str] = set()
        for kind in pool:
            if len(chosen) < self._together and not taken & kind.touches:
                chosen.append(kind)
                taken |= kind.touches
        return chosen

    def _round(self, number: int, kinds: Sequence[Fault]) -> Round:
        site = self._site
        site.go_on()
        answered = {p: c.last_answer for p, c in site.clients.items()}
        wait_for(lambda: any(c.last_answer > answered[p] for p, c in site.clients.items()), _WARM_S)
        in_flight = site.in_flight
        injections = [(k, Injection(random=self._random, party=k.party)) for k in kinds]
        broken = list(self._inject(injections))
        self._stand(injections)
        broken += self._heal(injections)
        healed = time.monotonic()
        for row in (self.outcome.rows[kind.name] for kind in kinds):
            row.times += 1
            row.in_flight += in_flight
        flow_s = self._flow(injections, healed)
        site.pause()
        paused = time.monotonic()
        at_rest, why = site.await_quiet(QUIET_S)
        quiet_s = time.monotonic() - paused
        verdict = self._judge(at_rest, why, broken, round(quiet_s * 1000))
        for kind in kinds:
            row = self.outcome.rows[kind.name]
            row.quiet.append(quiet_s)
            row.lost += verdict.lost
            row.doubled += verdict.doubled
        return Round(
            number=number,
            kinds=tuple(kind.name for kind in kinds),
            in_flight=in_flight,
            flow_s=flow_s,
            quiet_s=quiet_s,
            verdict=verdict,
        )

    def _inject(self, injections: Sequence[tuple[Fault, Injection]]) -> Iterator[str]:
        for kind, injection in injections:
            injection.keep["offsets"] = {n: self._site.log_size(n) for n in (*_CENTRE, *PARTIES)}
            injection.keep["since"] = time.monotonic()
            try:
                kind.inject(self._site, injection)
            except Exception:  # noqa: BLE001 - told with the round; the others go on
                yield f"{kind.name} could not be injected: {traceback.format_exc(limit=3)}"
            injection.keep["stands"] = time.monotonic()

    def _stand(self, injections: Sequence[tuple[Fault, Injection]]) -> None:
        """Until each has stood as long as it should, watching what has to be noticed."""
        ends = max(float(str(i.keep["stands"])) + k.holds_s for k, i in injections)
        while time.monotonic() < ends:
            for kind, injection in injections:
                self._watch(kind, injection)
            time.sleep(0.05)

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
                    self.outcome.rows[kind.name].noticed.append(max(spent, 0.0))
                    return

    def _heal(self, injections: Sequence[tuple[Fault, Injection]]) -> Iterator[str]:
        order = list(injections)
        self._random.shuffle(order)
        for kind, injection in order:
            self._watch(kind, injection)
            try:
                kind.heal(self._site, injection)
            except Exception:  # noqa: BLE001 - told with the round; the others must be healed
                yield f"{kind.name} could not be healed: {traceback.format_exc(limit=3)}"
            injection.keep["healed"] = time.monotonic()

    def _flow(self, injections: Sequence[tuple[Fault, Injection]], healed: float) -> float:
        """Seconds from the last healing to an answer at each party that was concerned."""
        site, flowed = self._site, 0.0
        deadline = healed + _FLOW_S
        for kind, injection in injections:
            parties = [injection.party] if injection.party in site.clients else list(site.clients)
            came = wait_for(
                lambda parties=parties: any(  # type: ignore[misc] # mypy sees no type in a lambda's default
                    site.clients[p].last_answer > healed for p in parties
                ),
                max(deadline - time.monotonic(), 0.1),
            )
            if came:
                spent = min(
                    site.clients[p].last_answer - healed
                    for p in parties
                    if site.clients[p].last_answer > healed
                )
            else:
                spent = _FLOW_S
            self.outcome.rows[kind.name].flow.append(spent)
            flowed = max(flowed, spent)
        return flowed

    def _judge(self, at_rest: bool, why: str, broken: Sequence[str], after_ms: int) -> Verdict:
        site = self._site
        shelf = Shelf(lambda: 0)
        stores = site.stores()
        try:
            holding = gather(stores, self._marks, shelf)
        finally:
            for _, store in stores:
                store.close()
        world = shelf.open("world")
        world.write(Kind.QUIET, at_rest=at_rest, after_ms=after_ms, why=why)
        for name in site.dead():
            world.write(Kind.CRASH, at=name, own=True)
        verdict = judge(site.clients.values(), holding, self._records, shelf.entries())
        self._records = holding.records
        self._shelf = shelf
        extra = [*broken, *([f"I10.no-rest {why}"] if not at_rest else [])]
        return verdict if not extra else _with(verdict, extra)

    def _keep_evidence(self, one: Round) -> None:
        folder = self._keep / f"seed-{self.outcome.seed}-round-{one.number}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "round.txt").write_text("\n".join([one.line(), *one.verdict.problems]) + "\n")
        self._shelf.save(folder / "ledgers")
        self._site.shelf.save(folder / "clients")
        shutil.copytree(self._site.root / "logs", folder / "logs", dirs_exist_ok=True)
        for problem in one.verdict.problems[:8]:
            self._say(f"    {problem}")
        self._say(f"    kept: {folder}")


def _with(verdict: Verdict, problems: Sequence[str]) -> Verdict:
    return replace(verdict, problems=(*verdict.problems, *problems))
