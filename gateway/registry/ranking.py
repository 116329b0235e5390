"""Ranks the records of one question's keys: what may be shown is judged whole, the rest counted.

Of most records near a serial the evidence alone says that they are none; those get no judgement
with pair and reasons, which nobody would read. It finds no keys (see ``seeking``) and weighs
nothing itself (see ``resembling``).
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from gateway.payload import GradeCode
from gateway.registry.matching import Match, equal_pairs, judge_pairs
from gateway.registry.resembling import (
    Asked,
    Beside,
    Besides,
    Terms,
    assess_beside,
    cores_of,
    evidence_bits,
    may_be_equal,
    odds_of,
    settled,
)
from gateway.registry.storage import serial_found, texts_found
from gateway.registry.weapons import Texts
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
    if len(records) == 1 and (sure := _sure(asked, besides, next(iter(records.values())), terms)):
        return Ranked(judged=(sure,), weaker=frozenset())
    cores = cores_of(asked)
    weighed: list[tuple[list[Found], Beside, Match | None, float]] = []
    for number, same in records.items():
        beside = besides.of(texts_found(same[0]))
        match: Match | None = None
        if any(may_be_equal(cores, row.norm, row.plain) for row in same):
            match = assess_beside(asked, [serial_found(row) for row in same], beside, terms)
            bits = None if match is None else match.odds_bits
        else:
            bits = evidence_bits(asked, same, beside, terms, known[number])
        if bits is not None:
            weighed.append((same, beside, match, bits))
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


def _sure(
    asked: Asked, besides: Besides, same: list[Found], terms: Terms
) -> tuple[Found, Match] | None:
    """The only record there is, where equal text makes it A or B: it has no rival, and how likely
    it is beside a stranger's decides nothing."""
    equal = equal_pairs(asked.serials, [serial_found(row) for row in same])
    if not equal:
        return None
    match = judge_pairs(equal, besides.of(texts_found(same[0])).agreement, terms.thresholds)
    return (same[0], match) if match.grade <= GradeCode.B else None
