"""The tables of counts that were told to others, and of the questions for them.

A told table is never changed: what was told once is told alike ever after.
"""

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from gateway.store.metadata import METADATA, Instant, RowId

# One row a measure and period of which a table was made; its cells stand below.
told_table = Table(
    "told_table",
    METADATA,
    Column("measure", String(12), primary_key=True),
    Column("period", String(7), primary_key=True),  # 2025 or 2025-Q3
    Column("dimensions", Text, nullable=False),  # JSON: columns of the state, in their order
    Column("threshold", Integer, nullable=False),
    Column("position", RowId, nullable=False, autoincrement=False),  # of the log of facts
    Column("head", String(44), nullable=False),
    Column("counted", Instant, nullable=False),
)

# One row a cell that may be told; a cell that is absent is below the threshold or empty.
told_cell = Table(
    "told_cell",
    METADATA,
    Column("measure", String(12), primary_key=True),
    Column("period", String(7), primary_key=True),
    Column("cell", String(512), primary_key=True),  # JSON: a value a dimension
    Column("count", Integer, nullable=False),
    ForeignKeyConstraint(["measure", "period"], ["told_table.measure", "told_table.period"]),
)

# One row a question for counts, ours (OUT) or another party's (IN), with the newest answer.
stat_question = Table(
    "stat_question",
    METADATA,
    Column("query_id", String(40), primary_key=True),
    Column("direction", String(3), nullable=False),
    Column("peer", String(24), nullable=False),
    Column("state", String(12), nullable=False),  # ASKED | WAITS | ANSWERED | REFUSED
    Column("asked", Instant, nullable=False),
    Column("ended", Instant),
    Column("actor", String(64), nullable=False),  # who asked, or who released
    Column("message_id", String(36)),  # of the question
    Column("question", LargeBinary, nullable=False),  # the payload's canonical octets
    Column("answer", LargeBinary),
    Column("answer_message_id", String(36)),
    Index("ix_stat_question_asked", "asked"),
)
