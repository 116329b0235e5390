"""The campaign at one place: rounds of load, a stream of faults, quiet and judgement.

A stream of faults flows over the load before it is stopped, for a world at rest proves only what
came before, and comes to rest slowly. What a round breaks is charged to each of its kinds; its
seed, faults and logs are kept.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gateway.campaign.copies import Copy, expect_again, put_back, sent_to, still_missing, take_copy
from gateway.campaign.evidence import Marks, gather
from gateway.campaign.faults import Fault
from gateway.campaign.outcome import Outcome, Round, Row
from gateway.campaign.site import Site, wait_for
from gateway.campaign.stream import Stream
from gateway.campaign.verdict import Verdict, judge
from gateway.simulation import Kind, Shelf
from gateway.store import StoreError

QUIET_S = 60.0
"""Without any progress."""
_WARM_S = 20.0
_FAULTS_S = 75.0
"""How long faults stream before the world comes to rest."""
_REST_S = 12.0
"""What quiet and judgement take of the time, before the first of them was seen."""
_LEAST_S = 5.0
TOGETHER = 24


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
        together: int = TOGETHER,
    ) -> None:
        self._site = site
        self._keep = keep
        self._say = say
        self._marks = Marks()
        self._records = 0
        self._shelf = Shelf(lambda: 0)
        rows = {k.name: Row(kind=k.name, about=k.about) for k in kinds}
        self.outcome = Outcome(seed=seed, rows=rows)
        self._kinds: list[Fault] = []
        self._at_rest: list[Fault] = []
        self._copy: Copy | None = None
        self._again: list[Mapping[str, Any]] = []
        self._again_from: str | None = None
        for kind in kinds:
            reason = kind.needs(site)
            if reason is None:
                (self._at_rest if kind.at_rest else self._kinds).append(kind)
            else:
                rows[kind.name].left_out = reason
        self._stream = Stream(site, self._kinds, rows, seed=seed, most=together)
        self._rest_s = _REST_S

    def run(self, seconds: float) -> Outcome:
        """Rounds that end, quiet and judged, in so many seconds; stops at a world not at rest.

        Faults end in time for a quiet and a judgement as long as the longest so far.
        """
        begun = time.monotonic()
        number = 0
        end = begun + seconds
        while self.kinds and (not number or end - time.monotonic() > self._rest_s + _LEAST_S):
            number += 1
            one = self._round(number, end)
            self.outcome.rounds.append(one)
            self.outcome.messages += one.verdict.messages
            self.outcome.ops += one.verdict.ops
            self._say(one.line())
            if one.verdict.problems:
                self._keep_evidence(one)
                if any("I10" in each for each in one.verdict.problems):
                    break
        self.outcome.seconds = time.monotonic() - begun
        return self.outcome

    @property
    def kinds(self) -> Sequence[Fault]:
        """What this site can have."""
        return (*self._kinds, *self._at_rest)

    # --- a round ------------------------------------------------------------------------------

    def _round(self, number: int, end: float) -> Round:
        site = self._site
        begun = time.monotonic()
        before = {name: len(row.flow) for name, row in self.outcome.rows.items()}
        restored = [kind.name for kind in self._at_rest if self._restore(kind)]
        site.go_on()
        wait_for(lambda: any(c.last_answer > begun for c in site.clients.values()), _WARM_S)
        now = time.monotonic()
        last = end - self._rest_s
        # No short round at the end: what is left of the time belongs to this one.
        until = now + _FAULTS_S if last - now > 1.5 * _FAULTS_S + self._rest_s else last
        until = max(until, now + _LEAST_S)
        injected, broken, in_flight = self._stream.run(until)
        flows = [s for n, row in self.outcome.rows.items() for s in row.flow[before[n] :]]
        site.pause()
        paused = time.monotonic()
        at_rest, why = site.await_quiet(QUIET_S)
        if restored and at_rest and self._again_from is not None:
            party = self._again_from
            at_rest = wait_for(lambda: not still_missing(site, party), QUIET_S)
            why = "" if at_rest else f"{party} still misses what its peers sent"
        quiet_s = time.monotonic() - paused
        verdict = self._judge(at_rest, why, broken, round(quiet_s * 1000))
        names = (*restored, *injected)
        for name in set(names):
            row = self.outcome.rows[name]
            row.quiet.append(quiet_s)
            row.lost += verdict.lost
            row.doubled += verdict.doubled
        self._rest_s = max(self._rest_s, time.monotonic() - until)
        return Round(
            number=number,
            kinds=names,
            in_flight=in_flight,
            flow_s=max(flows, default=0.0),
            quiet_s=quiet_s,
            verdict=verdict,
        )

    def _restore(self, kind: Fault) -> bool:
        """A copy in one round, put back at the start of the next; whether it was put back now."""
        copy, self._again, self._again_from = self._copy, [], None
        if copy is None:
            self._copy = take_copy(self._site, kind.party, self._marks)
            return False
        self._copy, self._again_from = None, copy.party
        self._again = sent_to(copy.party, self._shelf.entries())
        put_back(self._site, copy, self._marks)
        row = self.outcome.rows[kind.name]
        row.drawn += 1
        row.in_flight += len(self._again)
        return True

    def _judge(self, at_rest: bool, why: str, broken: Sequence[str], after_ms: int) -> Verdict:
        site = self._site
        shelf = Shelf(lambda: 0)
        expect_again(self._again, shelf)
        stores = site.stores()
        try:
            holding = gather(stores, self._marks, shelf)
        except StoreError as error:
            unread = (*broken, f"I12.unread {error}", f"I10.no-rest {why}")
            return Verdict(
                ops=0, succeeded=0, failed=0, messages=0, lost=0, doubled=0, problems=unread
            )
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
        return verdict if not extra else replace(verdict, problems=(*verdict.problems, *extra))

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
