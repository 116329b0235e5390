"""The centre's probe of each party's mailbox, and the party's signed answer to it."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "trust_probe",
        sa.Column("party", sa.String(length=24), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("sent_at", _INSTANT, nullable=False),
        sa.Column("answered_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("party", name="pk_trust_probe"),
    )
