"""Faults of trust and of time: a key stolen in flight, messages that outlive their worth.

The party comes back with its successor's key, as a country does after a theft.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from gateway.campaign.faults import Fault, Injection
from gateway.campaign.site import CUSTOMS, ENROLLED_SINCE, FRANCE, Site
from gateway.ids import REGISTRY_PARTY
from keys import ceremony, load_identity
from keys.sealed import INTERACTIVE

_SUCCESSOR = "successor.key"
_OUTLIVES_S = 10.0


def _steal(site: Site, injection: Injection) -> None:
    """The successor is listed and the stolen key revoked while messages are on their way."""
    world, party = site.world, injection.party
    home = world.home(party)
    secret = (home / "identity.pass").read_bytes()
    stolen = load_identity(home / "identity.key", secret)
    (home / _SUCCESSOR).unlink(missing_ok=True)
    _, note = ceremony.prepare_rotation(
        stolen, home / _SUCCESSOR, secret, random=os.urandom, cost=INTERACTIVE
    )
    now = datetime.now(UTC)
    # As old as all keys here: clocks may be wrong by less than that.
    ceremony.take_rotation(world.trust, note, now=now - ENROLLED_SINCE)
    ceremony.publish(world.trust, world.officers, now=now)
    world.hand_over()
    ceremony.revoke(world.trust, party, [stolen.signing_kid], "stolen", world.officers[0], now=now)
    world.hand_over()


def _succeed(site: Site, injection: Injection) -> None:
    """The party starts with its successor's key; what waits is signed anew."""
    home = site.world.home(injection.party)
    site.world.stop_process(injection.party)
    (home / _SUCCESSOR).replace(home / "identity.key")
    site.world.start(injection.party)


def _stop_registry(site: Site, injection: Injection) -> None:  # noqa: ARG001 - the shape of an act
    site.world.stop_process(REGISTRY_PARTY)


def _start_registry(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    site.world.start(REGISTRY_PARTY)


KINDS = (
    Fault(
        name="key-stolen",
        about="a country's key is revoked as stolen in flight; it goes on with its successor",
        touches=frozenset({FRANCE, "trust"}),
        party=FRANCE,
        inject=_steal,
        heal=_succeed,
        holds_s=1.5,
        expects="what was honestly sent is signed anew; what the old key signs has no effect",
    ),
    Fault(
        name="expired-while-offline",
        about="the registry is away for longer than customs' messages are worth",
        touches=frozenset({REGISTRY_PARTY}),
        party=CUSTOMS,
        inject=_stop_registry,
        heal=_start_registry,
        holds_s=_OUTLIVES_S,
        expects="each has an explicit end on both sides",
    ),
)
