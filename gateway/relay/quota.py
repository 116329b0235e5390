"""What each party may have carried in a lane: messages, octets and seconds of our CPU.

It is pure: it holds no message and no clock. Who is over its quota is not refused: its own ingress
waits, and the broker refuses its publisher once that is full (docs/spec/exchange.md 8).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.ids import REGISTRY_PARTY, Lane


class Resource(StrEnum):
    """What is counted."""

    MESSAGES = "messages"
    OCTETS = "octets"
    CPU = "cpu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """So much a second on the long run, and so much at once after a pause."""

    each_s: float
    burst: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """A party's allowances in one lane; urgent ones do not use up what bulk needs, nor bulk theirs.

    The defaults are a country's busiest hour several times over (docs/spec/exchange.md 8.2), and
    leave the relay's core to three parties at once that use theirs to the full.
    """

    messages: Allowance = Allowance(each_s=1_000, burst=5_000)
    octets: Allowance = Allowance(each_s=8_000_000, burst=64_000_000)
    cpu: Allowance = Allowance(each_s=0.25, burst=2.5)

    def of(self, resource: Resource) -> Allowance:
        """The allowance of ``resource``."""
        match resource:
            case Resource.MESSAGES:
                return self.messages
            case Resource.OCTETS:
                return self.octets
            case Resource.CPU:
                return self.cpu


@dataclass(slots=True, kw_only=True)
class _Bucket:
    level: float
    at: datetime

    def refill(self, allowance: Allowance, now: datetime) -> None:
        # A clock that was put back gives nothing and takes nothing.
        passed = max((now - self.at).total_seconds(), 0.0)
        self.level = min(self.level + passed * allowance.each_s, allowance.burst)
        self.at = now


class Quotas:
    """Token buckets by party and lane.

    Who has anything left may send one more message, whatever it takes; what it took beyond is
    waited for. So a message of any size passes in the end.
    """

    def __init__(self, quota: Quota) -> None:
        self._quota = quota
        self._buckets: dict[tuple[str, Lane, Resource], _Bucket] = {}

    def over(self, party: str, lane: Lane, now: datetime) -> tuple[Resource, datetime] | None:
        """Which allowance is used up and until when; None when one more message may pass."""
        if party == REGISTRY_PARTY:
            return None  # the centre's own: it answers everybody
        worst: tuple[Resource, datetime] | None = None
        for resource in Resource:
            allowance = self._quota.of(resource)
            bucket = self._bucket(party, lane, resource, now)
            if bucket.level <= 0:
                wait = timedelta(seconds=-bucket.level / allowance.each_s) + _LEAST_WAIT
                if worst is None or now + wait > worst[1]:
                    worst = (resource, now + wait)
        return worst

    def refused(self, party: str, lane: Lane, now: datetime) -> None:
        """The message of ``party`` that was just judged is refused: it costs far more than one."""
        self._bucket(party, lane, Resource.MESSAGES, now).level -= REFUSAL_COSTS - 1

    def spend(self, party: str, lane: Lane, now: datetime, *, octets: int, cpu: timedelta) -> None:
        """One message of ``party`` was judged and took so much."""
        costs = {Resource.MESSAGES: 1.0, Resource.OCTETS: octets, Resource.CPU: cpu.total_seconds()}
        for resource, cost in costs.items():
            self._bucket(party, lane, resource, now).level -= cost

    def _bucket(self, party: str, lane: Lane, resource: Resource, now: datetime) -> _Bucket:
        allowance = self._quota.of(resource)
        bucket = self._buckets.setdefault(
            (party, lane, resource), _Bucket(level=allowance.burst, at=now)
        )
        bucket.refill(allowance, now)
        return bucket


REFUSAL_COSTS = 50.0
"""Messages that a refused one counts as: with the defaults 100 at once and 20 a second.

What is carried costs the relay alone; what is refused costs the registry a dead letter and a signed
fault where its sender may be told. An honest node has nothing refused, or little by mistake.
"""

_LEAST_WAIT = timedelta(milliseconds=10)
"""So that a party at its limit is looked at a hundred times a second, not at every step."""
