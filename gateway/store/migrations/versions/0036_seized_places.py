"""What questionnaires ask of a seized firearm: its age, its manufacture, its way."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

_TEXTS = {
    "manufacture_place": 16,
    "location_kind": 24,
    "departure": 3,
    "transit": 3,
    "destination": 3,
}


def upgrade() -> None:
    """Adds the columns; facts of before do not say them."""
    op.add_column("seized_state", sa.Column("antique", sa.Integer(), nullable=True))
    for name, length in _TEXTS.items():
        op.add_column("seized_state", sa.Column(name, sa.String(length=length), nullable=True))
