"""The tables of the registry: records, markings, the search keys, restrictions, lookups and hits.

They do not hold messages in transit; see ``tables``. The layout is docs/spec/registry.md 3.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from gateway.store.metadata import METADATA, Instant, RowId

UNRESTRICTED = 0  # the visibility of a record without access rules; it has no row

# Who may see a record: one row for all records whose rules are alike, evaluated inside queries.
visibility = Table(
    "visibility",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),  # of owner, mode and members
    Column("owner_agency", String(24), nullable=False),
    Column("owner_country", String(3), nullable=False),
    Column("open", Boolean, nullable=False),  # whoever is not named may see it
    Column("mode", String(16), nullable=False),  # HIDDEN; later NOTIFY_OWNER
)

visibility_member = Table(
    "visibility_member",
    METADATA,
    Column("visibility_id", ForeignKey("visibility.id"), primary_key=True),
    Column("access", String(5), primary_key=True),  # ALLOW | DENY
    Column("grantee", String(24), primary_key=True),  # a country or an agency
)

# The current state of every record; the words of make, calibre and model are kept as given, so
# that a better table of aliases helps old records at once.
firearm_record = Table(
    "firearm_record",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("record_id", String(40), nullable=False, unique=True),
    Column("owner_agency", String(24), nullable=False),
    Column("owner_country", String(3), nullable=False),
    Column("national_record_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", String(12), nullable=False),
    Column("record_type", String(24), nullable=False),
    Column("type_code", String(24)),
    Column("serial_status", String(24), nullable=False),
    Column("make_text", Text, nullable=False),
    Column("calibre_text", Text, nullable=False),
    Column("model_text", Text, nullable=False),
    Column("event_date", String(10), nullable=False),
    Column("review_date", Date, nullable=False, index=True),
    Column("filed", Instant, nullable=False),
    Column("changed", Instant, nullable=False),
    Column("closure_reason", String(32)),
    Column("recovery_date", String(10)),
    Column("visibility_id", RowId, nullable=False, autoincrement=False),
    UniqueConstraint("owner_agency", "national_record_id"),
)

# The whole record as the payload's canonical XML; apart, because searches pass it by.
record_content = Table(
    "record_content",
    METADATA,
    Column("firearm_id", ForeignKey("firearm_record.id"), primary_key=True, autoincrement=False),
    Column("octets", LargeBinary, nullable=False),
)

# Every number on a weapon exactly as marked, usable or not.
marking = Table(
    "marking",
    METADATA,
    Column("firearm_id", ForeignKey("firearm_record.id"), primary_key=True, autoincrement=False),
    Column("position", SmallInteger, primary_key=True, autoincrement=False),
    Column("kind", String(24), nullable=False),
    Column("part", String(24)),
    Column("raw_text", String(100), nullable=False),
    Column("legibility", String(16), nullable=False),
    Column("method", String(16)),
    Column("unusable", String(16)),  # why it gives no key
)

# The search table: narrow, appended and deleted from, never updated; searchable records only.
# No foreign keys: it is derived and can be rebuilt. Numbers and packing are in ``search_rows``.
marking_key = Table(
    "marking_key",
    METADATA,
    # The record's number, and above it the key's place among the record's.
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("sk", BigInteger, nullable=False),
    Column("rk", BigInteger, nullable=False),
    Column("visibility_id", Integer, nullable=False),
    Column("traits", Integer, nullable=False),  # the numbers of make and bore
    # Position, reading, whether it is the weapon's serial, whether it is clear.
    Column("marks", SmallInteger, nullable=False),
    Column("norm", String(32), nullable=False),
    Column("plain", String(32)),  # only where it is not the norm
)
# With the number in it a range is looked through without a visit to the heap (6-registry, trap 2).
Index("ix_marking_key_sk", marking_key.c.sk, postgresql_include=["id"])
Index("ix_marking_key_rk", marking_key.c.rk, postgresql_include=["id"])

# Every search that was made: who, why, for what, and what was answered (standard 2.9).
lookup = Table(
    "lookup",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("asker", String(24), nullable=False),
    Column("system_id", String(64), nullable=False),
    Column("pseudonym", String(128), nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("reason", String(32)),
    Column("case_reference", String(64)),
    Column("origin", String(8), nullable=False),  # SEARCH | SEIZURE
    Column("reference", String(40), nullable=False),  # the search's or the seizure's id
    Column("item_id", String(64)),
    Column("object_in_sight", Boolean, nullable=False),
    Column("keep", Boolean, nullable=False),  # may fire when a record arrives later
    Column("query", Text, nullable=False),  # JSON
    Column("sk", BigInteger, index=True),  # of the first serial: what a later record is held to
    Column("result", String(16), nullable=False),
    Column("record_ids", Text, nullable=False),  # JSON list
    Column("weak", Integer, nullable=False),
    Column("test", Boolean, nullable=False),
)

# The further serials of a search that is kept; nearly every search has but one.
lookup_key = Table(
    "lookup_key",
    METADATA,
    Column("sk", BigInteger, primary_key=True, autoincrement=False),
    Column("lookup_id", ForeignKey("lookup.id"), primary_key=True, autoincrement=False),
)

# One row a record and search or seizure item that it was a hit for.
hit = Table(
    "hit",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("hit_id", String(40), nullable=False, unique=True),
    Column("firearm_id", ForeignKey("firearm_record.id"), nullable=False),
    Column("record_version", Integer, nullable=False),
    Column("owner_agency", String(24), nullable=False),
    Column("finder_agency", String(24), nullable=False),
    Column("origin", String(8), nullable=False),
    Column("reference", String(40), nullable=False),
    Column("item_id", String(64), nullable=False),  # "" for a search
    Column("grade", String(1), nullable=False),
    Column("score_thousandths", SmallInteger, nullable=False),
    Column("reasons", Text, nullable=False),  # JSON list of reason and outcome codes
    Column("state", String(24), nullable=False),  # standard 2.6.2
    Column("raised", Instant, nullable=False),
    Column("owner_received", Instant),
    Column("finder_received", Instant),
    # Of the owner's office at the time: whether it answers day and night.
    Column("always", Boolean, nullable=False, server_default="1"),
    Column("number", SmallInteger, nullable=False, server_default="0"),  # of the running request
    Column("urgency", String(8)),
    Column("answer", String(24)),
    Column("reason", String(24)),  # why it was none, or why it was revoked
    Column("conversation_id", String(36)),
    Column("changed", Instant),
    Column("asked", Instant),  # the first request
    Column("due", Instant),  # when its clock runs out
    Column("promised", Instant),
    Column("answered", Instant),  # the first answer that was final
    Column("lapsed", Instant),
    UniqueConstraint("firearm_id", "finder_agency", "origin", "reference", "item_id"),
)
