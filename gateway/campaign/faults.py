"""What a fault is: one value with how it comes, how it goes and what must be true of it.

The kinds themselves stand in tables beside this file, one a part of the system.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from gateway.campaign.site import Place, Site

Act = Callable[[Site, "Injection"], None]


NOT_INJECTED = "not-injected"
"""What an injection remembers that could not take place after all: it is not counted."""


@dataclass(slots=True, kw_only=True)
class Injection:
    """One occurrence of a fault: its randomness, whom it hit, and what it must remember."""

    random: Random
    party: str
    keep: dict[str, object] = field(default_factory=dict)


def _nothing(site: Site, injection: Injection) -> None:
    """Heals by itself."""


def _always(site: Site) -> str | None:  # noqa: ARG001 - the shape of ``needs``
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind. ``touches`` names the parts it takes; two in a round never take the same.

    ``holds_s`` is how long it stands before it is healed; ``needs`` gives the reason why a site
    cannot have it, or None. ``notice`` is a log word whose delay is measured, with its limit.
    """

    name: str
    about: str
    touches: frozenset[str]
    inject: Act
    heal: Act = _nothing
    holds_s: float = 1.0
    party: str = "FRA-NCB"
    expects: str = "every accepted op is answered once, no record twice"
    needs: Callable[[Site], str | None] = _always
    notice: str = ""
    publishes: bool = False
    """It needs the broker, and is over before others may take it away."""
    place: Place = Place.ONE
    at_rest: bool = False
    """It comes between rounds, by the campaign itself (``copies``)."""
