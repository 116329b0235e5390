"""A world of real processes on a real broker, any of which ends at a named step of one message.

It decides nothing about what is tested.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from forked import fork
from fused_process import FUSE

from gateway.campaign.nursery import Child
from gateway.demo import Member, World, wait_until
from gateway.doorbell import ring_at
from gateway.exchange import BrokerInstallationError, find_scripts
from gateway.ids import RELAY_USER

FRA, BEL, AUT = "FRA-NCB", "BEL-NCB", "AUT-NCB"
OFFICER = "a.dupont"
SENDER, CARRIER, RECEIVER = "sender", "carrier", "receiver"
POINTS = (
    (SENDER, "before-commit sent"),
    (SENDER, "after-commit sent"),
    (SENDER, "before-publish"),
    (SENDER, "after-publish"),
    (SENDER, "confirmed"),
    (CARRIER, "taken"),
    (CARRIER, "before-publish"),
    (CARRIER, "confirmed"),
    (CARRIER, "after-acknowledge"),
    (RECEIVER, "taken"),
    (RECEIVER, "before-commit took"),
    (RECEIVER, "after-commit took"),
    (RECEIVER, "after-acknowledge"),
)
"""Who ends, and where: around each commit, each publication and its confirm, each acknowledging."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One side of a case: what must be the same at the other, and the clock that is its own."""

    state: str
    acts: tuple[tuple[Any, ...], ...]
    due: datetime | None
    stopped: tuple[datetime | None, int]
    timer: datetime | None


class FusedWorld:
    """A world; ``act`` makes one act in a case while one process ends at one step of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.killed: list[str] = []
        self._last = 0

    def leave(self, party: str, order: str, body: Mapping[str, Any]) -> None:
        """An officer's order, once; a running process hears the bell, another finds it."""
        octets = msgspec.json.encode(body)
        with self.world.store(party) as store, store.unit() as unit:
            now = datetime.now(UTC)
            self._last = unit.errands.ask(f"trace.{order}", octets, actor=OFFICER, now=now)
        ring_at(self.world.home(party))

    @contextmanager
    def ending(self, party: str, step: str) -> Iterator[None]:
        """The process of ``party`` ends at ``step`` of what is done within, and is started."""
        (self.world.home(party) / FUSE).write_text(step)
        yield
        process = self.world.processes[party]
        wait_until(lambda: process.poll() is not None, f"{party} to end at {step}", 240)
        assert process.poll() == -9, self.world.log_tail(party)
        self.killed.append(f"{party} {step}")
        self.again([party])

    def again(self, names: Sequence[str]) -> None:
        """Kills what lives of ``names`` and starts all of them."""
        for name in names:
            self.world.kill_process(name)
        for name in names:
            self.world.start(name)
        for name in names:
            self.world.wait_ready(name)

    def act(
        self,
        by: str,
        to: str,
        kind: str,
        point: tuple[str, str],
        order: str,
        body: Mapping[str, Any],
    ) -> None:
        """Has ``by`` carry out ``order``, whose message ``kind`` goes to ``to``."""
        who, step = point
        victim = {SENDER: by, CARRIER: RELAY_USER, RECEIVER: to}[who]
        with self.ending(victim, f"{step} {kind}"):
            self.leave(by, order, body)

    def case_of(self, reference: str, party: str = FRA) -> str:
        """The id of the case of this reference of ours, waited for."""

        def ids() -> list[str]:
            with self.world.store(party) as store, store.unit() as unit:
                return [case.trace_id for case in unit.traces.of_reference(reference)]

        try:
            wait_until(lambda: bool(ids()), f"the case {reference}", 240)
        except TimeoutError as late:
            raise AssertionError(f"{late}: {self.last_answer(party)}") from late
        (only,) = ids()  # one order opens one case
        return only

    def last_answer(self, party: str) -> object:
        """What became of the newest order."""
        with self.world.store(party) as store, store.unit() as unit:
            errand = unit.errands.get(self._last)
        return errand, self.world.log_tail(party, 5)

    def seen(self, party: str, trace_id: str) -> Snapshot | None:
        """The case as ``party`` holds it."""
        with self.world.store(party) as store, store.unit() as unit:
            case = unit.traces.find(trace_id)
            if case is None:
                return None
            acts = unit.traces.acts(trace_id)
            timer = unit.timers.running("trace.due", trace_id)
        told = ("side", "number", "deed", "message_type", "standing", "void", "digest", "envelope")
        told = (*told, "wrapper", "content")
        rows = sorted(tuple(getattr(act, name) for name in told) for act in acts)
        return Snapshot(
            state=case.state,
            acts=tuple(rows),
            due=case.due,
            stopped=(case.stopped_since, case.stopped_us),
            timer=None if timer is None else timer.due,
        )

    def agree(self, trace_id: str, *parties: str, state: str) -> Snapshot:
        """Waits until both hold the case alike in ``state`` and nothing is under way."""

        def alike() -> bool:
            sides = [self.seen(party, trace_id) for party in parties]
            if None in sides or not self.quiet(*parties):
                return False
            held = {(s.state, s.acts, s.due, s.stopped) for s in sides if s is not None}
            return len(held) == 1 and sides[0] is not None and sides[0].state == state

        try:
            wait_until(alike, f"{parties} to agree on {trace_id} as {state}", 240)
        except TimeoutError as late:
            told = {p: self.brief(p, trace_id) for p in parties}
            raise AssertionError(f"{late}: {told} after {self.killed[-3:]}") from late
        found = self.seen(parties[0], trace_id)
        assert found is not None
        return found

    def brief(self, party: str, trace_id: str) -> object:
        """For a person who looks why it went wrong."""
        found = self.seen(party, trace_id)
        return None if found is None else (found.state, [act[:6] for act in found.acts])

    def quiet(self, *parties: str) -> bool:
        """Whether nobody of them waits for a receipt."""
        for party in parties:
            with self.world.store(party) as store, store.unit() as unit:
                if unit.outbox.depth():
                    return False
        return True


@contextmanager
def fused_world(root: Path, countries: Sequence[str], settings: str) -> Iterator[FusedWorld]:
    """Everything of a world started with fuses; ended whatever happens."""
    members = [
        Member(party=f"{c}-NCB", adapter="fr-police-csv", office=f"{c} desk", more=settings)
        for c in countries
    ]
    skip_without_a_broker()
    world = World(root, members, resend_first_s=1.0, launch=fork_fused)
    try:
        world.make()
        world.start_broker()
        world.start_all()
        yield FusedWorld(world)
    finally:
        world.stop()


def fork_fused(name: str, words: Sequence[str], log: Path, more: Mapping[str, str]) -> Child:
    """A process of the world with a fuse in it."""
    return fork(name, ["fused_process", *words[1:]], log, more)


def skip_without_a_broker() -> None:
    """Skips the test where RabbitMQ is not installed."""
    try:
        find_scripts()
    except BrokerInstallationError as missing:
        pytest.skip(f"{missing}: {missing.remedy}")
