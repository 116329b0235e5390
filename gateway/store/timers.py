"""Clocks that outlive the process: a kind, a subject and the instant at which it is due.

It does not know what is to be done then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store.errand_tables import timer

_UPSERT = {
    name: new.on_conflict_do_update(
        index_elements=[timer.c.kind, timer.c.subject],
        set_={"due": new.excluded.due, "set_at": new.excluded.set_at, "failures": 0},
    )
    for name, new in (
        ("sqlite", sqlite.insert(timer)),
        ("postgresql", postgresql.insert(timer)),
    )
}
_DUE = (
    select(timer)
    .where(timer.c.due <= bindparam("now"))
    .order_by(timer.c.due, timer.c.kind, timer.c.subject)
    .limit(bindparam("most"))
)
_IS_IT = (timer.c.kind == bindparam("b_kind"), timer.c.subject == bindparam("b_subject"))
_OF = select(timer).where(*_IS_IT)
_OF_KIND = select(timer).where(timer.c.kind == bindparam("b_kind")).order_by(timer.c.subject)
_TAKE = delete(timer).where(*_IS_IT, timer.c.due == bindparam("b_due"))
_POSTPONE = (
    update(timer)
    .where(*_IS_IT, timer.c.due == bindparam("b_due"))
    .values(due=bindparam("b_later"), failures=bindparam("b_failures"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """One clock; ``failures`` counts how often its handler failed since it was set."""

    kind: str
    subject: str
    due: datetime
    set_at: datetime
    failures: int


class Timers:
    """The clocks inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.at_once = False
        """Whether a clock was set here that has run out already."""

    def set(self, kind: str, subject: str, *, due: datetime, now: datetime) -> None:
        """Starts the clock of ``kind`` for ``subject``, or sets it anew."""
        self.at_once = self.at_once or due <= now
        row = {"kind": kind, "subject": subject, "due": due, "set_at": now, "failures": 0}
        self._connection.execute(_UPSERT[self._connection.dialect.name], row)

    def stop(self, kind: str, subject: str) -> None:
        """Ends the clock, if it runs."""
        self._connection.execute(
            delete(timer).where(timer.c.kind == kind, timer.c.subject == subject)
        )

    def running(self, kind: str, subject: str) -> Timer | None:
        """The clock, if it runs."""
        return next(iter(self._read(_OF, {"b_kind": kind, "b_subject": subject})), None)

    def of_kind(self, kind: str) -> list[Timer]:
        """Every clock of ``kind`` that runs."""
        return self._read(_OF_KIND, {"b_kind": kind})

    def due(self, now: datetime, *, most: int = 100) -> list[Timer]:
        """What is due, the longest due first."""
        return self._read(_DUE, {"now": now, "most": most})

    def take(self, one: Timer) -> bool:
        """Ends ``one`` as it was read; False when it was stopped, taken or set anew since."""
        key = {"b_kind": one.kind, "b_subject": one.subject, "b_due": one.due}
        return bool(self._connection.execute(_TAKE, key).rowcount)

    def postpone(self, one: Timer, due: datetime) -> None:
        """Its handler failed: it is due again later."""
        key = {"b_kind": one.kind, "b_subject": one.subject, "b_due": one.due}
        self._connection.execute(_POSTPONE, key | {"b_later": due, "b_failures": one.failures + 1})

    def _read(self, wanted: object, values: Mapping[str, object]) -> list[Timer]:
        rows = self._connection.execute(wanted, values)  # type: ignore[call-overload]  # any select
        return [
            Timer(
                kind=row.kind,
                subject=row.subject,
                due=row.due,
                set_at=row.set_at,
                failures=row.failures,
            )
            for row in rows
        ]
