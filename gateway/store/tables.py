"""The tables of delivery: what was sent, what was taken, what was set aside, what came natively.

They do not hold what the registry knows; see ``registry_tables``.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from gateway.store.metadata import METADATA, Instant, RowId

# Every sealed envelope that left or arrived, octet for octet: the evidence, and what is sent again.
sealed = Table(
    "sealed",
    METADATA,
    Column("direction", String(3), primary_key=True),  # "out" | "in"
    Column("peer", String(24), primary_key=True),  # the sender of "in", "" for "out"
    Column("message_id", String(36), primary_key=True),
    Column("octets", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False, index=True),
)

# One row a message and recipient until the recipient's signed receipt is in (5-delivery 5.1).
outbox = Table(
    "outbox",
    METADATA,
    Column("message_id", String(36), primary_key=True),
    Column("recipient", String(24), primary_key=True),
    Column("message_type", String(48), nullable=False),
    Column("lane", String(8), nullable=False),
    Column("needs_receipt", Boolean, nullable=False),
    Column("in_reply_to", String(36)),
    Column("created", Instant, nullable=False),
    Column("expires", Instant, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("next_try", Instant, nullable=False, index=True),
    # The number of its pair (0 where it has none): rows of one transaction leave in their order.
    Column("seq", RowId, nullable=False, autoincrement=False, server_default="0"),
    # With it the sender alone reads what it sealed, to date it anew; it goes with the row.
    Column("content_key", LargeBinary),
    # How far its date lay ahead of the exchange's clock when the relay refused it, if it did.
    Column("ahead_ms", BigInteger),
)
# What is due, in the order in which it leaves: with 50,000 rows for a party that is away only
# those are read that leave now.
Index("ix_outbox_due", outbox.c.lane, outbox.c.next_try, outbox.c.seq)

# Messages counted per recipient without gaps, so that a receiver sees what never arrived.
sequence = Table(
    "sequence",
    METADATA,
    Column("recipient", String(24), primary_key=True),
    Column("last", RowId, nullable=False, autoincrement=False),
)

# One row a message that had its effect; a repeat finds its first outcome here.
inbox = Table(
    "inbox",
    METADATA,
    Column("sender", String(24), primary_key=True),
    Column("message_id", String(36), primary_key=True),
    Column("message_type", String(48), nullable=False),
    Column("seq", RowId, nullable=False, autoincrement=False),
    Column("received", Instant, nullable=False, index=True),
    Column("outcome", String(16), nullable=False),
    Column("fault_code", String(64)),
    Column("digest", String(44), nullable=False),
    Column("answer_id", String(36)),
)

# How often a message made its handler fail, counted over crashes.
attempt = Table(
    "attempt",
    METADATA,
    Column("digest", String(44), primary_key=True),
    Column("count", Integer, nullable=False),
)

# What could not be processed: set aside in sight, replayable, never dropped by itself.
dead_letter = Table(
    "dead_letter",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("digest", String(44), nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("times", Integer, nullable=False),
    Column("source", String(64), nullable=False),  # the queue, or the relay's ingress party
    Column("code", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("proven", Boolean, nullable=False),  # the sender's signature held
    Column("sender", String(24)),
    Column("message_id", String(36)),
    Column("message_type", String(48)),
    Column(
        "state", String(16), nullable=False, index=True
    ),  # SET_ASIDE | ASKED | REPLAYED | DROPPED
    Column("octets", LargeBinary, nullable=False),
    UniqueConstraint("digest", "source"),
)

# A native file that was taken in; its digest keeps the same file from a second effect.
native_file = Table(
    "native_file",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("adapter", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("name", String(255), nullable=False),
    Column("taken", Instant, nullable=False),
    Column("modified", Instant, nullable=False),  # when the national system finished writing it
    Column("items", Integer, nullable=False),
    Column("open_items", Integer, nullable=False),
    Column("state", String(16), nullable=False),  # TAKING | ACCEPTED | ANSWERED | SET_ASIDE
    # How often it was gone back to; each time has an answer of its own.
    Column("round", Integer, nullable=False, server_default="0"),
    UniqueConstraint("adapter", "digest"),
)

# One row, message or weapon of a native file, and how it ended.
native_item = Table(
    "native_item",
    METADATA,
    Column("file_id", ForeignKey("native_file.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", String(128), nullable=False),
    Column("reference", String(128), nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False),  # SENT | ASKED or an outcome
    Column("message_id", String(36)),
    Column("item_id", String(64)),
    Column("issues", Text),  # JSON list of adapter issues
    Column("answer", LargeBinary),  # the answering message, as payload XML
    Column("mapping", String(12)),  # the hash of the mapping that read it last
    Column("round", Integer, nullable=False, server_default="0"),
    Index("ix_native_item_message_id", "message_id"),
)

# Native files that go back to the national system; written after the commit that decided them.
native_out = Table(
    "native_out",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("name", String(255), nullable=False, unique=True),
    Column("octets", LargeBinary, nullable=False),
    Column("decided", Instant, nullable=False),
    Column("written", Instant, index=True),
)

# One line a thing that happened to a message; no payload, serial or key ever.
journal = Table(
    "journal",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("event", String(48), nullable=False),
    Column("peer", String(24)),
    Column("message_id", String(36), index=True),
    Column("message_type", String(48)),
    Column("detail", String(255)),
)
