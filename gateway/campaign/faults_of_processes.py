"""Faults of our own processes: ended, frozen, restarted, in any order."""

from __future__ import annotations

import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from gateway.campaign.faults import Fault, Injection
from gateway.campaign.site import BELGIUM, CUSTOMS, FRANCE, SPAIN, Site
from gateway.demo import Process
from gateway.ids import REGISTRY_PARTY, RELAY_USER

_WHO = {
    "node": FRANCE,
    "customs": CUSTOMS,
    "asker": SPAIN,
    "hub": REGISTRY_PARTY,
    "relay": RELAY_USER,
}
_ONLY_KILLED = frozenset({"customs", "asker"})
_ALL = (FRANCE, CUSTOMS, BELGIUM, REGISTRY_PARTY, RELAY_USER)
_LITTLE_MEMORY = 256 * 1024 * 1024


def _kill(site: Site, injection: Injection) -> None:
    site.world.kill_process(injection.party)


def _start(site: Site, injection: Injection) -> None:
    if injection.party in site.world.processes:
        site.world.kill_process(injection.party)
    site.world.start(injection.party)


def _stop(site: Site, injection: Injection) -> None:
    site.world.stop_process(injection.party)


def _freeze(site: Site, injection: Injection) -> None:
    site.send(injection.party, signal.SIGSTOP)


def _thaw(site: Site, injection: Injection) -> None:
    site.send(injection.party, signal.SIGCONT)


def _kill_often(site: Site, injection: Injection) -> None:
    for _ in range(3):
        site.world.kill_process(injection.party)
        site.world.start(injection.party)
        time.sleep(injection.random.uniform(0.3, 1.5))


def _shuffle(site: Site, injection: Injection) -> None:
    names = list(_ALL)
    injection.random.shuffle(names)
    for name in names:
        site.world.kill_process(name)
    injection.random.shuffle(names)
    injection.keep["order"] = names


def _start_in_order(site: Site, injection: Injection) -> None:
    for name in injection.keep["order"]:  # type: ignore[attr-defined] # put there by _shuffle
        site.world.start(name)


def _starve(site: Site, injection: Injection) -> None:
    """Less address space than it needs for its next large piece of work."""
    process = site.process(injection.party)
    injection.keep["limit"] = resource.prlimit(process.pid, resource.RLIMIT_AS)
    used = _address_space(process)
    limit = used + injection.random.randrange(0, _LITTLE_MEMORY // 64)
    resource.prlimit(process.pid, resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))


def _feed(site: Site, injection: Injection) -> None:
    process = site.process(injection.party)
    if process.poll() is not None:
        # Ended for want of memory, as an operator's service manager sees it: it is started again.
        site.world.processes.pop(injection.party)
        site.world.start(injection.party)
        return
    both = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(process.pid, resource.RLIMIT_AS, both)


def _address_space(process: Process) -> int:
    pages = Path(f"/proc/{process.pid}/statm").read_text().split()[0]
    return int(pages) * resource.getpagesize()


def _kinds() -> Iterator[Fault]:
    for word, party in _WHO.items():
        touches = frozenset({party})
        yield Fault(
            name=f"{word}-killed",
            about=f"kill -9 of the {word}",
            touches=touches,
            party=party,
            inject=_kill,
            heal=_start,
            holds_s=0.3,
        )
        if word in _ONLY_KILLED:
            continue
        yield Fault(
            name=f"{word}-frozen",
            about=f"SIGSTOP of the {word} for some seconds",
            touches=touches,
            party=party,
            inject=_freeze,
            heal=_thaw,
            holds_s=3.0,
        )
        yield Fault(
            name=f"{word}-restarted",
            about=f"SIGTERM and start of the {word}",
            touches=touches,
            party=party,
            inject=_stop,
            heal=_start,
            holds_s=0.1,
        )
    yield Fault(
        name="node-flapping",
        about="kill -9 of a node three times, also while it starts",
        touches=frozenset({BELGIUM}),
        party=BELGIUM,
        inject=_kill_often,
    )
    yield Fault(
        name="all-in-any-order",
        about="kill -9 of all processes, started in a drawn order",
        touches=frozenset(_ALL),
        inject=_shuffle,
        heal=_start_in_order,
        holds_s=0.1,
    )
    yield Fault(
        name="node-short-of-memory",
        about="RLIMIT_AS just above what the node holds",
        touches=frozenset({FRANCE}),
        inject=_starve,
        heal=_feed,
        holds_s=2.0,
    )


KINDS = tuple(_kinds())
