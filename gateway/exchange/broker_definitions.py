"""The broker's definitions file: users, permissions, policies, exchanges, queues, bindings.

It is pure: a dict comes out. Everything is made from it before a client connects; no client may
declare, bind or delete anything (docs/spec/exchange.md 2 and 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.exchange.topology import (
    AGAIN_EXCHANGE,
    DEAD_EXCHANGE,
    FIRST_GENERATION,
    NO_GENERATIONS,
    OUT_EXCHANGE,
    PROBE_USER,
    TRUST_EXCHANGE,
    TRUST_ONE_EXCHANGE,
    VHOST,
    again_queue,
    dead_queue,
    ingress_exchange,
    ingress_queue,
    mailbox,
    mailbox_key,
    trust_queue,
)
from gateway.ids import PARTY_PATTERN, REGISTRY_PARTY, RELAY_USER, Lane

_INGRESS_MESSAGES = 5_000
_INGRESS_OCTETS = 200_000_000
_MAILBOX_MESSAGES = 100_000
_MAILBOX_OCTETS = 4_000_000_000
_DEAD_MESSAGES = 10_000
_DEAD_OCTETS = 1_000_000_000
_TRUST_BUNDLES = 64
_TRUST_OCTETS = 64_000_000
_DELIVERY_LIMIT = 5

# A node holds two connections with at most six channels each; closed ones are uncounted late, and
# its command line tools come beside it, hence twice that.
_PARTY_LIMITS = {"max-connections": 4, "max-channels": 24}
_CENTRE_LIMITS = {"max-connections": 16, "max-channels": 96}
_PROBE_LIMITS = {"max-connections": 8, "max-channels": 8}

CENTRE_USERS = frozenset({RELAY_USER, PROBE_USER})
"""Users of the centre that are no parties: a party of such a name would get the user's rights."""

_NOTHING = "^$"
_LANES = "(" + "|".join(lane.lower() for lane in Lane) + ")"
_ACTIONS = ("configure", "write", "read")


def definitions(
    parties: Sequence[str], *, generations: Mapping[str, int] = NO_GENERATIONS
) -> dict[str, Any]:
    """The broker's whole definitions file for ``parties``, as a JSON-like dict.

    ``generations`` names the parties whose queues were replaced (a queue's name is never used
    twice: a re-declared quorum queue was measured to lose confirmed messages). Raises ValueError
    for a name that is no party's.
    """
    for party in parties:
        if not PARTY_PATTERN.fullmatch(party) or party in CENTRE_USERS:
            raise ValueError(f"{party!r} is not a party's name")
    members = sorted({*parties, REGISTRY_PARTY})
    return {
        "vhosts": [{"name": VHOST}],
        "users": _users(members),
        "permissions": _permissions(members, generations),
        "topic_permissions": [],
        "parameters": [],
        "policies": _policies(),
        "exchanges": _exchanges(members),
        "queues": _queues(members, generations),
        "bindings": _bindings(members, generations),
    }


def users_of(definitions_: Mapping[str, Any]) -> frozenset[str]:
    """The users that a definitions dict knows."""
    return frozenset(user["name"] for user in definitions_["users"])


def _generation(party: str, generations: Mapping[str, int]) -> int:
    return generations.get(party, FIRST_GENERATION)


def _users(members: Sequence[str]) -> list[dict[str, Any]]:
    limits = dict.fromkeys(members, _PARTY_LIMITS)
    limits[REGISTRY_PARTY] = _CENTRE_LIMITS
    limits[RELAY_USER] = _CENTRE_LIMITS
    limits[PROBE_USER] = _PROBE_LIMITS
    return [
        {
            "name": name,
            # No password at all: a client certificate (EXTERNAL) is the only way in.
            "password_hash": "",
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": "",
            "limits": limit,
        }
        for name, limit in limits.items()
    ]


def _permissions(members: Sequence[str], generations: Mapping[str, int]) -> list[dict[str, str]]:
    rows = [
        _permission(
            party,
            write=f"in\\.{party}\\.{_LANES}",
            read=f"(out\\.{party}\\.{_LANES}|{TRUST_EXCHANGE}\\.{party})"
            f"\\.{_generation(party, generations)}",
        )
        for party in members
        if party != REGISTRY_PARTY
    ]
    generation = _generation(REGISTRY_PARTY, generations)
    rows.append(
        _permission(
            REGISTRY_PARTY,
            write=f"(in\\.{REGISTRY_PARTY}\\.{_LANES}|{AGAIN_EXCHANGE}"
            f"|{TRUST_EXCHANGE}|{TRUST_ONE_EXCHANGE})",
            read=f"(out\\.{REGISTRY_PARTY}\\.{_LANES}\\.{generation}|{DEAD_EXCHANGE}\\.[0-9]+)",
        )
    )
    rows.append(
        _permission(
            RELAY_USER,
            write=f"({OUT_EXCHANGE}|{DEAD_EXCHANGE})",
            read=f"(in\\.[A-Z]{{3}}-[A-Z0-9]{{1,20}}\\.{_LANES}\\.[0-9]+|{AGAIN_EXCHANGE}\\.[0-9]+"
            f"|{TRUST_EXCHANGE}\\.{RELAY_USER}\\.[0-9]+)",
        )
    )
    rows.append({"user": PROBE_USER, "vhost": VHOST} | dict.fromkeys(_ACTIONS, _NOTHING))
    return rows


def _permission(user: str, *, write: str, read: str) -> dict[str, str]:
    return {
        "user": user,
        "vhost": VHOST,
        "configure": _NOTHING,
        "write": f"^{write}$",
        "read": f"^{read}$",
    }


def _policies() -> list[dict[str, Any]]:
    return [
        _policy("ingress", r"^in\.", _bounded(_INGRESS_MESSAGES, _INGRESS_OCTETS)),
        _policy("mailbox", r"^out\.", _bounded(_MAILBOX_MESSAGES, _MAILBOX_OCTETS)),
        _policy("again", r"^again\.", _bounded(_INGRESS_MESSAGES, _INGRESS_OCTETS)),
        # The oldest goes: a party must not be able to stop the relay by filling this one.
        _policy(
            "dead",
            r"^dead\.",
            {
                "max-length": _DEAD_MESSAGES,
                "max-length-bytes": _DEAD_OCTETS,
                "overflow": "drop-head",
            },
        ),
        # Newer documents take the place of older ones: who was away gets the newest.
        _policy(
            "trust",
            r"^trust\.",
            {
                "max-length": _TRUST_BUNDLES,
                "max-length-bytes": _TRUST_OCTETS,
                "overflow": "drop-head",
            },
        ),
    ]


def _bounded(messages: int, octets: int) -> dict[str, Any]:
    return {
        "max-length": messages,
        "max-length-bytes": octets,
        "overflow": "reject-publish",
        "delivery-limit": _DELIVERY_LIMIT,
        "dead-letter-exchange": DEAD_EXCHANGE,
        "dead-letter-strategy": "at-least-once",
    }


def _policy(name: str, pattern: str, definition: dict[str, Any]) -> dict[str, Any]:
    return {
        "vhost": VHOST,
        "name": name,
        "pattern": pattern,
        "apply-to": "queues",
        "priority": 0,
        "definition": definition,
    }


def _exchanges(members: Sequence[str]) -> list[dict[str, Any]]:
    names = [ingress_exchange(party, lane) for party in members for lane in Lane]
    fanouts = [
        _exchange(name, "fanout")
        for name in (*names, DEAD_EXCHANGE, AGAIN_EXCHANGE, TRUST_EXCHANGE)
    ]
    return [*fanouts, *(_exchange(name, "direct") for name in (OUT_EXCHANGE, TRUST_ONE_EXCHANGE))]


def _exchange(name: str, kind: str) -> dict[str, Any]:
    return {
        "name": name,
        "vhost": VHOST,
        "type": kind,
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": {},
    }


def _queues(members: Sequence[str], generations: Mapping[str, int]) -> list[dict[str, Any]]:
    names = [dead_queue(), again_queue()]
    names += [trust_queue(each, generation) for each, generation in _readers(members, generations)]
    for party in members:
        generation = _generation(party, generations)
        for lane in Lane:
            names += [ingress_queue(party, lane, generation), mailbox(party, lane, generation)]
    return [
        {
            "name": name,
            "vhost": VHOST,
            "durable": True,
            "auto_delete": False,
            # Only a quorum queue confirms after the disk has it (5.4), also on a single node.
            "arguments": {"x-queue-type": "quorum"},
        }
        for name in names
    ]


def _readers(members: Sequence[str], generations: Mapping[str, int]) -> list[tuple[str, int]]:
    """Who gets documents of trust from the centre: every party but the centre, and the relay."""
    parties = [each for each in members if each != REGISTRY_PARTY]
    return [*((each, _generation(each, generations)) for each in parties), (RELAY_USER, 1)]


def _bindings(members: Sequence[str], generations: Mapping[str, int]) -> list[dict[str, Any]]:
    rows = [
        _binding(DEAD_EXCHANGE, dead_queue(), ""),
        _binding(AGAIN_EXCHANGE, again_queue(), ""),
        *(
            row
            for each, generation in _readers(members, generations)
            for row in (
                _binding(TRUST_EXCHANGE, trust_queue(each, generation), ""),
                _binding(TRUST_ONE_EXCHANGE, trust_queue(each, generation), each),
            )
        ),
    ]
    for party in members:
        generation = _generation(party, generations)
        for lane in Lane:
            rows += [
                _binding(ingress_exchange(party, lane), ingress_queue(party, lane, generation), ""),
                _binding(OUT_EXCHANGE, mailbox(party, lane, generation), mailbox_key(party, lane)),
            ]
    return rows


def _binding(source: str, queue: str, key: str) -> dict[str, Any]:
    return {
        "source": source,
        "vhost": VHOST,
        "destination": queue,
        "destination_type": "queue",
        "routing_key": key,
        "arguments": {},
    }
