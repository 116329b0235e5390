"""The tables of who relies on which keys: what the centre sent out, and who uses it.

They hold no key and no document; the trust folder does.
"""

from sqlalchemy import Column, String, Table

from gateway.store.metadata import METADATA, Instant, RowId

# One row a state of root, directory and revocations that the centre sent out.
trust_state = Table(
    "trust_state",
    METADATA,
    Column("state", String(44), primary_key=True),
    Column("root_version", RowId, nullable=False, autoincrement=False),
    Column("version", RowId, nullable=False, autoincrement=False),
    Column("revocations", RowId, nullable=False, autoincrement=False),
    Column("sent_at", Instant, nullable=False),
)

# What each party last said that it relies on.
trust_ack = Table(
    "trust_ack",
    METADATA,
    Column("party", String(24), primary_key=True),
    Column("state", String(44), nullable=False),
    Column("root_version", RowId, nullable=False, autoincrement=False),
    Column("version", RowId, nullable=False, autoincrement=False),
    Column("revocations", RowId, nullable=False, autoincrement=False),
    Column("taken_at", Instant, nullable=False),
    Column("heard_at", Instant, nullable=False),
)

# The newest checkpoint of the key log that each party said it holds.
trust_log = Table(
    "trust_log",
    METADATA,
    Column("party", String(24), primary_key=True),
    Column("size", RowId, nullable=False, autoincrement=False),
    Column("root", String(44), nullable=False),
    Column("heard_at", Instant, nullable=False),
)

# The centre's newest probe of each party's mailbox; the answer makes the party active, for good.
trust_probe = Table(
    "trust_probe",
    METADATA,
    Column("party", String(24), primary_key=True),
    Column("message_id", String(36), nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("answered_at", Instant, nullable=True),
)
