"""Every metric by name: its kind, its labels, and what it means (docs/reference/metrics.md).

It counts nothing. Names follow Prometheus' conventions: a unit, and ``_total`` for what only grows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Prometheus' types of metrics."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric; no label ever holds an id, a serial, or what a peer wrote freely."""

    name: str
    kind: Kind
    labels: tuple[str, ...] = ()
    meaning: str


BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 3600.0)

EXCHANGING = (
    # counted from log lines
    Metric(
        name="iarms_messages_received_total",
        kind=Kind.COUNTER,
        labels=("lane", "outcome"),
        meaning="messages that reached an outcome here: applied, refused, repeated, set_aside",
    ),
    Metric(
        name="iarms_messages_posted_total",
        kind=Kind.COUNTER,
        labels=("lane",),
        meaning="messages sealed here and committed to the outbox",
    ),
    Metric(
        name="iarms_message_seconds",
        kind=Kind.HISTOGRAM,
        labels=("lane",),
        meaning="from taking a message (or its batch) to the commit of its outcome",
    ),
    Metric(
        name="iarms_message_age_seconds",
        kind=Kind.HISTOGRAM,
        labels=("lane",),
        meaning="from the sender's signed creation of a message to its first outcome here",
    ),
    Metric(
        name="iarms_messages_undelivered_total",
        kind=Kind.COUNTER,
        meaning="messages of ours that nobody receipted in their life",
    ),
    Metric(
        name="iarms_handler_failures_total",
        kind=Kind.COUNTER,
        meaning="times that a handler failed on a message",
    ),
    Metric(
        name="iarms_holding_total",
        kind=Kind.COUNTER,
        meaning="half minutes in which messages waited for want of database or directory",
    ),
    Metric(
        name="iarms_clock_ahead_total",
        kind=Kind.COUNTER,
        meaning="times that the relay was seen to refuse what is made here as of the future",
    ),
    Metric(
        name="iarms_relay_carried_total",
        kind=Kind.COUNTER,
        labels=("lane",),
        meaning="messages carried into every mailbox",
    ),
    Metric(
        name="iarms_relay_refused_total",
        kind=Kind.COUNTER,
        labels=("code",),
        meaning="messages that the relay put with the dead letters",
    ),
    Metric(
        name="iarms_relay_seconds",
        kind=Kind.HISTOGRAM,
        labels=("lane",),
        meaning="from taking a message out of its ingress to the last confirm of its copies",
    ),
    Metric(
        name="iarms_relay_slowed_total",
        kind=Kind.COUNTER,
        labels=("party", "quota"),
        meaning="times that a party went over its quota and its ingress was left waiting",
    ),
    Metric(
        name="iarms_relay_defects_total",
        kind=Kind.COUNTER,
        meaning="messages that made the relay's judge fail",
    ),
    Metric(
        name="iarms_relay_directory_missing_total",
        kind=Kind.COUNTER,
        meaning="looks of the relay that found no directory in force",
    ),
    Metric(
        name="iarms_directory_refused_total",
        kind=Kind.COUNTER,
        meaning="newer directories, or keys in one, that were refused",
    ),
    Metric(
        name="iarms_foreign_keys_total",
        kind=Kind.COUNTER,
        meaning="directories that list a key in this party's name that is not its own",
    ),
    Metric(
        name="iarms_objections_total",
        kind=Kind.COUNTER,
        meaning="signed objections of countries to keys that are listed in their name",
    ),
    Metric(
        name="iarms_key_log_alarms_total",
        kind=Kind.COUNTER,
        meaning="times the hub's key log contradicted itself, shrank or was not shown",
        labels=("code",),
    ),
    Metric(
        name="iarms_link_changes_total",
        kind=Kind.COUNTER,
        meaning="changes of the line to the broker",
    ),
    Metric(
        name="iarms_log_lines_total",
        kind=Kind.COUNTER,
        labels=("level",),
        meaning="log lines by level",
    ),
    # how it is now
    Metric(name="iarms_link_up", kind=Kind.GAUGE, meaning="1 while the line to the broker serves"),
    Metric(
        name="iarms_link_blocked",
        kind=Kind.GAUGE,
        meaning="1 while the broker takes nothing: its memory or disk alarm",
    ),
    Metric(
        name="iarms_loop_age_seconds",
        kind=Kind.GAUGE,
        meaning="how long ago the process's loop made its last turn",
    ),
    Metric(
        name="iarms_directory_version",
        kind=Kind.GAUGE,
        meaning="version of the key directory in force; 0 for none",
    ),
    Metric(
        name="iarms_directory_left_seconds",
        kind=Kind.GAUGE,
        meaning="until the key directory in force expires; 0 for none",
    ),
    Metric(
        name="iarms_disk_free_octets",
        kind=Kind.GAUGE,
        meaning="room left on the home's file system",
    ),
    Metric(
        name="iarms_database_up",
        kind=Kind.GAUGE,
        meaning="1 if the database could be read for this answer",
    ),
    Metric(name="iarms_database_octets", kind=Kind.GAUGE, meaning="size of the database"),
    Metric(
        name="iarms_outbox_messages",
        kind=Kind.GAUGE,
        labels=("lane",),
        meaning="messages of ours that wait for a receipt",
    ),
    Metric(
        name="iarms_outbox_oldest_seconds",
        kind=Kind.GAUGE,
        labels=("lane",),
        meaning="age of the oldest message that waits for a receipt; 0 for none",
    ),
    Metric(
        name="iarms_dead_letters",
        kind=Kind.GAUGE,
        meaning="dead letters that nobody has replayed or dropped",
    ),
)

# the process of the transports has these and those that every process has
CARRYING = (
    Metric(
        name="iarms_transport_taken_total",
        kind=Kind.COUNTER,
        labels=("transport",),
        meaning="items of a transport that were taken into the folder in",
    ),
    Metric(
        name="iarms_transport_repeated_total",
        kind=Kind.COUNTER,
        labels=("transport",),
        meaning="items of a transport that had come before and had no second effect",
    ),
    Metric(
        name="iarms_transport_refused_total",
        kind=Kind.COUNTER,
        labels=("transport",),
        meaning="items of a transport that were set aside, and the other side told",
    ),
    Metric(
        name="iarms_transport_delivered_total",
        kind=Kind.COUNTER,
        labels=("transport", "kind"),
        meaning="files that a transport took back: answer, late, notice, set_aside",
    ),
    Metric(
        name="iarms_transport_answer_seconds",
        kind=Kind.HISTOGRAM,
        labels=("transport",),
        meaning="from taking an item to handing its first answer over",
    ),
    Metric(
        name="iarms_transport_troubles_total",
        kind=Kind.COUNTER,
        labels=("transport", "way"),
        meaning="times that a transport began to be unable to do its work, in or out",
    ),
    Metric(
        name="iarms_transport_defects_total",
        kind=Kind.COUNTER,
        labels=("transport", "way"),
        meaning="rounds of a transport that ended by a defect of the program",
    ),
    Metric(
        name="iarms_transport_in_trouble",
        kind=Kind.GAUGE,
        labels=("transport", "way"),
        meaning="1 while a transport cannot do its work, in or out",
    ),
    Metric(
        name="iarms_transport_overdue_seconds",
        kind=Kind.GAUGE,
        labels=("transport", "way"),
        meaning="how long ago a transport should have begun its next round; 0 while in time",
    ),
    Metric(
        name="iarms_transport_waiting",
        kind=Kind.GAUGE,
        labels=("transport",),
        meaning="files that a transport is still to take back",
    ),
    Metric(
        name="iarms_transport_waiting_oldest_seconds",
        kind=Kind.GAUGE,
        labels=("transport",),
        meaning="age of the oldest file that a transport is still to take back; 0 for none",
    ),
)
_EVERYWHERE = ("iarms_log_lines_total", "iarms_disk_free_octets")

METRICS = (*EXCHANGING, *CARRYING)
TRANSPORT_METRICS = (*(each for each in EXCHANGING if each.name in _EVERYWHERE), *CARRYING)
NAMES = {metric.name: metric for metric in METRICS}
