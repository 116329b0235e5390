"""The outages that an office announced."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "office_outage",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("starts", _INSTANT, nullable=False),
        sa.Column("ends", _INSTANT, nullable=False),
        sa.Column("will_forward", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("announced", _INSTANT, nullable=False),
        sa.Column("announced_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_office_outage_ends", "office_outage", ["ends"], unique=False)
