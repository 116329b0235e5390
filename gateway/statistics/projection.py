"""Turns facts into what they bring to the states that measures count.

It keeps nothing: the store lets values meet, and ``fold`` does the same in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import singledispatch
from typing import Any

from gateway.statistics.facts import (
    AnyFact,
    CountedBasis,
    FileFlaw,
    FileRead,
    FirearmFact,
    HitConfirmation,
    HitTold,
    OriginEstablished,
    RecordAnswered,
    RecordChanged,
    RecordFiled,
    RecordReopened,
    RecordWished,
    RecoveredFact,
    SearchAnswered,
    Searched,
    Seized,
    SeizureAnswered,
    TraceAnswered,
    TraceAsked,
    TraceClosed,
    TraceDescribed,
    TraceStands,
    TraceStep,
)
from gateway.store import Facts, days_between, derive_values, met, state_columns

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a fact brings to the row of ``subject`` in ``state``."""

    state: str
    subject: str
    values: Mapping[str, Any]
    instead: bool = False
    """The values stand instead of what was there, those that are None, too."""


def changes(facts: Iterable[AnyFact]) -> list[Change]:
    """What ``facts`` bring, in their order."""
    return [change for fact in facts for change in _changes(fact)]


def bring(facts: Iterable[AnyFact], kept: Facts) -> None:
    """Lets ``facts`` meet what the store keeps, as ``fold`` does in memory."""
    for change in changes(facts):
        if change.instead:
            kept.replace(change.state, change.subject, change.values)
        else:
            kept.meet(change.state, change.subject, change.values)


def fold(facts: Iterable[AnyFact]) -> dict[str, dict[str, dict[str, Any]]]:
    """The states that ``facts`` lead to: by state and subject, the slow and obvious way."""
    states: dict[str, dict[str, dict[str, Any]]] = {}
    for change in changes(facts):
        columns = state_columns(change.state)
        row = states.setdefault(change.state, {}).setdefault(change.subject, dict.fromkeys(columns))
        for name, later in change.values.items():
            row[name] = later if change.instead else met(columns[name], row[name], later)
    for state, rows in states.items():
        for row in rows.values():
            row.update(derive_values(state, row))
    return states


def month_of(instant: datetime) -> str:
    """Year and month in UTC."""
    return f"{instant:%Y-%m}"


@singledispatch
def _changes(fact: AnyFact) -> list[Change]:
    raise TypeError(f"no rule for {type(fact).__name__}")


@_changes.register
def _(fact: RecordFiled) -> list[Change]:
    closing = {"closed": fact.at, "closed_month": month_of(fact.at)}
    content = {
        "record_type": fact.record_type,
        **_firearm(fact),
        "owner_category": fact.owner_category,
        "event_date": fact.event_date,
        "entered": fact.entered,
        "report_days": days_between(fact.event_date, fact.entered.date().isoformat()),
        "review_date": fact.review_date,
        "batch_theft": fact.batch_theft,
    }
    values = {
        "opened": fact.at,
        "opened_month": month_of(fact.at),
        **({} if fact.again else content),
        "filing": None if fact.again else "SENT",
        "status": fact.status,
        "changes": 1,
        **(closing if fact.status in CLOSED else {}),
    }
    met_there = _change("records", fact, values)
    if not fact.again:
        return [met_there]
    instead = Change(state="records", subject=fact.subject, values=content, instead=True)
    return [met_there, instead]


@_changes.register
def _(fact: RecordAnswered) -> list[Change]:
    return [_change("records", fact, {"filing": fact.filing})]


CLOSED = frozenset({"CLOSED", "CANCELLED", "EXPIRED"})


@_changes.register
def _(fact: RecordChanged) -> list[Change]:
    values: dict[str, Any] = {
        "status": fact.status,
        "closure_reason": fact.closure_reason,
        "recovery_date": fact.recovery_date,
        "review_date": fact.review_date,
        "extended": fact.extended,
        "changes": 1,
    }
    if fact.status in CLOSED:
        values |= {"closed": fact.at, "closed_month": month_of(fact.at)}
    return [_change("records", fact, values)]


@_changes.register
def _(_fact: RecordWished) -> list[Change]:
    return []  # the registry has not done it so far


@_changes.register
def _(fact: RecordReopened) -> list[Change]:
    values = dict.fromkeys(("closed", "closed_month", "closure_reason", "recovery_date"))
    return [Change(state="records", subject=fact.subject, values=values, instead=True)]


@_changes.register
def _(fact: Searched) -> list[Change]:
    values = {
        "asked": fact.at,
        "asked_month": month_of(fact.at),
        "purpose": fact.purpose,
        "reason": fact.reason,
        "country": fact.country,
        "pseudonym": fact.pseudonym,
        **_firearm(fact),
    }
    return [_change("searches", fact, values)]


@_changes.register
def _(fact: SearchAnswered) -> list[Change]:
    values = {"answered": fact.at, "result": fact.result, "grade": fact.grade}
    return [_change("searches", fact, values)]


@_changes.register
def _(fact: Seized) -> list[Change]:
    values = {
        "seizure": fact.seizure,
        "seized": fact.at,
        "seized_month": month_of(fact.at),
        "mode": fact.mode,
        "country": fact.country,
        "place": fact.place,
        "context": fact.context,
        "ballistic": fact.ballistic,
        "several": fact.several,
        "antique": fact.antique,
        "manufacture_place": fact.manufacture_place,
        "location_kind": fact.location_kind,
        "departure": fact.departure,
        "transit": fact.transit,
        "destination": fact.destination,
        **_recovered(fact),
    }
    return [_change("seized", fact, values)]


@_changes.register
def _(fact: SeizureAnswered) -> list[Change]:
    return [_change("seized", fact, {"result": fact.result, "grade": fact.grade})]


@_changes.register
def _(fact: OriginEstablished) -> list[Change]:
    values = {"origin_established": fact.how, "origin_country": fact.country}
    return [Change(state="seized", subject=fact.subject, values=values, instead=True)]


@_changes.register
def _(fact: HitTold) -> list[Change]:
    values = {
        "raised": fact.at,
        "raised_month": month_of(fact.at),
        "role": fact.role,
        "origin": fact.origin,
        "grade": fact.grade,
        "owner_country": fact.owner_country,
        "finder_country": fact.finder_country,
        "found_country": fact.found_country,
        "record_type": fact.record_type,
        "record": fact.record,
        "search": fact.search,
        "seizure": fact.seizure,
        "delayed": fact.delayed,
        **_firearm(fact),
    }
    return [_change("hits", fact, values)]


@_changes.register
def _(fact: HitConfirmation) -> list[Change]:
    values = {
        "confirmation_asked": fact.asked,
        "confirmation_answered": fact.answered,
        "outcome": fact.outcome,
    }
    return [_change("hits", fact, values)]


@_changes.register
def _(fact: TraceAsked) -> list[Change]:
    values = {
        "chain": fact.chain,
        "direction": fact.direction,
        "peer_country": fact.peer_country,
        "priority": fact.priority,
        "asked": fact.at,
        "asked_month": month_of(fact.at),
        "recovery_date": fact.recovery_date,
        "recovery_country": fact.recovery_country,
        "recovery_place": fact.recovery_place,
        "seizure": fact.seizure,
        "stage": "ASKED",
        "manufacture_place": fact.manufacture_place,
        "import_place": fact.import_place,
        **_recovered(fact),
    }
    return [_change("traces", fact, values)]


@_changes.register
def _(fact: TraceDescribed) -> list[Change]:
    places = {"manufacture_place": fact.manufacture_place, "import_place": fact.import_place}
    if not fact.instead:
        return [_change("traces", fact, _recovered(fact))]
    described = Change(state="traces", subject=fact.subject, values=_recovered(fact), instead=True)
    return [described, _change("traces", fact, places)]


@_changes.register
def _(fact: TraceStep) -> list[Change]:
    # A stopped clock counts minus its start, and plus its end once it runs again.
    values = {
        "stage": fact.stage,
        "delivered": fact.at if fact.delivered else None,
        "acknowledged": fact.at if fact.acknowledged else None,
        "rejection": fact.rejection,
        "stopped_us": -fact.clock * _micros(fact.at),
        "stops_open": fact.clock,
        "reminders": int(fact.reminder),
        "outcome": fact.outcome,
    }
    return [_change("traces", fact, values)]


@_changes.register
def _(fact: TraceAnswered) -> list[Change]:
    named = {
        "last_transfer": fact.last_transfer,
        "reported_days": fact.reported_days,
        "dealer": fact.dealer,
        "diversion_place": fact.diversion_place,
        "links": fact.links,
        "countries": fact.countries,
    }
    values = {
        "stage": "ANSWERED" if fact.final else None,
        "first_answer": fact.at,
        "final_answer": fact.at if fact.final else None,
        "outcome": fact.outcome,
        "manufacture_place": fact.manufacture_place,
        "import_place": fact.import_place,
        **({} if fact.corrects else named),
    }
    met_there = _change("traces", fact, values)
    if not fact.corrects:
        return [met_there]
    return [met_there, Change(state="traces", subject=fact.subject, values=named, instead=True)]


@_changes.register
def _(fact: TraceClosed) -> list[Change]:
    values = {
        "stage": fact.stage,
        "outcome": fact.outcome,
        "closed": fact.at,
        "closed_month": month_of(fact.at),
    }
    return [_change("traces", fact, values)]


@_changes.register
def _(fact: TraceStands) -> list[Change]:
    values = {
        "stage": fact.stage,
        "final_answer": fact.final_answer,
        "closed": fact.closed,
        "closed_month": None if fact.closed is None else month_of(fact.closed),
        "outcome": fact.outcome,
        "stopped_us": fact.stopped_us,
        "stops_open": fact.stops_open,
        "reminders": fact.reminders,
    }
    if fact.origins is not None:
        values |= dict(zip(("manufacture_place", "import_place"), fact.origins, strict=True))
    return [Change(state="traces", subject=fact.subject, values=values, instead=True)]


@_changes.register
def _(fact: FileRead) -> list[Change]:
    values = {
        "taken": fact.at,
        "taken_month": month_of(fact.at),
        "adapter": fact.adapter,
        "items": fact.sent + fact.held + fact.skipped + fact.set_aside,
        "sent": fact.sent,
        "held": fact.held,
        "skipped": fact.skipped,
        "set_aside": fact.set_aside,
    }
    return [_change("intake", fact, values)]


@_changes.register
def _(fact: FileFlaw) -> list[Change]:
    values = {
        "taken": fact.at,
        "taken_month": month_of(fact.at),
        "adapter": fact.adapter,
        "reason": fact.reason,
        "field": fact.field,
        "items": fact.items,
    }
    return [_change("intake", fact, values)]


@_changes.register
def _(_fact: CountedBasis) -> list[Change]:
    return []  # it counts for the table that it is the basis of, and for nothing else


def _recovered(fact: RecoveredFact) -> dict[str, Any]:
    serial = {"serial_series": fact.serial_series, "serial_number": fact.serial_number}
    return {**_firearm(fact), **serial}


def _firearm(fact: FirearmFact) -> dict[str, Any]:
    return {
        "firearm_type": fact.firearm_type,
        "make": fact.make,
        "model": fact.model,
        "calibre": fact.calibre,
        "serial_status": fact.serial_status,
    }


def _change(state: str, fact: AnyFact, values: Mapping[str, Any]) -> Change:
    return Change(state=state, subject=fact.subject, values=values)


def _micros(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1)
