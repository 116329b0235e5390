"""Counts that were told to others, the questions for them, and outages of others."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "told_table",
        sa.Column("measure", sa.String(length=12), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("dimensions", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("position", _ROW_ID, nullable=False),
        sa.Column("head", sa.String(length=44), nullable=False),
        sa.Column("counted", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("measure", "period"),
    )
    op.create_table(
        "told_cell",
        sa.Column("measure", sa.String(length=12), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("cell", sa.String(length=512), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["measure", "period"], ["told_table.measure", "told_table.period"]),
        sa.PrimaryKeyConstraint("measure", "period", "cell"),
    )
    op.create_table(
        "stat_question",
        sa.Column("query_id", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("peer", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked", _INSTANT, nullable=False),
        sa.Column("ended", _INSTANT, nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("question", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answer_message_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("query_id"),
    )
    op.create_index("ix_stat_question_asked", "stat_question", ["asked"], unique=False)
    op.create_table(
        "peer_outage",
        sa.Column("peer", sa.String(length=24), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("starts", _INSTANT, nullable=False),
        sa.Column("ends", _INSTANT, nullable=False),
        sa.Column("will_forward", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("told", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("peer", "reference"),
    )
    op.create_index("ix_peer_outage_ends", "peer_outage", ["ends"], unique=False)
