"""What each client asked, was promised, got, and when: lines that somebody else can judge.

One ledger a party, written by an observer outside of its process. It judges nothing; ``checker``
does, and it reads nothing else. docs/guides/proof.md lists every kind of line with its facts.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

Entry = Mapping[str, Any]


class Kind(StrEnum):
    """What a line says. The first block is the client's, the second the observer's of its disk."""

    INVOKE = "invoke"  # a client asks: op, what, may (entitled now), grantable (or later)
    OK = "ok"  # it was promised: op, message_id
    FAIL = "fail"  # it was refused at once, nothing was promised: op
    INFO = "info"  # its process ended before it was told: op
    ASKED_AGAIN = "asked-again"  # an operator wants a dead letter handled: sender, message_id

    ACCEPTED = "accepted"  # committed: op, message_id
    SENT = "sent"  # committed to the outbox: message_id, to, type, seq, reply_to
    TOOK = "took"  # committed to the inbox: sender, message_id, type, seq, outcome
    EFFECT = "effect"  # the desk handled it, committed: sender, message_id, type, op, facts
    SETTLED = "settled"  # the outbox was told to forget it: message_id, by
    REFUSED = "refused"  # a signed fault ended ours: message_id, by, code
    GAVE_UP = "gave-up"  # taken out of the outbox because its time passed: message_id, to
    UNDELIVERED = "undelivered"  # its time passed: message_id, to
    SET_ASIDE = "set-aside"  # a dead letter: digest, source, sender, message_id, code

    STATED = "stated"  # told a peer how far both are: to, sent, held, missing, gone (quantities)
    RECEIPTED = "receipted"  # told a peer what was taken: to, items ([id, outcome, digest], …)

    DURABLE = "durable"  # what came is safe now (a commit, a broker's confirm): digest
    ACK = "ack"  # the broker is told that it may forget: digest
    PUBLISHED = "published"  # handed to the line: digest
    UP = "up"  # its line to the broker is there, for the first time or again
    CHECKPOINT = "checkpoint"  # its log as it stands: size in lines, head (a chained digest)
    TRUSTS = "trusts"  # a directory came into force here: version, revoked (kids)
    LIED = "lied"  # said on purpose what is not so, of another's message: message_id
    STALE = "stale"  # how fresh its directory is from now on: how (FRESH, DEGRADED, STOPPED)
    FAILED = "failed"  # its handler failed: sender, message_id, most (failures, then set aside)
    CLEARTEXT = "cleartext"  # something readable crossed the broker: what
    INJECTED = "injected"  # a fault was injected: act
    CRASH = "crash"  # the process ended: at, own (whether by itself)
    GRANTED = "granted"  # a directory that grants everything grantable was published
    GAUGE = "gauge"  # the most there was of something: name, most, limit

    WAITS = "waits"  # at the end: rows in the outbox: count
    MISSING = "missing"  # at the end: numbers of a pair that never came: sender, count
    BOOKS = "books"  # at the end, from the database: posted, applied, refused (message ids)
    RECORD = "record"  # at the end: record_id, version, status
    KEPT = "kept"  # at the end: sealed octets: direction, peer, message_id, digest
    LETTER = "letter"  # at the end: a dead letter: digest, state, code
    REREAD = "reread"  # at the end: an earlier checkpoint's size, and the head it has now
    SYNCS = "syncs"  # at the end: whether its database syncs before it tells of a commit: does
    SEARCHES = "searches"  # at the end: rows of the search log: count
    HIT = "hit"  # at the end: hit_id, state
    LEFT = "left"  # at the end, the broker's: queue, ready, lent
    QUIET = "quiet"  # the world came to rest, or not: ms since the last fault


class Ledger:
    """One party's lines. ``number`` gives the world's next line number, ``clock`` its ms."""

    def __init__(self, party: str, *, number: Callable[[], int], clock: Callable[[], int]) -> None:
        self.party = party
        self.lines: list[dict[str, Any]] = []
        self._number = number
        self._clock = clock

    def write(self, kind: Kind, **facts: Any) -> None:
        """Appends a line: ``n`` orders all ledgers of a world, ``t`` is ms of its clock."""
        self.lines.append(
            {
                "n": self._number(),
                "t": self._clock(),
                "party": self.party,
                "kind": kind.value,
                **facts,
            }
        )

    def octets(self) -> bytes:
        """All lines as NDJSON."""
        return b"".join(msgspec.json.encode(line) + b"\n" for line in self.lines)


class Shelf:
    """The ledgers of one world."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._numbers = itertools.count(1)
        self._clock = clock
        self.ledgers: dict[str, Ledger] = {}

    def open(self, party: str) -> Ledger:
        """The ledger of ``party``, new or not."""
        if party not in self.ledgers:
            number = self._numbers.__next__
            self.ledgers[party] = Ledger(party, number=number, clock=self._clock)
        return self.ledgers[party]

    def entries(self) -> list[dict[str, Any]]:
        """Every line of every ledger, in the world's order."""
        lines = [line for ledger in self.ledgers.values() for line in ledger.lines]
        return sorted(lines, key=lambda line: int(line["n"]))

    def save(self, folder: Path) -> None:
        """Writes one ``PARTY.ndjson`` a party into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        for party, ledger in self.ledgers.items():
            (folder / f"{party}.ndjson").write_bytes(ledger.octets())
