"""Queries of hits as a national node knows them: the notice, how it stands, what was told since.

It does not judge a step: the registry does, and the node mirrors.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store.life_tables import node_hit, node_hit_event


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeHit:
    """A hit at home; ``notice`` is None where a status came and the notice has not yet."""

    hit_id: str
    role: str
    state: str
    record_id: str
    national_record_id: str | None
    owner_agency: str
    finder_agency: str
    grade: str
    raised: datetime
    changed: datetime
    due: datetime | None
    notice: bytes | None


_DIALECTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class NodeHits:
    """A node's hits inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = _DIALECTS[connection.dialect.name]

    def noticed(self, hit: NodeHit) -> bool:
        """Keeps the notice of a hit, and tells whether it is news; a status told before stays."""
        known = select(node_hit.c.notice).where(
            node_hit.c.hit_id == hit.hit_id, node_hit.c.role == hit.role
        )
        if self._connection.execute(known).scalar_one_or_none() is not None:
            return False
        new = self._insert(node_hit).values(**_columns(hit))
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=["hit_id", "role"],
                set_={"notice": new.excluded.notice, "raised": new.excluded.raised},
            )
        )
        return True

    def stands(self, hit: NodeHit, octets: bytes) -> None:
        """Keeps how a hit stands, and the word of the registry; an older word changes nothing."""
        self._connection.execute(
            insert(node_hit_event), {"hit_id": hit.hit_id, "at": hit.changed, "octets": octets}
        )
        new = self._insert(node_hit).values(**_columns(hit))
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=["hit_id", "role"],
                set_={
                    "state": new.excluded.state,
                    "changed": new.excluded.changed,
                    "due": new.excluded.due,
                },
                where=node_hit.c.changed <= new.excluded.changed,
            )
        )

    def find(self, hit_id: str) -> NodeHit | None:
        """The hit; as its owner where this party is both sides."""
        found = select(node_hit).where(node_hit.c.hit_id == hit_id)
        rows = self._connection.execute(found.order_by(node_hit.c.role.desc())).all()
        return NodeHit(**rows[0]._mapping) if rows else None  # noqa: SLF001 - a Row's documented mapping

    def told(self, hit_id: str) -> list[bytes]:
        """What the registry told of it, in order."""
        found = select(node_hit_event.c.octets).where(node_hit_event.c.hit_id == hit_id)
        return list(self._connection.execute(found.order_by(node_hit_event.c.id)).scalars())

    def all(self, *, state: str | None = None, most: int = 500) -> list[NodeHit]:
        """Hits, the one that changed last first."""
        wanted = select(node_hit).order_by(node_hit.c.changed.desc()).limit(most)
        if state is not None:
            wanted = wanted.where(node_hit.c.state == state)
        return [NodeHit(**row._mapping) for row in self._connection.execute(wanted)]  # noqa: SLF001 - as above


def _columns(hit: NodeHit) -> dict[str, object]:
    return {name: getattr(hit, name) for name in hit.__slots__}
