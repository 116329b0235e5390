"""Indexes that cover the groupings of the built-in reports, and what follows of a trace."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

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
# What follows of a trace, as the program reckoned it when this step was made: a step that asked
# the program of today would mean another thing each year.
_READ = (
    *("last_transfer", "recovery_date", "reported_days", "serial_status", "import_place"),
    *("recovery_country", "outcome", "diversion_place"),
)
_MONTH_AND_YEAR = 7
_SHORT_TIME_TO_CRIME_DAYS = 1096
_DEFACED = ("OBLITERATED", "PARTIALLY_OBLITERATED", "ALTERED", "PARTIAL")
_TRACED = (
    *("TRACED_LAST_LEGAL_HOLDER", "TRACED_FIRST_PURCHASER", "TRACED_RETAILER"),
    *("TRACED_WHOLESALER", "TRACED_MANUFACTURER_ONLY", "STATE_STOCK"),
    *("REPORTED_STOLEN", "REPORTED_LOST"),
)


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
    wanted = sa.text(f"SELECT subject, {', '.join(_READ)} FROM trace_state")  # noqa: S608 - names of ours
    settle = sa.text(
        "UPDATE trace_state SET crime_days = :crime_days, moved = :moved, signs = :signs,"
        " origin_known = :origin_known WHERE subject = :subject"
    )
    found = [
        {"subject": row["subject"], **_derived(row)} for row in bind.execute(wanted).mappings()
    ]
    if found:
        bind.execute(settle, found)


def _derived(row: Mapping[Any, Any]) -> dict[str, Any]:
    first, second = _day(row["last_transfer"]), _day(row["recovery_date"])
    days = row["reported_days"]
    if first is not None and second is not None:
        days = (second - first).days
    imported, here = row["import_place"], row["recovery_country"]
    moved = int(imported is not None and here is not None and imported != here)
    short = days is not None and 0 <= days < _SHORT_TIME_TO_CRIME_DAYS
    signs = short + (row["serial_status"] in _DEFACED) + moved
    named = row["diversion_place"] is not None or row["last_transfer"] is not None
    origin_known = int(named or row["outcome"] in _TRACED)
    return {"crime_days": days, "moved": moved, "signs": signs, "origin_known": origin_known}


def _day(text: str | None) -> date | None:
    if text is None or len(text) <= _MONTH_AND_YEAR:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
