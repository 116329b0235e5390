"""The table of findings of the analysis that a person said are not so.

It is the desk's own: no figure follows from it, and the log of facts does not hold it.
"""

from sqlalchemy import Column, Integer, String, Table, Text

from gateway.store.metadata import METADATA, Instant, RowId

# One row a judgement; one that was taken back stays, with the instant of that.
finding_judgement = Table(
    "finding_judgement",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("measure", String(48), nullable=False),
    Column("labels", Text, nullable=False),  # JSON: what names the finding
    Column("figure", Integer, nullable=False),  # how many there were; more bring it back
    Column("reason", Text, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("taken_back", Instant),
)
