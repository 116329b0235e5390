"""Alembic's entry: runs migrations on the connection that ``upgrade`` hands over."""

from alembic import context

from gateway.store.metadata import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
