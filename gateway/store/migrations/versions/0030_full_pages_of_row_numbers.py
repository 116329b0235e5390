"""The numbers of the search table's rows on full pages: they come in order and none is changed."""

from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """PostgreSQL alone leaves room on a page; on those that stand it stays until a REINDEX."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_marking_key SET (fillfactor = 100)")
