"""Which mapping read an item, and how often a file was gone back to."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Adds the columns."""
    op.add_column(
        "native_file", sa.Column("round", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("native_item", sa.Column("mapping", sa.String(length=12), nullable=True))
    op.add_column(
        "native_item", sa.Column("round", sa.Integer(), nullable=False, server_default="0")
    )
