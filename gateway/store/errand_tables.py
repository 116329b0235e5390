"""The tables of errands and timers: what a person asked of a process, and what time asks of it.

They do not hold what was sent or taken; see ``tables``.
"""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from gateway.store.metadata import METADATA, Instant, RowId

# One row an errand, from being asked to its outcome; it stays as the trail of who asked what.
errand = Table(
    "errand",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("kind", String(48), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("state", String(8), nullable=False),
    Column("answer", LargeBinary),
    Column("ended_at", Instant),
    Index("ix_errand_state_id", "state", "id"),
)

# One row a running clock; a kind and subject have one clock at most.
timer = Table(
    "timer",
    METADATA,
    Column("kind", String(48), primary_key=True),
    Column("subject", String(96), primary_key=True),
    Column("due", Instant, nullable=False, index=True),
    Column("set_at", Instant, nullable=False),
    Column("failures", Integer, nullable=False),
)
