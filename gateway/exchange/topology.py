"""Names of everything in the broker (docs/spec/exchange.md 1): exchanges, queues, keys.

It is pure: it reaches no broker. Who may use the names, and what is bound to what, stands in
``broker_definitions``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gateway.ids import Lane

VHOST = "iarms"
OUT_EXCHANGE = "out"
DEAD_EXCHANGE = "dead"
AGAIN_EXCHANGE = "again"
TRUST_EXCHANGE = "trust"
"""Documents of trust, from the centre to everybody at once (docs/spec/trust.md 8)."""
TRUST_ONE_EXCHANGE = "trust-one"
"""The same to one party, whose name is the key: what it may have missed."""
PROBE_USER = "XPO-BROKER"
"""May log in and nothing else: proves that a node answers."""

MAX_MESSAGE_OCTETS = 8 * 1024 * 1024
"""The largest envelope (3-envelope: 8 MiB)."""

HEADER_PARTY = "iarms-party"
"""At ``dead`` and ``again``: the party in whose ingress the message lay."""
HEADER_CODE = "iarms-code"
"""At ``dead``: why the relay refused it (``relay.*``, ``envelope.*``)."""
HEADER_PROVEN = "iarms-proven"
"""At ``dead``: ``yes`` when the sender was proven and may be told, else ``no``."""
HEADER_AT = "iarms-at"
"""At ``dead``: when it was refused (RFC 3339, UTC)."""
HEADER_LANE = "iarms-lane"
"""At ``dead``: the lane in which it came."""

NO_GENERATIONS: Mapping[str, int] = {}
FIRST_GENERATION = 1

_LANE_WORDS = {lane.lower(): lane for lane in Lane}
_INGRESS_PATTERN = re.compile(r"in\.([A-Z]{3}-[A-Z0-9]{1,20})\.(urgent|routine|bulk)\.[0-9]+")


def ingress_exchange(party: str, lane: Lane) -> str:
    """The fanout exchange that ``party`` alone publishes to."""
    return f"in.{party}.{lane.lower()}"


def ingress_queue(party: str, lane: Lane, generation: int = FIRST_GENERATION) -> str:
    """The queue behind it: a message's place here proves which user sent it."""
    return f"{ingress_exchange(party, lane)}.{generation}"


def mailbox_key(party: str, lane: Lane) -> str:
    """The routing key at ``out`` that leads to the party's mailbox."""
    return f"{party}.{lane.lower()}"


def mailbox(party: str, lane: Lane, generation: int = FIRST_GENERATION) -> str:
    """The queue that ``party`` alone reads."""
    return f"out.{party}.{lane.lower()}.{generation}"


def mailboxes(party: str, generation: int = FIRST_GENERATION) -> tuple[str, ...]:
    """The party's mailboxes, the most urgent first."""
    return tuple(mailbox(party, lane, generation) for lane in Lane)


def dead_queue(generation: int = FIRST_GENERATION) -> str:
    """The queue of refused messages; the centre's hub reads it."""
    return f"{DEAD_EXCHANGE}.{generation}"


def again_queue(generation: int = FIRST_GENERATION) -> str:
    """The queue of messages that the hub hands to the relay once more."""
    return f"{AGAIN_EXCHANGE}.{generation}"


def trust_queue(party: str, generation: int = FIRST_GENERATION) -> str:
    """The queue by which documents of trust reach ``party``."""
    return f"{TRUST_EXCHANGE}.{party}.{generation}"


def relay_queues(
    parties: Sequence[str], generations: Mapping[str, int] = NO_GENERATIONS
) -> tuple[str, ...]:
    """All that the relay reads: every party's ingress, lane after lane, and ``again``."""
    ingress = [
        ingress_queue(party, lane, generations.get(party, FIRST_GENERATION))
        for lane in Lane
        for party in parties
    ]
    return (*ingress, again_queue())


def lane_of(name: str) -> Lane:
    """The lane of an ingress, a mailbox or a mailbox key; ROUTINE for what has none.

    Dead letters are BULK: nobody waits for them, and they may be of 8 MiB each.
    """
    if name == dead_queue():
        return Lane.BULK
    for part in name.split("."):
        if part in _LANE_WORDS:
            return _LANE_WORDS[part]
    return Lane.ROUTINE


def ingress_of(queue: str) -> tuple[str, Lane] | None:
    """The party and lane of an ingress queue, None for any other queue."""
    match = _INGRESS_PATTERN.fullmatch(queue)
    if match is None:
        return None
    return match[1], _LANE_WORDS[match[2]]
