"""Holds a file of records against what its header and trailer promise.

A file that was cut short is refused as a whole, before the first of its items is given on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import BinaryIO

from adapters.engine.copybook_entry import Place
from adapters.engine.memory import Memory
from adapters.engine.record_cutting import Raw
from adapters.engine.record_ways import span_of
from adapters.engine.records import RecordFormat
from adapters.engine.spec import RecordKind
from gateway.adapter import Issue


def totals(records: RecordFormat, native: BinaryIO) -> list[Issue]:
    """What header and trailer promise and the file does not hold."""
    roles = {kind.role for kind in records.kinds.values()}
    if not roles & {"header", "trailer"}:
        return []
    sums = {pair[1] for kind in records.kinds.values() for pair in kind.sum}
    items, found, trailer = 0, dict.fromkeys(sums, Decimal(0)), None
    first, last = None, None
    added = _added(records, sums)
    kinds, type_at = Memory(records.kind_called), span_of(records.type_place)
    for raw in records.records(native):
        kind = None if raw.problem else kinds[raw.octets[type_at]]
        role = kind.role if kind is not None else "item"
        first, last = first or role, role
        if role == "trailer" and kind is not None:
            trailer = (kind, raw)
        elif role == "item":
            items += 1
            for name, (span, amounts) in added.get(kind.name if kind else "", {}).items():
                found[name] += amounts[raw.octets[span]]
    issues = []
    for role, seen in (("header", first), ("trailer", last)):
        if role in roles and seen != role:
            issues.append(
                records.speech.issue(
                    "TOTAL", at=records.speech.place("file"), what=role, given=1, found=0
                )
            )
    if trailer is not None:
        issues += _held_against(records, trailer[0], trailer[1], items, found)
    return issues


def _added(
    records: RecordFormat, names: Collection[str]
) -> dict[str, dict[str, tuple[slice, Memory]]]:
    """By the name of a record, where each field that is summed up lies, and its amount."""

    def amounts(place: Place) -> Memory:
        return Memory(lambda held: Decimal(records.fields.read(place, held) or 0))

    return {
        name: {
            field: (span_of(place), amounts(place))
            for field in names
            if (place := layout.named.get(field)) is not None
        }
        for name, layout in records.layouts.items()
    }


def _held_against(
    records: RecordFormat, kind: RecordKind, raw: Raw, items: int, found: Mapping[str, Decimal]
) -> Iterator[Issue]:
    places = {place.name: place for place in records.layouts[kind.name].fixed[0]}
    wanted = [(name, Decimal(items)) for name in kind.count]
    wanted += [(name, found[of]) for name, of in kind.sum]
    for name, counted in wanted:
        given = records.fields.value(places[name], raw.octets)
        if not given or Decimal(given) != counted:
            yield records.speech.issue(
                "TOTAL",
                at=records.field_at(raw, places[name]),
                value=given or "",
                cell=name,
                what=name,
                given=given or "-",
                found=counted,
            )
