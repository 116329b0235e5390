"""The tables of trace cases: one row a case, its signed acts, what was asked, and the links found.

They hold both sides of a country's cases; the centre has none. Columns are what statistics count.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from gateway.store.metadata import METADATA, Instant, RowId

# What the work list is filtered by stands in its indexes: a filter that few cases meet is told from
# the index, where each case that does not meet it would be fetched.
_FILTERED = ("state", "peer", "priority", "assignee", "sent")

# One row a case; everything but the desk's own notes follows from its acts.
trace_case = Table(
    "trace_case",
    METADATA,
    Column("trace_id", String(40), primary_key=True),
    Column("chain_id", String(40), nullable=False, index=True),
    Column("parent_trace_id", String(40)),
    Column("side", String(9), nullable=False),  # ours: REQUESTER | RESPONDER
    Column("peer", String(24), nullable=False),
    Column("state", String(20), nullable=False),
    Column("priority", String(8), nullable=False),
    Column("reason", String(32), nullable=False),  # why this country was asked
    Column("case_reference", String(64)),
    Column("test", Boolean, nullable=False),
    # the firearm and its recovery
    Column("firearm_type", String(24), nullable=False),
    Column("make", String(100), nullable=False),
    Column("model", String(100), nullable=False),
    Column("calibre", String(100), nullable=False),
    Column("serial", String(100), nullable=False),
    Column("serial_status", String(24), nullable=False),
    Column("manufacture_country", String(3)),
    Column("recovery_country", String(3), nullable=False),
    Column("recovery_date", String(10), nullable=False),
    # the clocks
    Column("sent", Instant, nullable=False),
    Column("delivered", Instant),
    Column("acknowledged", Instant),
    Column("first_answer", Instant),
    Column("answered", Instant),
    Column("ended", Instant),
    Column("stopped_since", Instant),
    Column("stopped_us", RowId, nullable=False, autoincrement=False),
    Column("deadline", String(16)),  # the term that runs
    Column("due", Instant),
    Column("reminders", Integer, nullable=False),
    Column("no_answer", Boolean, nullable=False),
    # what came of it
    Column("outcome", String(32)),
    Column("diversion_country", String(3)),
    Column("last_licit_country", String(3)),
    Column("last_licit_date", String(10)),
    Column("next_country", String(3)),
    # the desk's own
    Column("changed", Instant, nullable=False),
    Column("unread", Integer, nullable=False),
    Column("assignee", String(64)),
    Column("office_note", Text),
    Index("ix_trace_case_side_changed", "side", "changed", *_FILTERED),
    Index("ix_trace_case_side_state_changed", "side", "state", "changed", *_FILTERED[1:]),
    Index("ix_trace_case_due", "due", "side", *_FILTERED),
    Index("ix_trace_case_changed", "changed", "side", *_FILTERED),
    Index("ix_trace_case_state_changed", "state", "changed"),
    Index("ix_trace_case_serial", "serial"),
    # Read newest first with the age at hand: a page of unread old cases fetches no others.
    Index(
        "ix_trace_case_unread",
        "changed",
        "sent",
        sqlite_where=text("unread > 0"),
        postgresql_where=text("unread > 0"),
    ),
)

# One row a signed act of either side, with the sealed message and what proves its content.
trace_act = Table(
    "trace_act",
    METADATA,
    Column("id", RowId, primary_key=True),
    # No foreign key: an act may come before the request that opens its case.
    Column("trace_id", String(40), nullable=False),
    Column("sender", String(24), nullable=False),
    Column("side", String(9), nullable=False),
    Column("number", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("deed", String(20), nullable=False),
    Column("consent", Boolean),
    Column("at", Instant, nullable=False),
    Column("kept", Instant, nullable=False),
    Column("actor", String(128), nullable=False),
    Column("message_id", String(36)),
    Column("message_type", String(48), nullable=False),
    Column("digest", String(44)),  # base64 SHA-256 of the envelope
    Column("prior_digest", String(44)),  # of an envelope that was never receipted
    Column("earlier_digests", Text),  # of those before that, by blanks: any may have been taken
    Column("standing", String(8), nullable=False),  # TAKEN | HELD | REFUSED
    Column("void", Boolean, nullable=False),  # it crossed with another and had no effect
    Column("content", LargeBinary, nullable=False),  # the payload's canonical octets
    Column("envelope", LargeBinary),
    Column("wrapper", LargeBinary),  # what the envelope's signed digest commits to
    UniqueConstraint("trace_id", "side", "number"),
    Index("ix_trace_act_message_id", "message_id"),
)

# What became of each item asked, as the newest answer says.
trace_item = Table(
    "trace_item",
    METADATA,
    Column("trace_id", ForeignKey("trace_case.trace_id"), primary_key=True),
    Column("item", String(24), primary_key=True),
    Column("status", String(16), nullable=False),  # ASKED or an ItemStatusCode
    Column("reasons", String(200), nullable=False),  # RestrictionReasonCodes, blank between
)

# The links that the newest answer gives.
trace_link = Table(
    "trace_link",
    METADATA,
    Column("trace_id", ForeignKey("trace_case.trace_id"), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("role", String(24), nullable=False),
    Column("country", String(3), nullable=False),
    Column("party", String(200)),
    Column("from_date", String(10)),
    Column("to_date", String(10)),
    Column("next_country", String(3)),
    Column("legality", String(8), nullable=False),
    Column("diversion", Boolean, nullable=False),
    Column("documents", Text, nullable=False),  # JSON: pairs of kind and number
    Column("remark", Text),
)

# What a third country announced: a request that it passed on to us.
trace_introduction = Table(
    "trace_introduction",
    METADATA,
    Column("message_id", String(36), primary_key=True),
    Column("trace_id", String(40), nullable=False, index=True),
    Column("sender", String(24), nullable=False),
    Column("requester", String(24), nullable=False),
    Column("at", Instant, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("wrapper", LargeBinary, nullable=False),
)

# One row a case in which a run of an order over many cases did what it had to.
trace_bulk = Table(
    "trace_bulk",
    METADATA,
    Column("run", String(64), primary_key=True),
    Column("trace_id", ForeignKey("trace_case.trace_id"), primary_key=True),
    Column("done", Instant, nullable=False),
)

# One row a request that a register can answer and a person has not looked at yet.
trace_proposal = Table(
    "trace_proposal",
    METADATA,
    Column("trace_id", ForeignKey("trace_case.trace_id"), primary_key=True),
    Column("made", Instant, nullable=False),
    Column("because", Text, nullable=False),  # JSON: why a person must look
    Column("answer", LargeBinary, nullable=False),  # JSON in the words of the standard
)
