"""Ranks the records of one question's keys: what may be shown is judged whole, the rest counted.

Of most records near a serial the evidence alone says that they are none; those get no judgement
with pair and reasons, which nobody would read. It finds no keys (see ``seeking``) and weighs
nothing itself (see ``resembling``).
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from gateway.payload import GradeCode
from gateway.registry.matching import Match, equal_pairs, judge_pairs
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
    besides = Besides(texts, asked.traits, terms.figures)
    cores = cores_of(asked)
    looked = [_looked(asked, cores, same, besides, terms) for same in records.values()]
    if len(looked) == 1 and (sure := looked[0].equal) and sure.grade <= GradeCode.B:
        # It has no rival, and how likely it is beside a stranger's decides nothing.
        return Ranked(judged=((looked[0].same[0], sure),), weaker=frozenset())
    weighed: list[tuple[list[Found], Beside, Match | None, float]] = []
    for same, recorded, beside, by_text in looked:
        if by_text is not None:
            odds_bits = equal_bits(asked, recorded, beside, terms)
            weighed.append((same, beside, by_text._replace(odds_bits=odds_bits), odds_bits))
            continue
        bits = evidence_bits(asked, same, beside, terms, known[same[0].id])
        if bits is not None:
            weighed.append((same, beside, None, bits))
    odds = [odds_of(bits) for _, _, _, bits in weighed]
    total = 1.0 + sum(odds)
    judged: list[tuple[Found, Match]] = []
    weaker: set[int] = set()
    for (same, beside, equal, _), one in zip(weighed, odds, strict=True):
        share, match = one / total, equal
        if match is None and share >= terms.thresholds.possible:
            match = assess_beside(asked, [serial_found(row) for row in same], beside, terms)
        if match is None:
            weaker.add(same[0].id)
        else:
            judged.append((same[0], settled(match, share, terms)))
    if len(judged) > 1:
        judged.sort(key=lambda pair: (-pair[1].score, pair[0].record_id))
    return Ranked(judged=tuple(judged), weaker=weaker)


class _Looked(NamedTuple):
    """One record's keys and serials, what is beside them, and its judgement by equal text alone."""

    same: list[Found]
    recorded: list[Serial]
    beside: Beside
    equal: Match | None


def _looked(
    asked: Asked,
    cores: AbstractSet[str] | None,
    same: list[Found],
    besides: Besides,
    terms: Terms,
) -> _Looked:
    beside = besides.of(texts_found(same[0]))
    if not any(may_be_equal(cores, row.norm, row.plain) for row in same):
        return _Looked(same, [], beside, None)
    recorded = [serial_found(row) for row in same]
    equal = equal_pairs(asked.serials, recorded)
    match = judge_pairs(equal, beside.agreement, terms.thresholds) if equal else None
    return _Looked(same, recorded, beside, match)
