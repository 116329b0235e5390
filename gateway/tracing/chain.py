"""The line of supply of one firearm, put together from the answers of several countries.

It is pure: legs come in as each country's sealed answer gave them. It shows where links are missing
and where countries contradict each other, and guesses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from gateway.store import TraceCase, TraceLinkRow

_BOX_W, _BOX_H, _GAP, _MARGIN = 210, 96, 46, 24
_LETTER = 6.6  # how wide a letter of 12 points is taken to be
_CUT = 28  # letters that have room in a box; the text below the line and the case have them all
_FILL = {"LICIT": "#e3f1e3", "ILLICIT": "#f9e0de", "UNKNOWN": "#efefef"}
_LINE = {"LICIT": "#2f7d32", "ILLICIT": "#b3261e", "UNKNOWN": "#777777"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One link with the case and the country that said it."""

    link: TraceLinkRow
    trace_id: str
    said_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The line of supply, oldest link first, up to the point of diversion."""

    chain_id: str
    firearm: str
    recovered: str
    cases: tuple[TraceCase, ...]
    legs: tuple[Leg, ...]
    beyond: tuple[Leg, ...]  # what was said of the time after the diversion
    diversion: Leg | None
    gaps: tuple[str, ...]
    contradictions: tuple[str, ...]
    restrictions: tuple[str, ...]


def assemble(
    cases: Sequence[TraceCase],
    links: dict[str, list[TraceLinkRow]],
    restricted: dict[str, list[str]],
) -> Chain:
    """The chain of ``cases``; links and restricted items by trace id. ValueError for no case."""
    if not cases:
        raise ValueError("a chain has at least one case")
    ours = sorted(cases, key=lambda case: case.sent)
    legs = [
        Leg(link=link, trace_id=case.trace_id, said_by=case.peer)
        for case in ours
        for link in links.get(case.trace_id, [])
    ]
    joined, contradictions = _joined(legs)
    cut = next((n for n, leg in enumerate(joined) if leg.link.diversion), None)
    kept = joined if cut is None else joined[: cut + 1]
    first = ours[0]
    return Chain(
        chain_id=first.chain_id,
        firearm=" ".join(
            part for part in (first.make, first.model, first.calibre, first.serial) if part
        ),
        recovered=f"{first.recovery_country} {first.recovery_date}",
        cases=tuple(ours),
        legs=tuple(kept),
        beyond=() if cut is None else tuple(joined[cut + 1 :]),
        diversion=None if cut is None else joined[cut],
        gaps=tuple(_gaps(kept, ours)),
        contradictions=tuple(contradictions),
        restrictions=tuple(
            f"{case.peer}: {what}" for case in ours for what in restricted.get(case.trace_id, [])
        ),
    )


def _joined(legs: Sequence[Leg]) -> tuple[list[Leg], list[str]]:
    """Legs by time; the same link said twice is one, and said differently a contradiction."""
    found: dict[tuple[str, str, str], Leg] = {}
    contradictions: list[str] = []
    order: list[Leg] = []
    for leg in legs:
        key = (leg.link.role, leg.link.country, (leg.link.party or "").casefold())
        known = found.get(key)
        if known is None:
            found[key] = leg
            order.append(leg)
        elif known.said_by != leg.said_by:
            contradictions.extend(_differences(known, leg))
    # Partial dates sort as text by their common precision; undated links stay behind the one
    # that the same answer put before them.
    dated, last = [], ""
    for number, leg in enumerate(order):
        last = leg.link.from_date or last
        dated.append((last, number, leg))
    return [leg for _, _, leg in sorted(dated, key=lambda x: (x[0], x[1]))], contradictions


def _differences(one: Leg, two: Leg) -> list[str]:
    names = {"from_date": "since", "next_country": "went to", "legality": "legality"}
    found = []
    for name, words in names.items():
        a, b = getattr(one.link, name), getattr(two.link, name)
        precise = name == "from_date" and a and b and (a.startswith(b) or b.startswith(a))
        if a is not None and b is not None and a != b and not precise:
            found.append(
                f"{one.link.role} {one.link.country}, {words}: "
                f"{one.said_by} says {a}, {two.said_by} says {b}"
            )
    return found


def _gaps(legs: Sequence[Leg], cases: Sequence[TraceCase]) -> list[str]:
    found: list[str] = []
    for before, after in pairwise(legs):
        to = before.link.next_country
        if to is not None and after.link.country != to:
            found.append(
                f"{before.said_by} says that it went to {to}, and the next link is in "
                f"{after.link.country}"
            )
        elif to is None and before.link.country != after.link.country:
            found.append(
                f"nothing says how it came from {before.link.country} to {after.link.country}"
            )
    if legs and legs[-1].link.next_country is not None:
        to = legs[-1].link.next_country
        if not any(case.peer.startswith(to) for case in cases):
            found.append(f"{to} was not asked yet")
    found.extend(
        f"{case.peer} has not answered ({case.state})"
        for case in cases
        if case.outcome is None and case.state != "CANCELLED"
    )
    return found


def chain_text(chain: Chain) -> list[str]:
    """The chain as lines for a person."""
    lines = [f"{chain.firearm}", f"chain {chain.chain_id}, recovered {chain.recovered}", ""]
    for number, leg in enumerate(chain.legs, start=1):
        link = leg.link
        when = " to ".join(d for d in (link.from_date, link.to_date) if d) or "undated"
        onward = f" -> {link.next_country}" if link.next_country else ""
        mark = "   <== POINT OF DIVERSION" if link.diversion else ""
        lines.append(
            f"{number:>3}  {link.country} {link.role}{onward}  {when}  {link.legality}{mark}"
        )
        lines.append(f"       {link.party or '(not named)'}; said by {leg.said_by}")
        lines.extend(f"       {kind} {value}" for kind, value in link.documents)
    for title, items in (
        ("gaps", chain.gaps),
        ("contradictions", chain.contradictions),
        ("withheld", chain.restrictions),
    ):
        if items:
            lines += ["", f"{title}:", *(f"  - {item}" for item in items)]
    return lines


def drawing(chain: Chain) -> str:
    """The chain as an SVG line of supply; texts are escaped, nothing is loaded from elsewhere."""
    count = max(len(chain.legs), 1)
    notes = [*chain.gaps, *chain.contradictions, *chain.restrictions]
    title = f"{chain.firearm} - recovered {chain.recovered}"
    boxes = 2 * _MARGIN + count * _BOX_W + (count - 1) * _GAP
    longest = max((len(note) + 2 for note in notes), default=0)
    width = max(boxes, 2 * _MARGIN + int(max(longest * _LETTER, len(title) * _LETTER * 1.25)))
    height = 2 * _MARGIN + 40 + _BOX_H + 20 * len(notes) + 10
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" font-family="sans-serif" font-size="12">'
        ),
        f'<rect width="{width}" height="{height}" fill="white"/>',
        _text(_MARGIN, _MARGIN + 4, title, size=15),
    ]
    top = _MARGIN + 30
    for number, leg in enumerate(chain.legs):
        left = _MARGIN + number * (_BOX_W + _GAP)
        parts += _box(leg, left, top)
        if number + 1 < len(chain.legs):
            middle = top + _BOX_H // 2
            parts.append(
                f'<path d="M{left + _BOX_W} {middle} h{_GAP - 8} m0 -5 l8 5 l-8 5" '
                f'stroke="{_LINE[leg.link.legality]}" fill="none" stroke-width="2"/>'
            )
    for number, note in enumerate(notes):
        parts.append(_text(_MARGIN, top + _BOX_H + 26 + 20 * number, f"! {note}"))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _box(leg: Leg, left: int, top: int) -> list[str]:
    link = leg.link
    heavy = 4 if link.diversion else 1.5
    documents = ", ".join(f"{kind} {value}" for kind, value in link.documents)
    lines = (
        f"{link.country}  {link.role}",
        _cut(link.party or "(not named)"),
        " to ".join(d for d in (link.from_date, link.to_date) if d) or "undated",
        _cut(documents),
        "POINT OF DIVERSION" if link.diversion else link.legality,
    )
    return [
        (
            f'<rect x="{left}" y="{top}" width="{_BOX_W}" height="{_BOX_H}" rx="6" '
            f'fill="{_FILL[link.legality]}" stroke="{_LINE[link.legality]}" '
            f'stroke-width="{heavy}"/>'
        ),
        *(_text(left + 10, top + 19 + 17 * n, line) for n, line in enumerate(lines)),
    ]


def _cut(text: str) -> str:
    return text if len(text) <= _CUT else f"{text[: _CUT - 1]}…"


def _text(x: int, y: int, text: str, *, size: int = 12) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}">{escape(text)}</text>'
