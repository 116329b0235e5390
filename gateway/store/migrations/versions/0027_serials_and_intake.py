"""What runs of serials, service and adapters are counted from; a removed serial is a sign."""

import sqlalchemy as sa
from alembic import op

from gateway.store.derived import SOURCES, derive_values

revision = "0027"
down_revision = "0026"

_INSTANT = sa.BigInteger()  # microseconds since 1970


def upgrade() -> None:
    """Adds columns and a table; what follows from the columns of a trace is reckoned anew."""
    for table in ("seized_state", "trace_state"):
        op.add_column(table, sa.Column("serial_series", sa.String(length=40), nullable=True))
        op.add_column(table, sa.Column("serial_number", sa.BigInteger(), nullable=True))
    op.add_column("seized_state", sa.Column("ballistic", sa.Integer(), nullable=True))
    op.add_column("trace_state", sa.Column("delivered", _INSTANT, nullable=True))
    op.add_column("search_state", sa.Column("pseudonym", sa.String(length=128), nullable=True))
    op.create_table(
        "intake_state",
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("taken", _INSTANT, nullable=True),
        sa.Column("taken_month", sa.String(length=7), nullable=True),
        sa.Column("adapter", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=48), nullable=True),
        sa.Column("field", sa.String(length=64), nullable=True),
        sa.Column("items", sa.Integer(), nullable=True),
        sa.Column("sent", sa.Integer(), nullable=True),
        sa.Column("held", sa.Integer(), nullable=True),
        sa.Column("skipped", sa.Integer(), nullable=True),
        sa.Column("set_aside", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_index("ix_intake_state_taken", "intake_state", ["taken"], unique=False)
    bind = op.get_bind()
    wanted = sa.text(
        f"SELECT subject, {', '.join(SOURCES['traces'])} FROM trace_state"  # noqa: S608 - names of ours
        " WHERE serial_status LIKE 'REMOVED%'"
    )
    found = [
        {"subject": row["subject"], "signs": derive_values("traces", dict(row))["signs"]}
        for row in bind.execute(wanted).mappings()
    ]
    if found:
        settle = sa.text("UPDATE trace_state SET signs = :signs WHERE subject = :subject")
        bind.execute(settle, found)
