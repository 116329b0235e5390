"""What two parties know of the messages between them: numbers, statements, what never comes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Creates the tables, and the index by which a gap is found."""
    op.create_table(
        "sent_number",
        sa.Column("recipient", sa.String(length=24), nullable=False),
        sa.Column("seq", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("ended", sa.String(length=8), nullable=True),
        sa.PrimaryKeyConstraint("recipient", "seq", name="pk_sent_number"),
    )
    op.create_index("ix_sent_number_message_id", "sent_number", ["message_id"])
    op.create_table(
        "pair",
        sa.Column("peer", sa.String(length=24), nullable=False),
        sa.Column("whole", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("expected", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("told_at", _INSTANT),
        sa.Column("stated_at", _INSTANT),
        sa.Column("they_hold", _ROW_ID, autoincrement=False),
        sa.Column("they_miss", _ROW_ID, autoincrement=False),
        sa.Column("they_lost", _ROW_ID, autoincrement=False),
        sa.Column("restored_at", _INSTANT),
        sa.PrimaryKeyConstraint("peer", name="pk_pair"),
    )
    op.create_table(
        "pair_gone",
        sa.Column("peer", sa.String(length=24), nullable=False),
        sa.Column("seq", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("peer", "seq", name="pk_pair_gone"),
    )
    op.create_index("ix_inbox_sender_seq", "inbox", ["sender", "seq"])
