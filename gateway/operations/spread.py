"""How far the newest documents of trust have come: who said that it relies on them, who has not.

It sends nothing; the hub's process does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gateway.store import SentState, TrustAck


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """One state that was sent out; ``after`` is how long until the centre heard of each party.

    ``last`` is what those in ``missing`` said before, where they ever said anything.
    """

    sent: SentState | None
    after: dict[str, timedelta]
    missing: tuple[str, ...]
    last: dict[str, TrustAck]

    @property
    def slowest(self) -> tuple[str, timedelta] | None:
        """Who came last of those that have it, and after how long."""
        if not self.after:
            return None
        party = max(self.after, key=lambda each: self.after[each])
        return party, self.after[party]

    def sentence(self) -> str:
        """The answer to: how long until everybody refuses?"""
        if self.sent is None:
            return "Nothing was sent out yet: the hub sends when it has reached the broker."
        total = len(self.after) + len(self.missing)
        head = (
            f"root {self.sent.root_version}, directory {self.sent.version}, "
            f"{self.sent.revocations} revocations, sent {self.sent.sent_at:%Y-%m-%d %H:%M:%S} UTC: "
            f"{len(self.after)} of {total} rely on it"
        )
        if self.slowest is None:
            return f"{head}."
        party, after = self.slowest
        so_far = "so far" if self.missing else "everybody"
        return f"{head}; {so_far} after {after.total_seconds():.2f} s, the slowest {party}."

    def rows(self) -> list[tuple[object, ...]]:
        """One row a party, those that lack it first."""
        behind = [
            (
                party,
                self.last[party].version if party in self.last else "never heard of",
                self.last[party].revocations if party in self.last else "",
                "not yet",
            )
            for party in self.missing
        ]
        slowest_first = sorted(self.after.items(), key=lambda each: -each[1])
        return [
            *behind,
            *(
                (party, self.last[party].version, self.last[party].revocations, _seconds(after))
                for party, after in slowest_first
            ),
        ]

    def facts(self) -> dict[str, Any]:
        """For machines."""
        slowest = self.slowest
        return {
            "state": None if self.sent is None else self.sent.state,
            "root_version": None if self.sent is None else self.sent.root_version,
            "version": None if self.sent is None else self.sent.version,
            "revocations": None if self.sent is None else self.sent.revocations,
            "sent_at": None if self.sent is None else self.sent.sent_at.isoformat(),
            "parties": len(self.after) + len(self.missing),
            "rely_on_it": len(self.after),
            "missing": list(self.missing),
            "slowest": None if slowest is None else slowest[0],
            "slowest_s": None if slowest is None else slowest[1].total_seconds(),
            "after_s": {party: each.total_seconds() for party, each in sorted(self.after.items())},
        }


def spread_of(sent: SentState | None, acks: Sequence[TrustAck], parties: Collection[str]) -> Spread:
    """How far ``sent`` has come among ``parties``."""
    last = {each.party: each for each in acks}
    after = {
        party: max(last[party].heard_at - sent.sent_at, timedelta(0))
        for party in parties
        if sent is not None and party in last and last[party].state == sent.state
    }
    return Spread(
        sent=sent, after=after, missing=tuple(sorted(set(parties) - set(after))), last=last
    )


def _seconds(span: timedelta) -> str:
    return f"{span.total_seconds():.2f}"
