"""What figures ask beside: late hits, firearms of one seizure, and reviews that were extended."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

_EXTENDED = sa.text("extended IS NOT NULL")


def upgrade() -> None:
    """Empty in what was taken before: no message of then said it."""
    for table, name in (
        ("record_state", "extended"),
        ("hit_state", "delayed"),
        ("seized_state", "several"),
    ):
        op.add_column(table, sa.Column(name, sa.Integer(), nullable=True))
    op.create_index(
        "ix_record_state_extended",
        "record_state",
        ["record_type", "extended", "opened"],
        sqlite_where=_EXTENDED,
        postgresql_where=_EXTENDED,
    )
