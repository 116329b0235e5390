"""What waits can be dated anew by its sender, and shows that a clock was ahead."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Adds two columns that may be empty: what waited before goes on as it did."""
    op.add_column("outbox", sa.Column("content_key", sa.LargeBinary(), nullable=True))
    op.add_column("outbox", sa.Column("ahead_ms", sa.BigInteger(), nullable=True))
