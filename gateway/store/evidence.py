"""The sealed envelopes that are kept, sent and taken: what a dispute, a peer or a restore asks for.

It decides neither how long they are kept nor who may have them again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from gateway.store.tables import sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCopy:
    """A sealed envelope as it left or came; ``peer`` is its sender, or "" for what left."""

    peer: str
    message_id: str
    octets: bytes
    at: datetime


_BY_ID = select(sealed).where(
    sealed.c.direction == bindparam("b_direction"),
    sealed.c.message_id.in_(bindparam("ids", expanding=True)),
)
_EVERY = select(sealed).where(sealed.c.direction == bindparam("b_direction"))
_IN_ORDER = (sealed.c.at, sealed.c.message_id)
_AT_ONCE = 200
_PAGE = _EVERY.order_by(*_IN_ORDER).limit(_AT_ONCE)
_NEXT_PAGE = _PAGE.where(
    (sealed.c.at > bindparam("b_at"))
    | ((sealed.c.at == bindparam("b_at")) & (sealed.c.message_id > bindparam("b_id")))
)


class Evidence:
    """The sealed octets inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sent(self, message_ids: Collection[str]) -> dict[str, SealedCopy]:
        """Of these messages of ours those that are still kept, by id."""
        if not message_ids:
            return {}
        values = {"b_direction": "out", "ids": sorted(message_ids)}
        return {row.message_id: _copy(row) for row in self._connection.execute(_BY_ID, values)}

    def came(self, peer: str, since: datetime, until: datetime) -> Iterator[SealedCopy]:
        """What came from ``peer`` between two instants, oldest first."""
        wanted = _EVERY.where(
            sealed.c.peer == peer, sealed.c.at >= since, sealed.c.at <= until
        ).order_by(*_IN_ORDER)
        yield from map(_copy, self._connection.execute(wanted, {"b_direction": "in"}))

    def every(self, direction: str) -> Iterator[SealedCopy]:
        """All that left (``out``) or came (``in``), oldest first, in bounded memory."""
        after: tuple[datetime, str] | None = None
        while True:
            values: dict[str, Any] = {"b_direction": direction}
            if after is not None:
                values |= {"b_at": after[0], "b_id": after[1]}
            rows = self._connection.execute(_PAGE if after is None else _NEXT_PAGE, values).all()
            yield from map(_copy, rows)
            if len(rows) < _AT_ONCE:
                return
            after = (rows[-1].at, rows[-1].message_id)


def _copy(row: Any) -> SealedCopy:
    return SealedCopy(
        peer=row.peer,
        message_id=row.message_id,
        octets=bytes(row.octets),
        at=row.at,
    )
