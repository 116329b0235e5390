"""What an endpoint is given at the composition root: who it is, its clock, its delivery terms.

It reads no file and no clock itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from gateway.frame import Frame
from gateway.ids import IdSource, country_of
from gateway.payload import ContactPoint
from gateway.store import Awaited
from keys import (
    Directory,
    Disownment,
    Document,
    Freshness,
    Held,
    Identity,
    LogHeard,
    LogHeld,
    Objection,
    TrustError,
)


class Clock(Protocol):
    """The time, aware and in UTC."""

    def __call__(self) -> datetime:
        """Now."""


class Taken(Protocol):
    """What became of documents that were offered."""

    refusals: list[TrustError]
    news: list[str]
    objections: list[Objection]


class Trust(Protocol):
    """What this party relies on, as the trust folder holds it."""

    @property
    def held(self) -> Held:
        """What is relied on now."""

    def offer(self, documents: Sequence[Document], now: datetime) -> Taken:
        """Take in documents from anywhere; DirectoryMemoryError if they cannot be kept."""

    def newer_than(
        self,
        *,
        root_version: int,
        version: int,
        beacon: int,
        state: str,
        log_note: bytes | None = None,
    ) -> list[Document]:
        """What a peer lacks that holds these."""

    @property
    def log_held(self) -> LogHeld:
        """How the key log is seen here."""

    def hear(self, note: bytes, now: datetime) -> LogHeard:
        """Take in the checkpoint of the key log that a peer holds; KeyLogError."""

    @property
    def disownments(self) -> tuple[Disownment, ...]:
        """Whose held messages are nobody's."""

    def announcements(self) -> list[Document]:
        """What this party has signed for everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """When a message without a receipt goes again, how long it is worth sending, how many at once.

    ``attempts_most`` bounds how often a message may make its handler fail before it is set aside.
    """

    resend_first: timedelta = timedelta(seconds=5)
    # Over a week a message to a party that is away lies 180 times in its mailbox, not 2,000 times.
    resend_longest: timedelta = timedelta(hours=1)
    valid: timedelta = timedelta(days=7)
    batch: int = 100
    window: int = 500
    attempts_most: int = 3
    keep_sealed: timedelta = timedelta(days=30)  # evidence; longer than any message is valid
    keep_inbox: timedelta = timedelta(days=60)  # what was taken: beyond the longest life there is
    keep_journal: timedelta = timedelta(days=365)
    gap_patience: timedelta = timedelta(seconds=10)  # what overtook another is no gap yet
    receipt_linger: timedelta = timedelta(milliseconds=100)  # so that receipts ride together
    upkeep: timedelta = timedelta(seconds=1)  # how soon expiry, replays and stale confirms are seen


def _always_fresh(now: datetime) -> Freshness:  # noqa: ARG001 - the shape of what says otherwise
    return Freshness.FRESH


def _no_successor() -> Identity | None:
    return None


def _no_countersignature(now: datetime) -> str | None:  # noqa: ARG001 - as above
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """The party that this process is; ``directory`` gives the newest trusted directory.

    ``successor`` gives the keys that take over from ``identity`` while both overlap, once they are
    there (docs/spec/trust.md 11). ``freshness`` says how much may be done under ``directory``.
    ``countersign`` writes the party's word that it is active, where it is asked for (10).
    """

    party: str
    identity: Identity = field(repr=False)
    directory: Callable[[datetime], Directory]
    clock: Clock
    random: Callable[[int], bytes] = field(repr=False)
    system_id: str
    contact: ContactPoint
    test: bool
    trust: Trust | None = None  # None: documents of trust come by folder alone
    successor: Callable[[], Identity | None] = _no_successor
    freshness: Callable[[datetime], Freshness] = _always_fresh
    countersign: Callable[[datetime], str | None] = _no_countersignature

    @property
    def opener(self) -> Identity:
        """Who opens what comes: the successor holds the old encryption keys too."""
        return self.successor() or self.identity

    def signer(self, directory: Directory) -> Identity:
        """Who signs under ``directory``: the successor from the version on that lists its key."""
        fresh = self.successor()
        if fresh is None:
            return self.identity
        listed = directory.signer(fresh.signing_kid)
        if listed is None or listed[0].party != self.party:
            return self.identity
        return fresh if listed[1].may_sign(self.clock()) else self.identity

    def awaited(self, directory: Directory) -> Awaited:
        """To whom nothing goes yet: who is not active, and everybody before we are."""
        return Awaited(parties=directory.awaited, everybody=self.party in directory.awaited)

    def frame(self, now: datetime) -> Frame:
        """Us at ``now``; new ids of the frame carry that time."""
        return Frame(
            party=self.party,
            country=country_of(self.party),
            system_id=self.system_id,
            now=now,
            ids=IdSource(now=lambda: now, random=self.random),
            # The acting user behind a machine is the machine until a national system names one.
            pseudonym=self.system_id,
            contact=self.contact,
            test=self.test,
        )
