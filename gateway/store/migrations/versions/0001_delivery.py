"""The tables of delivery, as the first release knows them."""

from alembic import op

from gateway.store import tables

revision = "0001"
down_revision = None

_TABLES = (
    tables.sealed,
    tables.outbox,
    tables.sequence,
    tables.inbox,
    tables.attempt,
    tables.dead_letter,
    tables.native_file,
    tables.native_item,
    tables.native_out,
    tables.journal,
)


def upgrade() -> None:
    """Creates them."""
    for table in _TABLES:
        table.create(op.get_bind())
