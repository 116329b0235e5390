"""Carries out the errands that every endpoint does itself, and hands the others on.

Here stand those about pairs; what a desk's errands mean is its own clerk's business.
"""

from __future__ import annotations

import msgspec

from gateway.endpoint.between import Between
from gateway.endpoint.chores import Clerk, UnknownErrandError
from gateway.endpoint.outgoing import Outgoing
from gateway.store import Errand, Timer

STATE_PAIRS = "pair.state"


class PairOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The body of ``pair.state``: one peer, every known one, or every party there is."""

    peer: str | None = None
    everybody: bool = False


class Orders:
    """A clerk around another, or around none."""

    def __init__(self, between: Between, inner: Clerk | None) -> None:
        self._between = between
        self._inner = inner

    def carry_out(self, errand: Errand, outgoing: Outgoing) -> bytes:
        """See ``Clerk``; the answer names who was told."""
        if errand.kind != STATE_PAIRS:
            return self._clerk(errand.kind).carry_out(errand, outgoing)
        order = msgspec.json.decode(errand.body, type=PairOrder)
        known = {one.peer for one in outgoing.unit.pairs.all()}
        peers = {order.peer} if order.peer else known
        if order.everybody:
            peers = known | outgoing.others()
        told = [peer for peer in sorted(peers) if self._between.state(peer, outgoing, answer=True)]
        return msgspec.json.encode({"told": told})

    def fire(self, timer: Timer, outgoing: Outgoing) -> None:
        """See ``Clerk``."""
        self._clerk(timer.kind).fire(timer, outgoing)

    def _clerk(self, kind: str) -> Clerk:
        if self._inner is None:
            raise UnknownErrandError(
                "this process does not do errands of this kind",
                value=kind,
                expected=STATE_PAIRS,
                remedy="ask the process that does, or update this one",
            )
        return self._inner
