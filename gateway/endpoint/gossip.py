"""The key log as peers see it, held against ours: a hub that shows two logs is found by those two.

It says when our checkpoint is to be told, to whom, and whether something has to be asked for; it
posts nothing itself (handing.py) and judges no checkpoint: the trust folder does.
docs/spec/trust.md, clauses 7.8 and 7.9.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.endpoint.outgoing import Outgoing
from gateway.endpoint.terms import Trust
from gateway.envelope import Header
from gateway.ids import REGISTRY_PARTY
from gateway.log import Logger
from gateway.payload import TrustDocuments
from gateway.store import JournalLine, LogWord
from keys import DirectoryMemoryError, TrustError

PEERS = 3
"""How many are told of each new checkpoint, beside the centre; each word of ours carries it too."""
TOLD_AFTER = timedelta(seconds=5)
TOLD_WITHIN = 25
"""Seconds over which the parties spread it, so that no change of keys makes a flood."""
BEHIND_FOR = timedelta(seconds=2)
"""How long what shows the log's growth may take by the usual way before we ask."""
_LATEST = TOLD_AFTER + timedelta(seconds=TOLD_WITHIN)
_ASK_FIRST = timedelta(seconds=6)
_ASK_LONGEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """What is to be told, and when."""

    note: bytes
    at: datetime


class LogGossip:
    """One endpoint's side of it; the centre tells nobody, since it is what is compared."""

    def __init__(self, trust: Trust | None, party: str, log: Logger) -> None:
        self._trust = trust
        self._party = party
        self._log = log
        self._told: bytes | None = None
        self._due: _Due | None = None
        self._accused: tuple[bytes, ...] = ()
        self._behind_since: datetime | None = None
        self._ask_at: datetime | None = None
        self._ask_wait = _ASK_FIRST
        self._turn = 0

    def look(self, now: datetime) -> None:
        """Sees whether there is something new to tell, or something lacking."""
        if self._trust is None:
            return
        held = self._trust.log_held
        note = held.note
        if note is not None and note != self._told and self._party != REGISTRY_PARTY:
            due = self._due
            if due is None or due.note != note or due.at - now > _LATEST:  # the clock was set back
                self._due = _Due(note=note, at=now + _delay(self._party))
        if not held.behind:
            self._behind_since = self._ask_at = None
            self._ask_wait = _ASK_FIRST
        elif self._behind_since is None or now < self._behind_since:  # the clock was set back
            self._behind_since, self._ask_at = now, now + BEHIND_FOR

    def is_due(self, now: datetime) -> bool:
        """Whether somebody is to be told now."""
        return self._accuses or (self._due is not None and now >= self._due.at)

    @property
    def _accuses(self) -> bool:
        return self._trust is not None and self._trust.log_held.evidence != self._accused

    def to_tell(self, others: Iterable[str]) -> list[str]:
        """Whom to tell now: a few and the centre, or everybody where the hub was found out."""
        if self._trust is None:
            return []
        if self._accuses:
            self._accused = self._trust.log_held.evidence
            if self._accused:
                return sorted(others)
        if self._due is None:
            return []
        note, self._due = self._due.note, None
        self._told = note

        def drawn(peer: str) -> bytes:
            return hashlib.sha256(note + f"{self._party}>{peer}".encode()).digest()

        peers = sorted(set(others) - {REGISTRY_PARTY}, key=drawn)[:PEERS]
        return [REGISTRY_PARTY, *peers] if REGISTRY_PARTY in others else peers

    def asks(self, now: datetime) -> bool:
        """Whether what shows the log's growth is to be asked for."""
        return self._ask_at is not None and now >= self._ask_at

    def whom_to_ask(self, others: Iterable[str], now: datetime) -> str | None:
        """The centre and a peer in turn, each time later; what they give proves itself."""
        self._ask_at = now + self._ask_wait
        self._ask_wait = min(2 * self._ask_wait, _ASK_LONGEST)
        peers = sorted(set(others) - {REGISTRY_PARTY})
        self._turn += 1
        if not peers or (self._turn % 2 and REGISTRY_PARTY in others):
            return REGISTRY_PARTY if REGISTRY_PARTY in others else None
        return peers[(zlib.crc32(self._party.encode()) + self._turn // 2) % len(peers)]

    @property
    def words(self) -> tuple[str, ...]:
        """What each word of ours says of the log, in base64: two, where they contradict."""
        if self._trust is None:
            return ()
        held = self._trust.log_held
        notes = held.evidence or (() if held.note is None else (held.note,))
        return tuple(base64.b64encode(each).decode() for each in notes)

    def hear(self, header: Header, word: TrustDocuments, outgoing: Outgoing) -> None:
        """Holds what a peer sees of the log against ours; DirectoryMemoryError."""
        trust = self._trust
        if trust is None or word.root_version != trust.held.root_version:
            return  # the keys that sign the log may be others
        now = outgoing.frame.now
        for place, text in enumerate(word.key_log_checkpoint):
            try:
                heard = trust.hear(base64.b64decode(text, validate=True), now)
            except DirectoryMemoryError:
                raise
            except (TrustError, ValueError) as error:
                self._log.warning("trust.refused", peer=header.sender, reason=str(error))
                continue
            if place == 0 and self._party == REGISTRY_PARTY:
                outgoing.unit.trust.keep_log(
                    LogWord(
                        party=header.sender,
                        size=heard.size,
                        root=base64.b64encode(heard.root).decode(),
                        heard_at=now,
                    )
                )
            if heard.fork is not None:
                outgoing.unit.journal.add(
                    JournalLine(
                        at=now,
                        event="keylog.forked",
                        peer=header.sender,
                        message_id=header.message_id,
                    )
                )
                self._log.error(
                    "keylog.forked",
                    peer=header.sender,
                    size=heard.size,
                    remedy=heard.fork.remedy,
                )


def _delay(party: str) -> timedelta:
    return TOLD_AFTER + timedelta(seconds=zlib.crc32(party.encode()) % TOLD_WITHIN)
