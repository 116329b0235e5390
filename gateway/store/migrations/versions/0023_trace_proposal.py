"""Answers out of a register that wait for a person's release."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "trace_proposal",
        sa.Column("trace_id", sa.String(length=40), nullable=False),
        sa.Column("made", _INSTANT, nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["trace_id"], ["trace_case.trace_id"]),
        sa.PrimaryKeyConstraint("trace_id"),
    )
