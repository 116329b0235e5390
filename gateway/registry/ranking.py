"""Ranks the records of one question's keys: what may be shown is judged whole, the rest counted.

Of most records near a serial the evidence alone says that they are none; those get no judgement
with pair and reasons, which nobody would read. It finds no keys (see ``seeking``) and weighs
nothing itself (see ``resembling``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from gateway.payload import GradeCode
from gateway.registry.matching import Match, Pair, equal_pairs, judge_pairs
from gateway.registry.resembling import (
    Asked,
    Beside,
    Besides,
    Terms,
    assess_beside,
    cores_of,
    equal_bits,
    evidence_bits,
    may_be_equal,
    odds_of,
    settled,
)
from gateway.registry.storage import serial_found, texts_found
from gateway.registry.weapons import Serial, Texts
from gateway.store import Found

_Text = tuple[str, str | None, int]
"""Norm, plain text and marks of a key: what a serial is judged by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """The records judged, likeliest first, and the numbers of those that are too unlikely."""

    judged: tuple[tuple[Found, Match], ...]
    weaker: AbstractSet[int]


def rank(
    asked: Asked, texts: Texts, rows: Iterable[tuple[Found, float | None]], terms: Terms
) -> Ranked:
    """``rows`` are keys of records with their columns, and their evidence where the shortlist said
    it; ``texts`` the words that were asked for."""
    records: dict[int, list[Found]] = {}
    known: dict[int, float | None] = {}
    for row, evidence in rows:
        same = records.setdefault(row.id, [])
        same.append(row)
        known[row.id] = evidence if len(same) == 1 else None
    sight = _Sight(asked, texts, terms)
    looked = [sight.of(same) for same in records.values()]
    if len(looked) == 1 and (sure := looked[0].equal) and sure.match.grade <= GradeCode.B:
        # It has no rival, and how likely it is beside a stranger's decides nothing.
        return Ranked(judged=((looked[0].same[0], sure.match),), weaker=frozenset())
    weighed: list[tuple[_Looked, float]] = []
    for one in looked:
        if one.equal is not None:
            bits: float | None = sight.weighed(one.equal).odds_bits
        else:
            bits = evidence_bits(asked, one.same, one.beside, terms, known[one.same[0].id])
        if bits is not None:
            weighed.append((one, bits))
    odds = [odds_of(bits) for _, bits in weighed]
    total = 1.0 + sum(odds)
    judged: list[tuple[Found, Match]] = []
    weaker: set[int] = set()
    for (one, _), its in zip(weighed, odds, strict=True):
        match = sight.settled(one, its / total)
        if match is None:
            weaker.add(one.same[0].id)
        else:
            judged.append((one.same[0], match))
    if len(judged) > 1:
        judged.sort(key=lambda pair: (-pair[1].score, pair[0].record_id))
    return Ranked(judged=tuple(judged), weaker=weaker)


class _Equal:
    """A judgement by equal text; it is weighed against a stranger's only where that is read."""

    __slots__ = ("beside", "match", "recorded", "settled", "weighed")

    def __init__(self, recorded: Sequence[Serial], beside: Beside, match: Match) -> None:
        self.recorded, self.beside, self.match = recorded, beside, match
        self.weighed: Match | None = None
        self.settled: Match | None = None


class _Looked(NamedTuple):
    """One record's keys, what is beside its serials, and its judgement by equal text alone."""

    same: list[Found]
    beside: Beside
    equal: _Equal | None


class _Sight:
    """Looks at the records of one question. Of a short serial there are dozens with one text, and
    what is alike in text, make, calibre, model and type is judged once."""

    def __init__(self, asked: Asked, texts: Texts, terms: Terms) -> None:
        self._asked, self._terms = asked, terms
        self._cores = cores_of(asked)
        self._besides = Besides(texts, asked.traits, terms.figures)
        self._beside_of: dict[Texts, Beside] = {}
        self._pairs_of: dict[_Text, tuple[list[Serial], list[Pair]]] = {}
        self._equal_of: dict[tuple[_Text, int], _Equal | None] = {}

    def of(self, same: list[Found]) -> _Looked:
        """What a record's keys say."""
        words = texts_found(same[0])
        beside = self._beside_of.get(words)
        if beside is None:
            beside = self._beside_of[words] = self._besides.of(words)
        if len(same) > 1:
            return _Looked(same, beside, self._equal(same, beside))
        row = same[0]
        text = (row.norm, row.plain, row.marks)
        alike = (text, id(beside))
        if alike not in self._equal_of:
            self._equal_of[alike] = self._equal(same, beside, text)
        return _Looked(same, beside, self._equal_of[alike])

    def weighed(self, equal: _Equal) -> Match:
        """The judgement with its odds against a stranger's."""
        if equal.weighed is None:
            bits = equal_bits(self._asked, equal.recorded, equal.beside, self._terms)
            equal.weighed = equal.match._replace(odds_bits=bits)
        return equal.weighed

    def settled(self, one: _Looked, share: float) -> Match | None:
        """The judgement beside all others, of which it has this ``share``; None when nobody would
        be shown it."""
        equal, terms = one.equal, self._terms
        if equal is None:
            if share < terms.thresholds.possible:
                return None
            serials = [serial_found(row) for row in one.same]
            match = assess_beside(self._asked, serials, one.beside, terms)
            return None if match is None else settled(match, share, terms)
        if equal.settled is None:  # one judgement has one share
            equal.settled = settled(self.weighed(equal), share, terms)
        return equal.settled

    def _equal(self, same: list[Found], beside: Beside, text: _Text | None = None) -> _Equal | None:
        found = None if text is None else self._pairs_of.get(text)
        if found is None:
            found = self._pairs(same)
            if text is not None:
                self._pairs_of[text] = found
        recorded, pairs = found
        if not pairs:
            return None
        return _Equal(
            recorded, beside, judge_pairs(pairs, beside.agreement, self._terms.thresholds)
        )

    def _pairs(self, same: list[Found]) -> tuple[list[Serial], list[Pair]]:
        for row in same:
            if may_be_equal(self._cores, row.norm, row.plain):
                recorded = [serial_found(row) for row in same]
                return recorded, equal_pairs(self._asked.serials, recorded)
        return [], []
