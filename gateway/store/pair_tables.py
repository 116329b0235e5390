"""The tables of what two parties know of the messages between them.

They hold no message: ``sealed`` does.
"""

from sqlalchemy import Column, Index, String, Table

from gateway.store.metadata import METADATA, Instant, RowId
from gateway.store.tables import inbox

# Which message has which number, as long as its octets are kept; ``ended`` names an explicit
# failure: then the message is never sent again, whoever asks.
sent_number = Table(
    "sent_number",
    METADATA,
    Column("recipient", String(24), primary_key=True),
    Column("seq", RowId, primary_key=True, autoincrement=False),
    Column("message_id", String(36), nullable=False, index=True),
    Column("ended", String(8)),  # EXPIRED | REFUSED
)

# How far this party is with a peer, and what the peer last stated.
pair = Table(
    "pair",
    METADATA,
    Column("peer", String(24), primary_key=True),
    Column("whole", RowId, nullable=False, autoincrement=False),  # nothing is missing up to it
    Column("expected", RowId, nullable=False, autoincrement=False),  # the peer sent up to it
    Column("told_at", Instant),
    Column("stated_at", Instant),
    Column("they_hold", RowId, autoincrement=False),
    Column("they_miss", RowId, autoincrement=False),
    Column("they_lost", RowId, autoincrement=False),
    Column("restored_at", Instant),  # the peer holds what this party does not know it sent
)

# Numbers of a peer that it says will never come.
pair_gone = Table(
    "pair_gone",
    METADATA,
    Column("peer", String(24), primary_key=True),
    Column("seq", RowId, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
)

# What is missing of a pair is read by number.
Index("ix_inbox_sender_seq", inbox.c.sender, inbox.c.seq)
