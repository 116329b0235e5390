"""Queries of what time does to records, and of who read them whole.

It does not decide when a record ends or who may read it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store.life_tables import access_log, record_event, record_review
from gateway.store.registry_tables import firearm_record, lookup, marking
from gateway.store.registry_tables import record_content as content
from gateway.store.search_rows import drop_rows

_R = firearm_record.c
_REVIEW = record_review.c
# Asked with each upkeep of the registry: built once.
_AGEING = select(
    *(_R.id, _R.record_id, _R.national_record_id, _R.owner_agency, _R.version),
    *(_R.status, _R.review_date),
    func.coalesce(_REVIEW.told, 0).label("told"),
    func.coalesce(_REVIEW.extended, 0).label("extended"),
).select_from(firearm_record.outerjoin(record_review, _REVIEW.firearm_id == _R.id))
_OF_ID = _AGEING.where(_R.record_id == bindparam("b_record"))
_AMONG = _R.status.in_(bindparam("statuses", expanding=True))
_OVERDUE = (
    _AGEING.where(_R.review_date < bindparam("before"), _AMONG)
    .order_by(_R.review_date, _R.id)
    .limit(bindparam("most"))
)
_ENDED = (
    _AGEING.where(_R.status == bindparam("b_status"), _R.changed < bindparam("before"))
    .order_by(_R.id)
    .limit(bindparam("most"))
)
_DIALECTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ageing:
    """A record of which the time has come; ``told`` is how far its owner was told of it."""

    id: int
    record_id: str
    national_record_id: str
    owner_agency: str
    version: int
    status: str
    review_date: date
    told: int
    extended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One request for a whole record."""

    at: datetime
    asker: str
    system_id: str
    pseudonym: str
    purpose: str
    reason: str
    case_reference: str | None
    justification: str
    record_id: str
    granted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEvent:
    """One thing that happened to a record beside its filings."""

    record_id: str
    at: datetime
    actor: str
    event: str
    version: int


class RecordLives:
    """The time of records inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = _DIALECTS[connection.dialect.name]

    def to_review(
        self, steps: Sequence[date], *, statuses: Sequence[str], most: int
    ) -> list[Ageing]:
        """Records whose owner was told of fewer of ``steps`` than their review date has passed.

        ``steps`` are dates, the farthest ahead first; the soonest review comes first.
        """
        dates = {f"step_{number}": step for number, step in enumerate(steps, 1)}
        asked = {**dates, "statuses": list(statuses), "most": most}
        return self._read(_to_review(len(steps)), asked)

    def overdue(self, before: date, *, statuses: Sequence[str], most: int) -> list[Ageing]:
        """Records whose review date lies before ``before``."""
        asked = {"before": before, "statuses": list(statuses), "most": most}
        return self._read(_OVERDUE, asked)

    def ended(self, status: str, before: datetime, *, most: int) -> list[Ageing]:
        """Records that have been in this state since before ``before``."""
        return self._read(_ENDED, {"b_status": status, "before": before, "most": most})

    def find(self, record_id: str) -> Ageing | None:
        """The record of this id."""
        found = self._read(_OF_ID, {"b_record": record_id})
        return found[0] if found else None

    def told(self, firearm_id: int, step: int, extended: int) -> None:
        """Its owner was told of so many steps, and has extended it so often."""
        new = self._insert(record_review).values(
            firearm_id=firearm_id, told=step, extended=extended
        )
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=["firearm_id"],
                set_={"told": new.excluded.told, "extended": new.excluded.extended},
            )
        )

    def note(self, event: RecordEvent) -> None:
        """Writes down what happened to a record."""
        row = {name: getattr(event, name) for name in event.__slots__}
        self._connection.execute(insert(record_event), row)

    def events(self, record_id: str) -> list[RecordEvent]:
        """What happened to the record, in order."""
        found = select(record_event).where(record_event.c.record_id == record_id)
        rows = self._connection.execute(found.order_by(record_event.c.id))
        return [
            RecordEvent(**{name: getattr(row, name) for name in RecordEvent.__slots__})
            for row in rows
        ]

    def log_access(self, access: Access) -> None:
        """Writes down who asked for a whole record."""
        row = {name: getattr(access, name) for name in access.__slots__}
        self._connection.execute(insert(access_log), row)

    def accesses(self, record_id: str) -> list[Access]:
        """Who asked for the whole record, in order."""
        found = select(access_log).where(access_log.c.record_id == record_id)
        rows = self._connection.execute(found.order_by(access_log.c.id))
        return [Access(**{name: getattr(row, name) for name in Access.__slots__}) for row in rows]

    def read_log(self, *, since: datetime | None, asker: str | None, most: int) -> list[Access]:
        """Who asked for whole records, of every record, the newest first."""
        found = select(access_log).order_by(access_log.c.id.desc()).limit(most)
        if since is not None:
            found = found.where(access_log.c.at >= since)
        if asker is not None:
            found = found.where(access_log.c.asker == asker)
        rows = self._connection.execute(found)
        return [Access(**{name: getattr(row, name) for name in Access.__slots__}) for row in rows]

    def was_shown(self, record_id: str, asker: str, since: datetime) -> bool:
        """Whether ``asker`` was shown the record in the answer to a search since then."""
        shown = (
            select(lookup.c.id)
            .where(lookup.c.asker == asker, lookup.c.at > since)
            .where(lookup.c.record_ids.contains(f'"{record_id}"', autoescape=True))
            .limit(1)
        )
        return self._connection.execute(shown).first() is not None

    def shown_to(self, record_id: str, most: int = 10_000) -> list[tuple[datetime, str, str]]:
        """When, to whom and for which purpose the record was shown in answers to searches."""
        shown = (
            select(lookup.c.at, lookup.c.asker, lookup.c.purpose)
            .where(lookup.c.record_ids.contains(f'"{record_id}"', autoescape=True))
            .order_by(lookup.c.id)
            .limit(most)
        )
        return [(row[0], row[1], row[2]) for row in self._connection.execute(shown)]

    def erase(self, firearm_id: int, now: datetime) -> None:
        """Erases all content; what stays is a stub: id, owner, dates, state and reason."""
        drop_rows(self._connection, [firearm_id])
        for table in (marking, content):
            self._connection.execute(delete(table).where(table.c.firearm_id == firearm_id))
        self._connection.execute(
            update(firearm_record)
            .where(_R.id == firearm_id)
            .values(
                status="PURGED",
                changed=now,
                national_record_id=_R.record_id,
                make_text="",
                calibre_text="",
                model_text="",
                type_code=None,
                serial_status="NOT_RECORDED",
            )
        )

    def _read(self, wanted: Select[Any], asked: Mapping[str, Any]) -> list[Ageing]:
        rows = self._connection.execute(wanted, asked)
        return [Ageing(**row._mapping) for row in rows]  # noqa: SLF001 - a Row's documented mapping


@cache
def _to_review(steps: int) -> Select[Any]:
    """Which records passed more of so many steps than their owner was told of."""
    dates: list[BindParameter[date]] = [
        bindparam(f"step_{number}") for number in range(1, steps + 1)
    ]
    # The last step that has passed counts, so it is asked for first.
    passed = case(
        *((_R.review_date <= dates[at], at + 1) for at in reversed(range(steps))), else_=0
    )
    return (
        _AGEING.where(_R.review_date <= dates[0], _AMONG)
        .where(passed > func.coalesce(_REVIEW.told, 0))
        .order_by(_R.review_date, _R.id)
        .limit(bindparam("most"))
    )
