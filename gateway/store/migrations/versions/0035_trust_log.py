"""The checkpoint of the key log that each party said it holds."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "trust_log",
        sa.Column("party", sa.String(length=24), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("root", sa.String(length=44), nullable=False),
        sa.Column("heard_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("party", name="pk_trust_log"),
    )
