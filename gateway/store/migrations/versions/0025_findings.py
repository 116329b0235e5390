"""Findings of the analysis that a person said are not so."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "finding_judgement",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("measure", sa.String(length=48), nullable=False),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("figure", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("taken_back", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
