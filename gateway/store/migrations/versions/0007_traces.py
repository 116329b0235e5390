"""Trace cases: their acts, items, links and what third countries announced."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "trace_case",
        sa.Column("trace_id", sa.String(length=40), nullable=False),
        sa.Column("chain_id", sa.String(length=40), nullable=False),
        sa.Column("parent_trace_id", sa.String(length=40), nullable=True),
        sa.Column("side", sa.String(length=9), nullable=False),
        sa.Column("peer", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("case_reference", sa.String(length=64), nullable=True),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("firearm_type", sa.String(length=24), nullable=False),
        sa.Column("make", sa.String(length=100), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("calibre", sa.String(length=100), nullable=False),
        sa.Column("serial", sa.String(length=100), nullable=False),
        sa.Column("serial_status", sa.String(length=24), nullable=False),
        sa.Column("manufacture_country", sa.String(length=3), nullable=True),
        sa.Column("recovery_country", sa.String(length=3), nullable=False),
        sa.Column("recovery_date", sa.String(length=10), nullable=False),
        sa.Column("sent", _INSTANT, nullable=False),
        sa.Column("delivered", _INSTANT, nullable=True),
        sa.Column("acknowledged", _INSTANT, nullable=True),
        sa.Column("first_answer", _INSTANT, nullable=True),
        sa.Column("answered", _INSTANT, nullable=True),
        sa.Column("ended", _INSTANT, nullable=True),
        sa.Column("stopped_since", _INSTANT, nullable=True),
        sa.Column("stopped_us", _ROW_ID, nullable=False),
        sa.Column("deadline", sa.String(length=16), nullable=True),
        sa.Column("due", _INSTANT, nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("no_answer", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("diversion_country", sa.String(length=3), nullable=True),
        sa.Column("last_licit_country", sa.String(length=3), nullable=True),
        sa.Column("last_licit_date", sa.String(length=10), nullable=True),
        sa.Column("next_country", sa.String(length=3), nullable=True),
        sa.Column("changed", _INSTANT, nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("assignee", sa.String(length=64), nullable=True),
        sa.Column("office_note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("trace_id", name="pk_trace_case"),
    )
    op.create_index("ix_trace_case_chain_id", "trace_case", ["chain_id"], unique=False)
    op.create_index("ix_trace_case_due", "trace_case", ["due"], unique=False)
    op.create_index("ix_trace_case_side_changed", "trace_case", ["side", "changed"], unique=False)
    op.create_index(
        "ix_trace_case_side_state_changed", "trace_case", ["side", "state", "changed"], unique=False
    )
    op.create_table(
        "trace_act",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("trace_id", sa.String(length=40), nullable=False),
        sa.Column("sender", sa.String(length=24), nullable=False),
        sa.Column("side", sa.String(length=9), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=True),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("kept", _INSTANT, nullable=False),
        sa.Column("actor", sa.String(length=128), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("message_type", sa.String(length=48), nullable=False),
        sa.Column("digest", sa.String(length=44), nullable=True),
        sa.Column("prior_digest", sa.String(length=44), nullable=True),
        sa.Column("standing", sa.String(length=8), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=True),
        sa.Column("wrapper", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_trace_act"),
        sa.UniqueConstraint("trace_id", "side", "number", name="uq_trace_act_trace_id_side_number"),
    )
    op.create_index("ix_trace_act_message_id", "trace_act", ["message_id"], unique=False)
    op.create_table(
        "trace_item",
        sa.Column("trace_id", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reasons", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["trace_id"], ["trace_case.trace_id"], name="fk_trace_item_trace_id"
        ),
        sa.PrimaryKeyConstraint("trace_id", "item", name="pk_trace_item"),
    )
    op.create_table(
        "trace_link",
        sa.Column("trace_id", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("party", sa.String(length=200), nullable=True),
        sa.Column("from_date", sa.String(length=10), nullable=True),
        sa.Column("to_date", sa.String(length=10), nullable=True),
        sa.Column("next_country", sa.String(length=3), nullable=True),
        sa.Column("legality", sa.String(length=8), nullable=False),
        sa.Column("diversion", sa.Boolean(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["trace_id"], ["trace_case.trace_id"], name="fk_trace_link_trace_id"
        ),
        sa.PrimaryKeyConstraint("trace_id", "sequence", name="pk_trace_link"),
    )
    op.create_table(
        "trace_introduction",
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("trace_id", sa.String(length=40), nullable=False),
        sa.Column("sender", sa.String(length=24), nullable=False),
        sa.Column("requester", sa.String(length=24), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("wrapper", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_trace_introduction"),
    )
    op.create_index(
        "ix_trace_introduction_trace_id", "trace_introduction", ["trace_id"], unique=False
    )
