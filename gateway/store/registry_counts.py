"""Counts over the registry's own tables: records and hits by what their rows hold.

It does not say what may be told of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from gateway.store.registry_tables import firearm_record, hit

_RECORD = firearm_record.c
_HIT = hit.c
_COLUMNS: dict[str, tuple[Any, dict[str, Any]]] = {
    "records": (
        _RECORD.filed,
        {
            "firearm_type": _RECORD.type_code,
            "serial_status": _RECORD.serial_status,
            "record_type": _RECORD.record_type,
            "status": _RECORD.status,
            "closure_reason": _RECORD.closure_reason,
            "owner_country": _RECORD.owner_country,
        },
    ),
    "hits": (
        _HIT.raised,
        {
            "grade": _HIT.grade,
            "origin": _HIT.origin,
            "outcome": _HIT.state,
            "owner_country": func.substr(_HIT.owner_agency, 1, 3),
            "finder_country": func.substr(_HIT.finder_agency, 1, 3),
        },
    ),
}
_NUMBERS = {"records": _RECORD.id, "hits": _HIT.id}


class RegistryCounts:
    """The registry counted, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @staticmethod
    def columns(state: str) -> frozenset[str]:
        """What ``state`` can be told apart by; nothing for what the registry does not count."""
        return frozenset(_COLUMNS[state][1]) if state in _COLUMNS else frozenset()

    def count(
        self, state: str, by: Sequence[str], start: datetime, end: datetime
    ) -> dict[tuple[Any, ...], int]:
        """How many there are from ``start`` to before ``end`` for each combination of ``by``."""
        time, known = _COLUMNS[state]
        columns = [known[name] for name in by]
        wanted = select(*columns, func.count()).where(time >= start, time < end)
        rows = self._connection.execute(wanted.group_by(*columns))
        return {tuple(row[:-1]): row[-1] for row in rows if row[-1]}

    def basis(
        self, state: str, by: Sequence[str], start: datetime, end: datetime
    ) -> dict[tuple[Any, ...], list[int]]:
        """The numbers of the rows behind ``count``, in their order, for each combination."""
        time, known = _COLUMNS[state]
        columns = [known[name] for name in by]
        number = _NUMBERS[state]
        wanted = select(*columns, number).where(time >= start, time < end).order_by(number)
        found: dict[tuple[Any, ...], list[int]] = {}
        for row in self._connection.execute(wanted.execution_options(yield_per=10_000)):
            found.setdefault(tuple(row[:-1]), []).append(row[-1])
        return found
