"""Counts the log's lines and renders the numbers in Prometheus' text format 0.0.4.

It reads no database; what is only known by looking comes in as gauges when it renders.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

from gateway.telemetry.catalogue import BUCKETS_S, METRICS, NAMES, Kind, Metric

Labels = tuple[str, ...]
Gauges = Mapping[tuple[str, Labels], float]

# event -> counter, and which fields of the line are its labels
_COUNTED: dict[str, tuple[str, Labels]] = {
    "message.received": ("iarms_messages_received_total", ("lane", "outcome")),
    "message.posted": ("iarms_messages_posted_total", ("lane",)),
    "message.undelivered": ("iarms_messages_undelivered_total", ()),
    "endpoint.failed": ("iarms_handler_failures_total", ()),
    "endpoint.holding": ("iarms_holding_total", ()),
    "endpoint.clock-ahead": ("iarms_clock_ahead_total", ()),
    "relay.carried": ("iarms_relay_carried_total", ("lane",)),
    "relay.refused": ("iarms_relay_refused_total", ("code",)),
    "relay.slowed": ("iarms_relay_slowed_total", ("party", "quota")),
    "relay.failed": ("iarms_relay_defects_total", ()),
    "relay.no-directory": ("iarms_relay_directory_missing_total", ()),
    "directory.refused": ("iarms_directory_refused_total", ()),
    "directory.foreign-key": ("iarms_foreign_keys_total", ()),
    "trust.objection": ("iarms_objections_total", ()),
    "keylog.refused": ("iarms_key_log_alarms_total", ("code",)),
    "link.state": ("iarms_link_changes_total", ()),
    "transport.taken": ("iarms_transport_taken_total", ("transport",)),
    "transport.repeated": ("iarms_transport_repeated_total", ("transport",)),
    "transport.refused": ("iarms_transport_refused_total", ("transport",)),
    "transport.delivered": ("iarms_transport_delivered_total", ("transport", "kind")),
    "transport.trouble": ("iarms_transport_troubles_total", ("transport", "way")),
    "transport.defect": ("iarms_transport_defects_total", ("transport", "way")),
}
# event -> (histogram, field in milliseconds); its labels are fields of the line
_TIMED: dict[str, tuple[tuple[str, str], ...]] = {
    "message.received": (
        ("iarms_message_seconds", "took_ms"),
        ("iarms_message_age_seconds", "age_ms"),
    ),
    "relay.carried": (("iarms_relay_seconds", "took_ms"),),
    "transport.delivered": (("iarms_transport_answer_seconds", "after_ms"),),
}


_HOLDS = frozenset({"endpoint.holding", "node.holding"})


class Numbers:
    """Counters and histograms of one process; a structlog processor, safe between threads."""

    def __init__(self, metrics: Sequence[Metric] = METRICS) -> None:
        """Of a process that has these ``metrics``; others are neither begun nor rendered."""
        self._metrics = metrics
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, Labels], float] = {}
        self._buckets: dict[tuple[str, Labels], list[int]] = {}
        self._sums: dict[tuple[str, Labels], float] = {}
        self._link: tuple[bool, bool] = (False, False)
        self._link_detail = ""
        self._held: tuple[float, str] = (float("-inf"), "")
        for metric in metrics:
            if metric.kind is Kind.COUNTER and not metric.labels:
                self.begin(metric.name, ())

    def begin(self, name: str, labels: Labels) -> None:
        """A counter that nothing was counted by yet: a rate needs a first value."""
        with self._lock:
            self._counts.setdefault((name, labels), 0)

    @property
    def link_is_up(self) -> bool:
        """Whether the line to the broker serves and takes messages."""
        return self._link == (True, False)

    def holding(self, within_s: float) -> str:
        """Why nothing could be decided in the last seconds; "" where nothing was held."""
        at, code = self._held
        return code if time.monotonic() - at <= within_s else ""

    @property
    def link_detail(self) -> str:
        """What is wrong with the line, a queue or an exchange on it; "" where nothing is."""
        return self._link_detail

    def __call__(
        self,
        logger: object,  # noqa: ARG002 - structlog's signature
        method: str,
        line: MutableMapping[str, Any],
    ) -> MutableMapping[str, Any]:
        """Counts one line and passes it on as it is."""
        event = str(line.get("event", ""))
        with self._lock:
            self._add("iarms_log_lines_total", (method,))
            counted = _COUNTED.get(event)
            if counted is not None:
                name, fields = counted
                self._add(name, tuple(str(line.get(field, "")).lower() for field in fields))
            for name, field in _TIMED.get(event, ()):
                value = line.get(field)
                if isinstance(value, int | float):
                    told = (str(line.get(label, "")).lower() for label in NAMES[name].labels)
                    self._time(name, tuple(told), value / 1000)
            if event == "message.received":
                self._held = (float("-inf"), "")
            elif event in _HOLDS:
                self._held = (time.monotonic(), str(line.get("code", "")))
            if event == "link.state":
                self._link = (bool(line.get("up")), bool(line.get("blocked")))
                self._link_detail = str(line.get("detail") or "")
        return line

    def render(self, gauges: Gauges) -> bytes:
        """All numbers, and ``gauges`` among them, as Prometheus reads them."""
        with self._lock:
            values = {**self._counts, **gauges}
            buckets = {key: list(counts) for key, counts in self._buckets.items()}
            sums = dict(self._sums)
            up, blocked = self._link
        values["iarms_link_up", ()] = up
        values["iarms_link_blocked", ()] = blocked
        lines: list[str] = []
        for metric in self._metrics:
            rows = sorted(key for key in (*values, *buckets) if key[0] == metric.name)
            if not rows:
                continue
            lines += (
                f"# HELP {metric.name} {metric.meaning}",
                f"# TYPE {metric.name} {metric.kind}",
            )
            for key in rows:
                if metric.kind is Kind.HISTOGRAM:
                    lines += _histogram(metric.name, metric.labels, key[1], buckets[key], sums[key])
                else:
                    lines.append(f"{metric.name}{_labels(metric.labels, key[1])} {values[key]:g}")
        return ("\n".join(lines) + "\n").encode()

    def _add(self, name: str, labels: Labels) -> None:
        self._counts[name, labels] = self._counts.get((name, labels), 0) + 1

    def _time(self, name: str, labels: Labels, seconds: float) -> None:
        key = (name, labels)
        counts = self._buckets.setdefault(key, [0] * (len(BUCKETS_S) + 1))
        counts[bisect_left(BUCKETS_S, seconds)] += 1
        self._sums[key] = self._sums.get(key, 0) + seconds


def _histogram(
    name: str, names: Labels, values: Labels, counts: list[int], total: float
) -> list[str]:
    lines, so_far = [], 0
    for bound, count in zip((*BUCKETS_S, "+Inf"), counts, strict=True):
        so_far += count
        labels = _labels((*names, "le"), (*values, str(bound)))
        lines.append(f"{name}_bucket{labels} {so_far}")
    plain = _labels(names, values)
    return [*lines, f"{name}_sum{plain} {total:.6f}", f"{name}_count{plain} {so_far}"]


def _labels(names: Labels, values: Labels) -> str:
    if not names:
        return ""
    pairs = (f'{name}="{_escaped(value)}"' for name, value in zip(names, values, strict=True))
    return "{" + ",".join(pairs) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
