"""Queries of what was told to others in counts, and of the questions for it.

It does not know which cell may be told: ``gateway.statistics`` says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from gateway.store.aggregate_tables import stat_question, told_cell, told_table

Cell = tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTable:
    """What a measure's counts of one period were made from, and told apart by."""

    measure: str
    period: str
    dimensions: tuple[str, ...]
    threshold: int
    position: int
    head: str
    counted: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StatQuestionRow:
    """A question for counts; ``question`` and ``answer`` are payloads' canonical octets."""

    query_id: str
    direction: str
    peer: str
    state: str
    asked: datetime
    ended: datetime | None
    actor: str
    message_id: str | None
    question: bytes
    answer: bytes | None
    answer_message_id: str | None


class Aggregates:
    """Told counts and their questions inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- what was told ------------------------------------------------------------------------

    def tables(self, measure: str) -> dict[str, ToldTable]:
        """The tables of ``measure`` by period."""
        wanted = select(told_table).where(told_table.c.measure == measure)
        return {
            row.period: ToldTable(
                measure=row.measure,
                period=row.period,
                dimensions=tuple(json.loads(row.dimensions)),
                threshold=row.threshold,
                position=row.position,
                head=row.head,
                counted=row.counted,
            )
            for row in self._connection.execute(wanted.order_by(told_table.c.period))
        }

    def keep(self, table: ToldTable, cells: Mapping[Cell, int]) -> None:
        """Keeps a table with its cells, for ever."""
        values = {**asdict(table), "dimensions": json.dumps(list(table.dimensions))}
        self._connection.execute(insert(told_table).values(values))
        rows = [
            {
                "measure": table.measure,
                "period": table.period,
                "cell": json.dumps(list(cell), ensure_ascii=False),
                "count": count,
            }
            for cell, count in cells.items()
        ]
        if rows:
            self._connection.execute(insert(told_cell), rows)

    def cells(self, measure: str, period: str) -> dict[Cell, int]:
        """The cells of a table that may be told."""
        wanted = select(told_cell.c.cell, told_cell.c.count).where(
            told_cell.c.measure == measure, told_cell.c.period == period
        )
        rows = self._connection.execute(wanted.order_by(told_cell.c.cell))
        return {tuple(json.loads(cell)): int(count) for cell, count in rows}

    # --- questions ----------------------------------------------------------------------------

    def add(self, row: StatQuestionRow) -> None:
        """Keeps a question."""
        self._connection.execute(insert(stat_question).values(asdict(row)))

    def find(self, query_id: str) -> StatQuestionRow | None:
        """The question of this id."""
        rows = self._read(select(stat_question).where(stat_question.c.query_id == query_id))
        return next(iter(rows), None)

    def questions(self, *, most: int = 200) -> list[StatQuestionRow]:
        """The newest questions, the newest first."""
        wanted = select(stat_question).order_by(stat_question.c.asked.desc())
        return self._read(wanted.limit(most))

    def settle(
        self,
        query_id: str,
        *,
        state: str,
        answer: bytes,
        now: datetime,
        actor: str | None = None,
        message_id: str | None = None,
    ) -> None:
        """Says what became of a question."""
        values = {"state": state, "answer": answer, "ended": now, "answer_message_id": message_id}
        if actor is not None:
            values["actor"] = actor
        self._connection.execute(
            update(stat_question).where(stat_question.c.query_id == query_id).values(values)
        )

    def sent(self, query_id: str, message_id: str) -> None:
        """Names the message that carried the question or, for one of others, our answer."""
        column = "message_id"
        row = self.find(query_id)
        if row is not None and row.direction == "IN":
            column = "answer_message_id"
        self._connection.execute(
            update(stat_question)
            .where(stat_question.c.query_id == query_id)
            .values({column: message_id})
        )

    def _read(self, wanted: object) -> list[StatQuestionRow]:
        rows: Sequence[object] = self._connection.execute(wanted).all()  # type: ignore[call-overload]  # any select
        return [StatQuestionRow(**row._mapping) for row in rows]  # type: ignore[attr-defined]  # noqa: SLF001 - a Row's documented mapping
