"""How far each file came that is loaded into the registry in bulk."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Creates the table."""
    op.create_table(
        "registry_load",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("begun", _INSTANT, nullable=False),
        sa.Column("changed", _INSTANT, nullable=False),
        sa.Column("items", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("within", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_registry_load"),
    )
