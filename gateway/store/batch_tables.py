"""The table of large batches that are filed piece by piece.

It does not hold records; see ``registry_tables``.
"""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from gateway.store.metadata import METADATA, RowId

# What is left to file of a batch, and the results of what was filed, until its report is sent.
batch_piece = Table(
    "batch_piece",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("sender", String(24), nullable=False),
    Column("turn", Integer, nullable=False),  # the batches of one sender keep their order
    Column("number", Integer, nullable=False),  # of the piece's first item in its batch
    Column("message_id", String(36), nullable=False),
    Column("octets", LargeBinary, nullable=False),  # its items, as a batch in payload XML
    Column("result", LargeBinary),  # their results, as a report in payload XML
)
Index(
    "ix_batch_piece_turn",
    batch_piece.c.sender,
    batch_piece.c.turn,
    batch_piece.c.number,
    unique=True,
)
