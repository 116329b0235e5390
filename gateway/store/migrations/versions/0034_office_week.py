"""The hours of this office that open trace cases were told last."""

import sqlalchemy as sa
from alembic import op

from gateway.store.metadata import Instant, RowId

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "office_week",
        sa.Column("id", RowId, primary_key=True),
        sa.Column("week", sa.Text, nullable=False),
        sa.Column("told", Instant, nullable=False),
    )
