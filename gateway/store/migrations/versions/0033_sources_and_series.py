"""Sources and series in the order in which patterns gather them."""

from alembic import op

revision = "0033"
down_revision = "0032"

_SERIES = ("serial_series", "make", "serial_number")
_FIREARM = ("chain", "subject", "recovery_date")


def upgrade() -> None:
    """Makes the indexes."""
    dealer = ["dealer", *_FIREARM, "asked", "crime_days"]
    diversion = ["diversion_place", "recovery_place", "asked", *_FIREARM]
    op.create_index("ix_trace_state_dealer", "trace_state", dealer)
    op.create_index("ix_trace_state_diversion", "trace_state", diversion)
    op.create_index("ix_trace_state_serial", "trace_state", [*_SERIES, "asked"])
    op.create_index("ix_seized_state_serial", "seized_state", [*_SERIES, "seized"])
