"""What a person asks a running process to do: kept until done or refused, then kept as a trail.

It does not know what a kind of errand means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, insert, select, update

from gateway.store.errand_tables import errand

_NOTHING: Mapping[str, int] = {}


class ErrandState(StrEnum):
    """How far an errand is."""

    ASKED = "ASKED"
    DONE = "DONE"
    REFUSED = "REFUSED"


# Asked each second by every process: built once.
_ASKED = (
    select(errand)
    .where(errand.c.state == ErrandState.ASKED.value)
    .order_by(errand.c.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One errand; ``body`` and ``answer`` are JSON documents that its kind defines.

    The answer of a refused errand is the error: code, message, place, value, expected, remedy.
    """

    id: int
    kind: str
    actor: str
    body: bytes
    asked_at: datetime
    state: ErrandState
    answer: bytes | None
    ended_at: datetime | None


class Errands:
    """The errands inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, kind: str, body: bytes, *, actor: str, now: datetime) -> int:
        """Keeps an errand for the running process, or the next one; returns its number."""
        row = {
            "kind": kind,
            "actor": actor,
            "body": body,
            "asked_at": now,
            "state": ErrandState.ASKED.value,
        }
        asked = self._connection.execute(insert(errand).values(row).returning(errand.c.id))
        return int(asked.scalar_one())

    def asked(self, *, most: int = 100) -> list[Errand]:
        """What waits, the oldest first."""
        return self._read(_ASKED, {"most": most})

    def get(self, errand_id: int) -> Errand | None:
        """The errand with this number."""
        return next(iter(self._read(select(errand).where(errand.c.id == errand_id))), None)

    def of_ids(self, errand_ids: Sequence[int]) -> list[Errand]:
        """The errands with these numbers, in their order."""
        wanted = select(errand).where(errand.c.id.in_(errand_ids)).order_by(errand.c.id)
        return self._read(wanted)

    def all(self, *, most: int = 1_000) -> list[Errand]:
        """The newest errands, the newest last."""
        return self._read(select(errand).order_by(errand.c.id.desc()).limit(most))[::-1]

    def claim(self, errand_id: int) -> bool:
        """Whether it still waits; two processes of one party do not both carry it out."""
        wanted = select(errand.c.state).where(errand.c.id == errand_id).with_for_update()
        return self._connection.execute(wanted).scalar() == ErrandState.ASKED.value

    def end(self, errand_id: int, state: ErrandState, answer: bytes, *, now: datetime) -> None:
        """Says what became of it."""
        self._connection.execute(
            update(errand)
            .where(errand.c.id == errand_id, errand.c.state == ErrandState.ASKED.value)
            .values(state=state.value, answer=answer, ended_at=now)
        )

    def _read(self, wanted: object, values: Mapping[str, int] = _NOTHING) -> list[Errand]:
        rows = self._connection.execute(wanted, values)  # type: ignore[call-overload]  # any select
        return [
            Errand(
                id=row.id,
                kind=row.kind,
                actor=row.actor,
                body=row.body,
                asked_at=row.asked_at,
                state=ErrandState(row.state),
                answer=row.answer,
                ended_at=row.ended_at,
            )
            for row in rows
        ]
