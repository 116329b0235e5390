"""Which parties are active: listed by the officers, countersigned by themselves, mailbox proved.

It looks at what the centre's process noted; it probes nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.store import Probe, TrustAck


class MemberState(StrEnum):
    """How far a party has come since the officers listed it (docs/spec/trust.md 10)."""

    LISTED = "LISTED"
    """The directory lists it; its process was never heard of."""
    PROBED = "PROBED"
    """It said under its signature what it relies on; the probe of its mailbox is on its way."""
    ACTIVE = "ACTIVE"
    """It opened what the centre sealed to it and countersigned: queues and both keys are proved,
    and where the root asks for it everybody has its word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One party; instants by the centre's clock, ``version`` of the directory it relies on."""

    party: str
    state: MemberState
    version: int | None
    heard_at: datetime | None
    active_since: datetime | None
    is_awaited: bool = False

    @property
    def waits_for(self) -> str:
        """Who has to do what before it is active."""
        match self.state:
            case MemberState.LISTED:
                return "its process to start: certificate installed, broker has its user?"
            case MemberState.PROBED:
                if self.is_awaited and self.active_since is not None:
                    return "its countersignature: does its process run, of this version?"
                return "its answer to the probe: is its process running?"
            case MemberState.ACTIVE:
                return ""


def members_of(
    parties: Collection[str],
    acks: Sequence[TrustAck],
    probes: Sequence[Probe],
    awaited: Collection[str] = (),
) -> tuple[Member, ...]:
    """Every listed party, by name; ``awaited`` are those whose countersignature is not here."""
    heard = {each.party: each for each in acks}
    probed = {each.party: each for each in probes}
    return tuple(
        _member(party, heard.get(party), probed.get(party), awaited=party in awaited)
        for party in sorted(parties)
    )


def _member(party: str, ack: TrustAck | None, probe: Probe | None, *, awaited: bool) -> Member:
    since = None if probe is None else probe.answered_at
    if since is not None and not awaited:
        state = MemberState.ACTIVE
    else:
        state = MemberState.LISTED if probe is None else MemberState.PROBED
    return Member(
        party=party,
        state=state,
        version=None if ack is None else ack.version,
        heard_at=None if ack is None else ack.heard_at,
        active_since=since,
        is_awaited=awaited,
    )
