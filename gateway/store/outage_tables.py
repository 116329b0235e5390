"""The tables of office hours and outages: those that this office announced, and those of others.

It holds nothing of a case.
"""

from sqlalchemy import Boolean, Column, String, Table, Text

from gateway.store.metadata import METADATA, Instant, RowId

# One row an outage; one that is taken back ends at once.
office_outage = Table(
    "office_outage",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("starts", Instant, nullable=False),
    Column("ends", Instant, nullable=False, index=True),
    Column("will_forward", Boolean, nullable=False),  # what comes is kept and taken up later
    Column("reason", String(200)),
    Column("announced", Instant, nullable=False),
    Column("announced_by", String(64), nullable=False),
)

# One row an outage of another office, as it told last.
peer_outage = Table(
    "peer_outage",
    METADATA,
    Column("peer", String(24), primary_key=True),
    Column("reference", String(64), primary_key=True),
    Column("starts", Instant, nullable=False),
    Column("ends", Instant, nullable=False, index=True),
    Column("will_forward", Boolean, nullable=False),
    Column("reason", String(200)),
    Column("told", Instant, nullable=False),
)

# One row: the hours of this office's tracing that open cases were told last.
office_week = Table(
    "office_week",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("week", Text, nullable=False),  # JSON, as the settings gave them
    Column("told", Instant, nullable=False),
)

# One row an office: the hours that it announced last. A node keeps its own here.
office_hours = Table(
    "office_hours",
    METADATA,
    Column("party", String(24), primary_key=True),
    Column("spans", Text, nullable=False),  # JSON; none: day and night
    Column("zone", String(64), nullable=False),
    Column("duty", Text),  # JSON of the duty officer's contact point
    Column("told", Instant, nullable=False),
)
