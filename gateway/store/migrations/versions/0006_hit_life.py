"""The life of hits after their notice, and what officers have their node send.

Written out, not read from the tables of today: a database that was made by this step must stay what
it was when the tables change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Widens hits and creates the tables."""
    with op.batch_alter_table("hit") as hit:
        hit.alter_column("state", existing_type=sa.String(16), type_=sa.String(24))
        hit.add_column(sa.Column("always", sa.Boolean(), nullable=False, server_default="1"))
        hit.add_column(sa.Column("number", sa.SmallInteger(), nullable=False, server_default="0"))
        hit.add_column(sa.Column("urgency", sa.String(8), nullable=True))
        hit.add_column(sa.Column("answer", sa.String(24), nullable=True))
        hit.add_column(sa.Column("reason", sa.String(24), nullable=True))
        hit.add_column(sa.Column("conversation_id", sa.String(36), nullable=True))
        for name in ("changed", "asked", "due", "promised", "answered", "lapsed"):
            hit.add_column(sa.Column(name, _INSTANT, nullable=True))
    op.create_table(
        "hit_event",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("hit_id", sa.String(length=40), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("actor", sa.String(length=24), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("target", sa.String(length=24), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hit_event"),
    )
    op.create_index("ix_hit_event_hit_id", "hit_event", ["hit_id"], unique=False)
    op.create_table(
        "officer_order",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("made", _INSTANT, nullable=False),
        sa.Column("officer", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(length=24), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("ended", _INSTANT, nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_officer_order"),
        sa.UniqueConstraint("message_id", name="uq_officer_order_message_id"),
    )
    op.create_table(
        "node_hit",
        sa.Column("hit_id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("national_record_id", sa.String(length=64), nullable=True),
        sa.Column("owner_agency", sa.String(length=24), nullable=False),
        sa.Column("finder_agency", sa.String(length=24), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=False),
        sa.Column("raised", _INSTANT, nullable=False),
        sa.Column("changed", _INSTANT, nullable=False),
        sa.Column("due", _INSTANT, nullable=True),
        sa.Column("notice", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("hit_id", "role", name="pk_node_hit"),
    )
    op.create_index("ix_node_hit_changed", "node_hit", ["changed"], unique=False)
    op.create_table(
        "node_hit_event",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("hit_id", sa.String(length=40), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_node_hit_event"),
    )
    op.create_index("ix_node_hit_event_hit_id", "node_hit_event", ["hit_id"], unique=False)
