"""What pages of unread trace cases are found by."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Creates the index."""
    op.create_index(
        "ix_trace_case_unread",
        "trace_case",
        ["changed", "sent"],
        unique=False,
        sqlite_where=sa.text("unread > 0"),
        postgresql_where=sa.text("unread > 0"),
    )
