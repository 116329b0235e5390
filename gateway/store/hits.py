"""Queries of hits: raised once, and received by both sides.

It does not decide what is a hit or whom to tell.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store.registry_tables import hit


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


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldHit:
    """A hit as it stands."""

    hit_id: str
    owner_agency: str
    finder_agency: str
    state: str
    owner_received: datetime | None
    finder_received: datetime | None


_RAISE = {
    "sqlite": sqlite.insert(hit).on_conflict_do_nothing().returning(hit.c.id),
    "postgresql": postgresql.insert(hit).on_conflict_do_nothing().returning(hit.c.id),
}
# Locked: the receipts of both sides may come to two hubs at once, and each writes the whole row.
_FIND = select(hit).where(hit.c.hit_id == bindparam("b_id")).with_for_update()
_RECEIVED = update(hit).where(hit.c.hit_id == bindparam("b_id"))


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
        if row is None:
            return None
        return HeldHit(
            hit_id=row.hit_id,
            owner_agency=row.owner_agency,
            finder_agency=row.finder_agency,
            state=row.state,
            owner_received=row.owner_received,
            finder_received=row.finder_received,
        )

    def received(self, held: HeldHit) -> None:
        """Writes the state and the instants at which both sides had the notice."""
        self._connection.execute(
            _RECEIVED,
            {
                "b_id": held.hit_id,
                "state": held.state,
                "owner_received": held.owner_received,
                "finder_received": held.finder_received,
            },
        )


def _columns(row: HitRow) -> dict[str, Any]:
    return {
        "hit_id": row.hit_id,
        "firearm_id": row.firearm_id,
        "record_version": row.record_version,
        "owner_agency": row.owner_agency,
        "finder_agency": row.finder_agency,
        "origin": row.origin,
        "reference": row.reference,
        "item_id": row.item_id,
        "grade": row.grade,
        "score_thousandths": row.score_thousandths,
        "reasons": json.dumps(row.reasons),
        "state": "RAISED",
        "raised": row.raised,
        "owner_received": None,
        "finder_received": None,
    }
