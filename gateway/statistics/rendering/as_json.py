"""A report as JSON: everything that the other formats say, for machines."""

from __future__ import annotations

import msgspec

from gateway.statistics.reports import Report


def render(report: Report) -> bytes:
    """The octets: keys in a fixed order, two spaces a level."""
    found = {
        "name": report.name,
        "number": report.number,
        "title": report.title,
        "about": report.about,
        "party": report.origin.party,
        "period": {"from": report.start, "before": report.end},
        "filters": {name: list(values) for name, values in report.filters},
        "extracted": report.extracted,
        "standard": report.standard,
        "log": {"position": report.origin.position, "head": report.origin.head},
        "caveat": report.caveat,
        "tables": [
            {
                "measure": table.name,
                "title": table.title,
                "definition": table.definition,
                "notes": list(table.notes),
                "columns": [
                    {"name": column.name, "title": column.title, "kind": column.kind.value}
                    for column in table.columns
                ],
                "rows": [list(row.values) for row in table.rows],
            }
            for table in report.tables
        ],
    }
    return msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n"
