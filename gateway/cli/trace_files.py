"""A case as a file: evidence that proves itself, or a view to read and print.

It reads; the parts that prove are in ``gateway.node``.
"""

from __future__ import annotations

import csv
import io
import json
from html import escape
from pathlib import Path
from typing import Any

from gateway.cli.trace_views import case_view, chain_of
from gateway.store import Unit
from gateway.tracing import chain_text, drawing

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_case(trace_id: str, unit: Unit, form: str, home: Path) -> bytes:
    """The octets of a case in ``form``: zip, xml, json, csv, xlsx, html or pdf."""
    if form in ("zip", "xml"):
        from gateway.config import load_settings
        from gateway.node import evidence_of

        settings = load_settings(home)
        trust = home / settings.keys.trust_folder
        return evidence_of(trace_id, unit, trust, settings.party, as_xml=form == "xml")
    view = case_view(trace_id, unit)
    if form == "json":
        return json.dumps(view, indent=2, ensure_ascii=False, default=str).encode()
    if form == "csv":
        return _csv(view)
    if form in ("xlsx", "pdf"):
        from gateway.cli.trace_prints import as_pdf, as_xlsx

        lines = list(chain_text(chain_of(trace_id, unit)))
        return as_xlsx(view) if form == "xlsx" else as_pdf(view, lines)
    return _html(view, trace_id, unit)


def verify_case(octets: bytes, anchor: bytes | None) -> dict[str, Any]:
    """What an evidence file proves."""
    from gateway.node import check_evidence

    return check_evidence(octets, anchor)


def _csv(view: dict[str, Any]) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(("at", "side", "number", "deed", "effect", "message_id", "digest", "says"))
    for act in view["acts"]:
        said = "; ".join(f"{name}: {value}" for name, value in act["says"].items())
        effect = "none (crossed)" if act["crossed"] else act["standing"]
        rows.writerow(
            [
                _plain(cell)
                for cell in (
                    act["at"].isoformat(),
                    act["side"],
                    act["number"],
                    act["deed"],
                    effect,
                    act["message_id"],
                    act["digest"],
                    said,
                )
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: object) -> str:
    # A spreadsheet would take such a text for a formula.
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _html(view: dict[str, Any], trace_id: str, unit: Unit) -> bytes:
    case = view["case"]
    chain = chain_of(trace_id, unit)
    facts = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>"
        for name, value in case.items()
        if value not in (None, "", False)
    )
    acts = "".join(
        f"<tr><td>{act['at']:%Y-%m-%d %H:%M:%S}</td><td>{escape(act['side'])}</td>"
        f"<td>{escape(act['deed'])}{' (crossed)' if act['crossed'] else ''}</td>"
        f"<td>{escape('; '.join(f'{k}: {v}' for k, v in act['says'].items()))}</td>"
        f"<td><code>{escape(act['digest'] or '')}</code></td></tr>"
        for act in view["acts"]
    )
    lines = escape("\n".join(chain_text(chain)))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(trace_id)}</title><style>"
        "body{font:11pt sans-serif;margin:2cm;max-width:26cm}table{border-collapse:collapse}"
        "th,td{border:1px solid #bbb;padding:3px 8px;text-align:left;vertical-align:top}"
        "code{font-size:7pt}svg{max-width:100%;height:auto}@page{size:A4 landscape;margin:1cm}"
        f"</style></head><body><h1>Trace {escape(trace_id)}</h1><table>{facts}</table>"
        f"<h2>Line of supply</h2>{drawing(chain)}<pre>{lines}</pre>"
        f"<h2>Signed acts</h2><table><tr><th>at (UTC)</th><th>side</th><th>act</th><th>says</th>"
        f"<th>SHA-256 of the envelope</th></tr>{acts}</table></body></html>\n"
    ).encode()
