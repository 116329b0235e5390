"""Everything that the registry holds about one record, for its owner or a data protection office.

It decides nothing and writes nothing; who may ask is the operator's to see to, and the command
writes the asking down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from html import escape
from typing import Any

import msgspec

from gateway.registry.storage import read_record
from gateway.store import Unit

_STYLE = (
    "body{font:11pt/1.4 sans-serif;margin:2em}table{border-collapse:collapse;margin:.3em 0}"
    "td,th{border:1px solid #999;padding:.2em .5em;text-align:left;vertical-align:top}"
    "h2{margin-top:1.2em}@media print{body{margin:0}tr{break-inside:avoid}}"
)


def dossier_of(record_id: str, unit: Unit) -> dict[str, Any] | None:
    """What is held about the record, as JSON holds it; None where there never was one.

    ``record`` is its stub alone once its content was erased. ``content`` is the version in force:
    the registry keeps no content of versions that were replaced, only that they were.
    """
    held = unit.lives.find(record_id)
    if held is None:
        return None
    octets = unit.records.contents([held.id]).get(held.id)
    hits = [
        {**_row(hit), "steps": [_row(step) for step in unit.hits.events(hit.hit_id)]}
        for hit in unit.hits.of_record(held.id)
    ]
    found = {
        "record": _row(held),
        "content": None if octets is None else read_record(octets),
        "events": [_row(event) for event in unit.lives.events(record_id)],
        "lookups": [
            {"at": at, "asker": asker, "purpose": purpose}
            for at, asker, purpose in unit.lives.shown_to(record_id)
        ],
        "accesses": [_row(access) for access in unit.lives.accesses(record_id)],
        "hits": hits,
    }
    return {name: _given(value) for name, value in msgspec.to_builtins(found, enc_hook=str).items()}


def as_html(found: Mapping[str, Any]) -> str:
    """The dossier as one page that can be printed; nothing in it is fetched from elsewhere."""
    title = escape(str(found["record"]["record_id"]))
    body = "".join(f"<h2>{escape(name.capitalize())}</h2>{_shown(v)}" for name, v in found.items())
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>{body}</body></html>\n"
    )


def _row(value: Any) -> dict[str, Any]:
    row = asdict(value)
    row.pop("id", None)
    row.pop("firearm_id", None)
    return row


def _given(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _given(v) for k, v in value.items() if v not in (None, [], ())}
    if isinstance(value, list | tuple):
        return [_given(one) for one in value]
    return value


def _shown(value: Any) -> str:
    if value in (None, []):
        return "<p>None.</p>"
    if isinstance(value, Mapping):
        rows = "".join(
            f"<tr><th>{escape(k)}</th><td>{_shown(v)}</td></tr>" for k, v in value.items()
        )
        return f"<table>{rows}</table>"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(_items(value))
    return escape(str(value))


def _items(values: Sequence[Any]) -> Iterator[str]:
    if not all(isinstance(one, Mapping) for one in values):
        yield "<br>".join(_shown(one) for one in values)
        return
    columns = list(dict.fromkeys(name for one in values for name in one))
    yield "<table><tr>" + "".join(f"<th>{escape(name)}</th>" for name in columns) + "</tr>"
    for one in values:
        cells = "".join(f"<td>{_shown(one.get(n)) if n in one else ''}</td>" for n in columns)
        yield f"<tr>{cells}</tr>"
    yield "</table>"
