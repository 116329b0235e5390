"""What a country's analysis reads: the log of facts and the states that it leads to."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "fact_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("head", sa.String(length=44), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_head")),
    )
    op.create_table(
        "fact_log",
        sa.Column("position", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("peer", sa.String(length=24), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("message_type", sa.String(length=48), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("head", sa.String(length=44), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_fact_log")),
    )
    op.create_index(op.f("ix_fact_log_message_id"), "fact_log", ["message_id"], unique=False)
    op.create_table(
        "hit_state",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("raised", _INSTANT, nullable=True),
        sa.Column("raised_month", sa.String(length=7), nullable=True),
        sa.Column("role", sa.String(length=8), nullable=True),
        sa.Column("origin", sa.String(length=24), nullable=True),
        sa.Column("grade", sa.String(length=1), nullable=True),
        sa.Column("owner_country", sa.String(length=3), nullable=True),
        sa.Column("finder_country", sa.String(length=3), nullable=True),
        sa.Column("found_country", sa.String(length=3), nullable=True),
        sa.Column("record_type", sa.String(length=24), nullable=True),
        sa.Column("record", sa.String(length=64), nullable=True),
        sa.Column("search", sa.String(length=64), nullable=True),
        sa.Column("seizure", sa.String(length=64), nullable=True),
        sa.Column("firearm_type", sa.String(length=24), nullable=True),
        sa.Column("make", sa.String(length=64), nullable=True),
        sa.Column("model", sa.String(length=64), nullable=True),
        sa.Column("calibre", sa.String(length=48), nullable=True),
        sa.Column("serial_status", sa.String(length=24), nullable=True),
        sa.Column("confirmation_asked", _INSTANT, nullable=True),
        sa.Column("confirmation_answered", _INSTANT, nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_hit_state")),
    )
    op.create_index("ix_hit_state_raised_month", "hit_state", ["raised_month"], unique=False)
    op.create_table(
        "record_state",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("opened", _INSTANT, nullable=True),
        sa.Column("opened_month", sa.String(length=7), nullable=True),
        sa.Column("record_type", sa.String(length=24), nullable=True),
        sa.Column("firearm_type", sa.String(length=24), nullable=True),
        sa.Column("make", sa.String(length=64), nullable=True),
        sa.Column("model", sa.String(length=64), nullable=True),
        sa.Column("calibre", sa.String(length=48), nullable=True),
        sa.Column("serial_status", sa.String(length=24), nullable=True),
        sa.Column("owner_category", sa.String(length=24), nullable=True),
        sa.Column("event_date", sa.String(length=10), nullable=True),
        sa.Column("entered", _INSTANT, nullable=True),
        sa.Column("review_date", sa.String(length=10), nullable=True),
        sa.Column("batch_theft", sa.String(length=64), nullable=True),
        sa.Column("filing", sa.String(length=24), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=True),
        sa.Column("closed", _INSTANT, nullable=True),
        sa.Column("closed_month", sa.String(length=7), nullable=True),
        sa.Column("closure_reason", sa.String(length=32), nullable=True),
        sa.Column("recovery_date", sa.String(length=10), nullable=True),
        sa.Column("changes", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_record_state")),
    )
    op.create_index("ix_record_state_opened_month", "record_state", ["opened_month"], unique=False)
    op.create_table(
        "search_state",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("asked", _INSTANT, nullable=True),
        sa.Column("asked_month", sa.String(length=7), nullable=True),
        sa.Column("purpose", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("country", sa.String(length=3), nullable=True),
        sa.Column("firearm_type", sa.String(length=24), nullable=True),
        sa.Column("make", sa.String(length=64), nullable=True),
        sa.Column("model", sa.String(length=64), nullable=True),
        sa.Column("calibre", sa.String(length=48), nullable=True),
        sa.Column("serial_status", sa.String(length=24), nullable=True),
        sa.Column("answered", _INSTANT, nullable=True),
        sa.Column("result", sa.String(length=24), nullable=True),
        sa.Column("grade", sa.String(length=1), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_search_state")),
    )
    op.create_index("ix_search_state_asked_month", "search_state", ["asked_month"], unique=False)
    op.create_table(
        "seized_state",
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("seizure", sa.String(length=64), nullable=True),
        sa.Column("seized", _INSTANT, nullable=True),
        sa.Column("seized_month", sa.String(length=7), nullable=True),
        sa.Column("mode", sa.String(length=24), nullable=True),
        sa.Column("country", sa.String(length=3), nullable=True),
        sa.Column("place", sa.String(length=16), nullable=True),
        sa.Column("context", sa.String(length=32), nullable=True),
        sa.Column("firearm_type", sa.String(length=24), nullable=True),
        sa.Column("make", sa.String(length=64), nullable=True),
        sa.Column("model", sa.String(length=64), nullable=True),
        sa.Column("calibre", sa.String(length=48), nullable=True),
        sa.Column("serial_status", sa.String(length=24), nullable=True),
        sa.Column("origin_established", sa.String(length=16), nullable=True),
        sa.Column("origin_country", sa.String(length=3), nullable=True),
        sa.Column("result", sa.String(length=24), nullable=True),
        sa.Column("grade", sa.String(length=1), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_seized_state")),
    )
    op.create_index("ix_seized_state_seized_month", "seized_state", ["seized_month"], unique=False)
    op.create_index("ix_seized_state_seizure", "seized_state", ["seizure"], unique=False)
    op.create_table(
        "trace_state",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=True),
        sa.Column("direction", sa.String(length=3), nullable=True),
        sa.Column("peer_country", sa.String(length=3), nullable=True),
        sa.Column("priority", sa.String(length=12), nullable=True),
        sa.Column("asked", _INSTANT, nullable=True),
        sa.Column("asked_month", sa.String(length=7), nullable=True),
        sa.Column("recovery_date", sa.String(length=10), nullable=True),
        sa.Column("recovery_country", sa.String(length=3), nullable=True),
        sa.Column("recovery_place", sa.String(length=16), nullable=True),
        sa.Column("seizure", sa.String(length=64), nullable=True),
        sa.Column("firearm_type", sa.String(length=24), nullable=True),
        sa.Column("make", sa.String(length=64), nullable=True),
        sa.Column("model", sa.String(length=64), nullable=True),
        sa.Column("calibre", sa.String(length=48), nullable=True),
        sa.Column("serial_status", sa.String(length=24), nullable=True),
        sa.Column("stage", sa.String(length=24), nullable=True),
        sa.Column("acknowledged", _INSTANT, nullable=True),
        sa.Column("rejection", sa.String(length=24), nullable=True),
        sa.Column("stopped_us", sa.BigInteger(), nullable=True),
        sa.Column("stops_open", sa.Integer(), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=True),
        sa.Column("first_answer", _INSTANT, nullable=True),
        sa.Column("final_answer", _INSTANT, nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("closed", _INSTANT, nullable=True),
        sa.Column("closed_month", sa.String(length=7), nullable=True),
        sa.Column("last_transfer", sa.String(length=10), nullable=True),
        sa.Column("reported_days", sa.Integer(), nullable=True),
        sa.Column("dealer", sa.String(length=64), nullable=True),
        sa.Column("manufacture_place", sa.String(length=16), nullable=True),
        sa.Column("import_place", sa.String(length=16), nullable=True),
        sa.Column("diversion_place", sa.String(length=16), nullable=True),
        sa.Column("links", sa.Integer(), nullable=True),
        sa.Column("countries", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_trace_state")),
    )
    op.create_index("ix_trace_state_asked_month", "trace_state", ["asked_month"], unique=False)
    op.create_index("ix_trace_state_seizure", "trace_state", ["seizure"], unique=False)
