"""Ranks the records of one question's keys: what may be shown is judged whole, the rest counted.

Of most records near a serial the evidence alone says that they are none; those get no judgement
with pair and reasons, which nobody would read. It finds no keys (see ``seeking``) and weighs
nothing itself (see ``resembling``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from heapq import nlargest
from operator import attrgetter
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
from gateway.registry.shortlist import Shortlist
from gateway.registry.storage import serial_found, texts_found
from gateway.registry.weapons import Serial, Texts
from gateway.store import RECORD_MASK, Found, KeyFound

_AT_FIRST = 8
"""Records that are read before anything is said of the others; most questions need no more."""
_MORE = 32
"""Records that are read at once after that, the likeliest first: they may rule the others out."""
_MARGIN = 1e-9  # sums of other terms in another order
_MUST = math.inf
_Text = tuple[str, str | None, int]
"""Norm, plain text and marks of a key: what a serial is judged by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """The records judged, likeliest first, and the numbers of those that are too unlikely."""

    judged: tuple[tuple[Found, Match], ...]
    weaker: AbstractSet[int]


class Ranking:
    """The records of one question's shortlist: read as few at a time as tell who may be shown.

    How likely a record is hangs on all others of the question; of one that was not read its
    greatest odds are known. It asks for a record wherever that leaves a decision open, so that
    what comes out is what reading all of them would give.
    """

    def __init__(self, asked: Asked, texts: Texts, shortlist: Shortlist, terms: Terms) -> None:
        self._asked, self._terms = asked, terms
        self._sight = _Sight(asked, texts, terms)
        self._kept: dict[int, _Kept] = {}
        for row, evidence, most in zip(
            shortlist.rows, shortlist.evidence, shortlist.most, strict=True
        ):
            number = row.row & RECORD_MASK
            odds = most if most == _MUST else odds_of(most)
            kept = self._kept.get(number)
            if kept is None:
                self._kept[number] = _Kept([row], evidence, odds)
            else:
                kept.rows.append(row)
                kept.evidence = None
                kept.most = max(kept.most, odds)
        thresholds = terms.thresholds
        self._lines = (thresholds.possible, thresholds.probable, thresholds.equal_alone)
        self._begun = False
        self._asked_for: list[_Kept] = []

    def wanted(self) -> list[KeyFound]:
        """The keys whose records are to be read next; none when everything is decided."""
        unread = [kept for kept in self._kept.values() if not kept.read]
        if not unread:
            return []
        if not self._begun:
            self._begun = True
            if len(self._kept) > _AT_FIRST:
                unread = _first(unread)
        else:
            unread = self._open(unread)
        for kept in unread:
            kept.read = True
        self._asked_for = unread
        return [row for kept in unread for row in kept.rows]

    def take(self, found: Mapping[int, Found]) -> None:
        """Looks at what was read of the keys wanted last, by the numbers of their rows."""
        for kept in self._asked_for:
            rows = [row for key in kept.rows if (row := found.get(key.row)) is not None]
            if not rows:
                kept.gone = True
                continue
            kept.looked = self._sight.of(rows)
            if len(self._kept) > 1 or not self._is_hit(kept):
                kept.bits = self._bits(kept, kept.looked)
                kept.odds = 0.0 if kept.bits is None else odds_of(kept.bits)

    def ranked(self) -> Ranked:
        """What came of it."""
        looked = [(kept, kept.looked) for kept in self._kept.values() if kept.looked is not None]
        if len(looked) == 1 and not any(
            kept.looked is None and not kept.gone for kept in self._kept.values()
        ):
            ((_, one),) = looked
            if (sure := one.equal) is not None and sure.match.grade <= GradeCode.B:
                # It has no rival, and how likely it is beside a stranger's decides nothing.
                return Ranked(judged=((one.same[0], sure.match),), weaker=frozenset())
        total = 1.0 + sum([kept.odds for kept, _ in looked])
        judged: list[tuple[Found, Match]] = []
        weaker = {number for number, kept in self._kept.items() if not kept.read}
        for kept, one in looked:
            if kept.bits is None:
                continue
            match = self._sight.settled(one, kept.odds / total)
            if match is None:
                weaker.add(one.same[0].id)
            else:
                judged.append((one.same[0], match))
        if len(judged) > 1:
            judged.sort(key=lambda pair: (-pair[1].score, pair[0].record_id))
        return Ranked(judged=tuple(judged), weaker=weaker)

    def _bits(self, kept: _Kept, looked: _Looked) -> float | None:
        if looked.equal is not None:
            return self._sight.weighed(looked.equal).odds_bits
        known = kept.evidence if len(looked.same) == 1 else None
        return evidence_bits(self._asked, looked.same, looked.beside, self._terms, known)

    def _open(self, unread: list[_Kept]) -> list[_Kept]:
        """Of the records not read those that may yet be shown, or that others' grades hang on."""
        read = 1.0 + sum([kept.odds for kept in self._kept.values()])
        least = self._lines[0] * (1 - _MARGIN)
        may_be = [kept for kept in unread if kept.most >= least * (read + kept.most)]
        if may_be:
            return nlargest(_MORE, may_be, key=_most)
        left = sum([kept.most for kept in unread])
        for kept in self._kept.values():
            if not kept.odds or self._is_hit(kept):
                continue
            low, high = kept.odds / (read + left), kept.odds / read
            if any(low * (1 - _MARGIN) <= line <= high * (1 + _MARGIN) for line in self._lines):
                return _first(unread)
        return []

    @staticmethod
    def _is_hit(kept: _Kept) -> bool:
        equal = None if kept.looked is None else kept.looked.equal
        return equal is not None and equal.match.grade <= GradeCode.B


class _Kept:
    """A record of the shortlist: its keys, its greatest odds, and what was found when it was
    read."""

    __slots__ = ("bits", "evidence", "gone", "looked", "most", "odds", "read", "rows")

    def __init__(self, rows: list[KeyFound], evidence: float | None, most: float) -> None:
        self.rows, self.evidence, self.most = rows, evidence, most
        self.read = self.gone = False
        self.looked: _Looked | None = None
        self.bits: float | None = None
        self.odds = 0.0


def _first(unread: list[_Kept]) -> list[_Kept]:
    """The likeliest few, and all that must be read."""
    must = [kept for kept in unread if kept.most >= _MUST]
    others = [kept for kept in unread if kept.most < _MUST]
    return must + nlargest(max(_AT_FIRST - len(must), 1), others, key=_most)


_most = attrgetter("most")


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
