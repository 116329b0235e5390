"""Columns of a fact's state that follow from others of the same row, and nothing else.

Pure; what a day apart means for a case, the measures say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

MONTH_AND_YEAR = 7
"""Characters of a partial date, at most."""
SHORT_TIME_TO_CRIME_DAYS = 1096
"""Up to three years: below so many days."""
DEFACED = ("REMOVED_ABRADED", "REMOVED_PUNCHED", "REMOVED_OTHER", "ALTERED", "PARTIAL")
"""What a serial number is when somebody tried to hide it."""


def is_partial(text: str | None) -> bool:
    """Whether a date names a year or month only."""
    return text is not None and len(text) <= MONTH_AND_YEAR


@lru_cache(maxsize=65_536)  # dates repeat, and a report over a large country reads many
def full_date(text: str | None) -> date | None:
    """The day that ``text`` names; None where it is missing, partial or no date."""
    if text is None or is_partial(text):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def days_between(earlier: str | None, later: str | None) -> int | None:
    """Days from one full date to another; None where one is missing, partial or no date."""
    first, second = full_date(earlier), full_date(later)
    return None if first is None or second is None else (second - first).days


def derive_values(state: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from the other columns of ``row``; nothing for most states."""
    return _of_trace(row) if state == "traces" else {}


TRACED = (
    "TRACED_LAST_LEGAL_HOLDER",
    "TRACED_FIRST_PURCHASER",
    "TRACED_RETAILER",
    "TRACED_WHOLESALER",
    "TRACED_MANUFACTURER_ONLY",
    "STATE_STOCK",
    "REPORTED_STOLEN",
    "REPORTED_LOST",
)
"""Outcomes that name where the firearm was."""

SOURCES: Mapping[str, frozenset[str]] = {
    "traces": frozenset(
        {
            "last_transfer",
            "recovery_date",
            "reported_days",
            "serial_status",
            "import_place",
            "recovery_country",
            "outcome",
            "diversion_place",
        }
    ),
}
"""The columns that ``derive_values`` reads, by state."""


def _of_trace(row: Mapping[str, Any]) -> dict[str, Any]:
    days = days_between(row["last_transfer"], row["recovery_date"])
    days = row["reported_days"] if days is None else days
    imported, here = row["import_place"], row["recovery_country"]
    moved = int(imported is not None and here is not None and imported != here)
    short = days is not None and 0 <= days < SHORT_TIME_TO_CRIME_DAYS
    signs = short + (row["serial_status"] in DEFACED) + moved
    named = row["diversion_place"] is not None or row["last_transfer"] is not None
    origin_known = int(named or row["outcome"] in TRACED)
    return {"crime_days": days, "moved": moved, "signs": signs, "origin_known": origin_known}
