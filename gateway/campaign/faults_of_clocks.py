"""Faults of a party's clock, by libfaketime, of which the product knows nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator

from gateway.campaign.faults import Act, Fault, Injection
from gateway.campaign.site import BELGIUM, Site
from gateway.ids import REGISTRY_PARTY


def _needs(site: Site) -> str | None:
    return site.no_clock


def _set(offset: str) -> Act:
    def act(site: Site, injection: Injection) -> None:
        site.set_clock(injection.party, offset)

    return act


def _jump_about(site: Site, injection: Injection) -> None:
    for _ in range(6):
        site.set_clock(injection.party, f"{injection.random.randrange(-3600, 3600):+d}")
        time.sleep(injection.random.uniform(0.1, 0.4))


def _kinds() -> Iterator[Fault]:
    table = (
        ("clock-hour-ahead", "a country's clock is an hour ahead, then right again", BELGIUM,
         _set("+3600")),
        ("clock-hour-behind", "an hour behind, then right again", BELGIUM, _set("-3600")),
        ("clock-day-ahead", "a day ahead, then right again", BELGIUM, _set("+86400")),
        ("clock-leap", "a second twice (a leap second, badly smeared)", BELGIUM, _set("-1")),
        ("clock-jumping", "jumps within an hour to both sides", BELGIUM, _jump_about),
        ("hub-clock-behind", "the registry's clock is two minutes behind", REGISTRY_PARTY,
         _set("-120")),
        ("hub-clock-ahead", "the registry's clock is an hour ahead, then right again",
         REGISTRY_PARTY, _set("+3600")),
        ("hub-clock-jumping", "the registry's clock jumps about", REGISTRY_PARTY, _jump_about),
    )  # fmt: skip
    for name, about, party, act in table:
        yield Fault(
            name=name,
            about=about,
            touches=frozenset({f"clock {party}"}),
            party=party,
            inject=act,
            heal=_set("+0"),
            holds_s=3.0,
            expects="as ever: what is dated too late waits, and is dated anew",
            needs=_needs,
        )


KINDS = tuple(_kinds())
