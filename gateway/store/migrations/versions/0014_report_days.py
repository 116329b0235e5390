"""The days from an event to its record, kept beside the record for the analysis to count."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FULL_DATE = 10


def upgrade() -> None:
    """Adds the column and reckons it for the records that are there."""
    op.add_column("record_state", sa.Column("report_days", sa.Integer(), nullable=True))
    bind = op.get_bind()
    wanted = sa.text("SELECT subject, event_date, entered FROM record_state")
    settle = sa.text("UPDATE record_state SET report_days = :days WHERE subject = :subject")
    found = [
        {"subject": subject, "days": days}
        for subject, event, entered in bind.execute(wanted)
        if (days := _days(event, entered)) is not None
    ]
    if found:
        bind.execute(settle, found)


def _days(event: str | None, entered: int | None) -> int | None:
    if event is None or entered is None or len(event) < _FULL_DATE:
        return None
    try:
        happened = date.fromisoformat(event[:_FULL_DATE])
    except ValueError:
        return None
    return ((_EPOCH + timedelta(microseconds=entered)).date() - happened).days
