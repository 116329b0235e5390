"""Indexes that cover the groupings of the built-in reports, and what follows of a trace."""

import sqlalchemy as sa
from alembic import op

from gateway.store.derived import SOURCES, derive_values

revision = "0019"
down_revision = "0018"

_WHOLE = {
    "opened_month": ["opened_month", "opened"],
    "type_reason": ["record_type", "closure_reason", "opened"],
    "owner_reason": ["owner_category", "closure_reason", "opened"],
    "type_days": ["record_type", "report_days", "opened"],
    "make": ["make", "record_type", "opened"],
    "calibre": ["calibre", "record_type", "opened"],
    "filing": ["filing", "record_type", "opened"],
    "serial_status": ["serial_status", "record_type", "opened"],
    "batch_theft": ["batch_theft", "opened", "recovery_date"],
}
_PARTIAL = {
    "reason_dates": (
        [
            "closure_reason",
            "record_type",
            "owner_category",
            "event_date",
            "recovery_date",
            "opened",
        ],
        "closure_reason IS NOT NULL",
    ),
    "closed_month": (["closed_month", "closed"], "closed IS NOT NULL"),
    "short_date": (["record_type", "opened"], "length(event_date) <= 7"),
    "review": (["record_type", "review_date", "opened"], "closed IS NULL"),
}


def upgrade() -> None:
    """Creates them; the one of months is made anew with the instant in it."""
    op.drop_index("ix_record_state_opened_month", "record_state")
    for name, columns in _WHOLE.items():
        op.create_index(f"ix_record_state_{name}", "record_state", columns, unique=False)
    for name, (columns, where) in _PARTIAL.items():
        op.create_index(
            f"ix_record_state_{name}",
            "record_state",
            columns,
            unique=False,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
    for name in ("crime_days", "moved", "signs", "origin_known"):
        op.add_column("trace_state", sa.Column(name, sa.Integer(), nullable=True))
    bind = op.get_bind()
    wanted = sa.text(f"SELECT subject, {', '.join(SOURCES['traces'])} FROM trace_state")  # noqa: S608 - names of ours
    settle = sa.text(
        "UPDATE trace_state SET crime_days = :crime_days, moved = :moved, signs = :signs,"
        " origin_known = :origin_known WHERE subject = :subject"
    )
    found = [
        {
            "subject": row["subject"],
            **derive_values("traces", {name: row[name] for name in SOURCES["traces"]}),
        }
        for row in bind.execute(wanted).mappings()
    ]
    if found:
        bind.execute(settle, found)
