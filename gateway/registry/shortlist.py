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

from gateway.registry.calibres import may_agree
from gateway.registry.comparing import Comparison
from gateway.registry.makes import is_unlisted
from gateway.registry.resembling import (
    Asked,
    Terms,
    core_of,
    cores_of,
    make_asked,
    pattern_bits,
    serial_evidence,
)
from gateway.registry.skeleton import LANES
from gateway.registry.slips import reading_bits
from gateway.registry.weighing import calibre_bits, chance_bits, make_bits, model_bits, type_bits
from gateway.store import RECORD_MASK, KeyFound

MOST_WEIGHED = 60
"""Keys of one question whose records are read; the others are too unlikely to be shown."""
MOST_WEIGHED_MANY = 250
"""The same where the serial asked for has at most five symbols, or unknown ones: many records are
as near."""
_SHORT = 5
_LIKE_ZERO = frozenset("0OQD")
_SAME_MAKE, _OTHER_MAKE, _SAME_BORE, _OTHER_BORE = 5.0, -4.0, 2.0, -3.0
# No slip is likelier than a lost symbol, and leading zeros are likelier than any (see ``slips``).
_LIKELIEST_SLIP, _LIKELIEST_ZEROS = math.log2(0.004), math.log2(0.04)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """The keys worth reading, likeliest first, and the numbers of the records that are weaker.

    ``evidence`` is of each row: what its serial says for the only one asked for, None where that
    was not looked at or there are several. ``most`` is log2 of the odds that its record has at
    most, infinite where it must be read whatever they are.
    """

    rows: list[KeyFound]
    evidence: list[float | None]
    most: list[float]
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
        alike = len(near)
        return Shortlist(
            rows=near, evidence=[None] * alike, most=[math.inf] * alike, weaker=frozenset()
        )
    outline = _Outline(asked, terms)
    alone = len(asked.serials) == 1 and not asked.patterns  # nearly every search
    texts = (_OneText if alone else _Texts)(asked, terms)
    equal = _Equal(asked)
    weighed: list[tuple[float, int, float, float, KeyFound]] = []
    hopeless: set[int] = set()
    views: dict[int, _View] = {}
    line, slip, zeros = outline.line, outline.most_text(""), outline.most_text("0")
    for row in rows:
        _, number, sk, _, traits, _, norm, plain = row
        view = views.get(traits)
        if view is None:
            view = views[traits] = outline.view(row)
        most, likely, beside = view
        certain = sk in exact
        sure = certain or counting_all
        if not sure and (zeros if norm[0] == "0" else slip) + most < line:
            hopeless.add(number & RECORD_MASK)
            continue
        bits = texts.bits(norm)
        if bits is None:
            continue
        if not sure and bits + most < line:
            hopeless.add(number & RECORD_MASK)
            continue
        odds = math.inf if certain or equal.may_be(norm, plain) else bits + beside
        weighed.append((-(bits + likely), number & RECORD_MASK, bits, odds, row))
    weighed.sort(key=_in_order)
    longest = max((len(serial.key.norm) for serial in asked.serials), default=LANES)
    many = longest <= _SHORT or bool(asked.patterns)
    del weighed[MOST_WEIGHED_MANY if many else MOST_WEIGHED :]
    return Shortlist(
        rows=[row for *_, row in weighed],
        evidence=[bits if alone else None for _, _, bits, _, _ in weighed],
        most=[math.inf if counting_all else odds for *_, odds, _ in weighed],
        weaker=hopeless.difference([number for _, number, *_ in weighed]),
    )


_row_number = attrgetter("row")
_in_order = itemgetter(0, 1)


def _resembles(asked: Asked, norm: str) -> bool:
    if asked.serials and norm == asked.serials[0].key.norm:  # nearly every one
        return True
    if any(reading_bits(serial.key.norm, norm) is not None for serial in asked.serials):
        return True
    return any(pattern.folds(norm) is not None for pattern in asked.patterns)


class _Equal:
    """Tells the keys whose text may be equal to one asked for though ``sk`` differs: more leading
    zeros than are asked for, or another script's letters. The rules of equal text grade them."""

    def __init__(self, asked: Asked) -> None:
        self._other_script = cores_of(asked) is None
        norms = [serial.key.norm for serial in asked.serials]
        self._zeros = any(norm[0] in _LIKE_ZERO for norm in norms)
        self._bare = frozenset(core_of(norm) for norm in norms)

    def may_be(self, norm: str, plain: str | None) -> bool:
        """Whether a recorded serial may be equal."""
        if plain is not None and self._other_script:
            return True
        return (self._zeros or norm[0] in _LIKE_ZERO) and core_of(norm) in self._bare


class _View(NamedTuple):
    """Bits of a make and a bore: what they add at most where the rest is not looked at, by which
    keys are put in an order, and what all that is beside the serial adds at most."""

    most: float
    likely: float
    beside: float


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
        self._calibres = calibres
        self._same_bore = calibre_bits(given, bore, make or None, figures)
        self._other_bore = calibre_bits(Comparison.DIFFERS, bore, make or None, figures)
        beside = self._same_bore + type_bits(Comparison.EQUAL) + model_bits(Comparison.EQUAL)
        asked_type = Comparison.NOT_GIVEN if traits.type_code is None else Comparison.EQUAL
        asked_model = Comparison.EQUAL if traits.models else Comparison.NOT_GIVEN
        self._rest = type_bits(asked_type) + model_bits(asked_model) + terms.before_bits
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
        bore = row.bore_number
        calibre = self._same_bore
        if bore and self._calibres and not any(may_agree(one, bore) for one in self._calibres):
            calibre = self._other_bore
        likely = 0.0
        if self._makes and number:
            likely += _SAME_MAKE if number in self._makes else _OTHER_MAKE
        if self._bores and bore:
            likely += _SAME_BORE if bore in self._bores else _OTHER_BORE
        return _View(most, likely, most + calibre + self._rest)


class _OneText:
    """The evidence of recorded serials for the only one asked for. Of a short text there are dozens
    of records: each text is weighed once."""

    def __init__(self, asked: Asked, terms: Terms) -> None:
        self._text = asked.serials[0].key.norm
        self._chance = chance_bits(self._text, terms.figures, make_asked(asked))
        self._known: dict[str, float | None] = {}

    def bits(self, norm: str) -> float | None:
        """Of the text ``norm``; None where it does not resemble."""
        if norm in self._known:
            return self._known[norm]
        bits = reading_bits(self._text, norm)
        if bits is not None:
            bits -= self._chance
        self._known[norm] = bits
        return bits


class _Texts:
    """The evidence of a recorded serial for several asked for, or for patterns."""

    def __init__(self, asked: Asked, terms: Terms) -> None:
        self._serials = [serial.key.norm for serial in asked.serials]
        self._patterns = asked.patterns
        self._figures, self._make = terms.figures, make_asked(asked)
        self._bits: dict[tuple[int, int], float] = {}

    def bits(self, norm: str) -> float | None:
        """The best of all; None where it resembles none."""
        best: float | None = None
        for serial in self._serials:
            bits = serial_evidence(serial, norm, self._figures, self._make)
            if bits is not None and (best is None or bits > best):
                best = bits
        for place, pattern in enumerate(self._patterns):
            folds = pattern.folds(norm)
            if folds is None:
                continue
            sort = place, len(norm)  # nothing else of it counts
            fits = self._bits.get(sort)
            if fits is None:
                fits = self._bits[sort] = pattern_bits(pattern, norm)
            bits = fits - folds
            if best is None or bits > best:
                best = bits
        return best
