"""What the work list is filtered by, in its indexes."""

from alembic import op

revision = "0032"
down_revision = "0031"

_FILTERED = ("state", "peer", "priority", "assignee", "sent")
_INDEXES = {
    "ix_trace_case_side_changed": ("side", "changed", *_FILTERED),
    "ix_trace_case_side_state_changed": ("side", "state", "changed", *_FILTERED[1:]),
    "ix_trace_case_due": ("due", "side", *_FILTERED),
    "ix_trace_case_changed": ("changed", "side", *_FILTERED),
}


def upgrade() -> None:
    """Makes each anew."""
    for name, columns in _INDEXES.items():
        op.drop_index(name, "trace_case")
        op.create_index(name, "trace_case", columns)
