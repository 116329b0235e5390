"""What is known of how makers numbered, and since when: ``data/serial_forms.csv``.

Every row says where it is known from; an administrator adds rows of the same form. It judges no
serial number (see ``gateway.tracing``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from gateway.registry import reference
from gateway.registry.makes import read_make

TABLE = "serial_forms"


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialForm:
    """One thing known of a make: serial numbers of the form ``pattern`` (every one where it is
    None) were made from ``since`` to ``until``.

    Where a make has forms without years, its serial numbers have one of them.
    """

    make: str
    since: int | None
    until: int | None
    pattern: re.Pattern[str] | None
    says: str
    source: str


def forms_of_make(make_text: str) -> tuple[SerialForm, ...]:
    """What is known of the make that ``make_text`` names; nothing of one that no table knows."""
    make = read_make(make_text)
    return () if make is None or make.code is None else _table().get(make.code, ())


@cache
def _table() -> dict[str, tuple[SerialForm, ...]]:
    found: dict[str, tuple[SerialForm, ...]] = {}
    for row in reference.rows(TABLE):
        form = SerialForm(
            make=row["make"],
            since=int(row["since"]) if row["since"] else None,
            until=int(row["until"]) if row["until"] else None,
            pattern=re.compile(row["pattern"]) if row["pattern"] else None,
            says=row["says"],
            source=row["source"],
        )
        found[form.make] = (*found.get(form.make, ()), form)
    return found


reference.forgets(_table.cache_clear)
