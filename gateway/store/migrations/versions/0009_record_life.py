"""Who read whole records, what happened to records in time, and how far reviews are.

Written out, not read from the tables of today: a database that was made by this step must stay what
it was when the tables change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "access_log",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("asker", sa.String(length=24), nullable=False),
        sa.Column("system_id", sa.String(length=64), nullable=False),
        sa.Column("pseudonym", sa.String(length=128), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("case_reference", sa.String(length=64), nullable=True),
        sa.Column("justification", sa.Text(), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_log"),
    )
    op.create_index("ix_access_log_at", "access_log", ["at"], unique=False)
    op.create_index("ix_access_log_record_id", "access_log", ["record_id"], unique=False)
    op.create_table(
        "record_event",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("actor", sa.String(length=24), nullable=False),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_record_event"),
    )
    op.create_index("ix_record_event_record_id", "record_event", ["record_id"], unique=False)
    op.create_table(
        "record_review",
        sa.Column("firearm_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("told", sa.SmallInteger(), nullable=False),
        sa.Column("extended", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["firearm_id"], ["firearm_record.id"], name="fk_record_review_firearm_id"
        ),
        sa.PrimaryKeyConstraint("firearm_id", name="pk_record_review"),
    )
