"""The number of its pair beside each waiting message, and an index in the order of leaving."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Adds the column with what is known of it, and the index."""
    op.add_column("outbox", sa.Column("seq", _ROW_ID, nullable=False, server_default="0"))
    op.execute(
        "UPDATE outbox SET seq = COALESCE((SELECT MAX(n.seq) FROM sent_number n"
        " WHERE n.message_id = outbox.message_id AND n.recipient = outbox.recipient), 0)"
    )
    op.create_index("ix_outbox_due", "outbox", ["lane", "next_try", "seq"])
