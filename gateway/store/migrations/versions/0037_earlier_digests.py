"""Every digest that an act of a trace case had, for the other side may have taken any of them."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Adds the column; acts that were sealed anew twice before it keep the last two."""
    op.add_column("trace_act", sa.Column("earlier_digests", sa.Text(), nullable=True))
