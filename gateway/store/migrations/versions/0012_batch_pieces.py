"""Large batches that are filed piece by piece.

Written out, not read from the tables of today: a database that was made by this step must stay what
it was when the tables change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "batch_piece",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("sender", sa.String(length=24), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_batch_piece"),
    )
    op.create_index("ix_batch_piece_turn", "batch_piece", ["sender", "turn", "number"], unique=True)
