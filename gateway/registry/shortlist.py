"""Picks the keys whose records are worth reading, by what the search table says of them.

Most keys near a question are of strangers' weapons: another make, another calibre. What cannot come
to be shown, whatever its record says, is counted and not read. It grades nothing (``resembling``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import NamedTuple

from gateway.registry.comparing import Comparison
from gateway.registry.makes import is_unlisted
from gateway.registry.resembling import (
    Asked,
    Terms,
    make_asked,
    pattern_bits,
    serial_evidence,
)
from gateway.registry.skeleton import LANES
from gateway.registry.slips import reading_bits
from gateway.registry.weighing import calibre_bits, chance_bits, make_bits, model_bits, type_bits
from gateway.store import KeyFound

MOST_WEIGHED = 60
"""Keys of one question whose records are read; the others are too unlikely to be shown."""
MOST_WEIGHED_MANY = 250
"""The same where the serial asked for has at most five symbols, or unknown ones: many records are
as near."""
_SHORT = 5
_SAME_MAKE, _OTHER_MAKE, _SAME_BORE, _OTHER_BORE = 5.0, -4.0, 2.0, -3.0
# No slip is likelier than a lost symbol, and leading zeros are likelier than any (see ``slips``).
_LIKELIEST_SLIP, _LIKELIEST_ZEROS = math.log2(0.004), math.log2(0.04)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """The keys worth reading, likeliest first, and the numbers of the records that are weaker.

    ``evidence`` is of each row: what its serial says for the only one asked for, None where that
    was not looked at or there are several.
    """

    rows: list[KeyFound]
    evidence: list[float | None]
    weaker: AbstractSet[int]


def likeliest(
    asked: Asked,
    exact: AbstractSet[int],
    rows: Sequence[KeyFound],
    terms: Terms,
    *,
    counting_all: bool = False,
) -> Shortlist:
    """The shortlist of ``rows``; ``exact`` are the keys of equal serials, which are always on it.

    ``counting_all`` reads what is hopeless too: where records of a class are hidden from the asker,
    only their own columns tell whether they count.
    """
    if len(rows) <= MOST_WEIGHED and all(row.sk in exact for row in rows):
        # Each is read whatever make and calibre say.
        resembling = {norm: _resembles(asked, norm) for norm in {row.norm for row in rows}}
        near = [row for row in rows if resembling[row.norm]]
        if len(near) > 1:
            near.sort(key=_row_number)
        return Shortlist(rows=near, evidence=[None] * len(near), weaker=frozenset())
    outline = _Outline(asked, terms)
    alone = len(asked.serials) == 1 and not asked.patterns  # nearly every search
    text = asked.serials[0].key.norm if alone else ""
    chance = chance_bits(text, terms.figures, make_asked(asked)) if alone else 0.0
    weighed: list[tuple[float, int, float, KeyFound]] = []
    hopeless: set[int] = set()
    views: dict[int, _View] = {}
    line, slip, zeros = outline.line, outline.most_text(""), outline.most_text("0")
    for row in rows:
        traits, norm = row.traits, row.norm
        view = views.get(traits)
        if view is None:
            view = views[traits] = outline.view(row)
        certain = counting_all or row.sk in exact
        if not certain and (zeros if norm[0] == "0" else slip) + view.most < line:
            hopeless.add(row.firearm_id)
            continue
        if alone:
            bits = reading_bits(text, norm)
            if bits is not None:
                bits -= chance
        else:
            bits = _text_bits(asked, norm, terms)
        if bits is None:
            continue
        if not certain and bits + view.most < line:
            hopeless.add(row.firearm_id)
            continue
        weighed.append((-(bits + view.likely), row.firearm_id, bits, row))
    weighed.sort(key=_in_order)
    longest = max((len(serial.key.norm) for serial in asked.serials), default=LANES)
    many = longest <= _SHORT or bool(asked.patterns)
    del weighed[MOST_WEIGHED_MANY if many else MOST_WEIGHED :]
    return Shortlist(
        rows=[row for *_, row in weighed],
        evidence=[bits if alone else None for _, _, bits, _ in weighed],
        weaker=hopeless.difference([number for _, number, _, _ in weighed]),
    )


_row_number = attrgetter("row")
_in_order = itemgetter(0, 1)


def _resembles(asked: Asked, norm: str) -> bool:
    if asked.serials and norm == asked.serials[0].key.norm:  # nearly every one
        return True
    if any(reading_bits(serial.key.norm, norm) is not None for serial in asked.serials):
        return True
    return any(pattern.folds(norm) is not None for pattern in asked.patterns)


class _View(NamedTuple):
    """Bits of a make and a bore: what they add at most, and by which keys are put in an order."""

    most: float
    likely: float


class _Outline:
    """What make and calibre can add to a key's evidence, from their numbers alone."""

    def __init__(self, asked: Asked, terms: Terms) -> None:
        traits, figures = asked.traits, terms.figures
        makes, calibres = traits.makes, traits.calibres
        self._makes = {make.number for make in makes} - {0}
        self._bores = {calibre.family for calibre in calibres} - {0}
        # Of one group, or beyond the tables and spelled alike: another number may yet be near.
        self._may_be_near = any(make.group is not None or make.code is None for make in makes)
        make = makes[0].number if makes else 0
        bore = calibres[0].family if calibres else 0
        given = Comparison.EQUAL if makes else Comparison.NOT_GIVEN
        self._same_make = make_bits(given, make, figures)
        self._near_make = make_bits(Comparison.NEAR, make, figures) if makes else 0.0
        self._other_make = make_bits(Comparison.DIFFERS, make, figures) if makes else 0.0
        given = Comparison.EQUAL if calibres else Comparison.NOT_GIVEN
        beside = calibre_bits(given, bore, make or None, figures)
        beside += type_bits(Comparison.EQUAL) + model_bits(Comparison.EQUAL)
        possible = terms.thresholds.possible
        line = math.log2(possible / (1 - possible))
        # Below it a record cannot come to be shown, whatever else it says.
        self.line = line - terms.before_bits - beside
        norms = [serial.key.norm for serial in asked.serials]
        self._stranger = max((-chance_bits(norm, figures, make) for norm in norms), default=0.0)
        self._zeros = any(norm.startswith("0") for norm in norms)
        self._patterns = bool(asked.patterns)

    def most_text(self, norm: str) -> float:
        """Bits that the text ``norm``, no equal one, has at most."""
        if self._patterns:
            return math.inf
        zeros = self._zeros or norm.startswith("0")
        return self._stranger + (_LIKELIEST_ZEROS if zeros else _LIKELIEST_SLIP)

    def view(self, row: KeyFound) -> _View:
        """What the make and bore of ``row`` say."""
        number = row.make_number
        most = self._same_make
        if number and self._makes and number not in self._makes:
            near = self._may_be_near or is_unlisted(number)
            most = self._near_make if near else self._other_make
        likely = 0.0
        if self._makes and number:
            likely += _SAME_MAKE if number in self._makes else _OTHER_MAKE
        if self._bores and (bore := row.bore_number):
            likely += _SAME_BORE if bore in self._bores else _OTHER_BORE
        return _View(most, likely)


def _text_bits(asked: Asked, norm: str, terms: Terms) -> float | None:
    make = make_asked(asked)
    found = [
        bits
        for serial in asked.serials
        if (bits := serial_evidence(serial.key.norm, norm, terms.figures, make)) is not None
    ]
    found += [
        pattern_bits(pattern, norm) - folds
        for pattern in asked.patterns
        if (folds := pattern.folds(norm)) is not None
    ]
    return max(found, default=None)
