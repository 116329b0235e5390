"""The tables of the registry, as the first release knows them."""

from alembic import op

from gateway.store import registry_tables

revision = "0002"
down_revision = "0001"

_TABLES = (
    registry_tables.visibility,
    registry_tables.visibility_member,
    registry_tables.firearm_record,
    registry_tables.record_content,
    registry_tables.marking,
    registry_tables.marking_key,
    registry_tables.lookup,
    registry_tables.hit,
)


def upgrade() -> None:
    """Creates them."""
    for table in _TABLES:
        table.create(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":
        # Index-only scans need a fresh visibility map (6-registry, trap 5).
        op.execute(
            "ALTER TABLE marking_key SET (autovacuum_vacuum_scale_factor = 0.01,"
            " autovacuum_vacuum_insert_scale_factor = 0.01)"
        )
