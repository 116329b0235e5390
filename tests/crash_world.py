"""Real processes from a fork server, ended with SIGKILL at a named step and started again.

The broker is in this process and answers each of them over a pipe, so that a case takes a fraction
of a second; databases are real SQLite files. It decides nothing about what is tested.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sqlite3
import time
from dataclasses import dataclass, field, fields
from datetime import timedelta
from functools import cache
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from typing import Any

from crash_processes import ASKER, DEFINITIONS, EFFECT, SIDES, Errand, run
from hypothesis import Phase, find, settings
from payload_strategies import messages

from gateway.exchange import MemoryBroker, MemoryLink, dead_queue, mailboxes
from gateway.ids import REGISTRY_PARTY
from gateway.payload import MESSAGE_TYPES, decode, encode
from gateway.store import Store

DEADLINE_S = 60.0
_VECTORS = Path(__file__).parent / "vectors" / "payload"
REFUSED = "FAULT"
"""The scenario in which the registry's desk refuses, so that a fault comes back."""
SCENARIOS = sorted(
    {REFUSED}
    | {
        kind.value
        for each, kind in MESSAGE_TYPES.items()
        if "context" in {member.name for member in fields(each)}
    }
)
"""Every type that a desk may post; what endpoints say to one another rides with them."""


@dataclass(slots=True)
class _Side:
    process: BaseProcess
    connection: Connection
    link: MemoryLink
    waits: tuple[int, float] | None = None  # a `take` that is not answered: limit, until when


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one run left behind."""

    passed: frozenset[tuple[str, str]]  # side and step
    ended: int  # processes that died
    events: dict[str, list[tuple[str, str | None]]] = field(repr=False)  # journals

    def count(self, side: str, event: str, kind: str | None = None) -> int:
        """How often ``event`` stands in the journal of ``side``, of one message type or of any."""
        return sum(name == event and kind in (None, of) for name, of in self.events.get(side, []))


class CrashWorld:
    """One message from the asker to the registry; one process may be ended at one step."""

    def __init__(self, folder: Path, scenario: str, crash: tuple[str, str] | None) -> None:
        self._folder = folder
        self._scenario = scenario
        self._crash = crash
        self._broker = MemoryBroker(DEFINITIONS)
        self._sides: dict[str, _Side] = {}
        self._passed: set[tuple[str, str]] = set()
        self._ended = 0
        self._asked = False
        self._databases: dict[str, sqlite3.Connection] = {}

    def outcome(self) -> Outcome:
        """Runs until nobody waits for a receipt, and looks; AssertionError if that never comes."""
        self._folder.mkdir(parents=True)
        for side in (ASKER, REGISTRY_PARTY):
            shutil.copyfile(_empty_database(self._folder.parent), self._path(side))
            self._databases[side] = sqlite3.connect(self._path(side), isolation_level=None)
        try:
            for side in SIDES:
                self._start(
                    side, self._crash[1] if self._crash and self._crash[0] == side else None
                )
            self._serve_until_quiet()
            return Outcome(
                passed=frozenset(self._passed),
                ended=self._ended,
                events={side: self._journal(side) for side in self._databases},
            )
        finally:
            for each in self._sides.values():
                each.process.kill()
                each.process.join()
                each.connection.close()
            for database in self._databases.values():
                database.close()

    def _path(self, side: str) -> Path:
        return self._folder / f"{side}.db"

    def _start(self, side: str, ends_at: str | None) -> None:
        ours, theirs = multiprocessing.Pipe()
        kind = "SEARCH_REQUEST" if self._scenario == REFUSED else self._scenario
        errand = Errand(
            side=side,
            database=f"sqlite:///{self._path(side)}",
            asks=(kind, sample(kind)) if side == ASKER else None,
            refuses=self._scenario == REFUSED,
            ends_at=ends_at,
        )
        process = _fork_server().Process(target=run, args=(errand, theirs), daemon=True)  # type: ignore[attr-defined] # the context's own class
        process.start()
        theirs.close()
        queues = () if side not in (ASKER, REGISTRY_PARTY) else mailboxes(side)
        more = (dead_queue(),) if side == REGISTRY_PARTY else ()
        link = self._broker.link(side, consume=(*queues, *more))
        self._sides[side] = _Side(process, ours, link)

    def _serve_until_quiet(self) -> None:
        deadline = time.monotonic() + DEADLINE_S
        while not self._is_quiet():
            assert time.monotonic() < deadline, (
                f"{self._scenario} {self._crash}: no rest, {sorted(self._passed)}"
            )
            ready = wait([each.connection for each in self._sides.values()], timeout=0.01)
            for side, each in list(self._sides.items()):
                if each.connection in ready:
                    self._serve(side, each)
            for each in self._sides.values():
                self._answer_take(each)

    def _serve(self, side: str, each: _Side) -> None:
        try:
            what, facts = each.connection.recv()
        except (EOFError, ConnectionResetError):
            self._bury(side, each)
            return
        answer: Any = None
        if what == "take":
            timeout = facts["timeout"]
            span = DEADLINE_S if timeout is None else timeout.total_seconds()
            each.waits = (facts["limit"], time.monotonic() + span)
            return
        if what == "passed":
            self._passed.add((side, facts["step"]))
        elif what == "asked":
            self._asked = True
        else:
            answer = getattr(each.link, what)(**facts) if facts else getattr(each.link, what)()
        each.connection.send(answer)

    @staticmethod
    def _answer_take(each: _Side) -> None:
        if each.waits is None:
            return
        limit, until = each.waits
        events = each.link.take(limit=limit, timeout=timedelta(0))
        if events or time.monotonic() >= until:
            each.waits = None
            each.connection.send(events)

    def _bury(self, side: str, each: _Side) -> None:
        each.process.join()
        assert each.process.exitcode == -9, f"{side} ended by itself: {each.process.exitcode}"
        each.connection.close()
        each.link.stop(timedelta(0))
        self._ended += 1
        self._start(side, None)

    def _is_quiet(self) -> bool:
        if not self._asked or (self._crash is not None and not self._ended):
            return False
        return not any(
            database.execute("SELECT count(*) FROM outbox").fetchone()[0]
            for database in self._databases.values()
        )

    def _journal(self, side: str) -> list[tuple[str, str | None]]:
        rows = self._databases[side].execute("SELECT event, message_type FROM journal ORDER BY id")
        return [(str(event), kind) for event, kind in rows]


def broken_promises(scenario: str, outcome: Outcome) -> list[str]:
    """What a run did that an exchange must not do; empty when every promise was kept."""
    kind = "SEARCH_REQUEST" if scenario == REFUSED else scenario
    effects = 0 if scenario == REFUSED else 1
    wanted = [
        (ASKER, "message.posted", kind, 1),
        (REGISTRY_PARTY, EFFECT, kind, effects),
        (REGISTRY_PARTY, "message.applied", kind, effects),
        (ASKER, "refused", None, 1 - effects),
        (ASKER, "undelivered", None, 0),
        (REGISTRY_PARTY, "undelivered", None, 0),
    ]
    problems = [
        f"{side}: {event} of {of} {outcome.count(side, event, of)} times, not {times}"
        for side, event, of, times in wanted
        if outcome.count(side, event, of) != times
    ]
    answers = outcome.count(REGISTRY_PARTY, "message.posted")
    effects_here = outcome.count(ASKER, EFFECT) + outcome.count(ASKER, "refused")
    if answers != effects_here:
        problems.append(f"{answers} answers were posted, {effects_here} had an effect")
    return problems


@cache
def sample(kind: str) -> bytes:
    """A payload of the message type: the standard's vector, or one that the schema allows."""
    vector = _VECTORS / f"{kind}.xml"
    if vector.is_file():
        return encode(decode(vector.read_bytes()))
    name = next(each.__name__ for each, code in MESSAGE_TYPES.items() if code.value == kind)
    first = settings(database=None, phases=[Phase.generate])  # any will do: nothing is shrunk
    return encode(find(messages(name), lambda _: True, settings=first, random=Random(1)))


@cache
def _empty_database(folder: Path) -> Path:
    path = folder / "empty.db"
    with Store.open(f"sqlite:///{path}") as store:
        store.migrate()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@cache
def _fork_server() -> multiprocessing.context.BaseContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["crash_processes"])
    # The server imports before anybody tells it where (Python 3.11): only its environment says so.
    held = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(Path(__file__).parent), held)))
    try:
        forkserver.ensure_running()
    finally:
        if held is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = held
    return context
