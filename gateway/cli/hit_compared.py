"""The two firearms of a hit side by side, and which characters of their marks differ.

It judges nothing: what the registry found to agree is taken from the reasons that it gave.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import Levenshtein

if TYPE_CHECKING:
    from gateway.payload import FirearmDescription, Hit, Make, Marking, MatchOutcomeCode

_PATHS = {
    "type": "Firearm/FirearmTypeCode",
    "make": "Firearm/MakeIdentified",
    "model": "Firearm/ModelIdentified",
    "calibre": "Firearm/Calibre",
}


class Piece(NamedTuple):
    """A stretch of a mark; ``same`` where the other mark has it too."""

    text: str
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One feature of both firearms; "" where a side says nothing of it.

    ``outcome`` is the registry's word on it, where it gave one. The pieces of a mark that only one
    side has are none.
    """

    name: str
    recorded: str
    found: str
    outcome: MatchOutcomeCode | None = None
    recorded_pieces: tuple[Piece, ...] = ()
    found_pieces: tuple[Piece, ...] = ()


def compared(hit: Hit) -> list[Compared]:
    """Every feature that one of the two firearms has, the marks first."""
    recorded, found = hit.recorded_firearm, hit.found_firearm
    outcomes = {reason.field_path: reason.outcome_code for reason in hit.match_reason}
    lines = [*_marks(_marks_of(recorded), _marks_of(found))]
    theirs, ours = dict(_features(recorded)), dict(_features(found))
    lines += [
        Compared(
            name=name,
            recorded=theirs.get(name, ""),
            found=ours.get(name, ""),
            outcome=outcomes.get(_PATHS.get(name)),
        )
        for name in theirs
        if theirs[name] or ours[name]
    ]
    return lines


def differing(one: str, other: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both marks in pieces; case, width of blanks and separators are no difference."""
    mine, yours = _letters(one), _letters(other)
    my_odd: set[int] = set()
    your_odd: set[int] = set()
    for step in Levenshtein.editops([c for _, c in mine], [c for _, c in yours]):
        if step.tag != "insert":
            my_odd.add(mine[step.src_pos][0])
        if step.tag != "delete":
            your_odd.add(yours[step.dest_pos][0])
    return _pieces(one, my_odd), _pieces(other, your_odd)


# --- parts ------------------------------------------------------------------------------------


class _Mark(NamedTuple):
    name: str
    text: str


def _marks_of(firearm: FirearmDescription) -> list[_Mark]:
    found = [_mark(marking, None) for marking in firearm.marking]
    for component in firearm.component:
        part = component.component_code.value
        found += [_mark(marking, part) for marking in component.marking]
    return [mark for mark in found if mark.text]


def _mark(marking: Marking, part: str | None) -> _Mark:
    place = part or (marking.location_code and marking.location_code.value)
    name = said(marking.kind_code.value)
    text = marking.text_as_marked or marking.text_pattern or marking.symbol_description_text or ""
    return _Mark(f"{name}, {said(place)}" if place else name, text)


def _marks(recorded: Sequence[_Mark], found: Sequence[_Mark]) -> Iterator[Compared]:
    """Each mark beside the one of the other side that is most like it."""
    left = list(found)
    for theirs in recorded:
        if not left:
            yield Compared(name=theirs.name, recorded=theirs.text, found="")
            continue
        ours = max(left, key=lambda mark: _likeness(theirs, mark))
        left.remove(ours)
        pieces, our_pieces = differing(theirs.text, ours.text)
        yield Compared(
            name=theirs.name if theirs.name == ours.name else f"{theirs.name} / {ours.name}",
            recorded=theirs.text,
            found=ours.text,
            recorded_pieces=pieces,
            found_pieces=our_pieces,
        )
    for ours in left:
        yield Compared(name=ours.name, recorded="", found=ours.text)


def _likeness(one: _Mark, other: _Mark) -> tuple[float, bool]:
    mine, yours = ([c for _, c in _letters(mark.text)] for mark in (one, other))
    return Levenshtein.normalized_similarity(mine, yours), one.name == other.name


def _letters(text: str) -> list[tuple[int, str]]:
    return [(n, c.upper()) for n, c in enumerate(text) if c.isalnum() or c in "?*"]


def _pieces(text: str, odd: set[int]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for place, character in enumerate(text):
        same = place not in odd
        if pieces and pieces[-1].same is same:
            pieces[-1] = Piece(pieces[-1].text + character, same)
        else:
            pieces.append(Piece(character, same))
    return tuple(pieces)


def _features(firearm: FirearmDescription) -> Iterator[tuple[str, str]]:
    yield "type", said(firearm.firearm_type_code)
    yield "make", _make(firearm.make_identified, firearm.make_marked)
    yield "model", firearm.model_identified or firearm.model_marked or ""
    yield "calibre", ", ".join(calibre.calibre_text for calibre in firearm.calibre)
    yield "serial status", said(firearm.serial_status_code)
    yield "action", said(firearm.action_code)
    yield "made how", said(firearm.manufacture_kind_code)
    yield "made in", said(firearm.country_of_manufacture)
    year = firearm.year_of_manufacture
    yield "made in the year", "" if year is None else str(year.value)
    yield "barrel length, mm", _number(firearm.barrel_length_measure)
    yield "whole length, mm", _number(firearm.overall_length_measure)
    yield "barrels", _number(firearm.barrel_quantity)
    yield "capacity", _number(firearm.capacity_quantity)
    yield "finish", ", ".join(said(code) for code in firearm.finish_code)
    yield "grip", firearm.grip_text or ""
    yield "stock", firearm.stock_text or ""
    yield "features", firearm.distinguishing_feature_text or ""
    yield "pictures announced", ", ".join(said(image.view_code) for image in firearm.image)


def _make(identified: Make | None, marked: Make | None) -> str:
    texts = [make.make_text for make in (identified, marked) if make is not None]
    return ", marked ".join(dict.fromkeys(texts))


def _number(value: object) -> str:
    return "" if value is None else str(value)


def said(code: str | None) -> str:
    """A code as words ("" for none): codes of the standard are words already."""
    return "" if code is None else code.lower().replace("_", " ")
