"""What a campaign found, as a table for people and as JSON for machines.

It judges nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.campaign.outcome import Outcome, Row

_ENOUGH = 3
COLUMNS = (
    "kind",
    "times",
    "in flight",
    "lost",
    "doubled",
    "noticed s",
    "gap s",
    "flow s",
    "quiet s",
    "",
)


def table(outcome: Outcome) -> list[tuple[object, ...]]:
    """One row a kind; spans are the median and the worst, in seconds."""
    return [_row(row) for row in outcome.rows.values()]


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Everything, with every span."""
    return {
        "seed": outcome.seed,
        "seconds": round(outcome.seconds, 1),
        "messages": outcome.messages,
        "ops": outcome.ops,
        "holds": outcome.holds,
        "kinds_injected": sum(1 for row in outcome.rows.values() if row.times),
        "kinds_three_times": sum(1 for row in outcome.rows.values() if row.times >= _ENOUGH),
        "injections": sum(row.times for row in outcome.rows.values()),
        "lost": sum(one.verdict.lost for one in outcome.rounds),
        "doubled": sum(one.verdict.doubled for one in outcome.rounds),
        "kinds": [
            {
                "kind": row.kind,
                "about": row.about,
                "times": row.times,
                "in_flight": row.in_flight,
                "lost": row.lost,
                "doubled": row.doubled,
                "noticed_s": [round(s, 2) for s in row.noticed],
                "gap_s": [round(s, 3) for s in row.gap],
                "flow_s": [round(s, 2) for s in row.flow],
                "quiet_s": [round(s, 2) for s in row.quiet],
                "left_out": row.left_out,
            }
            for row in outcome.rows.values()
        ],
        "rounds": [
            {
                "number": one.number,
                "kinds": one.kinds,
                "in_flight": one.in_flight,
                "flow_s": round(one.flow_s, 2),
                "quiet_s": round(one.quiet_s, 2),
                "ops": one.verdict.ops,
                "failed": one.verdict.failed,
                "messages": one.verdict.messages,
                "problems": one.verdict.problems,
            }
            for one in outcome.rounds
        ],
    }


def _row(row: Row) -> tuple[object, ...]:
    return (
        row.kind,
        row.times,
        row.in_flight,
        row.lost,
        row.doubled,
        _spans(row.noticed),
        _spans(row.gap, 2),
        _spans(row.flow),
        _spans(row.quiet),
        row.left_out or ("" if row.times else _why_not(row)),
    )


def _why_not(row: Row) -> str:
    return "could not take place" if row.void else "not reached in this time"


def _spans(found: Sequence[float], digits: int = 1) -> str:
    if not found:
        return "-"
    ordered = sorted(found)
    return f"{ordered[len(ordered) // 2]:.{digits}f}/{ordered[-1]:.{digits}f}"
