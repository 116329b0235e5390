"""Faults that are messages: repeated, replayed, altered, borrowed, poisonous; and their absence.

They are sent as a member with valid credentials would send them, beside its own node.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random

from gateway.campaign.faults import Act, Fault, Injection
from gateway.campaign.site import BELGIUM, CUSTOMS, FRANCE, Site
from gateway.exchange import Confirmed, LinkState, RabbitLink, Unconfirmed, ingress_exchange
from gateway.ids import Lane

_WAIT = timedelta(seconds=20)
_MOST = 40
_REPEATS = 3


def _publish(site: Site, party: str, bodies: Sequence[bytes]) -> None:
    """Through ``party``'s own ingress with its own certificate; returns when all are confirmed."""
    if not bodies or site.world.broker is None:
        return
    files = site.world.home(party) / "broker"
    settings = site.world.broker.settings(
        certificate_file=files / "client.pem",
        key_file=files / "client-key.pem",
        name=f"{party} campaign",
    )
    link = RabbitLink(settings)
    link.start()
    try:
        _until_confirmed(link, ingress_exchange(party, Lane.ROUTINE), dict(enumerate(bodies)))
    finally:
        link.stop(timedelta(seconds=2))


def _until_confirmed(link: RabbitLink, exchange: str, bodies: dict[int, bytes]) -> None:
    """Sends until each is confirmed; TimeoutError when the broker does not take them."""
    up, again = False, list(bodies)
    deadline = time.monotonic() + _WAIT.total_seconds()
    while bodies:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(bodies)} were not confirmed")
        for event in link.take(limit=100, timeout=timedelta(seconds=0.2)):
            match event:
                case LinkState():
                    up = event.up
                case Confirmed(token=token):
                    bodies.pop(int(token), None)
                case Unconfirmed(token=token):
                    again.append(int(token))
                case _:
                    pass
        if up:
            for number in again:
                link.publish(
                    token=str(number), exchange=exchange, routing_key="", body=bodies[number]
                )
            again = []


def _again(times: int, *, newest: bool) -> Act:
    def act(site: Site, injection: Injection) -> None:
        sealed = site.sealed_by(injection.party, most=_MOST, newest=newest)
        _publish(site, injection.party, [body for body in sealed for _ in range(times)])

    return act


def _shuffled(site: Site, injection: Injection) -> None:
    sealed = site.sealed_by(injection.party, most=_MOST, newest=True)
    injection.random.shuffle(sealed)
    _publish(site, injection.party, sealed)


def _altered(site: Site, injection: Injection) -> None:
    sealed = site.sealed_by(injection.party, most=_MOST, newest=True)
    _publish(site, injection.party, [_one_bit_off(body, injection.random) for body in sealed])


def _cut_off(site: Site, injection: Injection) -> None:
    sealed = site.sealed_by(injection.party, most=_MOST, newest=True)
    draw = injection.random
    _publish(site, injection.party, [body[: draw.randrange(1, len(body))] for body in sealed])


def _spliced(site: Site, injection: Injection) -> None:
    sealed = site.sealed_by(injection.party, most=_MOST, newest=True)
    halves = [a[: len(a) // 2] + b[len(b) // 2 :] for a, b in itertools.pairwise(sealed)]
    _publish(site, injection.party, halves)


def _borrowed(site: Site, injection: Injection) -> None:
    _publish(site, injection.party, site.sealed_by(FRANCE, most=_MOST, newest=True))


def _poison(site: Site, injection: Injection) -> None:
    draw = injection.random
    bodies = [b"", b"\0" * 100, b"<a>" * 5_000, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>']
    bodies += [draw.randbytes(draw.randrange(1, 20_000)) for _ in range(10)]
    _publish(site, injection.party, bodies)


def _large(site: Site, injection: Injection) -> None:
    _publish(site, injection.party, [injection.random.randbytes(4_000_000) for _ in range(3)])


def _one_bit_off(body: bytes, draw: Random) -> bytes:
    at = draw.randrange(len(body))
    return body[:at] + bytes([body[at] ^ (1 << draw.randrange(8))]) + body[at + 1 :]


def _kinds() -> Iterator[Fault]:
    table: tuple[tuple[str, str, str, Act], ...] = (
        ("duplicated", "what a country just sent, three times more", FRANCE,
         _again(_REPEATS, newest=True)),
        ("replayed", "the first that it ever sent, again", FRANCE, _again(1, newest=False)),
        ("reordered", "what it just sent again, in another order", FRANCE, _shuffled),
        ("bits-flipped", "what it just sent, each with one bit changed", FRANCE, _altered),
        ("truncated", "what it just sent, cut off anywhere", FRANCE, _cut_off),
        ("spliced", "halves of two envelopes as one", FRANCE, _spliced),
        ("wrong-ingress", "one country's envelopes through another's ingress", CUSTOMS, _borrowed),
        ("poison", "octets that are no envelope: empty, NUL, deep, entities, noise", BELGIUM,
         _poison),
        ("oversized", "three messages of 4 MB of noise", BELGIUM, _large),
    )  # fmt: skip
    for name, about, party, act in table:
        yield Fault(
            name=name,
            about=about,
            touches=frozenset({name}),
            publishes=True,
            party=party,
            inject=act,
            holds_s=0.1,
            expects="no second effect; what is not genuine is set aside and has none",
        )


KINDS = tuple(_kinds())
