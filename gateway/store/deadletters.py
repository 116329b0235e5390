"""What could not be processed, set aside in sight until a person replays or drops it.

It does not decide what is dead.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store.tables import dead_letter

SET_ASIDE, ASKED, REPLAYED, DROPPED = "SET_ASIDE", "ASKED", "REPLAYED", "DROPPED"
DISOWNED = "DISOWNED"
"""A stolen key signed it, and its country or the officers said that it is nobody's."""
OVERFLOW = "store.letters-full"
LETTERS_MOST = 1_000
LETTERS_OCTETS_MOST = 256 * 1024 * 1024
"""Kept whole of one source: a member that sends nothing but refuse must not fill the disk."""
_REASON_MAX = 2_000
# Asked each second by every process: built once.
_ASKED_FOR = select(dead_letter.c.id).where(dead_letter.c.state == ASKED).order_by(dead_letter.c.id)
_OF_CODE = (
    select(dead_letter.c.id)
    .where(
        dead_letter.c.state == SET_ASIDE,
        dead_letter.c.code == bindparam("b_code"),
        dead_letter.c.id > bindparam("after"),
    )
    .order_by(dead_letter.c.id)
    .limit(bindparam("most"))
)
_HEADS = (
    select(
        *(column for column in dead_letter.c if column is not dead_letter.c.octets),
        func.length(dead_letter.c.octets).label("size_octets"),
    )
    .order_by(dead_letter.c.id.desc())
    .limit(bindparam("most"))
)
_HEADS_IN = _HEADS.where(dead_letter.c.state == bindparam("b_state"))
_HELD_OF = select(
    func.count().label("letters"),
    func.coalesce(func.sum(func.length(dead_letter.c.octets)), 0).label("octets"),
).where(dead_letter.c.source == bindparam("b_source"), dead_letter.c.state == SET_ASIDE)
_SHORT_MAX = 64
_NEW = {
    name: dialect.insert(dead_letter).on_conflict_do_nothing().returning(dead_letter.c.id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterHead:
    """A set-aside message without its octets, of which there may be 8 MiB."""

    id: int
    digest: str
    first_seen: datetime
    last_seen: datetime
    times: int
    source: str
    code: str
    reason: str
    proven: bool
    sender: str | None
    message_id: str | None
    message_type: str | None
    state: str
    size_octets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One set-aside message; sender, id and type are unproven unless ``proven``."""

    id: int
    digest: str
    first_seen: datetime
    last_seen: datetime
    times: int
    source: str
    code: str
    reason: str
    proven: bool
    sender: str | None
    message_id: str | None
    message_type: str | None
    state: str
    octets: bytes


class DeadLetters:
    """The dead letters inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set_aside(
        self,
        octets: bytes,
        *,
        now: datetime,
        source: str,
        code: str,
        reason: str,
        proven: bool,
        sender: str | None,
        message_id: str | None,
        message_type: str | None,
    ) -> bool:
        """Keeps ``octets`` once a source, counting repeats.

        Tells whether this is news: they were not here before, or not for this ``code``.
        """
        digest = base64.b64encode(hashlib.sha256(octets).digest()).decode()
        # A source may hold what a member wrote, if the broker and not the relay buried it.
        source, code = _fitting(source, _SHORT_MAX), _fitting(code, _SHORT_MAX)
        reason = _fitting(reason, _REASON_MAX)
        here = (dead_letter.c.digest == digest, dead_letter.c.source == source)
        before = self._connection.execute(select(dead_letter.c.code).where(*here)).scalar()
        row = {
            "digest": digest,
            "first_seen": now,
            "last_seen": now,
            "times": 1,
            "source": source,
            "code": code,
            "reason": reason,
            "proven": proven,
            "sender": sender,
            "message_id": message_id,
            "message_type": message_type,
            "state": SET_ASIDE,
            "octets": octets,
        }
        if before is None:
            if self._is_full(source):
                return self._count_overflow(row)
            if self._is_new(row):
                return True
        self._connection.execute(
            update(dead_letter)
            .where(*here)
            .values(
                times=dead_letter.c.times + 1,
                last_seen=now,
                # What is disowned is over, however often a thief sends it again.
                state=case((dead_letter.c.state == DISOWNED, DISOWNED), else_=SET_ASIDE),
                code=code,
                reason=reason,
            )
        )
        return before is not None and bool(before != code)

    def _is_full(self, source: str) -> bool:
        found = self._connection.execute(_HELD_OF, {"b_source": source}).one()
        return bool(found.letters >= LETTERS_MOST or found.octets >= LETTERS_OCTETS_MOST)

    def _count_overflow(self, row: Mapping[str, Any]) -> bool:
        """One letter a source stands for all that there was no room for; it is still news."""
        overflow = {
            **row,
            "digest": OVERFLOW,
            "code": OVERFLOW,
            "reason": "this source has as many dead letters as are kept whole; these were counted",
            "proven": False,
            "sender": None,
            "message_id": None,
            "message_type": None,
            "octets": b"",
        }
        if not self._is_new(overflow):
            self._connection.execute(
                update(dead_letter)
                .where(dead_letter.c.digest == OVERFLOW, dead_letter.c.source == row["source"])
                .values(times=dead_letter.c.times + 1, last_seen=row["last_seen"], state=SET_ASIDE)
            )
        return True

    def _is_new(self, row: Mapping[str, Any]) -> bool:
        # Another gateway of this party may keep the same octets between two statements of ours.
        new = _NEW[self._connection.dialect.name]
        return self._connection.execute(new, dict(row)).scalar_one_or_none() is not None

    def all(self, *, state: str | None = SET_ASIDE, most: int = 1_000) -> list[DeadLetter]:
        """Set-aside letters, newest last; every state with ``state=None``."""
        wanted = select(dead_letter).order_by(dead_letter.c.id.desc()).limit(most)
        if state is not None:
            wanted = wanted.where(dead_letter.c.state == state)
        rows = self._connection.execute(wanted)
        return [DeadLetter(**r._mapping) for r in rows][::-1]  # noqa: SLF001 - a Row's documented mapping

    def heads(self, *, state: str | None = SET_ASIDE, most: int = 1_000) -> list[LetterHead]:
        """As ``all``, without the octets."""
        wanted = _HEADS if state is None else _HEADS_IN
        asked = {"most": most} if state is None else {"most": most, "b_state": state}
        rows = self._connection.execute(wanted, asked)
        return [LetterHead(**r._mapping) for r in rows][::-1]  # noqa: SLF001 - as above

    def get(self, letter_id: int) -> DeadLetter | None:
        """The letter with this number."""
        row = self._connection.execute(
            select(dead_letter).where(dead_letter.c.id == letter_id)
        ).one_or_none()
        return None if row is None else DeadLetter(**row._mapping)  # noqa: SLF001 - as above

    def mark(self, letter_id: int, state: str) -> None:
        """Says what became of it; the octets stay."""
        self._connection.execute(
            update(dead_letter).where(dead_letter.c.id == letter_id).values(state=state)
        )

    def asked(self) -> list[int]:
        """The numbers of the letters that a person asked for again, the oldest first."""
        return list(self._connection.execute(_ASKED_FOR).scalars())

    def of_code(self, code: str, *, most: int, after: int = 0) -> list[int]:
        """The ids beyond ``after`` of letters set aside for this reason, the oldest first."""
        asked = {"b_code": code, "most": most, "after": after}
        return list(self._connection.execute(_OF_CODE, asked).scalars())

    def handed_on(self, letter_id: int) -> None:
        """It went where it was asked for, unless it came back from there meanwhile."""
        self._connection.execute(
            update(dead_letter)
            .where(dead_letter.c.id == letter_id, dead_letter.c.state == ASKED)
            .values(state=REPLAYED)
        )

    def done(self, digest: str) -> None:
        """The letter with these octets was handled after all."""
        self._connection.execute(
            update(dead_letter).where(dead_letter.c.digest == digest).values(state=REPLAYED)
        )

    def count(self) -> int:
        """How many are set aside now."""
        return self._connection.execute(
            select(func.count()).select_from(dead_letter).where(dead_letter.c.state == SET_ASIDE)
        ).scalar_one()


def _fitting(text: str, most: int) -> str:
    # PostgreSQL's texts hold no NUL.
    return text.replace("\0", " ")[:most]
