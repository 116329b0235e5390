"""What pages of the trace work list are sorted and found by."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Creates the indexes."""
    op.create_index("ix_trace_case_changed", "trace_case", ["changed"], unique=False)
    op.create_index("ix_trace_case_state_changed", "trace_case", ["state", "changed"], unique=False)
    op.create_index("ix_trace_case_serial", "trace_case", ["serial"], unique=False)
