"""Faults of trust and of time: a key rotated in flight, messages that outlive their worth.

The revocation of a key is not among them: a revoked key vouches for no successor, so its country
comes back by a recovery that takes days (`iarms drill stolen-mid-flight` plays it). That of the
certificate of its line is.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from gateway.campaign.faults import Fault, Injection
from gateway.campaign.site import CUSTOMS, ENROLLED_SINCE, FRANCE, ITALY, Site
from gateway.ids import REGISTRY_PARTY
from keys import ceremony, load_identity
from keys.sealed import INTERACTIVE

_SUCCESSOR = "successor.key"
_OUTLIVES_S = 6.0


def _rotate(site: Site, injection: Injection) -> None:
    """The successor is listed while messages are on their way."""
    world, party = site.world, injection.party
    home = world.home(party)
    secret = (home / "identity.pass").read_bytes()
    old = load_identity(home / "identity.key", secret)
    (home / _SUCCESSOR).unlink(missing_ok=True)
    _, note = ceremony.prepare_rotation(
        old, home / _SUCCESSOR, secret, random=os.urandom, cost=INTERACTIVE
    )
    now = datetime.now(UTC)
    # As old as all keys here: clocks may be wrong by less than that.
    ceremony.take_rotation(world.trust, note, now=now - ENROLLED_SINCE)
    ceremony.publish(world.trust, world.officers, now=now)
    world.hand_over()


def _succeed(site: Site, injection: Injection) -> None:
    """The party starts with its successor's key."""
    home = site.world.home(injection.party)
    site.world.stop_process(injection.party)
    (home / _SUCCESSOR).replace(home / "identity.key")
    site.world.start(injection.party)


def _revoke_user(site: Site, injection: Injection) -> None:
    """Its broker user is deleted: every connection ends, and its certificate opens none."""
    site.control("delete_user", injection.party)


def _certify_again(site: Site, injection: Injection) -> None:
    """It made another key for its line; the broker knows its user again."""
    world, party = site.world, injection.party
    if world.desk is None:
        raise RuntimeError("the centre's desk is not open")
    home, now = world.home(party), datetime.now(UTC)
    wanted = ceremony.renew_tls_request(home, party)
    certificate = ceremony.issue_client(world.desk, wanted, name=party, now=now)
    ceremony.install_client(home, certificate, world.desk.authority.pem)
    world.restart_broker()


def _stop_registry(site: Site, injection: Injection) -> None:  # noqa: ARG001 - the shape of an act
    site.world.stop_process(REGISTRY_PARTY)


def _start_registry(site: Site, injection: Injection) -> None:  # noqa: ARG001 - as above
    site.world.start(REGISTRY_PARTY)


KINDS = (
    Fault(
        name="key-rotated",
        about="a country's successor key is listed in flight; it starts with it",
        touches=frozenset({FRANCE, "trust"}),
        party=FRANCE,
        inject=_rotate,
        heal=_succeed,
        holds_s=1.5,
        expects="what either key signed has its effect once",
    ),
    Fault(
        name="certificate-revoked",
        about="a country is cut off in flight (its broker user is gone), certified anew",
        touches=frozenset({ITALY, "queues", "trust"}),
        party=ITALY,
        inject=_revoke_user,
        heal=_certify_again,
        holds_s=1.5,
        expects="it is cut off at once, and what it had accepted goes when it is back",
        notice="down",
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
