"""Finds who keeps the broker's alarm on by a message that never ends (5-delivery 5.3).

RabbitMQ reads a message whole before it measures it, and an alarm stops every publisher while the
one that raised it may wait for ever. It is pure: it closes no connection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.exchange.topology import PROBE_USER
from gateway.ids import REGISTRY_PARTY, RELAY_USER

BUDGET_OCTETS = 32 * 1024 * 1024
"""Four of the largest messages within the looks that are kept."""
LOOKS_KEPT = 3
_STOPPED = frozenset({"blocked", "blocking"})
_OF_THE_CENTRE = frozenset({REGISTRY_PARTY, RELAY_USER, PROBE_USER})


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionState:
    """One connection as the broker lists it; ``received_octets`` since it was opened."""

    pid: str
    user: str
    state: str
    received_octets: int


class Watchdog:
    """Looks at all connections now and then; names whom to disconnect."""

    def __init__(self, budget_octets: int = BUDGET_OCTETS) -> None:
        self._budget = budget_octets
        self._seen: dict[str, list[int]] = {}

    def look(self, connections: Sequence[ConnectionState]) -> str | None:
        """The user that sent most since the last looks, if an alarm is on and it is over budget.

        One at a time: the next look shows whether the alarm has ended.
        """
        sent = {each.pid: self._lately(each) for each in connections}
        self._seen = {
            each.pid: [*self._seen.get(each.pid, []), each.received_octets][-LOOKS_KEPT:]
            for each in connections
        }
        if not any(each.state in _STOPPED for each in connections):
            return None
        by_user: dict[str, int] = {}
        for each in connections:
            if each.user not in _OF_THE_CENTRE:
                by_user[each.user] = by_user.get(each.user, 0) + sent[each.pid]
        worst = max(by_user, key=lambda user: by_user[user], default=None)
        return worst if worst is not None and by_user[worst] > self._budget else None

    def _lately(self, connection: ConnectionState) -> int:
        earlier = self._seen.get(connection.pid)
        # A connection that nobody has seen before sent all that it did since the last look.
        return connection.received_octets - (earlier[0] if earlier else 0)
