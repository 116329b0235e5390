"""What the centre sent out of keys, and who said that it is in use."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "trust_state",
        sa.Column("state", sa.String(length=44), nullable=False),
        sa.Column("root_version", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("version", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("revocations", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("sent_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("state", name="pk_trust_state"),
    )
    op.create_table(
        "trust_ack",
        sa.Column("party", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=44), nullable=False),
        sa.Column("root_version", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("version", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("revocations", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("taken_at", _INSTANT, nullable=False),
        sa.Column("heard_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("party", name="pk_trust_ack"),
    )
