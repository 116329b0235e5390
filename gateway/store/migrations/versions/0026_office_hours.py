"""The hours that offices announced."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "office_hours",
        sa.Column("party", sa.String(length=24), nullable=False),
        sa.Column("spans", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("duty", sa.Text(), nullable=True),
        sa.Column("told", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("party"),
    )
