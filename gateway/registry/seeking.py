"""Finds what a question may mean: makes its keys and spans, asks the store once, ranks what comes.

It shapes no answer and logs nothing (see ``lookup``).
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from gateway.payload import Firearm, FirearmDescription
from gateway.registry.marks import Unusable, zero_keys
from gateway.registry.matching import Match
from gateway.registry.neighbours import (
    LEAST_FOR_SLIPS,
    two_slips,
    without_affixes,
)
from gateway.registry.neighbours import near as near_to
from gateway.registry.patterns import Pattern, plan, read_pattern
from gateway.registry.policy import policy_in_force
from gateway.registry.ranking import Ranking
from gateway.registry.resembling import Asked, Terms
from gateway.registry.shortlist import likeliest
from gateway.registry.skeleton import skeleton
from gateway.registry.weapons import (
    Mark,
    Texts,
    numbered_markings,
    read_traits,
    serials_of,
    texts_of,
)
from gateway.store import Asker, Found, KeyFound, Spanned, Unit

MOST_ROWS = 2_000
"""Keys looked at for one question; above, it must be narrowed (6-registry 6.4 step 7)."""
QUESTIONS_A_PROBE = 50
"""Questions whose candidates are found with one statement."""
EQUAL_A_PROBE = 1_000
"""The same where equal serials alone are looked for: some three keys a question instead of 400."""
_NAMED = -1  # the span of a key that was asked for by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One firearm as asked for, read; ``exact`` are keys of equal serials, ``near`` of misread
    ones."""

    marks: tuple[Mark, ...]
    asked: Asked
    texts: Texts
    exact: AbstractSet[int]
    near: AbstractSet[int]
    sk_spans: tuple[Spanned, ...]
    rk_spans: tuple[Spanned, ...]

    def sought(self, mark: Mark) -> bool:
        """Whether ``mark`` holds a pattern that is looked for."""
        return _pattern(mark) is not None

    @property
    def first_key(self) -> int | None:
        """The key that a record which comes later is held to."""
        return self.asked.serials[0].key.sk if self.asked.serials else None

    @property
    def further_keys(self) -> tuple[int, ...]:
        """The keys of its other serials, which such a record is held to as well."""
        keys = dict.fromkeys(serial.key.sk for serial in self.asked.serials)
        return tuple(keys)[1:]

    @property
    def searchable(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.exact or self.sk_spans or self.rk_spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Every record that was judged, likeliest first; ``weaker`` are the numbers of those that
    resemble but could not have been shown. ``overflow``: too many keys for any answer;
    ``narrowed``: too many for near matching, equal serials only."""

    judged: tuple[tuple[Found, Match], ...]
    weaker: AbstractSet[int] = frozenset()
    overflow: bool = False
    narrowed: bool = False


def read_question(
    firearm: Firearm | FirearmDescription, *, records: int, near: bool = True, wide: bool = False
) -> Question:
    """What to look for; ``records`` is about how many keys there are, for the plan of patterns.

    ``wide`` adds what is two slips away: some 50,000 keys, for analysts.
    """
    marks = numbered_markings(firearm)
    serials = serials_of(marks)
    patterns = tuple(found for mark in marks if (found := _pattern(mark)))
    sk_spans: list[Spanned] = []
    rk_spans: list[Spanned] = []
    exact: set[int] = set()
    keys: set[int] = set()
    for serial in serials:
        norm = serial.key.norm
        exact |= zero_keys(serial.key)
        if not near:
            continue
        folded = skeleton(norm)
        around = near_to(folded)
        keys |= around.keys
        if wide and len(folded) >= LEAST_FOR_SLIPS:
            keys |= two_slips(folded)
        keys |= without_affixes(folded)
        sk_spans += map(Spanned._make, around.sk)
        rk_spans += map(Spanned._make, around.rk)
    for pattern in patterns:
        planned = plan(pattern, records=records)
        sk_spans += [Spanned(s.low, s.high, s.mask, s.value) for s in planned.sk]
        rk_spans += [Spanned(s.low, s.high, s.mask, s.value) for s in planned.rk]
    texts = texts_of(firearm)
    return Question(
        marks=marks,
        asked=Asked(serials=serials, patterns=patterns, traits=read_traits(texts)),
        texts=texts,
        exact=exact,
        near=keys - exact,
        sk_spans=tuple(sk_spans),
        rk_spans=tuple(rk_spans),
    )


def seek(questions: Sequence[Question], asker: Asker, unit: Unit, terms: Terms) -> list[Answer]:
    """The answer to each question, in order; only what ``asker`` may see is looked at."""
    answers: list[Answer] = []
    near = any(one.near or one.sk_spans or one.rk_spans for one in questions)
    at_once = QUESTIONS_A_PROBE if near else EQUAL_A_PROBE
    for start in range(0, len(questions), at_once):
        answers.extend(_probe(questions[start : start + at_once], asker, unit, terms))
    return answers


def _pattern(mark: Mark) -> Pattern | None:
    if mark.marks.unusable is not Unusable.PATTERN:
        return None
    return read_pattern(mark.text)


def _probe(questions: Sequence[Question], asker: Asker, unit: Unit, terms: Terms) -> list[Answer]:
    found = _fetch(questions, asker, unit, near=True)
    if found is None and len(questions) > 1:  # together too much
        middle = len(questions) // 2
        halves = questions[:middle], questions[middle:]
        return [answer for half in halves for answer in _probe(half, asker, unit, terms)]
    rows = [None] if found is None else found
    within = [number for number, of in enumerate(rows) if of is not None]
    judged = _judged(
        [questions[number] for number in within],
        [of for of in rows if of is not None],
        asker,
        unit,
        terms,
    )
    answers = dict(zip(within, judged, strict=True))
    return [
        answers.get(number) or _narrowed(one, asker, unit, terms)
        for number, one in enumerate(questions)
    ]


def _narrowed(question: Question, asker: Asker, unit: Unit, terms: Terms) -> Answer:
    """The answer of equal serials alone to what has too many near ones."""
    (rows,) = _fetch([question], asker, unit, near=False) or [None]
    if rows is None:
        return Answer(judged=(), overflow=True)
    (answer,) = _judged([question], [rows], asker, unit, terms)
    return replace(answer, narrowed=True)


def _fetch(
    questions: Sequence[Question], asker: Asker, unit: Unit, *, near: bool
) -> list[list[KeyFound] | None] | None:
    """The keys that each question may mean, None for one that may mean too many; None for all
    when they are too many together."""
    keys: set[int] = set()
    sk_spans: list[Spanned] = []
    rk_spans: list[Spanned] = []
    sk_of: list[int] = []
    rk_of: list[int] = []
    for number, question in enumerate(questions):
        keys |= question.exact
        if near:
            keys |= question.near
            sk_spans += question.sk_spans
            rk_spans += question.rk_spans
            sk_of += [number] * len(question.sk_spans)
            rk_of += [number] * len(question.rk_spans)
    most = MOST_ROWS * len(questions) + 1
    rows = unit.lookups.candidates(keys, sk_spans, rk_spans, asker, most=most)
    if len(rows) >= most:
        return None
    if len(questions) == 1:
        return [list({row[1]: row for row in rows}.values())]
    found: list[dict[int, KeyFound]] = [{} for _ in questions]
    counts = [0] * len(questions)
    askers = _askers({row.sk for row in rows if row.span == _NAMED}, questions, near=near)
    for row in rows:
        if row.span == _NAMED:
            numbers = askers[row.sk]
        else:
            numbers = [sk_of[row.span] if row.span >= 0 else rk_of[-2 - row.span]]
        for number in numbers:
            counts[number] += 1
            found[number].setdefault(row.row, row)
    # Rows are counted as they come, as for a question by itself: in a batch it is answered alike.
    return [
        list(of.values()) if count <= MOST_ROWS else None
        for of, count in zip(found, counts, strict=True)
    ]


def _askers(
    found: AbstractSet[int], questions: Sequence[Question], *, near: bool
) -> dict[int, list[int]]:
    """Which questions asked for each of the keys that were found."""
    askers: dict[int, list[int]] = {key: [] for key in found}
    for number, question in enumerate(questions):
        # The smaller set is walked through: the found ones are far fewer than those asked for.
        for key in question.exact & found:
            askers[key].append(number)
        if near:
            for key in question.near & found:
                askers[key].append(number)
    return askers


def _judged(
    questions: Sequence[Question],
    rows: Sequence[list[KeyFound]],
    asker: Asker,
    unit: Unit,
    terms: Terms,
) -> list[Answer]:
    hidden = policy_in_force().hidden(asker.party)
    likely = [
        likeliest(one.asked, one.exact, of, terms, counting_all=bool(hidden))
        for one, of in zip(questions, rows, strict=True)
    ]
    rankings = [
        Ranking(one.asked, one.texts, of, terms) for one, of in zip(questions, likely, strict=True)
    ]
    asking = rankings
    while asking:
        keys: dict[int, KeyFound] = {}
        still: list[Ranking] = []
        for ranking in asking:
            if wanted := ranking.wanted():
                keys.update((row.row, row) for row in wanted)
                still.append(ranking)
        briefs = unit.lookups.briefs(keys.values())
        if hidden:
            briefs = {
                number: brief
                for number, brief in briefs.items()
                if brief.record_type not in hidden or brief.owner_agency == asker.party  # (14.4)
            }
        for ranking in still:
            ranking.take(briefs)
        asking = still
    answers: list[Answer] = []
    for ranking, of in zip(rankings, likely, strict=True):
        found = ranking.ranked()
        answers.append(Answer(judged=found.judged, weaker=of.weaker | found.weaker))
    return answers
