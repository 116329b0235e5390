"""Faults of the disk under one country's database: power cut, full, read-only, errors, slow."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.campaign.faults import Act, Fault, Injection
from gateway.campaign.mount import Disk
from gateway.campaign.site import FRANCE, Site

_TOUCHES = frozenset({f"disk {FRANCE}"})


def _disk(site: Site) -> Disk:
    if site.disk is None:
        raise RuntimeError("there is no disk of ours here")
    return site.disk


def _needs(site: Site) -> str | None:
    return site.no_disk


def _cut_power(site: Site, injection: Injection) -> None:
    """The machine of one country goes dark: its process ends, and so does what was not synced."""
    site.world.kill_process(injection.party)
    _disk(site).order("cut")


def _start(site: Site, injection: Injection) -> None:
    site.world.start(injection.party)


def _cut_often(site: Site, injection: Injection) -> None:
    for _ in range(3):
        _cut_power(site, injection)
        _start(site, injection)
        site.world.wait_ready(injection.party)
    _cut_power(site, injection)


def _ordered(*words: object) -> Act:
    def act(site: Site, injection: Injection) -> None:  # noqa: ARG001 - the shape of an act
        _disk(site).order(*words)

    return act


def _failing(operation: str) -> Act:
    def act(site: Site, injection: Injection) -> None:
        _disk(site).fail(operation, injection.random.randrange(40))

    return act


def _kinds() -> Iterator[Fault]:
    fair = _ordered("fair")
    with_process = frozenset({*_TOUCHES, FRANCE})
    table = (
        ("power-cut", "a machine loses power", with_process, _cut_power, _start, 0.2),
        ("power-cut-often", "four times, also while it starts", with_process, _cut_often, _start,
         0.2),
        ("disk-full", "no write finds room", _TOUCHES, _ordered("full"), fair, 2.0),
        ("disk-read-only", "no write is taken", _TOUCHES, _ordered("read-only"), fair, 2.0),
        ("write-fails", "EIO from the n-th write on", _TOUCHES, _failing("write"), fair, 2.0),
        ("sync-fails", "EIO from the n-th fsync on", _TOUCHES, _failing("fsync"), fair, 2.0),
        ("disk-slow", "40 ms for each write and sync", _TOUCHES, _ordered("slow", 40), fair, 3.0),
    )  # fmt: skip
    for name, about, touches, inject, heal, holds_s in table:
        yield Fault(
            name=name,
            about=about,
            touches=touches,
            party=FRANCE,
            inject=inject,
            heal=heal,
            holds_s=holds_s,
            needs=_needs,
        )


KINDS = tuple(_kinds())
