"""Queries of hits: raised once, led from state to state, and every step written down.

It does not decide what is a hit, which step is allowed or whom to tell.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store.life_tables import hit_event
from gateway.store.registry_tables import firearm_record, hit


@dataclass(frozen=True, slots=True, kw_only=True)
class HitRow:
    """A hit as raised; ``reasons`` are pairs of reason code and outcome code."""

    hit_id: str
    firearm_id: int
    record_version: int
    owner_agency: str
    finder_agency: str
    origin: str
    reference: str
    item_id: str
    grade: str
    score_thousandths: int
    reasons: tuple[tuple[str, str], ...]
    raised: datetime
    always: bool
    conversation_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldHit:
    """A hit as it stands; ``always``: the owner's office answers day and night."""

    hit_id: str
    firearm_id: int
    record_id: str
    national_record_id: str
    owner_agency: str
    finder_agency: str
    origin: str
    reference: str
    grade: str
    state: str
    raised: datetime
    owner_received: datetime | None
    finder_received: datetime | None
    always: bool
    number: int
    urgency: str | None
    answer: str | None
    reason: str | None
    conversation_id: str | None
    changed: datetime | None
    asked: datetime | None
    due: datetime | None
    promised: datetime | None
    answered: datetime | None
    lapsed: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HitEvent:
    """One step of a hit; ``detail`` is JSON."""

    hit_id: str
    at: datetime
    actor: str
    step: str
    source: str
    target: str
    detail: str


_RAISE = {
    "sqlite": sqlite.insert(hit).on_conflict_do_nothing().returning(hit.c.id),
    "postgresql": postgresql.insert(hit).on_conflict_do_nothing().returning(hit.c.id),
}
_HELD = (
    select(hit, firearm_record.c.record_id, firearm_record.c.national_record_id)
    .join(firearm_record, firearm_record.c.id == hit.c.firearm_id)
    # Locked: both sides may act in two hubs at once, and each writes the whole row.
    .with_for_update(of=hit)
)
_FIND = _HELD.where(hit.c.hit_id == bindparam("b_id"))
_OF_RECORD = _HELD.where(hit.c.firearm_id == bindparam("b_id")).order_by(hit.c.id)
_WRITTEN = (
    *("state", "owner_received", "finder_received", "number", "urgency", "answer", "reason"),
    *("changed", "asked", "due", "promised", "answered", "lapsed"),
)
_WRITE = update(hit).where(hit.c.hit_id == bindparam("b_id"))
_FIELDS = tuple(HeldHit.__slots__)


class Hits:
    """Hits inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    def raise_once(self, row: HitRow) -> bool:
        """Writes the hit; False when this record was a hit for this question before."""
        done = self._connection.execute(_RAISE[self._dialect], _columns(row))
        return done.scalar_one_or_none() is not None

    def find(self, hit_id: str) -> HeldHit | None:
        """The hit of this id, as it stands until the end of the transaction."""
        row = self._connection.execute(_FIND, {"b_id": hit_id}).one_or_none()
        return None if row is None else _held(row)

    def of_record(self, firearm_id: int) -> list[HeldHit]:
        """Every hit of a record, as they stand until the end of the transaction."""
        return [_held(row) for row in self._connection.execute(_OF_RECORD, {"b_id": firearm_id})]

    def write(self, held: HeldHit) -> None:
        """Writes how a hit stands."""
        values = {name: getattr(held, name) for name in _WRITTEN}
        self._connection.execute(_WRITE, {"b_id": held.hit_id, **values})

    def note(self, event: HitEvent) -> None:
        """Writes a step down."""
        row = {name: getattr(event, name) for name in event.__slots__}
        self._connection.execute(insert(hit_event), row)

    def events(self, hit_id: str) -> list[HitEvent]:
        """The steps of a hit, in order."""
        found = select(hit_event).where(hit_event.c.hit_id == hit_id).order_by(hit_event.c.id)
        return [
            HitEvent(**{name: getattr(row, name) for name in HitEvent.__slots__})
            for row in self._connection.execute(found)
        ]

    def all(self, *, states: Sequence[str] = (), most: int = 500) -> list[HeldHit]:
        """Hits, the newest first; of ``states`` only where some are named."""
        wanted = (
            select(hit, firearm_record.c.record_id, firearm_record.c.national_record_id)
            .join(firearm_record, firearm_record.c.id == hit.c.firearm_id)
            .order_by(hit.c.id.desc())
            .limit(most)
        )
        if states:
            wanted = wanted.where(hit.c.state.in_(states))
        return [_held(row) for row in self._connection.execute(wanted)]

    def counts(self) -> list[tuple[str, str, int]]:
        """Grade, state and how many hits of them there are: what precision is made from."""
        found = select(hit.c.grade, hit.c.state, func.count()).group_by(hit.c.grade, hit.c.state)
        return [(r[0], r[1], r[2]) for r in self._connection.execute(found)]


def _held(row: Any) -> HeldHit:
    return HeldHit(**{name: getattr(row, name) for name in _FIELDS})


def _columns(row: HitRow) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(row, name) for name in row.__slots__}
    return values | {"reasons": json.dumps(row.reasons), "state": "RAISED", "changed": row.raised}
