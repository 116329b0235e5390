"""Queries of large batches that are filed piece by piece.

It does not file; see ``gateway.registry.batches``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from gateway.store.batch_tables import batch_piece

_C = batch_piece.c


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPiece:
    """Consecutive items of one batch; ``number`` is the first one's place in it, from 0."""

    id: int
    sender: str
    turn: int
    number: int
    message_id: str
    octets: bytes


class Batches:
    """The batches under way, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, sender: str, message_id: str, pieces: Sequence[tuple[int, bytes]]) -> None:
        """Keeps a batch, its pieces as (place of the first item, octets), behind the sender's."""
        newest = select(func.max(_C.turn)).where(_C.sender == sender)
        turn = (self._connection.execute(newest).scalar() or 0) + 1
        self._insert(sender, turn, message_id, pieces)

    def waiting(self, sender: str) -> bool:
        """Whether a batch of this sender is under way."""
        any_piece = select(_C.id).where(_C.sender == sender).limit(1)
        return self._connection.execute(any_piece).first() is not None

    def next(self, sender: str) -> BatchPiece | None:
        """The first piece of the sender's oldest batch that is not filed."""
        wanted = (
            select(_C.id, _C.sender, _C.turn, _C.number, _C.message_id, _C.octets)
            .where(_C.sender == sender, _C.result.is_(None))
            .order_by(_C.turn, _C.number)
            .limit(1)
        )
        row = self._connection.execute(wanted).first()
        return None if row is None else BatchPiece(**row._mapping)  # noqa: SLF001 - a Row's documented mapping

    def filed(self, piece: BatchPiece, result: bytes) -> bool:
        """Keeps the results of ``piece``; tells whether it was the last of its batch."""
        # Its items are needed no more; its results are until the report is made.
        self._connection.execute(
            update(batch_piece).where(_C.id == piece.id).values(result=result, octets=b"")
        )
        left = (
            select(_C.id)
            .where(_C.sender == piece.sender, _C.turn == piece.turn, _C.result.is_(None))
            .limit(1)
        )
        return self._connection.execute(left).first() is None

    def split(self, piece: BatchPiece, pieces: Sequence[tuple[int, bytes]]) -> None:
        """Puts smaller pieces in the place of ``piece``."""
        self._connection.execute(delete(batch_piece).where(_C.id == piece.id))
        self._insert(piece.sender, piece.turn, piece.message_id, pieces)

    def end(self, piece: BatchPiece) -> list[bytes]:
        """The results of the whole batch, in order; it is forgotten."""
        of_batch = (_C.sender == piece.sender, _C.turn == piece.turn)
        results = select(_C.result).where(*of_batch).order_by(_C.number)
        found = [row.result for row in self._connection.execute(results)]
        self._connection.execute(delete(batch_piece).where(*of_batch))
        return found

    def _insert(
        self, sender: str, turn: int, message_id: str, pieces: Sequence[tuple[int, bytes]]
    ) -> None:
        rows = [
            {
                "sender": sender,
                "turn": turn,
                "number": number,
                "message_id": message_id,
                "octets": octets,
            }
            for number, octets in pieces
        ]
        self._connection.execute(insert(batch_piece), rows)
