"""Faults of the network between a party and the broker, by a proxy of ours."""

from __future__ import annotations

import time
from collections.abc import Iterator

from gateway.campaign.faults import Act, Fault, Injection
from gateway.campaign.site import BELGIUM, CUSTOMS, Site
from gateway.ids import REGISTRY_PARTY, RELAY_USER


def _weather(**weather: object) -> Act:
    def act(site: Site, injection: Injection) -> None:
        site.change_lines(injection.party, **weather)

    return act


def _cut(site: Site, injection: Injection) -> None:
    site.change_lines(injection.party, refuses=True)
    site.cut_lines(injection.party)


def _reset(site: Site, injection: Injection) -> None:
    site.cut_lines(injection.party, reset=True)


def _half_close(site: Site, injection: Injection) -> None:
    for line in site.lines.all_of(injection.party):
        site.lines.do(line.half_close)


def _flap(site: Site, injection: Injection) -> None:
    for _ in range(4):
        _cut(site, injection)
        time.sleep(injection.random.uniform(0.1, 0.4))
        site.change_lines(injection.party)
        time.sleep(injection.random.uniform(0.1, 0.6))


def _kinds() -> Iterator[Fault]:
    fair = _weather()
    both = {"stops_out": True, "stops_back": True}
    table = (
        ("line-cut", "the line is cut and refuses", BELGIUM, _cut, 1.5, "down"),
        ("line-reset", "every stream gets a TCP reset", CUSTOMS, _reset, 0.1, "down"),
        ("line-half-closed", "both ends are told the end", BELGIUM, _half_close, 0.5, "down"),
        ("line-jammed", "nothing passes, nothing closes", BELGIUM, _weather(**both), 6.0, "down"),
        ("line-one-way-out", "nothing reaches the broker", CUSTOMS, _weather(stops_out=True), 6.0,
         "down"),
        ("line-one-way-back", "nothing comes back", BELGIUM, _weather(stops_back=True), 6.0,
         "down"),
        ("line-delayed", "80 ms each way", CUSTOMS, _weather(delay_s=0.08), 2.0, ""),
        ("line-slow", "20 kB a second", BELGIUM, _weather(octets_a_second=20_000), 3.0, ""),
        ("line-flapping", "cut and back four times", CUSTOMS, _flap, 0.1, ""),
        ("line-garbled", "an octet in 5,000 is changed", BELGIUM, _weather(flips_one_in=5_000), 1.5,
         ""),
        ("relay-cut", "the relay loses the broker", RELAY_USER, _cut, 1.0, "down"),
        ("hub-jammed", "the registry's line is jammed", REGISTRY_PARTY, _weather(**both), 6.0,
         "down"),
    )  # fmt: skip
    for name, about, party, act, holds_s, notice in table:
        yield Fault(
            name=name,
            about=about,
            touches=frozenset({f"line {party}"}),
            party=party,
            inject=act,
            heal=fair,
            holds_s=holds_s,
            notice=notice,
        )


KINDS = tuple(_kinds())
