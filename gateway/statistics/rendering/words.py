"""How figures and the facts about a report read, the same in every format."""

from __future__ import annotations

from gateway.statistics.reports import Report
from gateway.statistics.tables import Column, Kind, Value


def words(value: Value, column: Column) -> str:
    """A figure for people; a dash where there is none."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    match column.kind:
        case Kind.SHARE:
            return f"{value * 100:.1f} %"
        case Kind.DAYS | Kind.HOURS:
            return f"{value:,.1f}"
        case Kind.RATIO:
            return f"{value:,.2f}"
        case _:
            return f"{value:,}"


def is_number(column: Column) -> bool:
    """Whether the column is set flush right."""
    return column.kind is not Kind.LABEL


def facts_about(report: Report) -> list[tuple[str, str]]:
    """What a reader must know of the report, as it stands at the head of every format."""
    found = [
        ("report", f"{report.number} {report.name}".strip()),
        ("of", report.origin.party),
        ("period", f"from {report.start:%Y-%m-%d} to before {report.end:%Y-%m-%d} (UTC)"),
    ]
    found += [(f"only {name}", ", ".join(values)) for name, values in report.filters]
    found += [
        ("extracted", f"{report.extracted:%Y-%m-%d %H:%M:%S} UTC"),
        ("code lists", f"of the message standard {report.standard}"),
        (
            "computed from",
            f"position {report.origin.position} of the log of facts, {report.origin.head}",
        ),
        ("mind", report.caveat),
    ]
    return found
