"""A hit as one sheet of paper: both firearms side by side, for the officer who holds one of them.

It decides nothing and fetches nothing: one page of HTML that prints on A4 and needs no network.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from gateway.cli.hit_compared import Compared, Piece, compared, said

if TYPE_CHECKING:
    from gateway.payload import Hit
    from gateway.store import NodeHit

_CONFIRMED = frozenset({"CONFIRMED", "SEIZED", "DISPOSED"})
_ENDED = frozenset({"NOT_CONFIRMED", "FALSE_HIT", "REVOKED", "CLOSED"})
_STYLE = (
    "body{font:10pt sans-serif;margin:1.2cm;max-width:18.5cm}h1{font-size:15pt;margin:0}"
    "table{border-collapse:collapse;width:100%;margin:.3cm 0}"
    "th,td{border:1px solid #999;padding:3px 7px;text-align:left;vertical-align:top}"
    ".mark{font:bold 14pt monospace;letter-spacing:.12em;unicode-bidi:isolate}"
    "mark{background:none;border-bottom:3px solid #000;outline:1px solid #000}"
    ".word{border:2px solid #000;padding:5px 8px;font-weight:bold;margin:.3cm 0}"
    ".head{display:flex;justify-content:space-between}.tick td{height:.9cm}"
    "@page{size:A4;margin:1cm}"
)


def sheet_of(hit: NodeHit, notice: Hit, printed: datetime) -> str:
    """The sheet as it stands at ``printed``."""
    due = "" if hit.due is None else f"; answer due {hit.due:%Y-%m-%d %H:%M}Z"
    stands = f"{said(hit.state)}, grade {hit.grade}, as {hit.role.lower()}{due}"
    head = (
        "<h1>Is it the same firearm?</h1>"
        f"<p>{escape(hit.hit_id)}<br>{escape(stands)}<br>printed {printed:%Y-%m-%d %H:%M}Z</p>"
    )
    reasons = (f"{said(one.outcome_code)}: {one.message_text}" for one in notice.match_reason)
    parts = (
        f'<div class="head"><div>{head}</div>{_code_of(hit.hit_id)}</div>',
        f'<div class="word">{escape(_standing(hit.state))}</div>',
        _side_by_side(notice),
        f"<h2>What the registry compared</h2>{_list(reasons)}",
        _about(hit, notice),
        _to_fill_in(hit),
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(hit.hit_id)}</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def text_of(notice: Hit) -> list[str]:
    """The comparison for a terminal: differing characters have a mark below them."""
    rows = [("", "recorded", "found", "")]
    for line in compared(notice):
        outcome = "" if line.outcome is None else said(line.outcome)
        rows.append((line.name, line.recorded, line.found, outcome))
        below = (_carets(line.recorded_pieces), _carets(line.found_pieces))
        if any(map(str.strip, below)):
            rows.append(("", *below, ""))
    widths = [max(len(row[n]) for row in rows) for n in range(3)]
    return [
        "  ".join((*(c.ljust(w) for c, w in zip(row[:3], widths, strict=True)), row[3])).rstrip()
        for row in rows
    ]


# --- parts ------------------------------------------------------------------------------------


def _standing(state: str) -> str:
    if state in _CONFIRMED:
        return "The owner confirmed this hit."
    if state in _ENDED:
        return "This hit is ended: it is no ground for action."
    return "Not confirmed: this hit is no ground for action until the owner confirms it."


def _side_by_side(notice: Hit) -> str:
    recorded = f"recorded by {notice.owner_agency_id}"
    found = f"found by {notice.finder_agency_id}"
    rows = "".join(_row(line) for line in compared(notice))
    return (
        f"<table><tr><th></th><th>{escape(recorded)}</th><th>{escape(found)}</th>"
        f"<th>registry</th></tr>{rows}</table>"
    )


def _row(line: Compared) -> str:
    outcome = "" if line.outcome is None else said(line.outcome)
    return (
        f"<tr><th>{escape(line.name)}</th>"
        f"<td>{_shown(line.recorded, line.recorded_pieces)}</td>"
        f"<td>{_shown(line.found, line.found_pieces)}</td><td>{escape(outcome)}</td></tr>"
    )


def _shown(text: str, pieces: Sequence[Piece]) -> str:
    if not pieces:
        return escape(text)
    shown = "".join(
        escape(piece.text) if piece.same else f"<mark>{escape(piece.text)}</mark>"
        for piece in pieces
    )
    return f'<span class="mark">{shown}</span>'


def _carets(pieces: Sequence[Piece]) -> str:
    return "".join((" " if piece.same else "^") * len(piece.text) for piece in pieces).rstrip()


def _about(hit: NodeHit, notice: Hit) -> str:
    place = notice.found_location
    where = "" if place is None else f"{place.country.value} {place.locality_text or ''}".rstrip()
    when = notice.found_timestamp
    facts = (
        ("record", f"{hit.record_id} ({hit.national_record_id or 'number not told'})"),
        ("recorded as", f"{said(notice.record_type_code)}, {notice.event_date}"),
        ("found", f"{where} {'' if when is None else f'{when:%Y-%m-%d %H:%M}Z'}".strip()),
        ("exhibit", notice.exhibit_reference or ""),
        ("warnings", ", ".join(said(code) for code in notice.caution_code)),
        ("asked of the finder", said(notice.action_requested_code)),
        *(
            ("other side", f"{one.contact_name} {one.telephone or ''} {one.email or ''}".rstrip())
            for one in notice.contact_point
        ),
    )
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in facts
        if value
    )
    return f"<table>{rows}</table>"


def _to_fill_in(hit: NodeHit) -> str:
    yes, no = ("confirm", "deny") if hit.role == "OWNER" else ("request", "false")
    lines = (
        ("it is this firearm", f"iarms hit {yes} {hit.hit_id}"),
        ("it is not, because", f"iarms hit {no} {hit.hit_id}"),
        ("it cannot be told, because", ""),
        ("compared by, office, day and hour", ""),
    )
    rows = "".join(
        f"<tr><th>\N{BALLOT BOX} {escape(name)}</th><td>{escape(command)}</td></tr>"
        for name, command in lines
    )
    return f'<h2>Compared on the weapon</h2><table class="tick">{rows}</table>'


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def _code_of(text: str) -> str:
    import segno

    drawn: str = segno.make(text, error="m", micro=False).svg_inline(scale=3)
    return drawn
