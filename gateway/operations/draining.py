"""What still waits for a party's old key before it may end: counters, never a date.

It looks at the party's own database and at the centre's; it moves no key (docs/spec/trust.md 11).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gateway.envelope import signing_kid_of
from gateway.store import TrustAck, Unit

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDrain:
    """At the party: messages its old key signed that wait, numbers that miss, octets in mailboxes.

    ``in_mailboxes`` is None where the broker could not be asked.
    """

    unreceipted: int
    missing: int
    in_mailboxes: int | None

    @property
    def is_drained(self) -> bool:
        """Whether nothing waits for the old keys at the party."""
        return not self.unreceipted and not self.missing and self.in_mailboxes == 0

    def sentences(self) -> tuple[str, ...]:
        """What waits, a line each."""
        found = []
        if self.unreceipted:
            found.append(f"{self.unreceipted} messages signed by the old key wait for a receipt")
        if self.missing:
            found.append(f"{self.missing} numbered messages of peers never came yet")
        if self.in_mailboxes is None:
            found.append("the broker cannot be asked what lies in the mailboxes")
        elif self.in_mailboxes:
            found.append(f"{self.in_mailboxes} messages lie in the mailboxes")
        return tuple(found)


def own_waits(unit: Unit, kids: Collection[str]) -> int:
    """How many of our messages that one of these keys signed wait for a receipt."""
    number, after = 0, ""
    while rows := unit.outbox.waiting_after(after, most=_AT_ONCE):
        after = rows[-1][0]
        number += sum(signing_kid_of(octets) in kids for _, octets in rows)
    return number


def own_drain(unit: Unit, kids: Collection[str], in_mailboxes: int | None) -> OwnDrain:
    """What waits at the party for its old keys of these ids."""
    return OwnDrain(
        unreceipted=own_waits(unit, kids),
        missing=sum(unit.inbox.gaps().values()),
        in_mailboxes=in_mailboxes,
    )


def not_relying(
    acks: Sequence[TrustAck], parties: Collection[str], version: int
) -> tuple[str, ...]:
    """At the centre: who has not said that it relies on this directory version or a later one."""
    told = {each.party for each in acks if each.version >= version}
    return tuple(sorted(set(parties) - told))
