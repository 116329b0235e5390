"""What a run of an order over many trace cases did already, case by case."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Adds one table."""
    op.create_table(
        "trace_bulk",
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("trace_id", sa.String(length=40), nullable=False),
        sa.Column("done", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["trace_id"], ["trace_case.trace_id"]),
        sa.PrimaryKeyConstraint("run", "trace_id"),
    )
