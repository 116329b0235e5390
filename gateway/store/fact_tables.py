"""The tables that a country's analysis reads: facts taken from its own messages, in their order.

They hold no person and no free text, and serial numbers of recovered firearms alone; what a message
said stands in its evidence.

Each column of a state table says how a later fact meets an earlier one (``info["meets"]``): FIRST
keeps the earlier value, LAST takes the later one, LEAST the smaller one, SUM adds them. A DERIVED
one follows from others of its row (``derive_values``).
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, text
from sqlalchemy.types import TypeEngine

from gateway.store.metadata import METADATA, Instant, RowId


class Meets(StrEnum):
    """What becomes of a value when a later fact brings another."""

    FIRST = "FIRST"
    LAST = "LAST"
    LEAST = "LEAST"
    SUM = "SUM"
    DERIVED = "DERIVED"


def _column(
    name: str, kind: type[TypeEngine[Any]] | TypeEngine[Any], meets: Meets
) -> "Column[Any]":
    return Column(name, kind, info={"meets": meets})


def _first(name: str, kind: type[TypeEngine[Any]] | TypeEngine[Any]) -> "Column[Any]":
    return _column(name, kind, Meets.FIRST)


def _last(name: str, kind: type[TypeEngine[Any]] | TypeEngine[Any]) -> "Column[Any]":
    return _column(name, kind, Meets.LAST)


def _least(name: str, kind: type[TypeEngine[Any]] | TypeEngine[Any]) -> "Column[Any]":
    return _column(name, kind, Meets.LEAST)


def _sum(name: str, kind: type[TypeEngine[Any]] | TypeEngine[Any]) -> "Column[Any]":
    return _column(name, kind, Meets.SUM)


def _derived(name: str) -> "Column[Any]":
    return _column(name, Integer, Meets.DERIVED)


def _firearm() -> list["Column[Any]"]:
    return [
        _last("firearm_type", String(24)),
        _last("make", String(64)),
        _last("model", String(64)),
        _last("calibre", String(48)),
        _last("serial_status", String(24)),
    ]


def _serial() -> list["Column[Any]"]:
    # The serial number cut into its form and its number, so that neighbours are found.
    return [_last("serial_series", String(40)), _last("serial_number", BigInteger)]


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


# One row a message that carried facts; the head chains each row to all before it.
fact_log = Table(
    "fact_log",
    METADATA,
    Column("position", RowId, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("direction", String(3), nullable=False),
    Column("peer", String(24), nullable=False),
    Column("message_id", String(36), nullable=False, index=True),
    Column("message_type", String(48), nullable=False),
    Column("facts", LargeBinary, nullable=False),
    Column("head", String(44), nullable=False),
)

# The one row that says how far the log is; locked while the log grows.
fact_head = Table(
    "fact_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("position", RowId, nullable=False, autoincrement=False),
    Column("head", String(44), nullable=False),
)

record_state = Table(
    "record_state",
    METADATA,
    Column("subject", String(64), primary_key=True),
    _first("opened", Instant),
    _first("opened_month", String(7)),
    _last("record_type", String(24)),
    *_firearm(),
    _last("owner_category", String(24)),
    _last("event_date", String(10)),
    _last("entered", Instant),
    _last("report_days", Integer),
    _last("review_date", String(10)),
    _last("batch_theft", String(64)),
    _last("filing", String(24)),
    _last("status", String(12)),
    _last("closed", Instant),
    _last("closed_month", String(7)),
    _last("closure_reason", String(32)),
    _last("recovery_date", String(10)),
    _sum("changes", Integer),
    _last("extended", Integer),
    # Each covers one grouping of the built-in reports: at a million records a grouping without one
    # sorts the whole table (docs/adr/0110).
    Index("ix_record_state_opened_month", "opened_month", "opened"),
    Index("ix_record_state_type_reason", "record_type", "closure_reason", "opened"),
    _partial(
        "ix_record_state_reason_dates", "closure_reason", "record_type", "owner_category",
        "event_date", "recovery_date", "opened", where="closure_reason IS NOT NULL",
    ),
    Index("ix_record_state_owner_reason", "owner_category", "closure_reason", "opened"),
    Index("ix_record_state_type_days", "record_type", "report_days", "opened"),
    Index("ix_record_state_make", "make", "record_type", "opened"),
    Index("ix_record_state_calibre", "calibre", "record_type", "opened"),
    Index("ix_record_state_filing", "filing", "record_type", "opened"),
    Index("ix_record_state_serial_status", "serial_status", "record_type", "opened"),
    Index("ix_record_state_batch_theft", "batch_theft", "opened", "recovery_date"),
    _partial(
        "ix_record_state_closed_month", "closed_month", "closed", where="closed IS NOT NULL"
    ),
    _partial("ix_record_state_short_date", "record_type", "opened",
             where="length(event_date) <= 7"),
    _partial("ix_record_state_review", "record_type", "review_date", "opened",
             where="closed IS NULL"),
    _partial("ix_record_state_extended", "record_type", "extended", "opened",
             where="extended IS NOT NULL"),
)  # fmt: skip

search_state = Table(
    "search_state",
    METADATA,
    Column("subject", String(64), primary_key=True),
    _first("asked", Instant),
    _first("asked_month", String(7)),
    _first("purpose", String(32)),
    _first("reason", String(32)),
    _first("country", String(3)),
    _first("pseudonym", String(128)),
    *_firearm(),
    _last("answered", Instant),
    _last("result", String(24)),
    _last("grade", String(1)),
    Index("ix_search_state_asked_month", "asked_month"),
)

hit_state = Table(
    "hit_state",
    METADATA,
    Column("subject", String(64), primary_key=True),
    _first("raised", Instant),
    _first("raised_month", String(7)),
    _first("role", String(8)),
    _first("origin", String(24)),
    _first("grade", String(1)),
    _first("owner_country", String(3)),
    _first("finder_country", String(3)),
    _first("found_country", String(3)),
    _first("record_type", String(24)),
    _first("record", String(64)),
    _first("search", String(64)),
    _first("seizure", String(64)),
    *_firearm(),
    _least("confirmation_asked", Instant),
    _least("confirmation_answered", Instant),
    _last("outcome", String(24)),
    _first("delayed", Integer),
    Index("ix_hit_state_raised_month", "raised_month"),
)

seized_state = Table(
    "seized_state",
    METADATA,
    Column("subject", String(128), primary_key=True),
    _first("seizure", String(64)),
    _first("seized", Instant),
    _first("seized_month", String(7)),
    _first("mode", String(24)),
    _first("country", String(3)),
    _first("place", String(16)),
    _first("context", String(32)),
    _first("ballistic", Integer),
    _first("several", Integer),
    _first("antique", Integer),
    _first("manufacture_place", String(16)),
    _first("location_kind", String(24)),
    _first("departure", String(3)),
    _first("transit", String(3)),
    _first("destination", String(3)),
    *_firearm(),
    *_serial(),
    _last("origin_established", String(16)),
    _last("origin_country", String(3)),
    _last("result", String(24)),
    _last("grade", String(1)),
    Index("ix_seized_state_seized_month", "seized_month"),
    Index("ix_seized_state_seizure", "seizure"),
    Index("ix_seized_state_serial", "serial_series", "make", "serial_number", "seized"),
)  # fmt: skip

trace_state = Table(
    "trace_state",
    METADATA,
    Column("subject", String(64), primary_key=True),
    _first("chain", String(64)),
    _first("direction", String(3)),
    _first("peer_country", String(3)),
    _first("priority", String(12)),
    _first("asked", Instant),
    _first("asked_month", String(7)),
    _first("recovery_date", String(10)),
    _first("recovery_country", String(3)),
    _first("recovery_place", String(16)),
    _first("seizure", String(64)),
    *_firearm(),
    *_serial(),
    _last("stage", String(24)),
    _first("delivered", Instant),
    _first("acknowledged", Instant),
    _last("rejection", String(24)),
    _sum("stopped_us", BigInteger),
    _sum("stops_open", Integer),
    _sum("reminders", Integer),
    _first("first_answer", Instant),
    _last("final_answer", Instant),
    _last("outcome", String(32)),
    _last("closed", Instant),
    _last("closed_month", String(7)),
    _last("last_transfer", String(10)),
    _last("reported_days", Integer),
    _last("dealer", String(64)),
    _last("manufacture_place", String(16)),
    _last("import_place", String(16)),
    _last("diversion_place", String(16)),
    _last("links", Integer),
    _last("countries", Integer),
    _derived("crime_days"),
    _derived("moved"),
    _derived("signs"),
    _derived("origin_known"),
    Index("ix_trace_state_asked_month", "asked_month"),
    Index("ix_trace_state_seizure", "seizure"),
    # In the order in which sources and series are gathered: unsorted they take four times as long.
    Index("ix_trace_state_dealer", "dealer", "chain", "subject", "recovery_date", "asked",
          "crime_days"),
    Index("ix_trace_state_diversion", "diversion_place", "recovery_place", "asked", "chain",
          "subject", "recovery_date"),
    Index("ix_trace_state_serial", "serial_series", "make", "serial_number", "asked"),
)  # fmt: skip

# One row a native file that an adapter read, or one reason that some of its items gave.
intake_state = Table(
    "intake_state",
    METADATA,
    Column("subject", String(255), primary_key=True),
    _first("taken", Instant),
    _first("taken_month", String(7)),
    _first("adapter", String(64)),
    _first("reason", String(48)),
    _first("field", String(64)),
    _sum("items", Integer),
    _sum("sent", Integer),
    _sum("held", Integer),
    _sum("skipped", Integer),
    _sum("set_aside", Integer),
    Index("ix_intake_state_taken", "taken"),
)

STATES = {
    "records": record_state,
    "searches": search_state,
    "hits": hit_state,
    "seized": seized_state,
    "traces": trace_state,
    "intake": intake_state,
}
