"""Faults of trust and time: keys rotated and revoked in flight, messages that outlive their worth.

A key is revoked after its successor is relied on everywhere: before that it would vouch for nobody,
and its country would come back by a recovery that takes days (`iarms drill stolen-mid-flight`).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from gateway.campaign.faults import NOT_INJECTED, Fault, Injection
from gateway.campaign.site import (
    ASKERS,
    CUSTOMS,
    ENROLLED_SINCE,
    FRANCE,
    ITALY,
    PARTIES,
    Site,
    wait_for,
)
from gateway.ids import REGISTRY_PARTY
from gateway.store import StoreError
from keys import Identity, ceremony, load_identity
from keys.sealed import INTERACTIVE

_SUCCESSOR = "successor.key"
_OUTLIVES_S = 6.0
_RELIED_ON_S = 30.0


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


def _rotate_and_succeed(site: Site, injection: Injection) -> None:
    """It signs with the successor from now on; what its old key signed is on its way."""
    injection.keep["old"] = _identity_of(site, injection.party).signing_kid
    _rotate(site, injection)
    _succeed(site, injection)


def _revoke_old(site: Site, injection: Injection) -> None:
    """The old key turns out to be stolen, once everybody relies on the successor."""
    trust = site.world.trust
    newest = ceremony.newest_directory(trust)
    if newest is None:
        raise RuntimeError("nobody has published a directory")
    if not wait_for(lambda: _relied_on_by_all(site, newest.version), _RELIED_ON_S):
        # Somebody is away: it would meet the successor and the revocation at once.
        injection.keep[NOT_INJECTED] = True
        return
    why, by = "The campaign's thief.", site.world.officers[0]
    kids = [str(injection.keep["old"])]
    ceremony.revoke(trust, injection.party, kids, why, by, now=datetime.now(UTC))
    site.world.hand_over()


def _relied_on_by_all(site: Site, version: int) -> bool:
    try:
        with site.world.store(REGISTRY_PARTY, looking=True) as store, store.unit() as unit:
            relied = {ack.party: ack.version for ack in unit.trust.acks()}
    except StoreError:
        return False  # another fault has the database just now
    return all(relied.get(party, 0) >= version for party in (*PARTIES, *ASKERS))


def _identity_of(site: Site, party: str) -> Identity:
    home = site.world.home(party)
    return load_identity(home / "identity.key", (home / "identity.pass").read_bytes())


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
        name="signing-key-revoked",
        about="a country signs with a successor; its old key is revoked in flight",
        touches=frozenset({FRANCE, "trust"}),
        party=FRANCE,
        inject=_rotate_and_succeed,
        heal=_revoke_old,
        holds_s=0.5,
        expects="what waits under the old key is signed anew, under the same ids",
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
