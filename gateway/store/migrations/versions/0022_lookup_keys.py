"""The further serials of searches that are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Creates the table; searches made before wait by their first serial, as they did."""
    op.create_table(
        "lookup_key",
        sa.Column("sk", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "lookup_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["lookup_id"], ["lookup.id"], name="fk_lookup_key_lookup_id"),
        sa.PrimaryKeyConstraint("sk", "lookup_id", name="pk_lookup_key"),
    )
