"""The table of files that were loaded into the registry in bulk, and how far each came.

It does not hold the records: see ``registry_tables``.
"""

from sqlalchemy import BigInteger, Boolean, Column, String, Table, Text

from gateway.store.metadata import METADATA, Instant

registry_load = Table(
    "registry_load",
    METADATA,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the file
    Column("name", String(255), nullable=False),
    Column("begun", Instant, nullable=False),
    Column("changed", Instant, nullable=False),
    Column("items", BigInteger, nullable=False),  # judged so far
    Column("place", BigInteger, nullable=False),  # octets before the last document begun
    Column("within", BigInteger, nullable=False),  # items judged of that document
    Column("finished", Boolean, nullable=False),
    Column("counts", Text, nullable=False),  # JSON: how many by result and by finding
)
