"""Faults of one machine among several: a node of the broker, one of two workers.

The gap is what the pulse saw: the longest time without a confirm, or without a delivery.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator

from gateway.campaign.faults import Act, Fault, Injection
from gateway.campaign.pulse import Pulse
from gateway.campaign.site import BELGIUM, CUSTOMS, FRANCE, PULSE, Place, Site
from gateway.ids import REGISTRY_PARTY, RELAY_USER

_NODES = frozenset({"broker"})
_BEATS_S = 45.0
_BEFORE_S = 0.5
_AFTER_S = 2.0


def _beating(site: Site) -> Pulse:
    """A pulse that beats, from the relay's user to the mailbox that nobody else reads."""
    cluster = site.cluster
    settings = []
    for user in (RELAY_USER, PULSE):
        files = site.world.home(user) / "broker"
        settings.append(
            cluster.settings(
                certificate_file=files / "client.pem",
                key_file=files / "client-key.pem",
                name=f"{user} pulse",
            )
        )
    pulse = Pulse(settings[0], settings[1], PULSE)
    pulse.begin(_BEATS_S)
    time.sleep(_BEFORE_S)
    return pulse


def _leader(site: Site, injection: Injection) -> int:  # noqa: ARG001 - the shape of a choice
    """The number of the node that leads the pulse's queue."""
    led_by = {name: leader for name, (leader, _) in site.cluster.members().items()}
    return site.cluster.names.index(led_by[Pulse.queue_of(PULSE)]) + 1


def _any(site: Site, injection: Injection) -> int:
    return injection.random.randrange(len(site.cluster.nodes)) + 1


def _under_pulse(choose: Callable[[Site, Injection], int], end: Callable[[Site, int], None]) -> Act:
    def act(site: Site, injection: Injection) -> None:
        number = injection.keep["node"] = choose(site, injection)
        injection.keep["pulse"] = pulse = _beating(site)
        try:
            end(site, number)
        finally:
            injection.keep["pulse"] = pulse

    return act


def _measure(site: Site, injection: Injection) -> None:  # noqa: ARG001 - the shape of an act
    """Ends the pulse and keeps its gap; RuntimeError when what was confirmed did not come."""
    pulse = injection.keep["pulse"]
    if not isinstance(pulse, Pulse):
        raise TypeError("the pulse never beat")
    beat = pulse.end()
    injection.keep["gap_s"] = max(beat.confirm_gap_s, beat.delivery_gap_s)
    if beat.lost:
        raise RuntimeError(f"the broker lost {beat.lost} of {beat.confirmed} that it confirmed")


def _signal(sign: signal.Signals) -> Callable[[Site, int], None]:
    def end(site: Site, number: int) -> None:
        for pid in site.cluster.nodes[number - 1].pids:
            os.kill(pid, sign)

    return end


def _part(site: Site, number: int) -> None:
    """The node and the others no longer take one another for members: Erlang asks for a cookie."""
    _with_peers(site, number, "erlang:set_cookie(N, parted), erlang:disconnect_node(N)")


def _join(site: Site, injection: Injection) -> None:
    _with_peers(site, _number(injection), "erlang:set_cookie(N, erlang:get_cookie())")
    _measure(site, injection)


def _with_peers(site: Site, number: int, what: str) -> None:
    peers = ", ".join(f"'{name}'" for at, name in enumerate(site.cluster.names, 1) if at != number)
    node = site.cluster.nodes[number - 1]
    node.control("eval", f"[begin {what} end || N <- [{peers}]], ok.")


def _start_node(site: Site, injection: Injection) -> None:
    try:
        _measure(site, injection)
    finally:
        # A SIGTERM takes its time, and a node that ends is still there to be started.
        site.cluster.nodes[_number(injection) - 1].stop()
        site.cluster.restart(_number(injection), site.world.definitions())


def _thaw(site: Site, injection: Injection) -> None:
    _signal(signal.SIGCONT)(site, _number(injection))
    _measure(site, injection)


def _lose(site: Site, number: int) -> None:
    _signal(signal.SIGKILL)(site, number)
    shutil.rmtree(site.root / "broker" / f"node-{number}" / "data", ignore_errors=True)


def _replace(site: Site, injection: Injection) -> None:
    try:
        _measure(site, injection)
    finally:
        site.cluster.replace(_number(injection), site.world.definitions())


def _kill_two(site: Site, injection: Injection) -> None:
    nodes = list(site.cluster.nodes)
    injection.random.shuffle(nodes)
    for node in nodes[:2]:
        node.kill()


def _kill_all(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    site.cluster.kill()


def _start_missing(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    site.cluster.start(site.world.definitions())


def _cut_one_line(site: Site, injection: Injection) -> None:
    line = injection.random.choice(site.lines.all_of(injection.party))
    site.lines.do(lambda: line.change(refuses=True))
    site.lines.do(line.cut)


def _fair_lines(site: Site, injection: Injection) -> None:
    site.change_lines(injection.party)


def _number(injection: Injection) -> int:
    return int(str(injection.keep["node"]))


def _workers(site: Site, party: str) -> list[str]:
    return [name for name in site.world.names if name.partition(".")[0] == party]


def _one_of(party: str) -> Act:
    """kill -9 of one of the party's workers."""

    def act(site: Site, injection: Injection) -> None:
        name = injection.random.choice(_workers(site, party))
        injection.keep["name"] = name
        site.world.kill_process(name)

    return act


def _start_worker(site: Site, injection: Injection) -> None:
    site.world.start(str(injection.keep["name"]))


def _in_turn(site: Site, injection: Injection) -> None:
    """Every worker of a party ended and started, one after the other, as at an upgrade."""
    for name in _workers(site, injection.party):
        site.world.stop_process(name)
        site.world.start(name)
        site.world.wait_ready(name)


def _needs_two(party: str) -> Callable[[Site], str | None]:
    def reason(site: Site) -> str | None:
        two = f"{party}.2" in site.world.names
        return None if two else "two workers need PostgreSQL, which is not installed"

    return reason


def _kinds() -> Iterator[Fault]:
    kill, term = _signal(signal.SIGKILL), _signal(signal.SIGTERM)
    nodes = (
        ("leader-killed", "kill -9 of the node that leads a queue", _under_pulse(_leader, kill),
         _start_node, _AFTER_S),
        ("broker-node-killed", "kill -9 of any of the broker's nodes", _under_pulse(_any, kill),
         _start_node, _AFTER_S),
        ("broker-node-stopped", "SIGTERM of any of the broker's nodes", _under_pulse(_any, term),
         _start_node, _AFTER_S),
        ("broker-node-frozen", "SIGSTOP of any of the broker's nodes",
         _under_pulse(_any, _signal(signal.SIGSTOP)), _thaw, 5.0),
        ("broker-node-parted", "a node loses the other two, and they lose it",
         _under_pulse(_any, _part), _join, 4.0),
        ("broker-node-lost", "a node and its disk are gone; an empty one takes its place",
         _under_pulse(_any, _lose), _replace, _AFTER_S),
        ("broker-majority-killed", "two of three nodes killed", _kill_two, _start_missing, 1.0),
        ("broker-cluster-killed", "all three nodes killed", _kill_all, _start_missing, 0.2),
    )  # fmt: skip
    for name, about, inject, heal, holds_s in nodes:
        yield Fault(
            name=name, about=about, touches=_NODES, inject=inject, heal=heal, holds_s=holds_s,
            place=Place.SEVERAL,
        )  # fmt: skip
    workers = (("relay", RELAY_USER), ("hub", REGISTRY_PARTY), ("gateway", BELGIUM))
    for word, party in workers:
        needs = _needs_two(party)
        touches = frozenset({party})
        yield Fault(
            name=f"one-{word}-killed", about=f"kill -9 of one of two {word}s", touches=touches,
            party=party, inject=_one_of(party), heal=_start_worker, needs=needs,
            place=Place.SEVERAL,
        )  # fmt: skip
        yield Fault(
            name=f"{word}s-in-turn", about=f"both {word}s restarted, one after the other",
            touches=touches, party=party, inject=_in_turn, holds_s=0.1, needs=needs,
            place=Place.SEVERAL,
        )  # fmt: skip
    for word, party in (("node", FRANCE), ("customs", CUSTOMS)):
        yield Fault(
            name=f"{word}-loses-one-address", about="its line to one of the broker's nodes is cut",
            touches=frozenset({f"line {party}"}), party=party, inject=_cut_one_line,
            heal=_fair_lines, holds_s=2.0, place=Place.SEVERAL,
        )  # fmt: skip


KINDS = tuple(_kinds())
