"""A party's database: the real store on SQLite in memory, which outlives the process that uses it.

Every commit is told to the party's ledger by an observer at the disk, so that a crash right after
it hides nothing. Power cuts are not modelled here: what is committed stays.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any, TypeVar

from gateway.envelope import Header, peek_header
from gateway.simulation.crash import Fuse, Point
from gateway.simulation.ledger import Kind, Ledger
from gateway.store import DirectStore, OutboxRow, StoreError, Taken, Undelivered, Unit

Note = tuple[Kind, dict[str, Any]]
T = TypeVar("T")


class Disk(DirectStore):
    """``renew`` makes it empty for another world; statements compiled once are kept."""

    ledger: Ledger
    fuse: Fuse
    away: bool
    commits_refused: int
    notes: list[Note]
    has_tables = False

    def renew(self, ledger: Ledger, fuse: Fuse) -> None:
        """Fresh tables; from now on this ledger and this fuse."""
        self.ledger, self.fuse, self.notes = ledger, fuse, []
        self.away, self.commits_refused = False, 0
        if self.has_tables:
            self.clear()
        else:
            self.become(_empty_tables())
            self.has_tables = True

    def look(self, read: Callable[[Unit], T]) -> T:
        """What an observer reads; no fuse burns and no ledger is written."""
        with super().unit() as unit:
            return read(unit)

    def syncs_at_all(self) -> bool:
        """Whether the production settings make a commit durable; read as an observer does."""
        held, self.fuse = self.fuse, Fuse()
        away, self.away = self.away, False
        try:
            return self.syncs()
        finally:
            self.fuse, self.away = held, away

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """As ``Store.unit``, observed, and breakable at its named points."""
        if self.away:
            raise StoreError("the database is away", remedy="wait until it is back")
        self.fuse.at(Point.BEGIN)
        notes: list[Note] = []
        self.notes = notes
        with super().unit() as unit:
            _observe(unit, notes)
            unit.after_commit(lambda: self._committed(notes))
            unit.after_commit(lambda: self.fuse.at(Point.AFTER_COMMIT))
            yield unit
            self.fuse.at(Point.BEFORE_COMMIT)
            if self.commits_refused and any(kind is Kind.TOOK for kind, _ in notes):
                self.commits_refused -= 1
                raise StoreError("the database could not commit", remedy="see that it has room")

    def note(self, kind: Kind, **facts: Any) -> None:
        """A line that stands in the ledger if, and only if, this transaction commits."""
        self.notes.append((kind, facts))

    def _committed(self, notes: Sequence[Note]) -> None:
        for kind, facts in notes:
            self.ledger.write(kind, **facts)


@cache
def _empty_tables() -> Disk:
    """A migrated database without rows: copied in microseconds, migrated in half a second."""
    disk = Disk.open("sqlite://")
    disk.migrate()
    return disk


@lru_cache(maxsize=4096)
def digest_of(octets: bytes) -> str:
    """As the inbox writes it: base64 of SHA-256."""
    return base64.b64encode(hashlib.sha256(octets).digest()).decode()


_peek = lru_cache(maxsize=1024)(peek_header)


def _observe(unit: Unit, notes: list[Note]) -> None:
    """Notes what goes in and out of the boxes of ``unit``; it changes nothing."""
    _observe_outbox(unit.outbox, notes)
    _observe_inbox(unit.inbox, notes)
    _observe_letters(unit.deadletters, notes)


def _observe_outbox(outbox: Any, notes: list[Note]) -> None:
    add, settle, settle_all = outbox.add, outbox.settle, outbox.settle_all
    give_up = outbox.give_up

    def row_added(row: OutboxRow) -> None:
        add(row)
        header = _peek(row.octets)
        seq = header.to[0].seq if header is not None else None
        facts = {
            "digest": digest_of(row.octets),
            "differs": _differences(row, header),
            "to": row.recipient,
            "lane": row.lane.value,
            "type": row.message_type,
            "reply_to": row.in_reply_to,
            "valid_ms": int((row.expires - row.created) / timedelta(milliseconds=1)),
        }
        notes.append((Kind.SENT, {"message_id": row.message_id, "seq": seq, **facts}))

    def settled(message_id: str, recipient: str) -> None:
        settle(message_id, recipient)
        notes.append((Kind.SETTLED, {"message_id": message_id, "by": recipient}))

    def all_settled(message_id: str) -> bool:
        waited = bool(settle_all(message_id))
        if waited:
            notes.append((Kind.SETTLED, {"message_id": message_id, "by": "*"}))
        return waited

    def given_up(failure: Undelivered) -> bool:
        waited = bool(give_up(failure))
        if waited:
            facts = {"message_id": failure.message_id, "to": failure.recipient}
            notes.append((Kind.GAVE_UP, facts))
        return waited

    outbox.add, outbox.settle = row_added, settled
    outbox.settle_all, outbox.give_up = all_settled, given_up


def _differences(row: OutboxRow, header: Header | None) -> list[str]:
    """What the signed header says otherwise than the row that carries it."""
    if header is None or len(header.to) != 1:
        return ["header"]
    said = {
        "message_id": (row.message_id, header.message_id),
        "recipient": (row.recipient, header.to[0].party),
        "message_type": (row.message_type, header.message_type),
        "lane": (row.lane, header.lane),
        "in_reply_to": (row.in_reply_to, header.in_reply_to),
        "created": (_whole(row.created), header.created),
        "expires": (_whole(row.expires), header.expires),
    }
    return [name for name, (one, other) in said.items() if one != other]


def _whole(instant: datetime) -> datetime:
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def _observe_inbox(inbox: Any, notes: list[Note]) -> None:
    add = inbox.add

    def taken_added(taken: Taken, octets: bytes) -> None:
        add(taken, octets)
        header = _peek(octets)
        facts = {
            "type": taken.message_type,
            "seq": taken.seq,
            "outcome": taken.outcome,
            "digest": taken.digest,
            "kid": None if header is None else header.sender_kid,
        }
        key = {"sender": taken.sender, "message_id": taken.message_id}
        notes.append((Kind.DURABLE, {"digest": taken.digest}))
        notes.append((Kind.TOOK, {**key, **facts}))

    inbox.add = taken_added


def _observe_letters(letters: Any, notes: list[Note]) -> None:
    set_aside = letters.set_aside

    def letter_added(octets: bytes, **facts: Any) -> bool:
        news = bool(set_aside(octets, **facts))
        kept = {name: facts[name] for name in ("source", "code", "sender", "message_id")}
        digest = digest_of(octets)
        notes.append((Kind.DURABLE, {"digest": digest}))
        notes.append((Kind.SET_ASIDE, {"digest": digest, **kept}))
        return news

    letters.set_aside = letter_added
