"""The tables of what goes on after a message was answered: the steps of hits, officers' orders.

They do not hold records or hits themselves; see ``registry_tables``.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
)

from gateway.store.metadata import METADATA, Instant, RowId

# Every step of a hit, for the audit and for the figures of confirmation.
hit_event = Table(
    "hit_event",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("hit_id", String(40), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(24), nullable=False),
    Column("step", String(16), nullable=False),
    Column("source", String(24), nullable=False),
    Column("target", String(24), nullable=False),
    Column("detail", Text, nullable=False),  # JSON: number, urgency, answer, reason
)

# What an officer had the node send, and what came of it.
officer_order = Table(
    "officer_order",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("made", Instant, nullable=False),
    Column("officer", String(64), nullable=False),  # the user of the machine; never leaves it
    Column("kind", String(48), nullable=False),  # the message type
    Column("subject", String(64), nullable=False),  # the hit, record or search that it is about
    Column("recipient", String(24), nullable=False),
    Column("octets", LargeBinary, nullable=False),  # the message as payload XML
    Column("state", String(16), nullable=False),  # SENT | ANSWERED | REFUSED | FAILED
    Column("message_id", String(36), nullable=False, unique=True),
    Column("ended", Instant),
    Column("answer", LargeBinary),  # the answering message, as payload XML
)

# A hit as its two sides know it at home.
node_hit = Table(
    "node_hit",
    METADATA,
    Column("hit_id", String(40), primary_key=True),
    Column("role", String(8), primary_key=True),
    Column("state", String(24), nullable=False),
    Column("record_id", String(40), nullable=False),
    Column("national_record_id", String(64)),
    Column("owner_agency", String(24), nullable=False),
    Column("finder_agency", String(24), nullable=False),
    Column("grade", String(1), nullable=False),
    Column("raised", Instant, nullable=False),
    Column("changed", Instant, nullable=False),
    Column("due", Instant),  # when the clock of the running request runs out
    Column("notice", LargeBinary),  # the notice that raised it, as payload XML
)
Index("ix_node_hit_changed", node_hit.c.changed)

# What the registry told of it since, in order.
node_hit_event = Table(
    "node_hit_event",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("hit_id", String(40), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("octets", LargeBinary, nullable=False),  # the status notice, as payload XML
)

# Who asked for a whole record, why, and whether it was given (standard 2.9).
access_log = Table(
    "access_log",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("asker", String(24), nullable=False),
    Column("system_id", String(64), nullable=False),
    Column("pseudonym", String(128), nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("case_reference", String(64)),
    Column("justification", Text, nullable=False),
    Column("record_id", String(40), nullable=False, index=True),
    Column("granted", Boolean, nullable=False),
)

# What happened to a record beside its filings: extended, expired, resumed, purged.
record_event = Table(
    "record_event",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("record_id", String(40), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(24), nullable=False),
    Column("event", String(24), nullable=False),
    Column("version", Integer, nullable=False),
)

# How far the owner was told of a review, and how often it extended the record.
record_review = Table(
    "record_review",
    METADATA,
    Column("firearm_id", ForeignKey("firearm_record.id"), primary_key=True, autoincrement=False),
    Column("told", SmallInteger, nullable=False),  # 1: 90 days before, 2: 30, 3: 7, 4: overdue
    Column("extended", Integer, nullable=False),
)
