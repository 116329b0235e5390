"""What the responder promised when, and what became of it: why a term is due when it is.

It reads acts alone, so that both sides, and whoever gets the evidence, explain alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.payload import decode
from gateway.store import TraceActRow
from gateway.tracing.case_rows import HELD, act_of_row
from gateway.tracing.deadlines import Terms, running
from gateway.tracing.machine import Side, ordered, standing_of
from gateway.tracing.office_calendar import in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """At ``said`` the responder told its hours; the term that ran then was due at ``due``.

    ``deadline`` and ``due`` are None where none ran.
    """

    said: datetime
    hours: str
    deadline: str | None
    due: datetime | None


def promises(rows: Sequence[TraceActRow], *, urgent: bool, terms: Terms) -> list[Promise]:
    """Every promise in the order in which they were made."""
    acts = ordered(act_of_row(row) for row in rows if row.standing != HELD)
    made: list[Promise] = []
    for at, act in enumerate(acts):
        if act.side is not Side.RESPONDER or act.calendar is None:
            continue
        run = running(standing_of(acts[: at + 1]), urgent=urgent, terms=terms)
        row = next(r for r in rows if r.side == act.side and r.number == act.number)
        said: Any = decode(row.content)
        made.append(
            Promise(
                said=act.at,
                hours=in_words(said.office_calendar),
                deadline=None if run is None else run.deadline.value,
                due=None if run is None else run.due,
            )
        )
    return made
