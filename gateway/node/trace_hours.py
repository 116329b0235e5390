"""Tells in each open case what its office's hours and outages are now, where they changed.

It counts no term: ``gateway.tracing`` does, by what is told here. Whoever has no open case here
learns the hours with the receipt of a request.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from gateway.config import Office as OfficeSettings
from gateway.config import Traces as TraceSettings
from gateway.errors import ConfigError
from gateway.frame import Frame
from gateway.payload import Context, OfficeCalendar, TraceAct, TraceComment, decode
from gateway.posting import Posting
from gateway.store import TraceActRow, TraceCase, TraceFilter, Unit
from gateway.tracing import (
    Act,
    Cases,
    Deed,
    Side,
    Standing,
    Terms,
    TracePayload,
    acts_of,
    calendar_of,
    calendar_said,
    read_hours,
    running,
    says_otherwise,
    standing_of,
)

_CASES_MOST = 10_000
_URGENT = "URGENT"


def hours_of(settings: TraceSettings, office: OfficeSettings | None = None) -> OfficeCalendar:
    """The hours that the settings give, those of ``office`` where ``[traces]`` gives none.

    Raises ``ConfigError`` where they cannot be.
    """
    spans, zone, place = settings.hours, settings.time_zone, "traces.hours"
    if not spans and office is not None and office.hours:
        spans, zone, place = office.hours, office.time_zone, "office.hours"
    try:
        read_hours(spans, zone)
    except ValueError as error:
        raise ConfigError(
            f"office hours cannot be read: {error}",
            place=place,
            expected='spans like "1-5 08:00-18:00" and a time zone like Europe/Paris',
            remedy="correct the setting; nothing was started",
        ) from error
    rest = () if spans else tuple(map(str, sorted(set(settings.weekend))))
    return OfficeCalendar(
        time_zone_name=zone,
        opening_span=spans,
        rest_day=rest,
        closed_date=tuple(sorted(set(settings.closed_dates))),
    )


def told_in_cases(
    cases: Cases,
    terms: Terms,
    week: OfficeCalendar,
    unit: Unit,
    frame: Frame,
    *,
    actor: str,
    because: str,
) -> Iterator[Posting]:
    """Says ``because`` and the present calendar in every case whose requester was told another one
    and still waits: one posting a case."""
    present = calendar_said(week, unit.outages.ahead(frame.now), frame.now)
    for case in _waiting(unit):
        rows = unit.traces.acts(case.trace_id)
        if not says_otherwise(frame.now, _told(rows), present):
            continue
        text = " ".join([because, *_moved(case, rows, present, terms, frame.now)])

        def build(context: Context, place: TraceAct, text: str = text) -> TracePayload:
            return TraceComment(
                context=context, trace_act=place, comment_text=text, office_calendar=present
            )

        yield from cases.act(
            case.trace_id, build, message="TRACE_COMMENT", unit=unit, frame=frame, actor=actor
        )


def _waiting(unit: Unit) -> Iterator[TraceCase]:
    owed = unit.traces.page(TraceFilter(side=Side.RESPONDER, open_only=True), most=_CASES_MOST)
    for case in owed:
        if case.deadline is not None or case.stopped_since is not None:
            yield case


def _told(rows: list[TraceActRow]) -> OfficeCalendar | None:
    told: OfficeCalendar | None = None
    for row in rows:
        if row.side == Side.RESPONDER and b"<OfficeCalendar>" in row.content:
            said: Any = decode(row.content)
            told = getattr(said, "office_calendar", None) or told
    return told


def _moved(
    case: TraceCase,
    rows: list[TraceActRow],
    present: OfficeCalendar,
    terms: Terms,
    now: datetime,
) -> Iterator[str]:
    """What becomes of the term that runs, in words; nothing where it is due as before."""
    acts = acts_of(rows)
    ours = [act for act in acts if act.side is Side.RESPONDER]
    theirs = [act for act in acts if act.side is Side.REQUESTER]
    change = Act(
        side=Side.RESPONDER,
        number=len(ours) + 1,
        seen=max((act.number for act in theirs), default=0),
        deed=Deed.COMMENT,
        at=now,
        calendar=calendar_of(present),
    )
    before = _due(standing_of(acts), case, terms)
    after = _due(standing_of([*acts, change]), case, terms)
    if before is None or after is None or abs(after[1] - before[1]) < timedelta(seconds=1):
        return
    name = after[0].lower()
    yield f"The {name} is due {after[1]:%Y-%m-%d %H:%M} UTC instead of {before[1]:%Y-%m-%d %H:%M}."


def _due(standing: Standing, case: TraceCase, terms: Terms) -> tuple[str, Any] | None:
    # While the clock stands nothing is due; what would be, if it ran, moves all the same.
    run = running(replace(standing, stopped_at=None), urgent=case.priority == _URGENT, terms=terms)
    return None if run is None else (run.deadline, run.due)
